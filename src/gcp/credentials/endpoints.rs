//! The hosts that tokens may be sent to: Google's, those of the credential's own universe, and those that whoever runs this program
//! names.
//!
//! The credentials are written by a user of the landscape. Without this check they could have tokens sent to any host, in
//! this program's name.

use url::{Host, Url};

use super::error::CredentialError;

/// The domain of Google's own universe.
pub(super) const DEFAULT_UNIVERSE: &str = "googleapis.com";

/// Endpoints that take the place of the hosts that credentials name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Endpoints {
    /// The base URL in place of the Security Token Service's; `None`: what the credentials say.
    pub sts: Option<Url>,
    /// The base URL in place of the IAM Service Account Credentials API's; `None`: what the credentials say.
    pub iam: Option<Url>,
}

/// A URL of the credentials by which tokens are sent.
#[derive(Clone, Copy)]
pub(super) struct Destination {
    /// The member of the credentials that bears the URL.
    pub(super) member: &'static str,
    /// The first label that the host must have, save for a region.
    pub(super) service: &'static str,
    /// The words for what the member should be, for messages.
    pub(super) expected: &'static str,
}

/// The member `token_url`: the Security Token Service.
pub(super) const TOKEN_URL: Destination = Destination {
    member: "token_url",
    service: "sts",
    expected: "an https URL of the Security Token Service (host sts, of googleapis.com or of the universe domain)",
};
/// The member `service_account_impersonation_url`: the IAM Service Account Credentials API.
pub(super) const IMPERSONATION_URL: Destination = Destination {
    member: "service_account_impersonation_url",
    service: "iamcredentials",
    expected: "an https URL that ends with :generateAccessToken (host iamcredentials, of googleapis.com or of the \
               universe domain)",
};

impl Destination {
    fn refused(self) -> CredentialError {
        CredentialError::Malformed { member: self.member, expected: self.expected }
    }

    /// Reads the URL of a document.
    pub(super) fn parse(self, text: &str) -> Result<Url, CredentialError> {
        Url::parse(text).ok().filter(Url::has_host).ok_or_else(|| self.refused())
    }

    /// The URL that tokens are sent to: `url`, if they may be sent there, or its path at `instead`, where whoever runs this
    /// program wants them.
    pub(super) fn resolve(
        self,
        url: &Url,
        universe: &str,
        instead: Option<&Url>,
    ) -> Result<Url, CredentialError> {
        match instead {
            Some(base) => {
                let mut moved = base.clone();
                moved.set_path(&format!("{}{}", base.path().trim_end_matches('/'), url.path()));
                Ok(moved)
            }
            None if self.trusts(url, universe) => Ok(url.clone()),
            None => Err(self.refused()),
        }
    }

    fn trusts(self, url: &Url, universe: &str) -> bool {
        let plain = url.username().is_empty()
            && url.password().is_none()
            && url.port().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        let Some(Host::Domain(host)) = url.host() else { return false };
        let known = [DEFAULT_UNIVERSE, universe].into_iter().any(|domain| self.is_host_in(host, domain));
        url.scheme() == "https" && plain && known
    }

    /// Whether `host` is the service in `domain`: `sts.googleapis.com`, or one of its regional forms, `sts.europe-west1.rep.googleapis.com`
    /// and `europe-west1-sts.googleapis.com`.
    fn is_host_in(self, host: &str, domain: &str) -> bool {
        let Some(name) = host.strip_suffix(domain).and_then(|name| name.strip_suffix('.')) else {
            return false;
        };
        let first = name.split('.').next().unwrap_or_default();
        first.strip_suffix(self.service).is_some_and(|region| region.is_empty() || region.ends_with('-'))
    }
}

/// Whether `domain` can be a universe: a name of two labels or more, in lower case, and no address.
pub(super) fn is_universe(domain: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    matches!(Host::parse(domain), Ok(Host::Domain(_))) && domain.contains('.') && domain.split('.').all(label)
}

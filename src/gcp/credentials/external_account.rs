//! The configuration of a workload identity: whom to ask for a token, and for what.

use url::Url;

use super::digest::Digest;
use super::document::{self, Document};
use super::endpoints::{DEFAULT_UNIVERSE, Endpoints, IMPERSONATION_URL, TOKEN_URL, is_universe};
use super::error::CredentialError;
use crate::gcp::path::{check_account, check_project};

/// Credentials of type `external_account`. Where the subject token lies (`credential_source`) is not read here: it comes
/// from a [`super::SubjectTokens`].
#[derive(Clone)]
pub struct ExternalAccount {
    project_id: Option<String>,
    audience: String,
    subject_token_type: String,
    universe_domain: String,
    token_url: Url,
    impersonation_url: Option<Url>,
}

impl std::fmt::Debug for ExternalAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ExternalAccount").field("project_id", &self.project_id).finish_non_exhaustive()
    }
}

/// The two exchanges, ready to be asked for.
pub(super) struct Plan {
    pub(super) audience: String,
    pub(super) subject_token_type: String,
    pub(super) token_url: Url,
    pub(super) impersonation_url: Option<Url>,
}

impl ExternalAccount {
    /// Reads the members that count. The others are left to whoever else reads them.
    pub(super) fn read(document: &Document) -> Result<Self, CredentialError> {
        let project_id = document.optional("project_id")?;
        if let Some(project) = &project_id {
            document::check_project("project_id", project)?;
        }
        let audience = document.member("audience")?;
        let subject_token_type = document.member("subject_token_type")?;
        let universe_domain =
            document.optional("universe_domain")?.unwrap_or_else(|| DEFAULT_UNIVERSE.to_owned());
        if !is_universe(&universe_domain) {
            return Err(CredentialError::Malformed { member: "universe_domain", expected: "a domain" });
        }
        let token_url = match document.optional(TOKEN_URL.member)? {
            Some(url) => TOKEN_URL.parse(&url)?,
            None => TOKEN_URL.parse(&format!("https://sts.{universe_domain}/v1/token"))?,
        };
        let impersonation_url = document.optional(IMPERSONATION_URL.member)?;
        let impersonation_url = impersonation_url.map(|url| IMPERSONATION_URL.parse(&url)).transpose()?;
        if impersonation_url.as_ref().is_some_and(|url| !is_impersonation(url)) {
            let (member, expected) = (IMPERSONATION_URL.member, IMPERSONATION_URL.expected);
            return Err(CredentialError::Malformed { member, expected });
        }
        Ok(Self { project_id, audience, subject_token_type, universe_domain, token_url, impersonation_url })
    }

    /// The id of the project, if the document names one.
    pub fn project_id(&self) -> Option<&str> {
        self.project_id.as_deref()
    }

    /// The universe that the credentials belong to; `googleapis.com` unless they say otherwise.
    pub fn universe_domain(&self) -> &str {
        &self.universe_domain
    }

    /// The digest by which the same account is known again.
    pub(super) fn digest(&self) -> Digest {
        Digest::of([
            "external_account",
            &self.audience,
            &self.subject_token_type,
            &self.universe_domain,
            self.token_url.as_str(),
            self.impersonation_url.as_ref().map(Url::as_str).unwrap_or_default(),
        ])
    }

    /// The two exchanges, sent where they may go.
    pub(super) fn plan(&self, endpoints: &Endpoints) -> Result<Plan, CredentialError> {
        let universe = &self.universe_domain;
        let token_url = TOKEN_URL.resolve(&self.token_url, universe, endpoints.sts.as_ref())?;
        let impersonation_url = self.impersonation_url.as_ref();
        let impersonation_url = impersonation_url
            .map(|url| IMPERSONATION_URL.resolve(url, universe, endpoints.iam.as_ref()))
            .transpose()?;
        Ok(Plan {
            audience: self.audience.clone(),
            subject_token_type: self.subject_token_type.clone(),
            token_url,
            impersonation_url,
        })
    }
}

/// Whether `url` is the call that gives a token of a service account: `/v1/projects/P/serviceAccounts/A:generateAccessToken`.
fn is_impersonation(url: &Url) -> bool {
    let Some(segments) = url.path_segments() else { return false };
    let ["v1", "projects", project, "serviceAccounts", call] = segments.collect::<Vec<_>>()[..] else {
        return false;
    };
    let account = call.strip_suffix(":generateAccessToken");
    (project == "-" || check_project(project).is_ok())
        && account.is_some_and(|account| check_account(account).is_ok())
}

//! Where a request wants to go, by its request line alone.

use http::uri::Authority;
use http::{Method, StatusCode, Uri};

/// Domain of the hosts for which the fake stands.
pub(crate) const DOMAIN: &str = "googleapis.com";

/// What a request asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// An answer.
    Answer,
    /// A tunnel to this host of Google's.
    Tunnel(String),
}

/// Reason why a request is not for this server.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Astray {
    #[error(
        "this proxy leads to *.{DOMAIN} and nowhere else, not to {0}: name it in NO_PROXY, or unset HTTPS_PROXY for this call"
    )]
    Foreign(String),
    #[error("{0} is served at port 443 alone")]
    Port(String),
    #[error("this server is no HTTPS proxy: start it with --https-proxy")]
    NoProxy,
}

impl Astray {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Foreign(_) | Self::Port(_) => StatusCode::FORBIDDEN,
            Self::NoProxy => StatusCode::NOT_IMPLEMENTED,
        }
    }
}

/// Reads a request line. Only CONNECT, and a path with `http://` and a host before it, say where to.
pub(crate) fn of(method: &Method, uri: &Uri, is_proxy: bool) -> Result<Asked, Astray> {
    let Some(whom) = uri.authority() else { return Ok(Asked::Answer) };
    let google = google_host(whom.host());
    match (method == Method::CONNECT, google) {
        (true, _) if !is_proxy => Err(Astray::NoProxy),
        (true, Some(host)) if whom.port_u16() == Some(443) => Ok(Asked::Tunnel(host)),
        (true, Some(_)) => Err(Astray::Port(whom.host().to_owned())),
        (false, Some(_)) => Ok(Asked::Answer),
        (false, None) if is_here(whom) => Ok(Asked::Answer),
        (_, None) => Err(Astray::Foreign(whom.to_string())),
    }
}

/// A host of Google's in its plain form.
fn google_host(host: &str) -> Option<String> {
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    let below = host.strip_suffix(DOMAIN)?.strip_suffix('.')?;
    let is_label = |label: &str| {
        let known = label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        known && (1..=63).contains(&label.len())
    };
    (host.len() <= 253 && below.split('.').all(is_label)).then_some(host)
}

/// Whether a host is this machine, by a name that every machine has for itself.
fn is_here(whom: &Authority) -> bool {
    let host = whom.host().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Result<Asked, u16>) {
        let (method, target) = line.split_once(' ').unwrap();
        let (method, uri) = (method.parse().unwrap(), target.parse().unwrap());
        let found = of(&method, &uri, true).map_err(|astray| astray.status().as_u16());
        assert_eq!(found, expected, "{line}");
        if method == Method::CONNECT {
            assert_eq!(of(&method, &uri, false), Err(Astray::NoProxy), "{line}");
        }
    }

    #[test]
    fn tunnels_lead_to_google_alone() {
        let tunnel = |host: &str| Ok(Asked::Tunnel(host.to_owned()));
        check("CONNECT compute.googleapis.com:443", tunnel("compute.googleapis.com"));
        check("CONNECT Compute.GoogleAPIs.com.:443", tunnel("compute.googleapis.com"));
        check("CONNECT compute.mtls.googleapis.com:443", tunnel("compute.mtls.googleapis.com"));
        for foreign in [
            "googleapis.com:443",
            ".googleapis.com:443",
            "a..googleapis.com:443",
            "evilgoogleapis.com:443",
            "compute.googleapis.com.example.org:443",
            "a_b.googleapis.com:443",
            "example.org:443",
            "127.0.0.1:443",
            "[::1]:443",
            "compute.googleapis.com:80",
            "compute.googleapis.com:22",
        ] {
            check(&format!("CONNECT {foreign}"), Err(403));
        }
        let long = format!("CONNECT {}.googleapis.com:443", "a".repeat(64));
        check(&long, Err(403));
    }

    #[test]
    fn whole_urls_are_answered_where_they_lead_here() {
        for here in [
            "/compute/v1/projects/p",
            "http://compute.googleapis.com/compute/v1/projects/p",
            "http://127.0.0.1:8080/_fake/clock",
            "http://[::1]:8080/_fake/clock",
            "http://localhost/_fake/clock",
        ] {
            check(&format!("GET {here}"), Ok(Asked::Answer));
        }
        for foreign in
            ["http://example.org/", "http://169.254.169.254/computeMetadata/v1/", "http://10.0.0.1/"]
        {
            check(&format!("GET {foreign}"), Err(403));
        }
    }
}

//! The audience of a JWT: one of Google's APIs, by audience or scopes, or the token endpoint.

use bytes::Bytes;
use http::Request;
use http::header::HOST;

use super::jwt::Claims;
use crate::api::wire::header;

/// The token endpoints of Google, as key files and libraries name them.
const TOKEN_ENDPOINTS: [&str; 3] = [
    "https://oauth2.googleapis.com/token",
    "https://www.googleapis.com/oauth2/v4/token",
    "https://accounts.google.com/o/oauth2/token",
];

/// An API that takes JWTs as bearer tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Service {
    audience: &'static str,
    scopes: &'static [&'static str],
}

/// The service at `compute.googleapis.com`.
pub const COMPUTE: Service = Service {
    audience: "https://compute.googleapis.com/",
    scopes: &["https://www.googleapis.com/auth/compute", "https://www.googleapis.com/auth/cloud-platform"],
};

/// The service at `iam.googleapis.com`.
pub const IAM: Service = Service {
    audience: "https://iam.googleapis.com/",
    scopes: &["https://www.googleapis.com/auth/cloud-platform"],
};

/// The service at `cloudresourcemanager.googleapis.com`, as far as permissions are tested there.
pub const RESOURCE_MANAGER: Service = Service {
    audience: "https://cloudresourcemanager.googleapis.com/",
    scopes: &[
        "https://www.googleapis.com/auth/cloud-platform",
        "https://www.googleapis.com/auth/cloud-platform.read-only",
        "https://www.googleapis.com/auth/cloudplatformprojects",
        "https://www.googleapis.com/auth/cloudplatformprojects.readonly",
        "https://www.googleapis.com/auth/iam.test",
    ],
};

/// The service at `networkconnectivity.googleapis.com`.
pub const NETWORK_CONNECTIVITY: Service = Service {
    audience: "https://networkconnectivity.googleapis.com/",
    scopes: &["https://www.googleapis.com/auth/cloud-platform"],
};

impl Service {
    /// Whether a JWT is for this API: an audience says so alone; without one, scopes do.
    pub(super) fn is_meant_by(&self, claims: &Claims) -> bool {
        match &claims.aud {
            Some(audience) => audience == self.audience,
            None => claims.scope.split(' ').any(|scope| self.scopes.contains(&scope)),
        }
    }
}

/// Whether a JWT is for the token endpoint that a request was sent to: by one of
/// Google's names, or by the one that it was called by.
pub(crate) fn is_for_endpoint(claims: &Claims, request: &Request<Bytes>) -> bool {
    let Some(audience) = claims.aud.as_deref() else { return false };
    let uri = request.uri();
    let host = uri.authority().map(http::uri::Authority::as_str).or_else(|| header(request, HOST));
    let called = host.map(|host| format!("{host}{}", uri.path()));
    let named = audience.strip_prefix("https://").or_else(|| audience.strip_prefix("http://"));
    TOKEN_ENDPOINTS.contains(&audience) || (named.is_some() && named == called.as_deref())
}

//! Credentials as they lie in a Secret, and the token source that they make.
//!
//! A service-account key signs its own tokens here; nothing is sent anywhere but in the `Authorization` header of the
//! calls. No error and no `Debug` shows a value of the JSON beyond the project.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::future::BoxFuture;
use google_cloud_auth::credentials::AccessTokenCredentials;
use google_cloud_auth::credentials::service_account::{AccessSpecifier, Builder};
use http::HeaderValue;
use serde_json::Value;
use tokio::time::Instant;

use super::error::Error;
use super::token::{TokenSource, bearer};

/// What is needed for everything under `compute.googleapis.com`.
pub const COMPUTE_SCOPE: &str = "https://www.googleapis.com/auth/compute";

/// How seldom the credentials are built anew after they failed for good or were refused.
const REBUILD_INTERVAL: Duration = Duration::from_secs(60);

/// Credentials that cannot be used. Members are named, values never shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialError {
    /// Not JSON.
    #[error(
        "the credentials are not JSON (line {line}, column {column}); put the key file of a service account there"
    )]
    NotJson {
        /// Where it stops being JSON.
        line: usize,
        /// Where it stops being JSON.
        column: usize,
    },
    /// JSON, but not an object.
    #[error("the credentials are not a JSON object; put the key file of a service account there")]
    NotAnObject,
    /// A member is not there, or is empty.
    #[error("member {member:?} of the credentials is missing or empty; put the whole key file there")]
    Missing {
        /// Its name.
        member: &'static str,
    },
    /// A member is there but cannot be right.
    #[error("member {member:?} of the credentials is not {expected}")]
    Malformed {
        /// Its name.
        member: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// `type` names no known kind of credentials.
    #[error(
        "member \"type\" of the credentials names an unknown credential type; known is \"service_account\""
    )]
    UnknownType,
    /// Workload identity.
    #[error(
        "credentials of type \"external_account\" are not supported by this version; use a service-account key"
    )]
    ExternalAccount,
    /// The private key signs nothing.
    #[error("member \"private_key\" of the credentials cannot sign: it is not an RSA key in PKCS#8 PEM form")]
    UnusableKey,
    /// No token could be had now.
    #[error("no token could be had; it may pass by itself")]
    Unavailable,
    /// A token with characters that no header may bear.
    #[error("the token has characters that cannot stand in a header")]
    TokenNotAHeader,
}

impl CredentialError {
    /// Whether the same credentials may work later.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable)
    }
}

/// The key of a service account.
#[derive(Clone)]
pub struct ServiceAccountKey {
    project_id: String,
    client_email: String,
    json: Value,
}

impl std::fmt::Debug for ServiceAccountKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServiceAccountKey").field("project_id", &self.project_id).finish_non_exhaustive()
    }
}

impl ServiceAccountKey {
    /// Reads the JSON of a key file.
    ///
    /// # Errors
    /// Names the first member that is missing or malformed. Whether the key signs shows with the first token.
    pub fn from_json(json: &[u8]) -> Result<Self, CredentialError> {
        let json: Value = serde_json::from_slice(json)
            .map_err(|error| CredentialError::NotJson { line: error.line(), column: error.column() })?;
        let members = json.as_object().ok_or(CredentialError::NotAnObject)?;
        let member = |name: &'static str| match members.get(name) {
            Some(Value::String(text)) if !text.is_empty() => Ok(text.clone()),
            None | Some(Value::Null | Value::String(_)) => Err(CredentialError::Missing { member: name }),
            Some(_) => Err(CredentialError::Malformed { member: name, expected: "a string" }),
        };
        match member("type")?.as_str() {
            "service_account" => {}
            "external_account" => return Err(CredentialError::ExternalAccount),
            _ => return Err(CredentialError::UnknownType),
        }
        let project_id = member("project_id")?;
        // It becomes part of every URL.
        if !project_id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.:".contains(&b)) {
            return Err(CredentialError::Malformed { member: "project_id", expected: "the id of a project" });
        }
        let client_email = member("client_email")?;
        member("private_key_id")?;
        let pem = member("private_key")?;
        if !pem.trim_start().starts_with("-----BEGIN PRIVATE KEY-----") {
            return Err(CredentialError::Malformed { member: "private_key", expected: "a PKCS#8 PEM block" });
        }
        Ok(Self { project_id, client_email, json })
    }

    /// The project that the service account belongs to, and that all calls go to.
    pub fn project_id(&self) -> &str {
        &self.project_id
    }

    /// Who the service account is.
    pub fn client_email(&self) -> &str {
        &self.client_email
    }

    /// A source of tokens for `scope`, e.g. [`COMPUTE_SCOPE`]. It must be used on a tokio runtime.
    pub fn token_source(&self, scope: &str) -> ServiceAccountTokens {
        ServiceAccountTokens {
            json: self.json.clone(),
            scope: scope.to_owned(),
            built: Mutex::new(None),
            interval: REBUILD_INTERVAL,
        }
    }
}

/// Tokens that a service account signs for itself.
pub struct ServiceAccountTokens {
    json: Value,
    scope: String,
    built: Mutex<Option<Built>>,
    interval: Duration,
}

/// The library's credentials with their cache. A failure that it takes for final is final for them, so they are built
/// anew, but not more often than once per interval.
#[derive(Clone)]
struct Built {
    credentials: Arc<AccessTokenCredentials>,
    at: Instant,
}

impl std::fmt::Debug for ServiceAccountTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServiceAccountTokens").field("scope", &self.scope).finish_non_exhaustive()
    }
}

impl ServiceAccountTokens {
    fn credentials(&self) -> Result<Arc<AccessTokenCredentials>, CredentialError> {
        let mut built = self.built.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(built) = built.as_ref() {
            return Ok(built.credentials.clone());
        }
        let credentials = Builder::new(self.json.clone())
            .with_access_specifier(AccessSpecifier::from_scopes([self.scope.as_str()]))
            .build_access_token_credentials()
            .map_err(|_| CredentialError::UnusableKey)?;
        let credentials = Arc::new(credentials);
        *built = Some(Built { credentials: credentials.clone(), at: Instant::now() });
        Ok(credentials)
    }

    fn forget(&self) {
        let mut built = self.built.lock().unwrap_or_else(PoisonError::into_inner);
        if built.as_ref().is_some_and(|built| built.at.elapsed() >= self.interval) {
            *built = None;
        }
    }
}

impl TokenSource for ServiceAccountTokens {
    fn authorization(&self) -> BoxFuture<'_, Result<HeaderValue, Error>> {
        Box::pin(async move {
            let token = self.credentials()?.access_token().await.map_err(|error| {
                // The library's message may quote a line of the key: it is dropped.
                if error.is_transient() {
                    return CredentialError::Unavailable;
                }
                self.forget();
                CredentialError::UnusableKey
            })?;
            Ok(bearer(&token.token)?)
        })
    }

    fn rejected(&self) {
        self.forget();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gcp::error::Class;
    use serde_json::json;

    fn key() -> Value {
        json!({
            "type": "service_account",
            "project_id": "my-project",
            "client_email": "robot@my-project.iam.gserviceaccount.com",
            "private_key_id": "0123456789abcdef0123456789abcdef01234567",
            "private_key": "-----BEGIN PRIVATE KEY-----\nTOPSECRET\n-----END PRIVATE KEY-----\n",
            "token_uri": "https://oauth2.googleapis.com/token",
        })
    }

    fn with(member: &str, value: Value) -> Vec<u8> {
        let mut key = key();
        key[member] = value;
        key.to_string().into_bytes()
    }

    #[test]
    fn each_defect_is_named_by_its_member_and_no_value_is_shown() {
        let missing = |member| CredentialError::Missing { member };
        let malformed = |member, expected| CredentialError::Malformed { member, expected };
        let cases: Vec<(Vec<u8>, CredentialError)> = vec![
            (b"TOPSECRET".to_vec(), CredentialError::NotJson { line: 1, column: 1 }),
            (b"[\"TOPSECRET\"]".to_vec(), CredentialError::NotAnObject),
            (with("type", Value::Null), missing("type")),
            (with("type", json!("TOPSECRET")), CredentialError::UnknownType),
            (with("type", json!("external_account")), CredentialError::ExternalAccount),
            (with("project_id", json!("")), missing("project_id")),
            (with("project_id", json!(7)), malformed("project_id", "a string")),
            (with("project_id", json!("TOPSECRET/..")), malformed("project_id", "the id of a project")),
            (with("client_email", Value::Null), missing("client_email")),
            (with("private_key_id", json!("")), missing("private_key_id")),
            (with("private_key", Value::Null), missing("private_key")),
            (with("private_key", json!("TOPSECRET")), malformed("private_key", "a PKCS#8 PEM block")),
        ];
        for (json, expected) in cases {
            let error = ServiceAccountKey::from_json(&json).unwrap_err();
            assert_eq!(error, expected);
            assert!(!format!("{error} {error:?}").contains("TOPSECRET"), "{error}");
        }
    }

    #[test]
    fn a_key_tells_its_project_and_nothing_else() {
        let key = ServiceAccountKey::from_json(key().to_string().as_bytes()).unwrap();
        assert_eq!(key.project_id(), "my-project");
        assert_eq!(key.client_email(), "robot@my-project.iam.gserviceaccount.com");
        let shown = format!("{key:?} {:?}", key.token_source(COMPUTE_SCOPE));
        assert!(!shown.contains("TOPSECRET") && !shown.contains("0123456789abcdef"), "{shown}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_key_that_cannot_sign_is_an_error_of_the_credentials() {
        let key = ServiceAccountKey::from_json(key().to_string().as_bytes()).unwrap();
        let source = key.token_source(COMPUTE_SCOPE);
        let error = source.authorization().await.unwrap_err();
        assert!(matches!(error, Error::Auth(CredentialError::UnusableKey)), "{error}");
        assert_eq!((error.class(), error.is_transient()), (Class::Unauthenticated, false));
        assert!(!format!("{error} {error:?}").contains("TOPSECRET"));
    }

    #[tokio::test(start_paused = true)]
    async fn refused_credentials_are_built_anew_at_most_once_per_interval() {
        let key = ServiceAccountKey::from_json(key().to_string().as_bytes()).unwrap();
        let source = key.token_source(COMPUTE_SCOPE);
        let first = source.credentials().unwrap();
        source.rejected();
        assert!(Arc::ptr_eq(&first, &source.credentials().unwrap()), "too early to build anew");
        tokio::time::advance(REBUILD_INTERVAL).await;
        source.rejected();
        let second = source.credentials().unwrap();
        assert!(!Arc::ptr_eq(&first, &second));
        source.rejected();
        assert!(Arc::ptr_eq(&second, &source.credentials().unwrap()), "too early again");
    }
}

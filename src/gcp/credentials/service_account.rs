//! The key of a service account, which signs its own tokens: nothing is sent anywhere but in the `Authorization` header of
//! the calls.
//!
//! So `token_uri`, which a user of the landscape writes, is never asked: a key that the token endpoint would refuse with
//! `invalid_grant` is refused with 401 by the API itself, at the first call.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::future::BoxFuture;
use google_cloud_auth::credentials::AccessTokenCredentials;
use google_cloud_auth::credentials::service_account::{AccessSpecifier, Builder};
use http::HeaderValue;
use serde_json::Value;
use tokio::time::Instant;

use super::REBUILD_INTERVAL;
use super::digest::Digest;
use super::document::{Document, check_project};
use super::error::CredentialError;
use crate::gcp::error::Error;
use crate::gcp::token::{TokenSource, bearer};

/// The key of a service account.
#[derive(Clone)]
pub struct ServiceAccountKey {
    project_id: String,
    client_email: String,
    /// The whole document, in the one copy that all sources of tokens share.
    json: Arc<Value>,
}

impl std::fmt::Debug for ServiceAccountKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServiceAccountKey").field("project_id", &self.project_id).finish_non_exhaustive()
    }
}

impl ServiceAccountKey {
    /// Reads a key file. Whether the key signs shows with the first token.
    pub(super) fn read(document: Document) -> Result<Self, CredentialError> {
        let project_id = document.member("project_id")?;
        check_project("project_id", &project_id)?;
        let client_email = document.member("client_email")?;
        document.member("private_key_id")?;
        let pem = document.member("private_key")?;
        if !pem.trim_start().starts_with("-----BEGIN PRIVATE KEY-----") {
            return Err(CredentialError::Malformed { member: "private_key", expected: "a PKCS#8 PEM block" });
        }
        Ok(Self { project_id, client_email, json: Arc::new(Value::Object(document.0)) })
    }

    /// The id of the project that the service account belongs to, and that all calls go to.
    pub fn project_id(&self) -> &str {
        &self.project_id
    }

    /// The address of the service account.
    pub fn client_email(&self) -> &str {
        &self.client_email
    }

    /// The digest by which the same key is known again.
    pub(super) fn digest(&self) -> Digest {
        Digest::of(["service_account", &self.json.to_string()])
    }

    /// A source of tokens for `scope`, e.g. [`super::COMPUTE_SCOPE`]. It must be used on a tokio runtime.
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
    json: Arc<Value>,
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
        let credentials = Builder::new(Value::clone(&self.json))
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
    use super::super::{COMPUTE_SCOPE, Credentials};
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

    fn read() -> ServiceAccountKey {
        match Credentials::from_json(key().to_string().as_bytes()).unwrap() {
            Credentials::ServiceAccount(key) => key,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_key_tells_its_project_and_nothing_else() {
        let key = read();
        assert_eq!(key.project_id(), "my-project");
        assert_eq!(key.client_email(), "robot@my-project.iam.gserviceaccount.com");
        let shown = format!("{key:?} {:?}", key.token_source(COMPUTE_SCOPE));
        assert!(!shown.contains("TOPSECRET") && !shown.contains("0123456789abcdef"), "{shown}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_key_that_cannot_sign_is_an_error_of_the_credentials() {
        let key = read();
        let source = key.token_source(COMPUTE_SCOPE);
        let error = source.authorization().await.unwrap_err();
        assert!(matches!(error, Error::Auth(CredentialError::UnusableKey)), "{error}");
        assert_eq!((error.class(), error.is_transient()), (Class::Unauthenticated, false));
        assert!(!format!("{error} {error:?}").contains("TOPSECRET"));
    }

    #[tokio::test(start_paused = true)]
    async fn refused_credentials_are_built_anew_at_most_once_per_interval() {
        let key = read();
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

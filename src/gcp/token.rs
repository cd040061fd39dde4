//! Sources of the `Authorization` header.

use futures::future::BoxFuture;
use http::HeaderValue;

use super::credentials::CredentialError;
use super::error::Error;

/// A source of bearer tokens. It caches and renews them by itself.
pub trait TokenSource: Send + Sync {
    /// The value of an `Authorization` header, marked sensitive so that no log shows it.
    fn authorization(&self) -> BoxFuture<'_, Result<HeaderValue, Error>>;

    /// Drops the cached token, as the server refused it (401).
    fn rejected(&self);
}

/// A token that never ends, for a simulation or a test endpoint.
#[derive(Clone)]
pub struct StaticToken(HeaderValue);

impl StaticToken {
    /// A source of `token` and no other.
    ///
    /// # Errors
    /// If the token cannot stand in a header.
    pub fn new(token: &str) -> Result<Self, CredentialError> {
        bearer(token).map(Self)
    }
}

impl std::fmt::Debug for StaticToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StaticToken")
    }
}

impl TokenSource for StaticToken {
    fn authorization(&self) -> BoxFuture<'_, Result<HeaderValue, Error>> {
        Box::pin(std::future::ready(Ok(self.0.clone())))
    }

    fn rejected(&self) {}
}

/// The header `Bearer <token>`, marked sensitive.
pub(super) fn bearer(token: &str) -> Result<HeaderValue, CredentialError> {
    let mut value =
        HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| CredentialError::TokenNotAHeader)?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_token_is_sent_but_never_shown() {
        let source = StaticToken::new("s3cret").unwrap();
        let value = source.authorization().await.unwrap();
        assert_eq!(value.as_bytes(), b"Bearer s3cret");
        assert!(!format!("{value:?} {source:?}").contains("s3cret"));
        let error = StaticToken::new("s3cret\n").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("s3cret"));
    }
}

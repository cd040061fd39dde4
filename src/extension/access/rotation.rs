//! The token in a Secret that somebody else replaces before it ends.

use futures::future::BoxFuture;

use crate::gcp::credentials::{CredentialError, SubjectToken, SubjectTokens};
use crate::kubernetes::{Secret, Seed};

/// The key of the token.
pub(super) const TOKEN: &str = "token";

/// A token that is read from its Secret each time it is used.
pub(super) struct RotatingToken {
    seed: Seed,
    namespace: String,
    name: String,
}

impl RotatingToken {
    /// The token of `secret`.
    pub(super) fn new(seed: Seed, secret: &Secret) -> Self {
        Self { seed, namespace: secret.namespace.clone(), name: secret.name.clone() }
    }
}

impl SubjectTokens for RotatingToken {
    fn subject_token(&self) -> BoxFuture<'_, Result<SubjectToken, CredentialError>> {
        Box::pin(async move {
            let place = format!("Secret {}/{}", self.namespace, self.name);
            let secret = match self.seed.secret(&self.namespace, &self.name).await {
                Ok(secret) => secret,
                Err(error) if error.is_missing() => return Err(CredentialError::NoSubjectToken { place }),
                Err(error) => {
                    return Err(CredentialError::SubjectTokenUnreadable { problem: error.to_string() });
                }
            };
            let token = secret.data.get(TOKEN).and_then(|token| std::str::from_utf8(token).ok());
            token.and_then(SubjectToken::new).ok_or(CredentialError::NoSubjectToken { place })
        })
    }
}

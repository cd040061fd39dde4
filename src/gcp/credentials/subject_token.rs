//! Sources of the token that a workload identity exchanges.

use futures::future::BoxFuture;

use super::error::CredentialError;

/// A token of somebody else's, who vouches for the workload. It is shown by nothing.
#[derive(Clone)]
pub struct SubjectToken(String);

impl SubjectToken {
    /// The token in `token`; `None` if that is empty.
    pub fn new(token: &str) -> Option<Self> {
        let token = token.trim();
        (!token.is_empty()).then(|| Self(token.to_owned()))
    }

    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for SubjectToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SubjectToken")
    }
}

/// A source of subject tokens. They are short-lived and rotate: it is asked anew at each exchange, and keeps none.
pub trait SubjectTokens: Send + Sync {
    /// The token that counts now.
    ///
    /// # Errors
    /// [`CredentialError::NoSubjectToken`] if there is none, [`CredentialError::SubjectTokenUnreadable`] if it cannot be told.
    fn subject_token(&self) -> BoxFuture<'_, Result<SubjectToken, CredentialError>>;
}

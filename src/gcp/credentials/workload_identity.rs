//! The tokens of a workload identity: exchanged when one is needed, kept while they live.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::future::BoxFuture;
use http::HeaderValue;
use tokio::time::{Instant, timeout};

use super::REBUILD_INTERVAL;
use super::endpoints::Endpoints;
use super::error::CredentialError;
use super::exchange::{PATIENCE, exchange};
use super::external_account::{ExternalAccount, Plan};
use super::subject_token::SubjectTokens;
use crate::gcp::error::Error;
use crate::gcp::stack::Wire;
use crate::gcp::token::{TokenSource, bearer};

/// The time before its end at which a token is replaced.
const RENEW_BEFORE: Duration = Duration::from_secs(300);
/// The time for which a failure is told to all who ask, so that many calls do not each try in turn. It is not longer for one that is
/// final for the credentials as they are: somebody may put it right at Google's side, and the next run is to see that.
const HOLD_OFF: Duration = Duration::from_secs(1);

/// Tokens that Google issues for tokens of somebody else's.
pub struct WorkloadIdentityTokens {
    plan: Plan,
    scope: String,
    subject: Arc<dyn SubjectTokens>,
    wire: Wire,
    cache: Mutex<Cache>,
    /// The lock of the one caller that exchanges; the others wait for what it gets.
    exchanging: tokio::sync::Mutex<()>,
}

impl std::fmt::Debug for WorkloadIdentityTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WorkloadIdentityTokens").field("scope", &self.scope).finish_non_exhaustive()
    }
}

/// The outcome of the last exchanges.
#[derive(Default)]
struct Cache {
    token: Option<Token>,
    /// The last failure, and until when it stands for an answer.
    failure: Option<(CredentialError, Instant)>,
}

struct Token {
    header: HeaderValue,
    issued: Instant,
    renew: Instant,
    expires: Instant,
}

impl Cache {
    /// The answer that needs no exchange, if there is one: a token with some life left, or a failure just met, which a
    /// token near its end outweighs.
    fn answer(&self, now: Instant) -> Option<Result<HeaderValue, CredentialError>> {
        match (&self.token, &self.failure) {
            (Some(token), _) if now < token.renew => Some(Ok(token.header.clone())),
            (Some(token), Some((_, until))) if now < *until && now < token.expires => {
                Some(Ok(token.header.clone()))
            }
            (_, Some((error, until))) if now < *until => Some(Err(error.clone())),
            _ => None,
        }
    }
}

impl WorkloadIdentityTokens {
    /// Tokens of `account` for `scope`, e.g. [`super::COMPUTE_SCOPE`]. Nothing is sent yet.
    ///
    /// # Errors
    /// [`CredentialError::Malformed`] if the account would have tokens sent to a host that is neither Google's nor its
    /// universe's, and no endpoint is given in its place.
    pub fn new(
        account: &ExternalAccount,
        scope: &str,
        endpoints: &Endpoints,
        subject: Arc<dyn SubjectTokens>,
        wire: impl Into<Wire>,
    ) -> Result<Self, CredentialError> {
        Ok(Self {
            plan: account.plan(endpoints)?,
            scope: scope.to_owned(),
            subject,
            wire: wire.into(),
            cache: Mutex::default(),
            exchanging: tokio::sync::Mutex::default(),
        })
    }

    fn cache(&self) -> MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn token(&self) -> Result<HeaderValue, CredentialError> {
        if let Some(answer) = self.cache().answer(Instant::now()) {
            return answer;
        }
        let _turn = self.exchanging.lock().await;
        if let Some(answer) = self.cache().answer(Instant::now()) {
            return answer;
        }
        let asked = Instant::now();
        let outcome = self.exchange(asked).await;
        let mut cache = self.cache();
        match outcome {
            Ok(token) => {
                let header = token.header.clone();
                *cache = Cache { token: Some(token), failure: None };
                Ok(header)
            }
            Err(error) => {
                let now = Instant::now();
                cache.failure = Some((error.clone(), now + HOLD_OFF));
                cache.answer(now).unwrap_or(Err(error))
            }
        }
    }

    async fn exchange(&self, asked: Instant) -> Result<Token, CredentialError> {
        let subject = timeout(PATIENCE, self.subject.subject_token()).await.map_err(|_| {
            let problem = format!("no answer within {} s", PATIENCE.as_secs());
            CredentialError::SubjectTokenUnreadable { problem }
        })??;
        let issued = exchange(&self.plan, &self.scope, &subject, &self.wire).await?;
        Ok(Token {
            header: bearer(&issued.token)?,
            issued: asked,
            renew: asked + issued.lifetime.saturating_sub(RENEW_BEFORE).max(issued.lifetime / 2),
            expires: asked + issued.lifetime,
        })
    }
}

impl TokenSource for WorkloadIdentityTokens {
    fn authorization(&self) -> BoxFuture<'_, Result<HeaderValue, Error>> {
        Box::pin(async move { Ok(self.token().await?) })
    }

    fn rejected(&self) {
        let mut cache = self.cache();
        if cache.token.as_ref().is_some_and(|token| token.issued.elapsed() >= REBUILD_INTERVAL) {
            cache.token = None;
        }
    }
}

#[cfg(test)]
mod tests;

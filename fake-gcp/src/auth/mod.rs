//! Who calls: bearer tokens and service-account keys. Knows nothing of what is called.

pub mod endpoint;
mod jwt;
pub mod keys;

use std::collections::BTreeMap;
use std::time::Duration;

use crate::api::error::ApiError;
use crate::engine::settings::Authentication;
use crate::time::Instant;
use keys::Key;

/// How long a token of the token endpoint is good.
pub const TOKEN_LIFETIME: Duration = Duration::from_secs(3599);

/// Keys and tokens of a world.
#[derive(Debug, Clone, Default)]
pub struct Auth {
    keys: BTreeMap<String, Key>,
    tokens: BTreeMap<String, Token>,
}

#[derive(Debug, Clone)]
struct Token {
    caller: Caller,
    expires: Option<Instant>,
}

/// Whoever made a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Shown as `user` of operations.
    pub email: String,
    /// The only project that it may touch; none: any.
    pub project: Option<String>,
}

impl Auth {
    /// Registers a key; another key with the same id is replaced.
    pub fn add_key(&mut self, key: Key) {
        self.keys.insert(key.id.clone(), key);
    }

    /// Makes a token known; without `expires` it is good for ever.
    pub fn add_token(&mut self, token: String, caller: Caller, expires: Option<Instant>) {
        self.tokens.insert(token, Token { caller, expires });
    }

    fn key(&self, id: &str) -> Option<&Key> {
        self.keys.get(id)
    }

    /// The caller that an `Authorization` header names: a known token, or a JWT signed by a known key.
    pub fn authenticate(
        &self,
        now: Instant,
        header: Option<&str>,
        setting: Authentication,
    ) -> Result<Caller, ApiError> {
        let anybody = Caller { email: "anonymous".to_owned(), project: None };
        let Some(bearer) = header.and_then(|header| header.strip_prefix("Bearer ")) else {
            return match setting {
                Authentication::Anonymous => Ok(anybody),
                Authentication::Required => Err(ApiError::unauthenticated()),
            };
        };
        if let Some(token) = self.tokens.get(bearer) {
            let good = token.expires.is_none_or(|expires| now < expires);
            return if good { Ok(token.caller.clone()) } else { Err(ApiError::unauthenticated()) };
        }
        match jwt::verify(bearer, now, |id| self.key(id)) {
            Ok(key) => Ok(Caller { email: key.client_email.clone(), project: Some(key.project.clone()) }),
            Err(_) if setting == Authentication::Anonymous => Ok(anybody),
            Err(_) => Err(ApiError::unauthenticated()),
        }
    }
}

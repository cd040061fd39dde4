//! The callers: bearer tokens and service-account keys. Nothing here knows what is called.
//!
//! Credentials live in the time of whoever made them. In process that is the world's; a client on the other side of a socket
//! signs by the real clock, however fast the world's goes, and expects its tokens to last for so long by that clock. So the
//! server hands the real instant in with each request, as [`CallersTime`].

pub mod audience;
pub(crate) mod jwt;
pub mod keys;

use std::collections::BTreeMap;

use bytes::Bytes;
use http::Request;
use http::header::AUTHORIZATION;

use crate::api::error::ApiError;
use crate::api::query::Query;
use crate::api::wire::header;
use crate::settings::Authentication;
use crate::time::Instant;
use audience::Service;
use keys::Key;

/// The instant of a request on the clock of whoever sent it: an extension of the request. One without lives in the world's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallersTime(pub Instant);

impl CallersTime {
    /// The instant of a request that arrived at `now`, on the world's clock.
    pub(crate) fn of(request: &Request<Bytes>, now: Instant) -> Self {
        request.extensions().get().copied().unwrap_or(Self(now))
    }
}

/// Keys and tokens of a world.
#[derive(Debug, Clone, Default)]
pub struct Auth {
    keys: BTreeMap<String, Key>,
    tokens: BTreeMap<String, Token>,
}

#[derive(Debug, Clone)]
struct Token {
    caller: Caller,
    /// Instant at which the token ends, on the clock of whoever asked for it; `None`: never.
    expires: Option<Instant>,
}

/// The maker of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// E-mail address, shown as `user` of operations.
    pub email: String,
    /// Id of the only project that the caller may touch; `None`: any project.
    pub project: Option<String>,
}

impl Auth {
    /// Registers a key; another key with the same id is replaced.
    pub fn add_key(&mut self, key: Key) {
        self.keys.insert(key.id.clone(), key);
    }

    /// Makes a token known; without `expires`, an instant on the caller's clock, it is good for ever.
    pub fn add_token(&mut self, token: String, caller: Caller, expires: Option<Instant>) {
        self.tokens.insert(token, Token { caller, expires });
    }

    /// The key of an id, if it is known.
    pub(crate) fn key(&self, id: &str) -> Option<&Key> {
        self.keys.get(id)
    }

    /// The caller that the `Authorization` header of a request names: a known token, or a JWT that is signed by a known key for
    /// `service`. The request arrived at `now`.
    pub fn authenticate(
        &self,
        request: &Request<Bytes>,
        now: Instant,
        service: Service,
        setting: Authentication,
    ) -> Result<Caller, ApiError> {
        let CallersTime(now) = CallersTime::of(request, now);
        let anybody = Caller { email: "anonymous".to_owned(), project: None };
        let query = Query::parse(request.uri().query());
        let bearer = header(request, AUTHORIZATION).and_then(bearer).or_else(|| query.get("access_token"));
        let Some(bearer) = bearer else {
            return match setting {
                Authentication::Anonymous => Ok(anybody),
                Authentication::Required => Err(ApiError::unauthenticated()),
            };
        };
        if let Some(token) = self.tokens.get(bearer) {
            let good = token.expires.is_none_or(|expires| now < expires);
            return if good { Ok(token.caller.clone()) } else { Err(ApiError::unauthenticated()) };
        }
        match jwt::verify(bearer, now, |id| self.key(id), |claims| service.is_meant_by(claims)) {
            Ok(key) => Ok(Caller { email: key.client_email.clone(), project: Some(key.project.clone()) }),
            Err(_) if setting == Authentication::Anonymous => Ok(anybody),
            Err(_) => Err(ApiError::unauthenticated()),
        }
    }
}

/// The credentials of an `Authorization` header; the scheme may be written in any case.
fn bearer(header: &str) -> Option<&str> {
    let (scheme, credentials) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(credentials.trim())
}

//! JWTs that service accounts sign: RS256, a known key, within their time, for whom they are shown to.

use std::time::Duration;

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::keys::Key;
use crate::time::Instant;

/// Largest difference between two clocks.
const SKEW: Duration = Duration::from_secs(300);

/// Reason why a JWT is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    #[error("Invalid JWT: it must be three parts of base64url, RS256.")]
    Malformed,
    #[error("Invalid JWT Signature.")]
    UnknownKey,
    #[error("Invalid JWT Signature.")]
    Signature,
    #[error("Invalid JWT: the issuer is not the account of the key.")]
    Issuer,
    #[error("Invalid JWT: it is for another audience.")]
    Audience,
    #[error("Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.")]
    Time,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    kid: String,
}

/// The signed claims of a JWT.
#[derive(Deserialize)]
pub(crate) struct Claims {
    iss: String,
    iat: i64,
    exp: i64,
    /// Audience: whom it is for.
    pub(crate) aud: Option<String>,
    /// Scopes, separated by spaces: what it is for.
    #[serde(default)]
    pub(crate) scope: String,
}

/// The key that signed a JWT, if it is good at `now`, an instant on the clock of
/// whoever signed it, and for whom `is_for_us` says.
pub(crate) fn verify<'k>(
    jwt: &str,
    now: Instant,
    key: impl FnOnce(&str) -> Option<&'k Key>,
    is_for_us: impl FnOnce(&Claims) -> bool,
) -> Result<&'k Key, Refused> {
    let (signed, signature) = jwt.rsplit_once('.').ok_or(Refused::Malformed)?;
    let (header, claims) = signed.split_once('.').ok_or(Refused::Malformed)?;
    let header: Header = part(header)?;
    let claims: Claims = part(claims)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Refused::Malformed)?;
    if header.alg != "RS256" {
        return Err(Refused::Malformed);
    }
    let key = key(&header.kid).ok_or(Refused::UnknownKey)?;
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &key.public_key)
        .verify(signed.as_bytes(), &signature)
        .map_err(|_| Refused::Signature)?;
    if claims.iss != key.client_email {
        return Err(Refused::Issuer);
    }
    if !is_for_us(&claims) {
        return Err(Refused::Audience);
    }
    let (now, skew) = (now.as_secs(), i64::try_from(SKEW.as_secs()).unwrap_or(0));
    let in_time =
        claims.iat - skew <= now && now < claims.exp + skew && claims.exp - claims.iat <= 3600 + skew;
    if in_time { Ok(key) } else { Err(Refused::Time) }
}

fn part<T: DeserializeOwned>(text: &str) -> Result<T, Refused> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| Refused::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| Refused::Malformed)
}

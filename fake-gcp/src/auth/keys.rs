//! Service-account keys as they are registered: the public half.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

/// A key as `/_fake/keys` and an initial state take it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KeyFixture {
    /// E-mail address of the account, `name@project.iam.gserviceaccount.com`.
    pub client_email: String,
    /// Id of the key: `private_key_id` of the key file, `kid` of its JWTs.
    pub key_id: String,
    /// Id of the project that the account may touch.
    pub project: String,
    /// Public key: PEM of a SubjectPublicKeyInfo.
    pub public_key_pem: String,
}

/// A registered key.
#[derive(Debug, Clone)]
pub struct Key {
    /// Id of the key, `kid` of its JWTs.
    pub id: String,
    /// E-mail address of the account.
    pub client_email: String,
    /// Id of the project that the account may touch.
    pub project: String,
    /// Public key, the DER of a SubjectPublicKeyInfo.
    pub public_key: Vec<u8>,
}

/// Reason why a PEM cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("publicKeyPem of key '{key_id}' is no PEM of type PUBLIC KEY: {why}")]
pub struct BadKey {
    key_id: String,
    why: String,
}

impl TryFrom<KeyFixture> for Key {
    type Error = BadKey;

    fn try_from(fixture: KeyFixture) -> Result<Self, BadKey> {
        let bad = |why: &str| BadKey { key_id: fixture.key_id.clone(), why: why.to_owned() };
        let (_, rest) = fixture
            .public_key_pem
            .split_once("-----BEGIN PUBLIC KEY-----")
            .ok_or_else(|| bad("no BEGIN line"))?;
        let (body, _) = rest.split_once("-----END PUBLIC KEY-----").ok_or_else(|| bad("no END line"))?;
        let body: String = body.chars().filter(|c| !c.is_whitespace()).collect();
        let public_key = STANDARD.decode(body).map_err(|error| bad(&error.to_string()))?;
        Ok(Self {
            id: fixture.key_id,
            client_email: fixture.client_email,
            project: fixture.project,
            public_key,
        })
    }
}

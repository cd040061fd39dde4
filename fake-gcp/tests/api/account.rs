//! A service account that signs: its key is made here, and only the public half is told.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use fake_gcp::time::Instant;
use serde_json::{Value, json};

/// The account's address, in the project `p`.
pub(crate) const EMAIL: &str = "sa@p.iam.gserviceaccount.com";

/// What Google asks for everything under `compute.googleapis.com`.
pub(crate) const SCOPE: &str = "https://www.googleapis.com/auth/compute";

/// A key of the account.
pub(crate) struct Account {
    pub(crate) pair: RsaKeyPair,
    pub(crate) kid: String,
}

impl Account {
    pub(crate) fn new(kid: &str) -> Self {
        Self { pair: RsaKeyPair::generate(KeySize::Rsa2048).unwrap(), kid: kid.to_owned() }
    }

    /// The body of `POST /_fake/keys`.
    pub(crate) fn registration(&self) -> Value {
        let der = STANDARD.encode(self.pair.public_key().as_der().unwrap().as_ref());
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{der}\n-----END PUBLIC KEY-----\n");
        json!({ "clientEmail": EMAIL, "keyId": self.kid, "project": "p", "publicKeyPem": pem })
    }

    /// A JWT with these claims.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = json!({ "alg": "RS256", "typ": "JWT", "kid": self.kid });
        let signed = format!("{}.{}", part(&header), part(claims));
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// The claims of a JWT for Compute that is signed at `issued` and good for an hour; `changes` are laid over them, and null
/// takes one away.
pub(crate) fn claims(issued: Instant, changes: Value) -> Value {
    let iat = issued.as_secs();
    let mut claims = json!({ "iss": EMAIL, "iat": iat, "exp": iat + 3600, "scope": SCOPE });
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    claims
}

/// The body of a call of the token endpoint.
pub(crate) fn grant(assertion: &str) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer")
        .append_pair("assertion", assertion)
        .finish()
}

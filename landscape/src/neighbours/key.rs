//! The shoot owner's credential: a fresh RSA key in the form of Google's `serviceaccount.json`.
//!
//! The key is made at start and never stored anywhere but in the seed's Secret, so no key lies in any repository.

use aws_lc_rs::digest;
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::{Error, Result};

/// A service account's key pair and what Google writes beside it.
#[derive(Clone)]
pub struct ServiceAccountKey {
    /// E-mail address of the account.
    pub client_email: String,
    /// Id of the key: 40 hexadecimal digits.
    pub key_id: String,
    /// Public half, SPKI in PEM.
    pub public_key_pem: String,
    private_key_pem: String,
    project: String,
}

impl ServiceAccountKey {
    /// A new 2048-bit key for `gardener@<project>`.
    pub fn generate(project: &str) -> Result<Self> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| Error::Key)?;
        let private: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| Error::Key)?;
        let public: PublicKeyX509Der<'_> = pair.public_key().as_der().map_err(|_| Error::Key)?;
        let fingerprint = digest::digest(&digest::SHA256, public.as_ref());
        Ok(Self {
            client_email: format!("gardener@{project}.iam.gserviceaccount.com"),
            key_id: fingerprint.as_ref().iter().take(20).map(|byte| format!("{byte:02x}")).collect(),
            public_key_pem: pem("PUBLIC KEY", public.as_ref()),
            private_key_pem: pem("PRIVATE KEY", private.as_ref()),
            project: project.to_owned(),
        })
    }

    /// The file as Google hands it out; `token_uri` is where assertions are exchanged for tokens.
    pub fn to_json(&self, token_uri: &str) -> String {
        json!({
            "type": "service_account",
            "project_id": self.project,
            "private_key_id": self.key_id,
            "private_key": self.private_key_pem,
            "client_email": self.client_email,
            "client_id": "100000000000000000001",
            "auth_uri": "https://accounts.google.com/o/oauth2/auth",
            "token_uri": token_uri,
        })
        .to_string()
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    let mut text = format!("-----BEGIN {label}-----\n");
    for (index, character) in STANDARD.encode(der).chars().enumerate() {
        if index > 0 && index % 64 == 0 {
            text.push('\n');
        }
        text.push(character);
    }
    text + &format!("\n-----END {label}-----\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_halves_belong_together() {
        let key = ServiceAccountKey::generate("p").unwrap();
        assert_eq!(key.key_id.len(), 40);
        let der = |pem: &str| {
            STANDARD
                .decode(pem.lines().filter(|line| !line.starts_with("-----")).collect::<String>())
                .unwrap()
        };
        let pair = KeyPair::from_pkcs8(&der(&key.private_key_pem)).unwrap();
        let public: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
        assert_eq!(public.as_ref(), der(&key.public_key_pem));
        assert!(key.to_json("http://localhost/token").contains(r#""type":"service_account""#));
    }
}

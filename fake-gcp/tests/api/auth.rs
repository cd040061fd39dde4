//! Credentials: a key made here, registered, exchanged, and used to sign for itself.

use std::time::Duration;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use fake_gcp::Settings;
use fake_gcp::time::Instant;
use serde_json::{Value, json};

use crate::fake::{BASE, Fake};

struct Account {
    pair: RsaKeyPair,
    kid: &'static str,
}

const EMAIL: &str = "sa@p.iam.gserviceaccount.com";

impl Account {
    fn new(kid: &'static str) -> Self {
        Self { pair: RsaKeyPair::generate(KeySize::Rsa2048).unwrap(), kid }
    }

    fn registration(&self) -> Value {
        let der = STANDARD.encode(self.pair.public_key().as_der().unwrap().as_ref());
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{der}\n-----END PUBLIC KEY-----\n");
        json!({ "clientEmail": EMAIL, "keyId": self.kid, "project": "p", "publicKeyPem": pem })
    }

    fn jwt(&self, issuer: &str, issued: Instant, lifetime: i64) -> String {
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let (iat, header) = (issued.as_secs(), json!({ "alg": "RS256", "typ": "JWT", "kid": self.kid }));
        let claims = json!({ "iss": issuer, "iat": iat, "exp": iat + lifetime });
        let signed = format!("{}.{}", part(header), part(claims));
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn exchange(fake: &mut Fake, jwt: &str) -> (u16, Value) {
    let grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    let form: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", grant)
        .append_pair("assertion", jwt)
        .finish();
    fake.send("POST", "/token", &form)
}

fn list_with(fake: &mut Fake, token: &str) -> (u16, Value) {
    fake.token = token.to_owned();
    fake.send("GET", &format!("{BASE}global/networks"), "")
}

#[test]
fn a_registered_key_gets_a_token_that_expires() {
    let mut fake = Fake::new(Settings::default());
    let account = Account::new("k1");
    assert_eq!(fake.send("POST", "/_fake/keys", &account.registration().to_string()), (200, json!({})));
    let jwt = account.jwt(EMAIL, fake.now, 3600);
    let (status, reply) = exchange(&mut fake, &jwt);
    assert_eq!((status, &reply["token_type"], &reply["expires_in"]), (200, &json!("Bearer"), &json!(3599)));
    let token = reply["access_token"].as_str().unwrap().to_owned();
    assert_eq!(list_with(&mut fake, &token).0, 200);
    fake.advance(Duration::from_secs(3599));
    let (status, reply) = list_with(&mut fake, &token);
    assert_eq!((status, &reply["error"]["errors"][0]["reason"]), (401, &json!("authError")));
}

#[test]
fn a_registered_key_signs_for_itself() {
    let mut fake = Fake::new(Settings::default());
    let account = Account::new("k1");
    fake.send("POST", "/_fake/keys", &account.registration().to_string());
    let jwt = account.jwt(EMAIL, fake.now, 3600);
    assert_eq!(list_with(&mut fake, &jwt).0, 200);
    assert_eq!(fake.send("GET", "/compute/v1/projects/q/global/networks", "").0, 403);
    fake.advance(Duration::from_secs(3600 + 299));
    assert_eq!(list_with(&mut fake, &jwt).0, 200);
    fake.advance(Duration::from_secs(1));
    assert_eq!(list_with(&mut fake, &jwt).0, 401);
}

#[test]
fn what_is_not_signed_by_a_registered_key_is_refused() {
    let mut fake = Fake::new(Settings::default());
    let (known, unknown, impostor) = (Account::new("k1"), Account::new("k2"), Account::new("k1"));
    fake.send("POST", "/_fake/keys", &known.registration().to_string());
    let now = fake.now;
    for (why, jwt) in [
        ("unknown key id", unknown.jwt(EMAIL, now, 3600)),
        ("another key under a known id", impostor.jwt(EMAIL, now, 3600)),
        ("another issuer", known.jwt("x@p", now, 3600)),
        ("not yet valid", known.jwt(EMAIL, now + Duration::from_secs(301), 3600)),
        ("expired", known.jwt(EMAIL, now - Duration::from_secs(3901), 3600)),
        ("too long", known.jwt(EMAIL, now, 3901)),
        ("no JWT", "x".to_owned()),
    ] {
        let (status, reply) = exchange(&mut fake, &jwt);
        assert_eq!((status, &reply["error"]), (400, &json!("invalid_grant")), "{why}: {reply}");
        let (status, reply) = list_with(&mut fake, &jwt);
        assert_eq!((status, &reply["error"]["errors"][0]["reason"]), (401, &json!("authError")), "{why}");
    }
}

#[test]
fn a_key_that_cannot_be_read_is_named() {
    let mut fake = Fake::new(Settings::default());
    let key = json!({ "clientEmail": EMAIL, "keyId": "k9", "project": "p", "publicKeyPem": "x" });
    let (status, reply) = fake.send("POST", "/_fake/keys", &key.to_string());
    assert_eq!(status, 400);
    assert!(reply["error"]["message"].as_str().unwrap().contains("'k9'"), "{reply}");
}

#[test]
fn a_token_is_for_one_project_and_projects_must_exist() {
    let mut fake = Fake::new(Settings::default());
    fake.send("POST", "/_fake/seed", "projects: [q]");
    let (status, reply) = fake.send("GET", "/compute/v1/projects/q/global/networks", "");
    assert_eq!((status, &reply["error"]["errors"][0]["reason"]), (403, &json!("forbidden")));
    let (status, reply) = fake.send("GET", "/compute/v1/projects/none/global/networks", "");
    assert_eq!((status, &reply["error"]["errors"][0]["reason"]), (403, &json!("accessNotConfigured")));
}

#[test]
fn without_authentication_anybody_may_call() {
    let settings: Settings = serde_saphyr::from_str("authentication: anonymous").unwrap();
    let mut fake = Fake::new(settings);
    assert_eq!(list_with(&mut fake, "nonsense").0, 200);
}

//! Credentials: a key made here, registered, exchanged, and used to sign for itself.

use std::time::Duration;

use fake_gcp::Settings;
use fake_gcp::time::Instant;
use serde_json::{Value, json};

use crate::account::{Account, EMAIL, claims, grant};
use crate::fake::{BASE, Fake};

/// The audience of what is brought to the token endpoint.
const ENDPOINT: &str = "https://oauth2.googleapis.com/token";

fn with_account(settings: &str) -> (Fake, Account) {
    let mut fake = Fake::new(serde_saphyr::from_str::<Settings>(settings).unwrap());
    let account = Account::new("k1");
    assert_eq!(fake.send("POST", "/_fake/keys", &account.registration().to_string()), (200, json!({})));
    (fake, account)
}

fn exchange(fake: &mut Fake, jwt: &str) -> (u16, Value) {
    fake.send("POST", "/token", &grant(jwt))
}

fn list_with(fake: &mut Fake, token: &str) -> (u16, Value) {
    fake.token = token.to_owned();
    fake.send("GET", &format!("{BASE}global/networks"), "")
}

#[test]
fn a_registered_key_gets_a_token_that_expires() {
    for (settings, lifetime) in [("{}", 3599), ("{lags: {token_lifetime: 5m}}", 300)] {
        let (mut fake, account) = with_account(settings);
        let jwt = account.sign(&claims(fake.now, json!({ "aud": ENDPOINT })));
        let (status, reply) = exchange(&mut fake, &jwt);
        assert_eq!((status, &reply["token_type"]), (200, &json!("Bearer")));
        assert_eq!(reply["expires_in"], json!(lifetime));
        let token = reply["access_token"].as_str().unwrap().to_owned();
        fake.advance(Duration::from_secs(lifetime - 1));
        assert_eq!(list_with(&mut fake, &token).0, 200);
        fake.advance(Duration::from_secs(1));
        let (status, reply) = list_with(&mut fake, &token);
        assert_eq!((status, &reply["error"]["errors"][0]["reason"]), (401, &json!("authError")));
    }
}

#[test]
fn a_registered_key_signs_for_itself() {
    let (mut fake, account) = with_account("{}");
    let jwt = account.sign(&claims(fake.now, json!({})));
    assert_eq!(list_with(&mut fake, &jwt).0, 200);
    assert_eq!(fake.send("GET", "/compute/v1/projects/q/global/networks", "").0, 403);
    fake.advance(Duration::from_secs(3600 + 299));
    assert_eq!(list_with(&mut fake, &jwt).0, 200);
    fake.advance(Duration::from_secs(1));
    assert_eq!(list_with(&mut fake, &jwt).0, 401);
}

#[test]
fn in_process_a_client_lives_in_the_time_of_the_world() {
    let (fake, account) = with_account("{}");
    let first = account.sign(&claims(fake.now, json!({})));
    for hours in [0.0, 1.5, 3.0] {
        let mut later = fake.clone();
        later.advance(Duration::from_secs_f64(hours * 3600.0));
        let jwt = account.sign(&claims(later.now, json!({})));
        assert_eq!(list_with(&mut later, &jwt).0, 200, "signed after {hours} h");
        let expected = if hours == 0.0 { 200 } else { 401 };
        assert_eq!(list_with(&mut later, &first).0, expected, "signed {hours} h ago");
    }
}

#[test]
fn each_jwt_is_for_one_api_or_for_the_token_endpoint() {
    const PLATFORM: &str = "https://www.googleapis.com/auth/cloud-platform";
    let (mut fake, account) = with_account("{}");
    let account_path = "/v1/projects/p/serviceAccounts";
    // Taken by Compute, by IAM, by the token endpoint?
    for (changes, expected) in [
        (json!({}), [true, false, false]),
        (json!({ "scope": PLATFORM }), [true, true, false]),
        (json!({ "scope": format!("x {PLATFORM} y") }), [true, true, false]),
        (json!({ "scope": "https://www.googleapis.com/auth/devstorage.read_only" }), [false, false, false]),
        (json!({ "scope": null }), [false, false, false]),
        (json!({ "scope": null, "aud": "https://compute.googleapis.com/" }), [true, false, false]),
        (json!({ "scope": null, "aud": "https://iam.googleapis.com/" }), [false, true, false]),
        (json!({ "scope": null, "aud": "https://pubsub.googleapis.com/" }), [false, false, false]),
        (json!({ "aud": ENDPOINT }), [false, false, true]),
        (json!({ "aud": "https://www.googleapis.com/oauth2/v4/token" }), [false, false, true]),
        (json!({ "aud": "https://example.org/token" }), [false, false, false]),
    ] {
        let jwt = account.sign(&claims(fake.now, changes.clone()));
        let exchanged = exchange(&mut fake, &jwt).0 == 200;
        let listed = list_with(&mut fake, &jwt).0 == 200;
        let accounts = fake.send("GET", account_path, "").0 == 200;
        assert_eq!([listed, accounts, exchanged], expected, "{changes}");
    }
}

#[test]
fn what_is_not_signed_by_a_registered_key_is_refused() {
    let (mut fake, known) = with_account("{}");
    let (unknown, impostor) = (Account::new("k2"), Account::new("k1"));
    let now = fake.now;
    let later = |seconds| now + Duration::from_secs(seconds);
    let good = |issued: Instant| claims(issued, json!({}));
    for (why, account, claims) in [
        ("unknown key id", &unknown, good(now)),
        ("another key under a known id", &impostor, good(now)),
        ("another issuer", &known, claims(now, json!({ "iss": "x@p" }))),
        ("not yet valid", &known, good(later(301))),
        ("expired", &known, good(now - Duration::from_secs(3901))),
        ("too long", &known, claims(now, json!({ "exp": later(3901).as_secs() }))),
    ] {
        let mut for_endpoint = claims.clone();
        for_endpoint["aud"] = json!(ENDPOINT);
        refused(&mut fake, why, &account.sign(&claims), &account.sign(&for_endpoint));
    }
    refused(&mut fake, "no JWT", "x", "x");
    // The same, with nothing wrong.
    assert_eq!(list_with(&mut fake, &known.sign(&good(now))).0, 200);
    assert_eq!(EMAIL, good(now)["iss"]);
}

fn refused(fake: &mut Fake, why: &str, bearer: &str, assertion: &str) {
    let (status, reply) = exchange(fake, assertion);
    assert_eq!((status, &reply["error"]), (400, &json!("invalid_grant")), "{why}: {reply}");
    assert_ne!(reply["error_description"], "Invalid JWT: it is for another audience.", "{why}");
    let (status, reply) = list_with(fake, bearer);
    assert_eq!((status, &reply["error"]["errors"][0]["reason"]), (401, &json!("authError")), "{why}");
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
    fake.send("POST", "/_fake/fixture", "projects: [q]");
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

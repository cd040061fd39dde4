//! IAM's service accounts: methods, the envelope of its errors, the log.

use std::time::Duration;

use fake_gcp::Settings;
use serde_json::{Value, json};

use crate::fake::Fake;

const ACCOUNTS: &str = "/v1/projects/p/serviceAccounts";
const EMAIL: &str = "shoot--a--b@p.iam.gserviceaccount.com";

fn create(fake: &mut Fake, account_id: &str) -> (u16, Value) {
    let body = json!({ "accountId": account_id, "serviceAccount": { "displayName": account_id } });
    fake.send("POST", ACCOUNTS, &body.to_string())
}

fn refusal(reply: &(u16, Value)) -> (u16, Value, &Value) {
    let (status, body) = reply;
    assert_eq!(body["error"]["errors"][0]["message"], body["error"]["message"], "{body}");
    (*status, body["error"]["code"].clone(), &body["error"]["status"])
}

#[test]
fn an_account_is_there_at_once_and_goes_at_once() {
    let mut fake = Fake::new(Settings::default());
    let (status, created) = create(&mut fake, "shoot--a--b");
    assert_eq!(status, 200, "{created}");
    assert_eq!((&created["email"], &created["displayName"]), (&json!(EMAIL), &json!("shoot--a--b")));
    assert_eq!(created["name"], json!(format!("projects/p/serviceAccounts/{EMAIL}")));
    let id = created["uniqueId"].as_str().unwrap().to_owned();
    assert_eq!(id.len(), 21, "{id}");
    // gcloud names no project beside the address.
    let anywhere = fake.send("GET", &format!("/v1/projects/-/serviceAccounts/{EMAIL}"), "");
    assert_eq!(anywhere, (200, created.clone()));
    for name in [EMAIL, &id] {
        assert_eq!(fake.send("GET", &format!("{ACCOUNTS}/{name}"), ""), (200, created.clone()));
    }
    assert_eq!(fake.send("DELETE", &format!("{ACCOUNTS}/{EMAIL}"), ""), (200, json!({})));
    for method in ["GET", "DELETE"] {
        let reply = fake.send(method, &format!("{ACCOUNTS}/{EMAIL}"), "");
        assert_eq!(refusal(&reply), (404, json!(404), &json!("NOT_FOUND")));
        assert_eq!(reply.1["error"]["message"], "Unknown service account");
    }
}

#[test]
fn a_new_account_shows_up_after_a_while() {
    let settings: Settings = serde_saphyr::from_str("lags: {service_account: 7s}").unwrap();
    let mut fake = Fake::new(settings);
    let created = create(&mut fake, "shoot--a--b").1;
    let path = format!("{ACCOUNTS}/{EMAIL}");
    for method in ["GET", "DELETE"] {
        assert_eq!(fake.send(method, &path, "").0, 404, "{method}");
    }
    assert_eq!(create(&mut fake, "shoot--a--b").0, 409);
    let listed = fake.send("GET", ACCOUNTS, "").1["accounts"].clone();
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
    fake.advance(Duration::from_secs(7));
    assert_eq!(fake.send("GET", &path, ""), (200, created));
    assert_eq!(fake.send("DELETE", &path, ""), (200, json!({})));
}

#[test]
fn refusals_have_a_status() {
    let mut fake = Fake::new(Settings::default());
    for (account_id, status, name) in [
        ("nodes-of-p", 409, "ALREADY_EXISTS"),
        ("", 400, "INVALID_ARGUMENT"),
        ("short", 400, "INVALID_ARGUMENT"),
        ("a-name-of-31-characters-in-whole", 400, "INVALID_ARGUMENT"),
        ("Capital", 400, "INVALID_ARGUMENT"),
        ("dash-at-the-end-", 400, "INVALID_ARGUMENT"),
    ] {
        let reply = create(&mut fake, account_id);
        assert_eq!(refusal(&reply), (status, json!(status), &json!(name)), "{account_id}");
    }
    for (method, path, body, status, name) in [
        ("POST", ACCOUNTS, "[]", 400, "INVALID_ARGUMENT"),
        ("POST", ACCOUNTS, r#"{"accountId":"abcdef","x":1}"#, 501, "UNIMPLEMENTED"),
        ("PUT", "/v1/projects/p/serviceAccounts/x", "", 501, "UNIMPLEMENTED"),
        ("GET", "/v1/projects/p/roles", "", 501, "UNIMPLEMENTED"),
        ("GET", "/v1/projects/q/serviceAccounts/x", "", 403, "PERMISSION_DENIED"),
        ("GET", "/v1/projects/p/serviceAccounts?pageSize=many", "", 400, "INVALID_ARGUMENT"),
    ] {
        let reply = fake.send(method, path, body);
        assert_eq!(refusal(&reply), (status, json!(status), &json!(name)), "{method} {path}");
    }
    fake.token = "nonsense".to_owned();
    let reply = fake.send("GET", ACCOUNTS, "");
    assert_eq!(refusal(&reply), (401, json!(401), &json!("UNAUTHENTICATED")));
}

#[test]
fn pages_join_to_the_whole_list() {
    let mut fake = Fake::new(Settings::default());
    for account_id in ["a-first", "b-second", "z-last"] {
        assert_eq!(create(&mut fake, account_id).0, 200);
    }
    let (mut seen, mut token) = (Vec::new(), String::new());
    loop {
        let (_, page) = fake.send("GET", &format!("{ACCOUNTS}?pageSize=2&pageToken={token}"), "");
        let accounts = page["accounts"].as_array().unwrap();
        seen.extend(accounts.iter().map(|account| account["displayName"].as_str().unwrap().to_owned()));
        match page["nextPageToken"].as_str() {
            Some(next) => next.clone_into(&mut token),
            None => break,
        }
    }
    assert_eq!(seen, ["a-first", "b-second", "Nodes", "z-last"]);
    fake.send("POST", "/_fake/fixture", "projects: [none]");
    let (_, reply) = fake.send("POST", "/_fake/tokens", r#"{"project":"none"}"#);
    reply["token"].as_str().unwrap().clone_into(&mut fake.token);
    assert_eq!(fake.send("GET", "/v1/projects/none/serviceAccounts", ""), (200, json!({})));
}

#[test]
fn calls_are_logged_and_the_snapshot_shows_what_is_there() {
    let mut fake = Fake::new(Settings::default());
    create(&mut fake, "shoot--a--b");
    fake.send("GET", &format!("{ACCOUNTS}/{EMAIL}"), "");
    fake.done("PATCH regions/europe-west1/routers/router", &json!({ "nats": [] }));
    let seen = fake.admin("requests?agent=test/");
    for method in ["iam.serviceAccounts.create", "iam.serviceAccounts.get", "compute.routers.patch"] {
        assert_eq!(seen["by_method"][method], 1, "{method}: {seen}");
    }
    assert_eq!(seen["mutations"], 2, "{seen}");
    let project = fake.admin("snapshot")["projects"]["p"].clone();
    for (collection, pointer, want) in [
        ("addresses", "/0/name", "egress"),
        ("routers", "/0/name", "router"),
        ("firewalls", "/0/name", "internal"),
        ("serviceAccounts", "/1/email", EMAIL),
    ] {
        assert_eq!(project[collection].pointer(pointer), Some(&json!(want)), "{project}");
    }
}

//! Faults: calls that go wrong by rule, and what the rules tell of themselves.

use std::time::Duration;

use bytes::Bytes;
use fake_gcp::Settings;
use fake_gcp::api::wire::ConnectionBreaks;
use fake_gcp::faults::{Fault, Rule};
use http::Request;
use serde_json::{Value, json};

use crate::fake::{BASE, Fake};

const ROUTER: &str = "PATCH regions/europe-west1/routers/router";

fn with(rules: &str) -> Fake {
    let mut fake = Fake::new(Settings::default());
    assert_eq!(fake.send("POST", "/_fake/faults", rules), (200, json!({})));
    fake
}

fn reason(reply: &(u16, Value)) -> (u16, &str) {
    (reply.0, reply.1.pointer("/error/errors/0/reason").and_then(Value::as_str).unwrap_or_default())
}

fn counts(fake: &mut Fake) -> Vec<(u64, u64)> {
    let rules = fake.admin("faults")["rules"].as_array().unwrap().clone();
    let count = |rule: &Value, key: &str| rule[key].as_u64().unwrap();
    rules.iter().map(|rule| (count(rule, "seen"), count(rule, "fired"))).collect()
}

#[test]
fn a_refused_call_is_not_applied() {
    let mut fake = with(
        "{method: compute.routers.patch, fault: {refuse: {status: 403, reason: rateLimitExceeded, domain: usageLimits, \
         message: Rate Limit Exceeded, details: [{reason: CONCURRENT_OPERATIONS_QUOTA_EXCEEDED}]}}}",
    );
    let before = fake.admin("projects/p/resources");
    let body = json!({ "bgp": { "asn": 64512 } });
    let want = json!({ "error": {
        "code": 403, "message": "Rate Limit Exceeded",
        "errors": [{ "message": "Rate Limit Exceeded", "domain": "usageLimits", "reason": "rateLimitExceeded" }],
        "details": [{ "reason": "CONCURRENT_OPERATIONS_QUOTA_EXCEEDED" }],
    } });
    assert_eq!(fake.call(ROUTER, &body), (403, want));
    fake.advance(Duration::from_secs(1));
    assert_eq!(fake.admin("projects/p/resources"), before);
    assert_eq!(fake.done(ROUTER, &body)["error"], Value::Null);
    assert_eq!(counts(&mut fake), [(2, 1)]);
    assert_eq!(fake.admin("requests")["by_method"]["compute.routers.patch"], 2);
}

#[test]
fn what_is_applied_and_refused_is_there() {
    let mut fake = with(
        "- {method: compute.networks.insert, fault: {applyAndRefuse: {status: 503, reason: backendError}}}\n\
         - {method: iam.serviceAccounts.create, fault: {applyAndRefuse: {status: 503, reason: UNAVAILABLE}}}",
    );
    let network = json!({ "name": "x" });
    assert_eq!(reason(&fake.call("POST global/networks", &network)), (503, "backendError"));
    assert_eq!(reason(&fake.call("POST global/networks", &network)), (409, "alreadyExists"));
    fake.advance(Duration::from_secs(1));
    assert_eq!(fake.get("global/networks/x")["name"], "x");
    let account = json!({ "accountId": "account" }).to_string();
    let refused = fake.send("POST", "/v1/projects/p/serviceAccounts", &account);
    let want = json!({ "error": { "code": 503, "message": "", "status": "UNAVAILABLE" } });
    assert_eq!(refused, (503, want));
    assert_eq!(fake.send("POST", "/v1/projects/p/serviceAccounts", &account).0, 409);
    assert_eq!(fake.admin("faults")["idle"], json!([]));
}

#[test]
fn a_connection_breaks_before_or_after() {
    let mut fake = with(
        "- {method: compute.networks.insert, path: networks, fault: drop}\n\
         - {method: compute.networks.insert, nth: 2, fault: applyAndDrop}\n\
         - {method: iam.serviceAccounts.create, fault: applyAndDrop}",
    );
    let post = |fake: &mut Fake, path: &str, body: Value| {
        let request = Request::post(path)
            .header("authorization", format!("Bearer {}", fake.token))
            .body(Bytes::from(body.to_string()))
            .unwrap();
        let response = fake.world.handle(fake.now, &request);
        response.extensions().get::<ConnectionBreaks>().is_some()
    };
    let networks = format!("{BASE}global/networks");
    assert!(post(&mut fake, &networks, json!({ "name": "first" })));
    assert!(post(&mut fake, &networks, json!({ "name": "second" })));
    assert!(!post(&mut fake, &networks, json!({ "name": "third" })));
    assert!(post(&mut fake, "/v1/projects/p/serviceAccounts", json!({ "accountId": "account" })));
    fake.advance(Duration::from_secs(1));
    for (path, status) in [("first", 404), ("second", 200), ("third", 200)] {
        assert_eq!(fake.call(&format!("GET global/networks/{path}"), &Value::Null).0, status, "{path}");
    }
    let account = "/v1/projects/p/serviceAccounts/account@p.iam.gserviceaccount.com";
    assert_eq!(fake.send("GET", account, "").0, 200);
    let entries = fake.admin("requests?entries=true")["entries"].clone();
    assert_eq!((&entries[0]["status"], &entries[1]["status"]), (&json!(0), &json!(0)), "{entries}");
    assert_eq!(fake.admin("faults")["idle"], json!([]));
}

#[test]
fn an_operation_fails_without_effect() {
    let details = json!([{ "quotaInfo": { "metricName": "compute.googleapis.com/networks", "limit": 5.0 } }]);
    let rule = json!({ "method": "compute.networks.insert", "fault": { "failOperation": {
        "code": "QUOTA_EXCEEDED", "message": "Quota 'NETWORKS' exceeded.", "httpErrorStatusCode": 403, "errorDetails": details,
    } } });
    let mut fake = with(&rule.to_string());
    let operation = fake.done("POST global/networks", &json!({ "name": "x" }));
    let error = &operation["error"]["errors"][0];
    assert_eq!((&error["code"], &error["errorDetails"]), (&json!("QUOTA_EXCEEDED"), &details));
    assert_eq!(
        (&operation["httpErrorStatusCode"], &operation["httpErrorMessage"]),
        (&json!(403), &json!("FORBIDDEN"))
    );
    assert_eq!(fake.call("GET global/networks/x", &Value::Null).0, 404);
    assert_eq!(fake.done("POST global/networks", &json!({ "name": "x" }))["error"], Value::Null);
}

#[test]
fn an_operation_that_never_starts_cannot_fail() {
    let mut fake = with("{method: compute.networks.delete, fault: {failOperation: {code: INTERNAL_ERROR}}}");
    assert_eq!(fake.call("DELETE global/networks/none", &Value::Null).0, 404);
    assert_eq!(counts(&mut fake), [(1, 0)]);
    assert_eq!(fake.admin("faults")["idle"][0]["method"], "compute.networks.delete");
    let operation = fake.done("DELETE global/networks/empty", &Value::Null);
    assert_eq!(operation["error"]["errors"][0]["code"], "INTERNAL_ERROR");
    assert_eq!((counts(&mut fake), &fake.admin("faults")["idle"]), (vec![(2, 1)], &json!([])));
}

#[test]
fn an_operation_takes_longer() {
    let mut fake = with("{method: compute.networks.insert, fault: {delayOperation: 30s}}");
    let (_, reply) = fake.call("POST global/networks", &json!({ "name": "x" }));
    fake.advance(Duration::from_secs(30));
    assert_eq!(fake.operation(&reply)["status"], "RUNNING");
    fake.advance(Duration::from_millis(1));
    assert_eq!(fake.operation(&reply)["status"], "DONE");
}

#[test]
fn pages_get_short() {
    let mut fake = with("{method: compute.networks.list, count: null, fault: {shortPage: 2}}");
    let (mut names, mut token) = (Vec::new(), String::new());
    loop {
        let page = fake.get(&format!("global/networks?maxResults=500&pageToken={token}"));
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 2, "{page}");
        names.extend(items.iter().map(|item| item["name"].as_str().unwrap().to_owned()));
        match page["nextPageToken"].as_str() {
            Some(next) => next.clone_into(&mut token),
            None => break,
        }
    }
    assert_eq!(names, ["auto", "empty", "legacy", "peer", "vpc"]);
    assert_eq!(fake.get("global/networks?maxResults=1")["items"].as_array().unwrap().len(), 1);
}

#[test]
fn a_rule_says_which_calls() {
    let mut fake = with(
        "- {method: compute.networks.*, path: /vpc, nth: 2, count: 2, fault: {refuse: {status: 500, reason: a}}}\n\
         - {method: \"*\", nth: 6, count: null, fault: {refuse: {status: 500, reason: b}}}",
    );
    let mut seen = Vec::new();
    for path in ["vpc", "empty", "vpc", "vpc", "vpc", "empty", "vpc"] {
        let reply = fake.call(&format!("GET global/networks/{path}"), &Value::Null);
        seen.push(reason(&reply).1.to_owned());
    }
    assert_eq!(seen, ["", "", "a", "a", "", "b", "b"]);
    assert_eq!(counts(&mut fake), [(5, 2), (7, 2)]);
    assert_eq!(fake.send("DELETE", "/_fake/faults", ""), (200, json!({})));
    assert_eq!(fake.admin("faults"), json!({ "rules": [], "idle": [] }));
    fake.get("global/networks/vpc");
}

#[test]
fn tokens_and_accounts_have_errors_of_their_own() {
    let mut fake = with(
        "- {method: oauth2.token, fault: {refuse: {status: 400, reason: invalid_grant, message: m}}}\n\
         - {method: iam.serviceAccounts.get, fault: {refuse: {status: 403, reason: PERMISSION_DENIED, message: m}}}",
    );
    let want = json!({ "error": "invalid_grant", "error_description": "m" });
    assert_eq!(fake.send("POST", "/token", ""), (400, want));
    let want = json!({ "error": { "code": 403, "message": "m", "status": "PERMISSION_DENIED" } });
    assert_eq!(fake.send("GET", "/v1/projects/p/serviceAccounts/x", ""), (403, want));
    assert_eq!(fake.send("GET", "/v1/projects/p/serviceAccounts/x", "").0, 404);
}

#[test]
fn a_rule_that_could_never_fire_is_refused() {
    let mut fake = Fake::new(Settings::default());
    for (rule, part) in [
        ("{method: compute.networks.pet, fault: {shortPage: 1}}", "'compute.networks.pet'"),
        ("{method: compute.networks.get, fault: {failOperation: {code: X}}}", "failOperation"),
        ("{method: iam.*, fault: {delayOperation: 1s}}", "delayOperation"),
        ("{method: compute.networks.get, fault: {shortPage: 1}}", "shortPage"),
        ("{method: compute.networks.get, fault: {explode: 1}}", ""),
        ("{method: compute.networks.get, nth: 0, fault: drop}", "nth: 0 is out of range"),
        ("{method: compute.networks.get, count: 0, fault: drop}", "count: 0 is out of range"),
        ("{method: compute.networks.list, fault: {shortPage: 0}}", "fault.shortPage: 0"),
        ("{method: compute.networks.insert, fault: {delayOperation: -3s}}", "time does not go back"),
        (
            "{method: compute.networks.get, fault: {refuse: {status: 200, reason: x}}}",
            "fault.refuse.status: 200 is out of range: an error has 400 to 599",
        ),
        ("{method: compute.networks.get, fault: {applyAndRefuse: {status: 1000, reason: x}}}", "1000"),
        (
            "{method: compute.networks.insert, fault: {failOperation: {code: X, httpErrorStatusCode: 0}}}",
            "httpErrorStatusCode",
        ),
        ("{method: compute.networks.get, often: 1, fault: {shortPage: 1}}", ""),
    ] {
        // The good rule beside it is not added either.
        let rules = format!("- {{method: \"*\", fault: {{refuse: {{status: 500, reason: x}}}}}}\n- {rule}");
        let (status, reply) = fake.send("POST", "/_fake/faults", &rules);
        assert_eq!(status, 400, "{rule}");
        assert!(reply["error"]["message"].as_str().unwrap().contains(part), "{rule}: {reply}");
    }
    assert_eq!(fake.admin("faults")["rules"], json!([]));
}

#[test]
fn rules_are_added_in_process_too() {
    let mut fake = Fake::new(Settings::default());
    let rule: Rule =
        serde_json::from_value(json!({ "method": "compute.networks.list", "fault": { "shortPage": 1 } }))
            .unwrap();
    assert_eq!((rule.nth, rule.count, &rule.fault), (1, Some(1), &Fault::ShortPage(1)));
    fake.world.add_fault(rule).unwrap();
    assert_eq!(fake.world.faults().idle().count(), 1);
    assert_eq!(fake.get("global/networks")["items"].as_array().unwrap().len(), 1);
    assert_eq!(fake.world.faults().idle().count(), 0);
}

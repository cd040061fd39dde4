//! The services beside Compute over a socket: one host, told apart by path, each for the credentials that name it.

use fake_gcp::http::Clock;
use fake_gcp::http::clock::Pace;
use serde_json::{Value, json};

use crate::Client;
use crate::account::{Account, claims};

const TEST: &str = "/v1/projects/p:testIamPermissions";
const RANGES: &str = "/v1/projects/p/locations/global/internalRanges";
const ROUTES: &str = "/v1/projects/p/locations/global/policyBasedRoutes";

#[tokio::test]
async fn each_service_answers_those_whose_credentials_are_for_it() {
    let client = Client::start("{}", Pace::Manual).await;
    let account = Account::new("k1");
    client.call("POST", "/_fake/keys", account.registration()).await;
    let asked = json!({ "permissions": ["compute.routes.delete"] }).to_string();
    // Compute, Resource Manager, Network Connectivity twice.
    let calls = [
        ("GET", crate::NETWORKS, ""),
        ("POST", TEST, asked.as_str()),
        ("GET", RANGES, ""),
        ("GET", ROUTES, ""),
    ];
    for (claimed, expected) in [
        (json!({ "scope": "https://www.googleapis.com/auth/cloud-platform" }), [true, true, true, true]),
        (json!({ "scope": "https://www.googleapis.com/auth/compute" }), [true, false, false, false]),
        (
            json!({ "scope": null, "aud": "https://cloudresourcemanager.googleapis.com/" }),
            [false, true, false, false],
        ),
        (
            json!({ "scope": null, "aud": "https://networkconnectivity.googleapis.com/" }),
            [false, false, true, true],
        ),
    ] {
        let bearer = account.sign(&claims(Clock::wall(), claimed.clone()));
        for ((method, path, body), taken) in calls.into_iter().zip(expected) {
            let (head, reply) = client.with_bearer(&bearer, method, path, body).await;
            let status = if taken { "http/1.1 200" } else { "http/1.1 401" };
            assert!(head.starts_with(status), "{claimed} {path}: {head} {reply}");
        }
    }
}

#[tokio::test]
async fn what_they_say_follows_what_was_told_to_the_fake() {
    let client = Client::start("authentication: anonymous", Pace::Manual).await;
    let asked = json!({ "permissions": ["compute.routes.delete", "compute.firewalls.create"] });
    assert_eq!(client.call("POST", TEST, asked.clone()).await, asked);
    let lack = json!({ "caller": "anonymous", "missing": ["compute.routes.delete"] });
    assert_eq!(client.call("POST", "/_fake/permissions", lack).await, json!({}));
    let held = client.call("POST", TEST, asked).await;
    assert_eq!(held, json!({ "permissions": ["compute.firewalls.create"] }));
    let off = json!({ "project": "p", "disabled": ["networkconnectivity.googleapis.com"] });
    assert_eq!(client.call("POST", "/_fake/services", off).await, json!({}));
    let refused = client.call("GET", RANGES, Value::Null).await;
    assert_eq!(refused["error"]["details"][0]["reason"], "SERVICE_DISABLED", "{refused}");
}

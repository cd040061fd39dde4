//! Clients on the other side of the socket live in real time, however far or fast the cloud's clock has gone: what they sign
//! is judged by theirs, and so is how long something of theirs is remembered.

use std::time::Duration;

use fake_gcp::http::Clock;
use fake_gcp::http::clock::Pace;
use fake_gcp::time::Instant;
use serde_json::{Value, json};

use crate::account::{Account, claims, grant};
use crate::{Client, NETWORKS};

const HOUR: Duration = Duration::from_secs(3600);

/// The status of a list with that token.
async fn listed(client: &Client, bearer: &str) -> u16 {
    let (head, _) = client.with_bearer(bearer, "GET", NETWORKS, "").await;
    head.split(' ').nth(1).unwrap().parse().unwrap()
}

/// What the token endpoint says to a JWT with these claims.
async fn exchanged(client: &Client, account: &Account, mut claims: Value) -> Value {
    claims["aud"] = json!("http://fake/token");
    client.raw("POST", "/token", &grant(&account.sign(&claims))).await.1
}

async fn cloud_time(client: &Client) -> Instant {
    let shown = client.raw("GET", "/_fake/clock", "").await.1;
    shown["now"].as_str().unwrap().parse().unwrap()
}

/// Lets the cloud's clock go by `by`, while next to no real time passes.
async fn pass(client: &Client, pace: Pace, by: Duration) {
    match pace {
        Pace::Manual => {
            let by = json!({ "advance": format!("{}s", by.as_secs()) });
            client.call("POST", "/_fake/clock", by).await;
        }
        Pace::Scaled(factor) => {
            tokio::time::pause();
            tokio::time::advance(by.div_f64(factor)).await;
            tokio::time::resume();
        }
    }
}

/// Every clock that a server can have, and every place where it can begin.
async fn everywhere(settings: &str, check: impl AsyncFn(&Client, Pace)) {
    let now = Clock::wall();
    for pace in [Pace::Manual, Pace::Scaled(1.0), Pace::Scaled(500.0), Pace::Scaled(1000.0)] {
        for origin in [now, now + 5 * HOUR, now - 5 * HOUR, Instant::EPOCH] {
            check(&Client::start_at(settings, pace, origin).await, pace).await;
        }
    }
}

#[tokio::test]
async fn what_is_good_by_the_signers_clock_is_taken_however_far_the_cloud_has_gone() {
    let account = Account::new("k1");
    everywhere("{}", async |client, pace| {
        client.call("POST", "/_fake/keys", account.registration()).await;
        let begun = cloud_time(client).await;
        let first = account.sign(&claims(Clock::wall(), json!({})));
        let reply = exchanged(client, &account, claims(Clock::wall(), json!({}))).await;
        assert_eq!(reply["expires_in"], 3599, "{reply}");
        let first_token = reply["access_token"].as_str().unwrap();
        for hours in [0.0, 1.5, 3.0] {
            let told = format!("{pace:?}, {hours} h after {begun}");
            let passed = cloud_time(client).await.since(begun);
            pass(client, pace, Duration::from_secs_f64(hours * 3600.0).saturating_sub(passed)).await;
            assert!(cloud_time(client).await.since(begun) >= Duration::from_secs_f64(hours * 3600.0));
            assert_eq!(listed(client, &first).await, 200, "signed at first: {told}");
            assert_eq!(listed(client, first_token).await, 200, "issued at first: {told}");
            let fresh = claims(Clock::wall(), json!({}));
            assert_eq!(listed(client, &account.sign(&fresh)).await, 200, "signed now: {told}");
            let reply = exchanged(client, &account, fresh).await;
            assert_eq!(listed(client, reply["access_token"].as_str().unwrap()).await, 200, "{told}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_expired_not_yet_valid_or_for_others_is_refused_whatever_the_cloud_shows() {
    let account = Account::new("k1");
    everywhere("{}", async |client, pace| {
        client.call("POST", "/_fake/keys", account.registration()).await;
        let (real, cloud) = (Clock::wall(), cloud_time(client).await);
        let mut all = vec![
            ("expired", claims(real - 2 * HOUR, json!({})), true),
            ("not yet valid", claims(real + HOUR, json!({})), true),
            (
                "for another API",
                claims(real, json!({ "scope": null, "aud": "https://pubsub.googleapis.com/" })),
                false,
            ),
        ];
        if real.since(cloud).max(cloud.since(real)) > 2 * HOUR {
            all.push(("good by the cloud's clock only", claims(cloud, json!({})), true));
        }
        for (why, claims, at_the_endpoint_too) in all {
            assert_eq!(listed(client, &account.sign(&claims)).await, 401, "{why}: {pace:?}, {cloud}");
            if at_the_endpoint_too {
                let reply = exchanged(client, &account, claims).await;
                assert_eq!(reply["error"], "invalid_grant", "{why}: {pace:?}, {cloud}: {reply}");
            }
        }
        let mut for_others = claims(real, json!({}));
        for_others["aud"] = json!("http://other/token");
        let reply = client.raw("POST", "/token", &grant(&account.sign(&for_others))).await.1;
        assert_eq!(reply["error_description"], "Invalid JWT: it is for another audience.", "{reply}");
    })
    .await;
}

#[tokio::test]
async fn a_lifetime_of_none_is_over_at_once_by_the_real_clock_too() {
    let account = Account::new("k1");
    everywhere("{lags: {token_lifetime: 0s}}", async |client, pace| {
        client.call("POST", "/_fake/keys", account.registration()).await;
        let reply = exchanged(client, &account, claims(Clock::wall(), json!({}))).await;
        assert_eq!(listed(client, reply["access_token"].as_str().unwrap()).await, 401, "{pace:?}");
    })
    .await;
}

#[tokio::test]
async fn a_request_that_is_sent_again_is_known_however_far_the_cloud_has_gone() {
    everywhere("{authentication: anonymous}", async |client, pace| {
        let insert = format!("{NETWORKS}?requestId=0f8fad5b-d9cb-469f-a165-70867728950e");
        let first = client.call("POST", &insert, json!({ "name": "vpc" })).await;
        pass(client, pace, 3 * HOUR).await;
        let again = client.call("POST", &insert, json!({ "name": "vpc" })).await;
        assert_eq!(again["name"], first["name"], "{pace:?}: {again}");
    })
    .await;
}

//! What does not answer, or not as it should, is a value, and soon.

use std::time::Duration;

use planner::snapshot::{Endpoint, Obstacle, Pod, Reading};
use serde_json::json;
use tokio::time::Instant;

use super::script::{Answer, Script, list, refusal};
use crate::kubernetes::Throttle;
use crate::shoot::{Guests, Shoot};

/// What keeps each of the lists from being read, and how long that took.
async fn obstacle(shoot: &Shoot) -> (Obstacle, Duration) {
    let begun = Instant::now();
    let nodes = shoot.nodes(&"p".into(), Guests::Read).await.obstacle().unwrap();
    let took = begun.elapsed();
    assert_eq!(shoot.pods(None).await.obstacle(), Some(nodes));
    assert_eq!(shoot.unhealthy().await.obstacle(), Some(nodes));
    (nodes, took)
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_is_a_value_within_ten_seconds() {
    let script = Script::default();
    let within = Duration::from_secs(10);
    for (answer, expected) in [
        (401, Obstacle::Denied),
        (403, Obstacle::Denied),
        (404, Obstacle::Silent),
        (429, Obstacle::Silent),
        (500, Obstacle::Silent),
        (503, Obstacle::Silent),
    ] {
        let (found, took) = obstacle(&script.shoot(move |_| refusal(answer))).await;
        assert_eq!((found, took < within), (expected, true), "{answer}");
    }
    assert_eq!(script.targets().len(), 6 * 3, "nothing is tried twice");
    for text in ["", "<html>", "[]", "{}", "{\"items\": 1}"] {
        let (found, _) = obstacle(&script.shoot(move |_| Answer::Status(200, text.to_owned()))).await;
        assert_eq!(found, Obstacle::Silent, "{text}");
    }
    let (found, took) = obstacle(&script.shoot(|_| Answer::Silence)).await;
    assert_eq!((found, took), (Obstacle::Silent, within));
    assert_eq!(obstacle(&script.shoot(|_| Answer::Endless)).await.0, Obstacle::Silent);
    assert_eq!(obstacle(&script.shoot(|_| Answer::Broken)).await.0, Obstacle::Silent);
}

#[tokio::test(start_paused = true)]
async fn a_list_without_an_end_is_given_up() {
    let script = Script::default();
    let slow = script.client(|_| list(&[], "more"));
    let slow = tower::service_fn(move |request| {
        let client = slow.clone();
        async move {
            tokio::time::sleep(Duration::from_secs(9)).await;
            client.send(request).await
        }
    });
    let begun = Instant::now();
    let (found, took) = obstacle(&Shoot::new(kube::Client::new(slow, "default"), None)).await;
    assert_eq!((found, took), (Obstacle::Silent, Duration::from_secs(60)));
    assert!(begun.elapsed() < Duration::from_secs(200));
}

#[tokio::test(start_paused = true)]
async fn waiting_for_the_rate_counts_for_no_attempt() {
    let script = Script::default();
    let throttle = Throttle::new(0.05, 1);
    let shoot = Shoot::new(script.client(|_| list(&[], "")), Some(throttle));
    let begun = Instant::now();
    for _ in 0..3 {
        assert_eq!(shoot.unhealthy().await, Reading::Known(Vec::new()));
    }
    assert_eq!(begun.elapsed().as_secs(), 40);
}

fn pod(paths: &[&str]) -> Pod {
    let endpoint = |path: &&str| Endpoint { tls: false, port: 80, path: (*path).to_owned() };
    Pod {
        namespace: "n".to_owned(),
        name: "a-b".to_owned(),
        uid: "u".to_owned(),
        node: "node".to_owned(),
        host_network: false,
        created: None,
        ready_since: None,
        endpoints: paths.iter().map(endpoint).collect(),
        measured: None,
        vpn: false,
        going: false,
    }
}

#[tokio::test(start_paused = true)]
async fn a_pod_answers_if_any_endpoint_does_with_success_or_a_redirect() {
    let script = Script::default();
    for (status, expected) in [
        (200, true),
        (204, true),
        (301, true),
        (307, true),
        (400, false),
        (404, false),
        (502, false),
        (503, false),
    ] {
        let shoot = script.shoot(move |_| Answer::Status(status, String::new()));
        assert_eq!(shoot.probe(&pod(&["/healthz"])).await, expected, "{status}");
        assert_eq!(shoot.kubelet("node").await, expected, "{status}");
    }
    let targets = script.targets();
    assert_eq!(targets[0], "/api/v1/namespaces/n/pods/http:a-b:80/proxy/healthz");
    assert_eq!(targets[1], "/api/v1/nodes/node/proxy/healthz");
    assert_eq!(targets.len(), 16, "no redirect is followed");

    let one = |target: &str| match target.ends_with("/b") {
        true => Answer::Status(200, String::new()),
        false => Answer::Silence,
    };
    let begun = Instant::now();
    assert!(script.shoot(one).probe(&pod(&["/a", "/b"])).await);
    assert!(begun.elapsed() < Duration::from_secs(1), "nobody waits for the other one");
    assert!(!script.shoot(one).probe(&pod(&["/a"])).await);
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert!(!script.shoot(one).probe(&pod(&[])).await);
    assert!(!script.shoot(|_| Answer::Broken).probe(&pod(&["/"])).await);
    assert!(!script.shoot(|_| Answer::Broken).kubelet("node").await);
    let endless = script.shoot(|_| Answer::Endless);
    assert!(endless.probe(&pod(&["/"])).await, "the status is enough");
    script.targets();

    let tls = Pod { endpoints: vec![Endpoint { tls: true, port: 8443, path: "/".to_owned() }], ..pod(&[]) };
    assert!(endless.probe(&tls).await);
    assert_eq!(script.targets(), ["/api/v1/namespaces/n/pods/https:a-b:8443/proxy/"]);
}

#[tokio::test]
async fn no_name_and_no_path_leads_elsewhere() {
    let script = Script::default();
    let shoot = script.shoot(|_| Answer::Status(200, json!({}).to_string()));
    for path in ["/../../secrets", "no-slash", "/a b"] {
        assert!(!shoot.probe(&pod(&[path])).await, "{path}");
    }
    for name in ["../a", "a/b", "a:80", "", "a?b"] {
        assert!(!shoot.kubelet(name).await, "{name}");
        assert!(!shoot.probe(&Pod { name: name.to_owned(), ..pod(&["/"]) }).await, "{name}");
        assert!(!shoot.probe(&Pod { namespace: name.to_owned(), ..pod(&["/"]) }).await, "{name}");
        assert_eq!(shoot.pods(Some(name)).await, Reading::Known(Vec::new()), "{name}");
    }
    assert_eq!(script.targets(), [""; 0]);
}

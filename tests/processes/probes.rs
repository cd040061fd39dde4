//! What a process tells about itself: health, readiness, metrics, heartbeat; and that it tells no secret.

use std::sync::Arc;

use k8s_openapi::api::coordination::v1::Lease;
use landscape::migration::{Quiet, Story};
use landscape::processes::fake_gcp::Latency;
use landscape::processes::{RunDir, Signal, controller};
use landscape::setting::{Setting, SettingOptions};
use tokio::time::timeout;

use crate::support::{SOON, SPEED, address, get, heard, says};

/// The value of the one sample of that name with all these labels.
fn sample(text: &str, name: &str, labels: &[(&str, &str)]) -> f64 {
    let matches = |line: &&str| {
        let is_of_name = line.strip_prefix(name).is_some_and(|rest| rest.starts_with('{'));
        is_of_name && labels.iter().all(|(key, value)| line.contains(&format!("{key}=\"{value}\"")))
    };
    let lines: Vec<&str> = text.lines().filter(matches).collect();
    let [line] = lines.as_slice() else { panic!("{name} {labels:?} in {lines:?} of\n{text}") };
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_and_one_that_stands_by_say_how_they_are() {
    let run_dir = RunDir::create("probes").unwrap();
    let options = SettingOptions { speed: SPEED, latency: Latency::None, random_seed: 9 };
    let setting = Setting::start(&options, &run_dir).await.unwrap();
    let world = setting.world();
    let wishes = setting.migration(&world, 1).await.unwrap();
    let key: serde_json::Value = serde_json::from_str(&wishes.given.service_account).unwrap();
    let private_key = key["private_key"].as_str().unwrap().lines().nth(1).unwrap().to_owned();
    let mut leader = controller::start(&setting.replica("leader"), &run_dir).await.unwrap();
    heard(&leader, &mut leader.log(), "this process leads").await;
    let other = controller::start(&setting.replica("other"), &run_dir).await.unwrap();
    heard(&other, &mut other.log(), "this process stands by").await;
    let story = Story::new(world.clone(), wishes, Arc::new(Quiet));
    story.prepare().await.unwrap();

    for child in [&leader, &other] {
        let address = address(child, "health").await;
        for path in ["/healthz", "/readyz"] {
            let (status, text) = get(&address, path).await;
            assert_eq!(status, 200, "{} {path}: {text}", child.name());
            assert!(text.contains("[+]watch ok"), "{text}");
        }
        assert_eq!(get(&address, "/metrics").await.0, 404);
    }

    let text = get(&address(&leader, "metrics").await, "/metrics").await.1;
    let infrastructure = ("controller", "infrastructure");
    assert!(
        sample(&text, "controller_runtime_reconcile_total", &[infrastructure, ("result", "success")]) >= 1.0
    );
    for result in ["error", "requeue", "requeue_after"] {
        assert!(
            sample(&text, "controller_runtime_reconcile_total", &[infrastructure, ("result", result)]) >= 0.0
        );
    }
    assert!(sample(&text, "controller_runtime_reconcile_errors_total", &[infrastructure]) >= 0.0);
    assert!(sample(&text, "controller_runtime_reconcile_time_seconds_count", &[infrastructure]) >= 1.0);
    assert!(sample(&text, "controller_runtime_active_workers", &[infrastructure]) <= 5.0);
    assert_eq!(sample(&text, "controller_runtime_max_concurrent_reconciles", &[infrastructure]), 5.0);
    let queue = [("name", "infrastructure"), infrastructure];
    assert!(sample(&text, "workqueue_adds_total", &queue) >= 1.0);
    for (name, most) in [
        ("workqueue_depth", 1.0),
        ("workqueue_retries_total", f64::MAX),
        ("workqueue_queue_duration_seconds_count", f64::MAX),
        ("workqueue_work_duration_seconds_count", f64::MAX),
        ("workqueue_unfinished_work_seconds", f64::MAX),
        ("workqueue_longest_running_processor_seconds", f64::MAX),
    ] {
        let value = sample(&text, name, &queue);
        assert!((0.0..=most).contains(&value), "{name}: {value}");
    }
    let endpoint = setting.replica("any").compute_endpoint;
    let google = endpoint.split('/').nth(2).unwrap();
    for (code, method) in [("200", "GET"), ("200", "POST"), ("404", "GET")] {
        let labels = [("code", code), ("method", method), ("host", google)];
        assert!(sample(&text, "rest_client_requests_total", &labels) >= 1.0);
    }
    let seed =
        text.lines().filter(|line| line.starts_with("rest_client_requests_total") && !line.contains(google));
    assert!(
        seed.clone().any(|line| line.contains("method=\"PATCH\"") && line.contains("host=\"127.0.0.1:")),
        "{text}"
    );
    let lease = ("name", "gardener-extension-infra-gcp-leader-election");
    assert_eq!(sample(&text, "leader_election_master_status", &[lease]), 1.0);
    let others = get(&address(&other, "metrics").await, "/metrics").await.1;
    assert_eq!(sample(&others, "leader_election_master_status", &[lease]), 0.0);
    assert_eq!(sample(&others, "controller_runtime_reconcile_time_seconds_count", &[infrastructure]), 0.0);

    let leases = kube::Api::<Lease>::namespaced(world.seed.clone(), setting.own_namespace());
    let beat = async || leases.get("gardener-extension-heartbeat").await.unwrap().spec.unwrap();
    let first = beat().await;
    assert_eq!(first.holder_identity.as_deref(), Some("infra-gcp"));
    assert_eq!(first.lease_duration_seconds, Some(30));
    let renewed = async {
        while beat().await.renew_time == first.renew_time {
            tokio::task::yield_now().await;
        }
    };
    timeout(SOON, renewed).await.expect("the heartbeat goes on");

    leader.signal(Signal::TERM).unwrap();
    let ended = timeout(SOON, leader.wait()).await.expect("it ends when it is told to").unwrap();
    assert_eq!(ended.code(), Some(0));
    heard(&other, &mut other.log(), "this process leads").await;
    for child in [&leader, &other] {
        let log = std::fs::read_to_string(child.log_path()).unwrap();
        assert!(!log.is_empty() && !log.contains(&private_key), "{} logs a private key", child.name());
        assert!(child.log().find(|line| says(line, "starting")).await.is_some());
    }
    assert!(!text.contains(&private_key) && !text.contains("Bearer"));
}

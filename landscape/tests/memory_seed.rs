//! The API server in memory: it behaves as the table of behaviours says, in virtual time, and fails on demand.

#![cfg(test)]

mod behaviours;

use std::time::Duration;

use futures::{StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;
use kube::api::{Api, DynamicObject, Patch, PatchParams, PostParams};
use kube::runtime::{WatchStreamExt as _, watcher};
use kube::{Client, Error};
use landscape::crds;
use landscape::seed::MemorySeed;
use landscape::seed::memory::Verdict;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout};

/// Time of the seed: that of tokio, which these tests pause.
fn seed() -> MemorySeed {
    let start = Instant::now();
    let now = move || Timestamp::UNIX_EPOCH + start.elapsed();
    MemorySeed::new(now).unwrap()
}

fn infrastructures(client: Client) -> Api<DynamicObject> {
    Api::namespaced_with(client, "default", &crds::infrastructure())
}

fn infrastructure(name: &str) -> Value {
    json!({
        "apiVersion": "extensions.gardener.cloud/v1alpha1",
        "kind": "Infrastructure",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"type": "gcp", "region": "r", "secretRef": {}},
    })
}

async fn create(api: &Api<DynamicObject>, name: &str) -> Result<DynamicObject, Error> {
    let object = serde_json::from_value(infrastructure(name)).unwrap();
    api.create(&PostParams::default(), &object).await
}

#[tokio::test(start_paused = true)]
async fn the_seed_in_memory_behaves_as_the_table_says() {
    let differences = behaviours::differences(&seed().client()).await;
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn watches_in_memory_tell_the_story() {
    let seed = seed();
    behaviours::watching::selected_changes(&seed.client()).await;
    behaviours::watching::watchers(&seed.client()).await;
}

#[tokio::test(start_paused = true)]
async fn timestamps_are_those_of_the_given_clock_and_identities_are_the_same_in_every_run() {
    let run = async || {
        let seed = seed();
        tokio::time::advance(Duration::from_secs(90)).await;
        create(&infrastructures(seed.client()), "a").await.unwrap();
        seed.get(&crds::infrastructure(), "default", "a").unwrap()
    };
    let (first, second) = (run().await, run().await);
    assert_eq!(first, second);
    assert_eq!(first["metadata"]["creationTimestamp"], "1970-01-01T00:01:30Z");
}

#[tokio::test(start_paused = true)]
async fn each_verdict_has_its_effect_on_the_object_and_on_the_caller() {
    let refused = |error: &Error| matches!(error, Error::Api(status) if status.code == 409 && status.reason == "Conflict");
    let broken = |error: &Error| matches!(error, Error::Service(_));
    type Check<'a> = &'a dyn Fn(&Error) -> bool;
    let cases: [(&str, Verdict, bool, Check<'_>); 3] = [
        ("failed", Verdict::Fail(409, "Conflict".to_owned()), false, &refused),
        ("request-lost", Verdict::DropRequest, false, &broken),
        ("reply-lost", Verdict::DropReply, true, &broken),
    ];
    for (name, verdict, applied, expected) in cases {
        let seed = seed();
        seed.before(move |call| if call.method == "POST" { verdict.clone() } else { Verdict::Pass });
        let error = create(&infrastructures(seed.client()), name).await.unwrap_err();
        assert!(expected(&error), "{name}: {error:?}");
        assert_eq!(seed.get(&crds::infrastructure(), "default", name).is_some(), applied, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_hanging_request_hangs_and_has_no_effect() {
    let seed = seed();
    seed.before(|_| Verdict::Hang);
    let api = infrastructures(seed.client());
    assert!(timeout(Duration::from_secs(3600), create(&api, "a")).await.is_err());
    assert_eq!(seed.get(&crds::infrastructure(), "default", "a"), None);
}

#[tokio::test(start_paused = true)]
async fn the_hook_sees_the_body_and_the_log_keeps_every_call_with_its_answer() {
    let seed = seed();
    let api = infrastructures(seed.client());
    create(&api, "a").await.unwrap();
    seed.before(|call| match call.body.pointer("/status/state") {
        Some(_) => Verdict::Fail(503, "ServiceUnavailable".to_owned()),
        None => Verdict::Pass,
    });
    for status in [json!({"nodesCIDR": "cidr"}), json!({"state": {}})] {
        let patch = Patch::Merge(json!({"status": status}));
        // The second one fails, which the log below shows.
        let _ = api.patch_status("a", &PatchParams::default(), &patch).await;
    }
    let calls = seed.calls();
    let shown: Vec<_> = calls.iter().map(|logged| (logged.call.method.as_str(), logged.status)).collect();
    assert_eq!(shown, [("POST", Some(201)), ("PATCH", Some(200)), ("PATCH", Some(503))]);
    assert!(calls.iter().all(|logged| logged.call.path.contains("/namespaces/default/infrastructures")));
}

#[tokio::test(start_paused = true)]
async fn a_watcher_goes_on_after_its_watch_was_ended() {
    let seed = seed();
    let api = infrastructures(seed.client());
    let mut events = watcher::watcher(api.clone(), watcher::Config::default()).applied_objects().boxed();
    create(&api, "a").await.unwrap();
    let first = events.try_next().await.unwrap().unwrap();
    seed.end_watches();
    create(&api, "b").await.unwrap();
    let second = events.try_next().await.unwrap().unwrap();
    assert_eq!([first, second].map(|object| object.metadata.name.unwrap()), ["a", "b"]);
}

#[tokio::test(start_paused = true)]
async fn put_writes_status_too_but_not_past_the_definition() {
    let seed = seed();
    let mut object = infrastructure("a");
    object["status"] = json!({"nodesCIDR": "cidr", "misspelt": 1});
    let stored = seed.put(&object).unwrap();
    assert_eq!(stored["status"], json!({"nodesCIDR": "cidr"}));

    object["status"] = json!({"lastError": {}});
    let refused = seed.put(&object).unwrap_err();
    assert_eq!((refused.code, refused.causes[0].field.as_str()), (422, "status.lastError.description"));
    assert_eq!(seed.get(&crds::infrastructure(), "default", "a"), Some(stored));
}

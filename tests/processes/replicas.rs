//! Two replicas, real processes: one works, the other stands by, and whoever loses the lead changes nothing any more.

use std::sync::Arc;

use landscape::migration::{CONTROLLER_AGENT, Quiet, Story};
use landscape::neighbours::World;
use landscape::processes::fake_gcp::Latency;
use landscape::processes::{RunDir, Signal, controller};
use landscape::setting::{Setting, SettingOptions};
use serde_json::Value;
use tokio::time::timeout;

use crate::support::{SOON, SPEED, heard, is_done, says};

async fn version(story: &Story) -> Value {
    story.gardenlet().infrastructure().await.unwrap()["metadata"]["resourceVersion"].clone()
}

async fn mutations(world: &World, since: u64) -> (u64, u64) {
    let requests = world.cloud.requests(CONTROLLER_AGENT, since).await.unwrap();
    (requests.mutations, requests.next_seq)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_that_was_stopped_in_mid_migration_wakes_up_and_changes_nothing() {
    let run_dir = RunDir::create("replicas").unwrap();
    let options = SettingOptions { speed: SPEED, latency: Latency::None, random_seed: 6 };
    let setting = Setting::start(&options, &run_dir).await.unwrap();
    let world = setting.world();
    let wishes = setting.migration(&world, 3).await.unwrap();
    let story = Story::new(world.clone(), wishes, Arc::new(Quiet));

    let mut old = controller::start(&setting.replica("old"), &run_dir).await.unwrap();
    let mut old_log = old.log();
    heard(&old, &mut old_log, "this process leads").await;
    let new = controller::start(&setting.replica("new"), &run_dir).await.unwrap();
    let mut new_log = new.log();
    heard(&new, &mut new_log, "this process stands by").await;

    let baseline = story.prepare().await.unwrap();
    let stopped_and_replaced = async {
        old.line(&mut old_log, "M5", SOON, |line| is_done(line, "M5")).await.unwrap();
        old.signal(Signal::STOP).unwrap();
        heard(&new, &mut new_log, "this process leads").await;
    };
    let (migration, ()) = tokio::join!(story.migrate(), stopped_and_replaced);
    let migration = migration.unwrap();
    story.conclude().await.unwrap();
    let outcome = story.verify(&baseline, &migration).await.unwrap();
    assert!(outcome.complaints().is_empty(), "{outcome:?}");

    let (before, (_, seq)) = (version(&story).await, mutations(&world, 0).await);
    let told = std::fs::read_to_string(old.log_path()).unwrap().lines().count();
    old.signal(Signal::CONT).unwrap();
    let ended = timeout(SOON, old.wait()).await.expect("it ends by itself").unwrap();
    assert_eq!(ended.code(), Some(1), "as client-go's would");
    old.line(&mut old_log, "that it lost the lead", SOON, |line| says(line, "the leadership is lost"))
        .await
        .unwrap();
    let log = std::fs::read_to_string(old.log_path()).unwrap();
    let later: Vec<&str> = log.lines().skip(told).collect();
    // A write that was on its way when it was stopped fails, and is told so.
    let of_work = later
        .iter()
        .filter(|line| line.contains("\"step\"") || line.contains("\"infrastructure\""))
        .filter(|line| !line.contains("\"step failed\""));
    assert_eq!(of_work.count(), 0, "it tells of steps that it did not take: {later:#?}");
    assert_eq!(mutations(&world, seq).await.0, 0, "in the cloud");
    assert_eq!(version(&story).await, before, "in the seed");
    assert_eq!(setting.undecodable().await.unwrap(), [""; 0]);
}

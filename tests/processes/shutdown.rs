//! SIGTERM in mid-migration: what is under way ends, the rest is left to the next process, and no node notices.

use std::sync::Arc;

use landscape::migration::{Quiet, Story};
use landscape::processes::fake_gcp::Latency;
use landscape::processes::{RunDir, Signal, controller};
use landscape::setting::{Setting, SettingOptions};
use tokio::time::timeout;

use crate::support::{SOON, SPEED, address, heard, is_done};

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_in_mid_migration_ends_the_process_in_good_order_and_the_next_one_goes_on() {
    let run_dir = RunDir::create("shutdown").unwrap();
    let options = SettingOptions { speed: SPEED, latency: Latency::Recorded, random_seed: 8 };
    let setting = Setting::start(&options, &run_dir).await.unwrap();
    let world = setting.world();
    let wishes = setting.migration(&world, 3).await.unwrap();
    let story = Story::new(world.clone(), wishes, Arc::new(Quiet));

    let mut first = controller::start(&setting.replica("first"), &run_dir).await.unwrap();
    let mut log = first.log();
    let baseline = story.prepare().await.unwrap();
    let leases = kube::Api::<k8s_openapi::api::coordination::v1::Lease>::namespaced(
        world.seed.clone(),
        setting.own_namespace(),
    );
    let handed_over = async {
        first.line(&mut log, "M5", SOON, |line| is_done(line, "M5")).await.unwrap();
        first.signal(Signal::TERM).unwrap();
        let ended = timeout(SOON, first.wait()).await.expect("it ends when it is told to").unwrap();
        assert_eq!(ended.code(), Some(0), "within the time that it is given, or it would be 1");
        heard(&first, &mut log, "the leadership is given back").await;
        let lease = leases.get("gardener-extension-infra-gcp-leader-election").await.unwrap();
        assert_eq!(lease.spec.unwrap().holder_identity.as_deref(), Some(""));
        let status = story.gardenlet().infrastructure().await.unwrap()["status"].clone();
        assert_eq!(
            status["lastOperation"]["state"], "Processing",
            "it is not done, and nothing went wrong: {status:#}"
        );
        assert_eq!(status.get("lastError"), None, "{status:#}");
        let next = controller::start(&setting.replica("next"), &run_dir).await.unwrap();
        address(&next, "health").await;
        next
    };
    let (migration, _next) = tokio::join!(story.migrate(), handed_over);
    let migration = migration.unwrap();
    story.conclude().await.unwrap();
    let outcome = story.verify(&baseline, &migration).await.unwrap();
    assert!(outcome.complaints().is_empty(), "{outcome:?}");
    assert_eq!(setting.undecodable().await.unwrap(), [""; 0]);
}

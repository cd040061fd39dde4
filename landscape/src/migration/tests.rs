//! Tests of the end of a story when the controller does not play its part. The good endings need a controller and a cloud.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::{MigrationError, Options, Quiet, Stage, Story};
use crate::neighbours::World;
use crate::neighbours::gardenlet::Given;
use crate::neighbours::objects::{Kind, Objects};
use crate::neighbours::readiness::{TIMESTAMP, annotation};
use crate::neighbours::tests::{pass, world};

fn story(world: &World) -> Story {
    Story::new(world.clone(), Options::new(1, 1, Given::default()), Arc::new(Quiet))
}

fn infrastructures(world: &World) -> Objects {
    Objects::within(&world.seed, Kind::Infrastructure, &world.shoot.name)
}

#[tokio::test(start_paused = true)]
async fn without_a_controller_the_infrastructure_is_late() {
    let (world, _) = world();
    let error = story(&world).prepare().await.unwrap_err();
    let MigrationError::Late { stage, seconds, last, .. } = error else { panic!("{error}") };
    assert_eq!(stage, Stage::CreateInfrastructure);
    assert!((3600.0..3700.0).contains(&seconds), "{seconds}");
    assert_eq!(last, "observedGeneration differs from generation");
}

#[tokio::test(start_paused = true)]
async fn gardenlet_triggers_anew_after_ten_minutes() {
    let (world, _) = world();
    let story = story(&world);
    let waiting = tokio::spawn(async move { story.prepare().await.map(drop) });
    let requested = async || {
        let infrastructure = infrastructures(&world).get(world.shoot.object_name()).await.unwrap();
        annotation(&infrastructure, TIMESTAMP).unwrap().to_owned()
    };
    pass(&world, 10).await;
    let first = requested().await;
    pass(&world, 585).await;
    assert_eq!(requested().await, first);
    pass(&world, 15).await;
    assert_ne!(requested().await, first);
    waiting.abort();
}

#[tokio::test(start_paused = true)]
async fn an_error_that_gardenlet_does_not_retry_ends_the_journey() {
    let (world, _) = world();
    let story = story(&world);
    let waiting = tokio::spawn(async move { story.prepare().await.map(drop) });
    pass(&world, 10).await;
    let fail = async |codes: serde_json::Value| {
        let error = json!({"description": "no", "codes": codes, "lastUpdateTime": "2026-09-01T10:00:00Z"});
        let patch = json!({"status": {"lastError": error}});
        infrastructures(&world).merge_status(world.shoot.object_name(), &patch).await.unwrap();
        world.time.sleep(Duration::from_secs(5)).await;
    };
    fail(json!(["ERR_RETRYABLE_CONFIGURATION_PROBLEM"])).await;
    assert!(!waiting.is_finished());
    fail(json!(["ERR_CONFIGURATION_PROBLEM"])).await;
    let error = waiting.await.unwrap().unwrap_err();
    let MigrationError::Refused { codes, .. } = error else { panic!("{error}") };
    assert_eq!(codes, ["ERR_CONFIGURATION_PROBLEM"]);
}

#[test]
fn beyond_the_published_limits_the_owner_consents() {
    let annotations = |nodes| Options::new(nodes, 1, Given::default()).given.annotations;
    assert!(annotations(129).is_empty(), "with the foreign one 130 VMs");
    assert_eq!(
        annotations(130).into_iter().collect::<Vec<_>>(),
        [(
            "gcp.provider.extensions.gardener.cloud/dual-stack-migration".to_owned(),
            "allow-beyond-hybrid-limits".to_owned()
        )]
    );
}

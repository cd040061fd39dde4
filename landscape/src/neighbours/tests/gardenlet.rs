//! Gardenlet: what it creates passes the definitions' schema, and what it waits for.

use serde_json::{Value, json};

use super::{objects, prepared, world};
use crate::neighbours::constraint;
use crate::neighbours::gardenlet::{Gardenlet, Given};
use crate::neighbours::objects::{Kind, Objects};
use crate::neighbours::readiness::{OPERATION, Readiness, TIMESTAMP, annotation};
use crate::neighbours::{World, machines::Machines};

async fn cluster(world: &World) -> Value {
    Objects::cluster_wide(&world.seed, Kind::Cluster).get(&world.shoot.name).await.unwrap()
}

/// Writes the status of a controller that has done what was asked for.
async fn succeed(world: &World) {
    let infrastructures = objects(world, Kind::Infrastructure);
    let name = world.shoot.object_name();
    let removal = json!({"metadata": {"annotations": {OPERATION: null}}});
    infrastructures.merge(name, &removal).await.unwrap();
    let generation = infrastructures.get(name).await.unwrap()["metadata"]["generation"].clone();
    let status = json!({"status": {
        "observedGeneration": generation,
        "networking": {"nodes": ["10.250.0.0/16", "2600:1900::/64"]},
        "egressCIDRs": ["192.0.2.1/32"],
        "lastOperation": {
            "type": "Reconcile", "state": "Succeeded", "progress": 100, "description": "done",
            "lastUpdateTime": world.time.now().to_string(),
        },
    }});
    infrastructures.merge_status(name, &status).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_shoot_is_created_triggered_and_ready() {
    let (world, _) = prepared().await;
    let gardenlet = Gardenlet::new(&world);
    gardenlet.deploy_infrastructure().await.unwrap();
    let infrastructure = gardenlet.infrastructure().await.unwrap();
    let names = ["name", "namespace"].map(|field| infrastructure["metadata"][field].clone());
    assert_eq!(names, ["a", "shoot--p--a"], "called after the Shoot, in the namespace of its technical ID");
    assert_eq!(annotation(&infrastructure, OPERATION), Some("reconcile"));
    assert_eq!(annotation(&infrastructure, TIMESTAMP), Some("2026-09-01T10:00:00Z"));
    assert!(!gardenlet.is_picked_up().await.unwrap());

    succeed(&world).await;
    assert!(gardenlet.is_picked_up().await.unwrap());
    assert_eq!(gardenlet.readiness().await.unwrap(), Readiness::Ready);
    gardenlet.take_over_networking().await.unwrap();
    let networking = cluster(&world).await["spec"]["shoot"]["status"]["networking"].clone();
    let expected = json!({"nodes": ["10.250.0.0/16", "2600:1900::/64"], "egressCIDRs": ["192.0.2.1/32"]});
    assert_eq!(networking, expected);

    super::pass(&world, 5).await;
    gardenlet.deploy_infrastructure().await.unwrap();
    assert!(matches!(gardenlet.readiness().await.unwrap(), Readiness::Waiting { .. }), "triggered anew");
}

#[tokio::test(start_paused = true)]
async fn families_and_constraint_stand_in_the_cluster() {
    let (world, _) = prepared().await;
    Gardenlet::new(&world).set_families(&["IPv4", "IPv6"]).await.unwrap();
    constraint::set(&world).await.unwrap();
    let shoot = cluster(&world).await["spec"]["shoot"].clone();
    assert_eq!(shoot["spec"]["networking"]["ipFamilies"], json!(["IPv4", "IPv6"]));
    assert_eq!(shoot["spec"]["networking"]["pods"], json!("100.96.0.0/11"), "the rest stays");
    assert_eq!(shoot["status"]["constraints"][0]["type"], "DualStackNodesMigrationReady");
    assert_eq!(shoot["status"]["constraints"][0]["status"], "Progressing");

    constraint::lift(&world).await.unwrap();
    assert_eq!(cluster(&world).await["spec"]["shoot"]["status"]["constraints"], json!([]));
}

/// The controller must meet no Infrastructure that is deleted while its Shoot is not.
#[tokio::test(start_paused = true)]
async fn a_shoot_is_being_deleted_before_its_infrastructure_is() {
    let (world, _) = prepared().await;
    let gardenlet = Gardenlet::new(&world);
    gardenlet.deploy_infrastructure().await.unwrap();
    let before = cluster(&world).await["spec"]["shoot"].clone();
    assert_eq!(
        (&before["metadata"]["deletionTimestamp"], &before["metadata"]["finalizers"]),
        (&Value::Null, &json!(["gardener"]))
    );
    gardenlet.begin_deletion().await.unwrap();
    assert!(gardenlet.find_infrastructure().await.unwrap().is_some(), "nothing of it goes yet");
    super::pass(&world, 60).await;
    gardenlet.delete_infrastructure().await.unwrap();
    assert_eq!(gardenlet.find_infrastructure().await.unwrap(), None);
    let shoot = cluster(&world).await["spec"]["shoot"].clone();
    assert_eq!(shoot["metadata"]["deletionTimestamp"], "2026-09-01T10:00:00Z", "since it was asked for");
    assert_eq!(shoot["metadata"]["annotations"]["confirmation.gardener.cloud/deletion"], "true");
    assert_eq!(shoot["status"]["lastOperation"]["type"], "Delete");
    assert_eq!(shoot["status"]["technicalID"], "shoot--p--a", "the rest stays");

    let (world, _) = prepared().await;
    let gardenlet = Gardenlet::new(&world);
    gardenlet.deploy_infrastructure().await.unwrap();
    gardenlet.delete_infrastructure().await.unwrap();
    let metadata = cluster(&world).await["spec"]["shoot"]["metadata"].clone();
    assert_eq!(metadata["deletionTimestamp"], "2026-09-01T10:00:00Z", "whoever forgot to ask");
}

#[tokio::test(start_paused = true)]
async fn the_secrets_hold_what_was_given() {
    let (world, _) = world();
    let given = Given {
        service_account: "{}".to_owned(),
        shoot_kubeconfig: Some("kind: Config".to_owned()),
        annotations: [("key".to_owned(), "value".to_owned())].into(),
    };
    Gardenlet::new(&world).prepare(&given).await.unwrap();
    let secrets = objects(&world, Kind::Secret);
    assert_eq!(secrets.get("cloudprovider").await.unwrap()["data"]["serviceaccount.json"], "e30=");
    assert_eq!(secrets.get("gardener-internal").await.unwrap()["data"]["kubeconfig"], "a2luZDogQ29uZmln");
    assert_eq!(cluster(&world).await["spec"]["shoot"]["metadata"]["annotations"]["key"], "value");
}

#[tokio::test(start_paused = true)]
async fn machines_are_spread_over_pools_and_zones() {
    let (world, _) = world();
    let machines = Machines::new(&world, 1);
    let first: Vec<_> = (0..6).map(|index| machines.machine(index).unwrap()).collect();
    let zones: std::collections::BTreeSet<_> =
        first.iter().map(|machine| (&machine.pool, &machine.zone)).collect();
    assert_eq!(zones.len(), 6);
    assert!(first[1].name.starts_with("shoot--p--a-pool2-z2-"), "{}", first[1].name);
    assert_eq!(first[5].pod_cidr, "100.96.5.0/24");
}

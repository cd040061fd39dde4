//! The freeze of the cloud-controller-manager, seen from the resource manager and the ControlPlane controller.

use serde_json::{Value, json};

use super::{objects, pass, prepared, replicas};
use crate::neighbours::managed_resource::{CCM, IGNORE, MANAGED_RESOURCE, REMOVE_IGNORE};
use crate::neighbours::objects::Kind;
use crate::neighbours::resource_manager::ResourceManager;
use crate::neighbours::{World, controlplane};

async fn annotate(world: &World, annotations: Value) {
    let patch = json!({"metadata": {"annotations": annotations}});
    objects(world, Kind::ManagedResource).merge(MANAGED_RESOURCE, &patch).await.unwrap();
}

async fn annotations(world: &World) -> Value {
    let resource = objects(world, Kind::ManagedResource).get(MANAGED_RESOURCE).await.unwrap();
    resource.pointer("/metadata/annotations").cloned().unwrap_or(json!({}))
}

async fn applied_reason(world: &World) -> String {
    let resource = objects(world, Kind::ManagedResource).get(MANAGED_RESOURCE).await.unwrap();
    let conditions = resource.pointer("/status/conditions").and_then(Value::as_array).unwrap();
    let applied = conditions.iter().find(|condition| condition["type"] == "ResourcesApplied").unwrap();
    applied["reason"].as_str().unwrap().to_owned()
}

async fn scaled_to(world: &World) -> Option<u64> {
    replicas(&objects(world, Kind::Deployment).get(CCM).await.unwrap())
}

#[tokio::test(start_paused = true)]
async fn the_resource_manager_scales_back_unless_it_is_told_to_ignore() {
    let (world, _) = prepared().await;
    controlplane::deploy(&world).await.unwrap();
    let _resource_manager = tokio::spawn(ResourceManager::new(&world).run());
    let to_zero = json!({"spec": {"replicas": 0}});
    objects(&world, Kind::Deployment).merge(CCM, &to_zero).await.unwrap();
    pass(&world, 5).await;
    assert_eq!(scaled_to(&world).await, Some(1));
    assert_eq!(applied_reason(&world).await, "ApplySucceeded");

    annotate(&world, json!({IGNORE: "true"})).await;
    pass(&world, 5).await;
    assert_eq!(applied_reason(&world).await, "ManagedResourceIgnored");
    objects(&world, Kind::Deployment).merge(CCM, &to_zero).await.unwrap();
    pass(&world, 60).await;
    assert_eq!(scaled_to(&world).await, Some(0));

    annotate(&world, json!({IGNORE: null})).await;
    pass(&world, 5).await;
    assert_eq!(scaled_to(&world).await, Some(1));
}

#[tokio::test(start_paused = true)]
async fn the_control_plane_ends_a_freeze_that_asks_for_it() {
    let (world, _) = prepared().await;
    controlplane::deploy(&world).await.unwrap();
    objects(&world, Kind::Deployment).merge(CCM, &json!({"spec": {"replicas": 0}})).await.unwrap();
    annotate(&world, json!({IGNORE: "true", REMOVE_IGNORE: "true"})).await;

    controlplane::reconcile(&world).await.unwrap();

    assert_eq!(annotations(&world).await, json!({}));
    assert_eq!(scaled_to(&world).await, Some(1));
    let deployment = objects(&world, Kind::Deployment).get(CCM).await.unwrap();
    let arguments = deployment.pointer("/spec/template/spec/containers/0/args").unwrap();
    assert!(arguments.as_array().unwrap().contains(&json!("--configure-cloud-routes=false")), "{arguments}");
}

#[tokio::test(start_paused = true)]
async fn the_control_plane_leaves_an_ignore_of_somebody_else_alone() {
    let (world, _) = prepared().await;
    controlplane::deploy(&world).await.unwrap();
    annotate(&world, json!({IGNORE: "true"})).await;
    controlplane::reconcile(&world).await.unwrap();
    assert_eq!(annotations(&world).await, json!({IGNORE: "true"}));
}

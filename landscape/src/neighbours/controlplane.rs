//! The ControlPlane controller's part: deploys the cloud-controller-manager (CCM) and, once the infrastructure is
//! dual-stack, deploys it without cloud routes and ends the freeze.

use serde_json::{Value, json};

use super::managed_resource::{CCM, IGNORE, MANAGED_RESOURCE, REMOVE_IGNORE};
use super::objects::{Kind, Objects};
use super::{Result, World};
use crate::json::text;

/// Deploys the ManagedResource and a CCM that makes cloud routes, as for an IPv4 shoot.
pub async fn deploy(world: &World) -> Result<()> {
    deploy_with(world, true).await
}

/// Deploys the ManagedResource and a CCM with or without cloud routes.
pub async fn deploy_with(world: &World, configure_cloud_routes: bool) -> Result<()> {
    let pod_spec = pod_spec(world, &pod_ranges(world).await?, configure_cloud_routes);
    let namespace = &world.shoot.name;
    Objects::within(&world.seed, Kind::ManagedResource, namespace)
        .ensure(json!({
            "apiVersion": "resources.gardener.cloud/v1alpha1", "kind": "ManagedResource",
            "metadata": {"name": MANAGED_RESOURCE, "namespace": namespace},
            "spec": {"class": "seed", "secretRefs": [{"name": format!("managedresource-{MANAGED_RESOURCE}")}]},
        }))
        .await?;
    Objects::within(&world.seed, Kind::Deployment, namespace)
        .ensure(json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": CCM, "namespace": namespace, "labels": labels()},
            "spec": {
                "replicas": 1,
                "selector": {"matchLabels": labels()},
                "template": {"metadata": {"labels": labels()}, "spec": pod_spec},
            },
        }))
        .await
}

/// Reconciles after the infrastructure has become dual-stack: see [`reconcile_with`].
pub async fn reconcile(world: &World) -> Result<()> {
    reconcile_with(world, false).await
}

/// Reconciles after the infrastructure was reconciled: the CCM is deployed with or without cloud routes and scaled up; then
/// both annotations of the freeze are removed, if the infrastructure controller asked for it.
pub async fn reconcile_with(world: &World, configure_cloud_routes: bool) -> Result<()> {
    let spec = pod_spec(world, &pod_ranges(world).await?, configure_cloud_routes);
    let template = json!({"spec": {"template": {"spec": spec}, "replicas": 1}});
    Objects::within(&world.seed, Kind::Deployment, &world.shoot.name).merge(CCM, &template).await?;
    let managed_resources = Objects::within(&world.seed, Kind::ManagedResource, &world.shoot.name);
    let resource = managed_resources.get(MANAGED_RESOURCE).await?;
    let asked = resource.pointer("/metadata/annotations").and_then(|all| all.get(REMOVE_IGNORE));
    if asked != Some(&json!("true")) {
        return Ok(());
    }
    let removal = json!({"metadata": {"annotations": {IGNORE: null, REMOVE_IGNORE: null}}});
    managed_resources.merge(MANAGED_RESOURCE, &removal).await
}

/// Deletes the ManagedResource and tells the CCM's pods to end; [`destroy`] does the rest.
pub async fn stop(world: &World) -> Result<()> {
    let namespace = &world.shoot.name;
    Objects::within(&world.seed, Kind::ManagedResource, namespace).delete(MANAGED_RESOURCE).await?;
    let scale = json!({"spec": {"replicas": 0}});
    Objects::within(&world.seed, Kind::Deployment, namespace).merge(CCM, &scale).await
}

/// Number of the CCM's pods.
pub async fn pods(world: &World) -> Result<usize> {
    Ok(listed_pods(world).await?.1.len())
}

/// Deletes the CCM's pods without grace, and with them what runs in them; returns their number. The Deployment makes others.
pub async fn kill(world: &World) -> Result<usize> {
    let (objects, pods) = listed_pods(world).await?;
    for pod in &pods {
        objects.delete(text(pod, "/metadata/name")).await?;
    }
    Ok(pods.len())
}

async fn listed_pods(world: &World) -> Result<(Objects, Vec<Value>)> {
    let objects = Objects::within(&world.seed, Kind::Pod, &world.shoot.name);
    let pods = objects.list(&format!("app=kubernetes,role={CCM}")).await?;
    Ok((objects, pods))
}

/// Deletes the CCM, whose pods have ended.
pub async fn destroy(world: &World) -> Result<()> {
    Objects::within(&world.seed, Kind::Deployment, &world.shoot.name).delete(CCM).await
}

/// Labels of the CCM's pods.
pub fn labels() -> Value {
    json!({"app": "kubernetes", "role": CCM})
}

/// The pod ranges of the Shoot, comma-separated, as its status has them.
async fn pod_ranges(world: &World) -> Result<String> {
    let cluster = Objects::cluster_wide(&world.seed, Kind::Cluster).find(&world.shoot.name).await?;
    let reported = cluster
        .as_ref()
        .and_then(|cluster| cluster.pointer("/spec/shoot/status/networking/pods")?.as_array());
    let ranges: Vec<&str> = reported.into_iter().flatten().filter_map(Value::as_str).collect();
    Ok(if ranges.is_empty() { world.shoot.pods.clone() } else { ranges.join(",") })
}

/// The pod of the CCM as provider-gcp's chart has it, but for the files and ports that depend on where it runs.
fn pod_spec(world: &World, pod_ranges: &str, configure_cloud_routes: bool) -> Value {
    let allocator = if configure_cloud_routes { "RangeAllocator" } else { "CloudAllocator" };
    json!({
        "terminationGracePeriodSeconds": 30,
        "containers": [{
            "name": CCM,
            "image": "registry.example/cloud-controller-manager:v1.34.0",
            "command": ["/usr/local/bin/cloud-controller-manager"],
            "args": [
                "--allocate-node-cidrs=true",
                "--cloud-provider=gce",
                format!("--cluster-cidr={pod_ranges}"),
                format!("--cluster-name={}", world.shoot.name),
                "--concurrent-service-syncs=10",
                format!("--cidr-allocator-type={allocator}"),
                format!("--configure-cloud-routes={configure_cloud_routes}"),
                "--leader-elect=true",
                "--use-service-account-credentials",
                "--v=2",
            ],
        }],
    })
}

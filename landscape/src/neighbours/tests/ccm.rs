//! The cloud-controller-manager: routes while a pod lives, and what a refused route does to a Node.

use serde_json::json;

use super::{add_node, network_unavailable, objects, pass, prepared};
use crate::neighbours::ccm::{CloudControllerManager as _, StandIn, route_name};
use crate::neighbours::managed_resource::CCM;
use crate::neighbours::objects::{Kind, Objects};
use crate::neighbours::{Neighbours, World, controlplane};

const SELECTOR: &str = "app=kubernetes,role=cloud-controller-manager";

async fn running(world: &World) -> tokio::task::JoinHandle<()> {
    controlplane::deploy(world).await.unwrap();
    tokio::spawn(StandIn::new(world).run())
}

async fn pods(world: &World) -> usize {
    objects(world, Kind::Pod).list(SELECTOR).await.unwrap().len()
}

async fn scale(world: &World, replicas: u32) {
    let patch = json!({"spec": {"replicas": replicas}});
    objects(world, Kind::Deployment).merge(CCM, &patch).await.unwrap();
}

#[test]
fn route_names_are_cut_as_ccm_cuts_them() {
    assert_eq!(route_name("shoot--p--a", "1-2"), "shoot--p--a-1-2");
    assert_eq!(route_name("shoot--project12--cluster-long", "1-2"), "shoot--project12--cluster--1-2");
}

#[tokio::test(start_paused = true)]
async fn every_node_gets_a_route_and_gets_it_again() {
    let (world, routes) = prepared().await;
    add_node(&world, "a", "100.96.0.0/24").await;
    let _ccm = running(&world).await;
    pass(&world, 10).await;
    assert_eq!(routes.destinations(), ["100.96.0.0/24"]);
    assert_eq!(network_unavailable(&world, "a").await.as_deref(), Some("False"));

    routes.clear();
    add_node(&world, "b", "100.96.1.0/24").await;
    pass(&world, 10).await;
    let mut destinations = routes.destinations();
    destinations.sort();
    assert_eq!(destinations, ["100.96.0.0/24", "100.96.1.0/24"]);
}

#[tokio::test(start_paused = true)]
async fn routes_of_nodes_that_are_gone_are_deleted_and_foreign_ones_are_not() {
    let (world, routes) = prepared().await;
    add_node(&world, "a", "100.96.0.0/24").await;
    let foreign = json!({
        "name": "shoot--p--ab-1", "description": "k8s-node-route", "destRange": "172.20.0.0/24",
        "network": "https://example/projects/p/global/networks/shoot--p--a", "nextHopInstance": "zones/z/instances/x",
    });
    routes.put(foreign);
    let _ccm = running(&world).await;
    pass(&world, 10).await;
    assert_eq!(routes.names().len(), 2);

    Objects::cluster_wide(&world.shoot_api, Kind::Node).delete("a").await.unwrap();
    pass(&world, 10).await;
    assert_eq!(routes.names(), ["shoot--p--ab-1"]);
}

#[tokio::test(start_paused = true)]
async fn a_refused_route_makes_the_network_unavailable_until_it_is_accepted() {
    let (world, routes) = prepared().await;
    add_node(&world, "a", "100.96.0.0/24").await;
    routes.refuse(true);
    let _ccm = running(&world).await;
    pass(&world, 10).await;
    assert_eq!(network_unavailable(&world, "a").await.as_deref(), Some("True"));

    routes.refuse(false);
    pass(&world, 10).await;
    assert_eq!(network_unavailable(&world, "a").await.as_deref(), Some("False"));
}

#[tokio::test(start_paused = true)]
async fn pods_go_some_time_after_the_scale_and_routes_go_with_them() {
    let (world, routes) = prepared().await;
    add_node(&world, "a", "100.96.0.0/24").await;
    let _ccm = running(&world).await;
    pass(&world, 10).await;
    assert_eq!(pods(&world).await, 1);

    scale(&world, 0).await;
    pass(&world, 3).await;
    assert_eq!(pods(&world).await, 1, "a pod takes its time to stop");
    pass(&world, 5).await;
    assert_eq!(pods(&world).await, 0);
    routes.clear();
    pass(&world, 60).await;
    assert!(routes.names().is_empty(), "without a pod nobody makes routes");

    scale(&world, 1).await;
    pass(&world, 10).await;
    assert_eq!(pods(&world).await, 1);
    assert_eq!(routes.names().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_pod_that_has_ended_may_stay_listed_and_makes_no_routes() {
    let (world, routes) = prepared().await;
    add_node(&world, "a", "100.96.0.0/24").await;
    controlplane::deploy(&world).await.unwrap();
    let mut ccm = StandIn::new(&world);
    ccm.ended_phase = Some("Failed");
    let _ccm = tokio::spawn(ccm.run());
    pass(&world, 10).await;
    scale(&world, 0).await;
    pass(&world, 10).await;
    let listed = objects(&world, Kind::Pod).list(SELECTOR).await.unwrap();
    assert_eq!(listed.iter().map(|pod| &pod["status"]["phase"]).collect::<Vec<_>>(), ["Failed"]);
    routes.clear();
    pass(&world, 60).await;
    assert!(routes.names().is_empty());

    scale(&world, 1).await;
    pass(&world, 10).await;
    assert_eq!((pods(&world).await, routes.names().len()), (2, 1), "another one takes its place");
}

#[tokio::test(start_paused = true)]
async fn without_cloud_routes_a_pod_makes_none() {
    let (world, routes) = prepared().await;
    add_node(&world, "a", "100.96.0.0/24").await;
    let _ccm = running(&world).await;
    pass(&world, 10).await;

    controlplane::reconcile(&world).await.unwrap();
    pass(&world, 20).await;
    assert_eq!(pods(&world).await, 1);
    routes.clear();
    pass(&world, 60).await;
    assert!(routes.names().is_empty());
}

#[tokio::test(start_paused = true)]
async fn stopped_neighbours_do_nothing() {
    let (world, routes) = prepared().await;
    controlplane::deploy(&world).await.unwrap();
    let neighbours = Neighbours::start(&world, 1);
    pass(&world, 10).await;
    neighbours.stop().await;
    add_node(&world, "a", "100.96.0.0/24").await;
    pass(&world, 60).await;
    assert!(routes.names().is_empty());
}

//! The ruler can measure: the reference's order, routes first and aliases later, shows as a gap of every node.

use landscape::cloud::Cloud;
use landscape::neighbours::ccm::owned_routes;
use landscape::neighbours::machines::Machine;
use landscape::neighbours::objects::{Kind, Objects};
use serde_json::{Value, json};

use crate::support::{Setup, Simulation, block_on};

const NODES: u32 = 3;

#[test]
fn routes_deleted_before_aliases_are_added_cut_every_node_off() {
    let ledger = block_on(async {
        let simulation = Simulation::start(&Setup::new(NODES, 9)).await;
        let machines = simulation.story.prepare().await.unwrap().machines;
        let world = &simulation.world;
        stop_ccm(&simulation).await;
        for route in owned_routes(&world.cloud, &world.shoot).await.unwrap() {
            let name = route["name"].as_str().unwrap();
            world.cloud.delete(&format!("global/routes/{name}")).await.unwrap();
        }
        add_pod_range(&simulation).await;
        for machine in &machines {
            add_alias(&world.cloud, machine).await;
        }
        world.time.sleep(std::time::Duration::from_secs(120)).await;
        world.cloud.ledger().await.unwrap()
    });
    assert_eq!(ledger.states.alias, u64::from(NODES), "in the end all are served by aliases: {ledger:?}");
    assert_eq!(ledger.gaps.len(), NODES as usize, "{ledger:?}");
    for gap in &ledger.gaps {
        assert!(gap["seconds"].as_f64().unwrap() > 1.0, "{gap}");
        assert_eq!(gap["opened_by"]["method"], "compute.routes.delete", "{gap}");
    }
    assert!(ledger.gap_seconds_total > f64::from(NODES), "{ledger:?}");
}

async fn stop_ccm(simulation: &Simulation) {
    let world = &simulation.world;
    let resources = Objects::within(&world.seed, Kind::ManagedResource, &world.shoot.name);
    let ignore = json!({ "metadata": { "annotations": { "resources.gardener.cloud/ignore": "true" } } });
    resources.merge("extension-controlplane-seed", &ignore).await.unwrap();
    // A round of the resource manager that is under way may still put the replicas back.
    world.time.sleep(std::time::Duration::from_secs(60)).await;
    let deployments = Objects::within(&world.seed, Kind::Deployment, &world.shoot.name);
    deployments.merge("cloud-controller-manager", &json!({ "spec": { "replicas": 0 } })).await.unwrap();
    world.time.sleep(std::time::Duration::from_secs(60)).await;
}

async fn add_pod_range(simulation: &Simulation) {
    let world = &simulation.world;
    let path = world.shoot.nodes_subnet_path();
    let subnet = world.cloud.get(&path).await.unwrap().unwrap();
    let mut ranges = subnet["secondaryIpRanges"].as_array().cloned().unwrap_or_default();
    ranges.push(json!({ "rangeName": "ipv4-pod-cidr", "ipCidrRange": world.shoot.pods }));
    let patch = json!({ "fingerprint": subnet["fingerprint"], "secondaryIpRanges": ranges });
    world.cloud.patch(&path, patch).await.unwrap();
}

async fn add_alias(cloud: &Cloud, machine: &Machine) {
    let path = format!("zones/{}/instances/{}", machine.zone, machine.name);
    let vm: Value = cloud.get(&path).await.unwrap().unwrap();
    let nic = &vm["networkInterfaces"][0];
    let mut aliases = nic["aliasIpRanges"].as_array().cloned().unwrap_or_default();
    aliases.push(json!({ "ipCidrRange": machine.pod_cidr, "subnetworkRangeName": "ipv4-pod-cidr" }));
    let patch = json!({ "fingerprint": nic["fingerprint"], "aliasIpRanges": aliases });
    cloud.patch(&format!("{path}/updateNetworkInterface?networkInterface=nic0"), patch).await.unwrap();
}

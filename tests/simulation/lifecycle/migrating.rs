//! VMs with pods behind routes, and what becomes of them in a migration to dual-stack.

use landscape::cloud::Cloud;
use landscape::neighbours::Guest;
use landscape::neighbours::machines::Machine;
use serde_json::{Value, json};

use super::documents::{REGION, Shoot, regional, resource};
use super::life::{Life, Setup};

/// A VM and the range of its pods.
pub(super) struct Vm {
    pub(super) name: String,
    pub(super) zone: String,
    pub(super) pods: String,
}

/// A shoot with IPv4 whose nodes have routes, and their VMs.
pub(super) async fn with_routed_vms(setup: &Setup) -> (Life, Shoot, Vec<Vm>) {
    let (life, shoot) = (Life::new(setup).await, Shoot::usual());
    life.create(&shoot);
    life.settle(&shoot).await;
    let vms = add_vms(&life, &shoot).await;
    for vm in &vms {
        add_route(life.hands(), &shoot.name, &shoot.name, vm).await;
    }
    (life, shoot, vms)
}

/// Two VMs of the shoot in its nodes subnet.
pub(super) async fn add_vms(life: &Life, shoot: &Shoot) -> Vec<Vm> {
    let vms =
        [("pool1-z1-7b74d-nsplm", "b", "100.96.0.0/24"), ("pool1-z2-5d9c8-k2x7q", "c", "100.96.1.0/24")];
    let vms: Vec<Vm> = vms
        .into_iter()
        .map(|(name, zone, pods)| Vm {
            name: format!("{}-{name}", shoot.name),
            zone: format!("{REGION}-{zone}"),
            pods: pods.to_owned(),
        })
        .collect();
    for vm in &vms {
        let body = json!({
            "name": vm.name, "canIpForward": true, "tags": { "items": [shoot.name] },
            "networkInterfaces": [{ "subnetwork": regional(&format!("subnetworks/{}-nodes", shoot.name)) }],
        });
        life.hands().insert(&format!("zones/{}/instances", vm.zone), body).await.unwrap();
        let machine = Machine {
            name: vm.name.clone(),
            zone: vm.zone.clone(),
            pool: "pool1".to_owned(),
            pod_cidr: vm.pods.clone(),
            guest: Guest::Obedient,
        };
        life.register(&shoot.name, &machine).await;
    }
    vms
}

/// A route in `vpc` of the shoot called `shoot`, under a name as the cloud-controller-manager gives it, which is returned.
pub(super) async fn add_route(hands: &Cloud, vpc: &str, shoot: &str, vm: &Vm) -> String {
    let name = format!("{shoot}-0a1b2c3d-0001-4000-8000-{:0>12}", vm.pods.replace(['.', '/'], ""));
    let body = json!({
        "name": name,
        "network": format!("projects/my-project/global/networks/{vpc}"),
        "destRange": vm.pods, "priority": 1000, "description": "k8s-node-route",
        "nextHopInstance": format!("zones/{}/instances/{}", vm.zone, vm.name),
    });
    hands.insert("global/routes", body).await.unwrap();
    name
}

/// Creates the shoot, gives it VMs with routes, and makes it dual-stack until the controller is killed, if it is.
pub(super) async fn begin(life: &Life, shoot: &Shoot) -> (Vec<Vm>, bool) {
    life.create(shoot);
    life.settle(shoot).await;
    let vms = add_vms(life, shoot).await;
    for vm in &vms {
        add_route(life.hands(), &shoot.name, &shoot.name, vm).await;
    }
    let killed = go_dual_stack(life, shoot).await;
    (vms, killed)
}

/// Makes the shoot dual-stack until the controller is killed; tells whether it was.
pub(super) async fn go_dual_stack(life: &Life, shoot: &Shoot) -> bool {
    life.edit_shoot(shoot, &json!({ "spec": { "networking": { "ipFamilies": ["IPv4", "IPv6"] } } })).await;
    life.ask(shoot, "reconcile").await;
    life.reconcile_until_killed(shoot).await
}

/// Asserts that the shoot is dual-stack: pods have alias ranges, no route leads to them, and nothing is pending.
pub(super) fn assert_migrated(life: &Life, shoot: &Shoot, vms: &[Vm]) {
    let dump = life.dump();
    for vm in vms {
        let instance = resource(&dump, "instances", &vm.name).unwrap();
        let aliases = &instance["networkInterfaces"][0]["aliasIpRanges"];
        let wanted = json!([{ "ipCidrRange": vm.pods, "subnetworkRangeName": "ipv4-pod-cidr" }]);
        assert_eq!(*aliases, wanted, "{}", vm.name);
        let routes = dump["routes"].as_array().unwrap();
        assert!(routes.iter().all(|route| route["destRange"] != json!(vm.pods)), "{}", vm.name);
    }
    let status = life.status(shoot);
    assert_eq!(status["lastOperation"]["state"], "Succeeded", "{status:#}");
    assert_eq!(status["networking"]["nodes"].as_array().map(Vec::len), Some(2), "{status:#}");
    assert_eq!(status["providerStatus"]["networks"]["ipfamilies"], json!(["IPv4", "IPv6"]));
    assert_eq!(status["state"].get("routes"), None);
    let keys: Vec<&String> = status["state"]["data"].as_object().unwrap().keys().collect();
    let wanted = [
        "dual-stack-reported",
        "nodes-subnet-ipv6-cidr",
        "project",
        "resources_exist",
        "services-subnet-ipv6-cidr",
    ];
    assert_eq!(keys, wanted);
}

/// Where the migration stands, if one is pending.
pub(super) fn phase(status: &Value) -> &Value {
    &status["state"]["data"]["migration/phase"]
}

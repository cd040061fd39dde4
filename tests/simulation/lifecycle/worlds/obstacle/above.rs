//! What stands above resources: permissions, quotas, policies of the organisation, and APIs that are off.

use serde_json::{Value, json};

use super::super::super::life::{CONTROLLER, PROJECT};
use super::super::draw::{Draw, Random};
use super::super::stage::Stage;
use super::{Obstacle, Remedy, words};

/// The permissions that are taken away, one at a time.
const PERMISSIONS: [&str; 10] = [
    "compute.subnetworks.create",
    "compute.subnetworks.update",
    "compute.subnetworks.delete",
    "compute.networks.updatePolicy",
    "compute.instances.updateNetworkInterface",
    "compute.subnetworks.use",
    "compute.subnetworks.useExternalIp",
    "compute.routes.delete",
    "compute.firewalls.create",
    "compute.firewalls.delete",
];

/// The policy that forbids nothing that the controller does.
const BESIDE: &str = "constraints/compute.restrictVpcPeering";

/// Permissions, quotas, policies and services.
pub(super) async fn put(draw: &mut Draw, stage: &Stage, all: &mut Vec<Obstacle>) {
    let life = stage.life();
    let mut govern = async |rule: &'static str, document: Value, back: Value, named: Vec<String>| {
        life.cloud.govern(rule, &document).await;
        all.push(Obstacle { words: named, remedy: Remedy::Govern(rule, back) });
    };
    if let Some(mut random) = draw.feature("permission", 12) {
        let missing = random.pick(&PERMISSIONS);
        lack(&mut govern, missing).await;
    }
    if let Some(mut random) = draw.feature("quota", 8) {
        let room = random.below(4);
        let (kind, name) = random.pick(&[("firewalls", "FIREWALLS"), ("subnetworks", "SUBNETWORKS")]);
        let there = life.dump()[kind].as_array().map_or(0, Vec::len);
        let limit = if random.chance(30) { 0 } else { there + room };
        let back = json!({ kind: null });
        govern("limits", json!({ kind: limit }), back, words(&[name])).await;
    }
    if let Some(mut random) = draw.feature("policy", 8) {
        let policy = random.pick(&[
            "constraints/compute.disableVpcExternalIpv6",
            "constraints/compute.requireVpcFlowLogs",
            BESIDE,
        ]);
        let named = if policy == BESIDE {
            Vec::new()
        } else {
            words(&[policy.rsplit('.').next().unwrap_or_default()])
        };
        govern("policies", json!({ "constraints": [policy] }), json!({ "constraints": [] }), named).await;
    }
    if let Some(mut random) = draw.feature("services-off", 8) {
        let off = random.pick(&["cloudresourcemanager.googleapis.com", "networkconnectivity.googleapis.com"]);
        let document = json!({ "project": PROJECT, "disabled": [off] });
        govern("services", document, json!({ "project": PROJECT, "disabled": [] }), Vec::new()).await;
    }
}

/// Takes a permission from the controller.
async fn lack(govern: &mut impl AsyncFnMut(&'static str, Value, Value, Vec<String>), missing: &str) {
    let lack = json!({ "caller": CONTROLLER, "missing": [missing] });
    let back = json!({ "caller": CONTROLLER, "missing": [] });
    govern("permissions", lack, back, words(&[missing])).await;
}

/// Some other permission goes.
pub(in super::super) async fn take_permission(stage: &Stage, random: &mut Random) -> Obstacle {
    let missing = random.pick(&PERMISSIONS);
    let life = stage.life();
    life.cloud.govern("permissions", &json!({ "caller": CONTROLLER, "missing": [missing] })).await;
    let back = json!({ "caller": CONTROLLER, "missing": [] });
    Obstacle { words: words(&[missing]), remedy: Remedy::Govern("permissions", back) }
}

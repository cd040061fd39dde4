//! What the reference leaves behind if it is interrupted: it writes the routes into the state, deletes them all, adds the range together
//! with IPv6, and then the aliases.

use serde_json::json;

use super::obstacle::{alias, change_nodes_subnet};
use super::stage::Stage;

/// Brings about what an interrupted migration of the reference leaves, which got so far: 0 is the state alone, 4 the first aliases.
pub(super) async fn interrupt(stage: &Stage, reached: usize) {
    let (life, shoot, machines) = (stage.life(), stage.shoot(), stage.machines.borrow().clone());
    let entries: Vec<_> = machines
        .iter()
        .map(|machine| json!({ "instanceName": machine.name, "destinationCIDR": machine.pod_cidr, "zone": machine.zone }))
        .collect();
    life.infrastructures(&shoot)
        .merge_status(&shoot.name, &json!({ "status": { "state": { "routes": entries } } }))
        .await
        .unwrap();
    if reached == 0 {
        return;
    }
    // It stops the cloud-controller-manager first.
    stage.freeze().await;
    let routes = stage.hands().list("global/routes").await.unwrap();
    let own = routes.iter().filter(|route| {
        machines.iter().any(|machine| route["destRange"] == *machine.pod_cidr)
            && route["description"] == "k8s-node-route"
    });
    for (number, route) in own.enumerate() {
        if reached > 1 || number % 2 == 0 {
            let _ = stage.hands().delete(&format!("global/routes/{}", route["name"].as_str().unwrap())).await;
        }
    }
    if reached < 3 {
        return;
    }
    let pods = stage.world().shoot.pods;
    change_nodes_subnet(stage, |subnet| {
        let mut ranges = subnet["secondaryIpRanges"].as_array().cloned().unwrap_or_default();
        ranges.push(json!({ "rangeName": "ipv4-pod-cidr", "ipCidrRange": pods }));
        json!({ "secondaryIpRanges": ranges })
    })
    .await;
    change_nodes_subnet(stage, |_| json!({ "stackType": "IPV4_IPV6", "ipv6AccessType": "EXTERNAL" })).await;
    if reached == 4 {
        for machine in machines.iter().take(2) {
            alias(stage, &machine.zone, &machine.name, &machine.pod_cidr, "ipv4-pod-cidr").await;
        }
    }
}

//! VMs that are not as they should be.

use serde_json::{Value, json};

use super::super::draw::Draw;
use super::super::stage::Stage;
use super::{Obstacle, Remedy, alias, of, words};

/// VMs that are not as they should be, and routes to them.
pub(super) async fn put(draw: &mut Draw, stage: &Stage, all: &mut Vec<Obstacle>) {
    let (life, last) = (stage.life(), stage.machines.borrow().last().cloned());
    let Some(last) = last else { return };
    let change =
        |field: &str, value: Value| of(json!({ "zone": last.zone, "name": last.name, field: value }));
    if let Some(mut random) = draw.feature("vm-stopped", 6) {
        let status = random.pick(&["TERMINATED", "SUSPENDED"]);
        life.cloud.change_instance(&change("status", json!(status))).await;
    }
    if draw.feature("vm-deaf", 3).is_some() {
        life.cloud.change_instance(&change("canIpForward", json!(false))).await;
        let remedy = Remedy::Machine(change("canIpForward", json!(true)));
        all.push(Obstacle { words: vec![last.name.clone()], remedy });
    }
    if draw.feature("vm-gone", 6).is_some() {
        let _ = stage.hands().delete(&format!("zones/{}/instances/{}", last.zone, last.name)).await;
        stage.machines.borrow_mut().retain(|machine| *machine != last);
        return;
    }
    if draw.feature("vm-foreign-alias", 8).is_some() {
        let nodes = stage.hands().get(&stage.world().shoot.nodes_subnet_path()).await.unwrap().unwrap();
        if nodes["secondaryIpRanges"][0]["rangeName"] == "foreign" {
            alias(stage, &last.zone, &last.name, "172.30.5.0/24", "foreign").await;
        }
    }
    if draw.feature("route-tagged", 3).is_some() {
        let routes = stage.hands().list("global/routes").await.unwrap();
        let route = routes
            .into_iter()
            .find(|route| route["description"] == "k8s-node-route" && route["destRange"] == *last.pod_cidr);
        if let Some(mut route) = route {
            let path = format!("global/routes/{}", route["name"].as_str().unwrap());
            let _ = stage.hands().delete(&path).await;
            for field in ["id", "creationTimestamp", "selfLink", "kind", "routeType", "warnings"] {
                route.as_object_mut().unwrap().remove(field);
            }
            route["tags"] = json!(["edge"]);
            // The cloud-controller-manager may have been faster, as it calls the route the same.
            let _ = stage.hands().insert("global/routes", route).await;
            all.push(Obstacle {
                words: words(&[path.rsplit('/').next().unwrap_or_default(), &last.name]),
                remedy: Remedy::Remake(path),
            });
        }
    }
}

//! A shoot of the Terraform era, whose state is taken over.

use std::time::Duration;

use gardener_extension_infra_gcp::api::infrastructure::infrastructure_resource;
use kube::Api;
use kube::api::{DeleteParams, DynamicObject};
use serde_json::{Value, json};

use crate::support::{Setup, Simulation, block_on};

/// A `status.state` of the Terraform era, as a patch of one of ours.
fn terraform() -> Value {
    let terraform = json!({
        "version": 4, "resources": [{ "mode": "managed", "type": "google_compute_network", "name": "network" }],
    });
    json!({ "apiVersion": null, "kind": null, "data": terraform.to_string(), "encoding": "none" })
}

#[test]
fn a_state_of_terraform_is_replaced_by_one_of_ours_and_nothing_else_changes() {
    block_on(async {
        let simulation = Simulation::start(&Setup::new(2, 901)).await;
        simulation.story.prepare().await.unwrap();
        let ours = simulation.infrastructure().await["status"]["state"].clone();
        assert_eq!(ours["data"], json!({ "project": "my-project", "resources_exist": "true" }));
        simulation.edit_state(&terraform()).await;
        simulation.story.gardenlet().deploy_infrastructure().await.unwrap();
        let infrastructure = simulation
            .until("a state of ours", |infrastructure| infrastructure["status"]["state"]["data"].is_object())
            .await;
        assert_eq!(infrastructure["status"]["state"], ours, "nothing is left of the other document");
        simulation.world.time.sleep(Duration::from_secs(60)).await;
        let status = &simulation.infrastructure().await["status"];
        assert_eq!(status["lastOperation"]["state"], "Succeeded", "{status:#}");
        assert_eq!(status["lastError"], Value::Null);
        simulation.assert_hitless("a state that was taken over").await;
    });
}

/// The other controller cannot: it stumbles over the document for good.
#[test]
fn what_terraform_made_is_deleted_while_the_state_is_still_terraforms() {
    block_on(async {
        let mut simulation = Simulation::start(&Setup::new(0, 903)).await;
        simulation.story.prepare().await.unwrap();
        simulation.edit_state(&terraform()).await;
        let (name, cloud) = (simulation.world.shoot.name.clone(), simulation.world.cloud.clone());
        let region = simulation.world.shoot.region.clone();
        let ours = [
            format!("regions/{region}/routers/{name}-cloud-router"),
            format!("regions/{region}/subnetworks/{name}-nodes"),
            format!("regions/{region}/subnetworks/{name}-internal"),
        ];
        let left = async || {
            let mut left = Vec::new();
            for path in &ours {
                left.extend(cloud.get(path).await.unwrap());
            }
            left
        };
        assert_eq!(left().await.len(), ours.len(), "all of it is there");
        simulation.hand_over_to_watching();
        let api: Api<DynamicObject> =
            Api::namespaced_with(simulation.seed.client(), &name, &infrastructure_resource());
        let object = simulation.world.shoot.object_name();
        api.delete(object, &DeleteParams::default()).await.unwrap();
        for _ in 0..600 {
            if left().await.is_empty() {
                break;
            }
            simulation.world.time.sleep(Duration::from_secs(1)).await;
        }
        // The VPC stays: the simulation keeps things of another shoot in it.
        assert_eq!(left().await, Vec::<Value>::new(), "{:#}", simulation.infrastructure().await["status"]);
    });
}

#[test]
fn a_state_that_is_neither_ours_nor_terraforms_is_left_as_it_is() {
    block_on(async {
        let simulation = Simulation::start(&Setup::new(1, 902)).await;
        simulation.story.prepare().await.unwrap();
        simulation.edit_state(&json!({ "apiVersion": "other/v1" })).await;
        simulation.story.gardenlet().deploy_infrastructure().await.unwrap();
        let infrastructure = simulation
            .until("an error", |infrastructure| infrastructure["status"]["lastError"].is_object())
            .await;
        let said = infrastructure["status"]["lastError"]["description"].as_str().unwrap();
        assert!(said.contains("status.state has apiVersion \"other/v1\""), "{said}");
        assert_eq!(infrastructure["status"]["state"]["apiVersion"], "other/v1");
    });
}

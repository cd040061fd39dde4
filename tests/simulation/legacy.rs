//! A shoot of the Terraform era, whose state is taken over.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Setup, Simulation, block_on};

#[test]
fn a_state_of_terraform_is_replaced_by_one_of_ours_and_nothing_else_changes() {
    block_on(async {
        let simulation = Simulation::start(&Setup::new(2, 901)).await;
        simulation.journey.prepare().await.unwrap();
        let ours = simulation.infrastructure().await["status"]["state"].clone();
        assert_eq!(ours["data"], json!({ "resources_exist": "true" }));
        let terraform = json!({
            "version": 4, "resources": [{ "mode": "managed", "type": "google_compute_network", "name": "network" }],
        });
        let raw =
            json!({ "apiVersion": null, "kind": null, "data": terraform.to_string(), "encoding": "none" });
        simulation.edit_state(&raw).await;
        simulation.journey.gardenlet().deploy_infrastructure().await.unwrap();
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

#[test]
fn a_state_that_is_neither_ours_nor_terraforms_is_left_as_it_is() {
    block_on(async {
        let simulation = Simulation::start(&Setup::new(1, 902)).await;
        simulation.journey.prepare().await.unwrap();
        simulation.edit_state(&json!({ "apiVersion": "other/v1" })).await;
        simulation.journey.gardenlet().deploy_infrastructure().await.unwrap();
        let infrastructure = simulation
            .until("an error", |infrastructure| infrastructure["status"]["lastError"].is_object())
            .await;
        let said = infrastructure["status"]["lastError"]["description"].as_str().unwrap();
        assert!(said.contains("status.state has apiVersion \"other/v1\""), "{said}");
        assert_eq!(infrastructure["status"]["state"]["apiVersion"], "other/v1");
    });
}

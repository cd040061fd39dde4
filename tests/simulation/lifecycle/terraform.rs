//! A shoot of the Terraform era that has lost its state, or never had one: what Terraform left in the seed speaks for it.

use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::ApiResource;
use serde_json::{Value, json};

use super::documents::{Shoot, assert_same};
use super::life::{Life, Setup};
use crate::support::block_on;

const TRACE: &str = "shoot--p--a.infra.tf-state";

/// A shoot whose network stands and whose state is gone, with what Terraform's runner keeps in the seed; and the cloud before.
async fn of_that_era() -> (Life, Shoot, Value) {
    let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
    let before = life.dump();
    life.create(&shoot);
    life.settle(&shoot).await;
    let mut object = life.object(&shoot).unwrap();
    object["status"].as_object_mut().unwrap().remove("state");
    life.seed.put(&object).unwrap();
    let trace = json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": { "namespace": shoot.name, "name": TRACE, "finalizers": ["gardener.cloud/terraformer"] },
        "data": { "terraform.tfstate": "{}" },
    });
    life.seed.put(&trace).unwrap();
    life.events();
    life.calls();
    (life, shoot, before)
}

fn trace(life: &Life, shoot: &Shoot) -> Option<Value> {
    life.seed.get(&ApiResource::erase::<ConfigMap>(&()), &shoot.name, TRACE)
}

#[test]
fn its_traces_are_enough_to_go_on_with_and_stay() {
    block_on(async {
        let (life, shoot, _) = of_that_era().await;
        let left = trace(&life, &shoot);
        life.ask(&shoot, "reconcile").await;
        life.settle(&shoot).await;
        assert_eq!(
            life.status(&shoot)["state"]["data"],
            json!({ "project": "my-project", "resources_exist": "true" })
        );
        assert_eq!(life.mutations(), Vec::<String>::new());
        assert_eq!(trace(&life, &shoot), left);
    });
}

#[test]
fn its_traces_are_enough_to_delete_by_and_whoever_must_remove_them_is_told() {
    block_on(async {
        let (life, shoot, before) = of_that_era().await;
        let left = trace(&life, &shoot);
        life.delete(&shoot).await;
        life.settle(&shoot).await;
        assert_eq!(life.object(&shoot), None);
        assert_same(&life.dump(), &before, "gone");
        assert_eq!(trace(&life, &shoot), left, "nothing of Terraform's is deleted");
        let told = life
            .events()
            .into_iter()
            .filter(|event| event.warning && event.text.contains("terraformer"))
            .count();
        assert_eq!(told, 1);
    });
}

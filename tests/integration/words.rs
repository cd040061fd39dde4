//! The commands that tell of a migration, hold it and take it back, against a real API server. The Infrastructures are of a class that
//! the controller leaves alone.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use landscape::neighbours::objects::{Kind, Objects};
use serde_json::{Value, json};

use crate::environment::{Environment, within};
use crate::shoot::Shoot;

const WORDS: &str = "gcp.provider.extensions.gardener.cloud/dual-stack-migration";
const NAMESPACE: &str = "shoot--it--words";

struct Commands {
    kubeconfig: PathBuf,
    objects: Objects,
}

impl Commands {
    fn run(&self, command: &str, more: &[&str]) -> (Option<i32>, String, String) {
        let Output { status, stdout, stderr } =
            Command::new(env!("CARGO_BIN_EXE_gardener-extension-infra-gcp"))
                .arg(command)
                .arg("--kubeconfig")
                .arg(&self.kubeconfig)
                .args(more)
                .stdin(Stdio::null())
                .output()
                .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (status.code(), text(stdout), text(stderr))
    }

    /// What a command answers about the Infrastructure `name`, as JSON.
    fn answer(&self, command: &str, name: &str, code: i32) -> Value {
        let (found, stdout, stderr) =
            self.run(command, &["-n", NAMESPACE, name, "--yes", "--output", "json"]);
        assert_eq!(found, Some(code), "{stdout}{stderr}");
        serde_json::from_str(&stdout).unwrap()
    }

    async fn create(&self, name: &str, data: &Value) {
        let object = json!({
            "apiVersion": "extensions.gardener.cloud/v1alpha1", "kind": "Infrastructure",
            "metadata": { "name": name, "namespace": NAMESPACE },
            "spec": {
                "type": "gcp", "class": "garden", "region": "europe-west1",
                "secretRef": { "name": "cloudprovider", "namespace": NAMESPACE },
            },
        });
        self.objects.ensure(object).await.unwrap();
        let state = json!({
            "apiVersion": "gcp.provider.extensions.gardener.cloud/v1alpha1", "kind": "InfrastructureState", "data": data,
        });
        self.objects.merge_status(name, &json!({ "status": { "state": state } })).await.unwrap();
    }

    async fn said(&self, name: &str) -> Value {
        self.objects.get(name).await.unwrap()["metadata"]["annotations"][WORDS].clone()
    }
}

async fn commands(environment: &Environment) -> (Commands, Shoot) {
    let shoot = Shoot::new(environment, NAMESPACE);
    shoot.prepare(&json!({}), "none").await;
    let kubeconfig = environment.setting.controller().kubeconfig;
    let objects = Objects::within(&shoot.world.seed, Kind::Infrastructure, NAMESPACE);
    (Commands { kubeconfig, objects }, shoot)
}

#[test]
fn words_are_written_and_removed_and_what_is_under_way_is_told() {
    within(async |environment| {
        let (commands, shoot) = commands(environment).await;
        commands.create("ahead", &json!({ "resources_exist": "true" })).await;
        let place = "preparing M5 13/20 2026-09-01T10:00:00Z";
        commands.create("begun", &json!({ "migration/phase": "preparing", "migration/step": place })).await;
        let late = "committed M9 1/2 2026-09-01T10:00:00Z";
        commands.create("late", &json!({ "migration/phase": "deleting", "migration/step": late })).await;

        // Nobody is asked, so nothing is written.
        let (code, _, error) = commands.run("hold", &["-n", NAMESPACE, "begun"]);
        assert!(code == Some(1) && error.contains("give --yes; nothing was written"), "{error}");
        let (code, _, error) = commands.run("hold", &["-n", NAMESPACE, "--yes"]);
        assert!(code == Some(1) && error.contains("has several Infrastructures, name one"), "{error}");
        assert_eq!(commands.said("begun").await, Value::Null);

        commands
            .objects
            .merge("begun", &json!({ "metadata": { "annotations": { WORDS: "later" } } }))
            .await
            .unwrap();
        let held = commands.answer("hold", "begun", 0);
        assert_eq!(
            (&held["changed"], &held["before"], &held["words"]),
            (&json!(true), &json!("later"), &json!("later,hold"))
        );
        assert!(held["follows"].as_str().unwrap().contains("every node keeps what serves it"), "{held}");
        assert_eq!(commands.answer("hold", "begun", 0)["changed"], json!(false));
        let undone = commands.answer("undo", "begun", 0);
        assert!(undone["follows"].as_str().unwrap().contains("U1 to U8"), "{undone}");
        assert_eq!(commands.said("begun").await, "later,hold,undo");
        for command in ["hold", "undo"] {
            let (code, _, error) = commands.run(command, &["-n", NAMESPACE, "late", "--yes"]);
            assert_eq!(code, Some(1));
            assert!(
                error.contains("the point of no return is passed (at M9 since 2026-09-01T10:00:00Z)"),
                "{error}"
            );
            assert_eq!(commands.said("late").await, Value::Null);
        }

        let (code, stdout, _) = commands.run("status", &["-n", NAMESPACE, "--output", "json"]);
        assert_eq!(code, Some(2), "a migration is under way");
        let all: Value = serde_json::from_str(&stdout).unwrap();
        let told = |name: &str| {
            let mut each = all["infrastructures"].as_array().unwrap().iter();
            each.find(|one| one["name"] == name).unwrap().clone()
        };
        assert_eq!(told("ahead")["course"], Value::Null);
        let begun = told("begun");
        assert_eq!((&begun["course"], &begun["step"]), (&json!("preparing"), &json!("M5")));
        assert_eq!(
            (&begun["done"], &begun["nodes"], &begun["words"]),
            (&json!(13), &json!(20), &json!("hold,undo"))
        );
        assert!(begun["eta"].is_string() && told("late")["eta"].is_string(), "{all:#}");
        let (code, text, _) = commands.run("status", &["-A"]);
        assert_eq!(code, Some(2));
        assert!(
            text.contains("M5    13/20") && text.contains("waits for: the aliases of the nodes"),
            "{text}"
        );
        assert!(text.contains(" ~20") && !text.contains('\u{1b}') && !text.contains("ahead"), "{text}");
        assert_eq!(commands.run("status", &[]).0, Some(1), "of what?");

        // What stands on the Shoot is its owner's.
        let says = json!({ "metadata": { "annotations": { WORDS: "hold" } } });
        shoot.change_cluster(&json!({ "spec": { "shoot": says } })).await;
        let (code, text, _) = commands.run("resume", &["-n", NAMESPACE, "begun", "--yes"]);
        assert_eq!(code, Some(2), "{text}");
        assert!(text.contains("The Shoot says hold") && text.contains("only its owner can remove"), "{text}");
        assert_eq!(commands.said("begun").await, "later");
    });
}

//! The commands that tell of a migration, hold it and take it back, against a real API server. The Infrastructures are of a class that
//! the controller leaves alone.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use landscape::neighbours::objects::{Kind, Objects};
use planner::report::REFUSED_AT_M1;
use rustix::pty::{self, OpenptFlags};
use serde_json::{Value, json};

use crate::environment::{Environment, within};
use crate::shoot::Shoot;

const WORDS: &str = "gcp.provider.extensions.gardener.cloud/dual-stack-migration";

struct Commands {
    namespace: &'static str,
    kubeconfig: PathBuf,
    objects: Objects,
}

impl Commands {
    fn run(&self, command: &str, more: &[&str]) -> (Option<i32>, String, String) {
        self.run_with(Stdio::null(), command, more)
    }

    /// As [`Commands::run`], with somebody at a terminal who has typed `answer`.
    fn run_at_terminal(&self, answer: &str, command: &str, more: &[&str]) -> (Option<i32>, String, String) {
        let mut ours = File::from(pty::openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap());
        pty::grantpt(&ours).unwrap();
        pty::unlockpt(&ours).unwrap();
        let name = pty::ptsname(&ours, Vec::new()).unwrap().into_string().unwrap();
        let theirs = File::options().read(true).write(true).open(name).unwrap();
        ours.write_all(answer.as_bytes()).unwrap();
        self.run_with(theirs.into(), command, more)
    }

    fn run_with(&self, stdin: Stdio, command: &str, more: &[&str]) -> (Option<i32>, String, String) {
        let Output { status, stdout, stderr } =
            Command::new(env!("CARGO_BIN_EXE_gardener-extension-infra-gcp"))
                .arg(command)
                .arg("--kubeconfig")
                .arg(&self.kubeconfig)
                .args(more)
                .stdin(stdin)
                .output()
                .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (status.code(), text(stdout), text(stderr))
    }

    /// What a command answers about the Infrastructure `name`, as JSON.
    fn answer(&self, command: &str, name: &str, code: i32) -> Value {
        let (found, stdout, stderr) =
            self.run(command, &["-n", self.namespace, name, "--yes", "--output", "json"]);
        assert_eq!(found, Some(code), "{stdout}{stderr}");
        serde_json::from_str(&stdout).unwrap()
    }

    async fn create(&self, name: &str, data: &Value) {
        let object = json!({
            "apiVersion": "extensions.gardener.cloud/v1alpha1", "kind": "Infrastructure",
            "metadata": { "name": name, "namespace": self.namespace },
            "spec": {
                "type": "gcp", "class": "garden", "region": "europe-west1",
                "secretRef": { "name": "cloudprovider", "namespace": self.namespace },
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

async fn commands(environment: &Environment, namespace: &'static str) -> (Commands, Shoot) {
    let shoot = Shoot::new(environment, namespace);
    shoot.prepare(&json!({}), "none").await;
    let kubeconfig = environment.setting.controller().kubeconfig;
    let objects = Objects::within(&shoot.world.seed, Kind::Infrastructure, namespace);
    (Commands { namespace, kubeconfig, objects }, shoot)
}

#[test]
fn words_are_written_and_removed_and_what_is_under_way_is_told() {
    within(async |environment| {
        let (commands, shoot) = commands(environment, "shoot--it--words").await;
        commands.create("ahead", &json!({ "resources_exist": "true" })).await;
        let place = "preparing M5 13/20 2026-09-01T10:00:00Z";
        commands.create("begun", &json!({ "migration/phase": "preparing", "migration/step": place })).await;
        let late = "committed M9 1/2 2026-09-01T10:00:00Z";
        commands.create("late", &json!({ "migration/phase": "deleting", "migration/step": late })).await;

        // Nobody is asked, so nothing is written.
        let (code, _, error) = commands.run("hold", &["-n", commands.namespace, "begun"]);
        assert!(code == Some(1) && error.contains("give --yes; nothing was written"), "{error}");
        let (code, _, error) = commands.run("hold", &["-n", commands.namespace, "--yes"]);
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
            let (code, _, error) = commands.run(command, &["-n", commands.namespace, "late", "--yes"]);
            assert_eq!(code, Some(1));
            assert!(
                error.contains("the point of no return is passed (at M9 since 2026-09-01T10:00:00Z)"),
                "{error}"
            );
            assert_eq!(commands.said("late").await, Value::Null);
        }

        let (code, stdout, _) = commands.run("status", &["-n", commands.namespace, "--output", "json"]);
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

        // The end follows from the waits that the controller is told, too.
        let eta = |more: &[&str]| {
            let (_, stdout, _) =
                commands.run("status", &[&["-n", commands.namespace, "--output", "json"], more].concat());
            let all: Value = serde_json::from_str(&stdout).unwrap();
            let mut each = all["infrastructures"].as_array().unwrap().iter();
            let begun = each.find(|one| one["name"] == "begun").unwrap();
            begun["eta"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap()
        };
        let longer = eta(&["--alias-settle", "5h"]).duration_since(eta(&[]));
        assert!(longer.as_hours() >= 9, "M6 and M10 wait for it: {longer}");

        // What the preflight refuses is shown without that anything is recorded of it.
        commands.create("stopped", &json!({ "resources_exist": "true" })).await;
        let description =
            format!("Error reconciling Infrastructure: {REFUSED_AT_M1}: route theirs lies inside");
        let failed = json!({ "status": { "lastError": { "description": description } } });
        commands.objects.merge_status("stopped", &failed).await.unwrap();
        let (_, text, _) = commands.run("status", &["-A"]);
        let stopped: Vec<&str> = text.lines().skip_while(|line| !line.contains("stopped")).take(3).collect();
        let [row, waits, error] = stopped.as_slice() else { panic!("{text}") };
        assert_eq!(
            row.split_whitespace().collect::<Vec<_>>()[1..],
            ["stopped", "-", "M1", "-", "-", "-"],
            "{text}"
        );
        assert_eq!(*waits, "  waits for: somebody to put right what the preflight refuses");
        assert_eq!(*error, format!("  error: {description}"));
        assert!(!text.contains("ahead") && text.contains(" without one have an error."), "{text}");

        // What stands on the Shoot is its owner's.
        let says = json!({ "metadata": { "annotations": { WORDS: "hold" } } });
        shoot.change_cluster(&json!({ "spec": { "shoot": says } })).await;
        let (code, text, _) = commands.run("resume", &["-n", commands.namespace, "begun", "--yes"]);
        assert_eq!(code, Some(2), "{text}");
        assert!(text.contains("The Shoot says hold") && text.contains("only its owner can remove"), "{text}");
        assert_eq!(commands.said("begun").await, "later");
    });
}

#[test]
fn who_is_refused_is_told_why_as_json_too() {
    within(async |environment| {
        let (commands, shoot) = commands(environment, "shoot--it--refused").await;
        let late = json!({ "migration/phase": "deleting", "migration/step": "committed M9 1/2 2026-09-01T10:00:00Z" });
        commands.create("late", &late).await;
        let refused = |answer: &Value, reason: &str, message: &str| {
            assert_eq!(
                (&answer["changed"], &answer["error"]["reason"]),
                (&json!(false), &json!(reason)),
                "{answer:#}"
            );
            assert!(answer["error"]["message"].as_str().unwrap().contains(message), "{answer:#}");
            assert_eq!(answer["follows"], Value::Null, "{answer:#}");
        };
        for command in ["hold", "undo"] {
            let answer = commands.answer(command, "late", 1);
            refused(&answer, "point-of-no-return", "(at M9 since 2026-09-01T10:00:00Z)");
            assert_eq!(
                (&answer["before"], &answer["words"], &answer["shootSays"]),
                (&json!(""), &json!(""), &json!(""))
            );
        }
        commands.create("over", &json!({ "dual-stack-reported": "true" })).await;
        for command in ["hold", "undo"] {
            refused(&commands.answer(command, "over", 1), "nothing-under-way", "has reported both families");
        }
        for command in ["hold", "undo", "resume"] {
            let answer = commands.answer(command, "nobody", 1);
            refused(&answer, "no-infrastructure", "there is no Infrastructure shoot--it--refused/nobody");
            assert_eq!(
                (&answer["name"], &answer["before"], &answer["words"]),
                (&json!("nobody"), &Value::Null, &Value::Null)
            );
            let unnamed = ["-n", commands.namespace, "--yes", "--output", "json"];
            let (code, stdout, _) = commands.run(command, &unnamed);
            assert_eq!(code, Some(1));
            refused(
                &serde_json::from_str(&stdout).unwrap(),
                "several-infrastructures",
                "name one: late, over",
            );
        }
        let (code, stdout, _) =
            commands.run("plan", &["-n", commands.namespace, "nobody", "--output", "json"]);
        let plan: Value = serde_json::from_str(&stdout).unwrap();
        assert_eq!(
            (code, &plan["verdict"], &plan["error"]["reason"]),
            (Some(1), &json!("failed"), &json!("no-infrastructure"))
        );

        commands.create("begun", &json!({ "migration/phase": "preparing" })).await;
        let asked = ["-n", commands.namespace, "begun", "--output", "json"];
        let (code, stdout, _) = commands.run("hold", &asked);
        assert_eq!(code, Some(1));
        refused(&serde_json::from_str(&stdout).unwrap(), "nobody-to-ask", "give --yes");
        for no in ["n\n", "\n", "nay\n"] {
            let (code, stdout, stderr) = commands.run_at_terminal(no, "hold", &asked);
            assert_eq!(code, Some(1), "{stdout}{stderr}");
            refused(&serde_json::from_str(&stdout).unwrap(), "answer-no", "nothing was written");
            assert!(stderr.contains("shoot--it--refused/begun say hold? [y/N]"), "{stderr}");
            assert_eq!(commands.said("begun").await, Value::Null);
        }
        let (code, stdout, stderr) = commands.run_at_terminal("y\n", "hold", &asked);
        assert_eq!(code, Some(0), "{stdout}{stderr}");
        let answer: Value = serde_json::from_str(&stdout).unwrap();
        assert_eq!(
            (&answer["changed"], &answer["words"], &answer["error"]),
            (&json!(true), &json!("hold"), &Value::Null)
        );
        assert_eq!(commands.said("begun").await, "hold");

        let says = json!({ "metadata": { "annotations": { WORDS: "hold" } } });
        shoot.change_cluster(&json!({ "spec": { "shoot": says } })).await;
        let answer = commands.answer("resume", "begun", 2);
        assert_eq!(
            (&answer["changed"], &answer["words"], &answer["shootSays"]),
            (&json!(true), &json!(""), &json!("hold"))
        );
        assert_eq!(answer["error"]["reason"], "said-on-shoot", "{answer:#}");
        assert!(answer["follows"].is_string(), "{answer:#}");
    });
}

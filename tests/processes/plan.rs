//! `plan` against a running landscape: before the migration the whole protocol with its reasons, after it nothing.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use landscape::migration::{Quiet, Story};
use landscape::neighbours::objects::{Kind, Objects};
use landscape::processes::fake_gcp::Latency;
use landscape::processes::{RunDir, controller};
use landscape::setting::{Setting, SettingOptions};
use serde_json::{Value, json};

use crate::support::{SPEED, heard};

/// Every shoot gets a service account of its own.
const SERVICE_ACCOUNTS: &str = "\
apiVersion: gcp.provider.extensions.config.gardener.cloud/v1alpha1
kind: ControllerConfiguration
featureGates:
  DisableGardenerServiceAccountCreation: false
";

struct Plan<'a> {
    kubeconfig: &'a Path,
    endpoint: &'a str,
    namespace: &'a str,
}

impl Plan<'_> {
    /// Another command, about Infrastructures alone.
    fn other(&self, command: &str, more: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_gardener-extension-infra-gcp"))
            .arg(command)
            .arg("--kubeconfig")
            .arg(self.kubeconfig)
            .args(more)
            .stdin(std::process::Stdio::null())
            .output()
            .unwrap()
    }

    fn run(&self, more: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_gardener-extension-infra-gcp"))
            .arg("plan")
            .arg("--kubeconfig")
            .arg(self.kubeconfig)
            .args(["--compute-endpoint", self.endpoint, "-n", self.namespace])
            .args(controller::other_apis(self.endpoint))
            .args(more)
            .output()
            .unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_migration_the_whole_protocol_and_after_it_nothing() {
    let run_dir = RunDir::create("plan").unwrap();
    let options = SettingOptions { speed: SPEED, latency: Latency::None, random_seed: 5 };
    let setting = Setting::start(&options, &run_dir).await.unwrap();
    let world = setting.world();
    let wishes = setting.migration(&world, 3).await.unwrap();
    let options = setting.controller();
    let mut controller = controller::start(&options, &run_dir).await.unwrap();
    heard(&controller, &mut controller.log(), "--alias-settle is 1s: below 60s the promise").await;
    let story = Story::new(world.clone(), wishes, Arc::new(Quiet));
    let baseline = story.prepare().await.unwrap();
    let machines = &baseline.machines;
    let plan = Plan {
        kubeconfig: &options.kubeconfig,
        endpoint: &options.compute_endpoint,
        namespace: &world.shoot.name,
    };

    let nothing = plan.run(&[]);
    assert_eq!((nothing.status.code(), nothing.stderr.as_slice()), (Some(0), b"".as_slice()), "{nothing:?}");
    // The Infrastructure is called after the Shoot, not after the namespace.
    let named = plan.run(&["a"]);
    assert_eq!((named.status.code(), &named.stdout), (Some(0), &nothing.stdout), "{named:?}");
    let unknown = plan.run(&[plan.namespace]);
    assert_eq!(unknown.status.code(), Some(1), "{unknown:?}");
    let error = String::from_utf8_lossy(&unknown.stderr);
    assert!(error.contains("there is no Infrastructure shoot--p--a/shoot--p--a"), "{error}");
    let hasty = plan.run(&["--alias-settle", "59s"]);
    assert_eq!(hasty.status.code(), Some(0), "accepted all the same: {hasty:?}");
    let warning = String::from_utf8_lossy(&hasty.stderr);
    assert!(warning.starts_with("warning: --alias-settle is 59s: below 60s the promise"), "{warning}");

    let requests = world.cloud.requests("gardener-extension-infra-gcp", 0).await.unwrap();
    story.gardenlet().set_families(&["IPv4", "IPv6"]).await.unwrap();
    let text = plan.run(&[]);
    assert_eq!(text.status.code(), Some(2), "{text:?}");
    let text = String::from_utf8(text.stdout).unwrap();
    let json = plan.run(&["--output", "json"]);
    assert_eq!(json.status.code(), Some(2), "{json:?}");
    let document: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!((&document["verdict"], &document["step"]), (&json!("act"), &json!("M2")), "{document:#}");
    assert_eq!(document["course"], "preparing");
    let unproven =
        ["organisation policy at M2b", "overlap flag at M3", "alias quota at M5", "guest agents at M5"];
    assert_eq!(document["unproven"], json!(unproven));
    let outlook = format!("Course: preparing\nUnproven: {}\n", unproven.join(", "));
    assert!(text.starts_with(&outlook), "{text}");
    let back = plan.run(&["--to", "undo", "--output", "json"]);
    assert_eq!(back.status.code(), Some(2), "{back:?}");
    let back: Value = serde_json::from_slice(&back.stdout).unwrap();
    assert_eq!((&back["course"], &back["verdict"]), (&json!("rests"), &json!("act")), "{back:#}");
    let steps = |part: &str| document[part].as_array().unwrap().clone();
    let all: Vec<Value> = steps("now").into_iter().chain(steps("later")).collect();
    for id in ["M2", "M2b", "M3", "M4", "M5", "M6", "M7", "M8", "M8b", "M9", "M10", "M12"] {
        let step =
            all.iter().find(|step| step["id"] == id).unwrap_or_else(|| panic!("no {id} in {document:#}"));
        for field in ["action", "target", "why"] {
            assert!(!step[field].as_str().unwrap().is_empty(), "{field} of {step}");
        }
        assert!(text.contains(&format!(" {id} ")), "{id} in {text}");
    }
    // Findings: the alias and the route of others that the story put there.
    let rules: Vec<&str> =
        document["findings"].as_array().unwrap().iter().filter_map(|f| f["rule"].as_str()).collect();
    assert_eq!(rules, ["foreign-alias"], "{document:#}");
    let asked = world.cloud.requests("gardener-extension-infra-gcp", requests.next_seq).await.unwrap();
    assert!(asked.reads > 0 && asked.mutations == 0, "a plan only reads: {asked:?}");

    // Two reasons to refuse: both are printed.
    for (name, range) in [("theirs-1", "100.97.0.0/16"), ("theirs-2", "100.98.0.0/16")] {
        let next_hop = format!("zones/{}/instances/{}", machines[0].zone, machines[0].name);
        let route = json!({
            "name": name, "network": world.shoot.network_url(), "destRange": range, "nextHopInstance": next_hop,
        });
        world.cloud.insert("global/routes", route).await.unwrap();
    }
    let refused = plan.run(&[]);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    let text = String::from_utf8(refused.stdout).unwrap();
    assert!(
        text.contains("route theirs-1") && text.contains("route theirs-2") && text.contains("Refused"),
        "{text}"
    );
    for name in ["theirs-1", "theirs-2"] {
        world.cloud.delete(&format!("global/routes/{name}")).await.unwrap();
    }

    // A way back that is under way is something to do, too. Nobody asks the controller to go it.
    let infrastructures = Objects::within(&world.seed, Kind::Infrastructure, plan.namespace);
    let record = async |phase: Value| {
        let state = json!({ "data": { "migration/phase": phase } });
        infrastructures.merge_status("a", &json!({ "status": { "state": state } })).await.unwrap();
    };
    record(json!("preparing")).await;
    story.gardenlet().set_families(&["IPv4"]).await.unwrap();
    let back = plan.run(&["--output", "json"]);
    assert_eq!(back.status.code(), Some(2), "{back:?}");
    let document: Value = serde_json::from_slice(&back.stdout).unwrap();
    assert_eq!(document["course"], "back", "{document:#}");
    assert!(String::from_utf8_lossy(&plan.run(&[]).stdout).starts_with("Course: back\n"));
    record(Value::Null).await;
    assert_eq!(plan.run(&[]).status.code(), Some(0), "it is an IPv4 shoot without one");
    story.gardenlet().set_families(&["IPv4", "IPv6"]).await.unwrap();

    let migration = story.migrate().await.unwrap();
    story.conclude().await.unwrap();
    let nothing = plan.run(&[]);
    assert_eq!(nothing.status.code(), Some(0), "{}", String::from_utf8_lossy(&nothing.stdout));
    assert!(String::from_utf8_lossy(&nothing.stdout).contains("Nothing to do"));

    let late = plan.other("undo", &["-n", plan.namespace, "--yes"]);
    assert_eq!(late.status.code(), Some(1), "{late:?}");
    let error = String::from_utf8_lossy(&late.stderr);
    assert!(
        error.contains("has reported both families, which is never taken back; nothing was written"),
        "{error}"
    );

    // With the options of another controller it shows what that one would do, which that one then does.
    let configuration = run_dir.path().join("configuration.yaml");
    std::fs::write(&configuration, SERVICE_ACCOUNTS).unwrap();
    let iam = options.compute_endpoint.replace("/compute/v1/", "/v1/");
    let flags =
        ["--config-file", configuration.to_str().unwrap(), "--iam-service-accounts-endpoint", iam.as_str()];
    let account = plan.run(&[&flags as &[&str], &["--output", "json"]].concat());
    assert_eq!(account.status.code(), Some(2), "{account:?}");
    let document: Value = serde_json::from_slice(&account.stdout).unwrap();
    let ids = document["now"].as_array().unwrap().iter().map(|step| step["id"].as_str().unwrap());
    assert_eq!(ids.collect::<Vec<_>>(), ["state", "service-account"], "{document:#}");
    controller.kill().await.unwrap();
    let mut options = options.clone();
    options.args.extend(flags.map(Into::into));
    let _controller = controller::start(&options, &run_dir).await.unwrap();
    story.verify(&baseline, &migration).await.unwrap();
    let account = &world.cloud.resources().await.unwrap()["serviceAccounts"];
    assert_eq!(account.as_array().unwrap().len(), 1, "{account}");
    // The account is there now, whatever new shoots get.
    for flags in [&flags as &[&str], &flags[2..]] {
        let nothing = plan.run(flags);
        assert_eq!(nothing.status.code(), Some(0), "{}", String::from_utf8_lossy(&nothing.stdout));
    }

    // What the controller leaves alone has no plan.
    let elsewhere = plan.run(&["--extension-classes", "garden"]);
    assert_eq!(elsewhere.status.code(), Some(0), "{elsewhere:?}");
    assert!(
        String::from_utf8_lossy(&elsewhere.stdout)
            .contains("Nothing to do: its extension class is shoot, which is not served (served: garden).")
    );
    let elsewhere = plan.run(&["--extension-classes", "garden", "--output", "json"]);
    let document: Value = serde_json::from_slice(&elsewhere.stdout).unwrap();
    assert_eq!(document["findings"][0]["rule"], "left-alone", "{document:#}");
    assert_eq!((&document["verdict"], &document["step"]), (&json!("done"), &Value::Null), "{document:#}");

    assert_eq!(setting.undecodable().await.unwrap(), [""; 0]);
    let missing = Plan { namespace: "shoot--p--nobody", ..plan }.run(&[]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("there is no Infrastructure in namespace"));
}

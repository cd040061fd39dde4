//! A thousand Infrastructures at rest, and among them some that no decoder takes: what they cost, and that they keep nobody from being
//! served.
//!
//! How much memory a release takes with them is told by
//! `CONTROLLER=target/release/gardener-extension-infra-gcp cargo test --test processes -- crowd --nocapture`.

use futures::StreamExt;
use kube::api::{Api, DynamicObject, Patch, PatchParams, PostParams};
use kube::core::{ApiResource, GroupVersionKind};
use landscape::neighbours::gardenlet::Gardenlet;
use landscape::processes::fake_gcp::Latency;
use landscape::processes::{Child, Program, RunDir, controller};
use landscape::setting::{Setting, SettingOptions};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::support::{SOON, SPEED, address, get};

/// How many are at rest.
const CROWD: usize = 1000;
/// The most that one of them may cost, in bytes, with its share of what reading them all once leaves behind in the allocator: that differs
/// by some two KiB from run to run. Who keeps the documents, which have eleven KiB each as text, is above it.
const EACH: usize = 14 * 1024;

/// Names and values as large as those of a shoot with some nodes.
fn at_rest(index: usize) -> (Value, Value) {
    let name = format!("crowd-{index}");
    let routes: Vec<Value> = (0..20)
        .map(|node| json!({ "instanceName": format!("{name}-worker-{node}"), "destinationCIDR": format!("100.96.{node}.0/24"), "zone": "europe-west1-b" }))
        .collect();
    let state = json!({
        "apiVersion": "gcp.provider.extensions.gardener.cloud/v1alpha1", "kind": "InfrastructureState",
        "data": { "resources_exist": "true", "filler": "x".repeat(8 * 1024) }, "routes": routes,
    });
    let status = json!({ "status": { "state": state, "lastOperation": {
        "type": "Reconcile", "state": "Succeeded", "description": "", "progress": 100, "lastUpdateTime": "2026-09-01T10:00:00Z",
    } } });
    (infrastructure(&name, "gcp", json!({ "kind": "InfrastructureConfig" })), status)
}

fn infrastructure(name: &str, extension_type: &str, config: Value) -> Value {
    json!({
        "apiVersion": "extensions.gardener.cloud/v1alpha1", "kind": "Infrastructure",
        "metadata": { "name": name, "namespace": "default" },
        "spec": {
            "type": extension_type, "region": "europe-west1", "secretRef": { "name": "cloudprovider", "namespace": "default" },
            "providerConfig": config,
        },
    })
}

/// Deeper than a decoder goes, with a word by which it is found again.
fn deep() -> Value {
    json!({ "a": (0..200).fold(json!("sesame"), |inner, _| json!([inner])) })
}

/// Resident memory of a process, in bytes.
fn resident(child: &Child) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.pid().unwrap())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_at_rest_costs_little_and_nobody_in_it_keeps_another_from_being_served() {
    let run_dir = RunDir::create("crowd").unwrap();
    let options = SettingOptions { speed: SPEED, latency: Latency::None, random_seed: 3 };
    let setting = Setting::start(&options, &run_dir).await.unwrap();
    let world = setting.world();
    let options = setting.controller();
    let binary = std::env::var("CONTROLLER")
        .unwrap_or_else(|_| env!("CARGO_BIN_EXE_gardener-extension-infra-gcp").to_owned());
    let start = async |name: &str| {
        let program = Program::new(name, &binary)
            .arg("controller")
            .arg("--kubeconfig")
            .arg(&options.kubeconfig)
            .args(["--compute-endpoint", &options.compute_endpoint])
            .args(controller::other_apis(&options.compute_endpoint))
            .args(options.args.iter().filter(|arg| *arg != "--health-bind-address=0"))
            .arg("--health-bind-address=127.0.0.1:0");
        let child = Child::start(&program, &run_dir).unwrap();
        let health = address(&child, "health").await;
        let ready = async {
            while get(&health, "/readyz").await.0 != 200 {
                tokio::task::yield_now().await;
            }
        };
        timeout(SOON, ready).await.expect("it has seen them all");
        child
    };
    let mut alone = start("alone").await;
    let before = resident(&alone);
    alone.kill().await.unwrap();

    let kind = GroupVersionKind::gvk("extensions.gardener.cloud", "v1alpha1", "Infrastructure");
    let kind = ApiResource::from_gvk_with_plural(&kind, "infrastructures");
    let all: Api<DynamicObject> = Api::namespaced_with(world.seed.clone(), "default", &kind);
    let put = async |object: Value, status: Value| {
        let name = object["metadata"]["name"].as_str().unwrap().to_owned();
        // The answers nest as deep as the objects, so nobody reads them.
        let create = kube::api::Request::new(all.resource_url());
        let create = create.create(&PostParams::default(), object.to_string().into_bytes()).unwrap();
        world.seed.request_text(create).await.unwrap();
        let patch = kube::api::Request::new(all.resource_url());
        let patch =
            patch.patch_subresource("status", &name, &PatchParams::default(), &Patch::Merge(status)).unwrap();
        world.seed.request_text(patch).await.unwrap();
    };
    futures::stream::iter((0..CROWD).map(at_rest))
        .for_each_concurrent(16, |(object, status)| put(object, status))
        .await;
    let hostile = [("hostile-other", "aws"), ("hostile-ours", "gcp")];
    for (name, extension_type) in hostile {
        put(
            infrastructure(name, extension_type, deep()),
            json!({ "status": { "state": deep(), "providerStatus": deep() } }),
        )
        .await;
    }

    let crowded = start("crowded").await;
    let after = resident(&crowded);
    println!("resident: {} KiB alone, {} KiB with {CROWD} at rest", before / 1024, after / 1024);
    assert!(after < before + CROWD * EACH, "{} bytes for each", after.saturating_sub(before) / CROWD);

    let gardenlet = Gardenlet::new(&world);
    gardenlet.prepare(&setting.given(&world).await.unwrap()).await.unwrap();
    gardenlet.deploy_infrastructure().await.unwrap();
    let served = async {
        while gardenlet.infrastructure().await.unwrap()["status"]["lastOperation"]["state"] != "Succeeded" {
            tokio::task::yield_now().await;
        }
    };
    timeout(SOON, served).await.expect("a shoot beside them is served");
    let log = std::fs::read_to_string(crowded.log_path()).unwrap();
    assert!(!log.contains("sesame"), "{log}");
    assert!(log.lines().all(|line| line.len() < 4096), "{log}");
}

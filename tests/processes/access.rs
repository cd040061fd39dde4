//! The controller runs with the rights of its chart, and they end where its work ends.

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Node, Pod, Secret};
use k8s_openapi::api::rbac::v1::ClusterRoleBinding;
use kube::api::{Api, DeleteParams, ListParams, Patch, PatchParams, PostParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use landscape::processes::RunDir;
use landscape::processes::fake_gcp::Latency;
use landscape::setting::{Setting, SettingOptions};
use serde_json::json;

use crate::support::SPEED;

/// The HTTP status of an answer; 200 for every good one.
fn status<T>(answer: Result<T, kube::Error>) -> u16 {
    match answer {
        Ok(_) => 200,
        Err(kube::Error::Api(status)) => status.code,
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_controller_may_do_its_work_and_nothing_else() {
    let run_dir = RunDir::create("access").unwrap();
    let options = SettingOptions { speed: SPEED, latency: Latency::None, random_seed: 1 };
    let setting = Setting::start(&options, &run_dir).await.unwrap();
    let kubeconfig = Kubeconfig::read_from(setting.controller().kubeconfig).unwrap();
    let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await.unwrap();
    let client = Client::try_from(config).unwrap();

    let secrets: Api<Secret> = Api::namespaced(client.clone(), "default");
    let pods: Api<Pod> = Api::namespaced(client.clone(), "default");
    let deployments: Api<Deployment> = Api::namespaced(client.clone(), "default");
    let leases: Api<Lease> = Api::namespaced(client.clone(), "extension-infra-gcp");
    let (all, delete, post, patch) =
        (ListParams::default(), DeleteParams::default(), PostParams::default(), PatchParams::default());
    let one_replica = Patch::Merge(json!({ "spec": { "replicas": 1 } }));

    // 404: it was let in, and there is no such thing.
    assert_eq!(status(secrets.get("some").await), 404);
    assert_eq!(status(pods.list(&all).await), 200);
    assert_eq!(status(deployments.patch_scale("some", &patch, &one_replica).await), 404);
    assert_eq!(status(leases.get("gardener-extension-heartbeat").await), 404);

    let everywhere = Api::<Secret>::all(client.clone());
    for (what, answer) in [
        ("list secrets", status(secrets.list(&all).await)),
        ("list secrets everywhere", status(everywhere.list(&all).await)),
        ("delete a secret", status(secrets.delete("some", &delete).await)),
        ("change a secret", status(secrets.patch("some", &patch, &Patch::Merge(json!({}))).await)),
        ("get a pod", status(pods.get("some").await)),
        ("delete a pod", status(pods.delete("some", &delete).await)),
        ("change a deployment", status(deployments.patch("some", &patch, &one_replica).await)),
        ("delete a deployment", status(deployments.delete("some", &delete).await)),
        ("get somebody's lease", status(leases.get("somebody's").await)),
        ("list leases", status(leases.list(&all).await)),
        ("list config maps", status(Api::<ConfigMap>::all(client.clone()).list(&all).await)),
        ("list nodes", status(Api::<Node>::all(client.clone()).list(&all).await)),
        ("create a namespace", status(Api::all(client.clone()).create(&post, &Namespace::default()).await)),
        ("list bindings", status(Api::<ClusterRoleBinding>::all(client.clone()).list(&all).await)),
    ] {
        assert_eq!(answer, 403, "{what}");
    }
}

//! The way from a real API server to pods and kubelets, by which a canary is measured: it leads through the cloud's data plane, and is broken
//! where that is, or where a node or the VPN is ill.

use std::collections::BTreeSet;
use std::sync::Arc;

use gardener_extension_infra_gcp::shoot::Shoot;
use landscape::migration::{Quiet, Story};
use landscape::processes::fake_gcp::Latency;
use landscape::processes::{RunDir, controller};
use landscape::setting::{Setting, SettingOptions};
use planner::snapshot::Pod;

use crate::support::SPEED;

/// The Nodes of whose pods one at least answers.
async fn answering<'a>(shoot: &Shoot, pods: &'a [Pod]) -> BTreeSet<&'a str> {
    let probed = pods.iter().map(async |pod| shoot.probe(pod).await.then_some(pod.node.as_str()));
    futures::future::join_all(probed).await.into_iter().flatten().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn pods_and_kubelets_answer_through_the_api_server_as_far_as_the_network_leads_to_them() {
    let run_dir = RunDir::create("network").unwrap();
    let options = SettingOptions { speed: SPEED, latency: Latency::None, random_seed: 11 };
    let setting = Setting::start(&options, &run_dir).await.unwrap();
    let world = setting.world();
    let wishes = setting.migration(&world, 3).await.unwrap();
    let _controller = controller::start(&setting.controller(), &run_dir).await.unwrap();
    let story = Story::new(world.clone(), wishes, Arc::new(Quiet));
    let machines = story.prepare().await.unwrap().machines;
    let all: BTreeSet<&str> = machines.iter().map(|machine| machine.name.as_str()).collect();
    let shoot = Shoot::new(world.shoot_api.clone(), None);
    let pods = shoot.pods(None).await;
    let pods = pods.known().unwrap();

    assert_eq!(answering(&shoot, pods).await, all);
    for node in &all {
        assert!(shoot.kubelet(node).await, "{node}");
    }
    assert!(!shoot.kubelet("nobody").await);

    let ill = &machines[1];
    setting.kubelets().ail(|ills| ills.nodes.extend([ill.name.clone()]));
    let well: BTreeSet<&str> = all.iter().copied().filter(|node| *node != ill.name).collect();
    assert_eq!(answering(&shoot, pods).await, well);
    assert!(shoot.kubelet(&ill.name).await, "the kubelet of a node whose pods are ill");

    setting.kubelets().ail(|ills| ills.nodes.clear());
    let lost = &machines[2];
    world.cloud.delete(&format!("zones/{}/instances/{}", lost.zone, lost.name)).await.unwrap();
    let left: BTreeSet<&str> = all.iter().copied().filter(|node| *node != lost.name).collect();
    assert_eq!(answering(&shoot, pods).await, left);
    assert!(!shoot.kubelet(&lost.name).await, "the kubelet of a VM that is gone");

    setting.kubelets().ail(|ills| ills.vpn_down = true);
    assert_eq!(answering(&shoot, pods).await, BTreeSet::new());
    assert!(!shoot.kubelet(&ill.name).await, "nobody is reached without the VPN");
}

//! The shoot's own API: what the controller's client sees of nodes as kubelet, cloud and neighbours make them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use gardener_extension_infra_gcp::kubernetes::Seed;
use gardener_extension_infra_gcp::shoot::{self, Guests, Shoots};
use landscape::migration::Baseline;
use landscape::neighbours::machines::Machine;
use landscape::neighbours::{self, Guest};
use planner::snapshot::{Node, Obstacle, Pod, Unhealthy};
use planner::vocabulary::Cadence;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::support::{Setup, ShootFate, Simulation, block_on};

/// Four nodes with these guests, by number; of all others nothing is known.
fn setup(guests: &[(u32, Guest)]) -> Setup {
    let guests = neighbours::Guests { of: guests.iter().copied().collect(), ..Default::default() };
    Setup { guests, ..Setup::new(4, 71) }
}

/// A shoot at work, and its API as the controller opens it.
async fn at_work(setup: &Setup) -> (Simulation, Baseline, Arc<shoot::Shoot>) {
    let simulation = Simulation::start(setup).await;
    let baseline = simulation.story.prepare().await.unwrap();
    let shoot = open(&simulation).await.unwrap();
    (simulation, baseline, shoot)
}

async fn open(simulation: &Simulation) -> Result<Arc<shoot::Shoot>, Obstacle> {
    let shoots = Shoots::new(Arc::new(simulation.shoots.clone()), None);
    let name = &simulation.world.shoot.name;
    shoots.open(&Seed::new(simulation.seed.client()), name, name).await
}

async fn nodes(simulation: &Simulation, shoot: &shoot::Shoot) -> Vec<Node> {
    let project = simulation.world.shoot.project.as_str().into();
    shoot.nodes(&project, Guests::Read).await.known().unwrap().clone()
}

async fn pods(shoot: &shoot::Shoot) -> Vec<Pod> {
    shoot.pods(None).await.known().unwrap().clone()
}

/// The names of the Nodes whose serving pod answers, and of those whose kubelet does.
async fn answering(shoot: &shoot::Shoot) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut pods_of, mut kubelets) = (BTreeSet::new(), BTreeSet::new());
    for pod in pods(shoot).await.iter().filter(|pod| pod.name.starts_with("web-")) {
        if shoot.probe(pod).await {
            pods_of.insert(pod.node.clone());
        }
        if shoot.kubelet(&pod.node).await {
            kubelets.insert(pod.node.clone());
        }
    }
    (pods_of, kubelets)
}

fn names(baseline: &Baseline, numbers: &[usize]) -> BTreeSet<String> {
    numbers.iter().map(|number| baseline.machines[*number].name.clone()).collect()
}

/// Puts flag, range and all aliases on, by hand, and waits until every host knows.
async fn add_aliases(simulation: &Simulation, baseline: &Baseline) {
    let (cloud, shoot) = (&simulation.world.cloud, &simulation.world.shoot);
    let subnet = shoot.nodes_subnet_path();
    let before = cloud.get(&subnet).await.unwrap().unwrap();
    let mut ranges = before["secondaryIpRanges"].as_array().cloned().unwrap_or_default();
    ranges.push(json!({ "rangeName": "ipv4-pod-cidr", "ipCidrRange": shoot.pods }));
    let (flag, ranges) =
        (json!({ "allowSubnetCidrRoutesOverlap": true }), json!({ "secondaryIpRanges": ranges }));
    for mut patch in [flag, ranges] {
        patch["fingerprint"] = cloud.get(&subnet).await.unwrap().unwrap()["fingerprint"].clone();
        cloud.patch(&subnet, patch).await.unwrap();
    }
    for machine in &baseline.machines {
        let own = json!({ "ipCidrRange": machine.pod_cidr, "subnetworkRangeName": "ipv4-pod-cidr" });
        change_aliases(simulation, machine, |present| present.push(own)).await;
    }
    simulation.world.time.sleep(Duration::from_secs(60)).await;
}

/// Changes the list of aliases of a VM, by hand.
async fn change_aliases(simulation: &Simulation, machine: &Machine, change: impl FnOnce(&mut Vec<Value>)) {
    let cloud = &simulation.world.cloud;
    let path = format!("zones/{}/instances/{}", machine.zone, machine.name);
    let vm = cloud.get(&path).await.unwrap().unwrap();
    let nic = &vm["networkInterfaces"][0];
    let mut aliases = nic["aliasIpRanges"].as_array().cloned().unwrap_or_default();
    change(&mut aliases);
    let body = json!({ "aliasIpRanges": aliases, "fingerprint": nic["fingerprint"] });
    cloud.patch(&format!("{path}/updateNetworkInterface?networkInterface=nic0"), body).await.unwrap();
}

/// Has the Infrastructure reconciled, and waits until that has succeeded.
async fn reconciled(simulation: &Simulation) {
    simulation.story.gardenlet().deploy_infrastructure().await.unwrap();
    let over = |object: &Value| {
        object["metadata"]["annotations"].get("gardener.cloud/operation").is_none()
            && object["status"]["lastOperation"]["state"] == "Succeeded"
    };
    simulation.until("the end", over).await;
}

/// An interrupted migration of another controller leaves a node with neither route nor alias.
#[test]
fn a_node_that_somebody_cut_off_gets_its_alias_back_as_soon_as_its_node_can_be_read() {
    block_on(async {
        let (simulation, baseline, _) = at_work(&setup(&[])).await;
        simulation.add_ipv6().await;
        simulation.assert_hitless_end("the migration").await;
        let machine = &baseline.machines[0];
        change_aliases(&simulation, machine, Vec::clear).await;
        assert_eq!(simulation.aliases(machine).await, [""; 0]);
        simulation.shoots.before_each_call(|_| ShootFate::Silence);
        reconciled(&simulation).await;
        assert_eq!(simulation.aliases(machine).await, [""; 0], "nobody knows its range");
        simulation.shoots.before_each_call(|_| ShootFate::Pass);
        reconciled(&simulation).await;
        assert_eq!(simulation.aliases(machine).await, [machine.pod_cidr.as_str()]);
        let told = simulation.events().into_iter().filter(|event| event.reason == "Repaired");
        let told: Vec<String> = told.map(|event| event.text).collect();
        assert!(matches!(told.as_slice(), [one] if one.contains(&machine.name)), "{told:?}");
    });
}

#[test]
fn nodes_and_pods_are_as_kubelet_and_neighbours_make_them() {
    block_on(async {
        let guests = [(1, Guest::Untold), (2, Guest::Late), (3, Guest::Deaf)];
        let (simulation, baseline, shoot) = at_work(&setup(&guests)).await;
        let seen = nodes(&simulation, &shoot).await;
        let seen: BTreeMap<&str, &Node> = seen.iter().map(|node| (node.name.as_str(), node)).collect();
        let told = |number: usize| seen[baseline.machines[number].name.as_str()];
        use planner::snapshot::Guest as Told;
        for (number, guest, image) in [
            (0, Told::AliasesOff, "Garden Linux 1877.4"),
            (1, Told::Lacking, "Garden Linux 1877.4"),
            (2, Told::NotApplied, "Garden Linux 1877.4"),
            (3, Told::AliasesOff, "Ubuntu 24.04.2 LTS"),
        ] {
            let (node, machine) = (told(number), &baseline.machines[number]);
            assert_eq!((node.guest, node.image.as_str()), (guest, image), "{number}");
            let vm = node.vm.as_ref().unwrap();
            assert_eq!((vm.zone.as_str(), vm.name.as_str()), (machine.zone.as_str(), machine.name.as_str()));
            assert_eq!(node.pod_range.unwrap().to_string(), machine.pod_cidr);
            assert_eq!(node.pool.as_ref(), Some(&machine.pool));
            assert!(node.ready && node.schedulable && !node.going, "{node:?}");
        }

        let seen = pods(&shoot).await;
        let of = |name: &str| -> Vec<&Pod> { seen.iter().filter(|pod| pod.name.starts_with(name)).collect() };
        assert_eq!([of("web-").len(), of("kube-proxy-").len(), of("coredns-").len()], [4, 4, 2]);
        let usual = Some(Cadence { period: 10, threshold: 3 });
        assert_eq!(
            [of("web-")[0].measured, of("store-")[0].measured, of("batch-")[0].measured],
            [usual, usual, None]
        );
        assert!(of("kube-proxy-")[0].host_network && !of("web-")[0].host_network);
        assert_eq!(
            seen.iter().filter(|pod| pod.vpn).map(|pod| &pod.node).collect::<Vec<_>>(),
            [&baseline.machines[0].name]
        );
        let long_ago = simulation.world.time.now() - jiff::SignedDuration::from_mins(30);
        assert!(seen.iter().all(|pod| pod.ready_since.is_some_and(|since| since < long_ago) && !pod.going));

        for name in ["web-", "coredns-"] {
            assert!(shoot.probe(of(name)[0]).await, "{name}");
        }
        let mut without_metrics = of("coredns-")[0].clone();
        without_metrics.endpoints.retain(|endpoint| endpoint.port != 9153);
        assert_eq!((without_metrics.endpoints.len(), shoot.probe(&without_metrics).await), (2, false));
        assert!(!shoot.probe(of("batch-")[0]).await);
        let one = shoot.pods(Some(&baseline.machines[3].name)).await.known().unwrap().clone();
        assert_eq!(one.len(), 2, "{one:?}");
        assert_eq!(*shoot.unhealthy().await.known().unwrap(), []);
        let all = names(&baseline, &[0, 1, 2, 3]);
        assert_eq!(answering(&shoot).await, (all.clone(), all));
    });
}

#[test]
fn a_guest_that_takes_its_alias_is_missed_from_outside_and_by_its_kubelet() {
    block_on(async {
        let guests = [(1, Guest::Untold), (2, Guest::Late), (3, Guest::Deaf)];
        let (simulation, baseline, shoot) = at_work(&setup(&guests)).await;
        add_aliases(&simulation, &baseline).await;
        let all = names(&baseline, &[0, 1, 2, 3]);
        assert_eq!(answering(&shoot).await, (names(&baseline, &[0]), all));

        let seen = pods(&shoot).await;
        let unready: BTreeSet<String> =
            seen.iter().filter(|pod| pod.ready_since.is_none()).map(|pod| pod.node.clone()).collect();
        assert_eq!(unready, names(&baseline, &[1, 2, 3]));
        let told = shoot.unhealthy().await.known().unwrap().clone();
        let of = |pod: &Pod| told.iter().find(|told: &&Unhealthy| told.uid == pod.uid);
        for pod in &seen {
            let missed = unready.contains(&pod.node) && pod.measured.is_some();
            assert_eq!((of(pod).is_some(), pod.ready_since.is_none()), (missed, missed), "{pod:?}");
            assert!(of(pod).is_none_or(|told| told.count >= 3 && told.last.is_some()), "{:?}", of(pod));
        }
        let ledger = simulation.world.cloud.ledger().await.unwrap();
        assert_eq!(ledger.states.none, 3, "{ledger:?}");
    });
}

#[test]
fn nobody_answers_once_the_end_of_the_vpn_is_cut_off() {
    block_on(async {
        let (simulation, baseline, shoot) = at_work(&setup(&[(0, Guest::Deaf)])).await;
        add_aliases(&simulation, &baseline).await;
        let vpn = names(&baseline, &[0]);
        assert_eq!(answering(&shoot).await, (BTreeSet::new(), vpn), "its own kubelet is beside it");
    });
}

#[test]
fn what_else_is_wrong_shows_where_it_is() {
    block_on(async {
        let mut setup = setup(&[]);
        setup.workload.unmeasured = vec!["pool2".to_owned()];
        let (simulation, baseline, shoot) = at_work(&setup).await;
        let measured = names(&baseline, &[0, 2]);
        let (all, none) = (names(&baseline, &[0, 1, 2, 3]), BTreeSet::new());
        assert_eq!(
            answering(&shoot).await,
            (measured, all.clone()),
            "pods without probes have no place to answer"
        );

        simulation.kubelets.ail(|ills| ills.nodes.extend(names(&baseline, &[2])));
        assert_eq!(answering(&shoot).await, (names(&baseline, &[0]), all.clone()));
        simulation.kubelets.ail(|ills| ills.vpn_down = true);
        assert_eq!(answering(&shoot).await, (none.clone(), none));
        simulation.kubelets.ail(|ills| *ills = Default::default());
        assert_eq!(answering(&shoot).await, (names(&baseline, &[0, 2]), all));
    });
}

#[test]
fn an_api_that_cannot_be_read_is_a_value_at_each_call() {
    block_on(async {
        let (simulation, _, shoot) = at_work(&setup(&[])).await;
        let project = simulation.world.shoot.project.as_str().into();
        for (fate, expected) in [
            (ShootFate::Silence, Obstacle::Silent),
            (ShootFate::Refuse(403), Obstacle::Denied),
            (ShootFate::Refuse(500), Obstacle::Silent),
        ] {
            for path in ["/api/v1/nodes", "/api/v1/namespaces/kube-system/secrets"] {
                simulation.shoots.before_each_call(move |call| match call.path.starts_with(path) {
                    true => fate,
                    false => ShootFate::Pass,
                });
                let begun = Instant::now();
                let seen = shoot.nodes(&project, Guests::Read).await;
                assert_eq!(seen.obstacle(), Some(expected), "{fate:?} {path}");
                assert!(begun.elapsed() < Duration::from_secs(11), "{fate:?} {path}");
            }
        }
        simulation.shoots.before_each_call(|_| ShootFate::Pass);
        assert_eq!(nodes(&simulation, &shoot).await.len(), 4);
        assert!(simulation.shoots.calls().iter().all(|call| call.method == "GET"));

        let secrets = kube::api::ApiResource::erase::<k8s_openapi::api::core::v1::Secret>(&());
        let name = simulation.world.shoot.name.clone();
        let mut secret: Value = simulation.seed.get(&secrets, &name, "gardener-internal").unwrap();
        secret["data"] = Value::Null;
        simulation.seed.put(&secret).unwrap();
        assert_eq!(open(&simulation).await.err(), Some(Obstacle::Silent));
    });
}

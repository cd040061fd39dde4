//! Nodes that the preflight refuses, and what stands at them: each is replaced or put right as its message says, and the migration goes to
//! its end.

use std::time::Duration;

use landscape::neighbours::Guest;
use landscape::neighbours::machines::{Machine, Machines};
use serde_json::{Value, json};

use super::documents::{REGION, Shoot, regional, resource};
use super::life::{Life, PROJECT, Setup};
use super::migrating::{Vm, add_route};
use super::preflight::{assert_goes_on, assert_refused, ipv4};
use super::remedies::set_ranges;
use crate::support::{ShootFate, block_on};

/// What is wrong at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrong {
    /// The route to it is limited to a network tag.
    Tagged,
    /// It is in another region.
    Region,
    /// It is on a subnet of somebody else.
    Subnet,
    /// Its VM does not forward.
    Deaf,
    /// Its interface has no room for an alias.
    Full,
    /// A stale route of the shoot's leads its range elsewhere.
    Stale,
    /// Another node's route has its range, too.
    ClaimedTwice,
    /// Its guest agent is not told to leave alias ranges alone.
    Untold,
}

/// How it is put right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Remedy {
    /// The machine controller replaces the node.
    Replace,
    /// Its aliases are taken off by hand.
    TakeOff,
    /// The route that has come is deleted by hand.
    Delete,
}

/// The rule that refuses, what is wrong, words of the message, and how it is put right.
pub(super) struct Row {
    pub(super) rule: &'static str,
    wrong: Wrong,
    words: &'static str,
    remedy: Remedy,
}

/// The name of the route that has come.
const COME: &str = "shoot--p--a-0a1b2c3d-0002-4000-8000-000000000001";

pub(super) const ROWS: [Row; 8] = {
    const fn row(rule: &'static str, wrong: Wrong, words: &'static str, remedy: Remedy) -> Row {
        Row { rule, wrong, words, remedy }
    }
    [
        row("own-route-tagged", Wrong::Tagged, "replace the node that it leads to", Remedy::Replace),
        row(
            "own-route-other-region",
            Wrong::Region,
            "replace that node by one in the region",
            Remedy::Replace,
        ),
        row("vm-not-on-nodes-subnet", Wrong::Subnet, "so they can have no alias out of it", Remedy::Replace),
        row("vm-cannot-forward", Wrong::Deaf, "replace them, as it cannot be changed", Remedy::Replace),
        row("nic-full", Wrong::Full, "has 150 alias ranges already", Remedy::TakeOff),
        row("own-route-not-best", Wrong::Stale, "delete the one whose Node does not have", Remedy::Delete),
        row("range-claimed-twice", Wrong::ClaimedTwice, "delete the route of the one", Remedy::Delete),
        row("guest-agent", Wrong::Untold, "which adds it, or replace the nodes", Remedy::Replace),
    ]
};

/// A subnet of somebody else in the shoot's VPC.
async fn seed_subnet(life: &Life, region: &str, range: &str) {
    let subnet = json!({ "project": PROJECT, "region": region, "network": "shoot--p--a", "name": "theirs", "ipCidrRange": range });
    life.cloud.seed(&json!({ "subnetworks": [subnet] }).to_string()).await;
}

fn machine(vm: &Vm, guest: Guest) -> Machine {
    Machine {
        name: vm.name.clone(),
        zone: vm.zone.clone(),
        pool: "pool1".to_owned(),
        pod_cidr: vm.pods.clone(),
        guest,
    }
}

/// A node on this subnet, with its route.
async fn join(life: &Life, shoot: &Shoot, vm: &Vm, subnet: &str, guest: Guest) {
    let body = json!({
        "name": vm.name, "canIpForward": true, "tags": { "items": [shoot.name] },
        "networkInterfaces": [{ "subnetwork": subnet }],
    });
    life.hands().insert(&format!("zones/{}/instances", vm.zone), body).await.unwrap();
    life.register(&shoot.name, &machine(vm, guest)).await;
    add_route(life.hands(), &shoot.name, &shoot.name, vm).await;
}

fn nodes_subnet(shoot: &Shoot) -> String {
    regional(&format!("subnetworks/{}-nodes", shoot.name))
}

async fn set_aliases(life: &Life, vm: &Vm, aliases: &[Value]) {
    let path = format!("zones/{}/instances/{}", vm.zone, vm.name);
    let nic = life.hands().get(&path).await.unwrap().unwrap()["networkInterfaces"][0].clone();
    let body = json!({ "aliasIpRanges": aliases, "fingerprint": nic["fingerprint"] });
    let call = format!("{path}/updateNetworkInterface?networkInterface=nic0");
    life.hands().patch(&call, body).await.unwrap();
}

/// A route of the shoot's that has come beside the others.
async fn come(life: &Life, range: &str, to: &Vm, priority: u32) {
    let body = json!({
        "name": COME, "network": format!("projects/{PROJECT}/global/networks/shoot--p--a"), "destRange": range,
        "priority": priority, "description": "k8s-node-route",
        "nextHopInstance": format!("zones/{}/instances/{}", to.zone, to.name),
    });
    life.hands().insert("global/routes", body).await.unwrap();
}

/// Brings `wrong` about at the last of `vms`, which is a node of its own where the others stay as they are.
async fn bring_about(wrong: Wrong, life: &Life, shoot: &Shoot, vms: &mut Vec<Vm>) {
    let third = |zone: &str| Vm {
        name: format!("{}-pool1-z1-7b74d-third", shoot.name),
        zone: zone.to_owned(),
        pods: "100.96.2.0/24".to_owned(),
    };
    let last = vms.len() - 1;
    match wrong {
        Wrong::Region => {
            seed_subnet(life, "us-east1", "10.99.0.0/16").await;
            vms.push(third("us-east1-b"));
            let subnet = format!("projects/{PROJECT}/regions/us-east1/subnetworks/theirs");
            join(life, shoot, &vms[last + 1], &subnet, Guest::Obedient).await;
        }
        Wrong::Subnet => {
            seed_subnet(life, REGION, "10.99.0.0/16").await;
            vms.push(third("europe-west1-b"));
            join(life, shoot, &vms[last + 1], &regional("subnetworks/theirs"), Guest::Obedient).await;
        }
        Wrong::Tagged => {
            let vm = &vms[last];
            let routes = life.hands().list("global/routes").await.unwrap();
            let mut route = routes.into_iter().find(|route| route["destRange"] == json!(vm.pods)).unwrap();
            life.hands().delete(&format!("global/routes/{}", route["name"].as_str().unwrap())).await.unwrap();
            for field in ["id", "creationTimestamp", "selfLink", "kind", "routeType"] {
                route.as_object_mut().unwrap().remove(field);
            }
            route["tags"] = json!(["edge"]);
            life.hands().insert("global/routes", route).await.unwrap();
        }
        Wrong::Deaf => {
            let vm = &vms[last];
            let change =
                json!({ "project": PROJECT, "zone": vm.zone, "name": vm.name, "canIpForward": false });
            life.cloud.change_instance(&change).await;
        }
        Wrong::Full => {
            set_ranges(life, shoot, &[json!({ "rangeName": "theirs", "ipCidrRange": "172.30.0.0/16" })])
                .await;
            let many = (0..150).map(|number| {
                json!({ "ipCidrRange": format!("172.30.{number}.0/24"), "subnetworkRangeName": "theirs" })
            });
            set_aliases(life, &vms[last], &many.collect::<Vec<_>>()).await;
        }
        Wrong::Stale => come(life, &vms[last].pods, &vms[0], 500).await,
        Wrong::ClaimedTwice => come(life, &vms[last].pods, &vms[0], 1000).await,
        Wrong::Untold => {
            vms.push(third("europe-west1-b"));
            join(life, shoot, &vms[last + 1], &nodes_subnet(shoot), Guest::Untold).await;
        }
    }
}

/// The machine controller replaces the last of `vms`: its Node and VM go, the cloud-controller-manager takes its route away, and another
/// node comes.
async fn replace(life: &Life, shoot: &Shoot, vms: &mut Vec<Vm>) {
    let old = vms.pop().unwrap();
    Machines::new(&life.shoot_world(&shoot.name), 1).remove(&machine(&old, Guest::Obedient)).await.unwrap();
    for route in life.hands().list("global/routes").await.unwrap() {
        if route["destRange"] == json!(old.pods) {
            let path = format!("global/routes/{}", route["name"].as_str().unwrap());
            life.hands().delete(&path).await.unwrap();
        }
    }
    let new = Vm {
        name: format!("{}-pool1-z2-5d9c8-fresh", shoot.name),
        zone: "europe-west1-c".to_owned(),
        pods: "100.96.3.0/24".to_owned(),
    };
    join(life, shoot, &new, &nodes_subnet(shoot), Guest::Obedient).await;
    vms.push(new);
}

#[test]
fn a_node_that_is_refused_is_replaced_or_put_right_as_the_message_says() {
    for row in &ROWS {
        block_on(async {
            let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
            let mut vms = ipv4(&life, &shoot).await;
            bring_about(row.wrong, &life, &shoot, &mut vms).await;
            assert_refused(&life, &shoot, row.words).await;
            match row.remedy {
                Remedy::Replace => replace(&life, &shoot, &mut vms).await,
                Remedy::TakeOff => set_aliases(&life, vms.last().unwrap(), &[]).await,
                Remedy::Delete => {
                    life.hands().delete(&format!("global/routes/{COME}")).await.unwrap();
                }
            }
            assert_goes_on(&life, &shoot, &vms).await;
        });
    }
}

/// The rules that come about only beside the range, where the migration is under way: as it begins they would tell of another controller's.
pub(super) const UNDER_WAY: [&str; 2] = ["other-pod-alias", "range-borne-elsewhere"];
/// The rule that only counts where no Node says what is right.
pub(super) const NODES_UNREADABLE: &str = "vm-with-two-ranges";

fn alias(range: &str) -> Value {
    json!({ "ipCidrRange": range, "subnetworkRangeName": "ipv4-pod-cidr" })
}

/// Asks for both families, lets `hands` do something once `reached` says so of state and nodes subnet, and returns how the run failed.
async fn disturbed(
    life: &Life,
    shoot: &Shoot,
    reached: impl Fn(&Value, &Value) -> bool,
    hands: impl AsyncFnOnce(),
) -> String {
    life.edit_shoot(shoot, &json!({ "spec": { "networking": { "ipFamilies": ["IPv4", "IPv6"] } } })).await;
    life.ask(shoot, "reconcile").await;
    let name = format!("{}-nodes", shoot.name);
    let disturb = async {
        loop {
            let dump = life.dump();
            let subnet = resource(&dump, "subnetworks", &name).unwrap().clone();
            if reached(&life.status(shoot)["state"]["data"], &subnet) {
                return hands().await;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::join!(life.reconcile(shoot), disturb);
    life.failure(shoot).0
}

#[test]
fn a_vm_with_two_ranges_is_refused_where_no_node_can_be_read() {
    block_on(async {
        let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
        let vms = ipv4(&life, &shoot).await;
        life.shoots_meet(ShootFate::Silence);
        come(&life, "100.96.200.0/24", &vms[1], 1000).await;
        assert_refused(&life, &shoot, "delete the route whose range is not the podCIDR of the Node").await;
        life.hands().delete(&format!("global/routes/{COME}")).await.unwrap();
        life.shoots_meet(ShootFate::Pass);
        assert_goes_on(&life, &shoot, &vms).await;
    });
}

#[test]
fn an_alias_that_is_not_the_nodes_and_that_no_node_denies_is_refused_before_the_point_of_no_return() {
    block_on(async {
        let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
        let vms = ipv4(&life, &shoot).await;
        let settles = |state: &Value, _: &Value| {
            state["migration/settled-from"].as_str().is_some_and(|text| text.starts_with("M6"))
        };
        let text = disturbed(&life, &shoot, settles, async || {
            life.shoots_meet(ShootFate::Silence);
            set_aliases(&life, &vms[1], &[alias(&vms[1].pods), alias("100.96.200.0/24")]).await;
        })
        .await;
        assert!(text.contains("M8b") && text.contains("take it off, or replace them"), "{text}");
        set_aliases(&life, &vms[1], &[alias(&vms[1].pods)]).await;
        life.shoots_meet(ShootFate::Pass);
        assert_goes_on(&life, &shoot, &vms).await;
    });
}

#[test]
fn a_range_that_another_vm_bears_is_an_error_until_it_is_taken_off() {
    block_on(async {
        let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
        let vms = ipv4(&life, &shoot).await;
        let theirs =
            Vm { name: "theirs".to_owned(), zone: "europe-west1-b".to_owned(), pods: vms[1].pods.clone() };
        let stands = |_: &Value, subnet: &Value| subnet["secondaryIpRanges"].as_array().is_some();
        let text = disturbed(&life, &shoot, stands, async || {
            let body =
                json!({ "name": theirs.name, "networkInterfaces": [{ "subnetwork": nodes_subnet(&shoot) }] });
            life.hands().insert(&format!("zones/{}/instances", theirs.zone), body).await.unwrap();
            set_aliases(&life, &theirs, &[alias(&theirs.pods)]).await;
        })
        .await;
        assert!(text.contains(&vms[1].name) && text.contains("remove what uses it first"), "{text}");
        set_aliases(&life, &theirs, &[]).await;
        assert_goes_on(&life, &shoot, &vms).await;
    });
}

//! Effects on worlds that are made of effects: what follows from an insert, and what has no effect.

use serde_json::{Value, json};

use super::*;
use crate::journal::{PROJECT, RESOURCES_EXIST};
use crate::plan::resource::{
    FirewallRule, NewNetwork, NewRouter, NewServiceAccount, NewSubnet, SubnetChange, Traffic,
};
use crate::snapshot::{ManagedResource, NextHop, Nic, Shoot, StackType, Vm};

const REGION: &str = "europe-west1";
const NETWORK: &str = "https://www.googleapis.com/compute/v1/projects/p/global/networks/n";

fn nothing() -> Snapshot {
    let at = "2026-09-01T10:00:00Z".parse().unwrap();
    let mut state = State::default();
    state.data.insert(RESOURCES_EXIST.to_owned(), "true".to_owned());
    state.data.insert(PROJECT.to_owned(), "p".to_owned());
    Snapshot { since: at, at, cloud: Cloud::default(), shoot: Shoot::default(), state, ccm: Ccm::default() }
}

fn after<'a>(mut seen: Snapshot, actions: impl IntoIterator<Item = &'a Action>) -> Snapshot {
    actions.into_iter().for_each(|action| effect(action, &mut seen));
    seen
}

fn subnet() -> ResourceRef {
    ResourceRef::regional(Kind::Subnet, REGION, "s")
}

fn patch_subnet(fingerprint: &str, change: SubnetChange) -> Action {
    let change = Change::Subnet { fingerprint: fingerprint.to_owned(), change };
    Action::Patch { object: subnet(), change }
}

fn rule() -> FirewallRule {
    FirewallRule {
        network: NETWORK.to_owned(),
        source_ranges: vec!["10.0.0.0/8".to_owned()],
        allowed: vec![("tcp".to_owned(), Vec::new())],
        priority: 1000,
    }
}

/// One insert of each kind, the VPC first.
fn inserts() -> Vec<Action> {
    let bodies = [
        (
            ResourceRef::global(Kind::Network, "n"),
            Body::Network(NewNetwork { mtu: None, routing_mode: "REGIONAL".to_owned() }),
        ),
        (
            subnet(),
            Body::Subnet(NewSubnet {
                description: String::new(),
                network: NETWORK.to_owned(),
                range: "10.0.0.0/16".parse().unwrap(),
                dual_stack: true,
                secondary: Some(("pods".into(), "10.1.0.0/16".parse().unwrap())),
                flow_logs: None,
            }),
        ),
        (
            ResourceRef::regional(Kind::Router, REGION, "r"),
            Body::Router(NewRouter { network: NETWORK.to_owned() }),
        ),
        (ResourceRef::global(Kind::Firewall, "f"), Body::Firewall(rule())),
        (
            ResourceRef::global(Kind::ServiceAccount, "a@p"),
            Body::ServiceAccount(NewServiceAccount { id: "a".to_owned(), display_name: "A".to_owned() }),
        ),
    ];
    bodies.map(|(object, body)| Action::Insert { object, body }).into()
}

fn deletes() -> Vec<Action> {
    let objects = [
        ResourceRef::global(Kind::Firewall, "f"),
        ResourceRef::regional(Kind::Router, REGION, "r"),
        subnet(),
        ResourceRef::global(Kind::ServiceAccount, "a@p"),
        ResourceRef::global(Kind::Network, "n"),
    ];
    objects.map(|object| Action::Delete { object, traffic: None }).into()
}

#[test]
fn a_vpc_and_its_subnets_come_with_routes_of_google() {
    let cloud = after(nothing(), &inserts()).cloud;
    let network = cloud.network.unwrap();
    assert_eq!(
        (network.url.as_str(), network.subnets.as_slice()),
        (NETWORK, &["europe-west1/s".to_owned()][..])
    );
    let routes: Vec<(String, &NextHop)> =
        cloud.routes.iter().map(|route| (route.destination.to_string(), &route.next_hop)).collect();
    let expected = [
        ("0.0.0.0/0", NextHop::Internet),
        ("10.0.0.0/16", NextHop::Subnet),
        ("10.1.0.0/16", NextHop::Subnet),
        ("::/0", NextHop::Internet),
    ];
    assert_eq!(routes, expected.each_ref().map(|(range, hop)| ((*range).to_owned(), hop)));
    let [subnet] = cloud.subnets.as_slice() else { panic!("{:?}", cloud.subnets) };
    assert_eq!((subnet.stack, &subnet.ipv6_prefix), (StackType::DualExternal, &None));
}

#[test]
fn a_world_is_empty_again_once_everything_is_deleted_and_nothing_is_deleted_twice() {
    let full = after(nothing(), &inserts());
    assert_eq!(after(full.clone(), &inserts()), full, "what exists is not created again");
    let dual_stack = patch_subnet("", SubnetChange::DualStack);
    assert_eq!(after(full.clone(), [&dual_stack]), full, "an IPv6 stack is not added twice");
    let empty = after(full, &deletes());
    assert_eq!(empty, nothing());
    let patches = [
        patch_subnet("", SubnetChange::Overlap(true)),
        Action::Patch { object: subnet(), change: Change::Range("10.0.0.0/15".parse().unwrap()) },
        Action::Patch {
            object: ResourceRef::global(Kind::Network, "n"),
            change: Change::RoutingMode("GLOBAL".to_owned()),
        },
        Action::Patch { object: ResourceRef::global(Kind::Firewall, "f"), change: Change::Firewall(rule()) },
        set_nats(&json!([]), &json!([{ "name": "x" }])),
        set_aliases(""),
        Action::IgnoreControlPlane { ignore: true, version: String::new() },
        Action::ScaleCcm { replicas: 0, version: String::new() },
    ];
    assert_eq!(after(empty, deletes().iter().chain(&patches)), nothing(), "what is absent is not changed");
    let in_vpc = inserts().into_iter().skip(1).take(3).collect::<Vec<_>>();
    assert_eq!(after(nothing(), &in_vpc), nothing(), "an absent VPC has no resources");
}

#[test]
fn an_action_on_an_earlier_reading_has_no_effect() {
    let mut seen = after(nothing(), &inserts());
    seen.cloud.subnets[0].fingerprint = "1".to_owned();
    let changed = after(seen.clone(), [&patch_subnet("1", SubnetChange::Overlap(true))]);
    assert!(changed.cloud.subnets[0].overlap && !seen.cloud.subnets[0].overlap);
    let logs = |fingerprint| patch_subnet(fingerprint, SubnetChange::FlowLogs(true));
    assert_eq!(after(changed.clone(), [&logs("1")]), changed);
    assert_ne!(after(changed.clone(), [&logs("")]), changed, "planned from this snapshot");

    let nat = |ports: u32| json!([{ "name": "x", "ports": ports }]);
    let with_nat = after(changed, [&set_nats(&json!([]), &nat(1))]);
    assert_eq!(after(with_nat.clone(), [&set_nats(&nat(2), &nat(3))]), with_nat);
    assert_ne!(after(with_nat.clone(), [&set_nats(&nat(1), &nat(3))]), with_nat);

    let mut with_vm = with_nat;
    let nic =
        Nic { name: "nic0".to_owned(), subnet: "s".into(), aliases: Vec::new(), fingerprint: "1".to_owned() };
    with_vm.cloud.see(Vm {
        id: vm_ref(),
        tags: Vec::new(),
        status: "RUNNING".to_owned(),
        can_forward: true,
        created: None,
        nic,
    });
    assert_eq!(after(with_vm.clone(), [&set_aliases("0")]), with_vm);
    let aliased = after(with_vm, [&set_aliases("1")]);
    let [alias] = aliased.cloud.vms[&vm_ref()].nic.aliases.as_slice() else { panic!("{aliased:?}") };
    assert_eq!(alias.range.to_string(), "10.1.1.0/24", "a block that Google chooses is not known");
    assert_eq!(after(aliased.clone(), [&set_aliases("1")]), aliased);
}

#[test]
fn a_route_of_a_subnet_goes_with_its_range_alone() {
    let seen = after(nothing(), &inserts());
    let delete = |name: &str| Action::delete_route(name, Traffic::Internet);
    let all: Vec<Action> = seen.cloud.routes.iter().map(|route| delete(&route.name)).collect();
    let left = after(seen, &all);
    assert!(left.cloud.routes.iter().all(|route| route.next_hop == NextHop::Subnet));
    let without_pods = after(left, [&patch_subnet("", SubnetChange::SecondaryRanges(Vec::new()))]);
    let [route] = without_pods.cloud.routes.as_slice() else { panic!("{without_pods:?}") };
    assert_eq!(route.destination.to_string(), "10.0.0.0/16");
}

#[test]
fn what_others_do_in_response_is_no_part_of_an_effect() {
    let mut seen = nothing();
    seen.ccm.replicas = Some(1);
    seen.ccm.managed_resource = Some(ManagedResource::default());
    let frozen = after(
        seen,
        &[
            Action::IgnoreControlPlane { ignore: true, version: String::new() },
            Action::ScaleCcm { replicas: 0, version: String::new() },
        ],
    );
    let resource = ManagedResource { ignore: true, remove_ignore: true, ignored: false };
    assert_eq!((frozen.ccm.replicas, frozen.ccm.managed_resource), (Some(0), Some(resource)));
}

fn vm_ref() -> VmRef {
    VmRef { zone: "europe-west1-b".into(), name: "vm".into() }
}

fn set_aliases(fingerprint: &str) -> Action {
    let alias = |range: &str| json!({ "ipCidrRange": range, "subnetworkRangeName": "pods" });
    Action::SetAliases {
        vm: vm_ref(),
        nic: "nic0".to_owned(),
        fingerprint: fingerprint.to_owned(),
        aliases: vec![alias("10.1.1.0/24"), alias("/24")],
    }
}

fn set_nats(before: &Value, nats: &Value) -> Action {
    let list = |list: &Value| serde_json::from_value(list.clone()).unwrap();
    Action::SetNats {
        router: ResourceRef::regional(Kind::Router, REGION, "r"),
        nat: "x".into(),
        before: list(before),
        nats: list(nats),
    }
}

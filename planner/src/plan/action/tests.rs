//! Tests of actions: the calls that carry them out, and which of them have the same effect.

use serde_json::{Value, json};

use super::{Action, Method, Request};
use crate::plan::resource::{
    Body, Change, FirewallRule, Kind, NewNetwork, NewRouter, NewSubnet, ResourceRef, SubnetChange, Traffic,
};
use crate::vocabulary::{FlowLogs, Sampling, VmRef};

const NETWORK: &str = "projects/p/global/networks/n";

fn subnet(change: SubnetChange) -> Action {
    let object = ResourceRef::regional(Kind::Subnet, "r", "s");
    Action::Patch { object, change: Change::Subnet { fingerprint: "f=".to_owned(), change } }
}

fn rule() -> FirewallRule {
    FirewallRule {
        network: NETWORK.to_owned(),
        source_ranges: vec!["10.0.0.0/8".to_owned()],
        allowed: vec![("icmp".to_owned(), Vec::new()), ("tcp".to_owned(), vec!["1-65535".to_owned()])],
        priority: 1000,
    }
}

/// The whole rule, with explicit nulls for the fields that it must not have.
fn rule_body() -> Value {
    json!({
        "name": "f", "network": NETWORK, "direction": "INGRESS", "priority": 1000,
        "disabled": false, "sourceRanges": ["10.0.0.0/8"],
        "allowed": [{ "IPProtocol": "icmp" }, { "IPProtocol": "tcp", "ports": ["1-65535"] }],
        "denied": null, "destinationRanges": null, "sourceServiceAccounts": null, "sourceTags": null,
        "targetServiceAccounts": null, "targetTags": null,
    })
}

fn logs() -> FlowLogs {
    FlowLogs {
        interval: "INTERVAL_5_SEC".to_owned(),
        sampling: Sampling::new(0.5),
        metadata: "EXCLUDE_ALL_METADATA".to_owned(),
    }
}

fn new_subnet() -> NewSubnet {
    NewSubnet {
        description: "d".to_owned(),
        network: NETWORK.to_owned(),
        range: "10.250.0.0/16".parse().unwrap(),
        dual_stack: false,
        secondary: None,
        flow_logs: None,
    }
}

fn aliases(list: Vec<Value>) -> Action {
    Action::SetAliases {
        vm: VmRef { zone: "z".into(), name: "vm".into() },
        nic: "nic0".to_owned(),
        fingerprint: "f=".to_owned(),
        aliases: list,
    }
}

/// The form `PATCH regions/r/subnetworks/s?a=b`.
fn call(request: &Request) -> String {
    let method = match request.method {
        Method::Post => "POST",
        Method::Patch => "PATCH",
        Method::Delete => "DELETE",
    };
    let place = match &request.place {
        crate::plan::resource::Place::Global => "global".to_owned(),
        crate::plan::resource::Place::Region(region) => format!("regions/{region}"),
        crate::plan::resource::Place::Zone(zone) => format!("zones/{zone}"),
    };
    let parts = [request.name.as_deref(), request.verb].into_iter().flatten();
    let path = parts.fold(format!("{place}/{}", request.collection), |path, part| format!("{path}/{part}"));
    let query = request.query.iter().map(|(name, value)| format!("?{name}={value}")).collect::<String>();
    format!("{method} {path}{query}")
}

#[test]
fn each_action_on_compute_is_this_call() {
    let insert = |object, body| Action::Insert { object, body };
    let network = |mtu| {
        let body = NewNetwork { mtu, routing_mode: "REGIONAL".to_owned() };
        insert(ResourceRef::global(Kind::Network, "n"), Body::Network(body))
    };
    let regional = |kind, name: &str| ResourceRef::regional(kind, "r", name);
    let firewall = || ResourceRef::global(Kind::Firewall, "f");
    let dual = NewSubnet {
        secondary: Some(("ipv4-pod-cidr".into(), "100.64.0.0/12".parse().unwrap())),
        dual_stack: true,
        flow_logs: Some(logs()),
        ..new_subnet()
    };
    let log_config = json!({ "aggregationInterval": "INTERVAL_5_SEC", "flowSampling": 0.5, "metadata": "EXCLUDE_ALL_METADATA" });
    let alias = json!({ "ipCidrRange": "100.64.1.0/24", "subnetworkRangeName": "ipv4-pod-cidr" });
    let nats = Action::SetNats {
        router: regional(Kind::Router, "x"),
        nat: "a".into(),
        before: Vec::new(),
        nats: Vec::new(),
    };
    let table: Vec<(Action, &str, Value, &str)> = vec![
        (
            network(None),
            "POST global/networks",
            json!({ "name": "n", "autoCreateSubnetworks": false, "routingConfig": { "routingMode": "REGIONAL" } }),
            "insert network n",
        ),
        (
            network(Some(1500)),
            "POST global/networks",
            json!({ "name": "n", "autoCreateSubnetworks": false, "routingConfig": { "routingMode": "REGIONAL" },
                    "mtu": 1500 }),
            "insert network n",
        ),
        (
            Action::Patch {
                object: ResourceRef::global(Kind::Network, "n"),
                change: Change::RoutingMode("REGIONAL".to_owned()),
            },
            "PATCH global/networks/n",
            json!({ "name": "n", "autoCreateSubnetworks": false, "routingConfig": { "routingMode": "REGIONAL" } }),
            "patch network n: set the routing mode to REGIONAL",
        ),
        (
            insert(regional(Kind::Router, "x"), Body::Router(NewRouter { network: NETWORK.to_owned() })),
            "POST regions/r/routers",
            json!({ "name": "x", "description": "gardener-managed router", "network": NETWORK }),
            "insert router x in r",
        ),
        (nats, "PATCH regions/r/routers/x", json!({ "nats": [] }), "set the NATs of router x in r to []"),
        (
            insert(firewall(), Body::Firewall(rule())),
            "POST global/firewalls",
            rule_body(),
            "insert firewall f",
        ),
        (
            Action::Patch { object: firewall(), change: Change::Firewall(rule()) },
            "PATCH global/firewalls/f",
            rule_body(),
            "patch firewall f",
        ),
        (
            insert(regional(Kind::Subnet, "s"), Body::Subnet(new_subnet())),
            "POST regions/r/subnetworks",
            json!({ "name": "s", "description": "d", "network": NETWORK, "ipCidrRange": "10.250.0.0/16" }),
            "insert subnetwork s in r",
        ),
        (
            insert(regional(Kind::Subnet, "s"), Body::Subnet(dual)),
            "POST regions/r/subnetworks",
            json!({ "name": "s", "description": "d", "network": NETWORK, "ipCidrRange": "10.250.0.0/16",
                    "stackType": "IPV4_IPV6", "ipv6AccessType": "EXTERNAL",
                    "secondaryIpRanges": [{ "rangeName": "ipv4-pod-cidr", "ipCidrRange": "100.64.0.0/12" }],
                    "enableFlowLogs": true, "logConfig": log_config }),
            "insert subnetwork s in r",
        ),
        (
            Action::Patch {
                object: regional(Kind::Subnet, "s"),
                change: Change::Range("10.0.0.0/8".parse().unwrap()),
            },
            "POST regions/r/subnetworks/s/expandIpCidrRange",
            json!({ "ipCidrRange": "10.0.0.0/8" }),
            "expand subnetwork s in r to 10.0.0.0/8",
        ),
        (
            subnet(SubnetChange::Overlap(false)),
            "PATCH regions/r/subnetworks/s",
            json!({ "allowSubnetCidrRoutesOverlap": false, "fingerprint": "f=" }),
            "patch subnetwork s in r: allow no routes inside its ranges",
        ),
        (
            subnet(SubnetChange::SecondaryRanges(vec![
                json!({ "rangeName": "a", "ipCidrRange": "10.1.0.0/16" }),
            ])),
            "PATCH regions/r/subnetworks/s",
            json!({ "secondaryIpRanges": [{ "rangeName": "a", "ipCidrRange": "10.1.0.0/16" }], "fingerprint": "f=" }),
            "patch subnetwork s in r: set secondary ranges to [a 10.1.0.0/16]",
        ),
        (
            subnet(SubnetChange::DualStack),
            "PATCH regions/r/subnetworks/s",
            json!({ "stackType": "IPV4_IPV6", "ipv6AccessType": "EXTERNAL", "fingerprint": "f=" }),
            "patch subnetwork s in r: set stack type to IPV4_IPV6",
        ),
        (
            subnet(SubnetChange::FlowLogs(true)),
            "PATCH regions/r/subnetworks/s",
            json!({ "enableFlowLogs": true, "fingerprint": "f=" }),
            "patch subnetwork s in r: set flow logs to true",
        ),
        (
            subnet(SubnetChange::LogConfig(logs())),
            "PATCH regions/r/subnetworks/s",
            json!({ "logConfig": log_config, "fingerprint": "f=" }),
            "patch subnetwork s in r: set the configuration of flow logs",
        ),
        (
            Action::delete_route("x", Traffic::Internet),
            "DELETE global/routes/x",
            Value::Null,
            "delete route x",
        ),
        (
            Action::delete(regional(Kind::Subnet, "s")),
            "DELETE regions/r/subnetworks/s",
            Value::Null,
            "delete subnetwork s in r",
        ),
        (
            aliases(vec![alias.clone()]),
            "PATCH zones/z/instances/vm/updateNetworkInterface?networkInterface=nic0",
            json!({ "aliasIpRanges": [alias], "fingerprint": "f=" }),
            "set alias ranges of VM vm in z, nic0, to [100.64.1.0/24]",
        ),
        (
            aliases(Vec::new()),
            "PATCH zones/z/instances/vm/updateNetworkInterface?networkInterface=nic0",
            json!({ "aliasIpRanges": [], "fingerprint": "f=" }),
            "set alias ranges of VM vm in z, nic0, to []",
        ),
    ];
    for (action, wanted, body, label) in table {
        let request = action.request().unwrap();
        assert_eq!(call(&request), wanted);
        assert_eq!(request.body.clone().unwrap_or_default(), body, "{wanted}");
        assert_eq!(request.label, label);
    }
    let account = ResourceRef::global(Kind::ServiceAccount, "a@p");
    assert_eq!(Action::delete(account).request(), None, "it belongs to another API");
}

#[test]
fn the_effect_is_the_same_whatever_was_read_before() {
    let again = |action: &Action| {
        let mut action = action.clone();
        match &mut action {
            Action::Patch { change: Change::Subnet { fingerprint, .. }, .. }
            | Action::SetAliases { fingerprint, .. } => *fingerprint = "g=".to_owned(),
            _ => {}
        }
        action
    };
    for action in [subnet(SubnetChange::Overlap(true)), aliases(Vec::new())] {
        assert_ne!(again(&action), action);
        assert_eq!(again(&action).without_basis(), action.without_basis());
    }
    assert_ne!(
        subnet(SubnetChange::Overlap(true)).without_basis(),
        subnet(SubnetChange::Overlap(false)).without_basis()
    );
}

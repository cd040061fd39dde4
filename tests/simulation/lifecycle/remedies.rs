//! Remedies carried out: what the preflight refuses is put right as its message says, and the migration goes to its end.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::documents::{REGION, Shoot};
use super::life::{Life, PROJECT, Setup};
use super::migrating::Vm;
use super::preflight::{assert_goes_on, assert_refused, ipv4};
use crate::support::block_on;

/// What is refused, and how it is put right by hand.
struct Row {
    rule: &'static str,
    /// Words of the message.
    words: &'static str,
    /// What stands in the way, as the fake takes it.
    fixture: Option<Value>,
    /// The secondary ranges of the nodes subnet that stand in the way.
    ranges: Vec<Value>,
    /// What is deleted.
    delete: Option<String>,
}

fn subnet(network: &str, name: &str, region: &str, range: &str) -> Value {
    json!({ "project": PROJECT, "region": region, "network": network, "name": name, "ipCidrRange": range })
}

/// A route to the first VM that is not the shoot's.
fn route(destination: &str, to: &Vm) -> Value {
    json!({ "routes": [{
        "project": PROJECT, "name": "theirs", "network": "shoot--p--a", "destRange": destination,
        "nextHopInstance": format!("zones/{}/instances/{}", to.zone, to.name),
    }] })
}

fn rows(vm: &Vm) -> Vec<Row> {
    let by_route = |rule, words, destination| Row {
        rule,
        words,
        fixture: Some(route(destination, vm)),
        ranges: Vec::new(),
        delete: Some("global/routes/theirs".to_owned()),
    };
    let by_subnet = |rule, words, fixture: Value, path: &str| Row {
        rule,
        words,
        fixture: Some(fixture),
        ranges: Vec::new(),
        delete: Some(format!("regions/{path}")),
    };
    let by_ranges = |rule, words, ranges| Row { rule, words, fixture: None, ranges, delete: None };
    let range = |name: &str, range: &str| json!({ "rangeName": name, "ipCidrRange": range });
    let many =
        (0..170).map(|number| range(&format!("r{number}"), &format!("172.20.{number}.0/24"))).collect();
    let vpc = "shoot--p--a";
    let namesake = "shoot--p--a-services";
    let elsewhere = json!({
        "networks": [{ "project": PROJECT, "name": "elsewhere" }],
        "subnetworks": [subnet("elsewhere", namesake, REGION, "10.9.0.0/24")],
    });
    vec![
        by_ranges("pod-range-name-taken", "ipv4-pod-cidr", vec![range("ipv4-pod-cidr", "172.30.0.0/16")]),
        by_ranges("secondary-ranges-full", "170", many),
        by_subnet(
            "pod-range-overlap",
            "overlaps primary range 100.97.0.0/24 of subnet theirs",
            json!({ "subnetworks": [subnet(vpc, "theirs", "us-east1", "100.97.0.0/24")] }),
            "us-east1/subnetworks/theirs",
        ),
        by_subnet(
            "new-subnet-overlap",
            "overlaps primary range 100.64.3.0/24 of subnet theirs",
            json!({ "subnetworks": [subnet(vpc, "theirs", "us-east1", "100.64.3.0/24")] }),
            "us-east1/subnetworks/theirs",
        ),
        by_subnet(
            "subnet-name-taken",
            "a subnet shoot--p--a-services is there, in another VPC",
            elsewhere,
            &format!("{REGION}/subnetworks/{namesake}"),
        ),
        Row {
            rule: "learned-route-inside",
            words: "has learned a route to 100.97.0.0/16",
            fixture: Some(json!({
                "routers": [{ "project": PROJECT, "region": REGION, "network": vpc, "name": "onprem", "bgp": { "asn": 64512 } }],
                "learnedRoutes": [{ "project": PROJECT, "region": REGION, "router": "onprem", "destRange": "100.97.0.0/16", "nextHopIp": "10.0.0.1" }],
            })),
            ranges: Vec::new(),
            delete: Some(format!("regions/{REGION}/routers/onprem")),
        },
        by_route("foreign-route-inside", "theirs", "100.97.0.0/24"),
        by_route("route-inside-new-subnet", "theirs", "100.64.5.0/24"),
        by_route("route-inside-nodes-subnet", "theirs", "10.250.9.0/24"),
    ]
}

/// The rules whose remedy is carried out by a test of its own, beside those at nodes in `replaced.rs`: `preflight.rs`, `put_right.rs`,
/// `limits.rs` for the published limits, and `canary.rs` for an API that answers again.
const ELSEWHERE: [&str; 13] = [
    "control-plane-ignored",
    "hybrid-limits",
    "nodes-unreadable",
    "peer-range-overlap",
    "peer-route-inside",
    "permission-missing",
    "pod-range-unusable",
    "quota-full",
    "reserved-range-overlap",
    "seed-rights",
    "subnet-internal-ipv6",
    "subnet-purpose",
    "vpc-mode",
];

/// The rules whose remedy nothing here can carry out, by the reason.
const NOT_HERE: [(&str, &[&str]); 2] = [
    ("a pod range of no more than one node's cannot be had", &["route-as-broad-as-range"]),
    (
        "the fake has no subnets with IPv6 alone; they are put right as those with another purpose are, and `tests/plan` shows it",
        &["subnet-stack"],
    ),
];

/// The rules of the table in `docs/migration.md` that are errors.
fn errors() -> BTreeSet<String> {
    let document = include_str!("../../../docs/migration.md");
    let (_, table) = document.split_once("## The preflight").unwrap();
    let (table, _) = table.split_once("\n## ").unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    let errors =
        rows.filter(|(_, row)| row.split('|').nth(3).is_some_and(|severity| severity.contains("error")));
    errors.map(|(rule, _)| rule.to_owned()).collect()
}

#[test]
fn every_error_of_the_preflight_has_its_remedy_carried_out_or_a_reason_why_not() {
    let vm = Vm { name: String::new(), zone: String::new(), pods: String::new() };
    let carried_out = rows(&vm).into_iter().map(|row| row.rule);
    let at_nodes = super::replaced::ROWS.iter().map(|row| row.rule);
    let under_way = super::replaced::UNDER_WAY;
    let not_here = NOT_HERE.iter().flat_map(|(_, rules)| rules.iter().copied());
    let known: Vec<&str> = carried_out
        .chain(at_nodes)
        .chain(under_way)
        .chain([super::replaced::NODES_UNREADABLE])
        .chain(ELSEWHERE)
        .chain(not_here)
        .collect();
    let once: BTreeSet<String> = known.iter().map(|rule| (*rule).to_owned()).collect();
    assert_eq!(once.len(), known.len(), "a rule is named twice");
    assert_eq!(errors(), once);
}

/// Gives the nodes subnet these secondary ranges.
pub(super) async fn set_ranges(life: &Life, shoot: &Shoot, ranges: &[Value]) {
    let path = format!("regions/{REGION}/subnetworks/{}-nodes", shoot.name);
    let subnet = life.hands().get(&path).await.unwrap().unwrap();
    let body = json!({ "fingerprint": subnet["fingerprint"], "secondaryIpRanges": ranges });
    life.hands().patch(&path, body).await.unwrap();
}

#[test]
fn what_is_put_right_as_the_message_says_is_in_the_way_no_more() {
    let vm = Vm { name: String::new(), zone: String::new(), pods: String::new() };
    for number in 0..rows(&vm).len() {
        block_on(async {
            let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
            let vms = ipv4(&life, &shoot).await;
            let row = rows(&vms[0]).swap_remove(number);
            if let Some(fixture) = &row.fixture {
                life.cloud.seed(&fixture.to_string()).await;
            }
            if !row.ranges.is_empty() {
                set_ranges(&life, &shoot, &row.ranges).await;
            }
            assert_refused(&life, &shoot, row.words).await;
            if let Some(path) = &row.delete {
                life.hands().delete(path).await.unwrap();
            }
            if let Some((_, kept)) = row.ranges.split_first() {
                set_ranges(&life, &shoot, kept).await;
            }
            assert_goes_on(&life, &shoot, &vms).await;
        });
    }
}

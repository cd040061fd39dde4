//! Rules and reports follow the ranges that subnets have: not those that are wished for and refused, not those that are to go and must
//! stay, not those that the state claims.

use gardener_extension_infra_gcp::extension::Requeue;
use serde_json::{Value, json};

use super::documents::{REGION, Shoot, assert_same, regional, resource};
use super::life::{Life, Setup};
use crate::support::block_on;

const RULE: &str = "shoot--p--a-allow-internal-access";
const PODS: &str = "100.96.0.0/11";
const NODES: &str = "10.250.0.0/16";
const INTERNAL: &str = "10.251.0.0/24";

async fn created(shoot: &Shoot) -> Life {
    let life = Life::new(&Setup::default()).await;
    life.create(shoot);
    life.settle(shoot).await;
    life.calls();
    life
}

/// From now on every call of `method` is refused.
async fn refuse(life: &Life, method: &str) {
    let refused = json!({ "refuse": { "status": 400, "reason": "invalid", "message": "no" } });
    life.cloud.fault(&json!({ "method": method, "count": null, "fault": refused })).await;
}

/// What the rule `name` is open to, sorted; nothing: there is no such rule.
fn open_to(life: &Life, name: &str) -> Vec<String> {
    let dump = life.dump();
    let Some(rule) = resource(&dump, "firewalls", name) else { return Vec::new() };
    let mut ranges: Vec<String> = serde_json::from_value(rule["sourceRanges"].clone()).unwrap();
    ranges.sort();
    ranges
}

/// Has the state say that both subnets have this IPv6 range.
fn claim_ranges(life: &Life, shoot: &Shoot, range: &str) {
    let mut object = life.object(shoot).unwrap();
    for key in ["nodes-subnet-ipv6-cidr", "services-subnet-ipv6-cidr"] {
        object["status"]["state"]["data"][key] = json!(range);
    }
    life.seed.put(&object).unwrap();
}

/// The front of an internal load balancer, which holds the internal subnet.
async fn add_balancer(life: &Life) {
    let balancer = json!({
        "name": "a0b1c2", "loadBalancingScheme": "INTERNAL", "ports": ["80"],
        "subnetwork": regional("subnetworks/shoot--p--a-internal"),
        "network": "projects/my-project/global/networks/shoot--p--a",
        "backendService": regional("backendServices/a0b1c2"),
    });
    life.hands().insert(&format!("regions/{REGION}/forwardingRules"), balancer).await.unwrap();
}

#[test]
fn a_rule_stays_open_to_a_subnet_that_cannot_go_and_closes_once_it_is_gone() {
    for internal in [json!("10.252.0.0/24"), Value::Null] {
        block_on(async {
            let shoot = Shoot::usual();
            let life = created(&shoot).await;
            add_balancer(&life).await;
            life.configure(&shoot, &json!({ "internal": internal })).await;
            assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
            let (text, codes) = life.failure(&shoot);
            assert!(text.contains("forwardingRules/a0b1c2"), "{text}");
            assert_eq!(codes, ["ERR_INFRA_DEPENDENCIES"]);
            assert_eq!(open_to(&life, RULE), [NODES, INTERNAL, PODS], "{internal}");
            let sent = life.mutations();
            let tried = sent.iter().filter(|label| label.starts_with("DELETE subnetworks/")).count();
            assert!((4..=14).contains(&tried), "{internal}: {sent:#?}");
            assert_eq!(sent.len(), tried, "nothing else: {sent:#?}");

            life.hands().delete(&format!("regions/{REGION}/forwardingRules/a0b1c2")).await.unwrap();
            life.settle(&shoot).await;
            let wanted: Vec<&str> = [NODES].into_iter().chain(internal.as_str()).chain([PODS]).collect();
            assert_eq!(open_to(&life, RULE), wanted);
        });
    }
}

/// The pauses grow however short the first is.
#[test]
fn what_is_in_use_is_not_tried_again_all_the_time() {
    block_on(async {
        let shoot = Shoot::usual();
        let mut life = created(&shoot).await;
        life.look_again_after(std::time::Duration::from_millis(200));
        add_balancer(&life).await;
        life.configure(&shoot, &json!({ "internal": null })).await;
        assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
        let tried = life.mutations().len();
        assert!((8..=20).contains(&tried), "{tried}");
    });
}

#[test]
fn a_rule_is_not_opened_to_a_range_that_no_subnet_gets() {
    // What is asked for, what is refused.
    let table = [
        (json!({ "internal": "10.252.0.0/24" }), "compute.subnetworks.insert"),
        (json!({ "workers": "10.0.0.0/8" }), "compute.subnetworks.expandIpCidrRange"),
    ];
    for (networks, method) in table {
        block_on(async {
            let mut shoot = Shoot::usual();
            shoot.networks = json!({ "workers": NODES });
            shoot.ranges["nodes"] = json!("10.0.0.0/8");
            let life = created(&shoot).await;
            let before = life.dump();
            refuse(&life, method).await;
            life.configure(&shoot, &networks).await;
            assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
            assert_same(&life.dump(), &before, method);
            life.cloud.end_faults().await;
            life.settle(&shoot).await;
            let wanted = networks.as_object().unwrap().values().next().unwrap().as_str().unwrap();
            assert!(open_to(&life, RULE).contains(&wanted.to_owned()), "{method}");
        });
    }
}

/// What can be there is, and works: nodes reach each other while the internal subnet is refused.
#[test]
fn at_creation_a_refused_internal_subnet_keeps_no_rule_from_being_made_and_opens_none() {
    block_on(async {
        let shoot = Shoot::usual();
        let life = Life::new(&Setup::default()).await;
        let refused = json!({ "refuse": { "status": 400, "reason": "invalid", "message": "no" } });
        let internal =
            json!({ "method": "compute.subnetworks.insert", "nth": 2, "count": null, "fault": refused });
        life.cloud.fault(&internal).await;
        life.create(&shoot);
        assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
        let dump = life.dump();
        assert!(resource(&dump, "subnetworks", "shoot--p--a-nodes").is_some(), "{:#}", life.status(&shoot));
        assert_eq!(resource(&dump, "subnetworks", "shoot--p--a-internal"), None);
        assert_eq!(open_to(&life, RULE), [NODES, PODS]);
        life.cloud.end_faults().await;
        life.settle(&shoot).await;
        assert_eq!(open_to(&life, RULE), [NODES, INTERNAL, PODS]);
    });
}

/// Whoever may write the state could open every VM to the world, and have the world reported as the shoot's own range.
#[test]
fn what_the_state_claims_of_ipv6_opens_nothing_and_is_not_reported() {
    for claim in ["::/0", "2600:1900::/16", "no range", ""] {
        for shoot in [Shoot::usual(), Shoot::dual_stack()] {
            block_on(async {
                let life = created(&shoot).await;
                let (before, status) = (life.dump(), life.status(&shoot));
                claim_ranges(&life, &shoot, claim);
                life.events();
                life.ask(&shoot, "reconcile").await;
                life.settle(&shoot).await;
                assert_eq!(life.mutations(), [""; 0], "{claim}");
                assert_same(&life.dump(), &before, claim);
                for part in ["networking", "egressCIDRs", "providerStatus", "state"] {
                    assert_eq!(life.status(&shoot)[part], status[part], "{claim}: {part}");
                }
                let warned = life.events().iter().filter(|event| event.warning).count();
                assert_eq!(warned, 2, "{claim}");
            });
        }
    }
}

#[test]
fn a_rule_that_was_opened_to_the_world_by_the_state_is_closed() {
    block_on(async {
        let shoot = Shoot::usual();
        let life = created(&shoot).await;
        let before = life.dump();
        let rule = json!({
            "name": format!("{RULE}-ipv6"), "network": "projects/my-project/global/networks/shoot--p--a",
            "sourceRanges": ["::/0"], "allowed": [{ "IPProtocol": "tcp" }],
        });
        life.hands().insert("global/firewalls", rule).await.unwrap();
        claim_ranges(&life, &shoot, "::/0");
        life.ask(&shoot, "reconcile").await;
        life.settle(&shoot).await;
        assert_eq!(life.mutations(), [format!("DELETE firewalls/{RULE}-ipv6")]);
        assert_same(&life.dump(), &before, "closed");
    });
}

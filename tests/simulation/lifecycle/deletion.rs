//! What goes with a shoot, in which order, and what others must take away first.

use gardener_extension_infra_gcp::extension::Requeue;
use serde_json::{Value, json};

use super::documents::{REGION, Shoot, assert_same, regional, resource};
use super::life::{Life, Setup};
use super::migrating::{self, Vm};
use crate::support::{CloudCall, CloudFate, block_on};

/// A rule as the cloud-controller-manager makes it.
fn rule(vpc: &str, name: &str, tag: &str) -> Value {
    json!({
        "name": name, "network": format!("projects/my-project/global/networks/{vpc}"), "targetTags": [tag],
        "sourceRanges": ["0.0.0.0/0"], "allowed": [{ "IPProtocol": "tcp", "ports": ["80"] }],
    })
}

/// The front of an internal load balancer in the shoot's VPC.
fn internal_balancer() -> Value {
    json!({
        "name": "a0b1c2", "loadBalancingScheme": "INTERNAL", "ports": ["80"],
        "subnetwork": regional("subnetworks/shoot--p--a-internal"),
        "network": "projects/my-project/global/networks/shoot--p--a",
        "backendService": regional("backendServices/a0b1c2"),
    })
}

/// From now on a zone of another region is missing in each list over all zones, which says so.
fn lose_another_region(life: &Life) {
    life.cloud.faults.before(|request| match request.uri().path().ends_with("/aggregated/instances") {
        true => CloudFate::Amend(json!({
            "items": { "zones/us-east1-b": { "warning": { "code": "UNREACHABLE", "message": "zones/us-east1-b" } } },
            "unreachables": ["zones/us-east1-b"],
        })),
        false => CloudFate::Pass,
    });
}

/// From now on every call of `method` is refused.
async fn forbid(life: &Life, method: &str) {
    refuse(life, method, "forbidden").await;
}

/// The same, for that reason.
async fn refuse(life: &Life, method: &str, reason: &str) {
    let refused = json!({ "refuse": { "status": 403, "reason": reason, "message": "no" } });
    life.cloud.fault(&json!({ "method": method, "count": null, "fault": refused })).await;
}

async fn remove_vms(life: &Life, vms: &[Vm]) {
    for vm in vms {
        life.hands().delete(&format!("zones/{}/instances/{}", vm.zone, vm.name)).await.unwrap();
    }
}

async fn created(shoot: &Shoot) -> (Life, Value) {
    let life = Life::new(&Setup::default()).await;
    let before = life.dump();
    life.create(shoot);
    life.settle(shoot).await;
    (life, before)
}

#[test]
fn rules_and_routes_that_the_cluster_left_behind_go_and_those_of_others_stay() {
    for (shoot, vpc) in [(Shoot::usual(), "shoot--p--a"), (Shoot::in_user_vpc(), "corp-vpc")] {
        block_on(async {
            let (life, before) = created(&shoot).await;
            let vms = migrating::add_vms(&life, &shoot).await;
            for vm in &vms {
                migrating::add_route(life.hands(), vpc, &shoot.name, vm).await;
            }
            life.hands().insert("global/firewalls", rule(vpc, "k8s-fw-1", "shoot--p--a")).await.unwrap();
            life.hands().insert("global/firewalls", rule(vpc, "k8s-2-node-hc", "shoot--p--a")).await.unwrap();
            remove_vms(&life, &vms).await;
            life.calls();
            life.delete(&shoot).await;
            life.settle(&shoot).await;
            assert_eq!(life.object(&shoot), None);
            assert_same(&life.dump(), &before, vpc);
        });
    }
}

/// A route that was left behind is known by its VM, and VMs are looked for in all regions at once.
#[test]
fn a_route_that_was_left_behind_goes_while_another_region_does_not_answer() {
    block_on(async {
        let shoot = Shoot::usual();
        let (life, before) = created(&shoot).await;
        let vms = migrating::add_vms(&life, &shoot).await;
        migrating::add_route(life.hands(), &shoot.name, &shoot.name, &vms[0]).await;
        remove_vms(&life, &vms).await;
        lose_another_region(&life);
        life.calls();
        life.delete(&shoot).await;
        assert_eq!(life.reconcile(&shoot).await, Requeue::OnChange, "{:#}", life.status(&shoot));
        assert!(life.calls().iter().any(|call| call.label == "GET instances"), "it was met");
        assert_same(&life.dump(), &before, "gone");
    });
}

#[test]
fn routes_go_before_the_vpc_and_the_vpc_stays_while_one_cannot_go() {
    block_on(async {
        let shoot = Shoot::usual();
        let (life, before) = created(&shoot).await;
        let vms = migrating::add_vms(&life, &shoot).await;
        for vm in &vms {
            migrating::add_route(life.hands(), &shoot.name, &shoot.name, vm).await;
        }
        remove_vms(&life, &vms).await;
        let refused = json!({ "refuse": { "status": 503, "reason": "backendError" } });
        life.cloud
            .fault(&json!({ "method": "compute.routes.delete", "count": null, "fault": refused }))
            .await;
        life.calls();
        life.delete(&shoot).await;
        assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
        let calls: Vec<CloudCall> = life.calls();
        assert!(calls.iter().any(|call| call.label.starts_with("DELETE routes/")), "{calls:?}");
        assert!(calls.iter().all(|call| !call.label.starts_with("DELETE networks/")), "{calls:?}");
        life.cloud.end_faults().await;
        life.settle(&shoot).await;
        let labels: Vec<String> = life.calls().into_iter().map(|call| call.label).collect();
        let last_route = labels.iter().rposition(|label| label.starts_with("DELETE routes/")).unwrap();
        let vpc = labels.iter().position(|label| label.starts_with("DELETE networks/")).unwrap();
        assert!(last_route < vpc, "{labels:#?}");
        assert_same(&life.dump(), &before, "gone");
    });
}

#[test]
fn the_services_subnet_is_looked_for_even_if_the_shoot_is_not_dual_stack_any_more() {
    block_on(async {
        let shoot = Shoot::dual_stack();
        let (life, before) = created(&shoot).await;
        // Nothing says that it ever was.
        life.edit_shoot(&shoot, &json!({ "spec": { "networking": { "ipFamilies": ["IPv4"] } } })).await;
        life.restart();
        life.delete(&shoot).await;
        life.settle(&shoot).await;
        assert_same(&life.dump(), &before, "gone");
    });
}

#[test]
fn what_was_deleted_by_hand_is_no_obstacle_and_neither_is_a_configuration_that_cannot_be_carried_out() {
    block_on(async {
        let shoot = Shoot::usual();
        let (life, before) = created(&shoot).await;
        life.hands().delete("global/firewalls/shoot--p--a-allow-health-checks").await.unwrap();
        life.hands().delete(&format!("regions/{REGION}/routers/shoot--p--a-cloud-router")).await.unwrap();
        life.hands().delete(&format!("regions/{REGION}/subnetworks/shoot--p--a-nodes")).await.unwrap();
        life.edit(
            &shoot,
            &json!({ "spec": { "providerConfig": { "networks": { "workers": "10.250.0.1/8" } } } }),
        )
        .await;
        life.delete(&shoot).await;
        life.settle(&shoot).await;
        assert_same(&life.dump(), &before, "gone");
    });
}

#[test]
fn a_user_vpc_that_is_gone_is_no_obstacle() {
    block_on(async {
        let shoot = Shoot::in_user_vpc();
        let life = Life::new(&Setup::default()).await;
        life.create(&shoot);
        life.settle(&shoot).await;
        life.edit(
            &shoot,
            &json!({ "spec": { "providerConfig": { "networks": { "vpc": { "name": "gone-vpc" } } } } }),
        )
        .await;
        life.delete(&shoot).await;
        life.settle(&shoot).await;
        assert_eq!(life.object(&shoot), None);
    });
}

/// Deletes, expects to be told that something blocks which is called `names`, that all that can go is gone, and that the rest
/// goes once `cleared`.
async fn assert_blocked(
    life: &Life,
    shoot: &Shoot,
    stays: &[&str],
    names: &[&str],
    before: &Value,
    cleared: &[&str],
) {
    life.delete(shoot).await;
    assert_eq!(life.reconcile(shoot).await, Requeue::WithBackoff);
    let (text, codes) = life.failure(shoot);
    assert_eq!(codes, ["ERR_INFRA_DEPENDENCIES"], "{text}");
    for name in names {
        assert!(text.contains(name), "{name}: {text}");
    }
    let dump = life.dump();
    let is_default = |route: &&Value| route["destRange"] == "0.0.0.0/0";
    assert_eq!(
        dump["routes"].as_array().unwrap().iter().filter(is_default).count(),
        2,
        "{:#}",
        dump["routes"]
    );
    for kind in ["firewalls", "routers", "subnetworks", "networks"] {
        let left = dump[kind].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap());
        let left: Vec<&str> = left.filter(|name| resource(before, kind, name).is_none()).collect();
        let wanted: Vec<&str> =
            stays.iter().filter_map(|stay| stay.strip_prefix(&format!("{kind}/"))).collect();
        assert_eq!(left, wanted, "{kind}");
    }
    let finalizers = life.object(shoot).unwrap()["metadata"]["finalizers"].clone();
    assert_eq!(finalizers, json!(["extensions.gardener.cloud/infrastructure"]), "it is still ours to delete");
    for path in cleared {
        life.hands().delete(path).await.unwrap();
    }
    life.settle(shoot).await;
    assert_eq!(life.object(shoot), None);
    assert_same(&life.dump(), before, "gone");
}

#[test]
fn an_internal_load_balancer_and_a_reserved_address_block_and_are_named_while_all_else_goes() {
    block_on(async {
        let shoot = Shoot::usual();
        let (life, before) = created(&shoot).await;
        let rules = format!("regions/{REGION}/forwardingRules");
        life.hands().insert(&rules, internal_balancer()).await.unwrap();
        let subnet = regional("subnetworks/shoot--p--a-internal");
        let address = json!({ "name": "ilb", "addressType": "INTERNAL", "subnetwork": subnet });
        life.hands().insert(&format!("regions/{REGION}/addresses"), address).await.unwrap();
        let stays = ["subnetworks/shoot--p--a-internal", "networks/shoot--p--a"];
        let names = ["forwarding rule europe-west1/a0b1c2", "address europe-west1/ilb"];
        let cleared = [format!("{rules}/a0b1c2"), format!("regions/{REGION}/addresses/ilb")];
        let cleared = cleared.each_ref().map(String::as_str);
        assert_blocked(&life, &shoot, &stays, &names, &before, &cleared).await;
    });
}

#[test]
fn an_external_load_balancer_blocks_nothing_and_is_named_in_a_warning() {
    block_on(async {
        let shoot = Shoot::usual();
        let (life, before) = created(&shoot).await;
        let vms = migrating::add_vms(&life, &shoot).await;
        let pools = format!("regions/{REGION}/targetPools");
        let vm = format!("zones/{}/instances/{}", vms[0].zone, vms[0].name);
        life.hands().insert(&pools, json!({ "name": "a0b1c2", "instances": [vm] })).await.unwrap();
        let rules = format!("regions/{REGION}/forwardingRules");
        let balancer = json!({ "name": "a0b1c2", "target": regional("targetPools/a0b1c2") });
        life.hands().insert(&rules, balancer).await.unwrap();
        remove_vms(&life, &vms).await;
        life.events();
        life.delete(&shoot).await;
        life.settle(&shoot).await;
        assert_eq!(life.object(&shoot), None);
        let events = life.events();
        let told =
            |text: &str| events.iter().filter(|event| event.warning && event.text.contains(text)).count();
        for thing in ["forwarding rule europe-west1/a0b1c2", "target pool europe-west1/a0b1c2"] {
            assert_eq!(told(thing), 1, "{thing}: {events:#?}");
        }
        for path in [format!("{rules}/a0b1c2"), format!("{pools}/a0b1c2")] {
            life.hands().delete(&path).await.unwrap();
        }
        assert_same(&life.dump(), &before, "all else is gone");
    });
}

/// Nodes went while the cloud-controller-manager ran, and the Service stayed: the pool is empty, the group too.
#[test]
fn a_load_balancer_without_vms_is_known_by_its_firewall_rule_and_named_with_its_service() {
    for (shoot, vpc) in [(Shoot::usual(), "shoot--p--a"), (Shoot::in_user_vpc(), "corp-vpc")] {
        block_on(async {
            let (life, before) = created(&shoot).await;
            let describe = |thing: Value| {
                let mut thing = thing;
                thing["description"] = json!(r#"{"kubernetes.io/service-name":"default/web"}"#);
                thing
            };
            let (region, zone) = (format!("regions/{REGION}"), format!("zones/{REGION}-b"));
            let things = [
                ("global/httpHealthChecks".to_owned(), json!({ "name": "k8s-0123456789abcdef-node" })),
                (format!("{region}/targetPools"), describe(json!({ "name": "a0b1c2" }))),
                (
                    format!("{region}/forwardingRules"),
                    describe(json!({ "name": "a0b1c2", "target": regional("targetPools/a0b1c2") })),
                ),
                (format!("{region}/addresses"), describe(json!({ "name": "a3" }))),
                (format!("{zone}/instanceGroups"), json!({ "name": "k8s-ig--0123456789abcdef" })),
                (
                    format!("{region}/backendServices"),
                    json!({ "name": "a3", "loadBalancingScheme": "INTERNAL" }),
                ),
                ("global/healthChecks".to_owned(), json!({ "name": "a3", "type": "TCP" })),
                // Another cluster's, which no rule of ours names.
                (format!("{region}/targetPools"), describe(json!({ "name": "a9" }))),
            ];
            for (path, thing) in &things {
                life.hands().insert(path, thing.clone()).await.unwrap();
            }
            for name in ["k8s-fw-a0b1c2", "k8s-fw-a3", "k8s-0123456789abcdef-node-http-hc"] {
                life.hands().insert("global/firewalls", rule(vpc, name, "shoot--p--a")).await.unwrap();
            }
            life.events();
            life.delete(&shoot).await;
            life.settle(&shoot).await;
            assert_eq!(life.object(&shoot), None);
            let events = life.events();
            let told: Vec<_> = events.iter().filter(|event| event.warning).collect();
            let [event] = told.as_slice() else { panic!("{events:#?}") };
            for thing in [
                "forwarding rule europe-west1/a0b1c2 of Service default/web",
                "address europe-west1/a3 of Service default/web",
                "target pool europe-west1/a0b1c2 of Service default/web",
                "backend service europe-west1/a3",
                "instance group europe-west1-b/k8s-ig--0123456789abcdef",
                "health check global/a3",
                "legacy health check global/k8s-0123456789abcdef-node",
                "forwarding rules and addresses cost money",
            ] {
                assert!(event.text.contains(thing), "{thing}: {}", event.text);
            }
            assert!(!event.text.contains("a9"), "{}", event.text);
            for (path, thing) in things.iter().rev() {
                let name = thing["name"].as_str().unwrap();
                life.hands().delete(&format!("{path}/{name}")).await.unwrap();
            }
            assert_same(&life.dump(), &before, vpc);
        });
    }
}

/// The shoot called `shoot--p--a-b` has three balancers for its 20 nodes, whose names begin with the name of the one that goes.
#[test]
fn nodes_of_a_shoot_whose_name_begins_the_same_are_asked_for_once_and_not_for_each_balancer() {
    block_on(async {
        let shoot = Shoot::usual();
        let (life, before) = created(&shoot).await;
        let zone = format!("zones/{REGION}-b/instances");
        let mut vms = Vec::new();
        for number in 0..20 {
            let name = format!("shoot--p--a-b-pool1-z1-{number}");
            let nic = json!({ "subnetwork": regional("subnetworks/shoot--p--ab-nodes") });
            let vm =
                json!({ "name": name, "tags": { "items": ["shoot--p--a-b"] }, "networkInterfaces": [nic] });
            life.hands().insert(&zone, vm).await.unwrap();
            vms.push(format!("{zone}/{name}"));
        }
        let pools = format!("regions/{REGION}/targetPools");
        for name in ["a1", "a2", "a3"] {
            // Each begins with another one.
            vms.rotate_left(7);
            life.hands().insert(&pools, json!({ "name": name, "instances": vms })).await.unwrap();
        }
        life.calls();
        life.delete(&shoot).await;
        life.settle(&shoot).await;
        let calls = life.calls();
        let count = |wanted: &str| calls.iter().filter(|call| call.label.starts_with(wanted)).count();
        let (looks, asked) = (count("GET targetPools"), count("GET instances/shoot--p--a-b-"));
        assert!(looks > 0 && asked == looks, "{asked} in {looks} looks");
        assert!(
            life.events().iter().all(|event| !event.warning),
            "none of them was left behind by the shoot"
        );
        for path in ["a1", "a2", "a3"].map(|name| format!("{pools}/{name}")).iter().chain(&vms) {
            life.hands().delete(path).await.unwrap();
        }
        assert_same(&life.dump(), &before, "gone");
    });
}

/// Without the right to list load balancers, or to list anything more for now, all goes all the same, and what was not looked for
/// is said.
#[test]
fn what_may_not_be_listed_holds_nothing_up_and_is_said() {
    let methods = ["compute.forwardingRules.list", "compute.targetPools.list", "compute.addresses.list"];
    let all = methods.iter().flat_map(|method| [(method, "forbidden"), (method, "rateLimitExceeded")]);
    for (method, reason) in all {
        block_on(async {
            let (life, before) = created(&Shoot::usual()).await;
            refuse(&life, method, reason).await;
            life.events();
            life.delete(&Shoot::usual()).await;
            assert_eq!(life.reconcile(&Shoot::usual()).await, Requeue::OnChange, "{method}");
            assert_eq!(life.object(&Shoot::usual()), None, "{method}");
            assert_same(&life.dump(), &before, method);
            let events = life.events();
            let told: Vec<_> = events.iter().filter(|event| event.warning).collect();
            let [event] = told.as_slice() else { panic!("{method}: {events:#?}") };
            assert!(event.text.contains(&format!("grant {method} if")), "{event:?}");
        });
    }
}

#[test]
fn what_blocks_and_may_not_be_listed_is_named_in_the_words_of_google() {
    block_on(async {
        let shoot = Shoot::usual();
        let (life, before) = created(&shoot).await;
        let rules = format!("regions/{REGION}/forwardingRules");
        life.hands().insert(&rules, internal_balancer()).await.unwrap();
        forbid(&life, "compute.forwardingRules.list").await;
        let stays = ["subnetworks/shoot--p--a-internal", "networks/shoot--p--a"];
        let cleared = format!("{rules}/a0b1c2");
        let name = "forwardingRules/a0b1c2";
        assert_blocked(&life, &shoot, &stays, &[name], &before, &[&cleared]).await;
    });
}

#[test]
fn a_vm_of_somebody_else_in_the_shoots_own_vpc_blocks_and_is_named() {
    block_on(async {
        let shoot = Shoot::usual();
        let (life, before) = created(&shoot).await;
        let vm = json!({
            "name": "theirs", "networkInterfaces": [{ "subnetwork": regional("subnetworks/shoot--p--a-nodes") }],
        });
        let zone = format!("zones/{REGION}-b/instances");
        life.hands().insert(&zone, vm).await.unwrap();
        // It goes on reaching the internet, and being reached.
        let stays = [
            "firewalls/shoot--p--a-allow-health-checks",
            "firewalls/shoot--p--a-allow-internal-access",
            "routers/shoot--p--a-cloud-router",
            "subnetworks/shoot--p--a-nodes",
            "networks/shoot--p--a",
        ];
        let cleared = format!("{zone}/theirs");
        let name = format!("VM {REGION}-b/theirs");
        assert_blocked(&life, &shoot, &stays, &[&name], &before, &[&cleared]).await;
    });
}

#[test]
fn a_route_of_somebody_else_in_the_shoots_own_vpc_blocks_and_is_named() {
    block_on(async {
        let shoot = Shoot::usual();
        let (life, before) = created(&shoot).await;
        let route = json!({
            "name": "theirs", "network": "projects/my-project/global/networks/shoot--p--a",
            "destRange": "192.168.0.0/24", "nextHopIp": "10.250.0.9", "priority": 1000,
        });
        life.hands().insert("global/routes", route).await.unwrap();
        assert_blocked(
            &life,
            &shoot,
            &["networks/shoot--p--a"],
            &["route theirs"],
            &before,
            &["global/routes/theirs"],
        )
        .await;
    });
}

//! What stands in the way of the shoot as a whole, its VPC, its subnets and what the controller may do, is put right as the message says, and
//! the migration goes to its end; or the shoot stays with IPv4 where nothing else is said.

use landscape::neighbours::managed_resource::{IGNORE, MANAGED_RESOURCE};
use landscape::neighbours::objects::{Kind, Objects};
use landscape::seed::memory::Verdict;
use serde_json::{Value, json};

use super::documents::{REGION, Shoot, resource};
use super::life::{Life, PROJECT, Setup};
use super::migrating::{Vm, add_route, add_vms, assert_migrated};
use super::preflight::{assert_goes_on, assert_refused, ipv4};
use crate::support::block_on;

/// Lets subnets of the shoot's VPC have INTERNAL IPv6.
async fn take_internal_ipv6(life: &Life) {
    let body = json!({ "enableUlaInternalIpv6": true });
    life.hands().patch("global/networks/shoot--p--a", body).await.unwrap();
}

/// Gives the shoot's subnet with this purpose INTERNAL IPv6, as somebody's hands do it.
async fn give_internal_ipv6(life: &Life, purpose: &str) {
    take_internal_ipv6(life).await;
    let path = format!("regions/{REGION}/subnetworks/shoot--p--a-{purpose}");
    let subnet = life.hands().get(&path).await.unwrap().unwrap();
    let stack = json!({ "stackType": "IPV4_IPV6", "ipv6AccessType": "INTERNAL", "fingerprint": subnet["fingerprint"] });
    life.hands().patch(&path, stack).await.unwrap();
}

/// Makes a subnet that bears the name of the shoot's for services, with these fields beside.
async fn make_services(life: &Life, fields: &Value) {
    let mut body = json!({
        "name": "shoot--p--a-services", "ipCidrRange": "100.64.0.0/13",
        "network": format!("projects/{PROJECT}/global/networks/shoot--p--a"),
    });
    for (field, value) in fields.as_object().unwrap() {
        body[field] = value.clone();
    }
    life.hands().insert(&format!("regions/{REGION}/subnetworks"), body).await.unwrap();
}

/// Asserts that the shoot is well once it asks for IPv4 again, and that nothing is changed for it.
async fn assert_stays(life: &Life, shoot: &Shoot) {
    let before = life.dump();
    life.edit_shoot(shoot, &json!({ "spec": { "networking": { "ipFamilies": ["IPv4"] } } })).await;
    life.ask(shoot, "reconcile").await;
    life.settle(shoot).await;
    assert_eq!(life.status(shoot)["lastOperation"]["state"], "Succeeded");
    assert_eq!(life.dump(), before);
}

#[test]
fn a_vpc_in_auto_mode_is_converted() {
    block_on(async {
        let life = Life::new(&Setup::default()).await;
        let auto = json!({ "project": PROJECT, "name": "auto", "autoCreateSubnetworks": true });
        life.cloud.seed(&json!({ "networks": [auto] }).to_string()).await;
        // Google makes its own subnets out of 10.128.0.0/9.
        let mut shoot = Shoot::usual();
        shoot.ranges["nodes"] = json!("10.60.0.0/16");
        shoot.networks = json!({ "workers": "10.60.0.0/16", "vpc": { "name": "auto" } });
        life.create(&shoot);
        life.settle(&shoot).await;
        let vms = add_vms(&life, &shoot).await;
        for vm in &vms {
            add_route(life.hands(), "auto", &shoot.name, vm).await;
        }
        assert_refused(&life, &shoot, "it is in auto mode: convert it to custom mode").await;
        life.hands().insert("global/networks/auto/switchToCustomMode", json!({})).await.unwrap();
        assert_goes_on(&life, &shoot, &vms).await;
    });
}

#[test]
fn a_subnet_that_cannot_be_that_for_services_is_deleted_and_made_anew() {
    let internal = json!({ "stackType": "IPV4_IPV6", "ipv6AccessType": "INTERNAL" });
    let kinds = [
        (
            "has the purpose \"PRIVATE_SERVICE_CONNECT\" and not PRIVATE",
            json!({ "purpose": "PRIVATE_SERVICE_CONNECT" }),
        ),
        ("has INTERNAL IPv6, which cannot become EXTERNAL", internal),
    ];
    for (words, fields) in kinds {
        block_on(async {
            let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
            let vms = ipv4(&life, &shoot).await;
            take_internal_ipv6(&life).await;
            make_services(&life, &fields).await;
            assert_refused(&life, &shoot, words).await;
            let path = format!("regions/{REGION}/subnetworks/shoot--p--a-services");
            life.hands().delete(&path).await.unwrap();
            assert_goes_on(&life, &shoot, &vms).await;
        });
    }
}

#[test]
fn an_internal_subnet_with_internal_ipv6_is_taken_out_for_one_reconciliation_and_made_anew() {
    block_on(async {
        let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
        let vms = ipv4(&life, &shoot).await;
        give_internal_ipv6(&life, "internal").await;
        assert_refused(&life, &shoot, "take networks.internal out of the InfrastructureConfig").await;
        life.configure(&shoot, &json!({ "internal": null })).await;
        assert_goes_on(&life, &shoot, &vms).await;
        life.configure(&shoot, &shoot.networks).await;
        life.ask(&shoot, "reconcile").await;
        life.settle(&shoot).await;
        assert_migrated(&life, &shoot, &vms);
        let dump = life.dump();
        let subnet = resource(&dump, "subnetworks", "shoot--p--a-internal").unwrap();
        assert_eq!(subnet["ipv6AccessType"], "EXTERNAL");
    });
}

#[test]
fn where_nodes_are_in_a_subnet_with_internal_ipv6_the_shoot_stays_with_ipv4() {
    block_on(async {
        let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
        ipv4(&life, &shoot).await;
        give_internal_ipv6(&life, "nodes").await;
        assert_refused(&life, &shoot, "nothing can change that while nodes are in it").await;
        assert_stays(&life, &shoot).await;
    });
}

#[test]
fn where_google_takes_the_pod_range_nowhere_the_shoot_stays_with_ipv4() {
    block_on(async {
        let life = Life::new(&Setup::default()).await;
        let mut shoot = Shoot::usual();
        shoot.ranges["pods"] = json!("199.36.152.0/21");
        life.create(&shoot);
        life.settle(&shoot).await;
        for (vm, pods) in add_vms(&life, &shoot).await.into_iter().zip(["199.36.154.0/24", "199.36.155.0/24"])
        {
            let vm = Vm { pods: pods.to_owned(), ..vm };
            add_route(life.hands(), &shoot.name, &shoot.name, &vm).await;
        }
        assert_refused(&life, &shoot, "no subnet may have addresses out of 199.36.153.4/30").await;
        assert_stays(&life, &shoot).await;
    });
}

#[test]
fn a_right_in_the_seed_that_is_missing_is_given() {
    for (object, words) in [
        ("deployments", "may not scale the Deployment cloud-controller-manager"),
        ("managedresources", "may not patch the ManagedResource extension-controlplane-seed"),
    ] {
        block_on(async {
            let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
            let vms = ipv4(&life, &shoot).await;
            life.before_each_call(move |call| {
                let asked = &call.body["spec"]["resourceAttributes"]["resource"];
                if *asked == json!(object) { Verdict::Deny } else { Verdict::Pass }
            });
            assert_refused(&life, &shoot, words).await;
            life.before_each_call(|_| Verdict::Pass);
            assert_goes_on(&life, &shoot, &vms).await;
        });
    }
}

#[test]
fn a_control_plane_that_somebody_has_left_alone_is_looked_after_again() {
    block_on(async {
        let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
        let vms = ipv4(&life, &shoot).await;
        let resources = Objects::within(&life.seed.client(), Kind::ManagedResource, &shoot.name);
        let annotated = |value: Value| json!({ "metadata": { "annotations": { IGNORE: value } } });
        let resource = json!({
            "apiVersion": "resources.gardener.cloud/v1alpha1", "kind": "ManagedResource",
            "metadata": { "name": MANAGED_RESOURCE, "namespace": shoot.name },
        });
        resources.ensure(resource).await.unwrap();
        resources.merge(MANAGED_RESOURCE, &annotated(json!("true"))).await.unwrap();
        assert_refused(&life, &shoot, "take the annotation resources.gardener.cloud/ignore off").await;
        resources.merge(MANAGED_RESOURCE, &annotated(Value::Null)).await.unwrap();
        assert_goes_on(&life, &shoot, &vms).await;
    });
}

#[test]
fn a_range_that_is_reserved_for_services_and_not_used_is_released() {
    block_on(async {
        let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
        let vms = ipv4(&life, &shoot).await;
        let range = json!({
            "name": "psa", "purpose": "VPC_PEERING", "addressType": "INTERNAL", "address": "100.112.0.0", "prefixLength": 16,
            "network": format!("projects/{PROJECT}/global/networks/shoot--p--a"),
        });
        life.hands().insert("global/addresses", range).await.unwrap();
        assert_refused(&life, &shoot, "release that range if nobody uses it").await;
        life.hands().delete("global/addresses/psa").await.unwrap();
        assert_goes_on(&life, &shoot, &vms).await;
    });
}

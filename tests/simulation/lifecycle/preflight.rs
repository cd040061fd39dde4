//! The preflight before a migration: what stands in the way is told before anything is changed, and once it is gone the migration runs.

use gardener_extension_infra_gcp::extension::Requeue;
use planner::vocabulary::Milestone;
use serde_json::{Value, json};

use super::documents::{REGION, Shoot};
use super::life::{Life, PROJECT, Setup};
use super::migrating::{Vm, add_route, add_vms, assert_migrated, go_dual_stack};
use crate::support::{CloudCall, Crash, block_on};

/// The calls that only the preflight makes, as the beginnings of their labels.
const ITS_OWN: [&str; 9] = [
    "DELETE routes/probe-",
    "GET addresses",
    "GET locations/global/internalRanges",
    "GET locations/global/policyBasedRoutes",
    "GET networks/shoot--p--a/listPeeringRoutes",
    "GET routers/",
    "POST instances/",
    "POST subnetworks/",
    "POST ",
];

/// An IPv4 shoot with two nodes.
pub(super) async fn ipv4(life: &Life, shoot: &Shoot) -> Vec<Vm> {
    life.create(shoot);
    life.settle(shoot).await;
    let vms = add_vms(life, shoot).await;
    for vm in &vms {
        add_route(life.hands(), &shoot.name, &shoot.name, vm).await;
    }
    vms
}

async fn ask_for_both(life: &Life, shoot: &Shoot) {
    let both = json!({ "spec": { "networking": { "ipFamilies": ["IPv4", "IPv6"] } } });
    life.edit_shoot(shoot, &both).await;
    life.ask(shoot, "reconcile").await;
}

/// Asserts that the shoot is refused because of `rule`, in these words, and that nothing is changed for that.
pub(super) async fn assert_refused(life: &Life, shoot: &Shoot, words: &str) {
    let before = life.dump();
    life.calls();
    ask_for_both(life, shoot).await;
    assert_eq!(life.reconcile(shoot).await, Requeue::WithBackoff);
    let (text, codes) = life.failure(shoot);
    assert!(text.contains(words), "{words}: {text}");
    assert_eq!(codes, ["ERR_CONFIGURATION_PROBLEM"], "{text}");
    assert_eq!((life.mutations(), life.dump()), (Vec::new(), before), "{words}");
    assert_eq!(life.status(shoot)["state"].pointer("/data/migration~1phase"), None, "{words}");
}

/// Asserts that the shoot is migrated once somebody asks again.
pub(super) async fn assert_goes_on(life: &Life, shoot: &Shoot, vms: &[Vm]) {
    life.ask(shoot, "reconcile").await;
    life.settle(shoot).await;
    assert_migrated(life, shoot, vms);
}

#[test]
fn a_permission_that_is_missing_is_told_before_anything_depends_on_it() {
    block_on(async {
        let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
        let vms = ipv4(&life, &shoot).await;
        life.cloud.govern("permissions", &json!({ "missing": ["compute.routes.delete"] })).await;
        assert_refused(&life, &shoot, "grant it compute.routes.delete").await;

        // What the project lacks and the subnet and the VM give is there.
        let subnet = format!("projects/{PROJECT}/regions/{REGION}/subnetworks/{}-nodes", shoot.name);
        let held: serde_json::Map<String, Value> =
            [(subnet, json!(["compute.subnetworks.useExternalIp"]))].into_iter().collect();
        let lack = json!({ "missing": ["compute.subnetworks.useExternalIp"], "heldOn": held });
        life.cloud.govern("permissions", &lack).await;
        assert_goes_on(&life, &shoot, &vms).await;
    });
}

#[test]
fn a_quota_that_has_no_room_is_told_and_one_that_has_is_not() {
    block_on(async {
        let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
        let vms = ipv4(&life, &shoot).await;
        let there = life.dump()["firewalls"].as_array().unwrap().len();
        life.cloud.govern("limits", &json!({ "firewalls": there + 1 })).await;
        assert_refused(&life, &shoot, "2 firewall rules are still to be made, and the quota FIREWALLS").await;
        life.cloud.govern("limits", &json!({ "firewalls": there + 2 })).await;
        assert_goes_on(&life, &shoot, &vms).await;
    });
}

/// What stands in the way, and the words by which it is told.
fn obstacles() -> [(&'static str, Value); 6] {
    let of = |mut entry: Value| {
        entry["project"] = json!(PROJECT);
        entry
    };
    let vpc = "shoot--p--a";
    let router = json!({ "region": REGION, "network": vpc, "name": "onprem", "bgp": { "asn": 64512 } });
    let learned = json!({ "region": REGION, "router": "onprem", "destRange": "100.97.0.0/16", "nextHopIp": "10.0.0.1" });
    let range = |name: &str, cidr: &str, kind: &str| json!({ "network": vpc, "name": name, "cidr": cidr, "reservation": kind });
    let elsewhere = json!({ "region": REGION, "network": "elsewhere", "name": format!("{vpc}-services"), "ipCidrRange": "10.9.0.0/24" });
    [
        (
            "overlaps the range for private services access psa (100.112.0.0/16)",
            json!({ "reservedRanges": [of(range("psa", "100.112.0.0/16", "private-services"))] }),
        ),
        (
            "overlaps the internal range projects/my-project/locations/global/internalRanges/later (100.64.0.0/16)",
            json!({ "reservedRanges": [of(range("later", "100.64.0.0/16", "internal-range"))] }),
        ),
        (
            "has learned a route to 100.97.0.0/16",
            json!({ "routers": [of(router)], "learnedRoutes": [of(learned)] }),
        ),
        (
            "a subnet shoot--p--a-services is there, in another VPC",
            json!({ "networks": [of(json!({ "name": "elsewhere" }))], "subnetworks": [of(elsewhere)] }),
        ),
        (
            "shoot--p--a-services is there, in the shoot's VPC with the range 100.64.0.0/16",
            json!({ "subnetworks": [of(json!({
                "region": REGION, "network": vpc, "name": format!("{vpc}-services"), "ipCidrRange": "100.64.0.0/16",
            }))] }),
        ),
        (
            "overlaps primary range 100.64.3.0/24 of subnet theirs in us-east1",
            json!({ "subnetworks": [of(json!({
                "region": "us-east1", "network": vpc, "name": "theirs", "ipCidrRange": "100.64.3.0/24",
            }))] }),
        ),
    ]
}

#[test]
fn what_others_have_reserved_learned_or_made_is_told_before_anything_is_changed() {
    for (words, fixture) in obstacles() {
        block_on(async {
            let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
            ipv4(&life, &shoot).await;
            life.cloud.seed(&fixture.to_string()).await;
            assert_refused(&life, &shoot, words).await;
        });
    }
}

/// A VPC beside the shoot's, with a subnet inside the range of its pods, as somebody's hands peer the two and part them again.
struct Peer<'a>(&'a Life);

impl Peer<'_> {
    const NETWORKS: [&'static str; 2] = ["shoot--p--a", "corp"];

    async fn change(&self, verb: &str, body: impl Fn(&str) -> Value) {
        for (here, there) in [(Self::NETWORKS[0], Self::NETWORKS[1]), (Self::NETWORKS[1], Self::NETWORKS[0])]
        {
            self.0.hands().insert(&format!("global/networks/{here}/{verb}"), body(there)).await.unwrap();
        }
    }

    /// Makes the other VPC, with a subnet that has this range.
    async fn make(&self, range: &str) {
        let subnet = json!({ "project": PROJECT, "region": REGION, "network": "corp", "name": "corp", "ipCidrRange": range });
        let corp = json!({ "networks": [{ "project": PROJECT, "name": "corp" }], "subnetworks": [subnet] });
        self.0.cloud.seed(&corp.to_string()).await;
    }

    async fn begin(&self) {
        self.change("addPeering", |there| {
            let network = format!("projects/{PROJECT}/global/networks/{there}");
            json!({ "networkPeering": { "name": "corp", "network": network, "exchangeSubnetRoutes": true } })
        })
        .await;
    }

    async fn end(&self) {
        self.change("removePeering", |_| json!({ "name": "corp" })).await;
    }
}

#[test]
fn a_subnet_of_a_peer_inside_the_pod_range_is_told_and_once_they_have_parted_it_goes_on() {
    block_on(async {
        let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
        let vms = ipv4(&life, &shoot).await;
        Peer(&life).make("100.97.0.0/16").await;
        Peer(&life).begin().await;
        assert_refused(&life, &shoot, "overlaps 100.97.0.0/16, a range of a subnet that peering corp brings")
            .await;
        Peer(&life).end().await;
        assert_goes_on(&life, &shoot, &vms).await;
    });
}

#[test]
fn a_static_route_of_a_peer_inside_the_pod_range_is_told_and_once_they_have_parted_it_goes_on() {
    block_on(async {
        let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
        let vms = ipv4(&life, &shoot).await;
        Peer(&life).make("172.28.0.0/16").await;
        Peer(&life).begin().await;
        let route = json!({
            "project": PROJECT, "network": "shoot--p--a", "peering": "corp", "destRange": "100.97.0.0/24", "type": "STATIC_PEERING_ROUTE",
        });
        life.cloud.seed(&json!({ "peeringRoutes": [route] }).to_string()).await;
        assert_refused(&life, &shoot, "a static route to 100.97.0.0/24, which peering corp brings").await;
        Peer(&life).end().await;
        assert_goes_on(&life, &shoot, &vms).await;
    });
}

/// Before the point of no return the controller proves by a deletion of a name that nobody has that it may delete routes.
#[test]
fn a_dry_run_before_the_point_of_no_return_sends_nothing_but_reads() {
    block_on(async {
        let setup = Setup { crash: Crash::After(Milestone::Settle), ..Setup::default() };
        let (life, shoot) = (Life::new(&setup).await, Shoot::usual());
        ipv4(&life, &shoot).await;
        let off = json!({ "project": PROJECT, "disabled": ["cloudresourcemanager.googleapis.com"] });
        life.cloud.govern("services", &off).await;
        assert!(go_dual_stack(&life, &shoot).await, "killed");
        let before = life.dump();
        life.calls();
        let plan = life.plan(&shoot).await;
        let calls = life.calls();
        // Whoever asks what it may do changes nothing.
        let asks = calls.iter().filter(|call| call.path.ends_with("testIamPermissions")).count();
        assert!(asks > 0 && !calls.iter().any(CloudCall::is_mutation), "{calls:#?}");
        assert_eq!(life.dump(), before);
        assert_eq!(plan["verdict"], "act", "{plan:#}");

        life.restart();
        life.settle(&shoot).await;
        let proofs = life.calls().into_iter().filter(|call| call.label.starts_with("DELETE routes/probe-"));
        assert_eq!(proofs.count(), 1, "in the run it is proven");
    });
}

#[test]
fn the_preflight_reads_twice_in_a_migration_and_no_steady_pass_reads_for_it() {
    block_on(async {
        let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
        let vms = ipv4(&life, &shoot).await;
        let off = json!({ "project": PROJECT, "disabled": ["cloudresourcemanager.googleapis.com", "networkconnectivity.googleapis.com"] });
        life.cloud.govern("services", &off).await;
        let own = || {
            let calls = life.calls();
            let of_it = |label: &str| ITS_OWN.iter().any(|own| label.starts_with(own));
            calls.into_iter().map(|call| call.label).filter(|label| of_it(label)).collect::<Vec<_>>()
        };
        own();
        life.ask(&shoot, "reconcile").await;
        life.settle(&shoot).await;
        let steady = own();
        assert!(steady.iter().all(|label| label == "GET routers/shoot--p--a-cloud-router"), "{steady:?}");

        ask_for_both(&life, &shoot).await;
        life.settle(&shoot).await;
        assert_migrated(&life, &shoot, &vms);
        let migration = own();
        let times = |wanted: &str| migration.iter().filter(|label| label.starts_with(wanted)).count();
        // When it begins, and once more before the point of no return.
        for twice in
            ["GET addresses", "GET locations/global/internalRanges", "GET locations/global/policyBasedRoutes"]
        {
            assert_eq!(times(twice), 2, "{twice}: {migration:#?}");
        }
        assert_eq!(
            times("DELETE routes/probe-"),
            1,
            "nobody else tells whether routes may be deleted: {migration:#?}"
        );
        life.ask(&shoot, "reconcile").await;
        life.settle(&shoot).await;
        let steady = own();
        assert!(steady.iter().all(|label| label == "GET routers/shoot--p--a-cloud-router"), "{steady:?}");
    });
}

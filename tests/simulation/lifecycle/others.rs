//! A VPC of the shoot's own that others use, or that something keeps which was not looked for: it stays with all that serves others, and
//! what keeps it is named at once.

use std::time::Duration;

use gardener_extension_infra_gcp::extension::Requeue;
use serde_json::{Value, json};

use super::documents::{REGION, Shoot, assert_same, regional, resource};
use super::life::{Life, Setup};
use crate::support::block_on;

const VPC: &str = "projects/my-project/global/networks/shoot--p--a";

async fn created(setup: &Setup) -> (Life, Shoot, Value) {
    let (life, shoot) = (Life::new(setup).await, Shoot::usual());
    let before = life.dump();
    life.create(&shoot);
    life.settle(&shoot).await;
    life.calls();
    life.events();
    (life, shoot, before)
}

/// The routes to the internet of the shoot's VPC.
fn internet_routes(life: &Life) -> usize {
    let routes = life.dump()["routes"].as_array().unwrap().clone();
    let is_one = |route: &&Value| {
        route["destRange"] == "0.0.0.0/0"
            && route["network"].as_str().is_some_and(|network| network.ends_with(VPC))
    };
    routes.iter().filter(is_one).count()
}

/// From now on Google says that `what` uses the VPC.
async fn keep_vpc(life: &Life, what: &str) {
    let message =
        format!("The network resource '{VPC}' is already being used by 'projects/my-project/{what}'");
    let fault =
        json!({ "failOperation": { "code": "RESOURCE_IN_USE_BY_ANOTHER_RESOURCE", "message": message } });
    life.cloud.fault(&json!({ "method": "compute.networks.delete", "count": null, "fault": fault })).await;
}

#[test]
fn all_that_others_have_in_it_is_named_in_one_error_and_loses_nothing() {
    block_on(async {
        let (life, shoot, before) = created(&Setup::default()).await;
        let hands = life.hands();
        let route = json!({ "name": "theirs", "network": VPC, "destRange": "192.168.0.0/24", "nextHopIp": "10.250.0.9" });
        hands.insert("global/routes", route).await.unwrap();
        let rule = json!({
            "name": "ssh", "network": VPC, "sourceRanges": ["10.0.0.0/8"], "allowed": [{ "IPProtocol": "tcp" }],
        });
        hands.insert("global/firewalls", rule).await.unwrap();
        let subnet = json!({ "name": "theirs", "network": VPC, "ipCidrRange": "10.9.0.0/24" });
        hands.insert("regions/us-east1/subnetworks", subnet).await.unwrap();
        let zone = format!("zones/{REGION}-b/instances");
        let nic = json!({ "subnetwork": regional("subnetworks/shoot--p--a-internal") });
        hands.insert(&zone, json!({ "name": "theirs", "networkInterfaces": [nic] })).await.unwrap();

        life.delete(&shoot).await;
        assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
        let (text, codes) = life.failure(&shoot);
        assert_eq!(codes, ["ERR_INFRA_DEPENDENCIES"]);
        let names =
            ["VM europe-west1-b/theirs", "subnet us-east1/theirs", "route theirs", "firewall rule ssh"];
        for name in names {
            assert!(text.contains(name), "{name}: {text}");
        }
        // What is for the shoot's nodes alone: the subnet of theirs has no NAT.
        assert_eq!(
            life.mutations(),
            ["DELETE routers/shoot--p--a-cloud-router", "DELETE subnetworks/shoot--p--a-nodes"]
        );
        assert_eq!(internet_routes(&life), 1);

        for path in [
            "global/routes/theirs",
            "global/firewalls/ssh",
            &format!("{zone}/theirs"),
            "regions/us-east1/subnetworks/theirs",
        ] {
            hands.delete(path).await.unwrap();
        }
        life.settle(&shoot).await;
        assert_eq!(life.object(&shoot), None);
        assert_same(&life.dump(), &before, "gone");
    });
}

/// The route is deleted first, and what is looked at after that shows the VM of others as well.
#[test]
fn a_route_that_is_left_over_does_not_hide_the_vm_of_others() {
    block_on(async {
        let (life, shoot, _) = created(&Setup::default()).await;
        let hands = life.hands();
        let (zone, nodes) =
            (format!("zones/{REGION}-b/instances"), regional("subnetworks/shoot--p--a-nodes"));
        let vm = |name: &str| json!({ "name": name, "canIpForward": true, "networkInterfaces": [{ "subnetwork": nodes }] });
        for name in ["theirs", "node"] {
            hands.insert(&zone, vm(name)).await.unwrap();
        }
        let route = json!({
            "name": "shoot--p--a-0", "network": VPC, "destRange": "100.96.1.0/24", "priority": 1000, "description": "k8s-node-route",
            "nextHopInstance": format!("projects/my-project/{zone}/node"),
        });
        hands.insert("global/routes", route).await.unwrap();
        hands.delete(&format!("{zone}/node")).await.unwrap();

        life.delete(&shoot).await;
        assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
        assert!(life.failure(&shoot).0.contains("VM europe-west1-b/theirs"), "{}", life.failure(&shoot).0);
        assert_eq!(
            life.mutations(),
            ["DELETE routes/shoot--p--a-0", "DELETE subnetworks/shoot--p--a-internal"]
        );
    });
}

#[test]
fn a_nat_of_others_on_the_shoots_router_stays_as_long_as_the_vpc_does() {
    block_on(async {
        let (life, shoot, before) = created(&Setup::default()).await;
        let hands = life.hands();
        let subnet = json!({ "name": "theirs", "network": VPC, "ipCidrRange": "10.9.0.0/24" });
        hands.insert(&format!("regions/{REGION}/subnetworks"), subnet).await.unwrap();
        let router = format!("regions/{REGION}/routers/shoot--p--a-cloud-router");
        let dump = life.dump();
        let ours = resource(&dump, "routers", "shoot--p--a-cloud-router").unwrap()["nats"][0].clone();
        let mut theirs = ours.clone();
        theirs["name"] = json!("theirs");
        theirs["subnetworks"] =
            json!([{ "name": regional("subnetworks/theirs"), "sourceIpRangesToNat": ["ALL_IP_RANGES"] }]);
        hands.patch(&router, json!({ "nats": [ours, theirs] })).await.unwrap();
        life.delete(&shoot).await;
        assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
        let dump = life.dump();
        let nats = &resource(&dump, "routers", "shoot--p--a-cloud-router").unwrap()["nats"];
        assert_eq!((nats.as_array().unwrap().len(), &nats[0]["name"]), (1, &json!("theirs")), "{nats:#}");
        assert_eq!(resource(&dump, "subnetworks", "shoot--p--a-nodes"), None);
        hands.patch(&router, json!({ "nats": [] })).await.unwrap();
        hands.delete(&format!("regions/{REGION}/subnetworks/theirs")).await.unwrap();
        life.settle(&shoot).await;
        assert_same(&life.dump(), &before, "gone");
    });
}

/// Endpoint groups, VPN gateways and the like are not looked for.
#[test]
fn what_is_of_no_known_kind_is_named_as_soon_as_google_names_it_and_costs_the_vpc_no_route() {
    block_on(async {
        let (life, shoot, before) = created(&Setup::default()).await;
        let gateway = "regions/europe-west1/vpnGateways/theirs";
        keep_vpc(&life, gateway).await;
        life.delete(&shoot).await;
        let run = life.reconcile(&shoot);
        let early = async {
            while !life.status(&shoot)["lastOperation"]["description"]
                .as_str()
                .unwrap_or_default()
                .contains(gateway)
            {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            let status = life.status(&shoot);
            assert_eq!(status["lastOperation"]["state"], "Processing", "it may pass by itself: {status:#}");
            let named = life
                .events()
                .into_iter()
                .filter(|event| event.warning && event.text.contains(gateway))
                .count();
            assert_eq!(named, 1);
            life.time.now()
        };
        let began = life.time.now();
        let (next, early) = tokio::join!(run, early);
        assert_eq!(next, Requeue::WithBackoff);
        let attempts = life.mutations().iter().filter(|label| label.starts_with("DELETE networks/")).count();
        assert!((4..=14).contains(&attempts), "{attempts}");
        let first = early.duration_since(began).as_secs();
        let last = life.time.now().duration_since(began).as_secs();
        assert!(last > 120 && first < last - 100, "named after {first} s, given up after {last} s");
        let (text, codes) = life.failure(&shoot);
        assert!(text.contains(gateway), "{text}");
        assert_eq!(codes, ["ERR_INFRA_DEPENDENCIES"]);
        assert_eq!(internet_routes(&life), 1);
        assert!(life.events().iter().all(|event| !event.text.contains(gateway)), "once");
        life.cloud.end_faults().await;
        life.settle(&shoot).await;
        assert_same(&life.dump(), &before, "gone");
    });
}

/// What was read is told together with what Google names.
#[test]
fn what_google_names_and_what_was_read_are_told_in_one_error() {
    block_on(async {
        let (life, shoot, _) = created(&Setup::default()).await;
        let route = json!({ "name": "theirs", "network": VPC, "destRange": "192.168.0.0/24", "nextHopIp": "10.250.0.9" });
        life.hands().insert("global/routes", route).await.unwrap();
        let message = "in use by 'projects/my-project/regions/europe-west1/networkEndpointGroups/neg'";
        let fault = json!({ "refuse": { "status": 400, "reason": "resourceInUseByAnotherResource", "message": message } });
        life.cloud
            .fault(&json!({ "method": "compute.subnetworks.delete", "path": "-internal", "count": null, "fault": fault }))
            .await;
        life.delete(&shoot).await;
        assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
        let (text, codes) = life.failure(&shoot);
        assert!(text.contains("networkEndpointGroups/neg") && text.contains("route theirs"), "{text}");
        assert_eq!(codes, ["ERR_INFRA_DEPENDENCIES"]);
    });
}

/// It is not certain whether Google takes them away with the VPC.
#[test]
fn a_route_to_the_internet_goes_only_when_google_names_it() {
    for keeps in [false, true] {
        block_on(async {
            let mut setup = Setup::default();
            setup.cloud.switches.internet_routes_keep_network = keeps;
            let (life, shoot, before) = created(&setup).await;
            life.delete(&shoot).await;
            life.settle(&shoot).await;
            let sent = life.mutations();
            let routes = sent.iter().filter(|label| label.starts_with("DELETE routes/")).count();
            assert_eq!(routes, usize::from(keeps), "{sent:#?}");
            assert_same(&life.dump(), &before, "gone");
        });
    }
}

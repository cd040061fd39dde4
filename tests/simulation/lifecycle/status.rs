//! The status at the end: every value, and nothing else.

use serde_json::{Value, json};

use super::documents::{Shoot, resource};
use super::life::{Life, Setup};
use super::migrating;
use crate::support::block_on;

const VERSION: &str = "gcp.provider.extensions.gardener.cloud/v1alpha1";

/// A status without the instants in it.
fn timeless(mut status: Value) -> Value {
    for part in ["lastOperation", "lastError"] {
        if let Some(part) = status.get_mut(part).and_then(Value::as_object_mut) {
            part.remove("lastUpdateTime");
        }
    }
    status
}

fn created() -> Value {
    json!({
        "type": "Create", "state": "Succeeded", "progress": 100,
        "description": "Successfully reconciled infrastructure",
    })
}

fn state(data: &Value) -> Value {
    json!({ "apiVersion": VERSION, "kind": "InfrastructureState", "data": data })
}

fn provider_status(networks: &Value, account: &str) -> Value {
    json!({
        "apiVersion": VERSION, "kind": "InfrastructureStatus",
        "networks": networks, "serviceAccountEmail": account,
    })
}

/// The external IPv6 range of a subnet, without its length.
fn prefix(life: &Life, subnet: &str) -> String {
    let dump = life.dump();
    let range = resource(&dump, "subnetworks", subnet).unwrap()["externalIpv6Prefix"].as_str().unwrap();
    range.strip_suffix("/64").unwrap().to_owned()
}

#[test]
fn ipv4_in_its_own_vpc_with_an_internal_subnet() {
    block_on(async {
        let life = Life::new(&Setup::default()).await;
        let shoot = Shoot { name: "shoot--dev--a".to_owned(), ..Shoot::usual() };
        life.create(&shoot);
        life.settle(&shoot).await;
        let networks = json!({
            "vpc": { "name": "shoot--dev--a", "cloudRouter": { "name": "shoot--dev--a-cloud-router" } },
            "subnets": [
                { "name": "shoot--dev--a-nodes", "purpose": "nodes" },
                { "name": "shoot--dev--a-internal", "purpose": "internal" },
            ],
            "ipfamilies": ["IPv4"],
        });
        let wanted = json!({
            "observedGeneration": 1,
            "lastOperation": created(),
            "providerStatus": provider_status(&networks, ""),
            "networking": {
                "nodes": ["10.250.0.0/16"], "pods": ["100.96.0.0/11"], "services": ["100.64.0.0/13"],
            },
            "state": state(&json!({ "project": "my-project", "resources_exist": "true" })),
        });
        assert_eq!(timeless(life.status(&shoot)), wanted);
    });
}

async fn dual_stack(families: [&str; 2]) {
    let life = Life::new(&Setup::default()).await;
    let shoot = Shoot {
        name: "shoot--dev--d".to_owned(),
        families: families.map(str::to_owned).to_vec(),
        networks: json!({ "workers": "10.250.0.0/16" }),
        ..Shoot::usual()
    };
    life.create(&shoot);
    life.settle(&shoot).await;
    let nodes = format!("{}/64", prefix(&life, "shoot--dev--d-nodes"));
    let services = prefix(&life, "shoot--dev--d-services");
    let networks = json!({
        "vpc": { "name": "shoot--dev--d", "cloudRouter": { "name": "shoot--dev--d-cloud-router" } },
        "subnets": [
            { "name": "shoot--dev--d-nodes", "purpose": "nodes" },
            { "name": "shoot--dev--d-services", "purpose": "services" },
        ],
        "ipfamilies": families,
    });
    let wanted = json!({
        "observedGeneration": 1,
        "lastOperation": created(),
        "providerStatus": provider_status(&networks, ""),
        "networking": {
            "nodes": ["10.250.0.0/16", nodes],
            "pods": ["100.96.0.0/11", nodes],
            "services": ["100.64.0.0/13", format!("{services}/108")],
        },
        "state": state(&json!({
            "nodes-subnet-ipv6-cidr": nodes, "project": "my-project", "resources_exist": "true",
            "services-subnet-ipv6-cidr": format!("{services}/64"),
        })),
    });
    assert_eq!(timeless(life.status(&shoot)), wanted);

    // Returned to IPv4: what was once reported is reported for ever.
    let before = life.status(&shoot);
    life.carry_over(&shoot).await;
    life.edit_shoot(&shoot, &json!({ "spec": { "networking": { "ipFamilies": ["IPv4"] } } })).await;
    life.ask(&shoot, "reconcile").await;
    life.settle(&shoot).await;
    let after = life.status(&shoot);
    for part in ["networking", "state"] {
        assert_eq!(after[part], before[part], "{part}");
    }
    // The ranges of the nodes are reported with IPv4 first.
    assert_eq!(after["providerStatus"]["networks"]["ipfamilies"], json!(["IPv4", "IPv6"]));
}

#[test]
fn dual_stack_in_its_own_vpc_and_returned_to_ipv4() {
    block_on(dual_stack(["IPv4", "IPv6"]));
}

#[test]
fn dual_stack_with_ipv6_first_and_returned_to_ipv4() {
    block_on(dual_stack(["IPv6", "IPv4"]));
}

#[test]
fn fixed_addresses_in_the_vpc_of_the_user_with_a_service_account() {
    block_on(async {
        let life = Life::new(&Setup { service_accounts: true, ..Setup::default() }).await;
        let mut shoot = Shoot { name: "shoot--dev--b".to_owned(), ..Shoot::in_user_vpc() };
        shoot.networks["workers"] = json!("10.20.0.0/16");
        shoot.ranges["nodes"] = json!("10.20.0.0/16");
        life.create(&shoot);
        life.settle(&shoot).await;
        let account = "shoot--dev--b@my-project.iam.gserviceaccount.com";
        let networks = json!({
            "vpc": { "name": "corp-vpc", "cloudRouter": { "name": "corp-router" } },
            "subnets": [{ "name": "shoot--dev--b-nodes", "purpose": "nodes" }],
            "natIPs": [{ "ip": "203.0.113.10" }, { "ip": "203.0.113.11" }],
            "ipfamilies": ["IPv4"],
        });
        let wanted = json!({
            "observedGeneration": 1,
            "lastOperation": created(),
            "providerStatus": provider_status(&networks, account),
            "egressCIDRs": ["203.0.113.10/32", "203.0.113.11/32"],
            "networking": {
                "nodes": ["10.20.0.0/16"], "pods": ["100.96.0.0/11"], "services": ["100.64.0.0/13"],
            },
            "state": state(&json!({
                "ids/service-account-email": account, "project": "my-project", "resources_exist": "true",
                "service_account_exist": "true",
            })),
        });
        assert_eq!(timeless(life.status(&shoot)), wanted);

        // Automatic addresses again: nothing of the fixed ones stays behind in a status that is merged.
        life.configure(&shoot, &json!({ "cloudNAT": null })).await;
        life.settle(&shoot).await;
        let status = life.status(&shoot);
        assert_eq!(status.get("egressCIDRs"), None);
        assert_eq!(status["providerStatus"]["networks"].get("natIPs"), None);
    });
}

#[test]
fn the_nodes_ipv6_range_is_told_as_egress_beside_fixed_addresses_only() {
    block_on(async {
        let life = Life::new(&Setup::default()).await;
        let shoot = Shoot { families: Shoot::dual_stack().families, ..Shoot::in_user_vpc() };
        life.create(&shoot);
        life.settle(&shoot).await;
        let nodes = format!("{}/64", prefix(&life, "shoot--p--a-nodes"));
        let wanted = json!(["203.0.113.10/32", "203.0.113.11/32", nodes]);
        assert_eq!(life.status(&shoot)["egressCIDRs"], wanted);
    });
}

/// The routes are gone, and only the state that the reference wrote knows what pods each VM had.
#[test]
fn a_migration_of_the_references_is_gone_on_with() {
    block_on(async {
        let life = Life::new(&Setup::default()).await;
        let shoot = Shoot::usual();
        life.create(&shoot);
        life.settle(&shoot).await;
        let vms = migrating::add_vms(&life, &shoot).await;
        let routes: Vec<Value> = vms
            .iter()
            .map(|vm| json!({ "instanceName": vm.name, "destinationCIDR": vm.pods, "zone": vm.zone }))
            .collect();
        let mut object = life.object(&shoot).unwrap();
        object["status"]["state"]["routes"] = json!(routes);
        object["status"]["lastOperation"] = json!({
            "type": "Reconcile", "state": "Processing", "progress": 1,
            "description": "Reconciling the infrastructure", "lastUpdateTime": "2026-09-01T11:00:00Z",
        });
        life.seed.put(&object).unwrap();
        let families = json!({ "ipFamilies": ["IPv4", "IPv6"] });
        life.edit_shoot(&shoot, &json!({ "spec": { "networking": families } })).await;
        life.ask(&shoot, "reconcile").await;
        life.settle(&shoot).await;
        migrating::assert_migrated(&life, &shoot, &vms);
    });
}

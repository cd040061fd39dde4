//! Reads of the preflight against scripted answers: what is asked for, and what is kept of the answer.

use std::sync::Arc;

use planner::plan::{PreflightReads, RouterScope};
use planner::snapshot::{Obstacle, PeerRouteKind, Permissions, Reading, StackType};
use planner::vocabulary::VmRef;
use serde_json::{Value, json};

use super::*;
use crate::gcp::tests::script::{Counting, POLICY, Reply, Script, Seen, client, error, ok};
use crate::gcp::token::StaticToken;
use crate::gcp::types::ResourceUrl;
use crate::gcp::{
    Compute, Config, Iam, NetworkConnectivity, ResourceManager, iam, network_connectivity, resource_manager,
};

fn url(path: &str) -> String {
    format!("https://www.googleapis.com/compute/v1/projects/p/{path}")
}

fn network(name: &str) -> String {
    url(&format!("global/networks/{name}"))
}

fn clients(script: &Arc<Script>) -> Clients {
    let config = |endpoint| Config { policy: POLICY, ..Config::new("p", endpoint) };
    let token = || Arc::new(StaticToken::new("t0ken").unwrap());
    let rng = || Arc::new(Counting::default());
    Clients {
        compute: client(script),
        iam: Iam::new(config(iam::ENDPOINT), script.clone(), token(), rng()).unwrap(),
        resource_manager: ResourceManager::new(
            config(resource_manager::ENDPOINT),
            script.clone(),
            token(),
            rng(),
        )
        .unwrap(),
        network_connectivity: NetworkConnectivity::new(
            config(network_connectivity::ENDPOINT),
            script.clone(),
            token(),
            rng(),
        )
        .unwrap(),
    }
}

fn compute(script: &Arc<Script>) -> Compute {
    client(script)
}

#[tokio::test(start_paused = true)]
async fn routes_of_peers_are_listed_by_peering_and_kept_if_they_are_imported_and_of_ipv4() {
    let item = |range: &str, kind: &str, imported: Value| json!({ "destRange": range, "type": kind, "imported": imported });
    let script = Script::of([
        ok(json!({ "kind": "compute#exchangedPeeringRoutesList", "items": [
            item("10.0.0.0/24", "SUBNET_PEERING_ROUTE", Value::Null),
            item("10.1.0.0/24", "STATIC_PEERING_ROUTE", json!(true)),
            item("10.2.0.0/24", "STATIC_PEERING_ROUTE", json!(false)),
            item("10.3.0.0/24", "DYNAMIC_PEERING_ROUTE", json!(true)),
            item("fd20::/64", "SUBNET_PEERING_ROUTE", json!(true)),
        ] })),
        ok(json!({})),
    ]);
    let peerings = ["a".to_owned(), "b".to_owned()];
    let routes = peer_routes::read(&compute(&script), &"n".into(), &"r".into(), &peerings).await.unwrap();
    let seen: Vec<_> = routes
        .iter()
        .map(|route| (route.peering.as_str(), route.destination.to_string(), route.kind))
        .collect();
    assert_eq!(
        seen,
        [
            ("a", "10.0.0.0/24".to_owned(), PeerRouteKind::Subnet),
            ("a", "10.1.0.0/24".to_owned(), PeerRouteKind::Static),
            ("a", "10.3.0.0/24".to_owned(), PeerRouteKind::Learned),
        ]
    );
    assert_eq!(script.calls(), ["GET global/networks/n/listPeeringRoutes"; 2]);
    let query = &script.seen()[1].query;
    assert_eq!((&*query["peeringName"], &*query["region"], &*query["direction"]), ("b", "r", "INCOMING"));
}

#[tokio::test(start_paused = true)]
async fn reserved_ranges_are_those_of_the_vpc() {
    let address = |name: &str, purpose: &str, of: &str| json!({ "name": name, "purpose": purpose, "address": "10.8.0.0", "prefixLength": 16, "network": network(of) });
    let script = Script::of([ok(json!({ "items": [
        address("psa", "VPC_PEERING", "n"), address("theirs", "VPC_PEERING", "nn"),
        address("psc", "PRIVATE_SERVICE_CONNECT", "n"), { "name": "external", "address": "203.0.113.1" },
    ] }))]);
    let ranges = reserved_ranges::private_services(&compute(&script), &"n".into()).await.unwrap();
    let [range] = ranges.as_slice() else { panic!("{ranges:?}") };
    assert_eq!((range.name.as_str(), range.range.to_string().as_str()), ("psa", "10.8.0.0/16"));
    assert_eq!(script.calls(), ["GET global/addresses"]);

    let range = |name: &str, of: &str, cidr: &str| json!({ "name": name, "network": of, "ipCidrRange": cidr, "usage": "FOR_VPC" });
    let script = Script::of([
        ok(json!({ "internalRanges": [
            range("a", "projects/p/global/networks/n", "10.0.0.0/16"), range("b", &network("n"), "10.1.0.0/16"),
            range("c", &network("m"), "10.2.0.0/16"), range("d", &network("n"), "fd20::/64"),
            { "name": "none yet", "network": network("n") },
        ], "nextPageToken": "next" })),
        ok(json!({ "internalRanges": [range("e", &network("n"), "10.3.0.0/16")] })),
    ]);
    let ranges =
        reserved_ranges::internal(&clients(&script).network_connectivity, &ResourceUrl(network("n")))
            .await
            .unwrap();
    assert_eq!(ranges.iter().map(|range| range.name.as_str()).collect::<Vec<_>>(), ["a", "b", "e"]);
    assert_eq!(script.calls(), ["GET locations/global/internalRanges"; 2]);
    assert_eq!(script.seen()[1].query["pageToken"], "next");
}

#[tokio::test(start_paused = true)]
async fn a_list_of_another_api_is_whole_or_an_error() {
    for page in [json!({ "unreachable": ["locations/global"] }), json!({ "nextPageToken": "x" })] {
        let script = Script::new(move |_| ok(page.clone()));
        let list = clients(&script)
            .network_connectivity
            .list::<Value>("internalRanges")
            .await
            .unwrap_err()
            .to_string();
        assert!(list.contains("locations/global/internalRanges"), "{list}");
    }
}

#[tokio::test(start_paused = true)]
async fn policy_based_routes_are_those_that_lead_elsewhere() {
    let route = |name: &str, more: Value| {
        let mut route =
            json!({ "name": name, "network": network("n"), "filter": { "protocolVersion": "IPV4" } });
        for (key, value) in more.as_object().unwrap() {
            route[key] = value.clone();
        }
        route
    };
    let script = Script::of([ok(json!({ "policyBasedRoutes": [
        route("all", json!({ "nextHopIlbIp": "10.0.0.9" })),
        route("some", json!({ "filter": { "protocolVersion": "IPV4", "destRange": "10.0.0.0/8" } })),
        route("exempt", json!({ "nextHopOtherRoutes": "DEFAULT_ROUTING" })),
        route("ipv6", json!({ "filter": { "protocolVersion": "IPV6" } })),
        route("theirs", json!({ "network": network("m") })),
    ] }))]);
    let routes = policy_routes::read(&clients(&script).network_connectivity, &ResourceUrl(network("n")))
        .await
        .unwrap();
    let seen: Vec<_> =
        routes.iter().map(|route| (route.name.as_str(), route.destination.to_string())).collect();
    assert_eq!(seen, [("all", "0.0.0.0/0".to_owned()), ("some", "10.0.0.0/8".to_owned())]);
    assert_eq!(script.calls(), ["GET locations/global/policyBasedRoutes"]);
}

fn router(name: &str, bgp: Value, peers: Value) -> Value {
    let mut router =
        json!({ "name": name, "network": network("n"), "region": url("regions/r2"), "bgpPeers": peers });
    if !bgp.is_null() {
        router["bgp"] = bgp;
    }
    router
}

#[tokio::test(start_paused = true)]
async fn only_routers_with_bgp_are_asked_for_what_they_have_learned() {
    let custom = |groups: Value| json!({ "advertiseMode": "CUSTOM", "advertisedGroups": groups });
    let items = json!([
        router("nat", Value::Null, json!([])),
        router("default", json!({ "asn": 64512 }), json!([])),
        router("custom", custom(json!([])), json!([{ "name": "p" }])),
        router("group", custom(json!(["ALL_SUBNETS"])), json!([])),
        router("peer", custom(json!([])), json!([{ "advertiseMode": "DEFAULT" }])),
    ]);
    let script = Script::new(move |seen| match seen.call.as_str() {
        "GET aggregated/routers" => ok(json!({ "items": { "regions/r2": { "routers": items } } })),
        "GET regions/r2/routers/custom/getRouterStatus" => error(403, "forbidden"),
        _ => ok(json!({ "kind": "compute#routerStatusResponse", "result": {
            "bestRoutes": [{ "destRange": "10.0.0.0/8" }, { "destRange": "::/0" }], "bestRoutesForRouter": [],
        } })),
    });
    let (network, region) = ("n".into(), "r".into());
    let routers =
        bgp_routers::read(&compute(&script), &network, &region, RouterScope::Everywhere).await.unwrap();
    let learned = || Reading::Known(vec!["10.0.0.0/8".parse().unwrap()]);
    let seen: Vec<_> = routers
        .into_iter()
        .map(|router| (router.name.to_string(), router.announces_subnets, router.learned))
        .collect();
    assert_eq!(
        seen,
        [
            ("default".to_owned(), true, learned()),
            ("custom".to_owned(), false, Reading::Unknown(Obstacle::Denied)),
            ("group".to_owned(), true, learned()),
            ("peer".to_owned(), true, learned()),
        ]
    );
    assert_eq!(script.calls().len(), 5);
    let script = Script::of([ok(json!({}))]);
    bgp_routers::read(&compute(&script), &network, &region, RouterScope::Region).await.unwrap();
    assert_eq!(script.calls(), ["GET regions/r/routers"]);
}

#[tokio::test(start_paused = true)]
async fn a_namesake_is_found_in_whatever_vpc_and_without_ipv4() {
    let script = Script::of([
        ok(json!({ "name": "a", "network": network("m"), "ipCidrRange": "10.0.0.0/24" })),
        ok(json!({ "name": "b", "network": network("n"), "stackType": "IPV6_ONLY" })),
        error(404, "notFound"),
    ]);
    let names = ["a".into(), "b".into(), "c".into()];
    let found = namesakes::read(&compute(&script), &"r".into(), &names).await.unwrap();
    let [first, second] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((first.network.as_str(), first.stack), ("projects/p/global/networks/m", StackType::Ipv4));
    assert_eq!((second.range, second.stack), (None, StackType::Other));
    assert_eq!(script.calls()[2], "GET regions/r/subnetworks/c");
}

#[tokio::test(start_paused = true)]
async fn quotas_are_those_of_the_project_alone() {
    let script =
        Script::of([ok(json!({ "quotas": [{ "metric": "FIREWALLS", "limit": 500.0, "usage": 12.0 }] }))]);
    let quotas = quotas::read(&compute(&script)).await.unwrap();
    assert_eq!((quotas[0].metric.as_str(), quotas[0].limit, quotas[0].usage), ("FIREWALLS", 500, 12));
    assert_eq!((script.calls().len(), script.seen()[0].query["fields"].as_str()), (1, "quotas"));
}

const UPDATE: &str = "compute.subnetworks.update";
const INTERFACE: &str = "compute.instances.updateNetworkInterface";
const ROUTES: &str = "compute.routes.delete";

fn asks(vm: bool) -> PreflightReads {
    PreflightReads {
        missing_subnets: Vec::new(),
        peerings: Vec::new(),
        routers: RouterScope::Region,
        permissions: vec![UPDATE, INTERFACE, ROUTES],
        subnet: "s".into(),
        vm: vm.then(|| VmRef { zone: "z".into(), name: "v".into() }),
        proves: false,
    }
}

/// What is known of permissions, and the calls, if these are held by whom they are asked of; none: it does not answer.
async fn permissions(
    vm: bool,
    project: Option<&'static [&'static str]>,
    below: Option<&'static [&'static str]>,
) -> (Permissions, Vec<String>) {
    let held = |seen: &Seen, held: Option<&'static [&'static str]>| match held {
        None => error(403, "accessNotConfigured"),
        Some(held) => {
            let asked = seen.body["permissions"].as_array().unwrap().clone();
            let held: Vec<Value> =
                asked.into_iter().filter(|name| held.iter().any(|held| name == held)).collect();
            if held.is_empty() { ok(json!({})) } else { ok(json!({ "permissions": held })) }
        }
    };
    let script = Script::new(move |seen: &Seen| -> Reply {
        if seen.call.contains('/') && !seen.call.contains("projects") {
            held(seen, below)
        } else {
            held(seen, project)
        }
    });
    let read = super::permissions::read(&clients(&script), &"r".into(), &asks(vm)).await.unwrap();
    (read, script.calls())
}

#[tokio::test(start_paused = true)]
async fn permissions_are_asked_of_the_project_and_what_it_lacks_of_a_subnet_and_a_vm() {
    let all: &[&str] = &[UPDATE, INTERFACE, ROUTES];
    let (read, calls) = permissions(true, Some(all), None).await;
    assert_eq!(read, Permissions::default());
    assert_eq!(calls.len(), 1, "{calls:?}");
    assert!(calls[0].ends_with("p:testIamPermissions"), "{calls:?}");

    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let (read, calls) = permissions(true, Some(&[]), Some(all)).await;
    assert_eq!(read, Permissions { missing: names(&[ROUTES]), ..Permissions::default() });
    assert_eq!(
        calls[1..],
        ["POST regions/r/subnetworks/s/testIamPermissions", "POST zones/z/instances/v/testIamPermissions"]
    );
    let (read, _) = permissions(true, Some(&[ROUTES]), None).await;
    assert_eq!(read.missing, names(&[INTERFACE, UPDATE]), "nothing says that they are there");

    let off = Some(Obstacle::Off);
    let (read, _) = permissions(true, None, Some(&[UPDATE])).await;
    let wanted = Permissions { missing: names(&[INTERFACE]), unproven: names(&[ROUTES]), obstacle: off };
    assert_eq!(read, wanted, "only the subnet and the VM tell");
    let (read, calls) = permissions(false, None, Some(&[UPDATE])).await;
    let wanted =
        Permissions { unproven: names(&[INTERFACE, ROUTES]), obstacle: off, ..Permissions::default() };
    assert_eq!((read, calls.len()), (wanted, 2), "there is no VM to ask");
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_is_a_value_and_the_rest_is_read_all_the_same() {
    let script = Script::new(|seen: &Seen| match seen.call.as_str() {
        "GET locations/global/internalRanges" | "GET locations/global/policyBasedRoutes" => {
            error(403, "SERVICE_DISABLED")
        }
        "GET global/addresses" => error(403, "forbidden"),
        call if call.starts_with("POST") => ok(json!({ "permissions": [UPDATE, INTERFACE, ROUTES] })),
        "GET regions/r/routers" => ok(json!({ "items": [{ "region": "x" }], "warning": { "code": "X" } })),
        _ => ok(json!({})),
    });
    let read = super::read(&"n".into(), &"r".into(), &clients(&script), &asks(true)).await.unwrap();
    assert_eq!(read.internal_ranges.obstacle(), Some(Obstacle::Off));
    assert_eq!(read.policy_routes.obstacle(), Some(Obstacle::Off));
    assert_eq!(read.private_services.obstacle(), Some(Obstacle::Denied));
    assert_eq!(read.bgp_routers.obstacle(), Some(Obstacle::Silent));
    assert_eq!(read.peer_routes, Reading::Known(Vec::new()));
    assert_eq!(read.permissions, Some(Permissions::default()));
}

#[tokio::test(start_paused = true)]
async fn before_the_point_of_no_return_the_deletion_of_routes_is_tried_on_one_that_nobody_has() {
    for (project, answer, missing) in [
        (Some(&[UPDATE, INTERFACE, ROUTES][..]), None, false),
        (Some(&[UPDATE, INTERFACE][..]), Some((404, "notFound")), false),
        (None, Some((404, "notFound")), false),
        (None, Some((403, "forbidden")), true),
    ] {
        let script = Script::new(move |seen: &Seen| match (seen.call.starts_with("DELETE"), project) {
            (true, _) => answer.map(|(code, reason)| error(code, reason)).unwrap(),
            (false, Some(held)) => ok(json!({ "permissions": held })),
            (false, None) if seen.call.ends_with("p:testIamPermissions") => error(403, "accessNotConfigured"),
            (false, None) => ok(json!({ "permissions": [UPDATE, INTERFACE] })),
        });
        let reads = PreflightReads { proves: true, ..asks(true) };
        let read = super::permissions::read(&clients(&script), &"r".into(), &reads).await.unwrap();
        let probes: Vec<Seen> =
            script.seen().into_iter().filter(|seen| seen.call.starts_with("DELETE")).collect();
        assert_eq!(probes.len(), usize::from(answer.is_some()));
        assert!(probes.iter().all(|seen| {
            seen.call.starts_with("DELETE global/routes/probe-") && seen.query.contains_key("requestId")
        }));
        assert_eq!((read.missing.contains(ROUTES), read.unproven.contains(ROUTES)), (missing, false));
    }
}

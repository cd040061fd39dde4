//! Reads against scripted answers: what is asked for, what is kept of the answer, and which names are never sent.

use planner::vocabulary::VmRef;
use serde_json::{Value, json};

use super::*;
use crate::gcp::Error;
use crate::gcp::tests::names::hostile;
use crate::gcp::tests::script::{Script, client, ok};

fn url(path: &str) -> String {
    format!("https://www.googleapis.com/compute/v1/projects/p/{path}")
}

fn network(name: &str) -> String {
    url(&format!("global/networks/{name}"))
}

fn route(name: &str, of: &str) -> Value {
    json!({ "name": name, "network": network(of), "destRange": "10.0.0.0/24" })
}

#[tokio::test(start_paused = true)]
async fn only_what_is_in_the_network_is_kept_of_a_list() {
    let script = Script::of([ok(json!({ "items": [route("a", "n"), route("b", "nn")] }))]);
    let routes = routes::read(&client(&script), "n").await.unwrap();
    assert_eq!(routes.iter().map(|route| route.name.as_str()).collect::<Vec<_>>(), ["a"]);
    assert_eq!(script.calls(), ["GET global/routes"]);
    assert_eq!(script.seen()[0].query["filter"], "network eq \".*projects/p/global/networks/n\"");

    let subnet =
        |name: &str, of: &str| json!({ "name": name, "network": network(of), "ipCidrRange": "10.0.0.0/24" });
    let page = json!({ "items": { "regions/r": { "subnetworks": [subnet("s", "n"), subnet("t", "m")] } } });
    let script = Script::of([ok(page)]);
    let subnets = subnets::everywhere(&client(&script), "n").await.unwrap();
    assert_eq!(subnets.iter().map(|subnet| subnet.name.as_str()).collect::<Vec<_>>(), ["s"]);
    assert_eq!(script.calls(), ["GET aggregated/subnetworks"]);
}

#[tokio::test(start_paused = true)]
async fn operations_in_flight_are_those_that_are_not_over_wherever_they_are() {
    let silent = json!({ "warning": { "code": "UNREACHABLE", "message": "m" } });
    let script = Script::of([ok(json!({ "items": {
        "global": { "operations": [
            { "name": "a", "status": "PENDING", "operationType": "insert", "targetLink": url("global/routes/r") },
            { "name": "b", "status": "DONE", "operationType": "insert" },
        ] },
        "regions/r1": { "operations": [{ "name": "c", "status": "SOMETHING_NEW", "operationType": "patch" }] },
        "zones/r1-a": { "operations": [{ "name": "d", "status": "RUNNING", "operationType": "delete" }] },
        "zones/r2-a": silent,
    } }))]);
    let operations = operations::in_flight(&client(&script), &"r1".into()).await.unwrap();
    assert_eq!(operations.iter().map(|o| o.name.as_str()).collect::<Vec<_>>(), ["a", "c", "d"]);
    assert_eq!(script.calls(), ["GET aggregated/operations"]);
    assert_eq!(script.seen()[0].query["filter"], "status ne DONE");
}

#[tokio::test(start_paused = true)]
async fn vms_are_listed_by_the_beginning_of_their_names() {
    let vm = |name: &str| json!({ "name": name, "networkInterfaces": [{ "network": network("n") }] });
    let script = Script::of([ok(json!({ "items": { "zones/r1-a": { "instances": [
        vm("shoot--p--a-x"), vm("shoot--p--ab"),
    ] } } }))]);
    let list = vms::called(&client(&script), &"r1".into(), "shoot--p--a").await.unwrap();
    let mut cloud = Cloud::default();
    vms::see(list, &ResourceUrl(network("n")), &mut cloud).unwrap();
    assert_eq!(cloud.vms.keys().map(|vm| vm.name.as_str()).collect::<Vec<_>>(), ["shoot--p--a-x"]);
    assert_eq!(script.seen()[0].query["filter"], "name eq \"shoot--p--a-.*\"");
}

/// The errors of all reads that have a name in their path, each with `name` at one place of it.
async fn reads(compute: &Compute, name: &str) -> Vec<Option<ObserveError>> {
    let vm = |zone: &str, name: &str| VmRef { zone: zone.into(), name: name.into() };
    let plain = |error: Option<Error>| error.map(ObserveError::from);
    vec![
        plain(super::network::read(compute, name).await.err()),
        subnets::in_region(compute, name, &"r".into()).await.err(),
        subnets::in_region(compute, "n", &name.into()).await.err(),
        subnets::everywhere(compute, name).await.err(),
        plain(router(compute, &name.into(), "r").await.err()),
        plain(router(compute, &"r".into(), name).await.err()),
        plain(firewalls::read(compute, name).await.err()),
        plain(addresses::in_region(compute, &name.into()).await.err()),
        plain(forwarding_rules::in_region(compute, &name.into()).await.err()),
        plain(target_pools::in_region(compute, &name.into()).await.err()),
        routes::read(compute, name).await.err(),
        plain(vms::called(compute, &"r".into(), name).await.err()),
        plain(vms::exists(compute, &vm(name, "vm")).await.err()),
        plain(vms::exists(compute, &vm("z", name)).await.err()),
        subnets::namesake(compute, &name.into(), &"n".into()).await.err(),
        subnets::namesake(compute, &"r".into(), &name.into()).await.err(),
    ]
}

#[tokio::test(start_paused = true)]
async fn a_name_that_would_lead_elsewhere_is_not_sent_by_any_read() {
    let script = Script::of([]);
    let compute = client(&script);
    for name in hostile() {
        for (number, error) in reads(&compute, &name).await.into_iter().enumerate() {
            assert!(
                matches!(error, Some(ObserveError::Cloud(Error::Name { .. }))),
                "{number}: {name:.40?}: {error:?}"
            );
        }
    }
    assert!(script.calls().is_empty());
}

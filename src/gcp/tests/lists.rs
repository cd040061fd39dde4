//! Lists: every page, or an error.

use serde_json::{Value, json};

use super::script::{Script, client, ok};
use crate::gcp::error::{Class, Error};

fn url(path: &str) -> String {
    format!("https://www.googleapis.com/compute/v1/projects/p/{path}")
}

fn route(name: &str, network: &str) -> Value {
    json!({ "name": name, "network": url(&format!("global/networks/{network}")), "destRange": "10.0.0.0/24" })
}

#[tokio::test(start_paused = true)]
async fn routes_are_read_over_all_pages_and_only_of_the_network() {
    let script = Script::of([
        ok(json!({ "items": [route("a", "n"), route("b", "nn")], "nextPageToken": "2" })),
        ok(json!({ "nextPageToken": "3" })),
        ok(json!({ "items": [route("c", "n")], "nextPageToken": "" })),
    ]);
    let routes = client(&script).routes("n").await.unwrap();
    assert_eq!(routes.iter().map(|route| route.name.as_str()).collect::<Vec<_>>(), ["a", "c"]);
    let seen = script.seen();
    assert_eq!(script.calls(), vec!["GET global/routes"; 3]);
    assert_eq!(seen[0].query["filter"], "network eq \".*projects/p/global/networks/n\"");
    assert_eq!(seen[0].query["maxResults"], "500");
    assert_eq!(seen[0].query.get("pageToken"), None);
    assert_eq!(seen[1].query["pageToken"], "2");
    assert_eq!(seen[2].query["pageToken"], "3");
    assert_eq!(seen[2].query["filter"], seen[0].query["filter"]);
}

#[tokio::test(start_paused = true)]
async fn aggregated_lists_are_read_over_all_places() {
    let nothing = json!({ "warning": { "code": "NO_RESULTS_ON_PAGE", "message": "m" } });
    let script = Script::of([
        ok(json!({ "items": { "zones/a": { "instances": [{ "name": "x" }] }, "zones/b": nothing },
                   "nextPageToken": "2" })),
        ok(json!({ "items": { "zones/b": { "instances": [{ "name": "y" }, { "name": "z" }] } } })),
    ]);
    let vms = client(&script).instances().await.unwrap();
    assert_eq!(vms.iter().map(|vm| vm.name.as_str()).collect::<Vec<_>>(), ["x", "y", "z"]);
    assert_eq!(script.calls(), vec!["GET aggregated/instances"; 2]);

    let script = Script::of([ok(json!({ "items": { "regions/r": { "subnetworks": [
        { "name": "s", "network": url("global/networks/n") },
        { "name": "t", "network": url("global/networks/m") },
    ] } } }))]);
    let subnetworks = client(&script).subnetworks_of_network("n").await.unwrap();
    assert_eq!(subnetworks.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(), ["s"]);
    assert_eq!(script.calls(), ["GET aggregated/subnetworks"]);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_is_not_whole_is_an_error() {
    let warned = json!({ "code": "UNREACHABLE", "message": "The scope on zone 'zones/b' is unreachable." });
    let pages = [
        json!({ "items": { "zones/a": { "instances": [{ "name": "x" }] } }, "unreachables": ["zones/b"] }),
        json!({ "items": { "zones/a": { "instances": [{ "name": "x" }] }, "zones/b": { "warning": warned } } }),
        json!({ "items": { "zones/a": { "instances": [{ "name": "x" }] } }, "warning": warned }),
    ];
    for page in pages {
        let script = Script::of([ok(page)]);
        let failed = client(&script).instances().await.unwrap_err();
        assert!(matches!(failed, Error::Incomplete { .. }), "{failed}");
        assert_eq!(failed.class(), Class::Unavailable);
        assert!(failed.to_string().contains("zones/b"), "{failed}");
    }
    let script = Script::new(|_| ok(json!({ "nextPageToken": "again" })));
    let failed = client(&script).routes("n").await.unwrap_err();
    assert!(matches!(failed, Error::Incomplete { .. }), "{failed}");
}

/// Whoever asks for one region need not wait for another, but for each zone of that one.
#[tokio::test(start_paused = true)]
async fn what_another_region_lacks_is_nothing_to_a_list_of_one_region() {
    let page = |silent: &str, unreachables: Value, warning: Value| {
        json!({
            "items": {
                "zones/r1-a": { "instances": [{ "name": "x" }] }, "zones/r10-a": { "instances": [{ "name": "y" }] },
                silent: { "warning": { "code": "UNREACHABLE", "message": silent } },
            },
            "unreachables": unreachables, "warning": warning,
        })
    };
    let unreachable = || json!({ "code": "UNREACHABLE", "message": "some places do not answer" });
    let whole = [
        page("zones/r10-b", json!([]), Value::Null),
        page("zones/r2-a", json!(["zones/r2-a", "regions/r3"]), unreachable()),
        page("zones/r2-a", json!([url("zones/r2-a")]), unreachable()),
    ];
    for page in whole {
        let script = Script::of([ok(page)]);
        let vms = client(&script).instances_in("r1").await.unwrap();
        assert_eq!(vms.iter().map(|vm| vm.name.as_str()).collect::<Vec<_>>(), ["x"]);
        assert_eq!(script.seen()[0].query["returnPartialSuccess"], "true");
    }
    let lacking = [
        page("zones/r1-b", json!([]), Value::Null),
        page("zones/r2-a", json!(["zones/r2-a", "zones/r1-b"]), unreachable()),
        page("zones/r2-a", json!(["zones/r2-a", "somewhere"]), Value::Null),
        page("zones/r2-a", json!([]), unreachable()),
        page("zones/r2-a", json!(["zones/r2-a"]), json!({ "code": "SOMETHING_NEW" })),
    ];
    for page in lacking {
        let script = Script::of([ok(page.clone())]);
        let failed = client(&script).instances_in("r1").await.unwrap_err();
        assert!(matches!(failed, Error::Incomplete { .. }), "{page}: {failed}");
    }
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
    let operations = client(&script).operations_in_flight("r1").await.unwrap();
    assert_eq!(operations.iter().map(|o| o.name.as_str()).collect::<Vec<_>>(), ["a", "c", "d"]);
    assert_eq!(script.calls(), ["GET aggregated/operations"]);
    assert_eq!(script.seen()[0].query["filter"], "status ne DONE");
}

#[tokio::test(start_paused = true)]
async fn vms_are_listed_by_the_beginning_of_their_names() {
    let script = Script::of([ok(json!({ "items": { "zones/r1-a": { "instances": [
        { "name": "shoot--p--a-x" }, { "name": "shoot--p--ab" },
    ] } } }))]);
    let vms = client(&script).instances_called("r1", "shoot--p--a").await.unwrap();
    assert_eq!(vms.iter().map(|vm| vm.name.as_str()).collect::<Vec<_>>(), ["shoot--p--a-x"]);
    assert_eq!(script.seen()[0].query["filter"], "name eq \"shoot--p--a-.*\"");
}

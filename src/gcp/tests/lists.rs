//! Lists: every page, or an error.

use std::sync::Arc;

use serde_json::{Value, json};

use super::script::{Named, Script, client, ok};
use crate::gcp::error::{Class, Error};
use crate::gcp::{Extent, Path, Query};

fn url(path: &str) -> String {
    format!("https://www.googleapis.com/compute/v1/projects/p/{path}")
}

fn named(names: &[&str]) -> Value {
    names.iter().map(|name| json!({ "name": name })).collect()
}

fn names(list: &[Named]) -> Vec<&str> {
    list.iter().map(|item| item.name.as_str()).collect()
}

async fn routes(script: &Arc<Script>) -> Result<Vec<Named>, Error> {
    let compute = client(script);
    compute.list(&Path::global("routes"), &Query::of(compute.of_network("n")?)).await
}

async fn vms(script: &Arc<Script>, extent: Extent<'_>) -> Result<Vec<Named>, Error> {
    client(script).aggregated("instances", &Query::default(), extent).await
}

#[tokio::test(start_paused = true)]
async fn lists_are_read_over_all_pages_by_one_query() {
    let script = Script::of([
        ok(json!({ "items": named(&["a", "b"]), "nextPageToken": "2" })),
        ok(json!({ "nextPageToken": "3" })),
        ok(json!({ "items": named(&["c"]), "nextPageToken": "" })),
    ]);
    assert_eq!(names(&routes(&script).await.unwrap()), ["a", "b", "c"]);
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
        ok(
            json!({ "items": { "zones/a": { "instances": named(&["x"]), "warning": null }, "zones/b": nothing },
                   "nextPageToken": "2" }),
        ),
        ok(json!({ "items": { "zones/b": { "instances": named(&["y", "z"]), "new": { "a": 1 } } } })),
    ]);
    assert_eq!(names(&vms(&script, Extent::Everywhere).await.unwrap()), ["x", "y", "z"]);
    assert_eq!(script.calls(), vec!["GET aggregated/instances"; 2]);
    assert_eq!(script.seen()[0].query.get("returnPartialSuccess"), None);

    let script = Script::of([ok(json!({ "items": { "zones/a": { "instances": [{}] } } }))]);
    let failed = vms(&script, Extent::Everywhere).await.unwrap_err();
    assert!(matches!(failed, Error::Decode { .. }), "{failed}");
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
        let failed = vms(&script, Extent::Everywhere).await.unwrap_err();
        assert!(matches!(failed, Error::Incomplete { .. }), "{failed}");
        assert_eq!(failed.class(), Class::Unavailable);
        assert!(failed.to_string().contains("zones/b"), "{failed}");
    }
    let script = Script::new(|_| ok(json!({ "nextPageToken": "again" })));
    let failed = routes(&script).await.unwrap_err();
    assert!(matches!(failed, Error::Incomplete { .. }), "{failed}");
}

/// A list of one region does not depend on other regions, but on each zone of that region.
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
        let vms = vms(&script, Extent::Region(&"r1".into())).await.unwrap();
        assert_eq!(names(&vms), ["x"]);
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
        let failed = vms(&script, Extent::Region(&"r1".into())).await.unwrap_err();
        assert!(matches!(failed, Error::Incomplete { .. }), "{page}: {failed}");
    }
}

//! The form of mutations on the wire.

use http::Method;
use serde_json::{Value, json};

use super::script::{Script, client, delete_route, insert_network, ok, operation, set_aliases, set_nats};
use crate::gcp::mutation::{Mutation, Scope};

#[tokio::test(start_paused = true)]
async fn each_mutation_is_this_request() {
    for (mutation, call, body) in [
        (insert_network("n"), "POST global/networks", json!({ "name": "n" })),
        (set_nats("r", "x"), "PATCH regions/r/routers/x", json!({ "nats": [] })),
        (
            Mutation::new(Method::POST, Scope::Region("r".into()), "subnetworks", "expand")
                .of("s")
                .doing("expandIpCidrRange"),
            "POST regions/r/subnetworks/s/expandIpCidrRange",
            json!({}),
        ),
        (delete_route("x"), "DELETE global/routes/x", Value::Null),
        (
            set_aliases("z", "vm"),
            "PATCH zones/z/instances/vm/updateNetworkInterface",
            json!({ "aliasIpRanges": [], "fingerprint": "f=" }),
        ),
    ] {
        let script = Script::of([ok(operation("o", "DONE"))]);
        client(&script).run(&mutation).await.unwrap();
        let seen = script.seen().remove(0);
        assert_eq!((seen.call.as_str(), &seen.body), (call, &body), "{}", mutation.label());
        assert_eq!(seen.headers["authorization"], "Bearer t0ken");
        assert_eq!(seen.headers.get("content-type").is_some(), body != Value::Null);
        assert_eq!(
            seen.query.contains_key("networkInterface"),
            call.ends_with("updateNetworkInterface"),
            "{:?}",
            seen.query
        );
        assert!(seen.headers["user-agent"].to_str().unwrap().starts_with("gardener-extension-infra-gcp/"));
    }
}

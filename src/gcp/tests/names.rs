//! Names that are none, or would lead elsewhere, are not sent: in no call, at no place of it.

use std::sync::Arc;

use http::Method;
use serde_json::{Value, json};

use super::script::{Counting, Named, POLICY, Script, client, delete_route, insert_network, ok};
use crate::gcp::config::Config;
use crate::gcp::error::{Class, Error};
use crate::gcp::iam::{self, Iam};
use crate::gcp::mutation::{Mutation, Scope};
use crate::gcp::token::StaticToken;
use crate::gcp::{Compute, Path, Query};

/// Names of which none may reach a path.
pub(crate) fn hostile() -> Vec<String> {
    let mut names: Vec<String> = [
        "",
        ".",
        "..",
        "/",
        "a/b",
        "../zones/x",
        "projects/host/global/networks/x",
        "a?b",
        "a#b",
        "a%2Fb",
        "a b",
        "a\nb",
        "\u{1b}[2J",
        "a\0",
        "ä",
        ".*",
        "a\"b",
        "a|b",
        "a\\b",
    ]
    .map(str::to_owned)
    .into();
    names.push("a".repeat(700_000));
    names
}

/// Every form that the path of a mutation can have, with `name` at one place of it: all are made by the same function.
fn mutations(name: &str) -> Vec<Mutation> {
    let places = [Scope::Global, Scope::Region("r".into()), Scope::Zone("z".into())];
    let here = |method: &Method, scope: &Scope| Mutation::new(method.clone(), scope.clone(), "routers", "x");
    let mut mutations = Vec::new();
    for method in [Method::PATCH, Method::DELETE, Method::POST] {
        for scope in [Scope::Region(name.into()), Scope::Zone(name.into())] {
            mutations.push(here(&method, &scope));
            mutations.push(here(&method, &scope).of("s"));
        }
        for scope in &places {
            mutations.push(here(&method, scope).of(name));
            mutations.push(here(&method, scope).of(name).doing("expandIpCidrRange"));
        }
    }
    mutations
}

/// The errors of all reads, each with `name` at one place of its path.
async fn reads(compute: &Compute, name: &str) -> Vec<Option<Error>> {
    let paths = [
        Path::global("networks").name(name),
        Path::region(name, "routers").name("r"),
        Path::region("r", "routers").name(name),
        Path::zone(name, "instances").name("vm"),
        Path::zone("z", "instances").name(name),
    ];
    let mut errors = vec![compute.of_network(name).err()];
    for path in paths {
        errors.push(compute.get::<Named>(&path).await.err());
        errors.push(compute.list::<Named>(&path, &Query::default()).await.err());
    }
    errors
}

#[tokio::test(start_paused = true)]
async fn a_name_that_would_lead_elsewhere_is_not_sent_by_any_call() {
    let script = Script::of([]);
    let compute = client(&script);
    for name in hostile() {
        let mut errors = reads(&compute, &name).await;
        for mutation in mutations(&name) {
            errors.push(compute.run(&mutation).await.err());
        }
        for (number, error) in errors.into_iter().enumerate() {
            let error = error.unwrap();
            assert!(
                matches!(error, Error::Name { .. }) && error.was_not_sent(),
                "{number}: {name:.40?}: {error}"
            );
            assert_eq!((error.class(), error.is_transient()), (Class::Invalid, false));
            let text = error.to_string();
            assert!(text.len() < 1000 && !text.chars().any(char::is_control), "{number}: {text:.200?}");
        }
    }
    assert!(script.calls().is_empty());
}

#[tokio::test(start_paused = true)]
async fn neither_an_account_nor_a_project_leads_elsewhere() {
    let script = Script::of([]);
    let config = |project: &str| Config { policy: POLICY, ..Config::new(project, iam::ENDPOINT) };
    let made = |project: &str| {
        let tokens = Arc::new(StaticToken::new("t0ken").unwrap());
        Iam::new(config(project), script.clone(), tokens, Arc::new(Counting::default()))
    };
    let iam = made("p").unwrap();
    for name in hostile().into_iter().chain(["a@p:undelete".to_owned(), "@p".to_owned()]) {
        for error in
            [iam.service_account::<Value>(&name).await.err(), iam.delete_service_account(&name).await.err()]
        {
            assert!(matches!(error, Some(Error::Name { .. })), "{name:.40?}");
        }
        let project = made(&name).err();
        assert!(name == "a@p:undelete" || matches!(project, Some(Error::Name { .. })), "{name:.40?}");
    }
    assert!(script.calls().is_empty());
}

/// Names in answers of the API are not trusted more than others.
#[tokio::test(start_paused = true)]
async fn an_operation_with_a_name_that_leads_elsewhere_is_not_asked_for() {
    let script = Script::new(|_| ok(json!({ "name": "../../global/networks/n", "status": "RUNNING" })));
    let error = client(&script).run(&delete_route("r")).await.unwrap_err();
    assert!(matches!(error, Error::Decode { .. }), "{error}");
    assert_eq!(script.calls(), ["DELETE global/routes/r"]);
}

/// A body is no path: what is made there is refused by Google itself, if it is wrong.
#[tokio::test(start_paused = true)]
async fn a_new_name_stands_in_the_body_only() {
    let script = Script::of([ok(json!({ "name": "o", "status": "DONE" }))]);
    client(&script).run(&insert_network("a/b")).await.unwrap();
    assert_eq!(script.calls(), ["POST global/networks"]);
}

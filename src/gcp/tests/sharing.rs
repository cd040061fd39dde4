//! Tokens and pollers, which the clones of one client share, as all shoots of one project and credential do.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::future::{BoxFuture, join_all};
use serde_json::json;

use super::script::{Script, client_with, delete_route, ok, operation};
use crate::gcp::credentials::{
    COMPUTE_SCOPE, CredentialError, Credentials, Endpoints, SubjectToken, SubjectTokens,
    WorkloadIdentityTokens,
};

struct Subject;

impl SubjectTokens for Subject {
    fn subject_token(&self) -> BoxFuture<'_, Result<SubjectToken, CredentialError>> {
        Box::pin(async { Ok(SubjectToken::new("subject").unwrap()) })
    }
}

fn tokens(script: &Arc<Script>) -> Arc<WorkloadIdentityTokens> {
    let document = json!({ "type": "external_account", "audience": "a", "subject_token_type": "jwt" });
    let credentials = Credentials::from_json(document.to_string().as_bytes()).unwrap();
    let Credentials::ExternalAccount(account) = credentials else { panic!("{credentials:?}") };
    let (endpoints, subject) = (Endpoints::default(), Arc::new(Subject));
    let tokens = WorkloadIdentityTokens::new(&account, COMPUTE_SCOPE, &endpoints, subject, script.clone());
    Arc::new(tokens.unwrap())
}

#[tokio::test(start_paused = true)]
async fn clones_exchange_one_token_and_ask_for_their_operations_together() {
    let script = Script::new(|seen| {
        let of_route = |route: &str| operation(route, "RUNNING");
        match seen.call.split_once(' ').unwrap() {
            ("POST", "/v1/token") => ok(json!({ "access_token": "t", "expires_in": 3600 })),
            ("DELETE", path) => ok(of_route(path.rsplit('/').next().unwrap())),
            ("GET", "global/operations") => {
                let names = (0..5).map(|shoot| operation(&format!("r{shoot}"), "DONE"));
                ok(json!({ "items": names.collect::<Vec<_>>() }))
            }
            other => panic!("{other:?}"),
        }
    });
    let compute = client_with(&script, tokens(&script));
    let shoots = (0..5).map(|shoot| {
        let compute = compute.clone();
        async move { compute.run(&delete_route(&format!("r{shoot}"))).await.unwrap() }
    });
    join_all(shoots).await;
    let count = |call: &str| script.calls().iter().filter(|seen| *seen == call).count();
    assert_eq!((count("POST /v1/token"), count("GET global/operations")), (1, 1), "{:?}", script.calls());
    let borne: BTreeSet<_> = script
        .seen()
        .iter()
        .filter_map(|seen| seen.headers.get("authorization").cloned())
        .map(|header| header.to_str().unwrap().to_owned())
        .collect();
    assert_eq!(borne, BTreeSet::from(["Bearer t".to_owned()]));
}

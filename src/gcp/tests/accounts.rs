//! Service accounts: the form of calls, the meaning of their answers, and the calls that are sent again.

use std::sync::Arc;

use serde_json::{Value, json};

use super::script::{Counting, POLICY, Reply, Script, error, ok};
use crate::gcp::config::Config;
use crate::gcp::error::{Class, Error};
use crate::gcp::iam::{ENDPOINT, Iam};
use crate::gcp::token::StaticToken;
use crate::gcp::transport::Sent;

const EMAIL: &str = "shoot--p--a@p.iam.gserviceaccount.com";

fn scripted(script: &Arc<Script>) -> Iam {
    let config = Config { policy: POLICY, ..Config::new("p", ENDPOINT) };
    let tokens = Arc::new(StaticToken::new("t0ken").unwrap());
    Iam::new(config, script.clone(), tokens, Arc::new(Counting::default())).unwrap()
}

/// An error in the envelope of newer APIs.
fn status(code: u16, status: &str, reason: &str) -> Reply {
    let info =
        json!({ "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "d" });
    let details = if reason.is_empty() { json!([]) } else { json!([info]) };
    let error = json!({ "code": code, "message": "m", "status": status, "details": details });
    Reply::Answer(code, json!({ "error": error }), Vec::new())
}

#[tokio::test(start_paused = true)]
async fn each_call_is_this_request() {
    let account = json!({ "name": format!("projects/p/serviceAccounts/{EMAIL}"), "email": EMAIL,
                          "displayName": "a", "uniqueId": "104242424242424242424", "etag": "x" });
    let script = Script::of([ok(account.clone()), ok(account.clone()), ok(json!({}))]);
    let iam = scripted(&script);
    assert_eq!(iam.create_service_account("shoot--p--a", "a").await.unwrap(), account);
    assert_eq!(iam.service_account::<Value>(EMAIL).await.unwrap(), Some(account));
    iam.delete_service_account(EMAIL).await.unwrap();
    let (one, all) = (format!("serviceAccounts/{EMAIL}"), "serviceAccounts");
    assert_eq!(script.calls(), [format!("POST {all}"), format!("GET {one}"), format!("DELETE {one}")]);
    let seen = script.seen();
    assert_eq!(seen[0].body, json!({ "accountId": "shoot--p--a", "serviceAccount": { "displayName": "a" } }));
    for seen in seen {
        assert_eq!(seen.headers["authorization"], "Bearer t0ken");
        assert!(!seen.query.contains_key("requestId"), "IAM knows none: {:?}", seen.query);
    }
}

#[tokio::test(start_paused = true)]
async fn only_the_api_can_say_that_an_account_does_not_exist() {
    let not_found = || status(404, "NOT_FOUND", "");
    let iam = scripted(&Script::of([not_found(), not_found()]));
    assert_eq!(iam.service_account::<Value>(EMAIL).await.unwrap(), None);
    iam.delete_service_account(EMAIL).await.unwrap();
    let page = || Reply::Text(404, "<html>no such page</html>");
    let iam = scripted(&Script::of([page(), page()]));
    assert_eq!(iam.service_account::<Value>(EMAIL).await.unwrap_err().class(), Class::Other);
    assert_eq!(iam.delete_service_account(EMAIL).await.unwrap_err().class(), Class::Other);
    for email in ["", ".", "..", "a/../b"] {
        let refused = scripted(&Script::of([])).delete_service_account(email).await.unwrap_err();
        assert!(matches!(refused, Error::Name { .. }), "{email:?}: {refused}");
    }
}

#[tokio::test(start_paused = true)]
async fn errors_have_the_classes_of_all_calls() {
    for (reply, class) in [
        (status(401, "UNAUTHENTICATED", "ACCESS_TOKEN_EXPIRED"), Class::Unauthenticated),
        (status(403, "PERMISSION_DENIED", "IAM_PERMISSION_DENIED"), Class::Forbidden),
        (status(403, "PERMISSION_DENIED", "SERVICE_DISABLED"), Class::ApiDisabled),
        (status(409, "ALREADY_EXISTS", ""), Class::AlreadyExists),
        (status(400, "INVALID_ARGUMENT", ""), Class::Invalid),
    ] {
        let error = scripted(&Script::of([reply])).create_service_account("a", "a").await.unwrap_err();
        assert_eq!(error.class(), class, "{error}");
    }
}

/// A create bears nothing by which the server would know it again. A delete and a read need nothing of the kind.
#[tokio::test(start_paused = true)]
async fn a_create_whose_answer_is_lost_is_not_sent_again() {
    let lost = || Reply::Broken(Sent::Maybe);
    let script = Script::of([lost()]);
    let error_of = scripted(&script).create_service_account("a", "a").await.unwrap_err();
    assert_eq!((error_of.class(), error_of.is_transient()), (Class::Unavailable, true));

    let script = Script::of([Reply::Broken(Sent::No), error(429, "rateLimitExceeded"), ok(json!({}))]);
    scripted(&script).create_service_account("a", "a").await.unwrap();
    assert_eq!(script.calls().len(), 3, "what had no effect is sent again");

    let script = Script::of([lost(), status(503, "UNAVAILABLE", ""), status(404, "NOT_FOUND", "")]);
    scripted(&script).delete_service_account("a").await.unwrap();
    assert_eq!(script.calls().len(), 3);
}

//! Retries: which calls are sent again, when, and with which `requestId`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use futures::future::BoxFuture;
use http::HeaderValue;
use tokio::time::Instant;

use super::script::{
    Named, Reply, Script, client, client_with, delete_route, error, network, ok, operation, set_aliases,
    set_nats,
};
use crate::gcp::Path;
use crate::gcp::error::{Class, Error};
use crate::gcp::token::TokenSource;
use crate::gcp::transport::Sent;
use serde_json::json;

#[tokio::test(start_paused = true)]
async fn a_lost_reply_is_asked_for_again_under_the_same_request_id() {
    let script = Script::of([
        Reply::Broken(Sent::Maybe),
        error(503, "backendError"),
        ok(operation("o", "DONE")),
        ok(operation("o2", "DONE")),
    ]);
    let compute = client(&script);
    compute.run(&delete_route("r")).await.unwrap();
    compute.run(&delete_route("r")).await.unwrap();
    let ids: Vec<_> = script.seen().iter().map(|seen| seen.query["requestId"].clone()).collect();
    assert_eq!(script.calls(), vec!["DELETE global/routes/r"; 4]);
    assert_eq!(ids[0], ids[1]);
    assert_eq!(ids[0], ids[2]);
    assert_ne!(ids[0], ids[3], "another mutation has another id");
    assert_eq!(script.times(), [0, 1000, 3000, 3000]);
}

#[tokio::test(start_paused = true)]
async fn a_call_beyond_the_rate_waits_for_the_next_full_minute() {
    let mut refusal = error(403, "rateLimitExceeded");
    if let Reply::Answer(_, _, headers) = &mut refusal {
        headers.push(("date", "Sat, 21 Nov 2026 10:00:15 GMT".to_owned()));
    }
    let script = Script::of([refusal, ok(operation("o", "DONE"))]);
    client(&script).run(&delete_route("r")).await.unwrap();
    assert_eq!(script.times(), [0, 45_000]);
}

#[tokio::test(start_paused = true)]
async fn a_call_gives_up_after_its_attempts_or_rather_than_wait_too_long() {
    let script = Script::new(|_| error(503, "backendError"));
    let failed = client(&script).get::<Named>(&network()).await.unwrap_err();
    assert_eq!((failed.class(), script.times()), (Class::Unavailable, vec![0, 1000, 3000, 7000]));

    let script = Script::new(|_| Reply::Answer(503, json!({}), vec![("retry-after", "1000".to_owned())]));
    let failed = client(&script).get::<Named>(&network()).await.unwrap_err();
    assert_eq!((failed.class(), script.times()), (Class::Unavailable, vec![0]));
}

#[tokio::test(start_paused = true)]
async fn what_the_api_refuses_is_not_sent_again() {
    for (status, reason, class) in [
        (400, "invalid", Class::Invalid),
        (400, "resourceNotReady", Class::Busy),
        (403, "forbidden", Class::Forbidden),
        (403, "quotaExceeded", Class::Quota),
        (404, "notFound", Class::NotFound),
        (409, "alreadyExists", Class::AlreadyExists),
        (412, "conditionNotMet", Class::Policy),
    ] {
        let script = Script::new(move |_| error(status, reason));
        let failed = client(&script).run(&delete_route("r")).await.unwrap_err();
        assert_eq!((failed.class(), script.calls().len()), (class, 1), "{failed}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_precondition_is_stale_only_where_the_mutation_bore_a_fingerprint() {
    let guarded = set_aliases("z", "vm");
    let failed = json!({
        "name": "o", "status": "DONE", "error": { "errors": [{ "code": "CONDITION_NOT_MET" }] },
    });
    for (mutation, class) in [(guarded, Class::PreconditionFailed), (delete_route("r"), Class::Policy)] {
        let failed = failed.clone();
        for script in
            [Script::new(|_| error(412, "conditionNotMet")), Script::new(move |_| ok(failed.clone()))]
        {
            let failed = client(&script).run(&mutation).await.unwrap_err();
            assert_eq!(failed.class(), class, "{failed}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_come_is_given_up_early_and_asked_for_again_with_more_patience() {
    let script = Script::of([Reply::Never, Reply::Never, Reply::Never, ok(json!({ "name": "n" }))]);
    let network = client(&script).get::<Named>(&network()).await.unwrap().unwrap();
    assert_eq!((network.name.as_str(), script.times()), ("n", vec![0, 11_000, 33_000, 67_000]));

    let script = Script::of([Reply::Never, ok(operation("o", "DONE"))]);
    client(&script).run(&delete_route("r")).await.unwrap();
    let ids: Vec<_> = script.seen().iter().map(|seen| seen.query["requestId"].clone()).collect();
    assert_eq!((ids[0] == ids[1], script.times()), (true, vec![0, 11_000]));
}

#[tokio::test(start_paused = true)]
async fn what_is_sent_once_only_has_the_whole_time() {
    let began = Instant::now();
    let script = Script::of([Reply::Never]);
    let failed = client(&script).run_once(&set_nats("r", "router")).await.unwrap_err();
    assert_eq!((failed.class(), began.elapsed().as_secs()), (Class::Unavailable, 30), "{failed}");
}

/// One poll asks for all operations of a scope, so all of them would wait for it.
#[tokio::test(start_paused = true)]
async fn a_look_at_an_operation_that_is_not_answered_is_given_up_early() {
    let script = Script::of([ok(operation("o", "RUNNING")), Reply::Never, ok(operation("o", "DONE"))]);
    client(&script).run(&delete_route("r")).await.unwrap();
    assert!(script.times()[2] < 15_000, "{:?}", script.times());
}

#[tokio::test(start_paused = true)]
async fn only_the_api_can_say_that_an_object_does_not_exist() {
    let vm = Path::zone("z", "instances").name("i");
    let absent = Script::of([error(404, "notFound")]);
    assert_eq!(client(&absent).get::<Named>(&vm).await.unwrap(), None);
    assert_eq!(absent.calls(), ["GET zones/z/instances/i"]);
    let proxy = Script::of([Reply::Text(404, "<html>no such page</html>")]);
    let failed = client(&proxy).get::<Named>(&vm).await.unwrap_err();
    assert_eq!(failed.class(), Class::Other, "{failed}");
}

/// A source that gives a new token after each refusal, up to a last one.
struct Renewing {
    refusals: AtomicU32,
    last: u32,
}

impl TokenSource for Renewing {
    fn authorization(&self) -> BoxFuture<'_, Result<HeaderValue, Error>> {
        let token = self.refusals.load(Ordering::Relaxed).min(self.last);
        Box::pin(async move { Ok(HeaderValue::from(token)) })
    }

    fn rejected(&self) {
        self.refusals.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_replaced_once_if_there_is_another() {
    // how many tokens there are besides the first, which tokens are sent
    for (last, sent) in [(0, vec!["0"]), (1, vec!["0", "1"]), (9, vec!["0", "1"])] {
        let script = Script::new(|_| error(401, "authError"));
        let tokens = Arc::new(Renewing { refusals: AtomicU32::new(0), last });
        let failed = client_with(&script, tokens).get::<Named>(&network()).await.unwrap_err();
        assert_eq!(failed.class(), Class::Unauthenticated);
        let seen: Vec<_> = script
            .seen()
            .iter()
            .map(|seen| seen.headers["authorization"].to_str().unwrap().to_owned())
            .collect();
        assert_eq!(seen, sent);
    }
}

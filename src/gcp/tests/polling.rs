//! Polling of operations that are waited for.

use std::time::Duration;

use futures::future::join_all;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::script::{self, POLICY, Reply, Script, Seen, client, delete_route, error, ok, operation};
use crate::gcp::error::{Class, Error};
use crate::gcp::mutation::Mutation;

fn set_aliases(vm: usize) -> Mutation {
    script::set_aliases("z", &format!("vm{vm}"))
}

/// The operation that a mutation begins, named after the object of the mutation.
fn begun(seen: &Seen) -> Option<Reply> {
    let started = seen.call.strip_suffix("/updateNetworkInterface")?;
    let name = started.rsplit('/').next().unwrap_or_default();
    Some(ok(operation(name, "RUNNING")))
}

/// The operations that a list asks for.
fn asked(seen: &Seen) -> Vec<String> {
    let filter =
        seen.query["filter"].strip_prefix("name eq \"(").and_then(|f| f.strip_suffix(")\"")).unwrap();
    filter.split('|').map(str::to_owned).collect()
}

fn listed(names: &[String], status: &str) -> Reply {
    ok(json!({ "items": names.iter().map(|name| operation(name, status)).collect::<Vec<Value>>() }))
}

#[tokio::test(start_paused = true)]
async fn one_operation_is_asked_for_ever_more_seldom() {
    let mut polls = 0;
    let script = Script::new(move |seen| {
        if let Some(reply) = begun(seen) {
            return reply;
        }
        polls += 1;
        ok(operation("vm1", if polls == 6 { "DONE" } else { "PENDING" }))
    });
    let done = client(&script).run(&set_aliases(1)).await.unwrap();
    assert_eq!(done.operation.name, "vm1");
    assert_eq!(script.calls()[1..], vec!["GET zones/z/operations/vm1"; 6]);
    assert_eq!(script.times(), [0, 1000, 3000, 6000, 10_000, 14_000, 18_000]);
}

#[tokio::test(start_paused = true)]
async fn many_operations_of_a_scope_are_asked_for_in_lists() {
    let began = Instant::now();
    let script = Script::new(move |seen| match begun(seen) {
        Some(reply) => reply,
        None => {
            listed(&asked(seen), if began.elapsed() >= Duration::from_secs(6) { "DONE" } else { "RUNNING" })
        }
    });
    let compute = client(&script);
    let mutations: Vec<_> = (0..100).map(set_aliases).collect();
    let done = join_all(mutations.iter().map(|mutation| compute.run(mutation))).await;
    for (vm, done) in done.into_iter().enumerate() {
        assert_eq!(done.unwrap().operation.name, format!("vm{vm}"), "each gets its own");
    }
    let polls: Vec<_> = script.seen().into_iter().skip(100).collect();
    assert!(polls.iter().all(|poll| poll.call == "GET zones/z/operations" && asked(poll).len() <= 40));
    // Rounds at 1, 3 and 6 s, of three lists each.
    assert_eq!(polls.len(), 9);
    assert_eq!(began.elapsed(), Duration::from_secs(6));
}

#[tokio::test(start_paused = true)]
async fn operations_that_begin_one_after_the_other_share_rounds() {
    let began = Instant::now();
    let script = Script::new(move |seen| {
        let status = if began.elapsed() >= Duration::from_secs(8) { "DONE" } else { "RUNNING" };
        match begun(seen) {
            Some(reply) => reply,
            None if seen.query.contains_key("filter") => listed(&asked(seen), status),
            None => ok(operation(seen.call.rsplit('/').next().unwrap(), status)),
        }
    });
    let compute = client(&script);
    let runs = (0..40).map(|vm| {
        let compute = compute.clone();
        async move {
            sleep(Duration::from_millis(50 * vm as u64)).await;
            compute.run(&set_aliases(vm)).await.unwrap();
        }
    });
    join_all(runs).await;
    let polls = script.seen().len() - 40;
    let rounds = began.elapsed().as_millis() / POLICY.poll_first.as_millis();
    assert!(polls as u128 <= rounds, "{polls} polls in {rounds} rounds");
}

#[tokio::test(start_paused = true)]
async fn failures_to_look_that_pass_do_not_fail_the_mutation() {
    let script = Script::of([
        ok(operation("o", "PENDING")),
        error(503, "backendError"),
        error(403, "rateLimitExceeded"),
        Reply::Broken(crate::gcp::transport::Sent::Maybe),
        Reply::Never,
        ok(operation("o", "RUNNING")),
        ok(operation("o", "DONE")),
    ]);
    client(&script).run(&delete_route("r")).await.unwrap();
    assert_eq!(script.calls().last().unwrap(), "GET global/operations/o");
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_fails_is_the_error_of_its_mutation() {
    let mut failed = operation("o", "DONE");
    failed["error"] = json!({ "errors": [{ "code": "UNSUPPORTED_OPERATION", "message": "hides" }] });
    failed["httpErrorStatusCode"] = json!(400);
    for replies in [vec![ok(operation("o", "RUNNING")), ok(failed.clone())], vec![ok(failed.clone())]] {
        let script = Script::of(replies);
        let error = client(&script).run(&delete_route("r")).await.unwrap_err();
        assert_eq!(error.class(), Class::Unsupported);
        assert!(error.to_string().contains("delete route r"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_the_api_forgot_has_an_unknown_outcome() {
    let script = Script::of([
        ok(operation("o", "RUNNING")),
        error(404, "notFound"),
        error(404, "notFound"),
        error(404, "notFound"),
    ]);
    let failed = client(&script).run(&delete_route("r")).await.unwrap_err();
    assert!(matches!(failed, Error::OutcomeUnknown { cause: None, .. }), "{failed}");
    assert!(failed.class() != Class::NotFound && failed.is_transient());
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_a_list_lacks_is_asked_for_by_name() {
    let script = Script::new(|seen| match begun(seen) {
        Some(reply) => reply,
        None if seen.call == "GET zones/z/operations" => listed(&["vm1".to_owned()], "DONE"),
        None => ok(operation("vm2", "DONE")),
    });
    let compute = client(&script);
    let (first, second) = (set_aliases(1), set_aliases(2));
    let (first, second) = tokio::join!(compute.run(&first), compute.run(&second));
    assert_eq!((first.unwrap().operation.name, second.unwrap().operation.name), ("vm1".into(), "vm2".into()));
    assert_eq!(script.calls()[2..], ["GET zones/z/operations", "GET zones/z/operations/vm2"]);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_is_forbidden_leaves_the_answer_to_the_get() {
    let script = Script::new(|seen| begun(seen).unwrap_or_else(|| error(403, "forbidden")));
    let compute = client(&script);
    let (first, second) = (set_aliases(1), set_aliases(2));
    let (first, second) = tokio::join!(compute.run(&first), compute.run(&second));
    for failed in [first.unwrap_err(), second.unwrap_err()] {
        assert!(matches!(failed, Error::OutcomeUnknown { cause: Some(_), .. }), "{failed}");
        assert_eq!(failed.class(), Class::Forbidden);
    }
}

#[tokio::test(start_paused = true)]
async fn scopes_are_polled_apart() {
    let script = Script::new(|seen| match seen.call.as_str() {
        "DELETE global/routes/r" => ok(operation("g", "RUNNING")),
        "GET global/operations/g" => ok(operation("g", "DONE")),
        "GET zones/z/operations/vm1" => ok(operation("vm1", "DONE")),
        _ => begun(seen).unwrap(),
    });
    let compute = client(&script);
    let (zonal, global) = (set_aliases(1), delete_route("r"));
    let (zonal, global) = tokio::join!(compute.run(&zonal), compute.run(&global));
    assert_eq!((zonal.unwrap().operation.name, global.unwrap().operation.name), ("vm1".into(), "g".into()));
}

#[tokio::test(start_paused = true)]
async fn the_deadline_tells_what_is_still_under_way() {
    let began = Instant::now();
    let script = Script::new(|_| ok(operation("o", "RUNNING")));
    let failed = client(&script).run(&delete_route("r")).await.unwrap_err();
    assert_eq!(began.elapsed(), POLICY.deadline);
    assert!(matches!(&failed, Error::Deadline { operation: Some(o), .. } if o == "o"), "{failed}");
    assert!(failed.to_string().contains("delete route r"), "{failed}");

    let script = Script::new(|_| Reply::Never);
    let failed = client(&script).run(&delete_route("r")).await.unwrap_err();
    assert_eq!(failed.class(), Class::Unavailable);
}

#[tokio::test(start_paused = true)]
async fn when_the_one_who_polls_is_dropped_another_goes_on_and_nothing_stays() {
    let began = Instant::now();
    let script = Script::new(move |seen| match begun(seen) {
        Some(reply) => reply,
        None => {
            let status = if began.elapsed() >= Duration::from_secs(10) { "DONE" } else { "RUNNING" };
            match seen.call.as_str() {
                "GET zones/z/operations" => listed(&asked(seen), status),
                call => ok(operation(call.rsplit('/').next().unwrap(), status)),
            }
        }
    });
    let compute = client(&script);
    let leader = tokio::spawn({
        let compute = compute.clone();
        async move { compute.run(&set_aliases(1)).await.map(|_| ()) }
    });
    let follower = tokio::spawn({
        let compute = compute.clone();
        async move { compute.run(&set_aliases(2)).await.map(|_| ()) }
    });
    sleep(Duration::from_millis(3500)).await;
    let before = script.seen().len();
    leader.abort();
    follower.await.unwrap().unwrap();
    let after: Vec<_> = script.calls().into_iter().skip(before).collect();
    assert!(after.iter().all(|call| call == "GET zones/z/operations/vm2"), "{after:?}");
    let ended = script.seen().len();
    sleep(Duration::from_secs(60)).await;
    assert_eq!(script.seen().len(), ended, "nobody polls for nobody");
}

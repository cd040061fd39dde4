//! Faults of the cloud and of the seed: one at every second call that changes the cloud, many in a row, some at random.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use landscape::seed::memory::{Call, Verdict};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::Value;

use crate::support::{CloudFate, Setup, Simulation, block_on};

const KINDS: [CloudFate; 9] = [
    CloudFate::Refuse(412, "conditionNotMet"),
    CloudFate::Refuse(403, "rateLimitExceeded"),
    CloudFate::Refuse(403, "concurrentOperationsQuotaExceeded"),
    CloudFate::Refuse(409, "operationInProgress"),
    CloudFate::Refuse(503, "backendError"),
    CloudFate::ApplyAndRefuse(503, "backendError"),
    CloudFate::ApplyAndRefuse(412, "conditionNotMet"),
    CloudFate::LoseRequest,
    CloudFate::LoseReply,
];

/// A migration with `arrange`d faults comes out well, and none of them ends the retries.
fn check(setup: &Setup, what: &str, arrange: impl FnOnce(&Simulation)) {
    block_on(async {
        let simulation = Simulation::start(setup).await;
        let story = &simulation.story;
        let baseline = story.prepare().await.unwrap();
        let mark = simulation.mark();
        arrange(&simulation);
        let migration = story.migrate().await.unwrap_or_else(|error| panic!("{what}: {error}"));
        simulation.faults().end();
        simulation.seed.before(|_| Verdict::Pass);
        assert_eq!(simulation.codes(mark), Vec::<Value>::new(), "{what}");
        story.conclude().await.unwrap();
        let outcome = story.verify(&baseline, &migration).await.unwrap();
        assert!(outcome.complaints().is_empty(), "{what}: {:?}", outcome.complaints());
    });
}

/// `fate`, if such a thing happens to `request`: whoever bears no fingerprint fails no precondition, but for a policy, which does not
/// come and go.
fn fitting(fate: CloudFate, request: &http::Request<bytes::Bytes>) -> CloudFate {
    let precondition = matches!(fate, CloudFate::Refuse(412, _) | CloudFate::ApplyAndRefuse(412, _));
    let guarded = String::from_utf8_lossy(request.body()).contains("\"fingerprint\"");
    if precondition && !guarded { CloudFate::Pass } else { fate }
}

/// Calls to the cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Calls {
    Reads,
    Mutations,
}

/// `times` faults in a row from call `first` on, then from `step` calls later on, … until there is no such call.
fn at_each(calls: Calls, (first, step): (u32, usize), times: u32, fate: &CloudFate) {
    for at in (first..).step_by(step) {
        let count = Arc::new(AtomicU32::new(0));
        let what = format!("{times} × {fate:?} from number {at} of the {calls:?}");
        check(&Setup::new(2, 400 + u64::from(at)), &what, |simulation| {
            let (count, fate) = (count.clone(), fate.clone());
            simulation.faults().before(move |request| {
                let reads = request.method() == http::Method::GET;
                if reads != (calls == Calls::Reads) {
                    return CloudFate::Pass;
                }
                let number = count.fetch_add(1, Ordering::SeqCst) + 1;
                if (at..at + times).contains(&number) {
                    fitting(fate.clone(), request)
                } else {
                    CloudFate::Pass
                }
            });
        });
        if count.load(Ordering::SeqCst) < at {
            assert!(at > 8, "there are fewer than {at} {calls:?}");
            return;
        }
    }
}

/// A refusal at every second call, and at the calls between one that is applied all the same.
fn refused_in_both_ways(first: u32, code: u16, reason: &'static str) {
    at_each(Calls::Mutations, (first, 2), 1, &CloudFate::Refuse(code, reason));
    at_each(Calls::Mutations, (3 - first, 2), 1, &CloudFate::ApplyAndRefuse(code, reason));
}

#[test]
fn a_precondition_that_fails() {
    refused_in_both_ways(1, 412, "conditionNotMet");
}

#[test]
fn a_backend_error() {
    refused_in_both_ways(2, 503, "backendError");
}

#[test]
fn a_rate_limit() {
    at_each(Calls::Mutations, (1, 2), 1, &CloudFate::Refuse(403, "rateLimitExceeded"));
}

#[test]
fn a_quota_of_concurrent_operations() {
    at_each(Calls::Mutations, (2, 2), 1, &CloudFate::Refuse(403, "concurrentOperationsQuotaExceeded"));
}

#[test]
fn a_conflict() {
    at_each(Calls::Mutations, (1, 2), 1, &CloudFate::Refuse(409, "operationInProgress"));
}

#[test]
fn a_lost_request() {
    at_each(Calls::Mutations, (2, 2), 1, &CloudFate::LoseRequest);
}

#[test]
fn a_lost_reply() {
    at_each(Calls::Mutations, (1, 2), 1, &CloudFate::LoseReply);
}

#[test]
fn many_in_a_row_at_mutations() {
    for fate in [CloudFate::Refuse(409, "operationInProgress"), CloudFate::LoseReply] {
        at_each(Calls::Mutations, (1, 8), 40, &fate);
    }
}

#[test]
fn some_in_a_row_at_reads() {
    for fate in [
        CloudFate::Refuse(503, "backendError"),
        CloudFate::Refuse(403, "rateLimitExceeded"),
        CloudFate::LoseReply,
    ] {
        at_each(Calls::Reads, (1, 200), 3, &fate);
    }
}

/// Writes of the state are the controller's alone.
fn writes_state(call: &Call) -> bool {
    call.method == "PATCH" && call.body.pointer("/status/state").is_some()
}

fn verdicts() -> [Verdict; 4] {
    let fail = |code, reason: &str| Verdict::Fail(code, reason.to_owned());
    [fail(409, "Conflict"), fail(500, "InternalError"), Verdict::DropRequest, Verdict::DropReply]
}

/// They take turns.
#[test]
fn one_at_each_state_write() {
    for (at, verdict) in (1..14).zip(verdicts().into_iter().cycle()) {
        check(&Setup::new(2, 700 + at), &format!("{verdict:?} at state write {at}"), |simulation| {
            let mut count = 0;
            simulation.seed.before(move |call| {
                count += u64::from(writes_state(call));
                if writes_state(call) && count == at { verdict.clone() } else { Verdict::Pass }
            });
        });
    }
}

#[test]
fn some_everywhere_at_random() {
    for seed in 800..804 {
        check(&Setup::new(4, seed), &format!("seed {seed}"), |simulation| {
            let mut rng = StdRng::seed_from_u64(seed);
            simulation.faults().before(move |request| match rng.random_range(0..100) {
                0..8 => fitting(KINDS[rng.random_range(0..KINDS.len())].clone(), request),
                _ => CloudFate::Pass,
            });
            let mut rng = StdRng::seed_from_u64(seed + 1);
            simulation.seed.before(move |call| match rng.random_range(0..100) {
                0..10 if writes_state(call) => verdicts()[rng.random_range(0..4)].clone(),
                _ => Verdict::Pass,
            });
        });
    }
}

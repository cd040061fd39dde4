//! A call that is carried out and never answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use gardener_extension_infra_gcp::extension::Requeue;

use serde_json::Value;

use super::documents::Shoot;
use super::life::{Life, Setup};
use crate::support::{CloudFate, block_on};

/// The most that one answer that never comes may cost.
const COST: Duration = Duration::from_secs(15);

/// The names of all that is there, by kind; of the routes that Google makes, which it gives names of its own, how many there are.
fn names(dump: &Value) -> Vec<String> {
    let mut names = Vec::new();
    for (kind, objects) in dump.as_object().unwrap() {
        for object in objects.as_array().into_iter().flatten() {
            let name = object["name"].as_str().unwrap_or_default();
            names.push(format!("{kind} {}", name.split("default-route").next().unwrap_or_default()));
        }
    }
    names.sort();
    names
}

/// How long it takes to make a shoot's infrastructure if call number `silent` is not answered, and what is there then; none: there are
/// not so many calls.
async fn created(silent: Option<usize>) -> Option<(Duration, Vec<String>)> {
    let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::dual_stack());
    let calls = Arc::new(AtomicUsize::new(0));
    let count = calls.clone();
    life.cloud.faults.before(move |_| match Some(count.fetch_add(1, Ordering::SeqCst)) == silent {
        true => CloudFate::Silence,
        false => CloudFate::Pass,
    });
    life.create(&shoot);
    let began = life.time.elapsed();
    assert_eq!(life.reconcile(&shoot).await, Requeue::OnChange, "call {silent:?}: {:#}", life.status(&shoot));
    let reached = silent.is_none_or(|silent| calls.load(Ordering::SeqCst) > silent);
    reached.then(|| (life.time.elapsed() - began, names(&life.dump())))
}

/// But for the change of a router's NATs, which is sent once only, and has its time.
#[test]
fn one_answer_that_never_comes_costs_seconds_and_nothing_is_made_twice() {
    block_on(async {
        let (usual, wanted) = created(None).await.unwrap();
        let (mut silent, mut dear) = (0, 0);
        while let Some((took, made)) = created(Some(silent)).await {
            assert_eq!(made, wanted, "call {silent}");
            dear += usize::from(took > usual + COST);
            silent += 1;
        }
        assert!(wanted.len() > 10, "{wanted:?}");
        assert!(silent > 30, "there are only {silent} calls");
        assert!(dear <= 1, "{dear} of {silent} calls cost more");
    });
}

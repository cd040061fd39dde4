//! Documents that nobody who means well has written: 2,000 of them, each through a whole reconciliation, with a healthy shoot
//! beside them.
//!
//! None makes it panic, or keeps the healthy one waiting; each comes to an end that its status tells; nothing of them makes a line
//! of the log longer than a line, or gets into the path of a call.

mod access;
mod documents;
mod log;

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use planner::journal;
use planner::vocabulary::is_name;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::Value;

use super::documents::Shoot;
use super::life::{Life, Setup};
use crate::log::Log;
use crate::support::block_on;
use access::Checked;
use documents::Hostile;

/// How many documents there are in a test, of which there are four, to be run side by side.
const DOCUMENTS: u64 = 500;
/// How many there are at a time.
const AT_A_TIME: usize = 50;
/// The longest that a shoot may take that has nothing to do with them, in virtual time.
const SERVED_WITHIN: Duration = Duration::from_secs(30);
/// How often it asks.
const ASKED_EVERY: Duration = Duration::from_secs(20);
/// The longest that anything may take to its end.
const ENDED_WITHIN: Duration = Duration::from_secs(1200);
/// The longest that a field of a line of the log may be, in bytes.
const LINE: usize = 1024;
/// Words of the API in paths that are no names.
const WORDS: [&str; 5] =
    ["expandIpCidrRange", "updateNetworkInterface", "forwardingRules", "targetPools", "serviceAccounts"];

#[test]
fn whatever_documents_say_it_is_told_and_harms_nobody_else() {
    check(0);
}

#[test]
fn whatever_documents_say_it_is_told_and_harms_nobody_else_second_quarter() {
    check(1);
}

#[test]
fn whatever_documents_say_it_is_told_and_harms_nobody_else_third_quarter() {
    check(2);
}

#[test]
fn whatever_documents_say_it_is_told_and_harms_nobody_else_last_quarter() {
    check(3);
}

fn check(quarter: u64) {
    let seeds: Vec<u64> = (quarter * DOCUMENTS..(quarter + 1) * DOCUMENTS).collect();
    let mut wrong = Vec::new();
    for batch in seeds.chunks(AT_A_TIME) {
        let (log, _logging) = Log::start();
        wrong.extend(block_on(outcome(batch)));
        wrong.extend(log::wrong(&log, LINE, batch));
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// What goes wrong with the documents of these seeds.
async fn outcome(seeds: &[u64]) -> Vec<String> {
    let mut life = Life::new(&Setup::default()).await;
    life.reach_through(|access| Arc::new(Checked::new(access)));
    let healthy = Shoot::usual();
    life.create(&healthy);
    life.settle(&healthy).await;
    life.calls();
    let times = Cell::new(0);
    let mut wrong = tokio::select! {
        // In this order, so that a seed says all.
        biased;
        wrong = hostile(&life, seeds) => wrong,
        waits = served(&life, &healthy, &times) => vec![format!("seeds {seeds:?}: the healthy shoot waits: {waits:#}")],
    };
    assert!(
        times.get() > 0 || !wrong.is_empty(),
        "seeds {seeds:?} are over before anybody else can be served"
    );
    for call in life.calls() {
        if !call.path.split('/').all(|segment| is_name(segment) || WORDS.contains(&segment)) {
            wrong.push(format!("seeds {seeds:?}: {} has the path {}", call.label, call.path));
        }
    }
    wrong
}

/// One document after the other.
async fn hostile(life: &Life, seeds: &[u64]) -> Vec<String> {
    let mut wrong = Vec::new();
    for seed in seeds {
        let hostile = write(life, *seed);
        let reconciled = tokio::time::timeout(ENDED_WITHIN, life.reconcile(&hostile.shoot)).await;
        if reconciled.is_err() || !has_ended(life.object(&hostile.shoot).as_ref()) {
            let operation = life.status(&hostile.shoot).to_string();
            wrong.push(format!("seed {seed}: no end: {}: {operation:.3000}", hostile.about));
        }
        wrong.extend(unreadable(life, &hostile));
    }
    wrong
}

/// Asks for the healthy shoot time and again; ends with its status once that is not served in time.
async fn served(life: &Life, healthy: &Shoot, times: &Cell<u32>) -> Value {
    loop {
        life.ask(healthy, "reconcile").await;
        if tokio::time::timeout(SERVED_WITHIN, life.settle(healthy)).await.is_err() {
            return life.status(healthy);
        }
        times.set(times.get() + 1);
        tokio::time::sleep(ASKED_EVERY).await;
    }
}

/// Writes the documents of `seed` as the API server takes them.
fn write(life: &Life, seed: u64) -> Hostile {
    let mut rng = StdRng::seed_from_u64(seed);
    for _ in 0..1000 {
        let hostile = Hostile::draw(&mut rng, seed);
        if hostile.objects().iter().all(|object| life.seed.put(object).is_ok()) {
            life.excuse(&hostile.shoot.name);
            return hostile;
        }
    }
    panic!("seed {seed}: the API server takes nothing of it");
}

/// Success, or an error that is told with a code. There is none where a code would end gardenlet's tries too early: the state cannot
/// be read, or tells of a migration, so that the cloud-controller-manager may be off; or what is missing may come.
fn has_ended(object: Option<&Value>) -> bool {
    let Some(object) = object else { return true };
    let (operation, error) = (&object["status"]["lastOperation"], &object["status"]["lastError"]);
    let text = error["description"].as_str().unwrap_or_default();
    // As it comes over the wire: what nests too deep cannot be read there.
    let state = serde_json::from_str::<Value>(&object["status"]["state"].to_string());
    let goes_on = state.map_or(true, |state| {
        let state = journal::decode(Some(&state).filter(|state| !state.is_null()));
        state.map_or(true, |state| state.journal.phase.is_some())
    });
    match operation["state"].as_str() {
        Some("Succeeded") => true,
        Some("Error") => {
            error["codes"].is_array() || !text.is_empty() && (goes_on || text.contains("does not exist"))
        }
        _ => false,
    }
}

/// Whether people cannot read what its status tells.
fn unreadable(life: &Life, hostile: &Hostile) -> Option<String> {
    let status = life.status(&hostile.shoot);
    let texts = [&status["lastOperation"]["description"], &status["lastError"]["description"]];
    let mut texts = texts.into_iter().filter_map(Value::as_str);
    let odd = texts.find(|text| text.len() > 4000 || text.contains(char::is_control));
    odd.map(|text| format!("seed {}: {:.500?}", hostile.seed, text))
}

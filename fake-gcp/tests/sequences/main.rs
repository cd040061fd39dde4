//! Random sequences of valid and invalid calls never break what must hold of every world.
//!
//! `SEQUENCES` says how many are gone through, `SEQUENCE` picks one; `make sequences` goes through many, in a release build.

#![cfg(test)]

mod calls;
mod invariants;

use std::time::Duration;

use bytes::Bytes;
use fake_gcp::time::Instant;
use fake_gcp::{Settings, World};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

/// Number of sequences, if nothing else is asked for.
const FEW: u64 = 2000;

/// Number of calls of a sequence.
const CALLS: usize = 50;

/// Number of calls between two looks at the whole.
const LOOK: usize = 25;

/// A world and its time.
struct Fake {
    world: World,
    now: Instant,
    accepted: usize,
}

impl Fake {
    fn new(seed: u64) -> Self {
        let settings = format!("{{authentication: anonymous, seed: {seed}}}");
        let mut world = World::new(serde_saphyr::from_str::<Settings>(&settings).unwrap());
        world.load(&serde_saphyr::from_str("projects: [p]").unwrap()).unwrap();
        Self { world, now: Instant::EPOCH, accepted: 0 }
    }

    /// Status and body of the answer to a call below the project.
    fn call(&mut self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let path = format!("/compute/v1/projects/p/{path}");
        let path = path.trim_end_matches('/');
        let request = http::Request::builder().method(method).uri(path).body(Bytes::from(body)).unwrap();
        let response = self.world.handle(self.now, &request);
        (response.status().as_u16(), serde_json::from_slice(response.body()).unwrap_or_default())
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().filter(|text| !text.is_empty()).map(|text| text.parse().unwrap())
}

fn go_through(seed: u64) -> usize {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut fake = Fake::new(seed);
    calls::begin(&mut fake);
    let mut told = Vec::new();
    for step in 1..=CALLS {
        let call = calls::draw(&mut random, &mut fake);
        let (status, _) = fake.call(call.method, &call.path, &call.body);
        told.push(format!("{status} {} {} {}", call.method, call.path, call.body));
        assert!([200, 400, 403, 404, 409, 412].contains(&status), "seed {seed}: {told:#?}");
        fake.accepted += usize::from(status == 200);
        fake.now = fake.now + Duration::from_micros(random.random_range(0..2_500));
        if step % LOOK == 0 {
            let broken = invariants::broken(&mut fake);
            assert!(broken.is_empty(), "seed {seed}: {broken:#?} after {told:#?}");
        }
    }
    fake.accepted
}

#[test]
fn no_sequence_of_calls_breaks_the_world() {
    let (first, count) = match (number("SEQUENCE"), number("SEQUENCES")) {
        (Some(one), _) => (one, 1),
        (None, count) => (0, count.unwrap_or(FEW)),
    };
    let accepted: usize = (first..first + count).map(go_through).sum();
    let share = accepted as f64 / (count as f64 * CALLS as f64);
    println!("{count} sequences of {CALLS} calls, {:.0} % of which were accepted", share * 100.0);
    assert!(count < 10 || (0.2..0.9).contains(&share), "both valid and invalid calls must be drawn: {share}");
}

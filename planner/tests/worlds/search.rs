//! The search through many worlds: each is gone through, and one that fails is drawn again with fewer features as long as it fails in the
//! same way. Knows nothing of what a world is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use super::draw::Draw;

/// The stack of a thread that goes through worlds, in bytes: where they run whole, one call goes through controller, seed, kubelets and
/// cloud on it.
const STACK: usize = 16 << 20;

/// The failures after which a search ends.
const ENOUGH: usize = 24;
/// The worlds that are gone through to make one that fails smaller.
const TRIES: usize = 60;

/// What went wrong: what kind of thing, and all about it.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) kind: &'static str,
    pub(crate) text: String,
}

/// A failure.
pub(crate) fn failed<T>(kind: &'static str, text: impl Into<String>) -> Result<T, Failure> {
    Err(Failure { kind, text: text.into() })
}

/// What becomes of a world: what happened in it, if somebody asked for that, and how it ended.
pub(crate) type Went = (Vec<String>, Result<String, Failure>);

/// Goes through the worlds that the environment names: `WORLDS_SEED` one of them with all that happens, or `WORLDS_SEEDS` many, from
/// `WORLDS_FROM` on; `seeds` if nothing is said. `WORLDS_WITHOUT` names features that they shall not have. `options` are those of `make
/// worlds` beside these.
///
/// `go_through` goes through the world of a draw; it traces what happens if the flag says so.
pub(crate) fn search(options: &str, seeds: u64, go_through: impl Fn(&mut Draw, bool) -> Went + Sync) {
    let without: BTreeSet<String> = std::env::var("WORLDS_WITHOUT")
        .ok()
        .into_iter()
        .flat_map(|text| text.split(',').map(str::to_owned).collect::<Vec<_>>())
        .filter(|feature| !feature.is_empty())
        .collect();
    if let Some(seed) = number("WORLDS_SEED") {
        let mut draw = Draw::new(seed, without);
        let (log, done) = go_through(&mut draw, true);
        println!("{}\nfeatures: {:?}", log.join("\n"), draw.got());
        match done {
            Ok(end) => println!("end: {end}"),
            Err(failure) => panic!("{}: {}", failure.kind, failure.text),
        }
        return;
    }
    let (from, seeds) = (number("WORLDS_FROM").unwrap_or(0), number("WORLDS_SEEDS").unwrap_or(seeds));
    println!("worlds {from} to {}", from + seeds - 1);
    let next = AtomicU64::new(from);
    let failures: Mutex<Vec<String>> = Mutex::default();
    let ends: Mutex<BTreeMap<String, u64>> = Mutex::default();
    let go_through = |draw: &mut Draw| {
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| go_through(draw, false)));
        caught.map_or_else(|_| failed("panic", "see above"), |(_, done)| done)
    };
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= from + seeds || failures.lock().unwrap().len() >= ENOUGH {
                return;
            }
            let mut draw = Draw::new(seed, without.clone());
            match go_through(&mut draw) {
                Ok(end) => *ends.lock().unwrap().entry(end).or_default() += 1,
                Err(failure) => {
                    let small = shrink(draw, failure.kind, &go_through);
                    let (command, got) = (small.command(options), small.got());
                    let text = format!("{}: {} {got:?}\n    {command}", failure.kind, failure.text);
                    println!("{text}");
                    failures.lock().unwrap().push(command);
                }
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..2 {
            std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).unwrap();
        }
    });
    println!("ends: {:?}", ends.lock().unwrap());
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{} worlds fail:\n    {}", failures.len(), failures.join("\n    "));
}

/// The same draw with as few features as still fail in the same way.
fn shrink(draw: Draw, kind: &str, go_through: &impl Fn(&mut Draw) -> Result<String, Failure>) -> Draw {
    let (mut smallest, mut tries) = (draw, TRIES);
    loop {
        let features = smallest.got().to_vec();
        let smaller = features.iter().find_map(|feature| {
            tries = tries.checked_sub(1)?;
            let mut less = smallest.less(feature);
            go_through(&mut less).is_err_and(|failure| failure.kind == kind).then_some(less)
        });
        match smaller {
            Some(smaller) => smallest = smaller,
            None => return smallest,
        }
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().filter(|text| !text.is_empty()).map(|text| text.parse().unwrap())
}

//! Worlds drawn at random: the planner goes through them, forward and back, and an independent judge reads what becomes of them.
//!
//! `make worlds SEEDS=20000` goes through many. A world that fails is drawn again with fewer features as long as it fails in the same way,
//! and one line says how to see it.

#![cfg(test)]

mod draw;
mod ends;
mod event;
mod google;
mod judge;
mod nature;
mod scenario;
mod walk;
mod world;

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use draw::Draw;
use ends::{Way, as_promised, lead};
use walk::{End, Failure, Walk};

/// The seeds of an ordinary test run.
const SEEDS: u64 = 150;
/// The runs in which everything happens that is to happen.
const RUNS: usize = 12;
/// The failures after which the search ends.
const ENOUGH: usize = 24;

/// Goes through the world of `draw`.
fn go_through(draw: &mut Draw, traced: bool) -> (Vec<String>, Result<String, Failure>) {
    let scenario = scenario::draw(draw);
    let mut walk = Walk::new(scenario.world, scenario.script, scenario.random, traced);
    let mut log = Vec::new();
    let done = attempt(&mut walk, &scenario.probes, scenario.quiet, &mut log);
    let mut all = walk.log.take().unwrap_or_default();
    all.extend(log);
    (all, done)
}

fn attempt(walk: &mut Walk, probes: &[usize], quiet: bool, log: &mut Vec<String>) -> Result<String, Failure> {
    walk.judge.look(&walk.world).or_else(|text| walk::failed("cut off", text))?;
    let first = walk.decide().verdict;
    let before = walk.world.cloud.clone();
    let mut seen: Vec<Walk> = Vec::new();
    let mut last = End::Died;
    for run in 0..RUNS {
        last = walk.run(&mut |walk: &Walk| {
            if probes.contains(&walk.pass) {
                seen.push(walk.clone());
            }
            Ok(())
        })?;
        if run == 0 && quiet {
            as_promised(&first, &last, walk.world.cloud == before)?;
        }
        let calm = walk.script.events.is_empty();
        match last {
            End::Success { unfinished: false } if calm => break,
            End::Success { unfinished: false } => {
                // Nothing is asked for until the next event.
                walk.pass = walk.script.events.iter().map(|(pass, _)| *pass).min().unwrap_or(walk.pass);
            }
            _ if calm && run > 4 => break,
            _ => {}
        }
        let until = walk.world.later(60);
        walk.world.pass_time(until);
    }
    seen.push(walk.clone());
    for reached in seen {
        for way in [Way::Forward, Way::Back, Way::Away] {
            let traced = reached.log.is_some();
            let mut probe = reached.clone();
            probe.log = traced.then(|| vec![format!("from pass {}", reached.pass)]);
            if let Err(failure) = lead(&mut probe, way) {
                log.extend(probe.log.into_iter().flatten());
                return Err(failure);
            }
        }
    }
    Ok(format!("{last:?}").split('(').next().unwrap_or_default().to_owned())
}

/// The same draw with as few features as still fail in the same way.
fn shrink(draw: Draw, kind: &str) -> Draw {
    let mut smallest = draw;
    loop {
        let features = smallest.got().to_vec();
        let smaller = features.iter().find_map(|feature| {
            let mut less = smallest.less(feature);
            let (_, done) = go_through(&mut less, false);
            done.is_err_and(|failure| failure.kind == kind).then_some(less)
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

#[test]
fn every_world_is_refused_untouched_carried_to_the_end_or_taken_back() {
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
        if let Err(failure) = done {
            panic!("{}: {}", failure.kind, failure.text);
        }
        return;
    }
    let (from, seeds) = (number("WORLDS_FROM").unwrap_or(0), number("WORLDS_SEEDS").unwrap_or(SEEDS));
    println!("worlds {from} to {}", from + seeds - 1);
    let next = AtomicU64::new(from);
    let failures: Mutex<Vec<(String, String)>> = Mutex::new(Vec::new());
    let ends: Mutex<std::collections::BTreeMap<String, u64>> = Mutex::default();
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= from + seeds || failures.lock().unwrap().len() >= ENOUGH {
                return;
            }
            let mut draw = Draw::new(seed, without.clone());
            let caught =
                std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| go_through(&mut draw, false)));
            match caught {
                Ok((_, Ok(end))) => *ends.lock().unwrap().entry(end).or_default() += 1,
                Ok((_, Err(failure))) => {
                    let small = shrink(draw, failure.kind);
                    let text = format!("{}: {} {:?}", failure.kind, failure.text, small.got());
                    failures.lock().unwrap().push((small.command(), text));
                }
                Err(_) => failures.lock().unwrap().push((draw.command(), "panic".to_owned())),
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(work);
        }
    });
    println!("ends: {:?}", ends.lock().unwrap());
    let failures = failures.into_inner().unwrap();
    let text: Vec<String> = failures.iter().map(|(command, text)| format!("{text}\n    {command}")).collect();
    assert!(failures.is_empty(), "{} worlds fail:\n{}", failures.len(), text.join("\n"));
}

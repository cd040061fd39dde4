//! Worlds drawn at random: the planner goes through them, forward and back, and an independent judge reads what becomes of them.
//!
//! `make worlds SEEDS=20000` goes through many. A world that fails is drawn again with fewer features as long as it fails in the same way,
//! and one line says how to see it.

#![cfg(test)]

mod beyond;
mod draw;
mod ends;
mod event;
mod google;
mod heed;
mod judge;
mod late;
mod nature;
mod pods;
mod scenario;
mod search;
mod walk;
mod world;

use draw::Draw;
use ends::{Way, as_promised, lead};
use search::{Failure, Went, failed, search};
use walk::{End, Walk};

/// The seeds of an ordinary test run.
const SEEDS: u64 = 150;
/// The runs in which everything happens that is to happen.
const RUNS: usize = 12;

/// Goes through the world of `draw`.
fn go_through(draw: &mut Draw, traced: bool) -> Went {
    let scenario = scenario::draw(draw);
    let mut walk = Walk::new(scenario.world, scenario.script, scenario.random, traced);
    let mut log = Vec::new();
    let done = attempt(&mut walk, &scenario.probes, scenario.quiet, &mut log);
    let mut all = walk.log.take().unwrap_or_default();
    all.extend(log);
    (all, done)
}

fn attempt(walk: &mut Walk, probes: &[usize], quiet: bool, log: &mut Vec<String>) -> Result<String, Failure> {
    walk.judge.look(&walk.world).or_else(|text| failed("cut off", text))?;
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

#[test]
fn every_world_is_refused_untouched_carried_to_the_end_or_taken_back() {
    search("", SEEDS, go_through);
}

//! The growth of a call's work with the world that it meets: `make growth` prints it, and fails if any call becomes dearer by more
//! than a logarithm.
//!
//! Work is counted, not timed: the compiler instruments the fake as for profile-guided optimisation (`-Cprofile-generate`), a run
//! writes down how often each branch of the code was taken, and the sum of that is the work. The work of a call is by how much that
//! of a run becomes more if it is made [`TIMES`] times. Lists are asked for one page of always the same size.

#[path = "../../../build/profile.rs"]
mod profile;
mod world;

use std::process::ExitCode;

use world::{CALLS, Caller};

/// Sizes of the two worlds: the number of resources of each kind.
const SIZES: [usize; 2] = [500, 4_000];
/// Number of times that a call is made.
const TIMES: usize = 50;
/// The most by which a call may become dearer. Maps become deeper by a few steps; what looks at each resource becomes dearer by up
/// to eight times, and is found when it is a tenth of the smaller work.
const BOUND: f64 = 1.6;

type Error = Box<dyn std::error::Error>;

fn main() -> Result<ExitCode, Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [] => measure(),
        [call, size] => {
            let mut caller = Caller::new(size.parse()?)?;
            if let Some(call) = CALLS.iter().find(|known| known.0 == call) {
                (0..TIMES).try_for_each(|turn| (call.1)(&mut caller, turn))?;
            }
            Ok(ExitCode::SUCCESS)
        }
        _ => Err("usage: growth_of_calls".into()),
    }
}

/// Prints the table.
fn measure() -> Result<ExitCode, Error> {
    let [small, large] = SIZES;
    println!("branches taken by a call, with {small} and with {large} resources of each kind in the world");
    let work = |call: &str, size: usize| Ok::<_, Error>(profile::work(&[call, &size.to_string()])?.0);
    let (none, none_large) = (work("none", small)?, work("none", large)?);
    let mut dearer = Vec::new();
    for (call, _) in CALLS {
        let before = work(call, small)?.saturating_sub(none) / TIMES as u64;
        let after = work(call, large)?.saturating_sub(none_large) / TIMES as u64;
        if before < 1_000 {
            return Err(format!("{call}: {before} branches: nothing is counted").into());
        }
        let growth = after as f64 / before as f64;
        println!("{call:<44}{before:>9}{after:>9}{growth:>7.2}");
        if growth > BOUND {
            dearer.push(call);
        }
    }
    if dearer.is_empty() {
        println!("ok: nothing becomes dearer by more than {BOUND}");
        return Ok(ExitCode::SUCCESS);
    }
    println!("too much: {} by more than {BOUND}", dearer.join(", "));
    Ok(ExitCode::FAILURE)
}

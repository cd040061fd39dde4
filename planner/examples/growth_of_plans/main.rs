//! The growth of the planner's work with the nodes of a shoot: `make growth` prints it, and fails if it is more than linear.
//!
//! Work is counted, not timed: the compiler instruments the planner as for profile-guided optimisation (`-Cprofile-generate`), a run
//! writes down how often each branch of the code was taken, and the sum of that is the work. It is the same on every machine, however
//! busy; only the order of hash maps, which differs by run, makes it vary by less than a thousandth. What is compiled elsewhere, such
//! as the allocator, is not counted.
//!
//! The work is that of two lives of a shoot, whose snapshots change as if each action had just its effect. One shoot is created, filled
//! with nodes, half migrated, taken back, migrated and deleted; the other one is deleted with all its routes. All routes and aliases are
//! changed in one wave, so that the number of passes does not depend on the nodes. The work of a stage is by how much it becomes more if
//! the stage is run twice in each pass.

mod life;
#[path = "../../../build/profile.rs"]
mod profile;

use std::process::ExitCode;

use life::Stage;

/// Numbers of nodes, each four times the one before.
const NODES: [u32; 3] = [1_000, 4_000, 16_000];
/// The most by which the work may grow where the nodes are four times as many: 4 is linear, near 5 is that times a logarithm, as of a
/// map, and 16 is quadratic. With this bound a quadratic part is found when it is a sixth of the smaller work.
const BOUND: f64 = 6.0;

type Error = Box<dyn std::error::Error>;

fn main() -> Result<ExitCode, Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [] => measure(),
        [stage, nodes] => {
            let passes = life::live(Stage::named(stage), nodes.parse()?)?;
            println!("{passes}");
            Ok(ExitCode::SUCCESS)
        }
        _ => Err("usage: growth_of_plans".into()),
    }
}

/// The work of a life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Work {
    /// Branches taken.
    branches: u64,
    /// Passes of the planner.
    passes: u32,
}

/// The work of a life with `nodes` nodes in which `stage` is run twice.
fn work(stage: Option<Stage>, nodes: u32) -> Result<Work, Error> {
    let stage = stage.map_or("none", Stage::name);
    let (branches, passes) = profile::work(&[stage, &nodes.to_string()])?;
    Ok(Work { branches, passes: passes.trim().parse()? })
}

/// Prints the table.
fn measure() -> Result<ExitCode, Error> {
    println!(
        "branches taken by the planner in the life of one shoot, in thousands, and the growth for four times the nodes"
    );
    println!("{:<10}{:>10}{:>12}{:>8}{:>12}{:>8}", "nodes", NODES[0], NODES[1], "", NODES[2], "");
    let mut lives = Vec::new();
    for nodes in NODES {
        lives.push(work(None, nodes)?);
    }
    if lives.windows(2).any(|pair| matches!(pair, [one, next] if one.passes != next.passes)) {
        return Err(format!("the number of passes depends on the nodes: {lives:?}").into());
    }
    let mut holds = true;
    for stage in Stage::ALL {
        let mut line = format!("{:<10}", stage.name());
        let mut before = None;
        for (nodes, life) in NODES.into_iter().zip(&lives) {
            let work = work(Some(stage), nodes)?.branches.saturating_sub(life.branches);
            if work < u64::from(nodes) {
                return Err(format!(
                    "{}: {work} branches for {nodes} nodes: nothing is counted",
                    stage.name()
                )
                .into());
            }
            let width = if before.is_none() { 10 } else { 12 };
            line.push_str(&format!("{:>width$}", work / 1000));
            if let Some(before) = before.replace(work) {
                let growth = work as f64 / before as f64;
                holds &= growth <= BOUND;
                line.push_str(&format!("{growth:>8.2}"));
            }
        }
        println!("{line}");
    }
    println!(
        "{} passes; {}",
        lives.first().map_or(0, |life| life.passes),
        if holds {
            format!("ok: nothing grows by more than {BOUND}")
        } else {
            format!("too much: something grows by more than {BOUND}, so it is not linear")
        }
    );
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

//! The commands `hold`, `undo` and `resume`: words about the migration of one shoot, written on its Infrastructure or removed from it.

use std::io::{IsTerminal, Write, stderr, stdin};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use planner::desired::{Reported, Retries};
use planner::documents::names::MIGRATION_ANNOTATION;
use planner::journal;
use planner::report::Handle;
use planner::vocabulary::Words;
use serde_json::json;

use super::chosen::Chosen;
use super::connect::SeedConnection;
use crate::api::infrastructure::Infrastructure;
use crate::kubernetes::{Error, Seed};

/// The most tries of a write that conflicts with somebody else's.
const CONFLICTS: u32 = 5;

/// Options of `hold`, `undo` and `resume`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    connection: SeedConnection,
    #[command(flatten)]
    chosen: Chosen,
    /// Do not ask.
    #[arg(short, long)]
    yes: bool,
    /// Format of the answer.
    #[arg(long, value_enum, default_value = "text")]
    output: Output,
}

/// Format of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Output {
    /// Lines for people.
    Text,
    /// A JSON object: `{namespace, name, changed, before, words, follows, shootSays}`. `before` and `words` are the annotation as it was
    /// and as it is; `shootSays` are the words on the Shoot that still count, which only its owner can remove.
    Json,
}

/// Does what `handle` says.
pub(super) async fn run(handle: Handle, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let seed = arguments.connection.seed().await?;
    let infrastructure = arguments.chosen.infrastructure(&seed).await?;
    let shoot = seed.cluster(&arguments.chosen.namespace).await?.spec.shoot;
    let status = infrastructure.status.as_ref();
    let state = journal::decode(status.and_then(|status| status.state.as_ref()))?;
    let both = |nodes: usize| nodes > 1;
    let by_shoot = shoot.status.networking.as_ref().is_some_and(|networking| both(networking.nodes.len()));
    let reported = both(Reported::of(status).nodes.len()) || by_shoot;
    if let Some(why) = handle.refusal(&state, reported) {
        bail!("{why}; nothing was written");
    }
    let said = said(&infrastructure);
    let next = next(handle, &said);
    let by_owner =
        Words::read(shoot.metadata.annotations.get(MIGRATION_ANNOTATION).map_or("", String::as_str)).0;
    let by_all: Words = by_owner.iter().chain(Words::read(&next).0.iter()).collect();
    let mut follows = handle.follows(&state, &by_all);
    if shoot.has_failed() {
        let retry = Retries::of(&shoot).command();
        follows
            .push_str(&format!(" The Shoot is Failed: nothing is done before it is retried, with {retry}."));
    }
    let by_owner: Words = handle.words().iter().copied().filter(|word| by_owner.say(*word)).collect();
    let changed = next != said;
    if changed {
        arguments.ask(&infrastructure, &next, &follows)?;
        write(&seed, handle, infrastructure.clone()).await?;
    }
    arguments.print(&infrastructure, (&said, &next), &follows, &by_owner)?;
    let still = handle == Handle::Resume && !by_owner.is_empty();
    Ok(if still { ExitCode::from(2) } else { ExitCode::SUCCESS })
}

/// The value of the annotation; empty: there is none.
fn said(infrastructure: &Infrastructure) -> String {
    let annotations = infrastructure.metadata.annotations.as_ref();
    annotations.and_then(|all| all.get(MIGRATION_ANNOTATION)).cloned().unwrap_or_default()
}

/// The value of the annotation that says `said` once `handle` is done.
fn next(handle: Handle, said: &str) -> String {
    let words: Words = handle.words().iter().copied().collect();
    match handle {
        Handle::Hold | Handle::Undo => words.added_to(said),
        Handle::Resume if words.iter().any(|word| Words::read(said).0.say(word)) => {
            words.struck_from(said).unwrap_or_default()
        }
        Handle::Resume => said.to_owned(),
    }
}

/// Writes the annotation; whoever changes the object at the same time is not overwritten.
async fn write(seed: &Seed, handle: Handle, mut found: Infrastructure) -> anyhow::Result<()> {
    let (namespace, name) = (found.metadata.namespace.clone(), found.metadata.name.clone());
    let (namespace, name) = (namespace.unwrap_or_default(), name.unwrap_or_default());
    for _ in 0..CONFLICTS {
        let next = next(handle, &said(&found));
        let value = Some(next.as_str()).filter(|next| !next.is_empty());
        match seed.annotate(&found, MIGRATION_ANNOTATION, value).await {
            Ok(_) => return Ok(()),
            Err(Error::Changed { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        let again = seed.infrastructure(&namespace, &name).await?;
        found = again.with_context(|| format!("Infrastructure {namespace}/{name} is gone"))?;
    }
    bail!("Infrastructure {namespace}/{name} goes on being changed by others; try again")
}

impl Arguments {
    /// Asks whether the annotation shall say `next`.
    fn ask(&self, infrastructure: &Infrastructure, next: &str, follows: &str) -> anyhow::Result<()> {
        if self.yes {
            return Ok(());
        }
        if !stdin().is_terminal() {
            bail!("nobody can be asked here: give --yes; nothing was written");
        }
        let name = infrastructure.metadata.name.as_deref().unwrap_or_default();
        let next = if next.is_empty() { "nothing" } else { next };
        eprintln!("{follows}");
        eprint!("Shall the annotation of Infrastructure {}/{name} say {next}? [y/N] ", self.chosen.namespace);
        stderr().flush()?;
        let mut answer = String::new();
        stdin().read_line(&mut answer)?;
        if !matches!(answer.trim(), "y" | "Y" | "yes") {
            bail!("nothing was written");
        }
        Ok(())
    }

    fn print(
        &self,
        infrastructure: &Infrastructure,
        (before, after): (&str, &str),
        follows: &str,
        by_owner: &Words,
    ) -> anyhow::Result<()> {
        let (namespace, name) = (&self.chosen.namespace, infrastructure.metadata.name.as_deref());
        let name = name.unwrap_or_default();
        match self.output {
            Output::Json => {
                let answer = json!({
                    "namespace": namespace, "name": name, "changed": before != after, "before": before, "words": after,
                    "follows": follows, "shootSays": by_owner.to_string(),
                });
                println!("{}", serde_json::to_string_pretty(&answer)?);
            }
            Output::Text => {
                let says = if after.is_empty() { "nothing" } else { after };
                let word = if before == after { "says already" } else { "says now" };
                println!("Infrastructure {namespace}/{name} {word}: {says}.");
                if !by_owner.is_empty() {
                    println!(
                        "The Shoot says {by_owner} in its annotation {MIGRATION_ANNOTATION}, which counts as well, and which only its owner \
                         can remove."
                    );
                }
                println!("{follows}");
            }
        }
        Ok(())
    }
}

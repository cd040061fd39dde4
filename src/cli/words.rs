//! The commands `hold`, `undo` and `resume`: words about the migration of one shoot, written on its Infrastructure or removed from it.

use std::process::ExitCode;

use anyhow::bail;
use clap::{Args, ValueEnum};
use planner::desired::{Reported, Retries};
use planner::documents::names::MIGRATION_ANNOTATION;
use planner::journal;
use planner::report::{Handle, Immovable};
use planner::vocabulary::Words;
use serde::Serialize;
use serde_json::Value;

use super::chosen::Chosen;
use super::connect::SeedConnection;
use super::question::Question;
use super::refused::{self, Reason, Refused};
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
    /// A JSON object: `{namespace, name, changed, before, words, follows, shootSays, error}`. `before` and `words` are the annotation as
    /// it was and as it is; `shootSays` are the words on the Shoot that still count, which only its owner can remove. `error` is null
    /// if it is done, else `{reason, message}`, and then null is what is not known; `reason` is point-of-no-return,
    /// nothing-under-way, said-on-shoot, no-infrastructure, several-infrastructures, nobody-to-ask, answer-no or failed. A
    /// wrong option is told on standard error alone.
    Json,
}

/// What a command answers, as far as it came. What is not known is null.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    namespace: String,
    name: Option<String>,
    /// Whether the annotation was changed.
    changed: Option<bool>,
    /// The annotation as it was.
    before: Option<String>,
    /// The annotation as it is.
    words: Option<String>,
    follows: Option<String>,
    shoot_says: Option<String>,
    error: Option<Value>,
}

/// Does what `handle` says.
pub(super) async fn run(handle: Handle, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let (namespace, name) = (arguments.chosen.namespace.clone(), arguments.chosen.name.clone());
    let mut answer = Answer { namespace, name, changed: Some(false), ..Answer::default() };
    let done = arguments.carry_out(handle, &mut answer).await;
    if let Err(error) = &done {
        answer.error = Some(refused::document(error));
    }
    match (arguments.output, &done) {
        (Output::Json, _) => println!("{}", serde_json::to_string_pretty(&answer)?),
        (Output::Text, Ok(_)) => print!("{}", answer.text()),
        (Output::Text, Err(_)) => {}
    }
    done
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

/// Writes the annotation, and returns what it says then; whoever changes the object at the same time is not overwritten.
async fn write(seed: &Seed, handle: Handle, mut found: Infrastructure) -> anyhow::Result<String> {
    let (namespace, name) = (found.metadata.namespace.clone(), found.metadata.name.clone());
    let (namespace, name) = (namespace.unwrap_or_default(), name.unwrap_or_default());
    for _ in 0..CONFLICTS {
        let next = next(handle, &said(&found));
        let value = Some(next.as_str()).filter(|next| !next.is_empty());
        match seed.annotate(&found, MIGRATION_ANNOTATION, value).await {
            Ok(_) => return Ok(next),
            Err(Error::Changed { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        let again = seed.infrastructure(&namespace, &name).await?;
        let gone = || {
            Refused::because(Reason::NoInfrastructure, format!("Infrastructure {namespace}/{name} is gone"))
        };
        found = again.ok_or_else(gone)?;
    }
    bail!("Infrastructure {namespace}/{name} goes on being changed by others; try again")
}

/// Why nothing was written, in the words of the command.
fn nothing_was_written(immovable: Immovable) -> Refused {
    let (reason, why) = match immovable {
        Immovable::PointOfNoReturn(why) => (Reason::PointOfNoReturn, why),
        Immovable::NothingUnderWay(why) => (Reason::NothingUnderWay, why),
    };
    Refused::because(reason, format!("{why}; nothing was written"))
}

impl Arguments {
    /// Does what `handle` says, and takes note of all that is found out on the way.
    async fn carry_out(&self, handle: Handle, answer: &mut Answer) -> anyhow::Result<ExitCode> {
        let seed = self.connection.seed().await?;
        let infrastructure = self.chosen.infrastructure(&seed).await?;
        answer.name = infrastructure.metadata.name.clone();
        let said = said(&infrastructure);
        (answer.before, answer.words) = (Some(said.clone()), Some(said.clone()));
        let shoot = seed.cluster(&self.chosen.namespace).await?.spec.shoot;
        let owner = shoot.metadata.annotations.get(MIGRATION_ANNOTATION).map_or("", String::as_str);
        let owner = Words::read(owner).0;
        let by_owner: Words = handle.words().iter().copied().filter(|word| owner.say(*word)).collect();
        answer.shoot_says = Some(by_owner.to_string());
        let status = infrastructure.status.as_ref();
        let state = journal::decode(status.and_then(|status| status.state.as_ref()))?;
        let both = |nodes: usize| nodes > 1;
        let by_shoot =
            shoot.status.networking.as_ref().is_some_and(|networking| both(networking.nodes.len()));
        let reported = both(Reported::of(status).nodes.len()) || by_shoot;
        if let Some(immovable) = handle.refusal(&state, reported) {
            return Err(nothing_was_written(immovable).into());
        }
        let next = next(handle, &said);
        let by_all: Words = owner.iter().chain(Words::read(&next).0.iter()).collect();
        let mut follows = handle.follows(&state, &by_all);
        if shoot.has_failed() {
            let retry = Retries::of(&shoot).command();
            follows.push_str(&format!(
                " The Shoot is Failed: nothing is done before it is retried, with {retry}."
            ));
        }
        if next != said {
            if !self.yes {
                let name = answer.name.as_deref().unwrap_or_default();
                Question { namespace: &answer.namespace, name, next: &next, follows: &follows }.ask()?;
            }
            // Until it is answered nobody knows what stands there.
            (answer.changed, answer.words) = (None, None);
            let written = write(&seed, handle, infrastructure).await?;
            (answer.changed, answer.words) = (Some(true), Some(written));
        }
        answer.follows = Some(follows);
        if handle == Handle::Resume && !by_owner.is_empty() {
            answer.error = Some(Reason::SaidOnShoot.document(&of_the_owner(&by_owner.to_string())));
            return Ok(ExitCode::from(2));
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// What is told of `words` on the Shoot.
fn of_the_owner(words: &str) -> String {
    format!(
        "The Shoot says {words} in its annotation {MIGRATION_ANNOTATION}, which counts as well, and which only its owner can remove."
    )
}

impl Answer {
    /// The answer of a command that did what it was asked for, as lines for people.
    fn text(&self) -> String {
        let Self { namespace, name, .. } = self;
        let of = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let says = of(&self.words).unwrap_or_else(|| "nothing".to_owned());
        let word = if self.changed == Some(true) { "says now" } else { "says already" };
        let name = name.as_deref().unwrap_or_default();
        let first = format!("Infrastructure {namespace}/{name} {word}: {says}.");
        let lines = [Some(first), of(&self.shoot_says).map(|words| of_the_owner(&words)), of(&self.follows)];
        lines.into_iter().flatten().map(|line| line + "\n").collect()
    }
}

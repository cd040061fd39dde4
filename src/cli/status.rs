//! The command `status`: where migrations are, as the Infrastructures alone say it. Asks nobody but the seed, and nothing but one list.

use std::io::{IsTerminal, stdout};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use planner::documents::infrastructure::InfrastructureStatus;
use planner::documents::names::{EXTENSION_TYPE, MIGRATION_ANNOTATION};
use planner::report::Standing;
use planner::snapshot::Settings;
use planner::text::line;
use serde::Deserialize;
use serde_json::{Value, json};

use super::connect::SeedConnection;
use super::decisions::SettleTimes;
use super::refused;
use crate::api::object::RawObject;
use crate::environment::{Clock, SystemClock};

/// Options of `status`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    connection: SeedConnection,
    #[command(flatten)]
    scope: Scope,
    #[command(flatten)]
    waits: SettleTimes,
    /// Format of the answer.
    #[arg(long, value_enum, default_value = "text")]
    output: Output,
}

/// The Infrastructures that are asked about.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Scope {
    /// The shoot's namespace in the seed.
    #[arg(short, long, value_name = "NAMESPACE")]
    namespace: Option<String>,
    /// Infrastructures of all namespaces; as text only those that have a migration or an error.
    #[arg(short = 'A', long)]
    all_namespaces: bool,
}

/// Format of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Output {
    /// A table for people; a `~` is before what is estimated.
    Text,
    /// A JSON object `{infrastructures[], error}`, each `{namespace, name, course, step, done, nodes, since, holdSince, waitsFor,
    /// canaries[], eta, words, dualStack, lastOperation, lastError}`; a canary is `{node, pool, pods[], control, since,
    /// verdict}`. `course` is announced, preparing, held, rests, back, undoing or committed, and null where there is no migration;
    /// `step` is null there too, or M1 where the preflight refuses it. `error` is null, or `{reason, message}` if nothing can be read. A wrong option is told on standard error alone.
    Json,
}

#[derive(Deserialize)]
struct Spec {
    #[serde(rename = "type")]
    extension_type: String,
}

/// Prints where migrations are, or why that cannot be read.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let output = arguments.output;
    let done = show(arguments).await;
    if let (Output::Json, Err(error)) = (output, &done) {
        print_json(&[], &refused::document(error))?;
    }
    done
}

fn print_json(standings: &[Standing], error: &Value) -> anyhow::Result<()> {
    let document = json!({ "infrastructures": standings, "error": error });
    println!("{}", serde_json::to_string_pretty(&document)?);
    Ok(())
}

async fn show(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let seed = arguments.connection.seed().await?;
    let objects = seed.infrastructure_list(arguments.scope.namespace.as_deref()).await?;
    let standings: Vec<Standing> = {
        let settings = arguments.waits.within(Settings::default());
        objects.iter().filter_map(|object| standing(object, &settings)).collect()
    };
    let migrating = standings.iter().filter(|standing| standing.course.is_some()).count();
    match arguments.output {
        Output::Json => print_json(&standings, &Value::Null)?,
        Output::Text => {
            // Also what keeps a migration from being begun is told: nothing is recorded of that but the error.
            let failed = |one: &&Standing| one.course.is_none() && one.last_error.is_some();
            let shown = standings
                .iter()
                .filter(|one| one.course.is_some() || failed(one) || !arguments.scope.all_namespaces);
            print!("{}", table(&shown.collect::<Vec<_>>(), stdout().is_terminal()));
            print!("{migrating} of {} Infrastructure(s) have a migration", standings.len());
            match standings.iter().filter(failed).count() {
                0 => println!("."),
                others => println!(", and {others} without one have an error."),
            }
        }
    }
    Ok(if migrating == 0 { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

/// The standing of `object`; `None`: it is another extension's.
fn standing(object: &RawObject, settings: &Settings) -> Option<Standing> {
    let spec: Spec = serde_json::from_str(object.spec.as_ref()?.get()).ok()?;
    if spec.extension_type != EXTENSION_TYPE {
        return None;
    }
    let metadata = &object.metadata;
    let status: Option<InfrastructureStatus> =
        object.status.as_ref().and_then(|status| serde_json::from_str(status.get()).ok());
    let words = metadata.annotations.as_ref().and_then(|all| all.get(MIGRATION_ANNOTATION));
    let name = (metadata.namespace.as_deref()?, metadata.name.as_deref()?);
    Some(Standing::of(name, status.as_ref(), words.map(String::as_str), settings, SystemClock.now()))
}

/// The table of `standings`, coloured if `colours`.
fn table(standings: &[&Standing], colours: bool) -> String {
    const TITLES: [&str; 7] = ["NAMESPACE", "NAME", "COURSE", "STEP", "NODES", "SINCE", "END"];
    let dash = || "-".to_owned();
    let minute = |at: &jiff::Timestamp| at.strftime("%Y-%m-%dT%H:%MZ").to_string();
    let rows: Vec<[String; 7]> = standings
        .iter()
        .map(|one| {
            [
                one.namespace.clone(),
                one.name.clone(),
                one.course.map_or_else(dash, str::to_owned),
                one.step.map_or_else(dash, str::to_owned),
                one.course.map_or_else(dash, |_| format!("{}/{}", one.done, one.nodes)),
                one.since.as_ref().map_or_else(dash, minute),
                one.eta.as_ref().map_or_else(dash, |at| format!("~{}", minute(at))),
            ]
        })
        .collect();
    let widths: Vec<usize> = (0..TITLES.len())
        .map(|column| {
            let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.len());
            cells.chain(TITLES.get(column).map(|title| title.len())).max().unwrap_or_default()
        })
        .collect();
    let printed = |cells: &mut dyn Iterator<Item = &str>| {
        let padded = cells.zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    let mut text = if rows.is_empty() { String::new() } else { printed(&mut TITLES.into_iter()) };
    for (one, row) in standings.iter().zip(&rows) {
        text.push_str(&printed(&mut row.iter().map(String::as_str)));
        let more = [
            ("waits for", one.waits_for.as_deref(), ""),
            ("words", Some(one.words.as_str()).filter(|words| !words.is_empty()), ""),
            (
                "says",
                one.last_operation.as_deref().filter(|_| one.course.is_some() && one.last_error.is_none()),
                "",
            ),
            ("error", one.last_error.as_deref(), "31"),
        ];
        for (title, content, colour) in more {
            let Some(content) = content else { continue };
            let (on, off) = match colours && !colour.is_empty() {
                true => (format!("\u{1b}[{colour}m"), "\u{1b}[0m"),
                false => (String::new(), ""),
            };
            text.push_str(&format!("  {on}{title}: {}{off}\n", line(content)));
        }
    }
    text
}

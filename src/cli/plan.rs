//! The command `plan`: observes, decides and prints. May not change anything.

use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use planner::documents::names::MIGRATION_ANNOTATION;
use planner::plan::{Course, Decision, Finding, Verdict};
use planner::report::{PlanDocument, plan_document, plan_outlook, plan_text};
use planner::vocabulary::{Word, Words};
use serde::Serialize;
use serde_json::{Value, json};
use tower::layer::util::Identity;

use super::chosen::Chosen;
use super::connect::Connection;
use super::decisions::Decisions;
use super::refused;
use crate::environment::SystemClock;
use crate::extension::{CloudAccess, Observer, skip_reason};
use crate::observe::Windows;
use crate::shoot::{Shoots, Sockets};

/// Options of `plan`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    decisions: Decisions,
    #[command(flatten)]
    chosen: Chosen,
    /// Show what would be done if that were said on the Infrastructure: undo is the way back.
    #[arg(long, value_enum, value_name = "WORD")]
    to: Option<To>,
    /// Format of the plan.
    #[arg(long, value_enum, default_value = "text")]
    output: Output,
}

/// Words that a plan can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum To {
    /// The way back.
    Undo,
}

/// Format of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Output {
    /// Lines for people: `+` makes, `~` changes, `-` removes.
    Text,
    /// A JSON object: `{verdict, course, step, findings[], unproven[], now[], later[], error}`. `verdict` is done, act, report, wait, refused,
    /// stuck or, if there is no plan, failed; then `error` is `{reason, message}`, and else null; `reason` is no-infrastructure,
    /// several-infrastructures or failed. `course` is announced, preparing, held, rests, back, undoing or committed, and `step` is where the migration is, e.g. `M3`;
    /// both are null where there is none. `unproven` names what only trying it shows. Each of `now` and `later` is `{id, action, target, why, after[]}`; `after` names
    /// what must have succeeded before, and is absent where nothing must. A wrong option is told on standard error alone.
    Json,
}

/// A plan as it is printed: with the place of an error, as where there is no plan.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    plan: PlanDocument,
    error: Option<Value>,
}

/// Prints the plan, or why there is none.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let output = arguments.output;
    let done = show(arguments).await;
    if let (Output::Json, Err(error)) = (output, &done) {
        let document = json!({
            "verdict": "failed", "course": null, "step": null, "findings": [], "unproven": [], "now": [], "later": [],
            "error": refused::document(error),
        });
        println!("{}", serde_json::to_string_pretty(&document)?);
    }
    done
}

async fn show(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let configuration = arguments.decisions.configuration()?;
    if let Some(warning) = arguments.decisions.warning() {
        eprintln!("warning: {warning}");
    }
    let seed = arguments.connection.seed().await?;
    let mut infrastructure = arguments.chosen.infrastructure(&seed).await?;
    if arguments.to == Some(To::Undo) {
        let annotations = infrastructure.metadata.annotations.get_or_insert_default();
        let said = annotations.entry(MIGRATION_ANNOTATION.to_owned()).or_default();
        *said = Words::default().with(Word::Undo).added_to(said);
    }
    let cluster = seed.cluster(&arguments.chosen.namespace).await?;
    let classes = arguments.decisions.classes();
    if let Some(why) = skip_reason(&seed, &infrastructure, &cluster.spec.shoot, classes).await? {
        match arguments.output {
            Output::Text => println!("Nothing to do: {why}."),
            Output::Json => print(&nothing(&why), Output::Json)?,
        }
        return Ok(ExitCode::SUCCESS);
    }
    let secret = &infrastructure.spec.secret_ref;
    let secret = seed.secret(&secret.namespace, &secret.name).await?;
    let clients = arguments.connection.access()?.clients(&seed, &secret)?;
    let observer = Observer {
        seed: &seed,
        cloud: &clients,
        shoots: &Shoots::new(Arc::new(Sockets(Identity::new())), None),
        windows: &Windows::default(),
        settings: &arguments.decisions.settings(),
        clock: &SystemClock,
        service_accounts: configuration.service_accounts,
        reads_only: true,
    };
    let decision = observer.decide(&infrastructure).await?;
    print(&decision, arguments.output)?;
    Ok(match decision.verdict {
        Verdict::Done => ExitCode::SUCCESS,
        Verdict::Act(_) | Verdict::Report(_) | Verdict::LookAgain { .. } | Verdict::Stuck { .. } => {
            ExitCode::from(2)
        }
        Verdict::Refuse => ExitCode::FAILURE,
    })
}

/// The decision to leave an Infrastructure alone, for the reason `why`.
fn nothing(why: &str) -> Decision {
    let findings = vec![Finding::warn("left-alone", why)];
    let verdict = Verdict::Done;
    Decision {
        course: Course::Steady,
        verdict,
        findings,
        later: Vec::new(),
        left: Vec::new(),
        progress: None,
        place: None,
    }
}

fn print(decision: &Decision, output: Output) -> anyhow::Result<()> {
    match output {
        Output::Text => print!("{}{}", plan_outlook(decision), plan_text(decision)),
        Output::Json => {
            let document = Shown { plan: plan_document(decision), error: None };
            println!("{}", serde_json::to_string_pretty(&document)?);
        }
    }
    Ok(())
}

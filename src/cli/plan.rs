//! The command `plan`: looks, decides, prints. May not change anything.

use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};

use super::connect::{Connection, Decisions};
use crate::extension::{CloudAccess, View};
use crate::plan::{History, Verdict, plan};
use crate::report::{plan_document, plan_text};
use crate::seams::SystemClock;

/// Options of `plan`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    decisions: Decisions,
    /// The shoot's namespace in the seed.
    #[arg(short, long, value_name = "NAMESPACE")]
    namespace: String,
    /// The Infrastructure's name; may be left out where the namespace has only one.
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// How the plan looks.
    #[arg(long, value_enum, default_value = "text")]
    output: Output,
}

/// How the plan looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Output {
    /// For people: `+` makes, `~` changes, `-` removes.
    Text,
    /// One object: `{findings[], now[], later[]}`, each step `{id, action, target, why}`.
    Json,
}

/// Prints the plan.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let seed = arguments.connection.seed().await?;
    let namespace = &arguments.namespace;
    let name = match arguments.name {
        Some(name) => name,
        None => match seed.infrastructure_names(namespace).await?.as_slice() {
            [name] => name.clone(),
            [] => bail!("there is no Infrastructure in namespace {namespace}"),
            names => {
                bail!("namespace {namespace} has several Infrastructures, name one: {}", names.join(", "))
            }
        },
    };
    let infrastructure = seed
        .infrastructure(namespace, &name)
        .await?
        .with_context(|| format!("there is no Infrastructure {namespace}/{name}"))?;
    let secret = &infrastructure.spec.secret_ref;
    let secret = seed.secret(&secret.namespace, &secret.name).await?;
    let clients = arguments.connection.access()?.clients(&seed, &secret)?;
    let view = View { seed: &seed, cloud: &clients, clock: &SystemClock, service_accounts: false };
    let look = view.look(&infrastructure).await?;
    let decision = plan(&look.target, &look.seen, &arguments.decisions.settings(), &History::default());
    match arguments.output {
        Output::Text => print!("{}", plan_text(&decision)),
        Output::Json => println!("{}", serde_json::to_string_pretty(&plan_document(&decision))?),
    }
    Ok(match decision.verdict {
        Verdict::Done => ExitCode::SUCCESS,
        Verdict::Act(_) | Verdict::Report(_) | Verdict::LookAgain { .. } => ExitCode::from(2),
        Verdict::Refuse | Verdict::Stuck { .. } => ExitCode::FAILURE,
    })
}

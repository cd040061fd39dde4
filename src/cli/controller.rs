//! The command `controller`: puts the parts together and runs them until a signal. May not know what they do.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use tokio::signal::unix::{SignalKind, signal};

use super::connect::{Connection, Decisions};
use super::logging::{self, Format, Level};
use crate::api::names::DEFAULT_EXTENSION_CLASS;
use crate::extension::{Controller, EventNarrator, Patience, Reconciler, Scope, Surroundings};
use crate::kubernetes::Events;
use crate::seams::SystemClock;

/// Options of `controller`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    decisions: Decisions,
    /// The most Infrastructures reconciled at a time.
    #[arg(long, value_name = "NUMBER", default_value_t = 5)]
    infrastructure_max_concurrent_reconciles: usize,
    /// Reconcile at each change of an Infrastructure instead of when its operation annotation asks.
    #[arg(long)]
    ignore_operation_annotation: bool,
    /// The extension classes served.
    #[arg(long, value_name = "CLASS", value_delimiter = ',', default_value = DEFAULT_EXTENSION_CLASS)]
    extension_classes: Vec<String>,
    /// How much is logged.
    #[arg(long, value_enum, default_value = "info")]
    log_level: Level,
    /// How log lines look.
    #[arg(long, value_enum, default_value = "json")]
    log_format: Format,
}

/// Runs until SIGTERM or SIGINT.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    logging::start(arguments.log_level, arguments.log_format);
    let seed = arguments.connection.seed().await?;
    let reconciler = Arc::new(Reconciler::new(Surroundings {
        narrator: Arc::new(EventNarrator::new(Events::new(&seed, "gardener-extension-infra-gcp"))),
        seed,
        access: Arc::new(arguments.connection.access()?),
        clock: Arc::new(SystemClock),
        settings: arguments.decisions.settings(),
        patience: Patience::default(),
        service_accounts: false,
    }));
    let scope = Scope {
        classes: arguments.extension_classes,
        ignore_operation_annotation: arguments.ignore_operation_annotation,
        concurrency: arguments.infrastructure_max_concurrent_reconciles,
    };
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tracing::info!(version = env!("CARGO_PKG_VERSION"), build = env!("BUILD_ID"), "starting");
    tokio::select! {
        ended = Controller::new(reconciler, scope).run() => ended?,
        _ = terminate.recv() => tracing::info!("SIGTERM: stopping"),
        _ = interrupt.recv() => tracing::info!("SIGINT: stopping"),
    }
    Ok(ExitCode::SUCCESS)
}

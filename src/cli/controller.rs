//! The command `controller`: puts the parts together and runs them until a signal. May not know what they do.

use std::future::pending;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::{ArgAction, Args, value_parser};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::config_file::Configuration;
use super::connect::{Connection, NO_CLIENT};
use super::controllers::{Controllers, Name};
use super::decisions::Decisions;
use super::duration;
use super::election::{COMPONENT, Election, Leadership};
use super::logging::{self, Format, Level};
use super::probes::{Probes, Watched};
use crate::environment::SystemClock;
use crate::extension::{
    Controller, Dependencies, EventRecorder, Heartbeat, Limits, Reconciler, Scope, Telemetry,
};
use crate::gcp::Wire;
use crate::kubernetes::{self, EventWriter, Layers, Reach, Seed, Throttle};
use crate::leader::{Gate, GateLayer};
use crate::serving::MeterLayer;
use crate::shoot::{Shoots, Sockets};

/// The host under which requests to shoots' API servers are counted.
const SHOOTS: &str = "shoots";

/// Options of `controller`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    decisions: Decisions,
    #[command(flatten)]
    election: Election,
    #[command(flatten)]
    probes: Probes,
    #[command(flatten)]
    controllers: Controllers,
    /// The most Infrastructures reconciled at a time.
    #[arg(long, value_name = "NUMBER", default_value_t = 5, value_parser = value_parser!(u16).range(1..))]
    infrastructure_max_concurrent_reconciles: u16,
    /// Reconcile at each change of an Infrastructure instead of when its operation annotation asks.
    #[arg(long, value_name = "BOOL", default_value_t = false, default_missing_value = "true")]
    #[arg(num_args = 0..=1, require_equals = true, action = ArgAction::Set)]
    ignore_operation_annotation: bool,
    /// The heartbeat's namespace. Without it: the namespace of the pod.
    #[arg(long, value_name = "NAMESPACE", env = "LEADER_ELECTION_NAMESPACE")]
    heartbeat_namespace: Option<String>,
    /// Seconds between two heartbeats.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = value_parser!(u32).range(1..))]
    heartbeat_renew_interval_seconds: u32,
    /// Time for steps under way to end after SIGTERM.
    #[arg(long, value_name = "DURATION", default_value = "25s", value_parser = duration::parse)]
    graceful_shutdown_timeout: Duration,
    /// Level of the log.
    #[arg(long, value_enum, default_value = "info")]
    log_level: Level,
    /// Format of log lines.
    #[arg(long, value_enum, default_value = "json")]
    log_format: Format,
}

/// The work that is done while this process leads.
struct Work {
    controller: Option<Controller>,
    heartbeat: Option<Heartbeat>,
    grace: Duration,
}

/// Runs until SIGTERM or SIGINT, or until the leadership is lost.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    logging::start(arguments.log_level, arguments.log_format);
    let stop = signals()?;
    let configuration = arguments.decisions.configuration()?;
    let seat = arguments.election.seat()?;
    let gate = seat.as_ref().map_or_else(Gate::unguarded, |seat| Gate::new(seat.timing.renew));
    let config = arguments.connection.config().await?;
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        build = env!("BUILD_ID"),
        gardener_version = arguments.controllers.gardener_version,
        self_hosted_shoot_cluster = arguments.controllers.self_hosted_shoot_cluster,
        service_accounts = configuration.service_accounts,
        "starting"
    );
    if let Some(warning) = arguments.decisions.warning() {
        tracing::warn!("{warning}");
    }
    let (telemetry, reach) = (Telemetry::default(), Reach::default());
    let leadership = match seat {
        Some(seat) => Some(Leadership::new(seat, &config, &gate, &telemetry.metrics, &reach)?),
        None => None,
    };
    let work = arguments.work(config, &configuration, &gate, &telemetry, &reach, &stop)?;
    let watched =
        Watched { telemetry: &telemetry, gate: &gate, leadership: leadership.as_ref(), stop: &stop };
    arguments.probes.serve(&watched).await?;
    let work = work.run(&stop);
    match leadership {
        Some(leadership) => leadership.during(work, &stop).await,
        None => work.await.map(|()| ExitCode::SUCCESS),
    }
}

impl Arguments {
    /// The work, which changes nothing while `gate` is shut.
    fn work(
        &self,
        config: kube::Config,
        configuration: &Configuration,
        gate: &Gate,
        telemetry: &Telemetry,
        reach: &Reach,
        stop: &CancellationToken,
    ) -> anyhow::Result<Work> {
        let client = self.client(config, configuration, gate, telemetry, reach)?;
        let heartbeat = if self.controllers.run(Name::Heartbeat) {
            let given = self.heartbeat_namespace.clone().filter(|given| !given.is_empty());
            let namespace = given.or_else(|| self.election.namespace()).context(
                "no namespace for the heartbeat: give --heartbeat-namespace or set $LEADER_ELECTION_NAMESPACE, or switch it off \
                 with --disable-controllers=heartbeat",
            )?;
            let interval = Duration::from_secs(self.heartbeat_renew_interval_seconds.into());
            Some(Heartbeat::new(client.clone(), &namespace, interval, Arc::new(SystemClock)))
        } else {
            None
        };
        let controller = if self.controllers.run(Name::Infrastructure) {
            Some(self.controller(client, configuration, gate, telemetry, stop)?)
        } else {
            telemetry.synced.raise();
            None
        };
        Ok(Work { controller, heartbeat, grace: self.graceful_shutdown_timeout })
    }

    /// A client of the seed whose changes only the leader may ask for, and whose requests are limited and counted.
    fn client(
        &self,
        config: kube::Config,
        configuration: &Configuration,
        gate: &Gate,
        telemetry: &Telemetry,
        reach: &Reach,
    ) -> anyhow::Result<kube::Client> {
        let host = config.cluster_url.authority().map(ToString::to_string).unwrap_or_default();
        let layers = Layers {
            permission: GateLayer(gate.clone()),
            throttle: throttle(configuration),
            meter: MeterLayer::new(telemetry.metrics.clone()).to(host),
            reach: reach.clone(),
        };
        kubernetes::client(config, layers).context(NO_CLIENT)
    }

    /// The ways to the APIs of shoots, limited as the seed's is and counted as one host: there are many of them, and they come and go.
    fn shoots(configuration: &Configuration, telemetry: &Telemetry) -> Shoots {
        let meter = MeterLayer::new(telemetry.metrics.clone()).to(SHOOTS.to_owned());
        Shoots::new(Arc::new(Sockets(meter)), throttle(configuration))
    }

    fn controller(
        &self,
        client: kube::Client,
        configuration: &Configuration,
        gate: &Gate,
        telemetry: &Telemetry,
        stop: &CancellationToken,
    ) -> anyhow::Result<Controller> {
        let (permission, meter) = (GateLayer(gate.clone()), MeterLayer::new(telemetry.metrics.clone()));
        let wire = Wire::new(permission, meter, Connection::network()?);
        let seed = Seed::new(client);
        let reconciler = Reconciler::new(Dependencies {
            recorder: Arc::new(EventRecorder::new(
                EventWriter::new(&seed, COMPONENT, Arc::new(SystemClock)),
                telemetry.metrics.migrations(),
            )),
            seed,
            access: Arc::new(self.connection.access_by(wire)),
            shoots: Self::shoots(configuration, telemetry),
            clock: Arc::new(SystemClock),
            settings: self.decisions.settings(),
            limits: Limits::default(),
            service_accounts: configuration.service_accounts,
            stop: stop.clone(),
        });
        let scope = Scope {
            classes: self.decisions.classes().to_vec(),
            ignore_operation_annotation: self.ignore_operation_annotation,
            concurrency: self.infrastructure_max_concurrent_reconciles.into(),
        };
        Ok(Controller::new(Arc::new(reconciler), scope, telemetry.clone()))
    }
}

impl Work {
    /// Works until `stop`, and then until what is under way has ended, or the time for that is up.
    async fn run(self, stop: &CancellationToken) -> anyhow::Result<()> {
        let controller = async {
            match self.controller {
                Some(controller) => controller.run().await,
                None => stop.cancelled().await,
            }
        };
        let heartbeat = async {
            match &self.heartbeat {
                Some(heartbeat) => heartbeat.run().await,
                None => pending().await,
            }
        };
        let too_late = async {
            stop.cancelled().await;
            tokio::time::sleep(self.grace).await;
        };
        tokio::select! {
            () = controller => Ok(()),
            never = heartbeat => match never {},
            () = too_late => bail!(
                "steps under way did not end within --graceful-shutdown-timeout, {} s: the next process finds in the journal what they were",
                self.grace.as_secs()
            ),
        }
    }
}

/// A limit of the rate of requests to API servers, if there is one.
fn throttle(configuration: &Configuration) -> Option<Throttle> {
    let limits = configuration.client;
    (limits.qps >= 0.0).then(|| Throttle::new(limits.qps, limits.burst))
}

/// The signal to stop, which SIGTERM and SIGINT set off.
fn signals() -> anyhow::Result<CancellationToken> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let stop = CancellationToken::new();
    let guard = stop.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => tracing::info!("SIGTERM: stopping"),
            _ = interrupt.recv() => tracing::info!("SIGINT: stopping"),
        }
        guard.cancel();
    });
    Ok(stop)
}

//! The options for health and metrics, and the checks of health.

use std::time::Duration;

use clap::Args;
use tokio_util::sync::CancellationToken;

use super::election::Leadership;
use crate::extension::Telemetry;
use crate::leader::Gate;
use crate::serving::{BindAddress, Checks, Verdict, health, metrics, serve};

/// The time after which a loop of the controller that has not come round counts as wedged.
const WEDGED: Duration = Duration::from_secs(60);

/// The addresses for health and metrics.
#[derive(Debug, Args)]
pub(super) struct Probes {
    /// Address for /healthz and /readyz; 0: nowhere.
    #[arg(long, value_name = "ADDRESS", default_value = ":8081")]
    health_bind_address: BindAddress,
    /// Address for /metrics; 0: nowhere.
    #[arg(long, value_name = "ADDRESS", default_value = ":8080")]
    metrics_bind_address: BindAddress,
}

/// The signs of the process that the checks look at.
pub(super) struct Watched<'a> {
    pub(super) telemetry: &'a Telemetry,
    pub(super) gate: &'a Gate,
    pub(super) leadership: Option<&'a Leadership>,
    pub(super) stop: &'a CancellationToken,
}

impl Probes {
    /// Serves metrics and health, if wanted.
    pub(super) async fn serve(&self, watched: &Watched<'_>) -> anyhow::Result<()> {
        let metered = metrics(watched.telemetry.metrics.clone());
        serve("metrics", &self.metrics_bind_address, metered).await?;
        serve("health", &self.health_bind_address, health(watched.live(), watched.ready())).await?;
        Ok(())
    }
}

impl Watched<'_> {
    /// The checks of liveness: the loops come round. They do not depend on other programs, which a restart would not help.
    fn live(&self) -> Checks {
        let liveness = self.telemetry.liveness.clone();
        let checks = Checks::default().and("watch", move || recent("the watch", liveness.age(), WEDGED));
        let Some(leadership) = self.leadership else { return checks };
        let (liveness, bound, gate) = (leadership.liveness(), leadership.bound(), self.gate.clone());
        checks.and("leader-election", move || {
            if gate.is_overdue() {
                return Err("this process leads, but could not renew in time".to_owned());
            }
            recent("the election", liveness.age(), bound)
        })
    }

    /// The checks of readiness: the process has seen all Infrastructures, or stands by for the one that has.
    fn ready(&self) -> Checks {
        let stop = self.stop.clone();
        let checks = Checks::default().and("shutdown", move || match stop.is_cancelled() {
            true => Err("this process is stopping".to_owned()),
            false => Ok(()),
        });
        let (gate, synced) = (self.gate.clone(), self.telemetry.synced.clone());
        let standing = self.leadership.map(Leadership::standing);
        checks.and("watch", move || match &standing {
            Some(standing) if !gate.is_open() => {
                standing.is_raised().then_some(()).ok_or_else(|| "the Lease has not been seen yet".to_owned())
            }
            _ => synced
                .is_raised()
                .then_some(())
                .ok_or_else(|| "the Infrastructures have not been seen yet".to_owned()),
        })
    }
}

fn recent(what: &str, age: Option<Duration>, bound: Duration) -> Verdict {
    match age {
        Some(age) if age > bound => {
            Err(format!("{what} has not come round for {} s, {} s at most", age.as_secs(), bound.as_secs()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;
    use crate::cli::election::Seat;
    use crate::kubernetes::Reach;
    use crate::leader::Timing;

    const TICK: Duration = Duration::from_millis(1);

    fn leadership(gate: &Gate, telemetry: &Telemetry) -> Leadership {
        let seconds = Duration::from_secs;
        let timing = Timing { lease: seconds(15), renew: seconds(10), retry: seconds(2) };
        let seat = Seat { namespace: "n".to_owned(), name: "l".to_owned(), timing };
        let nowhere = kube::Config::new("http://127.0.0.1:1".parse().unwrap());
        Leadership::new(seat, &nowhere, gate, &telemetry.metrics, &Reach::default()).unwrap()
    }

    /// The one check that complains, if one does.
    fn complaint(checks: &Checks) -> Option<String> {
        let text = checks.report().err()?;
        let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("[-]")).collect();
        let [line] = lines.as_slice() else { panic!("{text}") };
        Some((*line).to_owned())
    }

    #[tokio::test(start_paused = true)]
    async fn a_wedged_watch_or_election_is_not_healthy() {
        let (telemetry, gate, stop) = (Telemetry::default(), Gate::new(WEDGED), CancellationToken::new());
        let leadership = leadership(&gate, &telemetry);
        let watched =
            Watched { telemetry: &telemetry, gate: &gate, leadership: Some(&leadership), stop: &stop };
        let live = watched.live();
        assert_eq!(complaint(&live), None, "nothing has begun");

        let (watch, election, bound) = (&telemetry.liveness, leadership.liveness(), leadership.bound());
        watch.beat();
        advance(WEDGED).await;
        assert_eq!(complaint(&live), None);
        advance(TICK).await;
        let told = complaint(&live);
        assert_eq!(told.as_deref(), Some("[-]watch: the watch has not come round for 60 s, 60 s at most"));
        watch.beat();
        assert_eq!(complaint(&live), None, "it was only slow");

        election.beat();
        advance(bound).await;
        assert_eq!(complaint(&live), None);
        advance(TICK).await;
        let told = complaint(&live);
        assert_eq!(
            told.as_deref(),
            Some("[-]leader-election: the election has not come round for 25 s, 25 s at most")
        );
        election.beat();
        assert_eq!(complaint(&live), None);

        advance(WEDGED * 2).await;
        election.beat();
        watch.rest();
        assert_eq!(complaint(&live), None, "a watch that has ended is not wedged");
        stop.cancel();
        assert_eq!(complaint(&live), None, "to stop is no reason to be killed");
    }

    #[tokio::test(start_paused = true)]
    async fn a_leader_is_ready_when_it_has_seen_what_there_is_and_not_while_it_stops() {
        let (telemetry, gate, stop) = (Telemetry::default(), Gate::unguarded(), CancellationToken::new());
        let ready = Watched { telemetry: &telemetry, gate: &gate, leadership: None, stop: &stop }.ready();
        let told = complaint(&ready);
        assert_eq!(told.as_deref(), Some("[-]watch: the Infrastructures have not been seen yet"));
        telemetry.synced.raise();
        assert_eq!(complaint(&ready), None);
        stop.cancel();
        assert_eq!(complaint(&ready).as_deref(), Some("[-]shutdown: this process is stopping"));
    }

    #[tokio::test(start_paused = true)]
    async fn who_stands_by_is_ready_when_it_has_seen_the_lease() {
        let (telemetry, gate, stop) = (Telemetry::default(), Gate::new(WEDGED), CancellationToken::new());
        let leadership = leadership(&gate, &telemetry);
        let ready =
            Watched { telemetry: &telemetry, gate: &gate, leadership: Some(&leadership), stop: &stop }
                .ready();
        telemetry.synced.raise();
        let told = complaint(&ready);
        assert_eq!(told.as_deref(), Some("[-]watch: the Lease has not been seen yet"));
        leadership.standing().raise();
        assert_eq!(complaint(&ready), None);
    }
}

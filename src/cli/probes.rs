//! Where health and metrics are served, and what health means here.

use std::time::Duration;

use clap::Args;
use tokio_util::sync::CancellationToken;

use super::election::Leadership;
use crate::extension::Signs;
use crate::leader::Gate;
use crate::serving::{BindAddress, Checks, Verdict, health, metrics, serve};

/// A loop of the controller that has not come round for so long is wedged.
const WEDGED: Duration = Duration::from_secs(60);

/// Where it is told.
#[derive(Debug, Args)]
pub(super) struct Probes {
    /// Where /healthz and /readyz are served; 0: nowhere.
    #[arg(long, value_name = "ADDRESS", default_value = ":8081")]
    health_bind_address: BindAddress,
    /// Where /metrics is served; 0: nowhere.
    #[arg(long, value_name = "ADDRESS", default_value = ":8080")]
    metrics_bind_address: BindAddress,
}

/// What is looked at.
pub(super) struct Watched<'a> {
    pub(super) signs: &'a Signs,
    pub(super) gate: &'a Gate,
    pub(super) leadership: Option<&'a Leadership>,
    pub(super) stop: &'a CancellationToken,
}

impl Probes {
    /// Serves both, if wanted.
    pub(super) async fn serve(&self, watched: &Watched<'_>) -> anyhow::Result<()> {
        let metered = metrics(watched.signs.metrics.clone());
        serve("metrics", &self.metrics_bind_address, metered).await?;
        serve("health", &self.health_bind_address, health(watched.live(), watched.ready())).await?;
        Ok(())
    }
}

impl Watched<'_> {
    /// It makes progress. Nothing here depends on others being well: a restart would not help them.
    fn live(&self) -> Checks {
        let pulse = self.signs.pulse.clone();
        let checks = Checks::default().and("watch", move || recent("the watch", pulse.age(), WEDGED));
        let Some(leadership) = self.leadership else { return checks };
        let (pulse, bound, gate) = (leadership.pulse(), leadership.bound(), self.gate.clone());
        checks.and("leader-election", move || {
            if gate.is_overdue() {
                return Err("this process leads, but could not renew in time".to_owned());
            }
            recent("the election", pulse.age(), bound)
        })
    }

    /// It can take work: it has seen what there is, or stands by for the one who has.
    fn ready(&self) -> Checks {
        let stop = self.stop.clone();
        let checks = Checks::default().and("shutdown", move || match stop.is_cancelled() {
            true => Err("this process is stopping".to_owned()),
            false => Ok(()),
        });
        let (gate, synced) = (self.gate.clone(), self.signs.synced.clone());
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

//! Read: cloud, state and neighbours to a [`Snapshot`]. Reads only, and lists rather than a GET per thing.
//!
//! The order of reading carries meaning. First the cloud-controller-manager, then the inserts in flight, then the routes, then
//! the VMs: so a snapshot that shows nobody who makes routes, and none on its way, shows all the routes that there will be.
//! May not know: what shall be done about what is seen.

mod account;
mod cloud;
mod error;
mod leftovers;
mod owners;
mod passthrough;
mod read;
mod vms;

use jiff::Timestamp;

pub use account::service_account;
pub use error::ObserveError;

use crate::environment::Clock;
use crate::gcp::Clients;
use crate::journal::State;
use crate::kubernetes::Neighbours;
use crate::snapshot::{Ccm, Cloud, Part, Parts, Snapshot};
use crate::target::{Goal, Target};

/// From where one looks.
pub struct Sources<'a> {
    /// Google.
    pub clients: &'a Clients,
    /// The cloud-controller-manager and its guard.
    pub neighbours: &'a Neighbours,
    /// The wall clock.
    pub clock: &'a dyn Clock,
}

/// Looks at what a decision about `target` depends on: `parts` of the cloud, while the rest is as in `kept`. `state` is what the
/// Infrastructure's status held at `since`.
///
/// # Errors
/// An [`ObserveError`]: what could not be read is never taken for absent.
pub async fn observe(
    target: &Target,
    state: State,
    since: Timestamp,
    sources: &Sources<'_>,
    parts: &Parts,
    kept: Cloud,
) -> Result<Snapshot, ObserveError> {
    let migration = target.goal == Goal::Present && cloud::concerns_pod_traffic(target, &state);
    let ccm = if migration { sources.neighbours.observe().await? } else { Ccm::default() };
    let cloud = self::cloud(target, &state, sources.clients, parts, kept).await?;
    Ok(Snapshot { since, at: sources.clock.now(), cloud, state, ccm })
}

/// Reads `parts` of the cloud; the rest is as in `kept`.
///
/// # Errors
/// An [`ObserveError`].
pub async fn cloud(
    target: &Target,
    state: &State,
    clients: &Clients,
    parts: &Parts,
    kept: Cloud,
) -> Result<Cloud, ObserveError> {
    let mut cloud = cloud::observe(target, state, &clients.compute, parts, kept).await?;
    if parts.contains(&Part::Traffic) {
        passthrough::observe(target, state.journal.phase.is_some(), &clients.compute, &mut cloud).await?;
    }
    if target.service_account && parts.contains(&Part::ServiceAccount) {
        account::observe(target, state, &clients.iam, &mut cloud).await?;
    }
    Ok(cloud)
}

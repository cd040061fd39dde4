//! Observation: cloud, state and neighbours become a [`Snapshot`]. It only reads, and lists rather than a GET per resource.
//!
//! What is read is decided by [`plan::reads`] and carried out here; each kind of resource has a file of its own. The order of reading
//! carries meaning. First the cloud-controller-manager, then the inserts in flight, then the routes, then the VMs: so a snapshot that
//! shows nobody who makes routes, and none on its way, shows all the routes that there will be. Last comes what the shoot's own API shows.
//! May not know: what shall be done about what is seen.

mod addresses;
mod canary;
mod error;
mod firewalls;
mod forwarding_rules;
mod leftovers;
mod network;
mod operations;
mod owners;
mod parse;
mod preflight;
mod router;
mod routes;
mod service_account;
mod shoot;
mod shoot_api;
mod subnets;
mod target_pools;
mod vms;
mod windows;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use planner::desired::Target;
use planner::journal::State;
use planner::plan::{self, PreflightReads, ReadSet, VmScope};
use planner::snapshot::{Ccm, Cloud, Part, Preflight, Reading, Shoot, Snapshot};

pub use error::ObserveError;
pub use router::router;
pub use service_account::service_account;
pub use shoot::shoot;
pub use shoot_api::ShootApi;
pub use windows::Windows;

use crate::environment::Clock;
use crate::gcp::types::ResourceUrl;
use crate::gcp::{Clients, Compute};
use crate::kubernetes::Neighbours;

/// The sources of an observation.
pub struct Sources<'a> {
    /// The clients of Google Cloud.
    pub cloud: &'a Clients,
    /// The cloud-controller-manager, and the resource manager that guards it.
    pub seed: &'a Neighbours,
    /// The wall clock, which says when reading ended.
    pub clock: &'a dyn Clock,
}

/// Reads what a decision about `target` depends on: what `reads` says, while the rest is as in `kept`. `state` is what the
/// Infrastructure's status held at `since`. The shoot is read by [`shoot`](fn@shoot), which comes after all of the cloud.
///
/// # Errors
/// An [`ObserveError`]: what could not be read is never taken for absent.
pub async fn observe(
    target: &Target,
    state: State,
    since: Timestamp,
    sources: &Sources<'_>,
    reads: &ReadSet,
    kept: Cloud,
) -> Result<Snapshot, ObserveError> {
    let mut ccm = if reads.ccm { sources.seed.observe().await? } else { Ccm::default() };
    let cloud = self::cloud(target, &state, sources.cloud, reads, kept).await?;
    let begins = reads.ccm && reads.has(Part::Preflight);
    if begins && plan::preflight(target, &state, &cloud, plan::moment(&state)).is_some() {
        ccm.rights = Reading::Known(Box::pin(sources.seed.rights()).await);
    }
    Ok(Snapshot { since, at: sources.clock.now(), cloud, shoot: Shoot::default(), state, ccm })
}

/// Reads the parts of the cloud that `reads` names; the others are as in `kept`.
///
/// # Errors
/// An [`ObserveError`].
pub async fn cloud(
    target: &Target,
    state: &State,
    clients: &Clients,
    reads: &ReadSet,
    kept: Cloud,
) -> Result<Cloud, ObserveError> {
    let (compute, mut cloud) = (&clients.compute, kept);
    let (name, region) = (&target.network.name, &target.region);
    if reads.has(Part::Addresses) {
        let dispensable = reads.can_do_without(Part::Addresses);
        cloud.addresses = addresses::read(compute, region, dispensable).await?;
    }
    if reads.has(Part::Network) {
        cloud.network = network::read(compute, name).await?;
    }
    let network = cloud.network.as_ref().map(|network| ResourceUrl(network.url.clone()));
    if network.is_none() {
        cloud = cloud.without_network();
    }
    let of_network = |part| network.as_ref().filter(|_| reads.has(part));
    if of_network(Part::Subnets).is_some() {
        let elsewhere = cloud.subnets.into_iter().filter(|subnet| subnet.region != *region);
        cloud.subnets =
            subnets::in_region(compute, name, region).await?.into_iter().chain(elsewhere).collect();
    }
    if of_network(Part::Router).is_some() {
        cloud.router = router(compute, region, &target.router.name).await?;
    }
    if of_network(Part::Firewalls).is_some() {
        cloud.firewalls = firewalls::read(compute, name).await?;
    }
    if reads.has(Part::Operations) {
        operations::read(target, compute, reads.can_do_without(Part::Operations), &mut cloud).await?;
    }
    if let Some(network) = of_network(Part::Traffic) {
        traffic(target, state, compute, network, &mut cloud).await?;
    }
    if of_network(Part::Preflight).is_some() {
        let moment = plan::moment(state);
        cloud.preflight = match plan::preflight(target, state, &cloud, moment) {
            // Many calls at a time are a large future, which no other observation shall have to hold.
            Some(more) => {
                let more = PreflightReads { proves: more.proves && reads.proves, ..more };
                Box::pin(preflight::read(name, region, clients, &more)).await?
            }
            None => Preflight::default(),
        };
    }
    if of_network(Part::Leftovers).is_some() {
        leftovers::read(target, compute, &mut cloud).await?;
    }
    if reads.has(Part::ServiceAccount) {
        let dispensable = reads.can_do_without(Part::ServiceAccount);
        service_account::read(target, &clients.iam, dispensable, &mut cloud).await?;
    }
    Ok(cloud)
}

/// Reads the resources that pod traffic depends on: routes, then VMs, then what is in the way of their migration.
async fn traffic(
    target: &Target,
    state: &State,
    compute: &Compute,
    network: &ResourceUrl,
    cloud: &mut Cloud,
) -> Result<(), ObserveError> {
    let (name, region) = (&target.network.name, &target.region);
    cloud.subnets.retain(|subnet| subnet.region == *region);
    cloud.vms.clear();
    cloud.gone.clear();
    cloud.routes = routes::read(compute, name).await?;
    let listed = match plan::vms(target, state, cloud) {
        VmScope::None => return Ok(()),
        VmScope::Region => vms::in_region(compute, region).await?,
        VmScope::Named => vms::called(compute, region, &target.cluster).await?,
        VmScope::Repairable => vms::called_if_readable(compute, region, &target.cluster).await,
        VmScope::Everywhere => {
            let subnets = subnets::everywhere(compute, name).await?;
            cloud.subnets.extend(subnets.into_iter().filter(|subnet| subnet.region != *region));
            vms::everywhere(compute).await?
        }
    };
    vms::see(listed, network, cloud)?;
    for vm in plan::unconfirmed(target, state, cloud) {
        vms::confirm(compute, vm, cloud).await?;
    }
    if plan::passthrough_rules(target, state, cloud) {
        cloud.passthrough_rules = forwarding_rules::passthrough(compute, name).await?;
    }
    Ok(())
}

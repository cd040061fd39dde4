//! Read: cloud, state and neighbours to a [`Snapshot`]. Reads only, and lists rather than a GET per thing.
//!
//! The order of reading carries meaning. First the cloud-controller-manager, then the inserts in flight, then the routes, then
//! the VMs: so a snapshot that shows nobody who makes routes, and none on its way, shows all the routes that there will be.
//! May not know: what shall be done about what is seen.

mod cloud;
mod error;
mod leftovers;
mod owners;
mod read;

use jiff::Timestamp;

pub use error::ObserveError;

use crate::gcp::{Class, Clients};
use crate::journal::{SERVICE_ACCOUNT_EXISTS, State};
use crate::kubernetes::Neighbours;
use crate::seams::Clock;
use crate::snapshot::{Ccm, ServiceAccount, Snapshot};
use crate::target::{Goal, Target};

/// Looks at everything that a decision about `target` depends on. `state` is what the Infrastructure's status held at `since`.
///
/// # Errors
/// An [`ObserveError`]: what could not be read is never taken for absent.
pub async fn observe(
    target: &Target,
    state: State,
    since: Timestamp,
    clients: &Clients,
    neighbours: &Neighbours,
    clock: &dyn Clock,
) -> Result<Snapshot, ObserveError> {
    let migration = target.goal == Goal::Stand && cloud::concerns_pod_traffic(target, &state);
    let ccm = if migration { neighbours.observe().await? } else { Ccm::default() };
    let mut cloud = cloud::observe(target, &state, &clients.compute).await?;
    if target.service_account {
        cloud.service_account = service_account(target, &state, clients).await?;
    }
    Ok(Snapshot { since, at: clock.now(), cloud, state, ccm })
}

/// The service account of the shoot's own, if there is one, and it matters.
async fn service_account(
    target: &Target,
    state: &State,
    clients: &Clients,
) -> Result<Option<ServiceAccount>, ObserveError> {
    // Past the point of no return nobody asks for it, and an IAM that does not answer must not hold the migration up.
    if target.goal == Goal::Stand && state.is_committed_to_dual_stack() {
        return Ok(None);
    }
    match clients.iam.service_account(&target.service_account_email()).await {
        Ok(account) => Ok(account.map(read::service_account)),
        // Who may not even look for it has not made one, as far as is known.
        Err(error)
            if target.goal == Goal::Gone
                && error.class() == Class::Forbidden
                && !state.is_marked(SERVICE_ACCOUNT_EXISTS) =>
        {
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

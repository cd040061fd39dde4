//! Read: cloud, state and neighbours to a [`Snapshot`]. Reads only, and lists rather than a GET per thing.
//!
//! The order of reading carries meaning. First the cloud-controller-manager, then the inserts in flight, then the routes, then
//! the VMs: so a snapshot that shows nobody who makes routes, and none on its way, shows all the routes that there will be.
//! May not know: what shall be done about what is seen.

mod cloud;
mod error;
mod read;

use jiff::Timestamp;

pub use error::ObserveError;

use crate::gcp::Compute;
use crate::journal::State;
use crate::kubernetes::Neighbours;
use crate::seams::Clock;
use crate::snapshot::{Ccm, Snapshot};
use crate::target::Target;

/// Looks at everything that a decision about `target` depends on. `state` is what the Infrastructure's status held at `since`.
///
/// # Errors
/// An [`ObserveError`]: what could not be read is never taken for absent.
pub async fn observe(
    target: &Target,
    state: State,
    since: Timestamp,
    compute: &Compute,
    neighbours: &Neighbours,
    clock: &dyn Clock,
) -> Result<Snapshot, ObserveError> {
    // A shoot that stays IPv4 and never began to leave it has routes, but they are nobody's concern here.
    let migration = target.dual_stack || state.journal.phase.is_some();
    let ccm = if migration { neighbours.observe().await? } else { Ccm::default() };
    let cloud = cloud::observe(target, &state, compute, migration).await?;
    Ok(Snapshot { since, at: clock.now(), cloud, state, ccm })
}

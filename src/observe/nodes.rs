//! The shoot's Nodes, as its own API shows them. They are read after the VMs, so that no Node is taken for one without a VM.

use planner::desired::Target;
use planner::journal::State;
use planner::plan;
use planner::snapshot::{Cloud, Obstacle, Part, Parts, Reading, Shoot, Window};

use crate::kubernetes::Seed;
use crate::shoot::{Guests, Shoots};

/// The way to a shoot's API.
pub struct ShootApi<'a> {
    /// The clients of all shoots.
    pub shoots: &'a Shoots,
    /// The seed, which has the Secret that leads there.
    pub seed: &'a Seed,
    /// The name of the Cluster.
    pub cluster: &'a str,
}

/// Reads the Nodes if a decision about `target` depends on them and what was just `read` of the `cloud` may have changed it; else they are
/// as in `kept`. An API that does not answer holds nothing up: it is a value.
pub async fn nodes(
    target: &Target,
    state: &State,
    cloud: &Cloud,
    read: &Parts,
    api: &ShootApi<'_>,
    kept: Shoot,
) -> Shoot {
    let judges = read.contains(&Part::Preflight)
        && plan::preflight(target, state, cloud, plan::moment(state)).is_some();
    if !judges && !read.contains(&Part::Traffic) {
        return kept;
    }
    if !plan::lists_nodes(target, state, cloud) {
        return Shoot::default();
    }
    let guests = if judges { Guests::Read } else { Guests::Unread };
    let control_plane = target.control_plane_namespace.as_deref().unwrap_or(api.cluster);
    let nodes = match api.shoots.open(api.seed, api.cluster, control_plane).await {
        Ok(shoot) => shoot.nodes(&target.project, guests).await,
        Err(obstacle) => Reading::Unknown(obstacle),
    };
    Shoot { nodes, pods: Reading::Unknown(Obstacle::NoAccess), window: Window::default() }
}

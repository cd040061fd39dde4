//! The shoot as its own API shows it: Nodes, pods, and looks at canaries. It is read after the VMs, so that no Node is taken for one
//! without a VM.

use planner::desired::Target;
use planner::journal::State;
use planner::plan;
use planner::snapshot::{Cloud, Part, Parts, Reading, Shoot};

use super::canary;
use super::shoot_api::ShootApi;
use crate::shoot::Guests;

/// Reads of the shoot what a decision about `target` depends on: the Nodes and pods if what was just `read` of the `cloud` may have
/// changed what they mean, else they are as in `kept`; and canaries that are being measured. An API that does not answer holds nothing
/// up: it is a value.
pub async fn shoot(
    target: &Target,
    state: &State,
    cloud: &Cloud,
    read: &Parts,
    api: &ShootApi<'_>,
    kept: Shoot,
) -> Shoot {
    let mut seen = nodes(target, state, cloud, read, api, kept).await;
    // Many calls at a time are a large future, which no other observation shall have to hold.
    seen.window = Box::pin(canary::window(target, state, cloud, api)).await;
    seen
}

async fn nodes(
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
    let unknown = |obstacle| Shoot {
        nodes: Reading::Unknown(obstacle),
        pods: Reading::Unknown(obstacle),
        ..Shoot::default()
    };
    let shoot = match api.open(target).await {
        Ok(shoot) => shoot,
        Err(obstacle) => return unknown(obstacle),
    };
    let nodes = match shoot.nodes(&target.project, guests).await {
        Reading::Known(nodes) => nodes,
        Reading::Unknown(obstacle) => return unknown(obstacle),
        Reading::Unread => return Shoot::default(),
    };
    let pods = if plan::lists_pods(target, state, cloud) {
        Box::pin(canary::pods(target, cloud, &nodes, api.settings, api.clock.now(), &shoot)).await
    } else {
        Reading::Unread
    };
    Shoot { nodes: Reading::Known(nodes), pods, ..Shoot::default() }
}

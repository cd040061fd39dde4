//! The cloud-controller-manager: whether there is a way back, on which it makes the routes anew.

use crate::journal::Phase;
use crate::plan::Finding;
use crate::plan::context::Context;
use crate::plan::migration::facts::Facts;

/// The finding about the cloud-controller-manager.
pub(super) fn findings(context: Context<'_>, facts: &Facts<'_>) -> Vec<Finding> {
    let ccm = &context.seen.ccm;
    let before = facts.journal.phase != Some(Phase::Deleting) && !facts.routes.is_empty();
    if !before || ccm.replicas.is_none() || ccm.makes_routes {
        return Vec::new();
    }
    vec![Finding::warn(
        "ccm-makes-no-routes",
        "the cloud-controller-manager makes no routes (--configure-cloud-routes=false) although nodes are served by routes: the migration \
         can only go forward, as nobody would make a route for a node that comes; if a way back is wanted, have the \
         ControlPlane reconciled for IPv4 before it begins",
    )]
}

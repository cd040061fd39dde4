//! The cloud-controller-manager: whether it can be stopped, and whether there is a way back, on which it makes the routes anew.

use crate::documents::names::{CONTROL_PLANE_MANAGED_RESOURCE, IGNORE_ANNOTATION};
use crate::journal::Phase;
use crate::plan::Finding;
use crate::plan::context::Context;
use crate::plan::migration::facts::Facts;
use crate::snapshot::Ccm;

/// The findings about the cloud-controller-manager.
pub(super) fn findings(context: Context<'_>, facts: &Facts<'_>) -> Vec<Finding> {
    let ccm = &context.seen.ccm;
    if facts.journal.phase == Some(Phase::Deleting) || facts.routes.is_empty() {
        return Vec::new();
    }
    let left_alone = left_alone(ccm).map(|why| Finding::error("control-plane-ignored", why));
    let no_routes = (ccm.replicas.is_some() && !ccm.makes_routes).then(|| {
        Finding::warn(
            "ccm-makes-no-routes",
            "the cloud-controller-manager makes no routes (--configure-cloud-routes=false) although nodes are served by routes: the migration \
             can only go forward, as nobody would make a route for a node that comes; if a way back is wanted, have the \
             ControlPlane reconciled for IPv4 before it begins",
        )
    });
    left_alone.into_iter().chain(no_routes).collect()
}

/// Why the cloud-controller-manager cannot be stopped and given back as it was; none: it can. A freeze of this controller has both annotations.
pub(in crate::plan::migration) fn left_alone(ccm: &Ccm) -> Option<String> {
    let by_others = ccm.managed_resource.is_some_and(|resource| resource.ignore && !resource.remove_ignore);
    by_others.then(|| {
        format!(
            "somebody has the resource manager leave the shoot's control plane alone, so that the cloud-controller-manager could not be stopped \
             and given back as it was: take the annotation {IGNORE_ANNOTATION} off ManagedResource {CONTROL_PLANE_MANAGED_RESOURCE}"
        )
    })
}

//! Permissions in the project, and rights in the seed.

use crate::documents::names::{CCM_DEPLOYMENT, CONTROL_PLANE_MANAGED_RESOURCE};
use crate::plan::Finding;
use crate::plan::context::Context;
use crate::plan::migration::facts::Facts;
use crate::snapshot::{Permissions, SeedRights};
use crate::text::listed;

/// The findings about what the credentials and this controller may do.
pub(super) fn findings(context: Context<'_>, _: &Facts<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(permissions) = &context.seen.cloud.preflight.permissions {
        findings.extend(in_project(permissions));
    }
    if let Some(rights) = context.seen.ccm.rights.known() {
        findings.extend(in_seed(*rights));
    }
    findings
}

fn in_project(Permissions { missing, unproven, obstacle }: &Permissions) -> Vec<Finding> {
    let missing = (!missing.is_empty()).then(|| {
        Finding::error(
            "permission-missing",
            format!(
                "the service account may not do all that a migration needs, forth and back: grant it {}",
                listed(missing, ", ")
            ),
        )
    });
    let unproven = (!unproven.is_empty()).then(|| {
        let why = obstacle.map(|obstacle| format!(" ({obstacle})")).unwrap_or_default();
        Finding::warn(
            "permissions-unknown",
            format!(
                "whether the service account has these permissions is not known, as Cloud Resource Manager does not tell{why}: {}; switch \
                 cloudresourcemanager.googleapis.com on, or look by hand",
                listed(unproven, ", ")
            ),
        )
    });
    missing.into_iter().chain(unproven).collect()
}

fn in_seed(SeedRights { scale, annotate }: SeedRights) -> Vec<Finding> {
    let objects = [
        (scale, format!("scale the Deployment {CCM_DEPLOYMENT}")),
        (annotate, format!("patch the ManagedResource {CONTROL_PLANE_MANAGED_RESOURCE}")),
    ];
    let unknown = (scale.is_none() || annotate.is_none()).then(|| {
        Finding::warn(
            "preflight-unknown",
            "what this controller may do in the seed is not known, as the seed does not answer a SelfSubjectAccessReview: look by hand \
             that its ClusterRole has what the chart gives it",
        )
    });
    let denied = objects.into_iter().filter(|(right, _)| *right == Some(false));
    let denied = denied
        .map(|(_, what)| {
            Finding::error(
                "seed-rights",
                format!(
                    "this controller may not {what} in the shoot's namespace, which a migration needs before it deletes a route: give its \
                     ClusterRole in the seed that right"
                ),
            )
        });
    denied.chain(unknown).collect()
}

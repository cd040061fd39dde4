//! Rules of internal passthrough load balancers in the VPC, counted before a migration begins: beyond a published number of them in a
//! VPC, connectivity may suffer while ranges of a subnet overlap routes.

use super::ObserveError;
use super::cloud::vm_of;
use crate::excerpt::chain;
use crate::gcp::{Class, Compute};
use crate::snapshot::{Cloud, PassthroughRules};
use crate::target::{Goal, Target};

/// The scheme of passthrough ones; those of proxies have others.
const PASSTHROUGH: &str = "INTERNAL";

/// Adds their number to `cloud`, where routes of VMs would be migrated and nothing of that has begun: later it forbids nothing any more.
/// Who may not list them can migrate all the same.
pub(super) async fn observe(
    target: &Target,
    begun: bool,
    compute: &Compute,
    cloud: &mut Cloud,
) -> Result<(), ObserveError> {
    // Routes of others are not migrated, and no region that does not answer may hold up who has nothing to migrate.
    let routed = cloud.routes.iter().any(|route| vm_of(target, route).is_some());
    if target.goal == Goal::Absent || !target.dual_stack || begun || !routed {
        return Ok(());
    }
    let network = compute.network_url(&target.network.name);
    cloud.passthrough_rules = match compute.forwarding_rules_everywhere().await {
        Err(error) if error.class() == Class::Forbidden => {
            tracing::warn!(error = %chain(&error), "cannot count the rules of internal load balancers");
            PassthroughRules::Denied
        }
        rules => PassthroughRules::Counted(
            rules?
                .iter()
                .filter(|rule| rule.load_balancing_scheme == PASSTHROUGH)
                .filter(|rule| rule.network.as_ref().is_some_and(|of| of.same_as(&network)))
                .count(),
        ),
    };
    Ok(())
}

//! The VMs in a VPC of the shoot's own that is to go: whoever's they are, it stays as long as they do.

use super::{ObserveError, read};
use crate::excerpt::chain;
use crate::gcp::{Class, Compute};
use crate::snapshot::Cloud;
use crate::target::{Ownership, Target};
use crate::vocabulary::{Purpose, subnet_name};

/// Adds them to `cloud`, if they were not read for another reason, and there is a subnet of the shoot's that they could be in: those in
/// subnets of others are there as long as these subnets are. Who cannot list them hears from Google what is in the way.
pub(super) async fn observe(
    target: &Target,
    compute: &Compute,
    cloud: &mut Cloud,
) -> Result<(), ObserveError> {
    let has = |purpose| cloud.subnet(&target.region, &subnet_name(&target.cluster, purpose)).is_some();
    let matters = target.network.ownership == Ownership::Own && Purpose::ALL.into_iter().any(has);
    if !cloud.vms.is_empty() || !matters {
        return Ok(());
    }
    let instances = match compute.instances_in(&target.region).await {
        Err(error) if matches!(error.class(), Class::Forbidden | Class::Unavailable | Class::Throttled) => {
            tracing::warn!(error = %chain(&error), "cannot look for VMs that keep the VPC");
            return Ok(());
        }
        listed => listed?,
    };
    let network = compute.network_url(&target.network.name);
    for instance in instances {
        let here = instance.network_interfaces.first().is_some_and(|nic| nic.network.same_as(&network));
        if here && let Some(vm) = read::vm(&instance)? {
            cloud.see(vm);
        }
    }
    Ok(())
}

//! The shoot's subnets: whether each can become dual-stack, and aliases be taken from that of the nodes.

use crate::desired::SubnetTarget;
use crate::plan::Finding;
use crate::plan::context::Context;
use crate::plan::migration::facts::Facts;
use crate::plan::migration::remedy::of_subnet;
use crate::snapshot::{PRIVATE, StackType, Subnet};
use crate::text::Quoted;
use crate::vocabulary::Purpose;

/// The findings about the subnets that the shoot has and keeps.
pub(super) fn findings(context: Context<'_>, _: &Facts<'_>) -> Vec<Finding> {
    let wanted = context.target.subnets.iter();
    let kept = wanted.filter_map(|wanted| {
        let subnet = context.seen.cloud.subnet(&context.target.region, &wanted.name)?;
        // An internal subnet that cannot grow into its range is made anew, whatever it is.
        let made_anew = wanted.purpose == Purpose::Internal && !wanted.range.contains(&subnet.range);
        (!made_anew).then_some((wanted, subnet))
    });
    kept.flat_map(|(wanted, subnet)| {
        let way_out = of_subnet(wanted);
        [stack(subnet, way_out), purpose(subnet, way_out), range(wanted, subnet)].into_iter().flatten()
    })
    .collect()
}

fn stack(subnet: &Subnet, way_out: &str) -> Option<Finding> {
    let (rule, is) = match subnet.stack {
        StackType::Ipv4 | StackType::DualExternal => return None,
        StackType::DualInternal => (
            "subnet-internal-ipv6",
            "INTERNAL IPv6, which cannot become EXTERNAL (ipv6AccessType is immutable)",
        ),
        StackType::Other => {
            ("subnet-stack", "an IPv6 stack without IPv4, or one that this version does not know")
        }
    };
    Some(Finding::error(rule, format!("subnet {} has {is}: {way_out}", subnet.name)))
}

/// A subnet for services with another range is not the shoot's: the range of services never changes, and a subnet never shrinks again.
fn range(wanted: &SubnetTarget, subnet: &Subnet) -> Option<Finding> {
    (wanted.purpose == Purpose::Services && subnet.range != wanted.range).then(|| {
        Finding::error(
            "subnet-name-taken",
            format!(
                "a subnet {} is there, in the shoot's VPC with the range {}, so the shoot's with the range {} cannot be made: {}",
                subnet.name,
                subnet.range,
                wanted.range,
                of_subnet(wanted)
            ),
        )
    })
}

fn purpose(subnet: &Subnet, way_out: &str) -> Option<Finding> {
    (subnet.purpose != PRIVATE).then(|| {
        Finding::error(
            "subnet-purpose",
            format!(
                "subnet {} has the purpose {} and not {PRIVATE}, so it can hold neither VMs nor load balancers of the shoot: {way_out}",
                subnet.name,
                Quoted(&subnet.purpose)
            ),
        )
    })
}

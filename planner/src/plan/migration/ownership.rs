//! Whose a route is. Never decided by a name prefix alone: `shoot--p--a` must not touch what belongs to `shoot--p--ab`.

use ipnet::{IpNet, Ipv4Net};

use crate::desired::Ownership;
use crate::plan::Context;
use crate::snapshot::{NextHop, Route};
use crate::vocabulary::VmRef;

/// What the cloud-controller-manager writes on each route it makes.
const CCM_DESCRIPTION: &str = "k8s-node-route";

/// The cloud-controller-manager cuts the cluster's name at this length in a route's name; a name that was cut proves nothing.
const CCM_NAME_LIMIT: usize = 26;

/// The destination and the VM of `route`, if it is a route of ours: made by a cloud-controller-manager, for a range inside the
/// pod range, to a VM that is this shoot's.
pub(in crate::plan) fn own<'a>(context: Context<'_>, route: &'a Route) -> Option<(Ipv4Net, &'a VmRef)> {
    let pods = context.target.pods?;
    let (IpNet::V4(destination), NextHop::Vm(vm)) = (route.destination, &route.next_hop) else {
        return None;
    };
    if route.description != CCM_DESCRIPTION || !pods.contains(&destination) {
        return None;
    }
    let ours = match context.seen.cloud.vm(vm) {
        Some(vm) => vm.tags.contains(&context.target.cluster),
        None => context.seen.cloud.gone.contains(vm) && gone_was_ours(context, route, vm),
    };
    ours.then_some((destination, vm))
}

/// Whether `route` looks like one of ours, but its VM is gone and nothing else tells whose it was.
pub(in crate::plan) fn is_doubtful(context: Context<'_>, route: &Route) -> bool {
    let (IpNet::V4(destination), NextHop::Vm(vm)) = (route.destination, &route.next_hop) else {
        return false;
    };
    let inside = context.target.pods.is_some_and(|pods| pods.contains(&destination));
    let gone = context.seen.cloud.gone.contains(vm);
    route.description == CCM_DESCRIPTION && inside && gone && own(context, route).is_none()
}

/// A VM that is gone cannot show its tag. Pod ranges of shoots in one VPC are disjoint, so in our own VPC the range tells;
/// elsewhere the journal or the exact name must.
fn gone_was_ours(context: Context<'_>, route: &Route, vm: &VmRef) -> bool {
    context.target.network.ownership == Ownership::Own
        || context.seen.state.journal.entries.names(vm)
        || bears_ccm_name(&context.target.cluster, &route.name)
}

/// `CLUSTER-UUID`, and a cluster's name short enough not to have been cut.
fn bears_ccm_name(cluster: &str, route: &str) -> bool {
    cluster.len() < CCM_NAME_LIMIT
        && route
            .strip_prefix(cluster)
            .and_then(|rest| rest.strip_prefix('-'))
            .is_some_and(|rest| rest.len() == 36 && uuid::Uuid::try_parse(rest).is_ok())
}

#[cfg(test)]
mod tests {
    use super::bears_ccm_name;

    #[test]
    fn only_the_exact_name_counts() {
        let id = "0a1b2c3d-0001-4000-8000-000000000001";
        assert!(bears_ccm_name("shoot--p--a", &format!("shoot--p--a-{id}")));
        assert!(!bears_ccm_name("shoot--p--a", &format!("shoot--p--a-b-{id}")));
        assert!(!bears_ccm_name("shoot--p--a", &format!("shoot--p--ab-{id}")));
        assert!(!bears_ccm_name("shoot--p--a", "shoot--p--a-0a1b2c3d000140008000000000000001"));
        let long = "shoot--project--a-cluster1";
        assert_eq!(long.len(), 26);
        assert!(!bears_ccm_name(long, &format!("{long}-{id}")));
    }
}

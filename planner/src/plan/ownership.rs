//! Ownership of routes and rules. A name prefix never decides it: `shoot--p--a` must not touch what belongs to `shoot--p--ab`.

use ipnet::{IpNet, Ipv4Net};

use super::resource::FirewallRole;
use crate::desired::{Ownership, Target};
use crate::snapshot::{Firewall, NextHop, Route, Snapshot};
use crate::vocabulary::{ClusterName, VmRef};

/// The description of routes made by the cloud-controller-manager.
const CCM_DESCRIPTION: &str = "k8s-node-route";

/// The length at which the cloud-controller-manager cuts the cluster's name in a route's name. A cut name proves nothing.
const CCM_NAME_LIMIT: usize = 26;

/// The prefix of the names of firewall rules made by the cloud-controller-manager.
const CCM_FIREWALL_PREFIX: &str = "k8s";

/// The destination and the VM of `route`, if the route is the shoot's: made by a cloud-controller-manager, for a range inside the
/// pod range, with a VM of the shoot as next hop.
pub(super) fn route<'a>(target: &Target, seen: &Snapshot, route: &'a Route) -> Option<(Ipv4Net, &'a VmRef)> {
    let (destination, vm) = to_pods(target, route)?;
    let ours = match seen.cloud.vm(vm) {
        Some(vm) => vm.has_tag(&target.cluster),
        None => seen.cloud.gone.contains(vm) && gone_was_ours(target, seen, route, vm),
    };
    ours.then_some((destination, vm))
}

/// Whether `route` may be the shoot's, but its VM is gone and nothing else tells the owner.
pub(super) fn is_doubtful(target: &Target, seen: &Snapshot, route: &Route) -> bool {
    let looks_ours = to_pods(target, route).is_some_and(|(_, vm)| seen.cloud.gone.contains(vm));
    looks_ours && self::route(target, seen, route).is_none()
}

/// Whether `rule` is the shoot's: by exact name, or made by the cloud-controller-manager for the shoot's VMs.
pub(super) fn rule(cluster: &ClusterName, rule: &Firewall) -> bool {
    let made_by_ccm =
        rule.name.starts_with(CCM_FIREWALL_PREFIX) && rule.target_tags.iter().any(|tag| *tag == *cluster);
    made_by_ccm || FirewallRole::is_rule_name(cluster, &rule.name)
}

/// The destination and the VM of a route made by a cloud-controller-manager for a range inside the pod range.
fn to_pods<'a>(target: &Target, route: &'a Route) -> Option<(Ipv4Net, &'a VmRef)> {
    let pods = target.pods?;
    let (IpNet::V4(destination), NextHop::Vm(vm)) = (route.destination, &route.next_hop) else {
        return None;
    };
    (route.description == CCM_DESCRIPTION && pods.contains(&destination)).then_some((destination, vm))
}

/// Whether a VM that is gone was the shoot's, as it cannot show its tag. In an own VPC the range tells, because the pod ranges of
/// shoots in one VPC are disjoint; in a user's VPC the journal, a Node or the exact name must.
fn gone_was_ours(target: &Target, seen: &Snapshot, route: &Route, vm: &VmRef) -> bool {
    target.network.ownership == Ownership::Own
        || seen.state.journal.entries.names(vm)
        || has_node(seen, vm)
        || bears_ccm_name(&target.cluster, &route.name)
}

/// Whether a Node of the shoot says that it is `vm`.
fn has_node(seen: &Snapshot, vm: &VmRef) -> bool {
    let mut nodes = seen.shoot.nodes.known().into_iter().flatten();
    nodes.any(|node| node.vm.as_ref() == Some(vm) && *node.name == *vm.name)
}

/// Whether `route` is named `CLUSTER-UUID`, with a cluster's name too short to have been cut.
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

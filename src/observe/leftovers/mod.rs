//! Leftovers of the cluster's load balancers, and VMs, in a VPC that is to be deleted.
//!
//! A load balancer is the shoot's by what it uses (the VPC, a subnet, VMs), or by its name, which a firewall rule tells. What stands behind
//! its front is looked for only where such a rule is there.

mod balancers;
mod traces;

use std::collections::BTreeSet;

use planner::desired::{Ownership, Target};
use planner::plan;
use planner::snapshot::{Cloud, Leftover, LeftoverKind};
use planner::vocabulary::Purpose;

use self::traces::Traces;
use super::error::{ObserveError, if_listed};
use super::owners::Owners;
use super::{addresses, forwarding_rules, target_pools, vms};
use crate::gcp::types::ResourceUrl;
use crate::gcp::{Compute, Error};

/// The kinds of what stands behind the front of a load balancer, without which none is of use.
const BEHIND: [LeftoverKind; 4] = [
    LeftoverKind::BackendService,
    LeftoverKind::InstanceGroup,
    LeftoverKind::HealthCheck,
    LeftoverKind::HttpHealthCheck,
];

/// Adds the VMs in the VPC, and all of the load balancers in the shoot's region that use the VPC, a subnet of the shoot or a VM of the
/// shoot, or that a firewall rule of the cluster names.
///
/// # Errors
/// If a list cannot be had for another reason than that it is forbidden or not to be had now.
pub(super) async fn read(target: &Target, compute: &Compute, cloud: &mut Cloud) -> Result<(), ObserveError> {
    if plan::keeping_vms(target, cloud) {
        let list = vms::in_region(compute, &target.region).await;
        let list = if_listed(list, "cannot look for VMs that keep the VPC")?;
        vms::see(list.unwrap_or_default(), &compute.network_url(&target.network.name), cloud)?;
    }
    let traces = Traces::of(&cloud.firewalls, &target.cluster);
    let mut list = List::default();
    let pools = pools(target, cloud, compute, &traces).await;
    let pools = list.listed(LeftoverKind::TargetPool, pools)?;
    for pool in &pools {
        list.add(LeftoverKind::TargetPool, &pool.self_link, &pool.description, None, false);
    }
    let pool_paths: BTreeSet<&str> = pools.iter().map(|pool| pool.self_link.path()).collect();
    let rules = forwarding_rules::in_region(compute, &target.region).await;
    for rule in list.listed(LeftoverKind::ForwardingRule, rules)? {
        let subnet = rule.subnetwork.as_ref().and_then(|subnet| own_subnet(target, subnet));
        let in_own_vpc = rule.network.as_ref().is_some_and(|network| is_own_vpc(target, network));
        let blocks = subnet.is_some() || in_own_vpc;
        let of_pool = rule.target.as_ref().is_some_and(|target| pool_paths.contains(target.path()));
        if blocks || of_pool || traces.name(rule.self_link.name()) {
            list.add(LeftoverKind::ForwardingRule, &rule.self_link, &rule.description, subnet, blocks);
        }
    }
    let addresses = addresses::in_region(compute, &target.region).await;
    for address in list.listed(LeftoverKind::Address, addresses)? {
        let subnet = address.subnetwork.as_ref().and_then(|subnet| own_subnet(target, subnet));
        let blocks = subnet.is_some();
        if blocks || traces.name(address.self_link.name()) {
            list.add(LeftoverKind::Address, &address.self_link, &address.description, subnet, blocks);
        }
    }
    behind(target, compute, &traces, &mut list).await?;
    list.leftovers.sort();
    list.unlisted.sort();
    (cloud.leftovers, cloud.unlisted) = (list.leftovers, list.unlisted);
    Ok(())
}

/// Adds what stands behind the front of load balancers that rules name.
async fn behind(
    target: &Target,
    compute: &Compute,
    traces: &Traces,
    list: &mut List,
) -> Result<(), ObserveError> {
    if traces.is_empty() {
        return Ok(());
    }
    for kind in BEHIND {
        let all = balancers::list(compute, &target.region, kind).await;
        for part in list.listed(kind, all)? {
            let name = part.self_link.name();
            let ours = traces.name_health_check(name) || traces.name_group(name);
            if ours {
                list.add(kind, &part.self_link, &part.description, None, false);
            }
        }
    }
    Ok(())
}

/// Leftovers that were found, and the kinds that could not be listed.
#[derive(Default)]
struct List {
    leftovers: Vec<Leftover>,
    unlisted: Vec<LeftoverKind>,
}

impl List {
    /// The items of a list; empty if it cannot be had, which is noted.
    fn listed<T>(&mut self, kind: LeftoverKind, list: Result<Vec<T>, Error>) -> Result<Vec<T>, Error> {
        let list = if_listed(list, "cannot look for load balancers that were left behind")?;
        if list.is_none() {
            self.unlisted.push(kind);
        }
        Ok(list.unwrap_or_default())
    }

    fn add(
        &mut self,
        kind: LeftoverKind,
        link: &ResourceUrl,
        description: &str,
        subnet: Option<String>,
        blocks: bool,
    ) {
        self.leftovers.push(Leftover {
            kind,
            region: link.region().or(link.zone()).unwrap_or("global").into(),
            name: link.name().into(),
            subnet: subnet.map(Into::into),
            blocks,
            service: traces::service(description),
        });
    }
}

/// The target pools in front of VMs of the shoot, and those that rules name, whose VMs may all have gone.
async fn pools(
    target: &Target,
    cloud: &Cloud,
    compute: &Compute,
    traces: &Traces,
) -> Result<Vec<target_pools::Wire>, Error> {
    let mut owners = Owners::new(target, cloud, compute);
    let mut ours = Vec::new();
    for pool in target_pools::in_region(compute, &target.region).await? {
        if traces.name(pool.self_link.name()) || owners.leads_to_ours(&pool.instances).await? {
            ours.push(pool);
        }
    }
    Ok(ours)
}

/// The name of the subnet, if it is one of the shoot's.
fn own_subnet(target: &Target, subnet: &ResourceUrl) -> Option<String> {
    let ours = Purpose::ALL.into_iter().any(|purpose| target.subnet_path(purpose) == subnet.path());
    ours.then(|| subnet.name().to_owned())
}

fn is_own_vpc(target: &Target, network: &ResourceUrl) -> bool {
    target.network.ownership == Ownership::Own && network.path() == target.network_path()
}

//! Leftovers of the cluster's load balancers, and VMs, in a VPC that is to be deleted.

use std::collections::BTreeSet;

use planner::desired::{Ownership, Target};
use planner::plan;
use planner::snapshot::{Cloud, Leftover, LeftoverKind};
use planner::vocabulary::Purpose;

use super::error::{ObserveError, if_listed};
use super::owners::Owners;
use super::{addresses, forwarding_rules, target_pools, vms};
use crate::gcp::types::ResourceUrl;
use crate::gcp::{Compute, Error};

/// Adds the VMs in the VPC, and the forwarding rules, addresses and target pools in the shoot's region that use the VPC, a subnet of the
/// shoot or a VM of the shoot.
///
/// # Errors
/// If a list cannot be had for another reason than that it is forbidden or not to be had now.
pub(super) async fn read(target: &Target, compute: &Compute, cloud: &mut Cloud) -> Result<(), ObserveError> {
    if plan::keeping_vms(target, cloud) {
        let list = vms::in_region(compute, &target.region).await;
        let list = if_listed(list, "cannot look for VMs that keep the VPC")?;
        vms::see(list.unwrap_or_default(), &compute.network_url(&target.network.name), cloud)?;
    }
    let mut list = List::default();
    let pools = pools(target, cloud, compute).await;
    let pools = list.listed(LeftoverKind::TargetPool, pools)?;
    for pool in &pools {
        list.add(LeftoverKind::TargetPool, pool, None, false);
    }
    let pool_paths: BTreeSet<&str> = pools.iter().map(ResourceUrl::path).collect();
    let rules = forwarding_rules::in_region(compute, &target.region).await;
    for rule in list.listed(LeftoverKind::ForwardingRule, rules)? {
        let subnet = rule.subnetwork.as_ref().and_then(|subnet| own_subnet(target, subnet));
        let in_own_vpc = rule.network.as_ref().is_some_and(|network| is_own_vpc(target, network));
        let blocks = subnet.is_some() || in_own_vpc;
        let of_pool = rule.target.as_ref().is_some_and(|target| pool_paths.contains(target.path()));
        if blocks || of_pool {
            list.add(LeftoverKind::ForwardingRule, &rule.self_link, subnet, blocks);
        }
    }
    let addresses = addresses::in_region(compute, &target.region).await;
    for address in list.listed(LeftoverKind::Address, addresses)? {
        let subnet = address.subnetwork.as_ref().and_then(|subnet| own_subnet(target, subnet));
        if subnet.is_some() {
            list.add(LeftoverKind::Address, &address.self_link, subnet, true);
        }
    }
    list.leftovers.sort();
    list.unlisted.sort();
    (cloud.leftovers, cloud.unlisted) = (list.leftovers, list.unlisted);
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

    fn add(&mut self, kind: LeftoverKind, link: &ResourceUrl, subnet: Option<String>, blocks: bool) {
        self.leftovers.push(Leftover {
            kind,
            region: link.region().unwrap_or("global").into(),
            name: link.name().into(),
            subnet: subnet.map(Into::into),
            blocks,
        });
    }
}

/// The target pools in front of VMs of the shoot.
async fn pools(target: &Target, cloud: &Cloud, compute: &Compute) -> Result<Vec<ResourceUrl>, Error> {
    let mut owners = Owners::new(target, cloud, compute);
    let mut ours = Vec::new();
    for pool in target_pools::in_region(compute, &target.region).await? {
        if owners.leads_to_ours(&pool.instances).await? {
            ours.push(pool.self_link);
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

//! What the cluster's load balancers left behind, looked for where a VPC is to go.

use super::ObserveError;
use super::owners::Owners;
use super::vms;
use crate::excerpt::chain;
use crate::gcp::types::ResourceUrl;
use crate::gcp::{Class, Compute, Error};
use crate::snapshot::{Cloud, Leftover, LeftoverKind};
use crate::target::{Ownership, Target};
use crate::vocabulary::Purpose;

/// Adds forwarding rules, addresses and target pools in the shoot's region that use the VPC, a subnet of ours or a VM of ours. Who
/// cannot list them can delete a VPC all the same, and hears from Google what is in the way.
pub(super) async fn observe(
    target: &Target,
    compute: &Compute,
    cloud: &mut Cloud,
) -> Result<(), ObserveError> {
    vms::observe(target, compute, cloud).await?;
    let mut list = List::default();
    let pools = pools(target, cloud, compute).await;
    let pools = list.listed(LeftoverKind::TargetPool, pools)?;
    for pool in &pools {
        list.add(LeftoverKind::TargetPool, pool, None, false);
    }
    for rule in list.listed(LeftoverKind::ForwardingRule, compute.forwarding_rules(&target.region).await)? {
        let subnet = rule.subnetwork.as_ref().and_then(|subnet| own_subnet(target, subnet));
        let in_own_vpc = rule.network.as_ref().is_some_and(|network| is_own_vpc(target, network));
        let blocks = subnet.is_some() || in_own_vpc;
        let of_pool =
            rule.target.as_ref().is_some_and(|target| pools.iter().any(|pool| pool.same_as(target)));
        if blocks || of_pool {
            list.add(LeftoverKind::ForwardingRule, &rule.self_link, subnet, blocks);
        }
    }
    for address in list.listed(LeftoverKind::Address, compute.addresses(&target.region).await)? {
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

/// What was found, and what could not be looked for.
#[derive(Default)]
struct List {
    leftovers: Vec<Leftover>,
    unlisted: Vec<LeftoverKind>,
}

impl List {
    /// What was listed; nothing, if that is forbidden, or Google does not answer, or not so often.
    fn listed<T>(&mut self, kind: LeftoverKind, listed: Result<Vec<T>, Error>) -> Result<Vec<T>, Error> {
        match listed {
            Err(error)
                if matches!(error.class(), Class::Forbidden | Class::Unavailable | Class::Throttled) =>
            {
                tracing::warn!(error = %chain(&error), "cannot look for load balancers that were left behind");
                self.unlisted.push(kind);
                Ok(Vec::new())
            }
            listed => listed,
        }
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

/// The target pools that lead to VMs of the shoot.
async fn pools(target: &Target, cloud: &Cloud, compute: &Compute) -> Result<Vec<ResourceUrl>, Error> {
    let mut owners = Owners::new(target, cloud, compute);
    let mut ours = Vec::new();
    for pool in compute.target_pools(&target.region).await? {
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

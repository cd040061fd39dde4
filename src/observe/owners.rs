//! Owners of the VMs behind a load balancer, asked for as rarely as possible.

use std::collections::BTreeMap;

use planner::desired::Target;
use planner::snapshot::Cloud;
use planner::vocabulary::VmRef;

use super::vms;
use crate::gcp::types::ResourceUrl;
use crate::gcp::{Compute, Error};

/// VMs whose owner is known: the VMs of the VPC, and those that were asked for since.
pub(super) struct Owners<'a> {
    target: &'a Target,
    compute: &'a Compute,
    /// The VMs whose owner is known; true: the VM is the shoot's.
    known: BTreeMap<VmRef, bool>,
}

impl<'a> Owners<'a> {
    /// The owners that `cloud` shows.
    pub(super) fn new(target: &'a Target, cloud: &Cloud, compute: &'a Compute) -> Self {
        let known = cloud.vms.values().map(|vm| (vm.id.clone(), vm.has_tag(&target.cluster)));
        Self { target, compute, known: known.collect() }
    }

    /// Whether `vms`, which are all of one cluster, are the shoot's. A VM whose owner is known speaks for all.
    ///
    /// # Errors
    /// If none is known, and the API cannot tell.
    pub(super) async fn leads_to_ours(&mut self, vms: &[ResourceUrl]) -> Result<bool, Error> {
        let vms: Vec<VmRef> = vms.iter().filter_map(|vm| self.in_our_project(vm)).collect();
        if let Some(ours) = vms.iter().find_map(|vm| self.known.get(vm)) {
            return Ok(*ours);
        }
        match vms.into_iter().find(|vm| self.is_named_as_ours(vm)) {
            Some(vm) => self.ask(vm).await,
            None => Ok(false),
        }
    }

    fn in_our_project(&self, vm: &ResourceUrl) -> Option<VmRef> {
        let here = vm.project().is_none_or(|project| *project == *self.target.project);
        let zone = vm.zone().filter(|_| here)?;
        Some(VmRef { zone: zone.into(), name: vm.name().into() })
    }

    fn is_named_as_ours(&self, vm: &VmRef) -> bool {
        vm.name.strip_prefix(self.target.cluster.as_str()).is_some_and(|rest| rest.starts_with('-'))
    }

    /// Whether a VM that is not in the VPC is the shoot's. One that is gone shows no tag any more; its name begins with the shoot's,
    /// which is enough for a report and for nothing else. One that runs is another shoot's, whose name begins with this one's.
    async fn ask(&mut self, vm: VmRef) -> Result<bool, Error> {
        let ours = !vms::exists(self.compute, &vm).await?;
        self.known.insert(vm, ours);
        Ok(ours)
    }
}

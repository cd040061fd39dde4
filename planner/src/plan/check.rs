//! The plan checks itself before the first call: a second opinion, written from the invariants and not from the steps.

mod owned;

use std::collections::BTreeSet;

use ipnet::{IpNet, Ipv4Net};
use serde_json::Value;
use thiserror::Error;

use super::resource::{Change, Place, ResourceRef, SubnetChange, Traffic};
use super::{Action, Step};
use crate::desired::{Goal, Target};
use crate::journal::Phase;
use crate::snapshot::{NextHop, Snapshot};
use crate::vocabulary::{POD_RANGE_NAME, VmRef};

/// A plan that would break an invariant. A defect of this program: nothing is carried out.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("step {step} would break the invariant {invariant}: {detail}; nothing was done")]
pub struct Violation {
    /// The step.
    pub step: String,
    /// The invariant's name in the migration protocol.
    pub invariant: &'static str,
    /// What is wrong.
    pub detail: String,
}

/// Whether `steps` keep the invariants, judged by `target` and `seen` alone.
///
/// # Errors
/// The first [`Violation`].
pub fn check(steps: &[Step], target: &Target, seen: &Snapshot) -> Result<(), Violation> {
    let mut changed = BTreeSet::new();
    for step in steps {
        let violation =
            |invariant, detail: String| Violation { step: step.id.to_string(), invariant, detail };
        // A second change in the same pass would work on a stale reading.
        if let Some(object) = step.action.object()
            && !changed.insert(object.clone())
        {
            return Err(violation(
                "one change per object",
                format!("{} is changed twice", object.path().unwrap_or(object.name.to_string())),
            ));
        }
        owned::check(&step.action, target, seen)
            .map_err(|detail| violation("owned", format!("{}: {detail}", step.target())))?;
        match &step.action {
            // With the whole network goes the traffic that a route carries.
            Action::Delete { object, traffic: Some(Traffic::Pods { range, vm }) }
                if target.goal == Goal::Present =>
            {
                delete_route(*range, vm, seen).map_err(|(invariant, detail)| {
                    violation(invariant, format!("route {}: {detail}", object.name))
                })?;
            }
            Action::SetAliases { vm, aliases, .. } => {
                aliases_of(vm, aliases, seen).map_err(|(invariant, detail)| violation(invariant, detail))?;
            }
            Action::Patch { object, change: Change::Subnet { change, .. } } => {
                subnet(object, change, seen).map_err(|(invariant, detail)| {
                    violation(invariant, format!("subnet {}: {detail}", object.name))
                })?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn aliases_of(vm: &VmRef, aliases: &[Value], seen: &Snapshot) -> Result<(), (&'static str, String)> {
    let Some(present) = seen.cloud.vm(vm) else {
        return Err(("read before write", format!("{vm} was not seen")));
    };
    if present.nic.aliases.iter().any(|alias| !aliases.contains(&alias.raw)) {
        return Err(("foreign-safe", format!("an alias of {vm} would be lost")));
    }
    let ranges = aliases.iter().filter_map(|alias| alias.get("ipCidrRange")?.as_str()?.parse::<IpNet>().ok());
    for range in ranges {
        let elsewhere = seen.cloud.routes.iter().find(|route| {
            route.destination == range
                && matches!(&route.next_hop, NextHop::Vm(other) if other != vm && !seen.cloud.gone.contains(other))
        });
        if let Some(route) = elsewhere {
            return Err(("hitless", format!("{range} is led to another VM by route {}", route.name)));
        }
    }
    Ok(())
}

fn delete_route(destination: Ipv4Net, vm: &VmRef, seen: &Snapshot) -> Result<(), (&'static str, String)> {
    let journal = &seen.state.journal;
    if journal.phase != Some(Phase::Deleting) {
        return Err(("journalled", "the point of no return is not recorded".to_owned()));
    }
    if !journal.lists(vm, destination) {
        return Err(("journalled", format!("{destination} of {vm} is not in the journal")));
    }
    if seen.ccm.may_make_routes() {
        return Err(("ccm-stopped", "the cloud-controller-manager may still make routes".to_owned()));
    }
    let aliased = seen.cloud.vm(vm).is_some_and(|vm| {
        let mut aliases = vm.nic.aliases.iter();
        aliases.any(|alias| alias.range == destination && alias.range_name.as_deref() == Some(POD_RANGE_NAME))
    });
    if aliased || seen.cloud.gone.contains(vm) {
        Ok(())
    } else {
        Err(("hitless", format!("{vm} does not bear {destination} as an alias")))
    }
}

fn subnet(
    object: &ResourceRef,
    change: &SubnetChange,
    seen: &Snapshot,
) -> Result<(), (&'static str, String)> {
    let Place::Region(region) = &object.place else {
        return Err(("read before write", "it is in no region".to_owned()));
    };
    let Some(present) = seen.cloud.subnet(region, &object.name) else {
        return Err(("read before write", "it was not seen".to_owned()));
    };
    match change {
        SubnetChange::SecondaryRanges(ranges) => {
            match present.secondary.iter().find(|range| !ranges.contains(&range.raw)) {
                Some(lost) => {
                    Err(("foreign-safe", format!("its secondary range {} would be lost", lost.name)))
                }
                None => Ok(()),
            }
        }
        SubnetChange::Overlap(false) => {
            let inside = seen.cloud.routes.iter().find(|route| {
                let IpNet::V4(destination) = route.destination else { return false };
                route.next_hop != NextHop::Subnet
                    && present.secondary.iter().any(|range| range.range.contains(&destination))
            });
            match inside {
                Some(route) => Err(("hitless", format!("route {} would be shadowed", route.name))),
                None => Ok(()),
            }
        }
        SubnetChange::Overlap(true)
        | SubnetChange::DualStack
        | SubnetChange::FlowLogs(_)
        | SubnetChange::LogConfig(_) => Ok(()),
    }
}

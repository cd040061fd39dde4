//! Permissions of the credentials: in the project, and where that does not tell, on a subnet and on a VM.

use std::collections::BTreeSet;

use planner::plan::{self, PreflightReads};
use planner::snapshot::Permissions;
use planner::text::chain;
use planner::vocabulary::Region;

use crate::gcp::{Clients, Compute, Error, Path};
use crate::observe::error::{ObserveError, obstacle};

/// The permission that neither a subnet nor a VM can be asked for, and that everything depends on in the end.
const DELETE_ROUTES: &str = "compute.routes.delete";

/// The permissions that `reads` names, as far as anybody can tell.
///
/// # Errors
/// A name that could not be sent.
pub(super) async fn read(
    clients: &Clients,
    region: &Region,
    reads: &PreflightReads,
) -> Result<Permissions, ObserveError> {
    let asked: BTreeSet<&'static str> = reads.permissions.iter().copied().collect();
    let (held, obstacle) = match clients.resource_manager.permissions(&asked).await {
        Ok(held) => (held, None),
        Err(error) => {
            tracing::warn!(error = %chain(&error), "cannot ask what the credentials may do in the project");
            (BTreeSet::new(), Some(obstacle(&error)))
        }
    };
    let lacking: BTreeSet<&'static str> = asked.into_iter().filter(|name| !held.contains(*name)).collect();
    let of = |belongs: fn(&str) -> bool| lacking.iter().copied().filter(|name| belongs(name)).collect();
    let subnet = Path::region(region, "subnetworks").name(&reads.subnet);
    let at_subnet = Told::at(&clients.compute, &subnet, of(plan::at_subnet)).await?;
    let at_vm = match &reads.vm {
        Some(vm) => {
            let path = Path::zone(&vm.zone, "instances").name(&vm.name);
            Told::at(&clients.compute, &path, of(plan::at_vm)).await?
        }
        None => Told::default(),
    };
    let told: BTreeSet<&str> = at_subnet.asked.union(&at_vm.asked).copied().collect();
    let mut permissions = Permissions { obstacle, ..Permissions::default() };
    for name in
        lacking.into_iter().filter(|name| !at_subnet.held.contains(*name) && !at_vm.held.contains(*name))
    {
        // Where the project says no, and nothing below it says yes, it is no.
        let known = obstacle.is_none() || told.contains(name);
        let list = if known { &mut permissions.missing } else { &mut permissions.unproven };
        list.insert(name.to_owned());
    }
    if reads.proves {
        prove_route_deletion(&clients.compute, &mut permissions).await?;
    }
    Ok(permissions)
}

/// Asks by a deletion that deletes nothing whether routes may be deleted, unless that is proven: routes tell of no permissions.
async fn prove_route_deletion(compute: &Compute, permissions: &mut Permissions) -> Result<(), Error> {
    let (missing, unproven) = (&mut permissions.missing, &mut permissions.unproven);
    if !missing.contains(DELETE_ROUTES) && !unproven.contains(DELETE_ROUTES) {
        return Ok(());
    }
    match compute.may_delete(&Path::global("routes")).await {
        Ok(may) => {
            missing.remove(DELETE_ROUTES);
            unproven.remove(DELETE_ROUTES);
            if !may {
                missing.insert(DELETE_ROUTES.to_owned());
            }
        }
        Err(error @ Error::Name { .. }) => return Err(error),
        Err(error) => tracing::warn!(error = %chain(&error), "cannot ask whether routes may be deleted"),
    }
    Ok(())
}

/// The answer of an object about permissions.
#[derive(Default)]
struct Told {
    /// The permissions that the object was asked for, if it answered.
    asked: BTreeSet<&'static str>,
    /// The part of them that is held.
    held: BTreeSet<String>,
}

impl Told {
    /// What the object at `path` says; nothing if it does not answer.
    async fn at(compute: &Compute, path: &Path, asked: BTreeSet<&'static str>) -> Result<Self, Error> {
        if asked.is_empty() {
            return Ok(Self::default());
        }
        match compute.permissions(path, &asked).await {
            Ok(held) => Ok(Self { asked, held }),
            Err(error @ Error::Name { .. }) => Err(error),
            Err(error) => {
                tracing::warn!(error = %chain(&error), "cannot ask what the credentials may do");
                Ok(Self::default())
            }
        }
    }
}

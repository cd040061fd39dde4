//! The method `instances.updateNetworkInterface`: PATCH semantics, fingerprint, alias ranges, families.

use super::{aliases, insert, ipv6};
use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference;
use crate::dataplane::What;
use crate::model::ids::same_fingerprint;
use crate::model::instances::{Instance, Nic};
use crate::model::scope::Scope;
use crate::model::subnetworks::{StackType, Subnetwork};
use crate::network::addresses;
use crate::resources::call::{Answer, Call, Mutation};
use crate::state::{Context, Effect, State};

/// Fields that can be changed, sent back unchanged, or are ignored.
const FIELDS: [&str; 12] = [
    "kind",
    "name",
    "fingerprint",
    "aliasIpRanges",
    "stackType",
    "network",
    "subnetwork",
    "networkIP",
    "nicType",
    "ipv6AccessType",
    "ipv6AccessConfigs",
    "ipv6Address",
];

/// The changes of an operation on an interface; `None`: unchanged.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    zone: String,
    instance: String,
    nic: String,
    aliases: Option<Vec<aliases::Wanted>>,
    stack: Option<StackType>,
}

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId", "networkInterface"])?;
    let instance = super::read::find(state, call)?;
    state.operations.require_idle(&instance.path())?;
    let nic_name =
        call.query.get("networkInterface").ok_or_else(|| ApiError::required("networkInterface"))?;
    let nic = instance.nics.iter().find(|nic| nic.name == nic_name).ok_or_else(|| {
        ApiError::invalid("networkInterface", nic_name, "The instance has no such network interface.")
    })?;
    let body = call.body()?;
    if body.has("accessConfigs") {
        return Err(ApiError::invalid("resource.accessConfigs", "", "Updating this field is not supported."));
    }
    body.only(&FIELDS)?;
    if !same_fingerprint(body.require("fingerprint")?, &nic.fingerprint(instance)) {
        let message = "Supplied fingerprint does not match current metadata fingerprint.";
        return Err(ApiError::condition_not_met(message));
    }
    check_fixed(&body, instance, nic)?;
    let subnetwork =
        state.subnetwork(&nic.subnet(instance)).ok_or_else(|| ApiError::not_found(&instance.path()))?;
    let wanted = aliases::parse(state, &body, subnetwork)?;
    if let Some(wanted) = &wanted {
        check_one_way(nic, wanted)?;
    }
    let change = Change {
        zone: instance.zone.clone(),
        instance: instance.name.clone(),
        nic: nic.name.clone(),
        aliases: wanted,
        stack: insert::stack(&body, subnetwork)?,
    };
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Zone(instance.zone.clone()),
        operation_type: "updateNetworkInterface",
        target: instance.path(),
        target_id: Some(instance.id),
        effect: Effect::new(move |state, context| apply(state, context, &change)),
    })))
}

/// Refuses a change of network, subnet or address, which would be a move and is not modelled. They may be sent back.
fn check_fixed(body: &Body, instance: &Instance, nic: &Nic) -> Result<(), ApiError> {
    if body.string("name")?.is_some_and(|name| name != nic.name) {
        return Err(body.invalid("name", "The name of a network interface cannot be changed."));
    }
    let network = reference::global(&instance.project, "networks", &nic.network);
    for (field, present) in [("network", network), ("subnetwork", nic.subnet(instance).path())] {
        let sent = body.string(field)?.map(|text| reference::path_of(text, &instance.project));
        if sent.is_some_and(|sent| sent.as_deref() != Some(present.as_str())) {
            return Err(ApiError::not_modelled(
                "moving a network interface to another network or subnetwork",
            ));
        }
    }
    if body.string("networkIP")?.is_some_and(|ip| ip != nic.network_ip.to_string()) {
        return Err(ApiError::not_modelled("changing the address of a network interface"));
    }
    Ok(())
}

fn check_one_way(nic: &Nic, wanted: &[aliases::Wanted]) -> Result<(), ApiError> {
    let adds = wanted.iter().any(|want| !nic.aliases.iter().any(|alias| want.is(alias)));
    let removes = nic.aliases.iter().any(|alias| !wanted.iter().any(|want| want.is(alias)));
    if adds && removes {
        let why = "Cannot simultaneously add and remove alias IP ranges.";
        return Err(ApiError::invalid("resource.aliasIpRanges", "", why));
    }
    Ok(())
}

/// Lets the change take effect, if the addresses are free.
pub(super) fn apply(state: &mut State, context: &Context, change: &Change) -> Result<(), ApiError> {
    let place = (change.zone.clone(), change.instance.clone());
    let path = || reference::zonal(&context.project, &change.zone, "instances", &change.instance);
    // It is taken out for so long: its own addresses must not stand in its way.
    let instances = &mut state.store.project_mut(&context.project).instances;
    let mut instance = instances.remove(&place).ok_or_else(|| ApiError::not_found(&path()))?;
    let changed = changed(state, &instance, change);
    if let Ok(changed) = &changed {
        tell(state, context, &instance, changed);
        instance.revision += 1;
        for nic in instance.nics.iter_mut().filter(|nic| nic.name == changed.name) {
            nic.clone_from(changed);
        }
    }
    state.store.project_mut(&context.project).instances.insert(instance);
    changed.map(drop)
}

/// The interface as it will be. A list of aliases that is as it was keeps its fingerprint.
fn changed(state: &State, instance: &Instance, change: &Change) -> Result<Nic, ApiError> {
    let missing = || ApiError::not_found(&instance.path());
    let present = instance.nics.iter().find(|nic| nic.name == change.nic).ok_or_else(missing)?;
    let project = state.store.project(&instance.project).ok_or_else(missing)?;
    let subnetwork = state.subnetwork(&present.subnet(instance)).ok_or_else(missing)?;
    let mut changed = present.clone();
    if let Some(wanted) = &change.aliases {
        let mut taken = addresses::taken(project, subnetwork);
        taken.add(&present.network_ip.into());
        changed.aliases = aliases::resolve(subnetwork, wanted, &present.aliases, taken)?;
    }
    set_stack(&mut changed, change.stack, project, subnetwork);
    changed.revision += u64::from(changed != *present);
    Ok(changed)
}

/// Tells the data plane of the aliases that come and go. It watches nic0 only.
fn tell(state: &mut State, context: &Context, instance: &Instance, changed: &Nic) {
    let Some(old) = instance.nics.iter().find(|nic| nic.name == changed.name && nic.name == "nic0") else {
        return;
    };
    let (vm, subnet) = (instance.vm(), old.subnet(instance).fact());
    for alias in old.aliases.iter().filter(|alias| !changed.aliases.contains(alias)) {
        state.record(context, What::AliasRemoved { vm: vm.clone(), cidr: alias.cidr });
    }
    for alias in changed.aliases.iter().filter(|alias| !old.aliases.contains(alias)) {
        let (vm, subnet) = (vm.clone(), subnet.clone());
        let range_name = alias.range_name.clone().unwrap_or_default();
        state.record(context, What::AliasAdded { vm, subnet, range_name, cidr: alias.cidr });
    }
}

fn set_stack(
    nic: &mut Nic,
    stack: Option<StackType>,
    project: &crate::model::store::Project,
    subnetwork: &Subnetwork,
) {
    match stack {
        Some(StackType::Ipv4Only) => (nic.stack, nic.ipv6) = (StackType::Ipv4Only, None),
        Some(StackType::Ipv4Ipv6) if nic.ipv6.is_none() => {
            (nic.stack, nic.ipv6) = (StackType::Ipv4Ipv6, ipv6::pick(project, subnetwork));
        }
        _ => {}
    }
}

//! The method `subnetworks.delete`. Users of the subnet are looked for when the request arrives, as Google does.

use crate::api::error::ApiError;
use crate::dataplane::What;
use crate::model::instances::Instance;
use crate::model::placed::Key;
use crate::model::scope::Scope;
use crate::model::store::Project;
use crate::model::subnetworks::SubnetKey;
use crate::resources;
use crate::resources::call::{Answer, Call, Mutation};
use crate::state::{Context, Effect, State};

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let subnetwork = super::read::find(state, call)?;
    let key = subnetwork.key();
    state.operations.require_idle(&key.path())?;
    check_unused(state, &key)?;
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Region(key.region.clone()),
        operation_type: "delete",
        target: key.path(),
        target_id: Some(subnetwork.id),
        effect: Effect::new(move |state, context| apply(state, context, &key)),
    })))
}

fn check_unused(state: &State, key: &SubnetKey) -> Result<(), ApiError> {
    let user = state.store.project(&key.project).and_then(|project| user(project, key));
    user.map_or(Ok(()), |user| Err(ApiError::in_use("subnetwork", &key.path(), &user)))
}

/// The path of the first user of a subnet: an instance, a forwarding rule, an address, a router by its NAT.
pub(crate) fn user(project: &Project, key: &SubnetKey) -> Option<String> {
    let instance = project.instances.first_in(key);
    let in_it = Key::Subnet(key.clone());
    let rule = || project.forwarding_rules.with(&in_it).next();
    let address = || project.addresses.with(&in_it).next();
    let router = || project.routers.with(&in_it).next();
    instance
        .map(Instance::path)
        .or_else(|| rule().map(|rule| rule.path(&key.project)))
        .or_else(|| address().map(|address| address.path(&key.project)))
        .or_else(|| router().map(|router| router.path(&key.project)))
}

/// Deletes the subnet, unless somebody came to use it.
pub(super) fn apply(state: &mut State, context: &Context, key: &SubnetKey) -> Result<(), ApiError> {
    check_unused(state, key)?;
    remove(state, context, key);
    Ok(())
}

/// Deletes a subnet without any check.
pub(crate) fn remove(state: &mut State, context: &Context, key: &SubnetKey) {
    let place = (key.region.clone(), key.name.clone());
    let Some(subnetwork) = state.store.project_mut(&key.project).subnetworks.remove(&place) else { return };
    let (had_ipv6, network) = (subnetwork.has_external_ipv6(), subnetwork.network.clone());
    let names = subnetwork.secondary_ranges.into_iter().map(|range| range.range_name);
    for range_name in std::iter::once(String::new()).chain(names) {
        state.record(context, What::RangeRemoved { subnet: key.fact(), range_name });
    }
    if had_ipv6 {
        resources::routes::internet::leave_ipv6(state, context, &network);
    }
}

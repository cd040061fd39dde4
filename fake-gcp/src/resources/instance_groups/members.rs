//! The methods `instanceGroups.addInstances`, `removeInstances` and `listInstances`.

use serde_json::json;

use super::InstanceGroup;
use crate::api::error::ApiError;
use crate::api::list;
use crate::api::reference::{self, self_link};
use crate::model::instances::Instance;
use crate::model::scope::Scope;
use crate::resources::call::{Answer, Call, Mutation};
use crate::resources::kept::document::Document;
use crate::resources::kept::read::find;
use crate::state::{Effect, State};

impl Document<InstanceGroup> {
    /// The instances of the group, without those that went.
    pub(super) fn members<'a>(&self, state: &'a State, project: &str) -> Vec<&'a Instance> {
        let zone = match &self.scope {
            Scope::Zone(zone) => zone.as_str(),
            Scope::Global | Scope::Region(_) => "",
        };
        let there =
            |(name, id): &(String, u64)| state.instance(project, zone, name).filter(|vm| vm.id == *id);
        self.own.members.iter().filter_map(there).collect()
    }
}

/// Checks a request to add instances: of the zone, of one subnetwork, and not members yet.
pub(super) fn add(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let (group, named) = named(state, call)?;
    let mut present = group.members(state, call.project);
    let subnet = |instance: &Instance| instance.nics.first().map(|nic| nic.subnet(instance));
    for instance in &named {
        if present.iter().any(|member| member.id == instance.id) {
            return Err(ApiError::member_already_exists(&instance.path(), &group.path(call.project)));
        }
        if present.first().is_some_and(|member| subnet(member) != subnet(instance)) {
            let why = "All instances of a group must be of one network and subnetwork.";
            return Err(ApiError::invalid("instances", &instance.path(), why));
        }
        present.push(instance);
    }
    let joining: Vec<(String, u64)> =
        named.iter().map(|instance| (instance.name.clone(), instance.id)).collect();
    Ok(change(call, group, "compute.instanceGroups.addInstances", move |members| {
        members.extend(joining.iter().cloned());
    }))
}

/// Checks a request to take instances out.
pub(super) fn remove(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let (group, named) = named(state, call)?;
    let leaving: Vec<u64> = named.iter().map(|instance| instance.id).collect();
    Ok(change(call, group, "compute.instanceGroups.removeInstances", move |members| {
        members.retain(|(_, id)| !leaving.contains(id));
    }))
}

/// Answers `listInstances`.
pub(super) fn list(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let group = find::<InstanceGroup>(state, call)?;
    let body = call.body()?;
    body.only(&["instanceState"])?;
    let running = body.one_of("instanceState", &["ALL", "RUNNING"])? == Some("RUNNING");
    let members = group.members(state, call.project).into_iter();
    let shown = members.filter(|instance| !running || instance.is_running()).map(|instance| {
        let status = if instance.is_running() { "RUNNING" } else { "TERMINATED" };
        json!({ "instance": self_link(&instance.path()), "status": status })
    });
    let path = format!("{}/listInstances", group.path(call.project));
    list::nameless(&call.query, &[], "compute#instanceGroupsListInstances", &path, shown.collect())
        .map(Answer::Read)
}

/// The group of a call, and the instances that its body names, which must exist.
fn named<'a>(
    state: &'a State,
    call: &Call<'_>,
) -> Result<(&'a Document<InstanceGroup>, Vec<&'a Instance>), ApiError> {
    call.query.only(&["requestId"])?;
    let group = find::<InstanceGroup>(state, call)?;
    state.operations.require_idle(&group.path(call.project))?;
    let body = call.body()?;
    body.only(&["instances"])?;
    let mut named = Vec::new();
    for entry in body.objects("instances")?.unwrap_or_default() {
        entry.only(&["instance"])?;
        let url = entry.require("instance")?;
        let parsed = reference::parse(url, call.project, "instances").filter(|(_, zone, _)| !zone.is_empty());
        let (owner, zone, name) = parsed.ok_or_else(|| entry.invalid("instance", "The URL is malformed."))?;
        if Scope::Zone(zone.clone()) != group.scope {
            return Err(entry.invalid("instance", "The instance must be in the zone of the group."));
        }
        let missing = || ApiError::not_found(&reference::zonal(&owner, &zone, "instances", &name));
        named.push(state.instance(&owner, &zone, &name).ok_or_else(missing)?);
    }
    Ok((group, named))
}

fn change(
    call: &Call<'_>,
    group: &Document<InstanceGroup>,
    operation_type: &'static str,
    change: impl Fn(&mut Vec<(String, u64)>) + Send + Sync + 'static,
) -> Answer {
    let place = group.place();
    Answer::Start(Box::new(Mutation {
        scope: group.scope.clone(),
        operation_type,
        target: group.path(call.project),
        target_id: Some(group.id),
        effect: Effect::new(move |state, context| {
            let others = &mut state.store.project_mut(&context.project).others;
            others.change(&place, |group: &mut Document<InstanceGroup>| {
                change(&mut group.own.members);
                group.revision += 1;
            });
            Ok(())
        }),
    }))
}

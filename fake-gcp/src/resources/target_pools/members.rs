//! The methods `targetPools.addInstance` and `removeInstance`. An instance that goes stays a member by name.

use super::pool::TargetPool;
use crate::api::error::ApiError;
use crate::api::reference;
use crate::model::geography;
use crate::model::scope::Scope;
use crate::model::scope::Scoped;
use crate::resources::call::{Answer, Call, Mutation};
use crate::state::{Context, Effect, State};

/// Checks a request to add instances.
pub(crate) fn check_add(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    change(state, call, "AddInstance", |place, paths| {
        Effect::new(move |state, context| add(state, context, &place, paths.clone()))
    })
}

/// Checks a request to take instances out.
pub(crate) fn check_remove(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    change(state, call, "RemoveInstance", |place, paths| {
        Effect::new(move |state, context| remove(state, context, &place, &paths))
    })
}

fn change(
    state: &State,
    call: &Call<'_>,
    operation_type: &'static str,
    effect: fn(Scoped, Vec<String>) -> Effect,
) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let pool = super::read::find(state, call)?;
    let target = pool.path(call.project);
    state.operations.require_idle(&target)?;
    let body = call.body()?;
    body.only(&["instances"])?;
    let mut paths = Vec::new();
    for entry in body.objects("instances")?.unwrap_or_default() {
        entry.only(&["instance"])?;
        paths.push(path(entry.require("instance")?, call.project, &pool.region, &entry.path("instance"))?);
    }
    let place = (pool.region.clone(), pool.name.clone());
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Region(pool.region.clone()),
        operation_type,
        target,
        target_id: Some(pool.id),
        effect: effect(place, paths),
    })))
}

/// The path of the instance that a URL in the field `at` means: of the pool's region, there or not.
pub(super) fn path(url: &str, project: &str, region: &str, at: &str) -> Result<String, ApiError> {
    let refuse = |why: &str| ApiError::invalid(at, url, why);
    let (owner, zone, name) = reference::parse(url, project, "instances")
        .filter(|(_, zone, _)| !zone.is_empty())
        .ok_or_else(|| refuse("The URL is malformed."))?;
    if geography::region_of_zone(&zone).is_none_or(|of_zone| of_zone.name != region) {
        return Err(refuse("The instance must be in the region of the target pool."));
    }
    Ok(reference::zonal(&owner, &zone, "instances", &name))
}

/// Adds instances that are not members yet.
pub(super) fn add(
    state: &mut State,
    context: &Context,
    place: &Scoped,
    paths: Vec<String>,
) -> Result<(), ApiError> {
    change_members(state, context, place, |pool| {
        for path in paths {
            if !pool.instances.contains(&path) {
                pool.instances.push(path);
            }
        }
    })
}

/// Takes instances out.
pub(super) fn remove(
    state: &mut State,
    context: &Context,
    place: &Scoped,
    paths: &[String],
) -> Result<(), ApiError> {
    change_members(state, context, place, |pool| pool.instances.retain(|member| !paths.contains(member)))
}

fn change_members(
    state: &mut State,
    context: &Context,
    place: &Scoped,
    change: impl FnOnce(&mut TargetPool),
) -> Result<(), ApiError> {
    let path = reference::regional(&context.project, &place.0, "targetPools", &place.1);
    let others = &mut state.store.project_mut(&context.project).others;
    others.change(place, change).ok_or_else(|| ApiError::not_found(&path))
}

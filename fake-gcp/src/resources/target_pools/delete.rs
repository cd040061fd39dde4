//! The method `targetPools.delete`. Rules that lead to a pool are looked for when the request arrives.

use super::pool::TargetPool;
use crate::api::error::ApiError;
use crate::model::placed::Key;
use crate::model::scope::Scope;
use crate::model::scope::Scoped;
use crate::resources::call::{Answer, Call, Mutation};
use crate::state::{Context, Effect, State};

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let pool = super::read::find(state, call)?;
    let target = pool.path(call.project);
    state.operations.require_idle(&target)?;
    check_unused(state, call.project, pool)?;
    let place = (pool.region.clone(), pool.name.clone());
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Region(pool.region.clone()),
        operation_type: "delete",
        target,
        target_id: Some(pool.id),
        effect: Effect::new(move |state, context| apply(state, context, &place)),
    })))
}

fn check_unused(state: &State, project_id: &str, pool: &TargetPool) -> Result<(), ApiError> {
    let path = pool.path(project_id);
    let used = Key::Uses(path.clone());
    let project = state.store.project(project_id).into_iter();
    match project.flat_map(|project| project.forwarding_rules.with(&used)).next() {
        Some(rule) => Err(ApiError::in_use("target_pool", &path, &rule.path(project_id))),
        None => Ok(()),
    }
}

/// Deletes the target pool, unless a rule came to lead to it.
pub(super) fn apply(state: &mut State, context: &Context, place: &Scoped) -> Result<(), ApiError> {
    if let Some(pool) = state.other::<TargetPool>(&context.project, &place.0, &place.1) {
        check_unused(state, &context.project, pool)?;
    }
    state.store.project_mut(&context.project).others.remove::<TargetPool>(place);
    Ok(())
}

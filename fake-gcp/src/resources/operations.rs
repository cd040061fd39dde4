//! Operations as a resource: `get`, `list`, and `wait`, which answers with the current state.

use crate::api::error::ApiError;
use crate::api::list;
use crate::engine::World;
use crate::engine::call::{Answer, Call};
use crate::engine::compute::{operation_key, operation_scope};

/// `get` and `wait`.
pub(crate) fn get(world: &World, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    let key = operation_key(call);
    let operation = world.operations.get(&key).ok_or_else(|| ApiError::not_found(&key.path()))?;
    Ok(Answer::Read(operation.to_json(world.now())))
}

/// `list` of one scope.
pub(crate) fn list(world: &World, call: &Call<'_>) -> Result<Answer, ApiError> {
    let scope = operation_scope(call);
    let in_scope = world.operations.iter().filter(|o| o.key.project == call.project && o.key.scope == scope);
    let items = in_scope.map(|operation| operation.to_json(world.now())).collect();
    let path = format!("projects/{}/{}/operations", call.project, scope.path());
    list::list(&call.query, "compute#operationList", &path, items).map(Answer::Read)
}

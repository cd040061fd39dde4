//! The method `disks.delete`. Users of the disk are looked for when the request arrives.

use serde_json::Value;

use super::disk::Disk;
use super::read;
use crate::api::error::ApiError;
use crate::api::reference;
use crate::model::scope::Scope;
use crate::resources::call::{Answer, Call, Mutation};
use crate::state::{Effect, State};

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let disk = read::find(state, call)?;
    let target = disk.path(call.project);
    state.operations.require_idle(&target)?;
    if let Some(user) = read::users(state, call.project, disk).first().and_then(Value::as_str) {
        let user = reference::strip_host(user).unwrap_or(user);
        return Err(ApiError::in_use("disk", &target, user));
    }
    let place = (disk.zone.clone(), disk.name.clone());
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Zone(disk.zone.clone()),
        operation_type: "delete",
        target,
        target_id: Some(disk.id),
        effect: Effect::new(move |state, context| {
            state.store.project_mut(&context.project).others.remove::<Disk>(&place);
            Ok(())
        }),
    })))
}

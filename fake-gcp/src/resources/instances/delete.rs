//! The method `instances.delete`. Routes to the instance stay behind.

use serde_json::Value;

use crate::api::error::ApiError;
use crate::dataplane::What;
use crate::model::scope::{Scope, Scoped};
use crate::resources::call::{Answer, Call, Mutation};
use crate::resources::disks::disk::Disk;
use crate::state::{Context, Effect, State};

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let instance = super::read::find(state, call)?;
    state.operations.require_idle(&instance.path())?;
    let place = (instance.zone.clone(), instance.name.clone());
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Zone(instance.zone.clone()),
        operation_type: "delete",
        target: instance.path(),
        target_id: Some(instance.id),
        effect: Effect::new(move |state, context| apply(state, context, &place)),
    })))
}

/// Deletes the instance with all its addresses.
fn apply(state: &mut State, context: &Context, place: &Scoped) -> Result<(), ApiError> {
    if let Some(instance) = state.store.project_mut(&context.project).instances.remove(place) {
        state.record(context, What::VmRemoved { vm: instance.vm() });
        let disks = instance.extra.get("disks").and_then(Value::as_array).into_iter().flatten();
        let gone = disks.filter(|disk| disk.get("autoDelete").is_some_and(|auto| *auto == true));
        for name in gone.filter_map(|disk| disk.get("source")?.as_str()?.rsplit('/').next()) {
            let place = (place.0.clone(), name.to_owned());
            state.store.project_mut(&context.project).others.remove::<Disk>(&place);
        }
    }
    Ok(())
}

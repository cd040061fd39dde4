//! The methods `routers.patch`, a JSON merge patch without a fingerprint, and `routers.update`, which puts the router that is
//! sent in place of the present one. `nats` is one field: a list without an entry deletes it.

use super::{insert, nat};
use serde_json::Value;

use crate::api::error::ApiError;
use crate::model::routers::Router;
use crate::model::scope::Scope;
use crate::resources::call::{Answer, Call, Mutation};
use crate::resources::fixed;
use crate::state::{Context, Effect, State};

/// Fields that never change: they are accepted only as they are.
const FIXED: [&str; 4] = ["name", "network", "region", "encryptedInterconnectRouter"];

/// Checks a patch: fields that are not sent stay.
pub(crate) fn check(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    replace(state, call, "patch", |shown| shown)
}

/// Checks an update: fields that are not sent get their defaults, save those that never change.
pub(crate) fn check_update(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    replace(state, call, "update", |shown| {
        let fixed = FIXED.into_iter().filter_map(|field| Some((field.to_owned(), shown.get(field)?.clone())));
        Value::Object(fixed.collect())
    })
}

/// The router that the body makes of what `keep` leaves of the present one.
fn replace(
    state: &State,
    call: &Call<'_>,
    operation_type: &'static str,
    keep: fn(Value) -> Value,
) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let present = super::read::find(state, call)?;
    let target = present.path(call.project);
    state.operations.require_idle(&target)?;
    let shown = present.to_json(call.project);
    fixed::check(&call.body()?, &shown, &FIXED, call.project)?;
    let wanted = insert::read(state, call.project, &present.region, &call.merged(keep(shown))?)?;
    let router = Router { id: present.id, created: present.created, ..wanted };
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Region(present.region.clone()),
        operation_type,
        target,
        target_id: Some(present.id),
        effect: Effect::new(move |state, context| apply(state, context, router.clone())),
    })))
}

/// Puts the patched router in place, if what its NATs refer to is still there.
pub(super) fn apply(state: &mut State, context: &Context, router: Router) -> Result<(), ApiError> {
    nat::check::fits(state, &context.project, &router)?;
    insert::add(state, &context.project, router);
    Ok(())
}

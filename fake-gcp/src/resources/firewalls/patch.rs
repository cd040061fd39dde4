//! The methods `firewalls.patch`, a JSON merge patch without a fingerprint, and `firewalls.update`, which puts the rule that
//! is sent in place of the present one.

use serde_json::{Value, json};

use super::insert;
use crate::api::error::ApiError;
use crate::model::firewalls::Firewall;
use crate::model::scope::Scope;
use crate::resources::call::{Answer, Call, Mutation};
use crate::resources::fixed;
use crate::state::{Context, Effect, State};

/// Fields that never change: they are accepted only as they are.
const FIXED: [&str; 3] = ["name", "network", "direction"];

/// Checks a patch: fields that are not sent stay.
pub(crate) fn check(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    replace(state, call, "patch", |shown| shown)
}

/// Checks an update: fields that are not sent get their defaults, save those that never change.
pub(crate) fn check_update(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    replace(state, call, "update", |shown| {
        let fixed = FIXED.into_iter().filter_map(|field| Some((field.to_owned(), shown.get(field)?.clone())));
        json!(fixed.collect::<serde_json::Map<String, Value>>())
    })
}

/// The rule that the body makes of what `keep` leaves of the present one.
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
    let wanted = insert::read(state, call.project, &call.merged(keep(shown))?)?;
    let firewall = Firewall { id: present.id, created: present.created, ..wanted };
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Global,
        operation_type,
        target,
        target_id: Some(present.id),
        effect: Effect::new(move |state, context| apply(state, context, firewall.clone())),
    })))
}

/// Puts the changed rule in place. Its network cannot have gone: the rule keeps it.
pub(super) fn apply(state: &mut State, context: &Context, firewall: Firewall) -> Result<(), ApiError> {
    insert::add(state, &context.project, firewall);
    Ok(())
}

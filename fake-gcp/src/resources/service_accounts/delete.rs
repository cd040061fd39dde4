//! The method `serviceAccounts.delete`.

use serde_json::{Value, json};

use crate::api::status::StatusError;
use crate::resources::call::ServiceCall;
use crate::state::State;

/// Deletes an account.
pub(crate) fn apply(state: &mut State, call: &ServiceCall<'_>) -> Result<Value, StatusError> {
    call.query.only(&[])?;
    let email = super::read::find(state, call)?.email();
    state.store.project_mut(call.project).service_accounts.remove(&email);
    Ok(json!({}))
}

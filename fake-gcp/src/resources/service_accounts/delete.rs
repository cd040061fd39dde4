//! The method `serviceAccounts.delete`.

use serde_json::{Value, json};

use crate::api::status::StatusError;
use crate::engine::World;
use crate::engine::services::Call;

/// Deletes an account.
pub(crate) fn apply(world: &mut World, call: &Call<'_>) -> Result<Value, StatusError> {
    call.query.only(&[])?;
    let email = super::read::find(world, call)?.email();
    world.store.project_mut(call.project).service_accounts.remove(&email);
    Ok(json!({}))
}

//! The methods `testIamPermissions`: which of some permissions a caller holds on a project, a subnetwork or an instance.

use serde_json::{Map, Value};

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::json::Object;
use crate::api::status::StatusError;
use crate::resources::call::{Answer, Call, ServiceCall};
use crate::resources::{instances, subnetworks};
use crate::state::State;

/// Answers `projects.testIamPermissions` of Resource Manager.
pub(crate) fn test_project(state: &mut State, call: &ServiceCall<'_>) -> Result<Value, StatusError> {
    call.query.only(&[])?;
    let asked = asked(call.body)?;
    if let Some(malformed) = asked.iter().find(|permission| !is_permission(permission)) {
        return Err(StatusError::invalid_argument(format!(
            "Permission {malformed} is not valid for this resource."
        )));
    }
    require_known(state, &asked)?;
    Ok(held(state, &call.caller, &format!("projects/{}", call.project), asked))
}

/// Answers `subnetworks.testIamPermissions`.
pub(crate) fn test_subnetwork(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let path = subnetworks::read::find(state, call)?.key().path();
    test(state, call, "compute.subnetworks.", &path)
}

/// Answers `instances.testIamPermissions`.
pub(crate) fn test_instance(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let path = instances::read::find(state, call)?.path();
    test(state, call, "compute.instances.", &path)
}

fn test(state: &State, call: &Call<'_>, prefix: &str, path: &str) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    let asked = asked(call.body)?;
    if let Some((index, other)) = asked.iter().enumerate().find(|(_, name)| !name.starts_with(prefix)) {
        let field = format!("resource.permissions[{index}]");
        return Err(ApiError::invalid(&field, other, "The permission is not valid for this resource."));
    }
    require_known(state, &asked)?;
    Ok(Answer::Read(held(state, &call.caller, path, asked)))
}

fn asked(body: &[u8]) -> Result<Vec<String>, ApiError> {
    let body = Body::parse(body)?;
    body.only(&["permissions"])?;
    Ok(body.strings("permissions")?.unwrap_or_default())
}

/// Whether a text has the form `service.collection.verb`, without wildcards.
fn is_permission(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let word = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    parts.len() == 3 && parts.iter().all(word)
}

/// Refuses permissions that no modelled method needs: whether a caller holds them would be a pretence.
fn require_known(state: &State, asked: &[String]) -> Result<(), ApiError> {
    match asked.iter().find(|permission| !state.governance.permissions.is_known(permission)) {
        Some(unknown) => Err(ApiError::not_modelled(&format!("permission '{unknown}'"))),
        None => Ok(()),
    }
}

/// The permissions among `asked` that the caller holds, in the same order; nothing at all if there are none.
fn held(state: &State, caller: &str, path: &str, asked: Vec<String>) -> Value {
    let permissions = &state.governance.permissions;
    let held = asked.into_iter().filter(|permission| permissions.holds(caller, permission, path));
    Object::from_map(Map::new()).with_list("permissions", held.map(Value::from).collect()).build()
}

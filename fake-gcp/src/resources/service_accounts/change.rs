//! The methods `serviceAccounts.patch`, `disable` and `enable`.

use serde_json::{Value, json};

use crate::api::body::Body;
use crate::api::status::StatusError;
use crate::model::service_accounts::ServiceAccount;
use crate::resources::call::ServiceCall;
use crate::state::State;

/// Answers `patch`: of the fields that `updateMask` names, and of nothing but them, it takes the new values and shows them.
pub(crate) fn patch(state: &mut State, call: &ServiceCall<'_>) -> Result<Value, StatusError> {
    call.query.only(&[])?;
    let body = Body::parse(call.body)?;
    body.only(&["serviceAccount", "updateMask"])?;
    let mask = body.string("updateMask")?.unwrap_or_default().to_owned();
    let wanted = body.object("serviceAccount")?;
    let text = |field: &str| match &wanted {
        Some(wanted) => wanted.string(field).map(|text| text.map(str::to_owned)),
        None => Ok(None),
    };
    let (display_name, description) = (text("displayName")?, text("description")?);
    let account = account(state, call)?;
    let mut shown = json!({ "name": account.to_json().get("name") });
    for field in mask.split(',').map(str::trim).filter(|field| !field.is_empty()) {
        let (name, value) = match field {
            "display_name" | "displayName" => ("displayName", &display_name),
            "description" => ("description", &description),
            other => {
                return Err(StatusError::invalid_argument(format!(
                    "Update mask contains unknown field: {other}"
                )));
            }
        };
        let kept = if name == "description" { &mut account.description } else { &mut account.display_name };
        kept.clone_from(value);
        if let (Some(map), Some(value)) = (shown.as_object_mut(), value) {
            map.insert(name.to_owned(), value.clone().into());
        }
    }
    Ok(shown)
}

/// Answers `disable`.
pub(crate) fn disable(state: &mut State, call: &ServiceCall<'_>) -> Result<Value, StatusError> {
    set_disabled(state, call, true)
}

/// Answers `enable`.
pub(crate) fn enable(state: &mut State, call: &ServiceCall<'_>) -> Result<Value, StatusError> {
    set_disabled(state, call, false)
}

fn set_disabled(state: &mut State, call: &ServiceCall<'_>, disabled: bool) -> Result<Value, StatusError> {
    call.query.only(&[])?;
    account(state, call)?.disabled = disabled;
    Ok(json!({}))
}

fn account<'a>(state: &'a mut State, call: &ServiceCall<'_>) -> Result<&'a mut ServiceAccount, StatusError> {
    let email = super::read::find(state, call)?.email();
    let accounts = &mut state.store.project_mut(call.project).service_accounts;
    accounts.get_mut(&email).ok_or_else(|| StatusError::not_found("Unknown service account"))
}

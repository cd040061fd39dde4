//! The method `serviceAccounts.create`.

use serde_json::Value;

use crate::api::body::Body;
use crate::api::reference;
use crate::api::status::StatusError;
use crate::model::service_accounts::ServiceAccount;
use crate::model::service_accounts::email;
use crate::resources::call::ServiceCall;
use crate::settings::duration;
use crate::state::State;

/// Creates an account, or says why not.
pub(crate) fn apply(state: &mut State, call: &ServiceCall<'_>) -> Result<Value, StatusError> {
    call.query.only(&[])?;
    let body = Body::parse(call.body)?;
    body.only(&["accountId", "serviceAccount"])?;
    let account_id = body.string("accountId")?.unwrap_or_default();
    if !is_account_id(account_id) {
        return Err(StatusError::invalid_argument(format!(
            "The account ID \"{account_id}\" must have 6 to 30 characters: a lower-case letter, then lower-case \
             letters, digits and dashes, no dash at the end."
        )));
    }
    let details = body.object("serviceAccount")?;
    let detail = |field: &str| match &details {
        Some(details) => details.string(field).map(|text| text.map(str::to_owned)),
        None => Ok(None),
    };
    if let Some(details) = &details {
        details.only(&["displayName", "description"])?;
    }
    let (display_name, description) = (detail("displayName")?, detail("description")?);
    let exists = state
        .store
        .project(call.project)
        .is_some_and(|project| project.service_accounts.contains_key(&email(call.project, account_id)));
    if exists {
        return Err(StatusError::already_exists(format!(
            "Service account {account_id} already exists within project projects/{}.",
            call.project
        )));
    }
    let account = ServiceAccount {
        unique_id: state.ids.unique_id(),
        project: call.project.to_owned(),
        account_id: account_id.to_owned(),
        display_name,
        description,
        disabled: false,
        visible: state.now() + duration(state.settings.lags.service_account),
    };
    let shown = account.to_json();
    add(state, account);
    Ok(shown)
}

/// Whether Google would take an account id.
pub(crate) fn is_account_id(text: &str) -> bool {
    (6..=30).contains(&text.len()) && reference::is_name(text)
}

/// Adds an account without any check.
pub(crate) fn add(state: &mut State, account: ServiceAccount) {
    state.store.project_mut(&account.project).service_accounts.insert(account.email(), account);
}

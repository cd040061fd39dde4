//! The methods `serviceAccounts.get` and `serviceAccounts.list`.

use crate::api::json::Object;
use crate::api::status::StatusError;
use crate::model::service_accounts::ServiceAccount;
use crate::resources::call::ServiceCall;
use crate::state::State;
use serde_json::{Map, Value};

/// Number of accounts on a page, unless the request says otherwise.
const PAGE: usize = 20;

/// Largest number of accounts on a page.
const MAX_PAGE: usize = 100;

/// The accounts of a project that can be read by now, by address.
fn visible<'a>(state: &'a State, project: &str) -> impl Iterator<Item = &'a ServiceAccount> {
    let now = state.now();
    let all = state.store.project(project).into_iter().flat_map(|project| project.service_accounts.values());
    all.filter(move |account| account.visible <= now)
}

/// The account that a call names, by e-mail address or unique id.
pub(super) fn find<'a>(state: &'a State, call: &ServiceCall<'_>) -> Result<&'a ServiceAccount, StatusError> {
    let mut accounts = visible(state, call.project);
    let found = accounts.find(|a| a.email() == call.name || a.unique_id == call.name);
    found.ok_or_else(|| StatusError::not_found("Unknown service account"))
}

/// Answers `serviceAccounts.get`.
pub(crate) fn get(state: &mut State, call: &ServiceCall<'_>) -> Result<Value, StatusError> {
    call.query.only(&[])?;
    find(state, call).map(ServiceAccount::to_json)
}

/// Answers `serviceAccounts.list`: the accounts of a project by address. A page token is the address that was shown last.
pub(crate) fn list(state: &mut State, call: &ServiceCall<'_>) -> Result<Value, StatusError> {
    call.query.only(&["pageSize", "pageToken"])?;
    let size = match call.query.get("pageSize").map(str::parse::<usize>) {
        None | Some(Ok(0)) => PAGE,
        Some(Ok(size)) => size.min(MAX_PAGE),
        Some(Err(_)) => return Err(StatusError::invalid_argument("Invalid page size.".to_owned())),
    };
    let last = call.query.get("pageToken").unwrap_or_default();
    let mut rest = visible(state, call.project).skip_while(|account| account.email().as_str() <= last);
    let page: Vec<&ServiceAccount> = rest.by_ref().take(size).collect();
    let next = rest.next().and_then(|_| page.last()).map(|account| account.email());
    Ok(Object::from_map(Map::new())
        .with_list("accounts", page.into_iter().map(ServiceAccount::to_json).collect())
        .with_some("nextPageToken", next)
        .build())
}

/// All service accounts of a project, as they are printed.
pub(super) fn all(state: &State, project: &str) -> Vec<Value> {
    let all = state.store.project(project).into_iter().flat_map(|project| project.service_accounts.values());
    all.map(|one| one.to_json()).collect()
}

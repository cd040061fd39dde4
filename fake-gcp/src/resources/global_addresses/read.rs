//! The methods `globalAddresses.get` and `list`. Ranges of an initial state are among them.

use serde_json::Value;

use super::address::GlobalAddress;
use crate::api::error::ApiError;
use crate::api::{list, reference};
use crate::model::reservations::Reservation;
use crate::resources::call::{Answer, Call};
use crate::resources::reservations;
use crate::state::State;

/// Whether there is a global address of a name.
pub(super) fn exists(state: &State, project: &str, name: &str) -> bool {
    state.other::<GlobalAddress>(project, "", name).is_some() || given(state, project, name).is_some()
}

/// A range of an initial state, as it is printed.
fn given(state: &State, project: &str, name: &str) -> Option<Value> {
    let ranges = &state.store.project(project)?.reserved_ranges;
    let range = ranges.get(&Reservation::PrivateServices.place(name))?;
    Some(reservations::addresses::print(range, project))
}

/// The address that a call names, by name or numeric id.
pub(super) fn find<'a>(state: &'a State, call: &Call<'_>) -> Result<&'a GlobalAddress, ApiError> {
    let name = call.param("address");
    let found = state.find_other::<GlobalAddress>(call.project, "", name);
    found.ok_or_else(|| ApiError::not_found(&reference::global(call.project, "addresses", name)))
}

/// All global addresses of a project in order of name, as they are printed.
pub(crate) fn all(state: &State, project: &str) -> Vec<Value> {
    let made: Vec<&GlobalAddress> = state.others(project).collect();
    let given = reservations::addresses::all(state, project).into_iter();
    let given =
        given.filter(|shown| made.iter().all(|one| shown.get("name").is_none_or(|name| *name != one.name)));
    let mut all: Vec<Value> = given.chain(made.iter().map(|address| address.to_json(project))).collect();
    all.sort_by_cached_key(|shown| shown.get("name").and_then(Value::as_str).map(str::to_owned));
    all
}

/// Answers `globalAddresses.get`.
pub(crate) fn get(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    let name = call.param("address");
    let made = state.find_other::<GlobalAddress>(call.project, "", name);
    let found =
        made.map(|address| address.to_json(call.project)).or_else(|| given(state, call.project, name));
    let missing = || ApiError::not_found(&reference::global(call.project, "addresses", name));
    found.map(Answer::Read).ok_or_else(missing)
}

/// Answers `globalAddresses.list`.
pub(crate) fn list(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let path = format!("projects/{}/global/addresses", call.project);
    list::list(&call.query, "compute#addressList", &path, all(state, call.project)).map(Answer::Read)
}

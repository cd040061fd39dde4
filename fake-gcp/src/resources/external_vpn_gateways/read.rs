//! The methods `externalVpnGateways.get` and `list`.

use serde_json::Value;

use super::gateway::{self, Gateway};
use crate::api::error::ApiError;
use crate::resources::call::{Answer, Call};
use crate::resources::paging::{self, Names};
use crate::state::State;

const NAMES: Names =
    Names { list: "compute#externalVpnGatewayList", aggregated: "", collection: "externalVpnGateways" };

/// The gateway that a call names, by name or numeric id.
pub(super) fn find<'a>(state: &'a State, call: &Call<'_>) -> Result<&'a Gateway, ApiError> {
    let name = call.param("externalVpnGateway");
    let found = state.find_other::<Gateway>(call.project, "", name);
    found.ok_or_else(|| ApiError::not_found(&gateway::path(call.project, name)))
}

/// Answers `get`.
pub(super) fn get(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    find(state, call).map(|gateway| Answer::Read(gateway.to_json(call.project)))
}

/// Answers `list`.
pub(super) fn list(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let gateways = state.table_of_others::<Gateway>(call.project);
    paging::of_place(gateways, call, NAMES, |gateway| gateway.to_json(call.project))
}

/// All gateways of a project, as they are printed.
pub(super) fn all(state: &State, project: &str) -> Vec<Value> {
    state.others::<Gateway>(project).map(|gateway| gateway.to_json(project)).collect()
}

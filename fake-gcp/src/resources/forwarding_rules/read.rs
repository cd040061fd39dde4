//! The methods `forwardingRules.get`, `list` and `aggregatedList`.

use crate::api::error::ApiError;
use crate::api::reference;
use crate::model::forwarding_rules::ForwardingRule;
use crate::model::geography;
use crate::resources::call::{Answer, Call};
use crate::resources::paging::{self, Names};
use crate::state::State;
use serde_json::Value;

const NAMES: Names<'static> = Names {
    list: "compute#forwardingRuleList",
    aggregated: "compute#forwardingRuleAggregatedList",
    collection: "forwardingRules",
};

/// The rule that a call names, by name or numeric id.
pub(super) fn find<'a>(state: &'a State, call: &Call<'_>) -> Result<&'a ForwardingRule, ApiError> {
    let (region, name) = (call.param("region"), call.param("forwardingRule"));
    let project = state.store.project(call.project);
    let found = project.and_then(|project| project.forwarding_rules.find(region, name));
    found.ok_or_else(|| {
        ApiError::not_found(&reference::regional(call.project, region, NAMES.collection, name))
    })
}

/// Answers `forwardingRules.get`.
pub(crate) fn get(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    find(state, call).map(|rule| Answer::Read(rule.to_json(call.project)))
}

/// Answers `forwardingRules.list`: the rules of a region.
pub(crate) fn list(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let rules = state.store.project(call.project).map(|project| &project.forwarding_rules);
    paging::of_place(rules, call, NAMES, |rule| rule.to_json(call.project))
}

/// Answers `forwardingRules.aggregatedList`: the rules of all regions, and the global scope, in which none can be made here.
pub(crate) fn aggregated(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let rules = state.store.project(call.project).map(|project| &project.forwarding_rules);
    let scopes = geography::scopes_with_global();
    paging::of_all_places(rules, call, NAMES, scopes, Vec::new(), |rule| rule.to_json(call.project))
}

/// All forwarding rules of a project, as they are printed.
pub(super) fn all(state: &State, project: &str) -> Vec<Value> {
    let all = state.store.project(project).into_iter().flat_map(|project| project.forwarding_rules.values());
    all.map(|one| one.to_json(project)).collect()
}

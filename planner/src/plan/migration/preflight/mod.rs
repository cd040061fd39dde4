//! M1: everything that forbids a migration, found before anything is changed and reported all at once.
//!
//! Once a migration is begun the same findings are warnings, because it must be finished or taken back. Each subject has a file, and
//! each row of `docs/migration.md` a rule there. Every finding names the object and the way out.

mod ccm;
mod claims;
mod guests;
mod limits;
mod namesakes;
mod nat;
mod network;
mod new_range;
mod peers;
mod permissions;
mod policy_routes;
mod quotas;
mod ranges;
mod reserved;
mod routers;
mod routes;
mod subnets;
mod unknown;
mod vms;

pub(super) use ccm::left_alone;

use super::facts::{Facts, is_gone};
use crate::plan::context::Context;
use crate::plan::draft::Draft;
use crate::plan::{Finding, Severity};

/// The rows of one subject: what they find.
type Rows = fn(Context<'_>, &Facts<'_>) -> Vec<Finding>;

/// The subjects, in the order in which their findings are told.
const SUBJECTS: [Rows; 18] = [
    network::findings,
    subnets::findings,
    namesakes::findings,
    ranges::findings,
    peers::findings,
    reserved::findings,
    routes::findings,
    routers::findings,
    policy_routes::findings,
    vms::findings,
    claims::findings,
    guests::findings,
    limits::findings,
    nat::findings,
    ccm::findings,
    quotas::findings,
    permissions::findings,
    unknown::findings,
];

/// Adds the findings to `draft`; as warnings if a migration is under way, including one that provider-gcp has begun: the pod range is there, or
/// a node that is listed has lost its route. What is listed and still served by its route is not begun.
pub(super) fn check(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) {
    let mut findings = findings(context, facts);
    let mut listed = facts.journal.entries.iter();
    let is_cut_off = listed.any(|entry| !facts.has_route(entry) && !is_gone(context, entry));
    let has_range = facts.pod_range().is_some_and(|range| Some(range.range) == facts.pods);
    if facts.journal.phase.is_some() || is_cut_off || has_range {
        for finding in &mut findings {
            finding.severity = Severity::Warn;
        }
    }
    draft.findings.extend(findings);
}

/// The findings, each as severe as it is before anything is begun.
pub(super) fn findings(context: Context<'_>, facts: &Facts<'_>) -> Vec<Finding> {
    SUBJECTS.iter().flat_map(|rows| rows(context, facts)).collect()
}

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

use super::facts::Facts;
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

/// Adds the findings to `draft`; as warnings if a migration is under way, including one that provider-gcp has begun.
pub(super) fn check(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) {
    let mut findings = findings(context, facts);
    if !facts.journal.is_empty() || facts.pod_range().is_some_and(|range| Some(range.range) == facts.pods) {
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

//! M8b: the preflight once more, right before the point of no return is recorded. Everything can still be taken back here.

use std::ops::ControlFlow;

use super::facts::Facts;
use super::{preflight, remedy};
use crate::plan::Severity;
use crate::plan::context::Context;
use crate::plan::draft::Draft;
use crate::text::listed;

/// M8b. An error ends the run, which releases the cloud-controller-manager; nothing is lost, and both ways stay open.
pub(super) fn recheck(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) -> ControlFlow<()> {
    if facts.routes.is_empty() || facts.deleting() {
        return ControlFlow::Continue(());
    }
    let findings = preflight::findings(context, facts);
    let errors: Vec<String> = findings
        .into_iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| finding.message)
        .collect();
    if errors.is_empty() {
        return ControlFlow::Continue(());
    }
    draft.stuck(format!(
        "M8b: before the first route goes this stands in the way of what is still to come: {}; every node is served as before, and \
         it goes on once this is put right; to go back {}",
        listed(&errors, "; "),
        remedy::STAY
    ));
    ControlFlow::Break(())
}

//! The infrastructure state: written first in every pass that changes anything else, and once more when all is done.

use super::context::Context;
use super::draft::Draft;
use super::resource::rule_names;
use super::{Action, Finding, Reason, Step, StepId, nat};
use crate::desired::{Goal, Ownership, Target};
use crate::journal::{PROJECT, RESOURCES_EXIST, SERVICE_ACCOUNT_PENDING, State};
use crate::snapshot::{Router, Snapshot};
use crate::vocabulary::{Purpose, subnet_name};

pub(super) fn plan(context: Context<'_>, draft: &mut Draft) {
    elsewhere(context, draft);
    if draft.refuses() || draft.holds_state() {
        return;
    }
    if context.target.goal == Goal::Present
        && (is_there(context.target, context.seen)
            || draft.steps.iter().any(|step| step.action.makes_something()))
    {
        // Written ahead: a crash right after the insert must not leave something behind that deletion does not look for.
        draft.state.data.insert(RESOURCES_EXIST.to_owned(), "true".to_owned());
        draft.state.data.insert(PROJECT.to_owned(), context.target.project.to_string());
    }
    if draft.state == context.seen.state || draft.reports() {
        return;
    }
    let (id, why) = match draft.state_due() {
        Some((id, why)) => (id.clone(), why.clone()),
        None if !draft.steps.is_empty() => (StepId::State, Reason::WrittenAhead),
        None if draft.is_idle() => (StepId::State, Reason::AllDone),
        None => return,
    };
    for step in &mut draft.steps {
        step.needs.push(id.clone());
    }
    let action = Action::WriteState(Box::new(draft.state.clone()));
    draft.steps.insert(0, Step::new(id, action, why));
}

/// Says so where something should be there, and nothing is: it may have been made in another project, as long as none is recorded.
pub(super) fn elsewhere(context: Context<'_>, draft: &mut Draft) {
    let (target, seen) = (context.target, context.seen);
    if !seen.state.is_marked(RESOURCES_EXIST) || seen.state.project().is_some() || is_there(target, seen) {
        return;
    }
    draft.findings.push(Finding::warn(
        "project-unknown",
        format!(
            "by its state the shoot has a network, but nothing of it is in the project {}, and in which it was made is not recorded: were \
             the credentials those of another project, it is left behind there and must be deleted by hand",
            target.project
        ),
    ));
}

/// The write of the state that takes back that something may exist, given that nothing is under way that could still make it; none:
/// something is there, may be there, or was never said to be.
pub(super) fn take_back(target: &Target, seen: &Snapshot) -> Option<Step> {
    let unknown = seen.cloud.service_account.is_some() || seen.cloud.service_account_unread.is_some();
    if !seen.state.is_marked(RESOURCES_EXIST)
        || !seen.state.journal.is_empty()
        || unknown
        || is_there(target, seen)
    {
        return None;
    }
    let mut state: State = seen.state.clone();
    state.data.retain(|key, _| ![RESOURCES_EXIST, PROJECT, SERVICE_ACCOUNT_PENDING].contains(&key.as_str()));
    Some(Step::new(StepId::State, Action::WriteState(Box::new(state)), Reason::TakenBack))
}

/// Whether something of ours exists already, be it that the state was lost.
fn is_there(target: &Target, seen: &Snapshot) -> bool {
    let cloud = &seen.cloud;
    let own = |ownership| ownership == Ownership::Own;
    let subnet = |purpose| cloud.subnet(&target.region, &subnet_name(&target.cluster, purpose)).is_some();
    let nat = |router: &Router| router.nats.iter().any(|nat| nat::is_called(nat, &target.nat.name));
    let rules = rule_names(&target.cluster);
    (cloud.network.is_some() && own(target.network.ownership))
        || (cloud.router.is_some() && own(target.router.ownership))
        || cloud.router.as_ref().is_some_and(nat)
        || Purpose::ALL.into_iter().any(subnet)
        || cloud.firewalls.iter().any(|rule| rules.iter().any(|name| rule.name == *name))
}

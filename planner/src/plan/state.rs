//! The infrastructure state: written first in every pass that changes anything else, and once more when everything is done.

use super::context::Context;
use super::draft::Draft;
use super::resource::FirewallRole;
use super::{Action, Course, Finding, Reason, Step, StepId, nat, told};
use crate::desired::{Goal, Ownership, Target};
use crate::journal::{PROJECT, RESOURCES_EXIST, SERVICE_ACCOUNT_PENDING, State, Stays};
use crate::snapshot::{Router, Snapshot};
use crate::vocabulary::{Purpose, Word, Words, subnet_name};

pub(super) fn plan(context: Context<'_>, draft: &mut Draft) {
    elsewhere(context, draft);
    if draft.refuses() || draft.holds_state() {
        return;
    }
    if !context.asked.dual_stack && draft.state.journal.is_empty() {
        // What was refused is not asked for any more.
        draft.state.lasting.refused = None;
        draft.state.lasting.canary_failed = None;
    }
    if context.course == Course::Steady {
        // Somebody has taken it away.
        draft.state.lasting.stays.forget_subnets();
    }
    if context.target.dual_stack {
        draft.state.lasting.stays = Stays::default();
    }
    words(context, draft);
    told::keep(context, draft);
    if context.target.goal == Goal::Present
        && (something_exists(context.target, context.seen)
            || draft.steps.iter().any(|step| step.action.makes_something()))
    {
        // Written ahead, so that a deletion looks for resources even after a crash right after the insert.
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

/// Keeps the words on the Infrastructure, for a restore that makes it anew. A word whose attempt begins is as good as gone. One on the
/// Shoot has had its attempt until its owner takes it away.
fn words(context: Context<'_>, draft: &mut Draft) {
    let said = &context.asked.said;
    let begins = match context.course {
        Course::Preparing { .. } => true,
        Course::Leaving
        | Course::Announced
        | Course::Committed
        | Course::Undoing
        | Course::Back(_)
        | Course::Held
        | Course::Rests(_)
        | Course::Steady => false,
    };
    let gone = if begins { said.infrastructure.for_once() } else { Words::default() };
    let lasting = &mut draft.state.lasting;
    lasting.words = said.infrastructure.minus(&gone);
    if let Some(refused) = lasting.refused.as_mut().filter(|_| !said.shoot.say(Word::TryAgain)) {
        refused.used_up = false;
    }
    if let Some(failed) = lasting.canary_failed.as_mut().filter(|_| !said.shoot.say(Word::CanaryAgain)) {
        failed.used_up = false;
    }
}

/// Adds a warning if resources are recorded but none is found, and the project in which they were created is not recorded.
pub(super) fn elsewhere(context: Context<'_>, draft: &mut Draft) {
    let (target, seen) = (context.target, context.seen);
    if !seen.state.is_marked(RESOURCES_EXIST)
        || seen.state.project().is_some()
        || something_exists(target, seen)
    {
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

/// The step that removes the marker of existing resources; `None` if something exists, may exist, or was never announced. The
/// caller makes sure that no operation is under way that could still create something.
pub(super) fn take_back(target: &Target, seen: &Snapshot) -> Option<Step> {
    let unknown = seen.cloud.service_account.is_some() || seen.cloud.service_account_unread.is_some();
    if !seen.state.is_marked(RESOURCES_EXIST)
        || !seen.state.journal.is_empty()
        || unknown
        || something_exists(target, seen)
    {
        return None;
    }
    let mut state: State = seen.state.clone();
    state.data.retain(|key, _| ![RESOURCES_EXIST, PROJECT, SERVICE_ACCOUNT_PENDING].contains(&key.as_str()));
    Some(Step::new(StepId::State, Action::WriteState(Box::new(state)), Reason::TakenBack))
}

/// Whether a resource of the shoot exists, whatever the state says.
fn something_exists(target: &Target, seen: &Snapshot) -> bool {
    let cloud = &seen.cloud;
    let own = |ownership| ownership == Ownership::Own;
    let subnet = |purpose| cloud.subnet(&target.region, &subnet_name(&target.cluster, purpose)).is_some();
    let nat = |router: &Router| router.nats.iter().any(|nat| nat::is_called(nat, &target.nat.name));
    (cloud.network.is_some() && own(target.network.ownership))
        || (cloud.router.is_some() && own(target.router.ownership))
        || cloud.router.as_ref().is_some_and(nat)
        || Purpose::ALL.into_iter().any(subnet)
        || cloud.firewalls.iter().any(|rule| FirewallRole::is_rule_name(&target.cluster, &rule.name))
}

//! The infrastructure state: written first in every pass that changes anything else, and once more when all is done.

use super::draft::Draft;
use super::{Action, Context, Step, StepId, nat};
use crate::journal::RESOURCES_EXIST;
use crate::snapshot::Router;
use crate::target::{Goal, Ownership, Purpose, subnet_name};

/// The name of the step where no step of the protocol gives it one.
const ID: &str = "state";

pub(super) fn plan(context: Context<'_>, draft: &mut Draft) {
    if draft.refuses() || draft.holds_state() {
        return;
    }
    if context.target.goal == Goal::Stand
        && (is_there(context) || draft.steps.iter().any(|step| makes_something(&step.action)))
    {
        // Written ahead: a crash right after the insert must not leave something behind that deletion does not look for.
        draft.state.data.insert(RESOURCES_EXIST.to_owned(), "true".to_owned());
    }
    if draft.state == context.seen.state {
        return;
    }
    let (id, why) = match draft.state_due() {
        Some((id, why)) => (id.clone(), *why),
        None if !draft.steps.is_empty() => {
            (ID.to_owned(), "what is about to change must be known before it changes")
        }
        None if draft.is_idle() => {
            (ID.to_owned(), "all is done: what was found out is kept, what was pending is not")
        }
        None => return,
    };
    for step in &mut draft.steps {
        step.needs.push(StepId::new(id.clone()));
    }
    let action = Action::WriteState(Box::new(draft.state.clone()));
    draft.steps.insert(0, Step::new(StepId::new(id), "status.state".to_owned(), action, why));
}

/// Whether something of ours exists already, be it that the state was lost.
fn is_there(context: Context<'_>) -> bool {
    let (target, cloud) = (context.target, &context.seen.cloud);
    let own = |ownership| ownership == Ownership::Own;
    let subnet = |purpose| cloud.subnet(&target.region, &subnet_name(&target.cluster, purpose)).is_some();
    let nat = |router: &Router| router.nats.iter().any(|nat| nat::is_called(nat, &target.nat.name));
    (cloud.network.is_some() && own(target.network.ownership))
        || (cloud.router.is_some() && own(target.router.ownership))
        || cloud.router.as_ref().is_some_and(nat)
        || Purpose::ALL.into_iter().any(subnet)
}

fn makes_something(action: &Action) -> bool {
    matches!(
        action,
        Action::InsertNetwork { .. }
            | Action::InsertSubnet { .. }
            | Action::InsertRouter { .. }
            | Action::SetNats { .. }
            | Action::InsertFirewall(_)
            | Action::InsertServiceAccount { .. }
    )
}

//! Ways out that errors name, in words: only such as the reader has in Gardener as released.

use crate::desired::{SubnetTarget, Target};
use crate::plan::Course;
use crate::plan::resource::FirewallRole;
use crate::plan::step::StepId;
use crate::vocabulary::Purpose;

/// The change of the Shoot back to IPv4. Gardener before gardener#12967 refuses it.
pub(super) const IPV4: &str = "set ipFamilies to [IPv4], where Gardener takes that (since gardener#12967)";

/// How a migration is not begun, or is taken back: by the word, which is possible everywhere, or by the Shoot.
pub(super) const STAY: &str = "say undo on the Infrastructure, and retry the Shoot if it is Failed, or set ipFamilies to [IPv4], where Gardener \
                               takes that (since gardener#12967)";

/// The way out for whoever asks for `target` and is refused the step `id` on this course, beside having put right what refuses it: to do
/// without dual-stack. None: the step has nothing to do with that, or it is never taken back.
fn way_out(course: Course, target: &Target, id: &StepId) -> Option<&'static str> {
    if !target.dual_stack || target.reported || !is_for_dual_stack(id) {
        return None;
    }
    match course {
        Course::Preparing { begun: true } => Some(STAY),
        Course::Preparing { begun: false } | Course::Steady => Some(IPV4),
        Course::Leaving
        | Course::Announced
        | Course::Committed
        | Course::Undoing
        | Course::Back(_)
        | Course::Held
        | Course::Rests(_) => None,
    }
}

/// What comes next where the step `id` of a migration was refused, in words that follow Google's text: how it goes on, and the way out, if
/// there is one. None: the step has nothing to do with a migration.
pub fn way_on(course: Course, target: &Target, id: &StepId) -> Option<String> {
    const SERVED: &str = "until then every node is served as it is";
    let ours = matches!(id, StepId::Migration(..)) || course.name().is_some() && is_for_dual_stack(id);
    let out = way_out(course, target, id);
    if !ours && out.is_none() {
        return None;
    }
    let on = match course {
        Course::Committed => {
            format!(
                "put that right, and the migration goes on by itself, which is the only way past the point of no return; {SERVED}"
            )
        }
        Course::Preparing { begun: true } | Course::Held => {
            format!("put that right, and the migration goes on by itself; {SERVED}")
        }
        Course::Undoing | Course::Back(_) => {
            format!("put that right, and the way back goes on by itself; {SERVED}")
        }
        Course::Preparing { begun: false }
        | Course::Steady
        | Course::Rests(_)
        | Course::Announced
        | Course::Leaving => "put that right, and retry the Shoot if it is Failed".to_owned(),
    };
    Some(out.map_or_else(|| on.clone(), |out| format!("{on}; or {out}")))
}

/// What helps if a subnet of a shoot that was never reported as dual-stack cannot be what it must be.
pub(in crate::plan) fn of_subnet(wanted: &SubnetTarget) -> &'static str {
    match wanted.purpose {
        Purpose::Nodes => {
            "nothing can change that while nodes are in it: say undo on the Infrastructure, and retry the Shoot if it is Failed, or set \
             ipFamilies to [IPv4], where Gardener takes that (since gardener#12967), or move to a new shoot"
        }
        Purpose::Internal => {
            "take networks.internal out of the InfrastructureConfig for one reconciliation, so that the subnet is made anew"
        }
        Purpose::Services => {
            "delete it by hand, so that it is made anew; nothing of an IPv4 shoot's is in it"
        }
    }
}

/// Whether an IPv4 shoot has no such step.
fn is_for_dual_stack(id: &StepId) -> bool {
    match id {
        StepId::Subnet(Purpose::Services) | StepId::Repair(_) | StepId::Migration(..) => true,
        StepId::Firewall(role) => match role {
            FirewallRole::InternalAccessIpv6 | FirewallRole::HealthChecksIpv6 => true,
            FirewallRole::InternalAccess | FirewallRole::HealthChecks | FirewallRole::ExternalAccess => false,
        },
        StepId::State
        | StepId::ServiceAccount
        | StepId::Network
        | StepId::Subnet(Purpose::Nodes | Purpose::Internal)
        | StepId::FlowLogs
        | StepId::Router
        | StepId::Nat
        | StepId::Firewalls
        | StepId::FirewallRule(_)
        | StepId::Route(_)
        | StepId::PutOff => false,
    }
}

/// The command by which somebody removes an entry of the state of the shoot's Infrastructure, which Gardener calls as the Shoot.
pub(super) fn edit_state(target: &Target) -> String {
    let shoot = target.retries.shoot.as_deref();
    let name = shoot.and_then(|shoot| shoot.rsplit('/').next()).unwrap_or("NAME");
    format!("kubectl -n {} edit infrastructure {name} --subresource=status", target.cluster)
}

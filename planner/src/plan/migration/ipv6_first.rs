//! M2b IPv6 first: all subnets that the shoot has or shall have get their external IPv6 ranges while nothing depends on them.
//!
//! This touches no IPv4 traffic and can be taken back, and it proves permission, quota and policy before anything else is changed.

use std::ops::ControlFlow;

use super::facts::Facts;
use super::refusal;
use crate::plan::context::Context;
use crate::plan::draft::Draft;
use crate::plan::step::{Part, StepId};
use crate::plan::subnets;
use crate::vocabulary::{Milestone, Purpose};

/// M2b. The nodes subnet is left out if Google would not have the overlap flag on a dual-stack subnet.
pub(super) fn ipv6_first(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) -> ControlFlow<()> {
    if facts.journal.phase.is_none() || facts.deleting() || facts.journal.made.is_none() {
        return ControlFlow::Continue(());
    }
    let concerned = context.target.subnets.iter();
    let concerned = concerned.filter(|wanted| wanted.purpose != Purpose::Nodes || !facts.journal.flag_first);
    let mut complete = true;
    for wanted in concerned {
        let id = StepId::Migration(Milestone::Ipv6First, Part::Subnet(wanted.purpose));
        if refusal::record(context, draft, Milestone::Ipv6First, &id) {
            return ControlFlow::Break(());
        }
        match context.seen.cloud.subnet(&context.target.region, &wanted.name) {
            None => {
                subnets::insert(context, draft, id, wanted);
                complete = false;
            }
            // Only one change of a subnet at a time.
            Some(subnet) if draft.touches(subnet) => complete = false,
            Some(subnet) => {
                complete &= subnets::dual_stack(context, draft, id, wanted, subnet).is_continue();
            }
        }
    }
    if complete { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
}

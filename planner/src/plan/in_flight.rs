//! Steps on objects with an operation in flight, begun by an earlier process or by somebody else, are held back until it has
//! ended.

use std::collections::BTreeSet;

use super::context::Context;
use super::draft::Draft;
use super::subnets::later_than;
use crate::snapshot::{Part, Parts};

/// The maximum number of objects that the message names.
const NAMED: usize = 5;

/// Removes the steps on objects with an operation in flight, and the steps that need them, and waits for those operations.
pub(super) fn hold(context: Context<'_>, draft: &mut Draft) {
    let in_flight = &context.seen.cloud.in_flight;
    let mut objects = Vec::new();
    let mut held = BTreeSet::new();
    draft.steps.retain(|step| {
        let object = step.action.object().and_then(|object| object.path());
        let object = object.filter(|object| in_flight.contains_key(object));
        let waits = object.is_some() || step.needs.iter().any(|need| held.contains(need));
        objects.extend(object);
        if waits {
            held.insert(step.id.clone());
        }
        !waits
    });
    if objects.is_empty() {
        return;
    }
    let more = match objects.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    objects.truncate(NAMED);
    draft.wait_for(
        later_than(context, context.settings.look_again),
        format!("operations that were begun earlier are under way on {}{more}", objects.join(", ")),
        Parts::from([Part::Operations]),
    );
}

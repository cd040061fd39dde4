//! The flow logs of the nodes subnet: first switched on, then configured, because Google accepts one group of fields per request.

use serde_json::{Value, json};

use super::context::Context;
use super::difference::FieldChange;
use super::draft::Draft;
use super::resource::SubnetChange;
use super::{Action, StepId};
use crate::vocabulary::{FlowLogs, Purpose};

/// Corrects the flow logs, unless another step of this pass changes the subnet.
pub(super) fn plan(context: Context<'_>, draft: &mut Draft) {
    let Some(wanted) = context.target.subnet(Purpose::Nodes) else { return };
    let Some(subnet) = context.seen.cloud.subnet(&context.target.region, &wanted.name) else { return };
    let (change, changes) = match (&subnet.flow_logs, &wanted.flow_logs) {
        (None, None) => return,
        (None, Some(_)) => (SubnetChange::FlowLogs(true), vec![switch(false, true)]),
        (Some(_), None) => (SubnetChange::FlowLogs(false), vec![switch(true, false)]),
        (Some(present), Some(wanted)) => {
            (SubnetChange::LogConfig(wanted.clone()), differences(present, wanted))
        }
    };
    if changes.is_empty() {
        return;
    }
    if draft.touches(subnet) {
        draft.later(
            StepId::FlowLogs,
            '~',
            &subnet.name,
            change.summary(),
            "one change of the subnet at a time",
        );
    } else {
        draft.change(context, StepId::FlowLogs, Action::patch_subnet(subnet, change), changes);
    }
}

fn switch(from: bool, to: bool) -> FieldChange {
    FieldChange { field: "enableFlowLogs", from: json!(from), to: json!(to) }
}

fn differences(present: &FlowLogs, wanted: &FlowLogs) -> Vec<FieldChange> {
    let pairs: [(&'static str, Value, Value); 3] = [
        ("logConfig.aggregationInterval", json!(present.interval), json!(wanted.interval)),
        ("logConfig.flowSampling", json!(present.sampling.share()), json!(wanted.sampling.share())),
        ("logConfig.metadata", json!(present.metadata), json!(wanted.metadata)),
    ];
    let changed = pairs.into_iter().filter(|(_, from, to)| from != to);
    changed.map(|(field, from, to)| FieldChange { field, from, to }).collect()
}

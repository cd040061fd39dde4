//! Flow logs of the nodes subnet.

use crate::api::config::InfrastructureConfig;

/// What is logged of the traffic of a subnet.
#[derive(Clone, Debug, PartialEq)]
pub struct FlowLogs {
    /// How long flows are put together: `INTERVAL_5_SEC` and so on.
    pub interval: String,
    /// The share of flows that is logged, 0 to 1. Google keeps it in single precision.
    pub sampling: f32,
    /// What is said of the VMs: `EXCLUDE_ALL_METADATA` and so on.
    pub metadata: String,
}

/// The flow logs that `config` asks for, with the values of what it leaves open; none: they shall be off.
pub(super) fn flow_logs(config: &InfrastructureConfig) -> Option<FlowLogs> {
    let logs = config.networks.flow_logs.clone()?;
    Some(FlowLogs {
        interval: logs.aggregation_interval.unwrap_or_else(|| "INTERVAL_5_MIN".to_owned()),
        sampling: logs.flow_sampling.unwrap_or(0.5),
        metadata: logs.metadata.unwrap_or_else(|| "EXCLUDE_ALL_METADATA".to_owned()),
    })
}

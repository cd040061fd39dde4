//! The desired flow logs of the nodes subnet.

use crate::documents::config::InfrastructureConfig;
use crate::vocabulary::{FlowLogs, Sampling};

/// The configured flow logs, with defaults for fields that are left out; `None` if they shall be off.
pub(super) fn flow_logs(config: &InfrastructureConfig) -> Option<FlowLogs> {
    let logs = config.networks.flow_logs.clone()?;
    Some(FlowLogs {
        interval: logs.aggregation_interval.unwrap_or_else(|| "INTERVAL_5_MIN".to_owned()),
        sampling: Sampling::new(logs.flow_sampling.unwrap_or(0.5)),
        metadata: logs.metadata.unwrap_or_else(|| "EXCLUDE_ALL_METADATA".to_owned()),
    })
}

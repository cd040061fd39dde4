//! Flow logs of a subnet: how much of its traffic is logged, and what of it.

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

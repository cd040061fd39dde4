//! The cadence of probes.

use serde::{Deserialize, Serialize};

/// How soon a kubelet notices that a pod does not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Cadence {
    /// The seconds between two probes, at least 1.
    pub period: u32,
    /// The number of failures in a row that count, at least 1.
    pub threshold: u32,
}

impl Cadence {
    /// The seconds in which `threshold` probes fail in a row.
    pub fn seconds(self) -> u64 {
        u64::from(self.period) * u64::from(self.threshold)
    }
}

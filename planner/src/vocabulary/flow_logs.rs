//! VPC flow logs of a subnet: which share of its flows is logged, and with which metadata.

use std::hash::{Hash, Hasher};

/// The configuration of a subnet's flow logs, in Google's terms (`logConfig` of a subnetwork).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FlowLogs {
    /// The aggregation interval, one of `INTERVAL_5_SEC`, `INTERVAL_30_SEC`, `INTERVAL_1_MIN`, `INTERVAL_5_MIN`,
    /// `INTERVAL_10_MIN` and `INTERVAL_15_MIN`.
    pub interval: String,
    /// The share of flows that is logged, from 0 to 1.
    pub sampling: Sampling,
    /// The metadata of VMs that is logged, e.g. `EXCLUDE_ALL_METADATA`.
    pub metadata: String,
}

/// A share from 0 to 1 in single precision, as Google stores it. Two shares are equal if all their bits are.
#[derive(Clone, Copy, Debug)]
pub struct Sampling(f32);

impl Sampling {
    /// A share of the given value; negative zero becomes positive zero, so that both compare as equal.
    pub fn new(share: f32) -> Self {
        Self(share + 0.0)
    }

    /// The share as a number from 0 to 1.
    pub fn share(self) -> f32 {
        self.0
    }
}

impl PartialEq for Sampling {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

impl Eq for Sampling {}

impl Hash for Sampling {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::Sampling;

    #[test]
    fn what_is_the_same_number_is_the_same_share() {
        assert_eq!(Sampling::new(-0.0), Sampling::new(0.0));
        assert_ne!(Sampling::new(0.1), Sampling::new(0.1 + f32::EPSILON));
    }
}

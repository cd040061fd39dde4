//! Flow logs of a subnet: how much of its traffic is logged, and what of it.

use std::hash::{Hash, Hasher};

/// What is logged of the traffic of a subnet.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FlowLogs {
    /// How long flows are put together: `INTERVAL_5_SEC` and so on.
    pub interval: String,
    /// The share of flows that is logged.
    pub sampling: Sampling,
    /// What is said of the VMs: `EXCLUDE_ALL_METADATA` and so on.
    pub metadata: String,
}

/// A share, 0 to 1, in single precision, as Google keeps it. Two are the same if all their bits are.
#[derive(Clone, Copy, Debug)]
pub struct Sampling(f32);

impl Sampling {
    /// The share `share`; of the two zeros, the positive one.
    pub fn new(share: f32) -> Self {
        Self(share + 0.0)
    }

    /// The share as a number.
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

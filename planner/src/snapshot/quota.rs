//! Quotas of a project.

/// A quota with its limit and its usage.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Quota {
    /// The name, e.g. `FIREWALLS`.
    pub metric: String,
    /// The most that there can be.
    pub limit: u64,
    /// How many there are.
    pub usage: u64,
}

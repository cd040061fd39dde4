//! Quotas, as projects and regions print them.

use serde::Deserialize;

/// A quota of a project or of a region.
#[derive(Clone, Debug, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct Quota {
    /// What is counted: `NETWORKS`.
    pub metric: String,
    /// The most there may be, in the metric's unit.
    pub limit: f64,
    /// What is used of it, in the metric's unit.
    pub usage: f64,
}

/// A project or a region, as far as it prints quotas.
#[derive(Clone, Debug, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct Quotas {
    /// One for each metric.
    pub quotas: Vec<Quota>,
}

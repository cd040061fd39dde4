//! Quotas, as projects and regions print them.

use serde::Deserialize;

/// A quota of a project or of a region.
#[derive(Clone, Debug, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct Quota {
    /// The name of what is counted, e.g. `NETWORKS`.
    pub metric: String,
    /// The most there may be, in the metric's unit.
    pub limit: f64,
    /// The usage, in the metric's unit.
    pub usage: f64,
}

/// A project or a region, as far as it prints quotas.
#[derive(Clone, Debug, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct Quotas {
    /// The quotas, one for each metric.
    pub quotas: Vec<Quota>,
}

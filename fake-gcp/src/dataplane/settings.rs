//! What of Google's data plane is not known for sure, as settings: which routing rule holds, and how long
//! programming takes. Each figure and each choice says what it rests on.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Settings of the data plane. The default is one reading of Google's documents, not a measurement.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Which rule holds while a range with the overlap flag and static routes exist together.
    pub rule: LookupRule,
    /// How long each kind of change takes to be programmed.
    pub lags: Lags,
}

/// Reading of the routing rules of a range whose overlap flag is on (a "hybrid subnet").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LookupRule {
    /// The owner of the address wins; an address without owner is looked up a second time among the static
    /// routes that bear no tags, are not broader than the range, and lead to a VM in the subnet's region.
    /// Evidence: documented (hybrid subnets); the region: assumed.
    #[default]
    ResourceFirst,
    /// The longest prefix among static routes and ranges wins; on a tie the range, as subnet routes have
    /// priority 0; a range leads to the owner of the address. Evidence: assumed.
    MostSpecific,
}

/// One end of a span of time in which a change may get programmed, told from the end of its operation:
/// `done + operation_percent / 100 × (done − started) + micros`, but never before `started`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edge {
    /// Part of the operation's duration, in percent; −100 is the start of the operation.
    pub operation_percent: i32,
    /// Added to that, in microseconds.
    pub micros: i64,
}

/// The span of time in which a change gets programmed on a host; the draw is uniform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lag {
    /// The earliest instant.
    pub earliest: Edge,
    /// The latest instant, included. If it lies before `earliest`, `earliest` holds.
    pub latest: Edge,
}

impl Lag {
    /// Always exactly this long after DONE.
    pub const fn fixed(after_done: Duration) -> Self {
        Self::between(after_done, after_done)
    }

    /// From `min` to `max` after DONE.
    pub const fn between(min: Duration, max: Duration) -> Self {
        Self { earliest: after_done(min), latest: after_done(max) }
    }

    /// From the start of the operation to `max` after DONE.
    pub const fn from_start(max: Duration) -> Self {
        Self { earliest: OPERATION_START, latest: after_done(max) }
    }

    /// Always at the start of the operation: the most hostile removal.
    pub const fn at_start() -> Self {
        Self { earliest: OPERATION_START, latest: OPERATION_START }
    }
}

const OPERATION_START: Edge = Edge { operation_percent: -100, micros: 0 };

const fn after_done(lag: Duration) -> Edge {
    Edge { operation_percent: 0, micros: lag.as_micros() as i64 }
}

/// How long programming takes, by kind of change. VMs have no lag: a VM is there from the end of the
/// operation that made it until the start of the operation that deletes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lags {
    /// Overlap flag set to true.
    pub flag_on: Lag,
    /// Overlap flag set to false.
    pub flag_off: Lag,
    /// Subnet range added.
    pub range_added: Lag,
    /// Subnet range removed.
    pub range_removed: Lag,
    /// Alias range added.
    pub alias_added: Lag,
    /// Alias range removed.
    pub alias_removed: Lag,
    /// Static route added.
    pub route_added: Lag,
    /// Static route removed.
    pub route_removed: Lag,
}

impl Lags {
    /// Additions and changes of the flag take `added`, removals take `removed`.
    pub const fn uniform(added: Lag, removed: Lag) -> Self {
        Self {
            flag_on: added,
            flag_off: added,
            range_added: added,
            range_removed: removed,
            alias_added: added,
            alias_removed: removed,
            route_added: added,
            route_removed: removed,
        }
    }

    /// Everything is programmed at the instant its operation is DONE.
    pub const NONE: Self = Self::uniform(Lag::fixed(Duration::ZERO), Lag::fixed(Duration::ZERO));
}

impl Default for Lags {
    /// Added and flag: 0.2 s to 20 s after DONE. Removed: from the start of the operation to 2 s after DONE.
    /// Evidence: assumed, both. Google says only that aliases "may lag" and that moving one can take up to
    /// a minute.
    fn default() -> Self {
        Self::uniform(
            Lag::between(Duration::from_millis(200), Duration::from_secs(20)),
            Lag::from_start(Duration::from_secs(2)),
        )
    }
}

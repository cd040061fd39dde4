//! The settings of the data plane, for what is not known of Google's for sure: which routing rule holds, and how long
//! programming takes. Each figure and each choice says what it rests on.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Settings of the data plane. The default is one reading of Google's documents, not a measurement.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Rule that holds while a range with the overlap flag and static routes exist together.
    pub rule: LookupRule,
    /// Ownership of the addresses of a VM that does not run.
    pub stopped_vm: StoppedVm,
    /// Time that each kind of change takes to be programmed.
    pub lags: Lags,
}

/// A reading of whose the addresses of a VM are that does not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StoppedVm {
    /// The addresses have no owner: with the overlap flag on, static routes serve them. Evidence: seen once, with a primary
    /// address and not with an alias.
    #[default]
    Unmatched,
    /// The addresses stay the VM's: packets to them are lost. Evidence: assumed.
    Matched,
}

/// A reading of the routing rules of a range whose overlap flag is on (a "hybrid subnet").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LookupRule {
    /// The owner of the address wins; an address without owner is looked up a second time among the static
    /// routes that bear no tags, are not broader than the range, and lead to a VM in the subnet's region.
    /// Evidence: documented (hybrid subnets, routes).
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
    /// Time added to that, in microseconds.
    pub micros: i64,
}

/// The span of time in which a change gets programmed on a host; the draw is uniform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lag {
    /// Earliest instant.
    pub earliest: Edge,
    /// Latest instant, included. If it lies before `earliest`, `earliest` holds.
    pub latest: Edge,
}

impl Lag {
    /// A lag of always exactly this long after DONE.
    pub const fn fixed(after_done: Duration) -> Self {
        Self::between(after_done, after_done)
    }

    /// A lag from `min` to `max` after DONE.
    pub const fn between(min: Duration, max: Duration) -> Self {
        Self { earliest: after_done(min), latest: after_done(max) }
    }

    /// A lag from the start of the operation to `max` after DONE.
    pub const fn from_start(max: Duration) -> Self {
        Self { earliest: OPERATION_START, latest: after_done(max) }
    }

    /// A lag that always ends at the start of the operation: the most hostile removal.
    pub const fn at_start() -> Self {
        Self { earliest: OPERATION_START, latest: OPERATION_START }
    }
}

const OPERATION_START: Edge = Edge { operation_percent: -100, micros: 0 };

const fn after_done(lag: Duration) -> Edge {
    Edge { operation_percent: 0, micros: lag.as_micros() as i64 }
}

/// The lags of programming, by kind of change. VMs have no lag: a VM is there from the end of the operation that made it
/// until the start of the operation that deletes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lags {
    /// Lag of the overlap flag set to true.
    pub flag_on: Lag,
    /// Lag of the overlap flag set to false.
    pub flag_off: Lag,
    /// Lag of a subnet range that was added.
    pub range_added: Lag,
    /// Lag of a subnet range that was removed.
    pub range_removed: Lag,
    /// Lag of an alias range that was added.
    pub alias_added: Lag,
    /// Lag of an alias range that was removed.
    pub alias_removed: Lag,
    /// Lag of a static or policy-based route that was added.
    pub route_added: Lag,
    /// Lag of a static or policy-based route that was removed.
    pub route_removed: Lag,
}

impl Lags {
    /// Lags that are equal for all kinds: additions and changes of the flag take `added`, removals take `removed`.
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

    /// No lags: everything is programmed at the instant its operation is DONE.
    pub const NONE: Self = Self::uniform(Lag::fixed(Duration::ZERO), Lag::fixed(Duration::ZERO));
}

impl Default for Lags {
    /// The assumed lags: added and flag 0.2 s to 20 s after DONE, removed from the start of the operation to 2 s after DONE.
    /// Google says only that aliases "may lag" and that moving one can take up to a minute.
    fn default() -> Self {
        Self::uniform(
            Lag::between(Duration::from_millis(200), Duration::from_secs(20)),
            Lag::from_start(Duration::from_secs(2)),
        )
    }
}

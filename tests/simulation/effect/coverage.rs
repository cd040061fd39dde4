//! The kinds of actions whose effects were compared.

use std::collections::BTreeMap;

use planner::plan::Action;
use planner::plan::resource::{Body, Change, Kind, SubnetChange};

/// All kinds of actions.
const ALL: [&str; 29] = [
    "insert network",
    "insert subnet",
    "insert router",
    "insert firewall",
    "insert service account",
    "set the routing mode",
    "overlap on",
    "overlap off",
    "set secondary ranges",
    "dual-stack",
    "IPv4 only",
    "flow logs on",
    "flow logs off",
    "set flow logs up",
    "widen",
    "change firewall",
    "delete network",
    "delete subnet",
    "delete router",
    "delete firewall",
    "delete route",
    "delete VM",
    "delete service account",
    "set NATs",
    "set aliases",
    "write state",
    "leave the chart alone",
    "take the chart up",
    "scale",
];

/// The kind of `action`.
pub(super) fn name(action: &Action) -> &'static str {
    match action {
        Action::Insert { body: Body::Network(_), .. } => "insert network",
        Action::Insert { body: Body::Subnet(_), .. } => "insert subnet",
        Action::Insert { body: Body::Router(_), .. } => "insert router",
        Action::Insert { body: Body::Firewall(_), .. } => "insert firewall",
        Action::Insert { body: Body::ServiceAccount(_), .. } => "insert service account",
        Action::Patch { change: Change::RoutingMode(_), .. } => "set the routing mode",
        Action::Patch { change: Change::Subnet { change, .. }, .. } => match change {
            SubnetChange::Overlap(true) => "overlap on",
            SubnetChange::Overlap(false) => "overlap off",
            SubnetChange::SecondaryRanges(_) => "set secondary ranges",
            SubnetChange::DualStack => "dual-stack",
            SubnetChange::Ipv4Only => "IPv4 only",
            SubnetChange::FlowLogs(true) => "flow logs on",
            SubnetChange::FlowLogs(false) => "flow logs off",
            SubnetChange::LogConfig(_) => "set flow logs up",
        },
        Action::Patch { change: Change::Range(_), .. } => "widen",
        Action::Patch { change: Change::Firewall(_), .. } => "change firewall",
        Action::Delete { object, .. } => match object.kind {
            Kind::Network => "delete network",
            Kind::Subnet => "delete subnet",
            Kind::Router => "delete router",
            Kind::Firewall => "delete firewall",
            Kind::Route => "delete route",
            Kind::Vm => "delete VM",
            Kind::ServiceAccount => "delete service account",
        },
        Action::SetNats { .. } => "set NATs",
        Action::SetAliases { .. } => "set aliases",
        Action::WriteState(_) => "write state",
        // Has no effect on a snapshot, so none is compared.
        Action::TakeWords { .. } => "take words",
        Action::IgnoreControlPlane { ignore: true, .. } => "leave the chart alone",
        Action::IgnoreControlPlane { ignore: false, .. } => "take the chart up",
        Action::ScaleCcm { .. } => "scale",
    }
}

/// The number of comparisons by kind of action.
#[derive(Debug, Default)]
pub(super) struct Coverage(BTreeMap<&'static str, usize>);

impl Coverage {
    /// Counts one comparison for each of `names`.
    pub(super) fn add(&mut self, names: impl IntoIterator<Item = &'static str>) {
        for name in names {
            *self.0.entry(name).or_default() += 1;
        }
    }

    /// Whether every kind was compared.
    pub(super) fn is_whole(&self) -> bool {
        self.missing().is_empty()
    }

    /// Asserts that every kind was compared at least once.
    pub(super) fn assert_whole(&self) {
        let missing = self.missing();
        assert!(missing.is_empty(), "never compared: {missing:?}; compared: {:?}", self.0);
        assert_eq!(self.0.len(), ALL.len(), "a kind is not listed: {:?}", self.0);
    }

    fn missing(&self) -> Vec<&'static str> {
        ALL.into_iter().filter(|name| !self.0.contains_key(name)).collect()
    }
}

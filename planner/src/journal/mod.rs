//! The pending work of a migration, as a pure type: what it holds, how it is written in `status.state`, which changes are legal.
//!
//! The form is the reference's (`routes`, and string values in `data`), so that either controller can read what the other
//! wrote. Keys and fields that are not ours survive. May not know: any client, the clock, the runtime.

mod codec;
mod entries;
mod error;
mod phase;
mod settling;
mod terraform;

use std::collections::BTreeMap;

use crate::vocabulary::{Milestone, Purpose, VmRef};
use ipnet::Ipv4Net;
use jiff::Timestamp;
use serde_json::{Map, Value};

pub use codec::{decode, encode, is_ours, merge_patch};
pub use entries::{Entries, Entry};
pub use error::StateError;
pub use phase::{IllegalTransition, Phase};
pub use settling::Settling;
pub use terraform::{Artefacts, TerraformState, take_over};

/// Data key, value `true`: something may exist in the cloud. Written before the first insert, gates deletion.
pub const RESOURCES_EXIST: &str = "resources_exist";
/// Data key of our own: the project in which something may exist. Written with [`RESOURCES_EXIST`]; a state of before does not say it.
pub const PROJECT: &str = "project";
/// Data key, value `true`: the shoot has a service account that was made for it.
pub const SERVICE_ACCOUNT_EXISTS: &str = "service_account_exist";
/// Data key of our own, value `true`: such an account is about to be made, and is not seen yet.
pub const SERVICE_ACCOUNT_PENDING: &str = "service_account_pending";
/// Data key: the e-mail address of that account.
pub const SERVICE_ACCOUNT_EMAIL: &str = "ids/service-account-email";
/// Data key: the external IPv6 range of the nodes subnet.
pub const NODES_IPV6: &str = "nodes-subnet-ipv6-cidr";
/// Data key: the external IPv6 range of the services subnet.
pub const SERVICES_IPV6: &str = "services-subnet-ipv6-cidr";

/// The data key of the external IPv6 range of the subnet for `purpose`; none: that range is not kept.
pub fn ipv6_key(purpose: Purpose) -> Option<&'static str> {
    match purpose {
        Purpose::Nodes => Some(NODES_IPV6),
        Purpose::Services => Some(SERVICES_IPV6),
        Purpose::Internal => None,
    }
}

/// `status.state`, decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct State {
    /// The pending work.
    pub journal: Journal,
    /// `data` without the journal's own keys.
    pub data: BTreeMap<String, String>,
    /// Top-level fields that nobody here knows.
    pub other: Map<String, Value>,
    /// `status.state` does not say this yet: it holds nothing, or a document of another form, which the first write replaces.
    pub unwritten: bool,
}

impl State {
    /// Whether the marker `key` is set, in whatever case.
    pub fn is_marked(&self, key: &str) -> bool {
        self.data.get(key).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// The project in which something was made, or is about to be, if that is recorded.
    pub fn project(&self) -> Option<&String> {
        self.data.get(PROJECT).filter(|_| self.is_marked(RESOURCES_EXIST))
    }

    /// Whether there is no way back to IPv4: routes are being, or were, deleted, and that is not reported yet.
    pub fn is_committed_to_dual_stack(&self) -> bool {
        self.journal.phase == Some(Phase::Deleting)
    }

    /// Whether the cloud-controller-manager may be at zero because of us. Then gardenlet must go on retrying, whatever failed.
    pub fn holds_ccm(&self) -> bool {
        self.is_committed_to_dual_stack() || self.journal.frozen_at.is_some()
    }
}

/// The pending work of a migration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Journal {
    /// How far it is; `None`: no migration is under way.
    pub phase: Option<Phase>,
    /// The overlap flag as it was before; `None`: not known.
    pub overlap_before: Option<bool>,
    /// What is being waited for until it has reached every host, and since when.
    pub settling: Option<Settling>,
    /// When the freeze of the cloud-controller-manager began.
    pub frozen_at: Option<Timestamp>,
    /// The freeze is being taken back. Written before it is, so that no record of the point of no return that was on its way
    /// can still be accepted.
    pub releasing: bool,
    /// The pod ranges whose route is not yet confirmed gone, or whose alias is not yet confirmed there.
    pub entries: Entries,
}

impl Journal {
    /// Whether it lists `range` of `vm`.
    pub fn lists(&self, vm: &VmRef, range: Ipv4Net) -> bool {
        self.entries.contains(vm, range)
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The journal with `entries` added that it did not list. Their aliases have not settled: that others had is forgotten.
    #[must_use]
    pub fn with_entries(mut self, entries: impl IntoIterator<Item = Entry>) -> Self {
        for entry in entries {
            if self.entries.insert(entry) {
                self.settling = self.settling.filter(|settling| settling.step < Milestone::Settle);
            }
        }
        self
    }

    /// The journal in phase `next`.
    ///
    /// # Errors
    /// [`IllegalTransition`] if the migration may not go there from its present phase.
    pub fn enter(mut self, next: Phase) -> Result<Self, IllegalTransition> {
        Phase::check(self.phase, next)?;
        self.phase = Some(next);
        Ok(self)
    }
}

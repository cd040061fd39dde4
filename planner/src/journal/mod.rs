//! The journal: the pending work of a migration, its form in `status.state`, and the legal changes of its phase.
//!
//! The form is provider-gcp's (`routes`, and string values in `data`), so that either controller can read what the other wrote.
//! Unknown keys and fields are kept. Pure: no client, clock or runtime.

mod canary;
mod codec;
mod entries;
mod error;
mod made;
mod phase;
mod refusal;
mod settling;
mod terraform;
mod told;

use std::collections::BTreeMap;

use crate::vocabulary::{Milestone, Purpose, VmRef, Words};
use ipnet::Ipv4Net;
use jiff::Timestamp;
use serde_json::{Map, Value};

pub use canary::{Canaries, Canary, CanaryFailure, CanaryVerdict, Control, Witness};
pub use codec::{decode, encode, is_ours};
pub use entries::{Entries, Entry};
pub use error::StateError;
pub use made::{Before, Made};
pub use phase::{IllegalTransition, Phase};
pub use refusal::{Refusal, Stays};
pub use settling::Settling;
pub use terraform::{Artefacts, TerraformState, take_over};
pub use told::{Place, Told};

/// Data key, value `true`: resources may exist in the cloud. Written before the first insert; without it a deletion does nothing.
pub const RESOURCES_EXIST: &str = "resources_exist";
/// Data key of this controller: the project in which resources may exist. Written with [`RESOURCES_EXIST`]; older states lack it.
pub const PROJECT: &str = "project";
/// Data key, value `true`: the shoot has a service account that was created for it.
pub const SERVICE_ACCOUNT_EXISTS: &str = "service_account_exist";
/// Data key of this controller, value `true`: such an account is about to be created, and was not read back yet.
pub const SERVICE_ACCOUNT_PENDING: &str = "service_account_pending";
/// Data key: the e-mail address of the shoot's service account.
pub const SERVICE_ACCOUNT_EMAIL: &str = "ids/service-account-email";
/// Data key: the external IPv6 range of the nodes subnet.
pub const NODES_IPV6: &str = "nodes-subnet-ipv6-cidr";
/// Data key: the external IPv6 range of the services subnet.
pub const SERVICES_IPV6: &str = "services-subnet-ipv6-cidr";

/// Data key of this controller, value `true`: both families were reported once.
pub const DUAL_STACK_REPORTED: &str = "dual-stack-reported";

/// The data key of the external IPv6 range of the subnet for `purpose`; `None` if that range is not stored.
pub fn ipv6_key(purpose: Purpose) -> Option<&'static str> {
    match purpose {
        Purpose::Nodes => Some(NODES_IPV6),
        Purpose::Services => Some(SERVICES_IPV6),
        Purpose::Internal => None,
    }
}

/// The decoded `status.state`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct State {
    /// The pending work of a migration.
    pub journal: Journal,
    /// What outlives a migration.
    pub lasting: Lasting,
    /// What people are told of a migration; nothing is decided by it.
    pub told: Told,
    /// `data`, without the keys that the journal holds.
    pub data: BTreeMap<String, String>,
    /// Unknown top-level fields, kept as they are.
    pub other: Map<String, Value>,
    /// Whether `status.state` still lacks this content: it is absent, or has another form, which the first write replaces.
    pub unwritten: bool,
}

impl State {
    /// Whether the marker `key` is set to `true`, in any case of letters.
    pub fn is_marked(&self, key: &str) -> bool {
        self.data.get(key).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// The project in which resources exist or are about to, if it is recorded.
    pub fn project(&self) -> Option<&String> {
        self.data.get(PROJECT).filter(|_| self.is_marked(RESOURCES_EXIST))
    }

    /// Whether the point of no return is recorded: routes are being deleted, or were, and the end of the migration is not
    /// reported yet.
    pub fn is_committed_to_dual_stack(&self) -> bool {
        self.journal.phase == Some(Phase::Deleting)
    }

    /// Whether both families were reported once, by the record of it.
    pub fn has_reported_both(&self) -> bool {
        self.is_marked(DUAL_STACK_REPORTED)
    }

    /// Whether this controller may have scaled the cloud-controller-manager to zero. Gardenlet must go on retrying then, whatever
    /// failed.
    pub fn holds_ccm(&self) -> bool {
        self.is_committed_to_dual_stack() || self.journal.frozen_at.is_some()
    }

    /// Whether a migration is under way, on either way. Gardenlet must go on retrying then, whatever failed.
    pub fn is_under_way(&self) -> bool {
        self.journal.phase.is_some() || self.holds_ccm()
    }
}

/// What outlives a migration that was taken back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Lasting {
    /// The step that was refused for good.
    pub refused: Option<Refusal>,
    /// The canaries that failed, or of which nothing is known.
    pub canary_failed: Option<CanaryFailure>,
    /// What Google did not take back.
    pub stays: Stays,
    /// The words on the Infrastructure, which are written back where a restore makes it anew.
    pub words: Words,
}

/// The pending work of a migration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Journal {
    /// The phase of the migration; `None` if none is under way.
    pub phase: Option<Phase>,
    /// The overlap flag before the migration; `None` if it is not known.
    pub overlap_before: Option<bool>,
    /// The change that is given time to reach every host.
    pub settling: Option<Settling>,
    /// The instant at which the freeze of the cloud-controller-manager began.
    pub frozen_at: Option<Timestamp>,
    /// Whether the freeze is being taken back. Written before that begins, so that a late record of the point of no return
    /// conflicts with this write and is refused.
    pub releasing: bool,
    /// How the subnets stood before they were given IPv6; `None` if that is not recorded.
    pub made: Option<Made>,
    /// Whether the overlap flag comes before the IPv6 range of the nodes subnet, as Google refused it after that.
    pub flag_first: bool,
    /// The nodes that get their alias before all others, and what came of it.
    pub canaries: Canaries,
    /// The pod ranges whose route is not confirmed gone, or whose alias is not confirmed present.
    pub entries: Entries,
}

impl Journal {
    /// Whether `range` of `vm` is listed.
    pub fn lists(&self, vm: &VmRef, range: Ipv4Net) -> bool {
        self.entries.contains(vm, range)
    }

    /// Whether nothing is recorded.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The journal with the new ones among `entries` added. Their aliases have not settled, so an earlier settle time is dropped.
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
    /// [`IllegalTransition`] if `next` may not follow the present phase.
    pub fn enter(mut self, next: Phase) -> Result<Self, IllegalTransition> {
        Phase::check(self.phase, next)?;
        if self.phase == Some(Phase::Undoing) || next == Phase::Undoing {
            // What was waited for on one way counts for nothing on the other. That the routes stand was waited for on the way back.
            self.settling = self
                .settling
                .filter(|settling| next == Phase::Undoing && settling.step == Milestone::RoutesStand);
        }
        if self.phase == Some(Phase::Undoing) && next == Phase::Preparing {
            // Their aliases are gone: what was seen with them says nothing of those that come.
            self.canaries = Canaries::default();
        }
        self.phase = Some(next);
        Ok(self)
    }
}

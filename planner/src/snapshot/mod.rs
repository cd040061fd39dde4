//! What was seen, in one look, parsed into types. Pure data.
//!
//! A snapshot is all that the planner knows of the world. May not know: any client, the clock, the runtime; who read it and how.

mod ccm;
mod cloud;
mod egress;
mod firewall;
mod ipv6;
mod leftover;
mod part;
mod service_account;
mod settings;

use std::hash::Hash;

use jiff::Timestamp;

pub use ccm::{Ccm, CcmPod, ManagedResource};
pub use cloud::{
    Alias, Cloud, Network, NetworkMode, NextHop, Nic, PassthroughRules, Route, SecondaryRange, StackType,
    Subnet, Vm,
};
pub use egress::{Address, Router};
pub use firewall::Firewall;
pub use ipv6::is_same_range;
pub use leftover::{Leftover, LeftoverKind};
pub use part::{Part, Parts};
pub use service_account::{ServiceAccount, Unread};
pub use settings::Settings;

use crate::desired::Target;
use crate::journal::{SERVICE_ACCOUNT_EXISTS, State};

/// The world, as it was read between two instants.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Snapshot {
    /// When reading began: whatever must have lasted long enough has lasted until here.
    pub since: Timestamp,
    /// When reading ended: whatever is first seen true counts from here. With `since` the planner's only clock.
    pub at: Timestamp,
    /// The VPC and what is in it.
    pub cloud: Cloud,
    /// `status.state`, with the pending work.
    pub state: State,
    /// The cloud-controller-manager and what guards it.
    pub ccm: Ccm,
}

impl Snapshot {
    /// Whether the service account could not be read and may well have been made: the shoot must not go without it.
    pub fn must_read_service_account(&self) -> bool {
        match self.cloud.service_account_unread {
            Some(Unread::Late) => true,
            // Who may not even look for it has not made one, as far as is known.
            Some(Unread::Denied) => self.state.is_marked(SERVICE_ACCOUNT_EXISTS),
            None => false,
        }
    }
}

/// What a decision is a function of can be told apart and counted, so that a search through worlds knows where it has been.
const _: () = {
    const fn is<T: Eq + Hash>() {}
    is::<Snapshot>();
    is::<Target>();
    is::<Settings>();
};

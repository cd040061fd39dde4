//! The world as one observation saw it: the cloud, the shoot, the state and the cloud-controller-manager.

use std::hash::Hash;

use jiff::Timestamp;

use super::Cloud;
use super::ccm::Ccm;
use super::ipv6::is_same_range;
use super::service_account::Unread;
use super::settings::Settings;
use super::shoot::Shoot;
use crate::desired::Target;
use crate::journal::{SERVICE_ACCOUNT_EXISTS, State, ipv6_key};
use crate::vocabulary::{Purpose, subnet_name};

/// The world as it was read between two instants.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Snapshot {
    /// The instant at which reading began: whatever must have lasted long enough has lasted until here.
    pub since: Timestamp,
    /// The instant at which reading ended: whatever is first seen true counts from here. With `since`, this is the planner's only clock.
    pub at: Timestamp,
    /// The cloud as it was seen.
    pub cloud: Cloud,
    /// The shoot, as its own API shows it.
    pub shoot: Shoot,
    /// The state, `status.state`, with the pending work.
    pub state: State,
    /// The cloud-controller-manager and what guards it; read only where a migration is possible.
    pub ccm: Ccm,
}

impl Snapshot {
    /// Whether there is nobody to ask about the shoot's Nodes: they cannot be read, and nothing of a control plane is there. A shoot that is
    /// restored gets its API only once its infrastructure stands, so that whoever waited for it would wait for ever.
    pub fn has_no_api_yet(&self) -> bool {
        self.shoot.nodes.obstacle().is_some() && !self.ccm.is_deployed()
    }
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

    /// The external IPv6 range that rules and reports follow: the one that the subnet for `purpose` has, if the shoot's IPv6 is of
    /// concern, as dual-stack is in effect, or the state says of this very range that it was given before. What the state claims opens
    /// nothing. As Google spells it; none for the internal subnet.
    pub fn ipv6_range(&self, target: &Target, purpose: Purpose) -> Option<&String> {
        let key = ipv6_key(purpose)?;
        let subnet = self.cloud.subnet(&target.region, &subnet_name(&target.cluster, purpose))?;
        let range = subnet.ipv6_prefix.as_ref()?;
        let said = self.state.data.get(key).is_some_and(|said| is_same_range(said, range));
        (target.dual_stack || said).then_some(range)
    }
}

/// Inputs of a decision can be compared and hashed, so that a search through worlds knows where it has been.
const _: () = {
    const fn is<T: Eq + Hash>() {}
    is::<Snapshot>();
    is::<Target>();
    is::<Settings>();
};

//! References to VMs, by zone and name.

use std::fmt;

use super::name::{ResourceName, Zone};

/// A VM by zone and name. Ordered by zone first, which is the order in which VMs are shown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VmRef {
    /// The zone, e.g. `europe-west1-b`.
    pub zone: Zone,
    /// The VM's name, unique in its zone.
    pub name: ResourceName,
}

impl fmt::Display for VmRef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.zone, self.name)
    }
}

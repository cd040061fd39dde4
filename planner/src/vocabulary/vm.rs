//! VMs by zone and name.

use std::fmt;

use super::name::{ResourceName, Zone};

/// A VM by zone and name. Also the order in which VMs are shown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VmRef {
    /// Its zone.
    pub zone: Zone,
    /// Its name.
    pub name: ResourceName,
}

impl fmt::Display for VmRef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.zone, self.name)
    }
}

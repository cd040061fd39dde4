//! Identity of a subnetwork, which tables know without knowing the subnetwork.

use crate::api::reference;
use crate::dataplane::SubnetRef;

/// Identity of a subnetwork.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SubnetKey {
    /// Id of the project, as it stands in URLs.
    pub project: String,
    /// Name of the region, such as `europe-west1`.
    pub region: String,
    /// Name, unique in its region.
    pub name: String,
}

impl SubnetKey {
    /// Path of the subnet: `projects/P/regions/R/subnetworks/S`.
    pub fn path(&self) -> String {
        reference::regional(&self.project, &self.region, "subnetworks", &self.name)
    }

    /// Identity of the subnetwork in the data plane.
    pub(crate) fn fact(&self) -> SubnetRef {
        SubnetRef { project: self.project.clone(), region: self.region.clone(), name: self.name.clone() }
    }
}

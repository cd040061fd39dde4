//! The cloud-controller-manager, which makes a route for every node as long as it runs, and the resource manager, which sets it
//! up again whenever it is stopped.

use super::permissions::SeedRights;
use super::reading::Reading;

/// The cloud-controller-manager as it was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ccm {
    /// The wanted replicas of the Deployment; `None`: there is no Deployment.
    pub replicas: Option<i32>,
    /// Whether the Deployment, as it stands, would make routes.
    pub makes_routes: bool,
    /// The pods that run or may still run; pods that have ended are left out.
    pub pods: Vec<CcmPod>,
    /// The `resourceVersion` of the Deployment, which a change of its scale must name; empty if there is none.
    pub deployment_version: String,
    /// The `resourceVersion` of the ManagedResource, which a change of its annotations must name; empty if there is none.
    pub managed_resource_version: String,
    /// The ManagedResource that carries the Deployment; `None`: there is none.
    pub managed_resource: Option<ManagedResource>,
    /// What this controller may do about it; read only before a migration begins, and before its point of no return.
    pub rights: Reading<SeedRights>,
}

/// A pod of the cloud-controller-manager.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CcmPod {
    /// The name, unique in the namespace of the control plane.
    pub name: String,
    /// Whether the pod makes routes, by its arguments.
    pub makes_routes: bool,
}

/// The ManagedResource of the shoot's control plane chart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ManagedResource {
    /// Whether the resource manager is told to leave it alone.
    pub ignore: bool,
    /// Whether the ControlPlane controller is told to take that back after its next reconciliation.
    pub remove_ignore: bool,
    /// Whether the resource manager says that it does leave it alone.
    pub ignored: bool,
}

impl ManagedResource {
    /// Whether both annotations stand.
    pub fn annotated(self) -> bool {
        self.ignore && self.remove_ignore
    }
}

impl Ccm {
    /// Whether anything of it is there.
    pub fn is_deployed(&self) -> bool {
        self.replicas.is_some() || self.managed_resource.is_some() || !self.pods.is_empty()
    }

    /// Whether the cloud-controller-manager could make a route, now or after the resource manager's next round.
    pub fn may_make_routes(&self) -> bool {
        self.pods.iter().any(|pod| pod.makes_routes)
            || (self.makes_routes && self.replicas.is_some() && !self.held())
    }

    /// Whether the Deployment is at zero and will stay there.
    fn held(&self) -> bool {
        let ignored = self.managed_resource.is_none_or(|resource| resource.annotated() && resource.ignored);
        self.replicas == Some(0) && ignored
    }
}

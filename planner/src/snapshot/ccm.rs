//! The cloud-controller-manager, which makes a route for every node as long as it runs, and the resource manager, which puts it
//! back whenever it is stopped.

/// What is known of the cloud-controller-manager.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ccm {
    /// Wanted replicas of the Deployment; `None`: there is no Deployment.
    pub replicas: Option<i32>,
    /// Whether the Deployment, as it stands, would make routes.
    pub makes_routes: bool,
    /// Pods that run or may still run: those that are ending, but none that has ended.
    pub pods: Vec<CcmPod>,
    /// The ManagedResource that carries the Deployment; `None`: there is none.
    pub managed_resource: Option<ManagedResource>,
}

/// A pod of the cloud-controller-manager.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CcmPod {
    /// A name, unique in the namespace of the control plane.
    pub name: String,
    /// Whether it makes routes, by its arguments.
    pub makes_routes: bool,
}

/// The ManagedResource of the shoot's control plane chart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ManagedResource {
    /// The resource manager is told to leave it alone.
    pub ignore: bool,
    /// The ControlPlane controller is told to take that back after its next reconciliation.
    pub remove_ignore: bool,
    /// The resource manager says that it does leave it alone.
    pub ignored: bool,
}

impl ManagedResource {
    /// Both annotations stand.
    pub fn annotated(self) -> bool {
        self.ignore && self.remove_ignore
    }
}

impl Ccm {
    /// Whether it could make a route, now or after the resource manager's next round.
    pub fn may_make_routes(&self) -> bool {
        self.pods.iter().any(|pod| pod.makes_routes)
            || (self.makes_routes && self.replicas.is_some() && !self.held())
    }

    /// Whether its Deployment is at zero and will stay there.
    fn held(&self) -> bool {
        let ignored = self.managed_resource.is_none_or(|resource| resource.annotated() && resource.ignored);
        self.replicas == Some(0) && ignored
    }
}

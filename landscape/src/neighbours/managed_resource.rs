//! The ManagedResource that holds the cloud-controller-manager (CCM): the names by which ControlPlane controller, resource
//! manager and infrastructure controller meet at it.

/// Name of the ManagedResource.
pub const MANAGED_RESOURCE: &str = "extension-controlplane-seed";
/// Name of the CCM's Deployment, in the shoot's namespace.
pub const CCM: &str = "cloud-controller-manager";
/// Annotation that makes the resource manager leave a ManagedResource alone; both together are the freeze.
pub const IGNORE: &str = "resources.gardener.cloud/ignore";
/// Annotation by which the infrastructure controller asks the ControlPlane controller for the end of the freeze.
pub const REMOVE_IGNORE: &str = "gcp.provider.extensions.gardener.cloud/remove-ignore";

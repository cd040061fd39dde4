//! Clusters as objects of the API.

use kube::core::{ApiResource, GroupVersionKind};
pub use planner::documents::cluster::{Cluster, ClusterSpec, Shoot, ShootNetworking};

/// Where Clusters live; they are not namespaced.
pub fn cluster_resource() -> ApiResource {
    ApiResource::from_gvk_with_plural(
        &GroupVersionKind::gvk("extensions.gardener.cloud", "v1alpha1", "Cluster"),
        "clusters",
    )
}

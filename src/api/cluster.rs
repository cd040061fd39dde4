//! The `Cluster` resource of Gardener's API.

use kube::core::{ApiResource, GroupVersionKind};

/// The API resource of Clusters, which are not namespaced.
pub fn cluster_resource() -> ApiResource {
    ApiResource::from_gvk_with_plural(
        &GroupVersionKind::gvk("extensions.gardener.cloud", "v1alpha1", "Cluster"),
        "clusters",
    )
}

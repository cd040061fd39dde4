//! Gardener's resource types, as far as this project meets them.
//!
//! The definitions in `crds/` are this project's own text with the same meaning as the real ones: the same fields,
//! types, demands and names. [`check_directory`] shows that by comparing them with real definitions. Both seeds
//! install exactly these files.

mod check;
mod facts;

pub use check::{CheckError, Difference, check_directory};
use kube::api::ApiResource;

/// The definitions, as YAML, ready to be installed.
pub const DEFINITIONS: [&str; 3] = [
    include_str!("../../crds/extensions.gardener.cloud_clusters.yaml"),
    include_str!("../../crds/extensions.gardener.cloud_infrastructures.yaml"),
    include_str!("../../crds/resources.gardener.cloud_managedresources.yaml"),
];

/// The resource `Cluster`, cluster-scoped.
pub fn cluster() -> ApiResource {
    resource("extensions.gardener.cloud", "Cluster", "clusters")
}

/// The resource `Infrastructure`, namespaced.
pub fn infrastructure() -> ApiResource {
    resource("extensions.gardener.cloud", "Infrastructure", "infrastructures")
}

/// The resource `ManagedResource`, namespaced.
pub fn managed_resource() -> ApiResource {
    resource("resources.gardener.cloud", "ManagedResource", "managedresources")
}

fn resource(group: &str, kind: &str, plural: &str) -> ApiResource {
    ApiResource {
        group: group.to_owned(),
        version: "v1alpha1".to_owned(),
        api_version: format!("{group}/v1alpha1"),
        kind: kind.to_owned(),
        plural: plural.to_owned(),
    }
}

//! The `Infrastructure` resource of Gardener's API.

use kube::core::{ApiResource, GroupVersionKind};
use planner::documents::infrastructure::{InfrastructureSpec, InfrastructureStatus};

use super::object::Object;

/// An Infrastructure as read from the API.
pub type Infrastructure = Object<InfrastructureSpec, InfrastructureStatus>;

/// The API resource of Infrastructures, which are namespaced.
pub fn infrastructure_resource() -> ApiResource {
    ApiResource::from_gvk_with_plural(
        &GroupVersionKind::gvk("extensions.gardener.cloud", "v1alpha1", "Infrastructure"),
        "infrastructures",
    )
}

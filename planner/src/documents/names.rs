//! Names in the contract with the rest of Gardener: groups, annotations, finalizers, labels.

/// The group and version of the provider's own documents (`InfrastructureConfig`, `InfrastructureStatus`, `InfrastructureState`).
pub const PROVIDER_API_VERSION: &str = "gcp.provider.extensions.gardener.cloud/v1alpha1";

/// The extension type that this controller serves.
pub const EXTENSION_TYPE: &str = "gcp";

/// The extension class of an object without `spec.class`.
pub const DEFAULT_EXTENSION_CLASS: &str = "shoot";

/// The extension classes of Gardener's API.
pub const EXTENSION_CLASSES: [&str; 3] = ["shoot", "seed", "garden"];

/// The finalizer on an Infrastructure.
pub const FINALIZER: &str = "extensions.gardener.cloud/infrastructure";

/// The annotation by which gardenlet asks for an operation.
pub const OPERATION_ANNOTATION: &str = "gardener.cloud/operation";

/// The annotation with the time at which gardenlet last asked for an operation, by its own clock.
pub const TIMESTAMP_ANNOTATION: &str = "gardener.cloud/timestamp";

/// The annotation of a Shoot whose owner has it deleted regardless of what is left behind.
pub const FORCE_DELETION_ANNOTATION: &str = "confirmation.gardener.cloud/force-deletion";

/// The annotation that makes Gardener's resource manager leave a ManagedResource alone.
pub const IGNORE_ANNOTATION: &str = "resources.gardener.cloud/ignore";

/// The annotation that makes the ControlPlane controller remove [`IGNORE_ANNOTATION`] after its next reconciliation.
pub const REMOVE_IGNORE_ANNOTATION: &str = "gcp.provider.extensions.gardener.cloud/remove-ignore";

/// The annotation of a Shoot, or of its Infrastructure, with words about the migration to dual-stack, separated by commas.
pub const MIGRATION_ANNOTATION: &str = "gcp.provider.extensions.gardener.cloud/dual-stack-migration";

/// The ManagedResource that carries the shoot's control plane chart, in the shoot's namespace.
pub const CONTROL_PLANE_MANAGED_RESOURCE: &str = "extension-controlplane-seed";

/// The Deployment of the cloud-controller-manager, in the shoot's control plane namespace.
pub const CCM_DEPLOYMENT: &str = "cloud-controller-manager";

/// The label selector of the cloud-controller-manager's pods.
pub const CCM_POD_LABELS: &str = "app=kubernetes,role=cloud-controller-manager";

/// The name of this extension, unique among the extensions of a seed.
pub const EXTENSION_NAME: &str = "infra-gcp";

/// The Lease that an extension renews as its heartbeat, in its own namespace.
pub const HEARTBEAT_LEASE: &str = "gardener-extension-heartbeat";

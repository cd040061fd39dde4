//! Names that are part of the contract with the rest of Gardener: groups, annotations, finalizers, labels.

/// The group and version of the provider's own documents (`InfrastructureConfig`, `InfrastructureStatus`, `InfrastructureState`).
pub const PROVIDER_API_VERSION: &str = "gcp.provider.extensions.gardener.cloud/v1alpha1";

/// The extension type that this controller serves.
pub const EXTENSION_TYPE: &str = "gcp";

/// The extension class that an object without `spec.class` has.
pub const DEFAULT_EXTENSION_CLASS: &str = "shoot";

/// The extension classes that there are: whom an extension works for.
pub const EXTENSION_CLASSES: [&str; 3] = ["shoot", "seed", "garden"];

/// The finalizer on an Infrastructure.
pub const FINALIZER: &str = "extensions.gardener.cloud/infrastructure";

/// The annotation by which gardenlet asks for an operation.
pub const OPERATION_ANNOTATION: &str = "gardener.cloud/operation";

/// When gardenlet asked last, by its own clock.
pub const TIMESTAMP_ANNOTATION: &str = "gardener.cloud/timestamp";

/// The shoot's annotation by which its owner has it deleted whatever is left behind.
pub const FORCE_DELETION_ANNOTATION: &str = "confirmation.gardener.cloud/force-deletion";

/// Tells the resource manager to leave a ManagedResource alone.
pub const IGNORE_ANNOTATION: &str = "resources.gardener.cloud/ignore";

/// Tells the ControlPlane controller to remove [`IGNORE_ANNOTATION`] after its next reconciliation.
pub const REMOVE_IGNORE_ANNOTATION: &str = "gcp.provider.extensions.gardener.cloud/remove-ignore";

/// The shoot's annotation by which its owner accepts a risk of the dual-stack migration.
pub const MIGRATION_ANNOTATION: &str = "gcp.provider.extensions.gardener.cloud/dual-stack-migration";

/// Value of [`MIGRATION_ANNOTATION`]: go on beyond the published limits of hybrid subnets.
pub const ALLOW_BEYOND_HYBRID_LIMITS: &str = "allow-beyond-hybrid-limits";

/// The ManagedResource that carries the shoot's control plane chart, in the shoot's namespace.
pub const CONTROL_PLANE_MANAGED_RESOURCE: &str = "extension-controlplane-seed";

/// The Deployment of the cloud-controller-manager, in the shoot's control plane namespace.
pub const CCM_DEPLOYMENT: &str = "cloud-controller-manager";

/// Selects the pods of the cloud-controller-manager.
pub const CCM_POD_LABELS: &str = "app=kubernetes,role=cloud-controller-manager";

/// What this extension is called among the others of a seed.
pub const EXTENSION_NAME: &str = "infra-gcp";

/// The Lease by which an extension shows that it lives, in its own namespace.
pub const HEARTBEAT_LEASE: &str = "gardener-extension-heartbeat";

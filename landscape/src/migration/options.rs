//! Options of a story: size and pace.

use std::time::Duration;

use crate::neighbours::Guests;
use crate::neighbours::gardenlet::Given;
use crate::neighbours::kubelets::Workload;
use crate::neighbours::machines::Registration;

/// Annotation with words about the migration, on the Shoot or on the Infrastructure.
pub const ANNOTATION: &str = "gcp.provider.extensions.gardener.cloud/dual-stack-migration";
/// Value of that annotation by which the owner of a cluster beyond Google's
/// published limits of hybrid subnets allows the migration.
pub const ALLOW_BEYOND_HYBRID_LIMITS: &str = "allow-beyond-hybrid-limits";
/// Number of VMs in a VPC up to which Google publishes that hybrid subnets are good.
pub const HYBRID_INSTANCES: u32 = 130;
/// VMs that the story adds to the VPC beside the shoot's nodes.
const FOREIGN_INSTANCES: u32 = 1;

/// Size and pace of a story. Durations are landscape time.
#[derive(Debug, Clone)]
pub struct Options {
    /// Nodes of the shoot.
    pub nodes: u32,
    /// Start of the random numbers from which machines get their names.
    pub random_seed: u64,
    /// Credential, access and annotations of the shoot.
    pub given: Given,
    /// Guests of the machines.
    pub guests: Guests,
    /// Pods of the nodes.
    pub workload: Workload,
    /// What Nodes say of themselves when they are registered.
    pub registration: Registration,
    /// Longest time of any one wait; never less than some minutes on the wall clock.
    pub deadline: Duration,
    /// Pause between two looks at the data plane; the Infrastructure is watched.
    pub poll: Duration,
    /// Pause between two [`super::Progress`] reports.
    pub report: Duration,
}

impl Options {
    /// A shoot of `nodes` nodes. Beyond the published limits of hybrid subnets the owner's consent is among the
    /// annotations; [`Options::is_beyond_hybrid_limits`] tells.
    pub fn new(nodes: u32, random_seed: u64, given: Given) -> Self {
        let mut options = Self {
            nodes,
            random_seed,
            given,
            guests: Guests::default(),
            workload: Workload::default(),
            registration: Registration::default(),
            deadline: Duration::from_secs(3600),
            poll: Duration::from_secs(1),
            report: Duration::from_secs(2),
        };
        if options.is_beyond_hybrid_limits() {
            let annotations = &mut options.given.annotations;
            annotations.insert(ANNOTATION.to_owned(), ALLOW_BEYOND_HYBRID_LIMITS.to_owned());
        }
        options
    }

    /// True if the VPC will hold more VMs than Google publishes as good for hybrid subnets.
    pub fn is_beyond_hybrid_limits(&self) -> bool {
        self.nodes.saturating_add(FOREIGN_INSTANCES) > HYBRID_INSTANCES
    }
}

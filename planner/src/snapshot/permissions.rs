//! What the credentials may do, as far as it can be asked before it is done.

use std::collections::BTreeSet;

use super::reading::Obstacle;

/// The permissions of the credentials.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Permissions {
    /// The permissions that are missing, wherever they were asked for.
    pub missing: BTreeSet<String>,
    /// The permissions that nobody could tell about.
    pub unproven: BTreeSet<String>,
    /// Why the project could not be asked for them; none: it could.
    pub obstacle: Option<Obstacle>,
}

/// What this controller may do in the seed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct SeedRights {
    /// Whether it may scale the cloud-controller-manager; none: the seed does not tell.
    pub scale: Option<bool>,
    /// Whether it may annotate the ManagedResource of the control plane; none: the seed does not tell.
    pub annotate: Option<bool>,
}

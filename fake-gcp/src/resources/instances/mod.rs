//! Instances, as far as the network sees them: fields, and what their operations do. What else a request
//! says of a machine (disks, machine type, …) is kept and given back as it came.

pub(crate) mod aliases;
pub(crate) mod delete;
pub(crate) mod insert;
pub(crate) mod ipv6;
pub(crate) mod patch_nic;
pub(crate) mod read;

use crate::api::error::ApiError;
use crate::engine::{Context, World};

/// The effect of an operation on a instance.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Makes the instance.
    Insert(Box<insert::Wanted>),
    /// Changes an interface.
    PatchNic(Box<patch_nic::Change>),
    /// Deletes the instance of this zone and name.
    Delete(String, String),
}

impl Effect {
    pub(crate) fn apply(self, world: &mut World, context: &Context) -> Result<(), ApiError> {
        match self {
            Self::Insert(wanted) => insert::apply(world, context, *wanted),
            Self::PatchNic(change) => patch_nic::apply(world, context, *change),
            Self::Delete(zone, name) => delete::apply(world, context, &zone, &name),
        }
    }
}

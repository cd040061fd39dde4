//! Firewall rules: fields, and what their operations do. The data plane does not look at them.

pub(crate) mod delete;
pub(crate) mod insert;
pub(crate) mod patch;
pub(crate) mod protocols;
pub(crate) mod read;
pub(crate) mod sources;

use crate::api::error::ApiError;
use crate::engine::{Context, World};
use crate::model::firewalls::Firewall;

/// The effect of an operation on a firewall rule.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Makes the firewall rule.
    Insert(Box<Firewall>),
    /// Puts the firewall rule in place of the one of its name.
    Patch(Box<Firewall>),
    /// Deletes the rule of this name.
    Delete(String),
}

impl Effect {
    pub(crate) fn apply(self, world: &mut World, context: &Context) -> Result<(), ApiError> {
        match self {
            Self::Insert(firewall) => insert::apply(world, context, *firewall),
            Self::Patch(firewall) => patch::apply(world, context, *firewall),
            Self::Delete(name) => delete::apply(world, context, &name),
        }
    }
}

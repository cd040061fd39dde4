//! Regional addresses, external ones and those of a subnet: fields, and what their operations do. Addresses are never patched.

pub(crate) mod delete;
pub(crate) mod insert;
mod print;
pub(crate) mod read;

use std::net::Ipv4Addr;

use crate::api::error::ApiError;
use crate::engine::{Context, World};
use crate::model::addresses::Address;
use crate::model::scope::Scoped;

/// The effect of an operation on an address.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Reserves the address that was asked for, or any.
    Insert(Box<Address>, Option<Ipv4Addr>),
    /// Releases the address of this region and name.
    Delete(Scoped),
}

impl Effect {
    pub(crate) fn apply(self, world: &mut World, context: &Context) -> Result<(), ApiError> {
        match self {
            Self::Insert(address, wanted) => insert::apply(world, context, *address, wanted),
            Self::Delete(place) => delete::apply(world, context, &place),
        }
    }
}

//! The conventions that all resource kinds share. They know no resource kind and no world.

pub mod body;
pub mod discovery;
pub mod error;
pub mod fields;
pub mod filter;
pub mod json;
pub mod list;
mod mark;
pub mod merge;
pub mod proto_name;
pub mod query;
pub mod reference;
pub mod status;
pub mod wire;

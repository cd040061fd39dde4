//! IAM service accounts: their fields and names. They have neither keys nor roles here: who
//! may call is a matter of the keys that were registered.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod read;

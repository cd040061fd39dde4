//! What answers requests: the path of a call to its handler, permissions, operations, tokens, the log.

pub(crate) mod batch;
pub(crate) mod compute;
pub(crate) mod life;
mod log;
mod required;
pub(crate) mod services;
pub(crate) mod token;

//! NATs of a router. They are kept as they are printed, with what is checked beside it.

pub(crate) mod check;
mod ports;
mod print;
pub(crate) mod read;
mod rules;

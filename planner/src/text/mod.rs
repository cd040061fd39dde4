//! Texts for people: what others wrote, cut and escaped, and errors with their causes. Imports nothing of this crate.

mod chain;
mod excerpt;

pub use chain::chain;
pub use excerpt::{Excerpt, NAMED, Quoted, line, listed, message, remark};

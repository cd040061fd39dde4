//! Texts for people: excerpts of what other programs wrote, and errors with their causes. Imports nothing of this crate.

mod chain;
mod excerpt;

pub use chain::chain;
pub use excerpt::{Excerpt, NAMED, Quoted, line, listed, message, remark};

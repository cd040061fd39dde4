//! Where each modelled behaviour comes from.

use serde::Serialize;

/// What a behaviour rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// Seen in published logs or reports of real traffic.
    Recorded,
    /// Stated by Google's reference.
    Documented,
    /// Neither: a choice.
    Assumed,
}

/// All rules as a table.
pub fn render() -> String {
    String::new()
}

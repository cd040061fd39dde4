//! Words by which people stop a migration.

use std::fmt;

/// A word by which a migration is stopped before the point of no return.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// The migration rests until the word is gone.
    Hold,
    /// The migration is taken back.
    Undo,
}

impl Word {
    /// The spelling in the annotation.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Undo => "undo",
        }
    }
}

/// The spelling in the annotation.
impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

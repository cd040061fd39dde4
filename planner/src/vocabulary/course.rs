//! The names of courses, as the state and people have them.

use std::fmt;
use std::str::FromStr;

/// The name of the course of a migration. A shoot without a migration has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CourseName {
    /// The Shoot is being deleted, and its migration neither goes on nor back.
    Announced,
    /// The migration goes forward, and may still be taken back.
    Preparing,
    /// The migration was begun and is held.
    Held,
    /// A migration is needed and does not begin.
    Rests,
    /// The migration is taken back, and no alias has gone yet, or all have.
    Back,
    /// The migration is taken back, and aliases go.
    Undoing,
    /// The point of no return is passed.
    Committed,
}

impl CourseName {
    /// All names.
    pub const ALL: [Self; 7] = [
        Self::Announced,
        Self::Preparing,
        Self::Held,
        Self::Rests,
        Self::Back,
        Self::Undoing,
        Self::Committed,
    ];

    /// The spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Announced => "announced",
            Self::Preparing => "preparing",
            Self::Held => "held",
            Self::Rests => "rests",
            Self::Back => "back",
            Self::Undoing => "undoing",
            Self::Committed => "committed",
        }
    }
}

impl fmt::Display for CourseName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for CourseName {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|name| name.as_str() == text).ok_or(())
    }
}

//! The phases of a migration and the legal transitions between them.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// The phase of a migration, which decides in which direction it may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Aliases are being added and every route still exists; the migration may go either way.
    Preparing,
    /// Routes are being deleted; the migration may only go forward, whichever process runs it.
    Deleting,
    /// Aliases are being removed; the migration may only go back, whichever process runs it. Once no VM bears one it may be prepared
    /// anew, as a late removal finds nothing to remove then.
    Undoing,
}

/// An illegal transition. It would let one process delete routes while another removes aliases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the migration is {from} and may not become {to}: it would cut nodes off; it can only be finished")]
pub struct IllegalTransition {
    /// The recorded phase.
    pub from: Phase,
    /// The requested phase.
    pub to: Phase,
}

impl Phase {
    /// Checks that phase `to` may be recorded after `from`.
    pub(super) fn check(from: Option<Self>, to: Self) -> Result<(), IllegalTransition> {
        match (from, to) {
            (None | Some(Self::Preparing), _) | (Some(Self::Undoing), Self::Preparing) => Ok(()),
            (Some(from), to) if from == to => Ok(()),
            (Some(from), to) => Err(IllegalTransition { from, to }),
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Preparing => "preparing",
            Self::Deleting => "deleting",
            Self::Undoing => "undoing",
        })
    }
}

impl FromStr for Phase {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "preparing" => Ok(Self::Preparing),
            "deleting" => Ok(Self::Deleting),
            "undoing" => Ok(Self::Undoing),
            _ => Err(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Phase::{self, Deleting, Preparing, Undoing};

    #[test]
    fn the_point_of_no_return_is_one_way() {
        let legal = |from: Option<Phase>, to: Phase| Phase::check(from, to).is_ok();
        for to in [Preparing, Deleting, Undoing] {
            assert!(legal(None, to), "none to {to}");
            assert!(legal(Some(Preparing), to), "preparing to {to}");
            assert_eq!(legal(Some(Deleting), to), to == Deleting, "deleting to {to}");
            assert_eq!(legal(Some(Undoing), to), to != Deleting, "undoing to {to}");
        }
    }
}

//! Guests: the operating systems of VMs, as far as they treat alias ranges differently.

use std::collections::BTreeMap;

/// The way in which a guest treats the alias ranges of its VM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Guest {
    /// The guest agent was told to leave them alone, and does.
    #[default]
    Obedient,
    /// The configuration of the pool does not tell it: it takes them.
    Untold,
    /// The configuration tells it, and was not applied yet: it takes them.
    Late,
    /// The configuration tells it and was applied, but the agent that runs is not the one that was restarted: it takes them, and no
    /// file shows that.
    Deaf,
    /// As [`Guest::Deaf`], on a pool whose configuration does not tell it.
    DeafAndUntold,
}

impl Guest {
    /// Whether the guest makes a local route of each alias range, which cuts its pods off.
    pub fn takes_aliases(self) -> bool {
        self != Self::Obedient
    }

    /// Whether the configuration of its pool has the file that tells the agent.
    pub(super) fn is_told(self) -> bool {
        matches!(self, Self::Obedient | Self::Late | Self::Deaf)
    }

    /// Whether the present configuration was applied.
    pub(super) fn has_applied(self) -> bool {
        self != Self::Late
    }

    /// The image, as its kubelet spells it.
    pub(super) fn image(self) -> &'static str {
        match self {
            Self::Obedient | Self::Untold | Self::Late => "Garden Linux 1877.4",
            Self::Deaf | Self::DeafAndUntold => "Ubuntu 24.04.2 LTS",
        }
    }
}

/// The guests of machines, by their number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guests {
    /// Guest of all machines that are not named.
    pub usual: Guest,
    /// Guests of single machines.
    pub of: BTreeMap<u32, Guest>,
}

impl Guests {
    /// The guest of the machine with the number `index`.
    pub fn of(&self, index: u32) -> Guest {
        self.of.get(&index).copied().unwrap_or(self.usual)
    }
}

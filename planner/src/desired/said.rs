//! What people said about the migration: the words on the Shoot, which are its owner's, and those on the Infrastructure, which are the
//! operator's.

use crate::vocabulary::{Word, Words};

/// The words about the migration of a shoot, by who said them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Said {
    /// The words on the Shoot. Only its owner can remove them.
    pub shoot: Words,
    /// The words on the Infrastructure.
    pub infrastructure: Words,
    /// The parts of both annotations that are no words, in order.
    pub unknown: Vec<String>,
}

impl Said {
    /// Reads the values of both annotations; an absent one says nothing.
    pub fn read(shoot: Option<&str>, infrastructure: Option<&str>) -> Self {
        let (shoot, mut unknown) = Words::read(shoot.unwrap_or_default());
        let (infrastructure, more) = Words::read(infrastructure.unwrap_or_default());
        unknown.extend(more);
        Self { shoot, infrastructure, unknown }
    }

    /// Whether anybody says `word`.
    pub fn say(&self, word: Word) -> bool {
        self.shoot.say(word) || self.infrastructure.say(word)
    }
}

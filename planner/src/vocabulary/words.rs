//! Words: what people say about a migration in an annotation of the Shoot or of the Infrastructure.

use std::collections::BTreeSet;
use std::fmt;

/// A word about the migration of a shoot to dual-stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Word {
    /// The migration rests where the cluster can live, until the word is gone.
    Hold,
    /// The migration is taken back, and does not begin again until the word is gone.
    Undo,
    /// A migration whose canary failed is tried once more.
    CanaryAgain,
    /// A migration that was refused for good is tried once more.
    TryAgain,
    /// The published limits of hybrid subnets may be exceeded; that no node is cut off is not promised then.
    AllowBeyondHybridLimits,
    /// The checks that need the shoot's Nodes are left out.
    SkipNodeCheck,
}

impl Word {
    /// All words.
    pub const ALL: [Self; 6] = [
        Self::Hold,
        Self::Undo,
        Self::CanaryAgain,
        Self::TryAgain,
        Self::AllowBeyondHybridLimits,
        Self::SkipNodeCheck,
    ];

    /// Whether the word asks for one attempt: on the Infrastructure it is removed when that begins.
    pub fn is_for_once(self) -> bool {
        match self {
            Self::CanaryAgain | Self::TryAgain => true,
            Self::Hold | Self::Undo | Self::AllowBeyondHybridLimits | Self::SkipNodeCheck => false,
        }
    }

    /// The spelling in the annotation.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Undo => "undo",
            Self::CanaryAgain => "canary-again",
            Self::TryAgain => "try-again",
            Self::AllowBeyondHybridLimits => "allow-beyond-hybrid-limits",
            Self::SkipNodeCheck => "skip-node-check",
        }
    }
}

impl fmt::Display for Word {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A set of words, written as a comma-separated list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Words(BTreeSet<Word>);

impl Words {
    /// Reads the value of an annotation, and returns what in it is no word beside it.
    pub fn read(text: &str) -> (Self, Vec<String>) {
        let mut unknown = Vec::new();
        let mut words = BTreeSet::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            match Word::ALL.into_iter().find(|word| word.as_str() == part) {
                Some(word) => {
                    words.insert(word);
                }
                None => unknown.push(part.to_owned()),
            }
        }
        (Self(words), unknown)
    }

    /// Whether `word` is said.
    pub fn say(&self, word: Word) -> bool {
        self.0.contains(&word)
    }

    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The words in alphabetical order of their meaning, each once.
    pub fn iter(&self) -> impl Iterator<Item = Word> + '_ {
        self.0.iter().copied()
    }

    /// The words with `word` among them.
    #[must_use]
    pub fn with(mut self, word: Word) -> Self {
        self.0.insert(word);
        self
    }

    /// The words without `word`.
    #[must_use]
    pub fn without(mut self, word: Word) -> Self {
        self.0.remove(&word);
        self
    }

    /// The words among them that ask for one attempt, and are removed when it begins.
    #[must_use]
    pub fn for_once(&self) -> Self {
        Self(self.0.iter().copied().filter(|word| word.is_for_once()).collect())
    }

    /// The words without those of `others`.
    #[must_use]
    pub fn minus(&self, others: &Self) -> Self {
        Self(self.0.difference(&others.0).copied().collect())
    }

    /// Whether all of them are among `others`.
    pub fn are_among(&self, others: &Self) -> bool {
        self.0.is_subset(&others.0)
    }

    /// The value `text` of an annotation without these words, and with all else in it as it stands; `None` if nothing is left.
    pub fn struck_from(&self, text: &str) -> Option<String> {
        let is_one = |part: &&str| self.0.iter().any(|word| word.as_str() == *part);
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let left: Vec<&str> = parts.filter(|part| !is_one(part)).collect();
        (!left.is_empty()).then(|| left.join(","))
    }

    /// The value `text` of an annotation with these words behind it that are not in it yet.
    pub fn added_to(&self, text: &str) -> String {
        let missing = self.minus(&Self::read(text).0).to_string();
        let parts = [text.trim().trim_end_matches(','), missing.as_str()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(",")
    }
}

impl FromIterator<Word> for Words {
    fn from_iter<T: IntoIterator<Item = Word>>(words: T) -> Self {
        Self(words.into_iter().collect())
    }
}

/// The form of the annotation, e.g. `hold,try-again`.
impl fmt::Display for Words {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.0.iter().map(|word| word.as_str()).collect();
        formatter.write_str(&words.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::{Word, Words};

    #[test]
    fn a_list_is_read_as_it_is_written() {
        let (words, unknown) = Words::read(" undo, hold ,,stop,hold");
        assert_eq!(words.to_string(), "hold,undo");
        assert_eq!(unknown, ["stop"]);
        assert!(words.say(Word::Undo) && !words.say(Word::TryAgain));
        assert_eq!(words.without(Word::Undo).with(Word::TryAgain).to_string(), "hold,try-again");
        assert!(Words::read("").0.is_empty());
    }

    #[test]
    fn words_are_struck_and_all_else_stays_as_it_is_written() {
        let once = Words::read("try-again,hold").0.for_once();
        assert_eq!(once.to_string(), "try-again");
        assert_eq!(once.struck_from("later, try-again ,hold,try-again").as_deref(), Some("later,hold"));
        assert_eq!(once.struck_from("try-again, "), None);
        assert_eq!(once.added_to("later, hold,"), "later, hold,try-again");
        assert_eq!(once.added_to("try-again"), "try-again");
        assert_eq!(once.added_to(""), "try-again");
        assert_eq!(Words::read("hold,undo").0.minus(&Words::read("undo,try-again").0).to_string(), "hold");
    }
}

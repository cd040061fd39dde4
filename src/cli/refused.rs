//! Why a command did not do what it was asked for: in words for people, and by a word for scripts.

use planner::text::chain;
use serde_json::{Value, json};
use thiserror::Error;

/// What keeps a command from what it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// The point of no return is passed.
    PointOfNoReturn,
    /// There is nothing to be held or taken back.
    NothingUnderWay,
    /// A word is left on the Shoot, which only its owner can remove.
    SaidOnShoot,
    /// The Infrastructure does not exist.
    NoInfrastructure,
    /// The namespace has several Infrastructures, and none was named.
    SeveralInfrastructures,
    /// The question was not asked, as nobody sits at a terminal.
    NobodyToAsk,
    /// The question was answered with no.
    AnswerNo,
    /// All else, such as a call that failed.
    Failed,
}

impl Reason {
    /// The word for scripts.
    fn as_str(self) -> &'static str {
        match self {
            Self::PointOfNoReturn => "point-of-no-return",
            Self::NothingUnderWay => "nothing-under-way",
            Self::SaidOnShoot => "said-on-shoot",
            Self::NoInfrastructure => "no-infrastructure",
            Self::SeveralInfrastructures => "several-infrastructures",
            Self::NobodyToAsk => "nobody-to-ask",
            Self::AnswerNo => "answer-no",
            Self::Failed => "failed",
        }
    }

    /// The member `error` of a JSON answer: the word and `message`.
    pub(super) fn document(self, message: &str) -> Value {
        json!({ "reason": self.as_str(), "message": message })
    }
}

/// A command that did not do what it was asked for.
#[derive(Debug, Error)]
#[error("{text}")]
pub(super) struct Refused {
    reason: Reason,
    text: String,
}

impl Refused {
    /// A refusal for `reason`, in the words of `text`.
    pub(super) fn because(reason: Reason, text: impl Into<String>) -> Self {
        Self { reason, text: text.into() }
    }
}

/// The member `error` of a JSON answer that tells of `error`.
pub(super) fn document(error: &anyhow::Error) -> Value {
    let reason = error.downcast_ref().map_or(Reason::Failed, |refused: &Refused| refused.reason);
    reason.document(&chain(error.as_ref()).to_string())
}

//! The question that a command asks before it writes.

use std::io::{IsTerminal, Write, stderr, stdin};

use super::refused::{Reason, Refused};

/// The question whether the annotation of an Infrastructure shall be changed.
pub(super) struct Question<'a> {
    pub(super) namespace: &'a str,
    pub(super) name: &'a str,
    /// What the annotation says then; empty: nothing.
    pub(super) next: &'a str,
    /// What follows.
    pub(super) follows: &'a str,
}

impl Question<'_> {
    /// Asks whoever sits at the terminal. The question goes to standard error, so that standard output has the answer of the command alone.
    ///
    /// # Errors
    /// [`Refused`], if nobody can be asked or the answer is not yes.
    pub(super) fn ask(&self) -> anyhow::Result<()> {
        let Self { namespace, name, next, follows } = self;
        if !stdin().is_terminal() {
            let text = "nobody can be asked here: give --yes; nothing was written";
            return Err(Refused::because(Reason::NobodyToAsk, text).into());
        }
        let next = if next.is_empty() { "nothing" } else { next };
        eprintln!("{follows}");
        eprint!("Shall the annotation of Infrastructure {namespace}/{name} say {next}? [y/N] ");
        stderr().flush()?;
        let mut answer = String::new();
        stdin().read_line(&mut answer)?;
        if !matches!(answer.trim(), "y" | "Y" | "yes") {
            return Err(
                Refused::because(Reason::AnswerNo, "the answer was not yes; nothing was written").into()
            );
        }
        Ok(())
    }
}

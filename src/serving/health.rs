//! Checks of health, and the report of several of them.

use std::fmt;

/// The verdict of one check: fine, or the reason why not.
pub type Verdict = Result<(), String>;

type Check = Box<dyn Fn() -> Verdict + Send + Sync>;

/// Named checks that must all be fine.
#[derive(Default)]
pub struct Checks(Vec<(&'static str, Check)>);

impl Checks {
    /// The checks with one more.
    #[must_use]
    pub fn and(mut self, name: &'static str, check: impl Fn() -> Verdict + Send + Sync + 'static) -> Self {
        self.0.push((name, Box::new(check)));
        self
    }

    /// The verdicts of all checks, a line each.
    ///
    /// # Errors
    /// The same text, if one is not fine.
    pub fn report(&self) -> Result<String, String> {
        let (mut text, mut fine) = (String::new(), true);
        for (name, check) in &self.0 {
            match check() {
                Ok(()) => text += &format!("[+]{name} ok\n"),
                Err(why) => {
                    fine = false;
                    text += &format!("[-]{name}: {why}\n");
                }
            }
        }
        if fine { Ok(text) } else { Err(text) }
    }
}

impl fmt::Debug for Checks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_fails_is_named_with_its_reason_beside_those_that_do_not() {
        let checks = Checks::default().and("a", || Ok(()));
        assert_eq!(checks.report(), Ok("[+]a ok\n".to_owned()));
        let checks = checks.and("b", || Err("wedged".to_owned()));
        assert_eq!(checks.report(), Err("[+]a ok\n[-]b: wedged\n".to_owned()));
    }
}

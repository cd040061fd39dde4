//! SPDX licence expressions, as far as crates write them: `A OR (B AND C)`, `A WITH E`, and the old `A/B` for OR.

/// Whether licences that are all `allowed` fulfil `expression`. One that cannot be read is not fulfilled.
pub(crate) fn fulfilled(expression: &str, allowed: impl Fn(&str) -> bool) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words = Words { words: spaced.split_whitespace().collect(), next: 0 };
    words.alternatives(&allowed) == Some(true) && words.peek().is_none()
}

struct Words<'a> {
    words: Vec<&'a str>,
    next: usize,
}

impl<'a> Words<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.words.get(self.next).copied()
    }

    fn take(&mut self) -> Option<&'a str> {
        self.next += 1;
        self.words.get(self.next - 1).copied()
    }

    fn take_if(&mut self, word: &str) -> bool {
        let is_next = self.peek() == Some(word);
        self.next += usize::from(is_next);
        is_next
    }

    /// `A OR B`. AND binds tighter.
    fn alternatives(&mut self, allowed: &impl Fn(&str) -> bool) -> Option<bool> {
        let mut any = self.conjunction(allowed)?;
        while self.take_if("OR") {
            any |= self.conjunction(allowed)?;
        }
        Some(any)
    }

    fn conjunction(&mut self, allowed: &impl Fn(&str) -> bool) -> Option<bool> {
        let mut all = self.term(allowed)?;
        while self.take_if("AND") {
            all &= self.term(allowed)?;
        }
        Some(all)
    }

    fn term(&mut self, allowed: &impl Fn(&str) -> bool) -> Option<bool> {
        if self.take_if("(") {
            let inner = self.alternatives(allowed)?;
            return self.take_if(")").then_some(inner);
        }
        let licence = self.take()?;
        if self.take_if("WITH") {
            return Some(allowed(&format!("{licence} WITH {}", self.take()?)));
        }
        Some(allowed(licence))
    }
}

#[test]
fn expressions() {
    let check =
        |expression: &str, allowed: &[&str]| fulfilled(expression, |licence| allowed.contains(&licence));
    for (expression, allowed, expected) in [
        ("MIT", &["MIT"][..], true),
        ("GPL-3.0-only", &["MIT"], false),
        ("MIT OR GPL-3.0-only", &["MIT"], true),
        ("MIT/Apache-2.0", &["Apache-2.0"], true),
        ("Apache-2.0 / MIT", &["MIT"], true),
        ("MIT AND ISC", &["MIT"], false),
        ("MIT AND ISC", &["MIT", "ISC"], true),
        ("A OR B AND C", &["B"], false),
        ("(A OR B) AND C", &["B"], false),
        ("(A OR B) AND C", &["B", "C"], true),
        ("Apache-2.0 WITH LLVM-exception", &["Apache-2.0"], false),
        ("Apache-2.0 WITH LLVM-exception", &["Apache-2.0 WITH LLVM-exception"], true),
        ("", &["MIT"], false),
        ("(MIT", &["MIT"], false),
        ("MIT MIT", &["MIT"], false),
    ] {
        assert_eq!(check(expression, allowed), expected, "{expression:?} with {allowed:?}");
    }
}

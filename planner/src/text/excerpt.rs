//! What others wrote, as far as it may be shown: bounded in length and in number, and without control characters.
//!
//! Documents, names, and the error texts of Google, of a token service and of the seed are input, and they reach the status,
//! events and the log. Whoever quotes such a text shows it as [`Quoted`], [`Excerpt`] or [`remark`], and several of them by
//! [`listed`], so that what is said around it stays readable. A whole message is bounded once more where it is written: as a
//! [`line()`] in an event and in the log, as a [`message`] in the status.
//!
//! May not know: what is shown, and to whom.

use std::fmt::{self, Display, Write};

/// The most that is shown of a value, in bytes. Every name and range that Google takes is shorter.
const VALUE: usize = 128;
/// The most that is shown of what another program says in its own words, in bytes.
const REMARK: usize = 400;
/// The most of a line in the log, or of an event, in bytes: the API of events takes 1,024.
const LINE: usize = 1000;
/// The most of a description in the status, in bytes.
const MESSAGE: usize = 4000;
/// The most things of a kind that are named one by one.
pub const NAMED: usize = 10;

/// A value in quotation marks.
#[derive(Clone, Copy, Debug)]
pub struct Quoted<'a>(pub &'a str);

/// A value as it stands.
#[derive(Clone, Copy, Debug)]
pub struct Excerpt<'a>(pub &'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let escaped = |character| match character {
            '"' | '\\' => Escaped::Slashed(character),
            character => Escaped::of(character),
        };
        let (shown, mark) = cut(self.0, VALUE, escaped);
        write!(formatter, "\"{shown}\"{mark}")
    }
}

impl Display for Excerpt<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (shown, mark) = cut(self.0, VALUE, Escaped::of);
        write!(formatter, "{shown}{mark}")
    }
}

/// What another program says in its own words.
pub fn remark(text: &str) -> String {
    bounded(text, REMARK)
}

/// A message as one line of the log, or as an event.
pub fn line(text: &str) -> String {
    bounded(text, LINE)
}

/// A message as a description in the status.
pub fn message(text: &str) -> String {
    bounded(text, MESSAGE)
}

/// The first few of `things`, and how many more there are: `a, b and 997 more`, with `separator` in the place of the comma.
pub fn listed<T: Display>(things: impl IntoIterator<Item = T>, separator: &str) -> String {
    let mut things = things.into_iter();
    let mut named: Vec<String> = things.by_ref().take(NAMED).map(|thing| thing.to_string()).collect();
    let last = things.next();
    let rest = things.count();
    match last {
        None => named.join(separator),
        Some(last) if rest == 0 => {
            named.push(last.to_string());
            named.join(separator)
        }
        Some(_) => format!("{} and {} more", named.join(separator), rest + 1),
    }
}

fn bounded(text: &str, most: usize) -> String {
    let (shown, mark) = cut(text, most, Escaped::of);
    shown + &mark
}

/// The escaped text if it has at most `most` bytes; else so much of its beginning that it has so many with the mark behind it,
/// which says that it is cut, and how long it is.
fn cut(text: &str, most: usize, escaped: impl Fn(char) -> Escaped) -> (String, String) {
    let (whole, all) = beginning(text, most, &escaped);
    if all {
        return (whole, String::new());
    }
    let mark = format!("… ({} bytes)", text.len());
    let (shown, _) = beginning(text, most.saturating_sub(mark.len()), &escaped);
    (shown, mark)
}

/// At most `most` bytes of the escaped text, and whether that is all of it.
fn beginning(text: &str, most: usize, escaped: impl Fn(char) -> Escaped) -> (String, bool) {
    let mut shown = String::new();
    for character in text.chars() {
        let before = shown.len();
        // Writing to a String cannot fail.
        let _ = write!(shown, "{}", escaped(character));
        if shown.len() > most {
            shown.truncate(before);
            return (shown, false);
        }
    }
    (shown, true)
}

/// A character as it may be shown.
enum Escaped {
    /// As it is.
    Plain(char),
    /// Behind a backslash.
    Slashed(char),
    /// As an escape sequence: it would not be seen, or change how others are.
    Sequence(char),
}

impl Escaped {
    fn of(character: char) -> Self {
        match character {
            '"' | '\'' | '\\' => Self::Plain(character),
            character if character.escape_debug().len() == 1 => Self::Plain(character),
            character => Self::Sequence(character),
        }
    }
}

impl Display for Escaped {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(character) => formatter.write_char(*character),
            Self::Slashed(character) => write!(formatter, "\\{character}"),
            Self::Sequence(character) => write!(formatter, "{}", character.escape_debug()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_short_and_plain_is_shown_as_it_is() {
        for text in ["", "10.250.0.0/16", "it's", "ä…", "a\\n"] {
            assert_eq!(Excerpt(text).to_string(), text);
            assert_eq!(line(text), text);
            assert_eq!(Quoted(text).to_string(), format!("{text:?}"));
        }
        let longest = "x".repeat(VALUE);
        assert_eq!(Excerpt(&longest).to_string(), longest);
    }

    #[test]
    fn what_would_change_how_the_rest_is_seen_is_escaped() {
        let cases =
            [("a\nb", "a\\nb"), ("\u{1b}[2J", "\\u{1b}[2J"), ("\u{202e}x", "\\u{202e}x"), ("\0", "\\0")];
        for (text, shown) in cases {
            assert_eq!(Excerpt(text).to_string(), shown);
            assert_eq!(message(text), shown);
        }
        assert_eq!(Quoted("say \"x\"\n").to_string(), r#""say \"x\"\n""#);
    }

    #[test]
    fn what_is_long_is_cut_between_characters_and_tells_its_length() {
        let million = "ä".repeat(500_000);
        let shown = Quoted(&million).to_string();
        assert!(shown.len() <= VALUE + 2 && shown.ends_with("ä\"… (1000000 bytes)"), "{shown}");
        // An escaped character counts as it is shown.
        for (text, most) in [(&million, LINE), (&"\u{1b}".repeat(10_000), LINE)] {
            let shown = line(text);
            assert!(shown.len() <= most && shown.len() > most - 8, "{}", shown.len());
        }
    }

    #[test]
    fn of_many_the_first_few_are_named() {
        let names = |count: usize| (1..=count).map(|number| number.to_string()).collect::<Vec<_>>();
        assert_eq!(listed(names(0), ", "), "");
        assert_eq!(listed(names(2), "; "), "1; 2");
        assert_eq!(
            listed(names(11), ", "),
            "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11",
            "no number in the place of one thing"
        );
        assert_eq!(listed(names(1007), ", "), "1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 997 more");
    }
}

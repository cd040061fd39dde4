//! Excerpts of texts of other programs: bounded in length and number, and without control characters.
//!
//! Documents, names, and the error texts of Google, of a token service and of the seed are input, and they reach the status,
//! events and the log. A text of theirs is shown as a [`Quoted`], an [`Excerpt`] or a [`remark`], and several by [`listed`], so
//! that the message around it stays readable. A whole message is bounded once more where it is written: as a [`line()`] in an
//! event and in the log, as a [`message`] in the status.

use std::fmt::{self, Display, Write};

/// The longest excerpt of a value, in bytes. Every name and range that Google accepts is shorter.
const MAX_VALUE: usize = 128;
/// The longest excerpt of another program's message, in bytes.
const MAX_REMARK: usize = 400;
/// The longest line in the log or of an event, in bytes. Kubernetes limits the note of an event to 1,024.
const MAX_LINE: usize = 1000;
/// The longest description in the status, in bytes.
const MAX_MESSAGE: usize = 4000;
/// The maximum number of things that a list names one by one.
pub const NAMED: usize = 10;

/// A value of another program in quotation marks, escaped and cut.
#[derive(Clone, Copy, Debug)]
pub struct Quoted<'a>(pub &'a str);

/// A value of another program without quotation marks, escaped and cut.
#[derive(Clone, Copy, Debug)]
pub struct Excerpt<'a>(pub &'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let escaped = |character| match character {
            '"' | '\\' => Escaped::Slashed(character),
            character => Escaped::of(character),
        };
        let (shown, mark) = cut(self.0, MAX_VALUE, escaped);
        write!(formatter, "\"{shown}\"{mark}")
    }
}

impl Display for Excerpt<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (shown, mark) = cut(self.0, MAX_VALUE, Escaped::of);
        write!(formatter, "{shown}{mark}")
    }
}

/// An error text of another program, escaped and cut.
pub fn remark(text: &str) -> String {
    bounded(text, MAX_REMARK)
}

/// A message as one line of the log or as an event, escaped and cut.
pub fn line(text: &str) -> String {
    bounded(text, MAX_LINE)
}

/// A message as a description in the status, escaped and cut.
pub fn message(text: &str) -> String {
    bounded(text, MAX_MESSAGE)
}

/// The first few of `things`, and how many more there are, e.g. `a, b and 997 more` with `separator` in place of the comma.
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

/// The escaped text and a mark. If the text needs more than `most` bytes, it is cut so that both together fit, and the mark tells
/// its length; otherwise the mark is empty.
fn cut(text: &str, most: usize, escaped: impl Fn(char) -> Escaped) -> (String, String) {
    let (whole, all) = beginning(text, most, &escaped);
    if all {
        return (whole, String::new());
    }
    let mark = format!("… ({} bytes)", text.len());
    let (shown, _) = beginning(text, most.saturating_sub(mark.len()), &escaped);
    (shown, mark)
}

/// The beginning of the escaped text, at most `most` bytes, and whether that is all of it.
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

/// A character in the form in which it is shown.
enum Escaped {
    /// A character as it is.
    Plain(char),
    /// A character behind a backslash.
    Slashed(char),
    /// A character as an escape sequence, because it is invisible or changes how others are shown.
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
        let longest = "x".repeat(MAX_VALUE);
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
        assert!(shown.len() <= MAX_VALUE + 2 && shown.ends_with("ä\"… (1000000 bytes)"), "{shown}");
        // Escaped characters count by their shown length.
        for (text, most) in [(&million, MAX_LINE), (&"\u{1b}".repeat(10_000), MAX_LINE)] {
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

//! Paths of the API: its own words, and names that come from elsewhere, each of which is one segment or an error.
//!
//! No text is split at slashes to become a path. Names come from documents of users, from a state that hands may have edited, and from
//! answers of the API; what could not be a name there is, such as `..`, `a/b` or `a?b`, would lead to another object, or to another
//! call. So a name is checked before anything is sent, wherever it came from.

use std::fmt;

use planner::text::{Excerpt, Quoted};

/// The longest name that is sent. Google's own are 63 characters long at most, those of operations somewhat longer.
const LONGEST: usize = 128;

/// A path below a project, in segments, and perhaps a verb behind the last one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path {
    segments: Vec<Segment>,
    /// A method that is none of HTTP's, behind a colon.
    verb: Option<&'static str>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    /// A word of the API's own.
    Word(&'static str),
    /// The name or number of a resource.
    Name(String),
    /// The address or number of a service account.
    Account(String),
}

/// A text that cannot be a name in a path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} cannot be the name of {kind}: {problem}; nothing was sent; correct the name")]
pub struct BadName {
    /// The text, quoted, escaped and cut.
    name: String,
    kind: &'static str,
    problem: &'static str,
}

impl Path {
    /// The path of a global `collection`, e.g. `global/networks`.
    pub fn global(collection: &'static str) -> Self {
        Self::of("global").word(collection)
    }

    /// The path of a `collection` of a region, e.g. `regions/R/subnetworks`.
    pub fn region(region: &str, collection: &'static str) -> Self {
        Self::of("regions").name(region).word(collection)
    }

    /// The path of a `collection` of a zone, e.g. `zones/Z/instances`.
    pub fn zone(zone: &str, collection: &'static str) -> Self {
        Self::of("zones").name(zone).word(collection)
    }

    /// The path of the project itself, which has no segments.
    pub(super) fn project() -> Self {
        Self::default()
    }

    /// The path of the single segment `word`.
    pub(super) fn of(word: &'static str) -> Self {
        Self::project().word(word)
    }

    /// The path with one of the API's own words at the end.
    #[must_use]
    pub fn word(mut self, word: &'static str) -> Self {
        self.segments.push(Segment::Word(word));
        self
    }

    /// The path with the name of a resource at the end. The name is checked when the path is used.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        self.segments.push(Segment::Name(name.to_owned()));
        self
    }

    /// The path with the address of a service account at the end. The address is checked when the path is used.
    pub(super) fn account(mut self, address: &str) -> Self {
        self.segments.push(Segment::Account(address.to_owned()));
        self
    }

    /// The path with a verb behind a colon at the end, as in `projects/P:testIamPermissions`.
    pub(super) fn verb(self, verb: &'static str) -> Self {
        Self { verb: Some(verb), ..self }
    }

    /// The verb behind the last segment, with its colon; empty if there is none.
    pub(super) fn suffix(&self) -> String {
        self.verb.map(|verb| format!(":{verb}")).unwrap_or_default()
    }

    /// The segments of the path, each of which is checked to be a word or a name.
    ///
    /// # Errors
    /// [`BadName`] for the first text that can be no name.
    pub(super) fn segments(&self) -> Result<Vec<&str>, BadName> {
        let checked = self.segments.iter().map(|segment| match segment {
            Segment::Word(word) => Ok(*word),
            Segment::Name(name) => check_name(name),
            Segment::Account(address) => check_account(address),
        });
        checked.collect()
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, segment) in self.segments.iter().enumerate() {
            let text = match segment {
                Segment::Word(word) => word,
                Segment::Name(text) | Segment::Account(text) => text.as_str(),
            };
            write!(f, "{}{}", if number == 0 { "" } else { "/" }, Excerpt(text))?;
        }
        f.write_str(&self.suffix())
    }
}

/// Checks that `name` can be the name or the number of a resource, and returns it.
///
/// # Errors
/// [`BadName`] otherwise.
pub(super) fn check_name(name: &str) -> Result<&str, BadName> {
    check(name, "a resource", "letters, digits, - and _ are all that it may have", |b| b"-_".contains(&b))
}

/// Checks that `address` can be the address or the number of a service account, and returns it.
///
/// # Errors
/// [`BadName`] otherwise.
pub(super) fn check_account(address: &str) -> Result<&str, BadName> {
    let others = "letters, digits, - _ . and @ are all that it may have";
    check(address, "a service account", others, |b| b"-_.@".contains(&b))
}

/// Checks that `project` can be the id or the number of a project, and returns it. Old ids have the domain of their organisation in front.
///
/// # Errors
/// [`BadName`] otherwise.
pub(super) fn check_project(project: &str) -> Result<&str, BadName> {
    check(project, "a project", "small letters, digits, - . and : are all that it may have", |b| {
        b"-.:".contains(&b)
    })
    .and_then(|project| match project.bytes().any(|b| b.is_ascii_uppercase()) {
        true => Err(bad(project, "a project", "it has capital letters")),
        false => Ok(project),
    })
}

/// Checks `text` by length, characters and first character. A text that begins with a letter or a digit is neither empty nor made of dots.
fn check<'a>(
    text: &'a str,
    kind: &'static str,
    allowed: &'static str,
    other: impl Fn(u8) -> bool,
) -> Result<&'a str, BadName> {
    if text.is_empty() {
        Err(bad(text, kind, "it is empty"))
    } else if text.len() > LONGEST {
        Err(bad(text, kind, "it is too long"))
    } else if !text.bytes().all(|b| b.is_ascii_alphanumeric() || other(b)) {
        Err(bad(text, kind, allowed))
    } else if !text.starts_with(|first: char| first.is_ascii_alphanumeric()) {
        Err(bad(text, kind, "it does not begin with a letter or a digit"))
    } else {
        Ok(text)
    }
}

fn bad(text: &str, kind: &'static str, problem: &'static str) -> BadName {
    BadName { name: Quoted(text).to_string(), kind, problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_is_one_segment_or_an_error_that_shows_it_cut_and_escaped() {
        let path = |name: &str| {
            Path::of("zones").name(name).word("instances").account("a@p.iam.gserviceaccount.com")
        };
        assert_eq!(
            path("europe-west1-b").segments().unwrap(),
            ["zones", "europe-west1-b", "instances", "a@p.iam.gserviceaccount.com"]
        );
        assert!(path("4711").segments().is_ok(), "a number");
        let long = "a".repeat(700_000);
        for name in [
            "",
            ".",
            "..",
            "a/b",
            "../zones/x",
            "a?b",
            "a#b",
            "a%2fb",
            "a b",
            "a\n",
            "\u{1b}[31m",
            "a\0",
            "ä",
            "a:b",
            "a@b",
            "-a",
            "a.b",
            "a\\b",
            "a;b",
            &long,
        ] {
            let error = path(name).segments().unwrap_err().to_string();
            assert!(error.len() < 400 && !error.chars().any(char::is_control), "{error}");
            assert!(path(name).to_string().len() < 400, "{}", path(name));
        }
        for address in ["a/b", "a@p:undelete", "..", "@p", "a?b@p", ""] {
            assert!(Path::of("serviceAccounts").account(address).segments().is_err(), "{address}");
        }
    }

    #[test]
    fn a_project_is_an_id_a_number_or_an_old_id_with_its_domain() {
        for project in ["my-project", "123456789", "example.com:my-project"] {
            assert_eq!(check_project(project), Ok(project));
        }
        for project in ["", "..", ".", "-a", "a/b", "A", "a b", "a?b", &"a".repeat(700_000)] {
            assert!(check_project(project).is_err(), "{project:.20}");
        }
    }
}

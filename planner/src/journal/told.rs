//! What the state tells people of a migration: where it is, and since when. Nothing is decided by it but what else people are told.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use crate::vocabulary::{CourseName, Milestone};

/// What the state tells people of a migration. What cannot be read of it counts as absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Told {
    /// The place of the migration; `None` if there is none.
    pub place: Option<Place>,
    /// The instant at which a hold was first seen to be in effect; `None` if none is.
    pub hold_since: Option<Timestamp>,
}

/// The place of a migration: on which course, at which step, with how many nodes finished, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The course.
    pub course: CourseName,
    /// The first step that is not fulfilled.
    pub step: Milestone,
    /// The number of nodes that are finished with the step, when this was last written.
    pub done: usize,
    /// The number of all nodes.
    pub nodes: usize,
    /// The instant of the look that first saw the migration on this course at this step.
    pub since: Timestamp,
}

/// The form `preparing M5 13/20 2026-09-01T10:00:00Z`.
impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { course, step, done, nodes, since } = self;
        write!(formatter, "{course} {step} {done}/{nodes} {since}")
    }
}

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let parts: Vec<&str> = text.split(' ').collect();
        let [course, step, numbers, since] = parts.as_slice() else { return Err(()) };
        let (done, nodes) = numbers.split_once('/').ok_or(())?;
        Ok(Self {
            course: course.parse()?,
            step: Milestone::named(step).ok_or(())?,
            done: done.parse().map_err(|_| ())?,
            nodes: nodes.parse().map_err(|_| ())?,
            since: since.parse().map_err(|_| ())?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn a_place_is_read_as_it_is_written() {
        for text in ["preparing M5 13/20 2026-09-01T10:00:00Z", "back U7 0/0 2026-09-01T10:00:00Z"] {
            assert_eq!(text.parse::<Place>().unwrap().to_string(), text);
        }
        for text in
            ["", "preparing M5 13 2026-09-01T10:00:00Z", "preparing M13 1/2 2026-09-01T10:00:00Z", "M5"]
        {
            assert!(text.parse::<Place>().is_err(), "{text}");
        }
    }
}

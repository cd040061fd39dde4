//! Milestones of the migration protocol as the command line and the controller's log name them, on the way forward and back.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use serde_json::Value;

/// All milestones in order: the way forward, then the way back; each with its meaning for people who watch.
const ALL: [(&str, &str); 23] = [
    ("M0", "there is something to migrate"),
    ("M1", "preflight: nothing forbids it"),
    ("M2", "every route is journalled"),
    ("M2b", "the shoot's subnets have IPv6 ranges"),
    ("M3", "the nodes subnet allows routes inside its ranges"),
    ("M4", "the nodes subnet has the pod range"),
    ("M5", "every VM has its alias"),
    ("M6", "the aliases have settled"),
    ("M7", "the cloud-controller-manager is stopped"),
    ("M8", "nothing new has come"),
    ("M8b", "nothing that is still to come will be refused"),
    ("M9", "the routes are gone"),
    ("M10", "the nodes subnet allows no such routes again"),
    ("M11", "the nodes subnet has its IPv6 range"),
    ("M12", "the journal is empty"),
    ("U1", "the cloud-controller-manager makes routes again"),
    ("U2", "every VM with an alias has its route"),
    ("U3", "it is recorded that aliases go"),
    ("U4", "no VM has its alias any more"),
    ("U5", "every host knows that the aliases are gone"),
    ("U6", "the nodes subnet has no pod range any more"),
    ("U7", "the nodes subnet allows no routes inside its ranges again"),
    ("U8", "all is as before"),
];

/// A milestone, in either case on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Milestone(usize);

/// At least one milestone, as a range (`M2..M11`, both ends included) or a list (`M2,M9`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Milestones(pub Vec<Milestone>);

/// The milestones that a command takes, by the first and the last of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    first: Milestone,
    last: Milestone,
}

/// A text that names no milestone that can be taken.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotAMilestone {
    /// None is called so.
    #[error("{text:?} is none of the steps here: write one of {span}")]
    Unknown {
        /// The text.
        text: String,
        /// The milestones that can be taken, in words.
        span: String,
    },
    /// The milestone is the point of no return, or lies past it.
    #[error(
        "from {POINT_OF_NO_RETURN} on a migration can neither be held nor taken back: write one of {BEFORE_RETURN}"
    )]
    TooLate,
}

/// A text that names no list or range of milestones.
#[derive(Debug, thiserror::Error)]
pub enum NotMilestones {
    /// A part of it names no milestone.
    #[error("{0:?} is not a step: write {KILLABLE}, a list (M2,M9) or a range (M2..M11)")]
    NotAMilestone(String),
    /// The range ends before it begins.
    #[error("{first}..{last} is an empty range: write the lower step first, {last}..{first}")]
    Empty {
        /// Milestone before the dots.
        first: Milestone,
        /// Milestone behind the dots.
        last: Milestone,
    },
}

/// The milestones of the way forward after which the controller can be killed.
pub(super) const KILLABLE: Span = Span { first: Milestone(2), last: Milestone(13) };
/// The milestones during which a word can be said that holds a migration or takes it back. Before M2b nothing was begun, and M8 and
/// M8b are over as soon as they begin: they need no more than the look that shows the end of M7.
pub(super) const BEFORE_RETURN: Span = Span { first: Milestone(3), last: Milestone(8) };
/// The milestones during which a machine can join. Before the first of them a migration has not begun.
pub(super) const JOINED: Span = Span { first: Milestone(3), last: Milestone(12) };
/// The milestone with which the point of no return is recorded.
const POINT_OF_NO_RETURN: Milestone = Milestone(11);
/// The milestones of the way back after which something is left to do.
pub(super) const ON_THE_WAY_BACK: Span = Span { first: Milestone(15), last: Milestone(21) };

impl Span {
    /// The milestone that `text` names, if it is one of these.
    pub(super) fn read(self, text: &str) -> Result<Milestone, NotAMilestone> {
        let named = Milestone::named(text).filter(|milestone| self.holds(*milestone));
        named.ok_or_else(|| NotAMilestone::Unknown { text: text.to_owned(), span: self.to_string() })
    }

    /// Whether `milestone` is one of these.
    pub(super) fn holds(self, milestone: Milestone) -> bool {
        (self.first..=self.last).contains(&milestone)
    }

    /// One of these, drawn by `random_seed` (splitmix64).
    pub(super) fn drawn(self, random_seed: u64) -> Milestone {
        let mut mixed = random_seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        let number = self.last.0.saturating_sub(self.first.0).saturating_add(1);
        let index = usize::try_from(mixed % number as u64).unwrap_or_default();
        Milestone(self.first.0.saturating_add(index))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.first, self.last)
    }
}

impl Milestone {
    /// The milestone of that name, in either case.
    pub(super) fn named(name: &str) -> Option<Self> {
        ALL.iter().position(|(known, _)| known.eq_ignore_ascii_case(name)).map(Self)
    }

    /// The milestone that `text` names, if the controller can be killed after it, forward or back.
    pub(super) fn killable(text: &str) -> Result<Self, NotAMilestone> {
        ON_THE_WAY_BACK.read(text).or_else(|_| KILLABLE.read(text))
    }

    /// The milestone that `text` names, if the controller can be killed after it on the way forward.
    pub(super) fn on_the_way_forward(text: &str) -> Result<Self, NotAMilestone> {
        KILLABLE.read(text)
    }

    /// The milestone that `text` names, if a machine can join during it.
    pub(super) fn joined(text: &str) -> Result<Self, NotAMilestone> {
        JOINED.read(text)
    }

    /// The milestone that `text` names, if a word can be said during it that holds a migration or takes it back.
    pub(super) fn before_return(text: &str) -> Result<Self, NotAMilestone> {
        match Self::named(text) {
            Some(milestone) if (POINT_OF_NO_RETURN..ON_THE_WAY_BACK.first).contains(&milestone) => {
                Err(NotAMilestone::TooLate)
            }
            _ => BEFORE_RETURN.read(text),
        }
    }

    /// The milestone before it, whose end is its beginning; itself for the first.
    pub(super) fn previous(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    /// The name in the protocol, e.g. `M2b`.
    pub(super) fn name(self) -> &'static str {
        ALL.get(self.0).map_or("", |(name, _)| name)
    }

    /// The meaning of its end, for people who watch.
    pub(super) fn meaning(self) -> &'static str {
        ALL.get(self.0).map_or("", |(_, meaning)| meaning)
    }
}

impl FromStr for Milestones {
    type Err = NotMilestones;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read =
            |text: &str| KILLABLE.read(text).map_err(|_| NotMilestones::NotAMilestone(text.to_owned()));
        if let Some((first, last)) = text.split_once("..") {
            let (first, last) = (read(first)?, read(last)?);
            if first > last {
                return Err(NotMilestones::Empty { first, last });
            }
            return Ok(Self((first.0..=last.0).map(Milestone).collect()));
        }
        Ok(Self(text.split(',').map(read).collect::<Result<_, _>>()?))
    }
}

impl fmt::Display for Milestone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Serialize for Milestone {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The milestone whose end a line of the controller's log announces: an event `milestone` with `done`. Fields stand at the
/// top or, as tracing's JSON format writes them, below `fields`.
pub(super) fn announced(line: &Value) -> Option<Milestone> {
    let fields = line.get("fields").unwrap_or(line);
    let is_milestone = fields.get("event").and_then(Value::as_str) == Some("milestone");
    let is_done = fields.get("done").and_then(Value::as_bool) == Some(true);
    (is_milestone && is_done).then(|| Milestone::named(fields.get("step")?.as_str()?)).flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn names(milestones: &[Milestone]) -> Vec<&'static str> {
        milestones.iter().map(|milestone| milestone.name()).collect()
    }

    #[test]
    fn steps_are_ranges_or_lists() {
        let parse = |text: &str| text.parse::<Milestones>().map(|steps| names(&steps.0));
        assert_eq!(
            parse("M2..M11").unwrap(),
            ["M2", "M2b", "M3", "M4", "M5", "M6", "M7", "M8", "M8b", "M9", "M10", "M11"]
        );
        assert_eq!(parse("M9,m4").unwrap(), ["M9", "M4"]);
        assert_eq!(parse("m7..M7").unwrap(), ["M7"]);
        assert_eq!(parse("m2B..M3").unwrap(), ["M2b", "M3"]);
        for wrong in ["", "M1", "M12", "2", "M2..", "M2,,M3", "U4"] {
            assert!(matches!(parse(wrong), Err(NotMilestones::NotAMilestone(_))), "{wrong}");
        }
        assert!(matches!(parse("M5..M3"), Err(NotMilestones::Empty { .. })));
    }

    #[test]
    fn where_one_step_is_wanted_no_list_is_recommended() {
        let refused = KILLABLE.read("M2,M9").unwrap_err();
        assert_eq!(refused.to_string(), "\"M2,M9\" is none of the steps here: write one of M2 to M11");
    }

    #[test]
    fn past_the_point_of_no_return_nothing_is_held_or_taken_back() {
        let read = |text: &str| Milestone::before_return(text).map_err(|error| error.to_string());
        assert_eq!(read("m7").map(Milestone::name), Ok("M7"));
        for late in ["M9", "M12"] {
            let refused = "from M9 on a migration can neither be held nor taken back: write one of M2b to M7";
            assert_eq!(read(late).unwrap_err(), refused);
        }
        for wrong in ["M2", "M8b", "U1", "M13"] {
            let refused = format!("{wrong:?} is none of the steps here: write one of M2b to M7");
            assert_eq!(read(wrong).unwrap_err(), refused);
        }
        assert_eq!(read("M2b").map(|milestone| milestone.previous().name()), Ok("M2"));
    }

    #[test]
    fn a_seed_draws_a_step_of_the_way_back_and_each_is_drawn_by_some() {
        let mut drawn: Vec<Milestone> = (0..100).map(|seed| ON_THE_WAY_BACK.drawn(seed)).collect();
        assert_eq!(drawn, (0..100).map(|seed| ON_THE_WAY_BACK.drawn(seed)).collect::<Vec<_>>());
        drawn.sort_unstable();
        drawn.dedup();
        assert_eq!(names(&drawn), ["U1", "U2", "U3", "U4", "U5", "U6", "U7"]);
    }

    #[test]
    fn a_milestone_is_an_event_that_is_done() {
        let step = |line: &Value| announced(line).map(Milestone::name);
        let nested = json!({"level": "INFO", "fields": {"event": "milestone", "step": "M5", "done": true}});
        assert_eq!(step(&nested), Some("M5"));
        assert_eq!(step(&json!({"event": "milestone", "step": "U8", "done": true})), Some("U8"));
        assert_eq!(step(&json!({"event": "milestone", "step": "M9", "done": false})), None);
        assert_eq!(step(&json!({"event": "pass", "step": "M9", "done": true})), None);
    }
}

//! Milestones of the migration protocol as the command line and the controller's log name them.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use serde_json::Value;

const FIRST: u8 = 2;
const LAST: u8 = 11;

/// A milestone after which the controller can be killed: `M2` to `M11`, in either case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Milestone(u8);

/// At least one milestone, as a range (`M2..M11`, both ends included) or a list (`M2,M9`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Milestones(pub Vec<Milestone>);

/// A text that names no milestone.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not a step: write one of M{FIRST} to M{LAST}")]
pub struct NotAMilestone(String);

/// A text that names no list or range of milestones.
#[derive(Debug, thiserror::Error)]
pub enum NotMilestones {
    /// A part of it names no milestone.
    #[error("{0:?} is not a step: write M{FIRST} to M{LAST}, a list (M2,M9) or a range (M2..M11)")]
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

impl From<NotAMilestone> for NotMilestones {
    fn from(NotAMilestone(text): NotAMilestone) -> Self {
        Self::NotAMilestone(text)
    }
}

impl FromStr for Milestone {
    type Err = NotAMilestone;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = text.strip_prefix(['M', 'm']).and_then(|digits| digits.parse().ok());
        match number {
            Some(number) if (FIRST..=LAST).contains(&number) => Ok(Self(number)),
            _ => Err(NotAMilestone(text.to_owned())),
        }
    }
}

impl fmt::Display for Milestone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "M{}", self.0)
    }
}

impl Serialize for Milestone {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for Milestones {
    type Err = NotMilestones;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some((first, last)) = text.split_once("..") {
            let (first, last): (Milestone, Milestone) = (first.parse()?, last.parse()?);
            if first > last {
                return Err(NotMilestones::Empty { first, last });
            }
            return Ok(Self((first.0..=last.0).map(Milestone).collect()));
        }
        Ok(Self(text.split(',').map(str::parse).collect::<Result<_, NotAMilestone>>()?))
    }
}

/// Meaning of a milestone for people who watch; empty for a name that is none.
pub(super) fn meaning(milestone: &str) -> &'static str {
    match milestone {
        "M0" => "there is something to migrate",
        "M1" => "preflight: nothing forbids it",
        "M2" => "every route is journalled",
        "M3" => "the nodes subnet allows routes inside its ranges",
        "M4" => "the nodes subnet has the pod range",
        "M5" => "every VM has its alias",
        "M6" => "the aliases have settled",
        "M7" => "the cloud-controller-manager is stopped",
        "M8" => "nothing new has come",
        "M9" => "the routes are gone",
        "M10" => "the nodes subnet allows no such routes again",
        "M11" => "the nodes subnet has its IPv6 range",
        "M12" => "the journal is empty",
        _ => "",
    }
}

/// The milestone whose end a line of the controller's log announces: an event `milestone` with `done`. Fields stand at the
/// top or, as tracing's JSON format writes them, below `fields`.
pub(super) fn announced(line: &Value) -> Option<String> {
    let fields = line.get("fields").unwrap_or(line);
    let is_milestone = fields.get("event").and_then(Value::as_str) == Some("milestone");
    let is_done = fields.get("done").and_then(Value::as_bool) == Some(true);
    (is_milestone && is_done).then(|| fields.get("step")?.as_str().map(str::to_owned)).flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn steps_are_ranges_or_lists() {
        let parse = |text: &str| {
            text.parse::<Milestones>().map(|steps| steps.0.iter().map(|step| step.0).collect::<Vec<_>>())
        };
        assert_eq!(parse("M2..M11").unwrap(), (2..=11).collect::<Vec<_>>());
        assert_eq!(parse("M9,m4").unwrap(), vec![9, 4]);
        assert_eq!(parse("m7..M7").unwrap(), vec![7]);
        for wrong in ["", "M1", "M12", "2", "M2..", "M2,,M3"] {
            assert!(matches!(parse(wrong), Err(NotMilestones::NotAMilestone(_))), "{wrong}");
        }
        assert!(matches!(parse("M5..M3"), Err(NotMilestones::Empty { .. })));
    }

    #[test]
    fn where_one_step_is_wanted_no_list_is_recommended() {
        let refused = "M2,M9".parse::<Milestone>().unwrap_err();
        assert_eq!(refused.to_string(), "\"M2,M9\" is not a step: write one of M2 to M11");
    }

    #[test]
    fn a_milestone_is_an_event_that_is_done() {
        let nested = json!({"level": "INFO", "fields": {"event": "milestone", "step": "M5", "done": true}});
        assert_eq!(announced(&nested).as_deref(), Some("M5"));
        assert_eq!(
            announced(&json!({"event": "milestone", "step": "M9", "done": true})).as_deref(),
            Some("M9")
        );
        assert_eq!(announced(&json!({"event": "milestone", "step": "M9", "done": false})), None);
        assert_eq!(announced(&json!({"event": "pass", "step": "M9", "done": true})), None);
    }
}

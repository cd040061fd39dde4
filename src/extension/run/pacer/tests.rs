//! The pace as tables: at so many seconds an event happens, and the run goes on in this way.

use http::{HeaderMap, StatusCode};
use jiff::SignedDuration;
use planner::plan::StepId;
use planner::snapshot::Parts;

use super::*;
use crate::apply::ApplyError;
use crate::gcp::{self, error::ApiError};

/// An event that the pacer is told of.
enum Event {
    /// A pass is about to begin.
    Pass,
    /// A verdict: nothing before so many milliseconds have passed.
    Wait(i64),
    /// The verdict to act.
    Act,
    /// Steps, of which one was carried out so often.
    Steps(Option<u32>),
    /// The outcome of steps.
    Outcome(Outcome),
    /// Other work, which is neither a wait nor a step.
    Other,
}

use Event::{Act, Other, Pass, Steps, Wait};

const GO: &str = "go";
const HOPELESS: &str = "hopeless";

fn instant() -> Timestamp {
    "2026-09-01T10:00:00Z".parse().unwrap()
}

/// Tells the pacer what happened, and returns what it says.
fn tell(pacer: &mut Pacer<'_>, elapsed: Duration, event: &Event) -> String {
    let moved = match event {
        Pass => pacer.on_pass(elapsed).map(|()| Move::Go),
        Wait(ms) => {
            let at = instant() + SignedDuration::from_millis(*ms);
            let verdict = Verdict::LookAgain { at, why: "a prefix".to_owned(), awaits: Parts::new() };
            pacer.on_verdict(&verdict, instant(), elapsed)
        }
        Act => pacer.on_verdict(&Verdict::Act(Vec::new()), instant(), elapsed),
        Steps(again) => Ok(pacer.on_steps(*again)),
        Event::Outcome(outcome) => match pacer.on_outcome(outcome, elapsed) {
            Ok(moved) => Ok(moved),
            Err(Hopeless) => return HOPELESS.to_owned(),
        },
        Other => {
            pacer.on_other_work("an account");
            Ok(Move::Go)
        }
    };
    match moved {
        Ok(Move::Go) => GO.to_owned(),
        Ok(Move::Pause(wait)) => format!("pause {wait:?}"),
        Ok(Move::GiveBack(after)) => format!("give back {after:?}"),
        Ok(Move::Postpone { after, why }) => format!("postpone {after:?}: {why}"),
        Err(Late { after, why }) => format!("late after {after:?}: {why}"),
    }
}

/// Plays one turn of a run within the usual limits that began `earlier` seconds before it: events at so many seconds, and what follows.
#[track_caller]
fn play(earlier: u64, table: &[(u64, Event, &str)]) {
    play_with(&Limits::default(), 2000, earlier, table);
}

#[track_caller]
fn play_with(limits: &Limits, look_again_ms: u64, earlier: u64, table: &[(u64, Event, &str)]) {
    let mut pacer = Pacer::new(limits, Duration::from_millis(look_again_ms), Duration::from_secs(earlier));
    for (row, (elapsed, event, expected)) in table.iter().enumerate() {
        let said = tell(&mut pacer, Duration::from_secs(*elapsed), event);
        assert_eq!(said, *expected, "row {row}, at {elapsed} s");
    }
}

fn google(reason: &str) -> ApplyError {
    let body = format!(r#"{{"error":{{"code":400,"message":"m","errors":[{{"reason":"{reason}"}}]}}}}"#);
    let error = ApiError::read("x", StatusCode::BAD_REQUEST, &HeaderMap::new(), body.as_bytes());
    ApplyError::Cloud(gcp::Error::Api(Box::new(error)))
}

fn in_use() -> ApplyError {
    google("resourceInUseByAnotherResource")
}

fn busy() -> ApplyError {
    google("resourceNotReady")
}

/// An error that may pass by itself, and does not say what it waits for.
fn odd() -> ApplyError {
    ApplyError::RouterChanged { region: "r".to_owned(), router: "a".to_owned() }
}

/// An error that does not pass by itself.
fn final_error() -> ApplyError {
    ApplyError::NoCloud
}

/// A pass that changed so many things, and in which so many others went wrong.
fn outcome(changes: usize, errors: impl IntoIterator<Item = ApplyError>) -> Event {
    let failed = errors.into_iter().map(|error| (StepId::State, error)).collect();
    Event::Outcome(Outcome { changes, failed, ..Outcome::default() })
}

#[test]
fn what_comes_soon_is_waited_for_and_what_takes_long_is_postponed() {
    play(
        0,
        &[
            (0, Wait(-5000), "pause 0ns"),
            (0, Wait(0), "pause 0ns"),
            (0, Wait(5000), "pause 5s"),
            (5, Wait(5001), "postpone 5.001s: a prefix"),
        ],
    );
    // The first pause may be longer than a worker is kept for anything else.
    play_with(
        &Limits::default(),
        9000,
        0,
        &[(0, Wait(9000), "pause 9s"), (9, Wait(9001), "postpone 9.001s: a prefix")],
    );
}

#[test]
fn a_turn_ends_when_it_has_waited_half_a_minute_in_a_row() {
    play(
        0,
        &[
            (0, Wait(5000), "pause 5s"),
            (9, Wait(5000), "pause 5s"),
            (18, Wait(5000), "pause 5s"),
            (27, Wait(5000), "pause 5s"),
            (36, Wait(5000), "pause 5s"),
            (45, Wait(5000), "pause 5s"),
            (54, Wait(1), "give back 1ms"),
        ],
    );
    // Whatever else happens in between begins the count anew.
    play(
        0,
        &[
            (0, Wait(5000), "pause 5s"),
            (5, Wait(5000), "pause 5s"),
            (10, Wait(5000), "pause 5s"),
            (15, Wait(5000), "pause 5s"),
            (20, Wait(5000), "pause 5s"),
            (25, Act, GO),
            (30, Wait(5000), "pause 5s"),
            (35, Wait(5000), "pause 5s"),
        ],
    );
}

#[test]
fn a_run_is_late_after_a_quarter_of_an_hour_with_all_its_turns() {
    play(0, &[(5000, Pass, GO)]);
    play(
        0,
        &[
            (895, Wait(5000), "pause 5s"),
            (900, Pass, GO),
            (900, Wait(5000), "pause 5s"),
            (901, Pass, "late after 901s: a prefix"),
        ],
    );
    play(
        890,
        &[
            (0, outcome(1, []), GO),
            (10, Pass, GO),
            (10, outcome(1, []), GO),
            (11, Pass, "late after 901s: steps that fail"),
        ],
    );
    play(900, &[(0, Other, GO), (1, Pass, "late after 901s: an account")]);
    // A turn is not given back where it could not be taken up again.
    let mut table: Vec<_> = (0..6).map(|_| (0, Wait(5000), "pause 5s")).collect();
    table.extend([(30, Wait(2000), "give back 2s"), (31, Wait(2000), "late after 901s: a prefix")]);
    play(870, &table);
    // A long wait is none of the run's time, and a pause before a repetition is not held against it.
    play(900, &[(1, Wait(600_000), "postpone 600s: a prefix")]);
    play(900, &[(1, Steps(Some(1)), "pause 4s"), (5, Pass, GO)]);
}

#[test]
fn only_a_turn_that_ended_a_short_time_ago_is_gone_on_with() {
    assert!(is_next_turn(Duration::from_secs(299)));
    assert!(!is_next_turn(Duration::from_secs(300)));
}

#[test]
fn a_repetition_comes_after_a_pause_that_doubles() {
    play(
        0,
        &[
            (0, Steps(None), GO),
            (0, Steps(Some(1)), "pause 4s"),
            (4, Steps(Some(1)), GO),
            (4, Steps(Some(2)), "pause 8s"),
            (12, Steps(Some(2)), GO),
            (12, Steps(Some(3)), "pause 16s"),
            (28, Steps(Some(3)), GO),
            (28, Steps(Some(4)), "pause 30s"),
            (58, Steps(Some(4)), GO),
            (58, Steps(Some(7)), "pause 30s"),
            (88, Steps(None), GO),
            (88, Steps(Some(7)), "pause 30s"),
        ],
    );
    // Past the fourth it does not grow, however short the first one is.
    play_with(
        &Limits::default(),
        100,
        0,
        &[(0, Steps(Some(4)), "pause 1.6s"), (0, Steps(Some(5)), "pause 1.6s")],
    );
}

#[test]
fn three_passes_in_a_row_that_change_nothing_are_hopeless() {
    play(
        0,
        &[
            (0, outcome(0, [odd()]), "pause 2s"),
            (2, outcome(0, [odd(), busy()]), "pause 2s"),
            (4, outcome(1, [odd()]), "pause 2s"),
            (6, outcome(0, [odd()]), "pause 2s"),
            (8, outcome(0, [odd()]), "pause 2s"),
            (10, outcome(0, []), GO),
            (10, outcome(0, [odd()]), "pause 2s"),
            (12, outcome(0, [odd()]), "pause 2s"),
            (14, outcome(0, [odd()]), HOPELESS),
        ],
    );
    let limits = Limits { idle_passes: 1, ..Limits::default() };
    play_with(&limits, 2000, 0, &[(0, outcome(0, [odd()]), HOPELESS)]);
}

#[test]
fn what_does_not_pass_by_itself_is_hopeless_at_once_unless_something_changed() {
    play(0, &[(0, outcome(0, [in_use(), final_error()]), HOPELESS)]);
    play(0, &[(0, outcome(1, [final_error()]), "pause 2s"), (2, outcome(0, [final_error()]), HOPELESS)]);
}

#[test]
fn what_goes_on_elsewhere_is_tried_again_after_pauses_that_double() {
    let pauses = |look_again, pauses: &[&str]| {
        let rows: Vec<_> = pauses.iter().map(|pause| (0, outcome(0, [busy(), in_use()]), *pause)).collect();
        play_with(&Limits::default(), look_again, 0, &rows);
    };
    pauses(
        200,
        &[
            "pause 200ms",
            "pause 400ms",
            "pause 800ms",
            "pause 1.6s",
            "pause 3.2s",
            "pause 6.4s",
            "pause 12.8s",
            "pause 15s",
        ],
    );
    pauses(2000, &["pause 2s", "pause 4s", "pause 8s", "pause 15s", "pause 15s"]);
    pauses(20_000, &["pause 20s", "pause 20s"]);
    play(
        0,
        &[
            (0, outcome(0, [busy()]), "pause 2s"),
            (0, outcome(0, [busy()]), "pause 4s"),
            (0, outcome(1, [busy(), odd()]), "pause 2s"),
            (0, outcome(0, [busy()]), "pause 2s"),
            (0, outcome(0, []), GO),
            (0, outcome(0, [busy()]), "pause 2s"),
        ],
    );
}

#[test]
fn what_is_in_use_is_waited_for_two_minutes_and_what_is_busy_until_the_deadline() {
    play(
        600,
        &[
            (119, outcome(0, [in_use()]), "pause 2s"),
            (120, outcome(0, [in_use()]), "pause 4s"),
            (121, outcome(0, [in_use()]), "pause 8s"),
            (122, outcome(0, [in_use()]), HOPELESS),
        ],
    );
    let mut table: Vec<_> = (0..9).map(|_| (290, outcome(0, [busy()]), "pause 15s")).collect();
    table.splice(..3, [(290, outcome(0, [busy()]), "pause 2s"), (290, outcome(0, [busy()]), "pause 4s")]);
    table.insert(2, (290, outcome(0, [busy()]), "pause 8s"));
    table.push((301, Pass, "late after 901s: steps that fail"));
    play(600, &table);
}

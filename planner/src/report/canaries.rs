//! What is known of canaries, in numbers.

use std::collections::BTreeMap;

use crate::journal::{CanaryVerdict, State};
use crate::plan::worker_pool;

/// The verdict of a canary that is being measured, or about to be.
const MEASURING: &str = "measuring";

/// The numbers of canaries in `state`, by worker pool and verdict (`measuring`, `proven`, `failed`, `unknown`, `unseen`, `gone`): those of the
/// migration that is under way, else those that ended the last one.
pub fn canary_numbers(state: &State) -> BTreeMap<(String, &'static str), usize> {
    let mut numbers = BTreeMap::new();
    let tried = &state.journal.canaries.tried;
    for canary in tried {
        let verdict = canary.verdict.map_or(MEASURING, CanaryVerdict::as_str);
        *numbers.entry((canary.pool.clone(), verdict)).or_default() += 1;
    }
    for failure in state.lasting.canary_failed.iter().filter(|_| tried.is_empty()) {
        for who in &failure.who {
            let pool = match failure.verdict {
                // The nodes, as `ZONE/NAME`.
                CanaryVerdict::Failed => worker_pool(who.rsplit('/').next().unwrap_or(who)),
                CanaryVerdict::Unknown
                | CanaryVerdict::Unseen
                | CanaryVerdict::Proven
                | CanaryVerdict::Gone => who,
            };
            *numbers.entry((pool.to_owned(), failure.verdict.as_str())).or_default() += 1;
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(state: &State) -> Vec<(String, &'static str, usize)> {
        canary_numbers(state).into_iter().map(|((pool, verdict), number)| (pool, verdict, number)).collect()
    }

    #[test]
    fn what_is_under_way_counts_and_else_what_ended_it() {
        let mut state = State::default();
        assert_eq!(numbers(&state), []);
        let failure = |verdict, who| {
            let failure =
                format!(r#"{{"verdict":"{verdict}","who":["{who}"],"at":"2026-09-01T10:00:00Z","saw":""}}"#);
            Some(failure.parse().unwrap())
        };
        state.lasting.canary_failed = failure("failed", "z/c-p-z1-a-b");
        assert_eq!(numbers(&state), [("c-p".to_owned(), "failed", 1)]);
        state.lasting.canary_failed = failure("unknown", "c-q");
        assert_eq!(numbers(&state), [("c-q".to_owned(), "unknown", 1)]);
        let canary = |pool: &str, verdict: &str| {
            format!(
                r#"{{"pool":"{pool}","vm":"z/{pool}-z1-a-b","pods":[],"control":null,"since":"2026-09-01T10:00:00Z","verdict":{verdict}}}"#
            )
        };
        let tried = [canary("c-p", "null"), canary("c-q", "\"unknown\""), canary("c-q", "\"unknown\"")];
        state.journal.canaries = format!(r#"{{"tried":[{}]}}"#, tried.join(",")).parse().unwrap();
        assert_eq!(numbers(&state), [("c-p".to_owned(), "measuring", 1), ("c-q".to_owned(), "unknown", 2)]);
    }
}

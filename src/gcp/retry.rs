//! The one retry rule. Pure: an error and the policy in, a wait or the end out.

use std::time::Duration;

use super::error::{ApiError, Class, Error};
use super::policy::Policy;
use super::transport::Sent;

/// The wait before a call is sent again whose attempt number `attempt` (from 1) failed with `error`; none: it is not sent again.
///
/// What the server refused for its rate, and what never left, had no effect and is always sent again. What may have had
/// one is sent again only if that is harmless: it is a read, or it bears a `requestId` by which the server knows it.
/// `unit` is a random number in `0.0..1.0`.
pub(super) fn wait(
    error: &Error,
    replayable: bool,
    attempt: u32,
    policy: &Policy,
    unit: f64,
) -> Option<Duration> {
    if attempt >= policy.attempts {
        return None;
    }
    let backoff = backoff(attempt, policy, unit);
    match error {
        Error::Api(error) => match error.class() {
            Class::Throttled => Some(throttled(error, backoff, policy, unit)),
            Class::Unavailable if replayable => Some(backoff.max(error.retry_after.unwrap_or_default())),
            _ => None,
        },
        Error::Transport { cause, .. } => (cause.sent == Sent::No || replayable).then_some(backoff),
        Error::Auth(error) => error.is_transient().then_some(backoff),
        Error::Operation(_)
        | Error::Decode { .. }
        | Error::Request { .. }
        | Error::Name { .. }
        | Error::Incomplete { .. }
        | Error::Deadline { .. }
        | Error::OutcomeUnknown { .. } => None,
    }
}

/// The time for attempt number `attempt` (from 1) of a call. `again`: it may be followed by another one.
pub(super) fn time_for(attempt: u32, again: bool, policy: &Policy) -> Duration {
    let doublings = attempt.saturating_sub(1).min(20);
    let growing = policy.attempt_first.saturating_mul(1 << doublings);
    if again { growing.min(policy.attempt_timeout) } else { policy.attempt_timeout }
}

/// The wait that doubles from attempt to attempt. A random half of it is taken away, so that callers that failed together do not come
/// back together.
fn backoff(attempt: u32, policy: &Policy, unit: f64) -> Duration {
    let doublings = attempt.saturating_sub(1).min(20);
    policy
        .backoff
        .saturating_mul(1 << doublings)
        .min(policy.backoff_max)
        .mul_f64(1.0 - unit.clamp(0.0, 1.0) / 2.0)
}

/// The wait after a refusal for the rate. Rates are counted per full minute of the server's clock: before the next one, every attempt is
/// refused. The limit of concurrent operations has no window; neither has a server that does not tell its time.
fn throttled(error: &ApiError, backoff: Duration, policy: &Policy, unit: f64) -> Duration {
    let spread = policy.rate_spread.mul_f64(unit.clamp(0.0, 1.0));
    let window = match error.server_time {
        Some(time) if !error.is_concurrency_limit() => {
            let into = u64::try_from(time.as_second().rem_euclid(60)).unwrap_or_default();
            Some(Duration::from_secs(60 - into).min(policy.rate_window))
        }
        _ => None,
    };
    match (error.retry_after, window) {
        (Some(asked), _) => backoff.max(asked + spread),
        (None, Some(window)) => window + spread,
        (None, None) => backoff,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gcp::transport::TransportError;
    use http::{HeaderMap, StatusCode};

    const POLICY: Policy = Policy {
        attempts: 5,
        retry_for: Duration::from_secs(300),
        attempt_first: Duration::from_secs(10),
        attempt_timeout: Duration::from_secs(60),
        backoff: Duration::from_secs(1),
        backoff_max: Duration::from_secs(4),
        rate_window: Duration::from_secs(60),
        rate_spread: Duration::from_secs(10),
        poll_first: Duration::from_secs(1),
        poll_interval: Duration::from_secs(5),
        deadline: Duration::from_secs(600),
    };

    fn api(status: u16, reason: &str, headers: &[(&str, &str)]) -> Error {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(http::HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
        }
        let body = format!(r#"{{"error":{{"code":{status},"errors":[{{"reason":"{reason}"}}]}}}}"#);
        let status = StatusCode::from_u16(status).unwrap();
        Error::Api(Box::new(ApiError::read("PATCH x", status, &map, body.as_bytes())))
    }

    fn broken(sent: Sent) -> Error {
        Error::Transport { call: "PATCH x".into(), cause: TransportError::new(sent, "reset") }
    }

    #[test]
    fn what_may_have_had_an_effect_is_sent_again_only_if_that_is_harmless() {
        // error, sent again if replayable, sent again if not
        let table = [
            (broken(Sent::No), true, true),
            (broken(Sent::Maybe), true, false),
            (api(403, "rateLimitExceeded", &[]), true, true),
            (api(403, "userRateLimitExceeded", &[]), true, true),
            (api(403, "RATE_LIMIT_EXCEEDED", &[]), true, true),
            (api(429, "", &[]), true, true),
            (api(408, "", &[]), true, false),
            (api(500, "internalError", &[]), true, false),
            (api(503, "backendError", &[]), true, false),
            (api(403, "quotaExceeded", &[]), false, false),
            (api(403, "forbidden", &[]), false, false),
            (api(400, "resourceNotReady", &[]), false, false),
            (api(412, "conditionNotMet", &[]), false, false),
            (api(404, "notFound", &[]), false, false),
            (api(409, "alreadyExists", &[]), false, false),
        ];
        for (error, replayable, not) in table {
            assert_eq!(wait(&error, true, 1, &POLICY, 0.0).is_some(), replayable, "{error}");
            assert_eq!(wait(&error, false, 1, &POLICY, 0.0).is_some(), not, "{error}");
            assert_eq!(wait(&error, true, POLICY.attempts, &POLICY, 0.0), None, "the last attempt: {error}");
        }
    }

    #[test]
    fn what_may_be_sent_again_is_given_up_early_at_first_and_what_may_not_has_the_whole_time() {
        let seconds =
            |again| [1, 2, 3, 4, 8, u32::MAX].map(|attempt| time_for(attempt, again, &POLICY).as_secs());
        assert_eq!(seconds(true), [10, 20, 40, 60, 60, 60]);
        assert_eq!(seconds(false), [60; 6]);
    }

    #[test]
    fn the_wait_is_what_the_server_asks_or_the_next_window_or_grows() {
        let date = ("date", "Sat, 21 Nov 2026 10:00:15 GMT");
        // error, attempt, random number, seconds
        let table = [
            (broken(Sent::No), 1, 0.0, 1.0),
            (broken(Sent::No), 2, 0.0, 2.0),
            (broken(Sent::No), 4, 0.0, 4.0),
            (broken(Sent::No), 4, 1.0, 2.0),
            (api(503, "", &[("retry-after", "30")]), 1, 0.5, 30.0),
            (api(503, "", &[("retry-after", "0")]), 1, 0.0, 1.0),
            (api(403, "rateLimitExceeded", &[date]), 1, 0.0, 45.0),
            (api(403, "rateLimitExceeded", &[date]), 1, 0.5, 50.0),
            (api(403, "rateLimitExceeded", &[date, ("retry-after", "3")]), 1, 0.5, 8.0),
            (api(403, "rateLimitExceeded", &[]), 2, 0.0, 2.0),
        ];
        for (error, attempt, unit, seconds) in table {
            assert_eq!(
                wait(&error, true, attempt, &POLICY, unit),
                Some(Duration::from_secs_f64(seconds)),
                "{error} {attempt} {unit}"
            );
        }
    }
}

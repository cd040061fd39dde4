//! The clock of the server: real, scaled or manual.

use std::str::FromStr;
use std::time::Duration;

use tokio::time::Instant as Monotonic;

use crate::time::Instant;

/// The pace of the server's time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pace {
    /// Time passes as real time does, this many times as fast.
    Scaled(f64),
    /// Time passes only by `POST /_fake/clock`.
    Manual,
}

/// A pace that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' is no clock: use real, manual, or scaled=N with N greater than 0 (scaled=60: a minute per second)"
)]
pub struct BadPace(String);

impl FromStr for Pace {
    type Err = BadPace;

    fn from_str(text: &str) -> Result<Self, BadPace> {
        match text {
            "real" => Ok(Self::Scaled(1.0)),
            "manual" => Ok(Self::Manual),
            _ => {
                let factor = text.strip_prefix("scaled=").and_then(|factor| factor.parse::<f64>().ok());
                let factor = factor.filter(|factor| factor.is_finite() && *factor > 0.0);
                factor.map(Self::Scaled).ok_or_else(|| BadPace(text.to_owned()))
            }
        }
    }
}

/// A clock of the server.
#[derive(Debug, Clone)]
pub struct Clock {
    pace: Pace,
    origin: Instant,
    started: Monotonic,
}

impl Clock {
    /// A clock that now shows `origin`.
    pub fn new(pace: Pace, origin: Instant) -> Self {
        Self { pace, origin, started: Monotonic::now() }
    }

    /// The instant on the wall clock: where a server without `--start-at` starts, and where those who call it are.
    #[expect(clippy::disallowed_methods, reason = "the seam: real time, in which clients sign")]
    pub fn wall() -> Instant {
        jiff::Timestamp::now().into()
    }

    /// The day on the wall clock, by which certificates are dated.
    pub fn today() -> jiff::civil::Date {
        jiff::Timestamp::from(Self::wall()).to_zoned(jiff::tz::TimeZone::UTC).date()
    }

    /// The instant that the clock shows.
    pub fn now(&self) -> Instant {
        match self.pace {
            Pace::Scaled(factor) => self.origin + scaled(self.started.elapsed(), factor),
            Pace::Manual => self.origin,
        }
    }

    /// Advances a manual clock; false if it is another one.
    pub fn advance(&mut self, by: Duration) -> bool {
        let manual = self.pace == Pace::Manual;
        if manual {
            self.origin = self.origin + by;
        }
        manual
    }

    /// Time to sleep until the clock shows `instant`; none for a manual clock, which nobody can wait for.
    pub fn until(&self, instant: Instant) -> Option<Duration> {
        match self.pace {
            Pace::Scaled(factor) => Some(scaled(instant.since(self.now()), factor.recip())),
            Pace::Manual => None,
        }
    }
}

/// A span times a factor; one that is too long for a `Duration` is the longest of all.
fn scaled(span: Duration, factor: f64) -> Duration {
    Duration::try_from_secs_f64(span.as_secs_f64() * factor).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paces() {
        for (text, want) in [
            ("real", Some(Pace::Scaled(1.0))),
            ("manual", Some(Pace::Manual)),
            ("scaled=60", Some(Pace::Scaled(60.0))),
            ("scaled=0", None),
            ("scaled=-1", None),
            ("scaled=inf", None),
            ("scaled=NaN", None),
            ("fast", None),
        ] {
            assert_eq!(text.parse().ok(), want, "{text}");
        }
    }

    #[test]
    fn spans_that_are_too_long_are_the_longest() {
        let second = Duration::from_secs(1);
        for (factor, want) in [
            (60.0, Duration::from_secs(60)),
            (1e300, Duration::MAX),
            (1e-300, Duration::ZERO),
            (1e-300_f64.recip(), Duration::MAX),
            (f64::NAN, Duration::MAX),
        ] {
            assert_eq!(scaled(second, factor), want, "{factor}");
        }
    }
}

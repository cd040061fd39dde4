//! Time as the fake knows it: an [`Instant`] on a clock that somebody else owns.
//!
//! Nothing here reads a clock. Instants are microseconds since the Unix epoch, so they order, add and
//! serialise exactly; the formatter prints them as Google prints `creationTimestamp`.

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;
use std::time::Duration;

use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A point in time: microseconds since the Unix epoch.
///
/// `Display` and serde use RFC 3339 with milliseconds and Google's offset (`2024-05-01T01:02:03.004-07:00`);
/// [`FromStr`] accepts any RFC 3339 timestamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(i64);

impl Instant {
    /// The Unix epoch.
    pub const EPOCH: Self = Self(0);

    /// The instant of so many microseconds since the Unix epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the Unix epoch.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the Unix epoch, rounded down.
    pub const fn as_secs(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// Time passed since `earlier`; zero if `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, rhs: Duration) -> Self {
        Self(self.0.saturating_add(micros(rhs)))
    }
}

impl Sub<Duration> for Instant {
    type Output = Self;

    fn sub(self, rhs: Duration) -> Self {
        Self(self.0.saturating_sub(micros(rhs)))
    }
}

impl From<jiff::Timestamp> for Instant {
    fn from(timestamp: jiff::Timestamp) -> Self {
        Self(timestamp.as_microsecond())
    }
}

impl From<Instant> for jiff::Timestamp {
    /// The timestamp of an instant; those outside jiff's range (years -9999 to 9999) are clamped to it.
    fn from(instant: Instant) -> Self {
        Self::from_microsecond(instant.0).unwrap_or(if instant.0 < 0 { Self::MIN } else { Self::MAX })
    }
}

impl fmt::Display for Instant {
    /// Prints Pacific Standard Time without daylight saving: Google prints the offset of its head office, and clients must
    /// parse whatever offset they get.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zoned = jiff::Timestamp::from(*self).to_zoned(TimeZone::fixed(Offset::constant(-8)));
        write!(f, "{}", zoned.strftime("%Y-%m-%dT%H:%M:%S%.3f%:z"))
    }
}

impl FromStr for Instant {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<jiff::Timestamp>().map(Self::from)
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_google_and_reads_back() {
        let instant: Instant = "2024-05-01T01:02:03.004Z".parse().unwrap();
        assert_eq!(instant.to_string(), "2024-04-30T17:02:03.004-08:00");
        assert_eq!(instant.to_string().parse::<Instant>().unwrap(), instant);
    }

    #[test]
    fn arithmetic_saturates() {
        let later = Instant::EPOCH + Duration::from_secs(2);
        assert_eq!(later.since(Instant::EPOCH), Duration::from_secs(2));
        assert_eq!(Instant::EPOCH.since(later), Duration::ZERO);
        assert_eq!(later - Duration::from_secs(2), Instant::EPOCH);
    }
}

//! Durations on the command line: `60s`, `1m30s`, `250ms`.

use std::time::Duration;

/// Reads a duration.
///
/// # Errors
/// The reason why `text` is no duration, for the command line.
pub(super) fn parse(text: &str) -> Result<Duration, String> {
    let span: jiff::SignedDuration = text.parse().map_err(|_| {
        format!("{text:?} is not a duration: write a number with a unit, like 60s, 1m30s or 250ms")
    })?;
    Duration::try_from(span).map_err(|_| format!("{text:?} is negative"))
}

#[cfg(test)]
mod tests {
    use super::parse;
    use std::time::Duration;

    #[test]
    fn durations() {
        assert_eq!(parse("60s"), Ok(Duration::from_secs(60)));
        assert_eq!(parse("1m30s"), Ok(Duration::from_secs(90)));
        assert_eq!(parse("250ms"), Ok(Duration::from_millis(250)));
        assert_eq!(parse("0s"), Ok(Duration::ZERO));
        for wrong in ["60", "", "-1s", "soon"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}

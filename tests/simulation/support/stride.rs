//! Sweeps over every call of a kind, of which each run of the tests tries a part.

/// One out of so many calls is tried: `usual`, or what the environment variable says; with 1 each is.
pub(crate) fn stride(variable: &str, usual: u32) -> u32 {
    std::env::var(variable).map_or(usual, |text| text.parse().unwrap())
}

//! Readings that may fail without harm: what could not be read is a value, too.

use std::fmt;

/// What a decision can do without, as far as it could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Reading<T> {
    /// Nothing depends on it.
    #[default]
    Unread,
    /// The reading failed, for this reason.
    Unknown(Obstacle),
    /// The value that was read.
    Known(T),
}

/// Why something could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Obstacle {
    /// The credentials may not read it.
    Denied,
    /// The API is switched off in the project.
    Off,
    /// Nobody gave the controller a way to the API.
    NoAccess,
    /// The API did not answer, or not as it should.
    Silent,
}

impl<T> Reading<T> {
    /// The value that was read; none if nothing was.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unread | Self::Unknown(_) => None,
        }
    }

    /// Why it could not be read; none if it was, or was not asked for.
    pub fn obstacle(&self) -> Option<Obstacle> {
        match self {
            Self::Unknown(obstacle) => Some(*obstacle),
            Self::Unread | Self::Known(_) => None,
        }
    }
}

/// The reason, in words.
impl fmt::Display for Obstacle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Denied => "the credentials may not read them",
            Self::Off => "the API is off",
            Self::NoAccess => "there is no Secret with a way to the API",
            Self::Silent => "the API did not answer as it should",
        })
    }
}

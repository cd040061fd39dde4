//! What can go wrong with a call to the seed.

use thiserror::Error;

/// A call that failed, with the object that it was about.
#[derive(Debug, Error)]
pub enum Error {
    /// The API server refused, or could not be reached.
    #[error("cannot {verb} {object}")]
    Call {
        /// What was tried.
        verb: &'static str,
        /// Kind and name.
        object: String,
        /// What the client says.
        #[source]
        source: Box<kube::Error>,
    },
    /// Somebody else changed the object since it was read.
    #[error("{object} was changed by somebody else since it was read: it is read again")]
    Changed {
        /// Kind and name.
        object: String,
    },
    /// The API server accepted a write and answers with something else.
    #[error("{object} was written, but reads differently: {field} is not what was sent")]
    NotKept {
        /// Kind and name.
        object: String,
        /// The field.
        field: &'static str,
    },
    /// The object says something that is not in its form.
    #[error("{object} cannot be read: {field}: {problem}")]
    NotUnderstood {
        /// Kind and name.
        object: String,
        /// The path of the field, shortened.
        field: String,
        /// What is wrong with it, shortened.
        problem: String,
    },
    /// The object is gone.
    #[error("{object} does not exist")]
    Missing {
        /// Kind and name.
        object: String,
    },
}

impl Error {
    /// The error of a call.
    pub(super) fn call(verb: &'static str, object: impl Into<String>) -> impl FnOnce(kube::Error) -> Self {
        let object = object.into();
        move |source| match &source {
            kube::Error::Api(status) if status.code == 409 => Self::Changed { object },
            kube::Error::Api(status) if status.code == 404 => Self::Missing { object },
            _ => Self::Call { verb, object, source: Box::new(source) },
        }
    }

    /// Whether the object is there, and is not in its form: so it stays until somebody writes it anew.
    pub fn is_of_content(&self) -> bool {
        matches!(self, Self::NotUnderstood { .. })
    }

    /// Whether the API server cannot be reached now, which is told where that shows, see [`super::Reach`].
    pub fn is_away(&self) -> bool {
        matches!(self, Self::Call { source, .. } if super::is_away(source))
    }

    /// Whether the object is gone.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing { .. })
    }
}

/// What was asked for, if it exists. What is of a kind that the API server does not serve does not exist either, in whichever words
/// it says that.
pub(super) fn found<T>(answer: kube::Result<T>) -> kube::Result<Option<T>> {
    match answer {
        Err(kube::Error::Api(status)) if status.code == 404 => Ok(None),
        answer => answer.map(Some),
    }
}

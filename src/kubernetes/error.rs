//! The errors of calls to the seed.

use thiserror::Error;

/// An error of a call, with the object that the call was about.
#[derive(Debug, Error)]
pub enum Error {
    /// The API server refused, or could not be reached.
    #[error("cannot {verb} {object}")]
    Call {
        /// The verb for what was tried, as in `cannot get Cluster a`.
        verb: &'static str,
        /// The kind and the name of the object.
        object: String,
        /// The error of the client library.
        #[source]
        source: Box<kube::Error>,
    },
    /// The object was changed by somebody else since it was read.
    #[error("{object} was changed by somebody else since it was read: it is read again")]
    Changed {
        /// The kind and the name of the object.
        object: String,
    },
    /// The API server accepted a write and answers with something else.
    #[error("{object} was written, but reads differently: {field} is not what was sent")]
    NotKept {
        /// The kind and the name of the object.
        object: String,
        /// The path of the field.
        field: &'static str,
    },
    /// The object does not have the form of its kind.
    #[error("{object} cannot be read: {field}: {problem}")]
    NotUnderstood {
        /// The kind and the name of the object.
        object: String,
        /// The path of the field, shortened.
        field: String,
        /// The reason why it cannot be decoded, shortened.
        problem: String,
    },
    /// The object does not exist.
    #[error("{object} does not exist")]
    Missing {
        /// The kind and the name of the object.
        object: String,
    },
}

impl Error {
    /// The error of a call that tried to `verb` the `object`.
    pub(super) fn call(verb: &'static str, object: impl Into<String>) -> impl FnOnce(kube::Error) -> Self {
        let object = object.into();
        move |source| match &source {
            kube::Error::Api(status) if status.code == 409 => Self::Changed { object },
            kube::Error::Api(status) if status.code == 404 => Self::Missing { object },
            _ => Self::Call { verb, object, source: Box::new(source) },
        }
    }

    /// Whether the object is there and cannot be decoded, which stays so until somebody writes it anew.
    pub fn is_of_content(&self) -> bool {
        matches!(self, Self::NotUnderstood { .. })
    }

    /// Whether the API server cannot be reached now, which [`super::Reach`] tells once for all calls.
    pub fn is_away(&self) -> bool {
        matches!(self, Self::Call { source, .. } if super::is_away(source))
    }

    /// Whether the object does not exist.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing { .. })
    }
}

/// The object that was asked for, if it exists. An object of a kind that the API server does not serve does not exist either, in
/// whichever words the server says that.
pub(super) fn found<T>(answer: kube::Result<T>) -> kube::Result<Option<T>> {
    match answer {
        Err(kube::Error::Api(status)) if status.code == 404 => Ok(None),
        answer => answer.map(Some),
    }
}

//! The errors of credentials. Members are named, values never shown.

use std::fmt;

use planner::text::remark;

use crate::gcp::error::Class;

/// Credentials that cannot be used, or not now.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialError {
    /// The error of credentials that an object bears, with that object.
    #[error("{place}: {source}")]
    In {
        /// The object, e.g. a Secret.
        place: String,
        /// The error of the credentials.
        source: Box<CredentialError>,
    },
    /// The Secret has no credentials.
    #[error(
        "neither serviceaccount.json nor credentialsConfig nor config is there; put the key file of a service account, or a workload identity, there"
    )]
    NoCredentials,
    /// The credentials are not JSON.
    #[error(
        "the credentials are not JSON (line {line}, column {column}); put the key file of a service account there, or the configuration of a workload identity"
    )]
    NotJson {
        /// The line where it stops being JSON, from 1.
        line: usize,
        /// The column there, from 1.
        column: usize,
    },
    /// The credentials are JSON, but not an object.
    #[error(
        "the credentials are not a JSON object; put the key file of a service account there, or the configuration of a workload identity"
    )]
    NotAnObject,
    /// A member of the credentials is not there, or is empty.
    #[error("member {member:?} of the credentials is missing or empty; put the whole document there")]
    Missing {
        /// The name of the member.
        member: &'static str,
    },
    /// A member of the credentials is there but cannot be right.
    #[error("member {member:?} of the credentials is not {expected}")]
    Malformed {
        /// The name of the member.
        member: &'static str,
        /// The words for what the member should be.
        expected: &'static str,
    },
    /// The member `type` names no known kind of credentials.
    #[error("member \"type\" of the credentials names an unknown credential type{}; known are \"service_account\" and \"external_account\"", quoted(.named))]
    UnknownType {
        /// The value of `type`, if that looks like a type.
        named: Option<String>,
    },
    /// The key `config` is not YAML, or has a key twice.
    #[error("config is not the YAML or JSON of a WorkloadIdentityConfig (line {line}, column {column})")]
    NotYaml {
        /// The line where it goes wrong, from 1; 0: not known.
        line: u64,
        /// The column there, from 1; 0: not known.
        column: u64,
    },
    /// The key `config` has a field that a `WorkloadIdentityConfig` has not.
    #[error("config has an unknown field{}; a WorkloadIdentityConfig has apiVersion, kind, projectID and credentialsConfig", quoted(.named))]
    UnknownField {
        /// The name of the field, if that looks like a name.
        named: Option<String>,
    },
    /// A workload identity lies in a Secret that was not made for one.
    #[error("credentials of a workload identity count only in a Secret with the label {label}={value}")]
    NotForWorkloadIdentity {
        /// The key of the label that is missing, or has another value.
        label: &'static str,
        /// The value that the label must have.
        value: &'static str,
    },
    /// The private key signs nothing.
    #[error("member \"private_key\" of the credentials cannot sign: it is not an RSA key in PKCS#8 PEM form")]
    UnusableKey,
    /// The token of somebody else's is not there.
    #[error(
        "{place} has no token that could be exchanged: key \"token\" is missing or empty; it is written by whoever issues tokens for the workload identity"
    )]
    NoSubjectToken {
        /// The object where the token was looked for.
        place: String,
    },
    /// The token of somebody else's cannot be read now.
    #[error("the token to be exchanged cannot be read now: {problem}")]
    SubjectTokenUnreadable {
        /// The words for what is in the way.
        problem: String,
    },
    /// Google refuses to exchange tokens.
    #[error("{step}: status code {status}{}{}{}", listed(.reason), listed(.message), advised(*.class))]
    Refused {
        /// The one of the two exchanges that failed.
        step: ExchangeStep,
        /// The HTTP status of the answer.
        status: u16,
        /// The code of the error; empty if there was none.
        reason: String,
        /// The message of the error, without what could be a token.
        message: String,
        /// The kind of error.
        class: Class,
    },
    /// No answer came to an exchange of tokens.
    #[error("{step}: {problem}; it may pass by itself")]
    NoAnswer {
        /// The one of the two exchanges that failed.
        step: ExchangeStep,
        /// The words for what broke.
        problem: String,
    },
    /// An exchange succeeded without giving a token.
    #[error("{step}: the answer has no member {member:?}")]
    NotAToken {
        /// The one of the two exchanges that failed.
        step: ExchangeStep,
        /// The member that should bear the token.
        member: &'static str,
    },
    /// A token cannot be had now.
    #[error("no token could be had; it may pass by itself")]
    Unavailable,
    /// A token has characters that no header may bear.
    #[error("the token has characters that cannot stand in a header")]
    TokenNotAHeader,
}

impl CredentialError {
    /// Whether the same credentials may work later.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::In { source, .. } => source.is_transient(),
            Self::Unavailable | Self::SubjectTokenUnreadable { .. } | Self::NoAnswer { .. } => true,
            Self::Refused { class, .. } => class.is_transient(),
            _ => false,
        }
    }

    /// The kind of error: of the credentials, if it is not of what they are exchanged with.
    pub fn class(&self) -> Class {
        match self {
            Self::In { source, .. } => source.class(),
            Self::Refused { class, .. } => *class,
            error if error.is_transient() => Class::Unavailable,
            _ => Class::Unauthenticated,
        }
    }

    /// The error for a field of this name.
    pub(crate) fn unknown_field(name: &str) -> Self {
        Self::UnknownField { named: presentable(name) }
    }

    /// The error with the object that bears the credentials.
    pub fn at(self, place: impl Into<String>) -> Self {
        Self::In { place: place.into(), source: Box::new(self) }
    }
}

/// One of the exchanges by which a workload identity comes to its token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExchangeStep {
    /// The exchange of a token of somebody else's for one of Google's, by the Security Token Service.
    SecurityToken,
    /// The exchange of a token of Google's for one of a service account, by the IAM Service Account Credentials API.
    Impersonation,
}

impl fmt::Display for ExchangeStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SecurityToken => "exchange of the token by the Security Token Service",
            Self::Impersonation => "impersonation of the service account",
        })
    }
}

/// The text `name`, if it looks like the name of a type or a field; anything else may be a secret in the wrong place.
pub(super) fn presentable(name: &str) -> Option<String> {
    let letters = name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_');
    let shouts = !name.bytes().any(|b| b.is_ascii_lowercase());
    (letters && !shouts && name.len() <= 40).then(|| name.to_owned())
}

fn quoted(name: &Option<String>) -> String {
    name.as_ref().map(|name| format!(" {name:?}")).unwrap_or_default()
}

/// The advice for errors that are not of the credentials.
fn advised(class: Class) -> String {
    if class == Class::Unauthenticated || class.is_transient() {
        String::new()
    } else {
        format!("; {}", class.advice())
    }
}

fn listed(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(": {}", remark(text)) }
}

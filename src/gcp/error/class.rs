//! The kinds of errors, and the one table from the API's words to them.

/// The kind of an error, as far as it changes what to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Class {
    /// The requests, or the operations at the same time, are too many. Wait.
    Throttled,
    /// The object is being changed by another operation. Wait.
    Busy,
    /// A limit of the project or network is reached. Somebody must raise it.
    Quota,
    /// The object, or one that it refers to, does not exist.
    NotFound,
    /// The change changes nothing (304).
    Unchanged,
    /// The fingerprint is stale (412 to a request that bore one). Read and plan again.
    PreconditionFailed,
    /// The object or the address is in use by something else.
    InUse,
    /// An object of that name exists.
    AlreadyExists,
    /// The credentials are not accepted (401), or cannot be used at all.
    Unauthenticated,
    /// The API is not enabled in the project, or the project does not exist or does not pay.
    ApiDisabled,
    /// A policy forbids it, such as one of the organisation (412 to a request that bore no fingerprint). Somebody must change
    /// the policy, or what is asked for.
    Policy,
    /// The credentials lack a permission.
    Forbidden,
    /// The API does not do this, e.g. a range that hides routes.
    Unsupported,
    /// The request is wrong: a value, a missing field, a conflict of ranges.
    Invalid,
    /// The server failed, or the way to it. Wait.
    Unavailable,
    /// The error is of none of these kinds.
    Other,
}

/// The reasons of errors and codes of operations that are known, without case and underscores, since the API writes
/// `rateLimitExceeded` here and `RATE_LIMIT_EXCEEDED` there. They are those of Compute, of IAM, and of `google.api.ErrorReason`,
/// which any API of Google's may give.
const WORDS: &[(&str, Class)] = &[
    ("ratelimitexceeded", Class::Throttled),
    ("userratelimitexceeded", Class::Throttled),
    ("ratelimitexceededunreg", Class::Throttled),
    ("userratelimitexceededunreg", Class::Throttled),
    ("servinglimitexceeded", Class::Throttled),
    ("concurrentlimitexceeded", Class::Throttled),
    ("concurrentoperationsquotaexceeded", Class::Throttled),
    ("resourceoperationrateexceeded", Class::Throttled),
    ("resourcenotready", Class::Busy),
    ("operationinprogress", Class::Busy),
    // Of IAM: two changes of one object at the same time.
    ("aborted", Class::Busy),
    ("quotaexceeded", Class::Quota),
    ("resourcequotaexceeded", Class::Quota),
    ("limitexceeded", Class::Quota),
    ("dailylimitexceeded", Class::Quota),
    ("notfound", Class::NotFound),
    ("resourcenotfound", Class::NotFound),
    ("conditionnotmet", Class::PreconditionFailed),
    ("resourceinusebyanotherresource", Class::InUse),
    ("ipinusebyanotherresource", Class::InUse),
    ("alreadyexists", Class::AlreadyExists),
    ("resourcealreadyexists", Class::AlreadyExists),
    ("accessnotconfigured", Class::ApiDisabled),
    ("servicedisabled", Class::ApiDisabled),
    ("billingdisabled", Class::ApiDisabled),
    ("billingnotenabled", Class::ApiDisabled),
    ("servicenotvisible", Class::ApiDisabled),
    ("consumerinvalid", Class::ApiDisabled),
    ("consumersuspended", Class::ApiDisabled),
    ("gcpsuspended", Class::ApiDisabled),
    ("securitypolicyviolated", Class::Policy),
    ("locationpolicyviolated", Class::Policy),
    ("locationorgpolicyviolated", Class::Policy),
    ("orgrestrictionviolation", Class::Policy),
    ("resourceusagerestrictionviolated", Class::Policy),
    ("forbidden", Class::Forbidden),
    ("insufficientpermissions", Class::Forbidden),
    ("permissiondenied", Class::Forbidden),
    ("iampermissiondenied", Class::Forbidden),
    ("permissionserror", Class::Forbidden),
    ("userprojectdenied", Class::Forbidden),
    ("accesstokenscopeinsufficient", Class::Forbidden),
    ("unsupportedoperation", Class::Unsupported),
    ("invalid", Class::Invalid),
    ("required", Class::Invalid),
    ("invalidparameter", Class::Invalid),
    ("invalidargument", Class::Invalid),
    ("invalidfieldvalue", Class::Invalid),
    ("invalidusage", Class::Invalid),
    ("backenderror", Class::Unavailable),
    ("internalerror", Class::Unavailable),
    ("unavailable", Class::Unavailable),
    ("deadlineexceeded", Class::Unavailable),
    // Of OAuth.
    ("temporarilyunavailable", Class::Unavailable),
    ("servererror", Class::Unavailable),
];

fn word(reason: &str) -> Option<Class> {
    let bare: String = reason.chars().filter(|c| *c != '_').map(|c| c.to_ascii_lowercase()).collect();
    WORDS.iter().find(|(known, _)| *known == bare).map(|(_, class)| *class)
}

impl Class {
    /// The class of an error with this HTTP status and these reasons or codes; of several the first in the order of
    /// the variants counts, so that what passes by waiting is never taken for final.
    ///
    /// A bare 404 without a reason is not [`NotFound`](Self::NotFound): any proxy says that, and it proves nothing
    /// about an object.
    pub(crate) fn of<'a>(status: Option<u16>, reasons: impl IntoIterator<Item = &'a str>) -> Self {
        let said = reasons.into_iter().filter_map(word).min();
        match (status, said) {
            (_, Some(class @ (Self::Throttled | Self::Busy))) => class,
            (Some(401), _) => Self::Unauthenticated,
            (Some(304), _) => Self::Unchanged,
            (Some(412), _) => Self::PreconditionFailed,
            (Some(429), _) => Self::Throttled,
            // Not implemented: it will not be later either; an endpoint that is none of this API's says so.
            (Some(501), _) => Self::Unsupported,
            (Some(408 | 500..), _) => Self::Unavailable,
            (_, Some(class)) => class,
            // 400 without a better reason is said of what passes by itself too, such as a peering that is being changed.
            (Some(403), None) => Self::Forbidden,
            _ => Self::Other,
        }
    }

    /// The class, told apart by what else is known: whether the answer names the constraint of a policy as data, and whether the request
    /// bore a fingerprint. A failed precondition of one without is no race, but a refusal by a policy.
    pub(super) fn told_apart(self, names_constraint: bool, bore_fingerprint: bool) -> Self {
        match self {
            Self::PreconditionFailed | Self::Forbidden | Self::Invalid | Self::Other if names_constraint => {
                Self::Policy
            }
            Self::PreconditionFailed if !bore_fingerprint => Self::Policy,
            class => class,
        }
    }

    /// Whether waiting, or reading and planning again, may be all that is needed.
    pub fn is_transient(self) -> bool {
        matches!(self, Self::Throttled | Self::Busy | Self::PreconditionFailed | Self::Unavailable)
    }

    /// The advice for people.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Throttled => "too many requests or operations: try later",
            Self::Busy => "another operation is under way: try later",
            Self::Quota => "have the quota raised, or free some of it",
            Self::NotFound => "it, or something it refers to, does not exist",
            Self::Unchanged => "it is as it shall be",
            Self::PreconditionFailed => "it was changed meanwhile: read it again",
            Self::InUse => "remove what uses it first",
            Self::AlreadyExists => "use the one that exists, or remove it",
            Self::Unauthenticated => "check that the service account and its key exist and are enabled",
            Self::Forbidden => "grant the permission to the service account",
            Self::Policy => {
                "a policy forbids it: change what is asked for, or have the policy changed or this project exempted"
            }
            Self::ApiDisabled => "enable the API in the project, or correct the project",
            Self::Unsupported => "the API does not do this in the present state",
            Self::Invalid => "correct the value",
            Self::Unavailable => "it may pass by itself: try later",
            Self::Other => "look at the message",
        }
    }
}

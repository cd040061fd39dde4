//! Rules of service accounts and credentials. Data only.

use crate::evidence::Evidence::{Assumed, Documented, Recorded};
use crate::evidence::{NONE, Rule, rule, switched};

/// The rules of this area, in the order in which they are printed.
pub(super) const RULES: &[Rule] = &[
    rule(
        Recorded,
        "errors have errors[] with domain and reason beside the status",
        "k8s-config-connector HTTP logs (iam_iamserviceaccount-disabled, -full)",
    ),
    rule(
        Recorded,
        "patch changes what updateMask names, and shows that and the name",
        "k8s-config-connector HTTP logs (iam_iamserviceaccount-disabled, -full)",
    ),
    rule(
        Recorded,
        "disable and enable answer {}; a disabled account prints disabled: true",
        "k8s-config-connector HTTP logs (iam_iamserviceaccount-disabled, -full)",
    ),
    rule(
        Recorded,
        "IAM errors have a status and no reason; an absent account is 404 'Unknown service account'",
        "logs of gcloud",
    ),
    rule(
        Documented,
        "projects/-/serviceAccounts/ADDRESS is the account of that address, whose project it says",
        "IAM reference; gcloud calls it so",
    ),
    rule(
        Documented,
        "account ids have 6 to 30 characters; the address is ID@PROJECT.iam.gserviceaccount.com",
        "IAM reference",
    ),
    switched(
        Assumed,
        "IAM calls take effect at once; a new account may be absent (404) for a while, its name taken (409)",
        "the IAM reference speaks of eventual consistency",
        "lags.service_account",
    ),
    rule(Recorded, "the token endpoint answers 400 invalid_grant for an unknown key", "observed by clients"),
    rule(
        Documented,
        "a JWT signed by a service-account key is itself a bearer token",
        "OAuth 2.0 for service accounts",
    ),
    rule(
        Documented,
        "such a JWT has the API as its audience (https://compute.googleapis.com/), or no audience and one of the API's scopes",
        "AIP-4111",
    ),
    rule(
        Documented,
        "a JWT for the token endpoint has its URL as audience; no JWT lives longer than an hour",
        "OAuth 2.0 for service accounts",
    ),
    rule(
        Assumed,
        "the clock of a JWT's signer may be five minutes off; over a socket it is the real one",
        NONE,
    ),
    switched(
        Recorded,
        "an access token is good for 3599 s on its caller's clock",
        "observed by clients",
        "lags.token_lifetime",
    ),
];

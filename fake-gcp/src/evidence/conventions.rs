//! Rules of what all kinds share: operations, lists, filters, errors. Data only.

use crate::evidence::Evidence::{Assumed, Documented, Recorded, SecondHand};
use crate::evidence::{API, LOGS, NONE, Rule, rule, switched};

/// The rules of this area, in the order in which they are printed.
pub(crate) const RULES: &[Rule] = &[
    rule(Documented, "bodies may be packed by gzip", "performance tips of Google's client libraries"),
    rule(Documented, "401 has WWW-Authenticate: Bearer", "RFC 6750"),
    rule(
        Documented,
        "the scheme Bearer is taken in any case, and a token as the parameter access_token",
        "RFC 7235, Google's system parameters",
    ),
    rule(Documented, "booleans may be written as texts", "JSON mapping of protocol buffers"),
    rule(
        Documented,
        "fields and parameters are taken by their name in JSON and by their original one: ip_cidr_range, nat_i_p, max_results",
        "JSON mapping of protocol buffers; the reference says that its URLs are gRPC transcoding",
    ),
    rule(Assumed, "their original names are those of the compute.proto that Google publishes", NONE),
    rule(Assumed, "a field that is sent under both names counts by that in JSON", NONE),
    rule(
        Documented,
        "POST /batch/compute/v1 takes up to 1000 requests as multipart/mixed and answers each by itself",
        "batch guide",
    ),
    rule(Recorded, "fingerprints are URL-safe base64 of 8 bytes, with padding", LOGS),
    rule(
        SecondHand,
        "fingerprints are compared by value: the other alphabet will do",
        "gcloud re-encodes them",
    ),
    rule(
        Documented,
        "setLabels needs the labelFingerprint of the resource: 412 conditionNotMet with another one",
        API,
    ),
    rule(
        Assumed,
        "a field that is not modelled is ignored if its value means nothing (false, 0, empty): Terraform sends such fields always",
        "request bodies of clients",
    ),
    rule(
        SecondHand,
        "a parameter or a field that Google does not have, at any depth: 400 badRequest",
        "errors of Google's other APIs",
    ),
    rule(
        SecondHand,
        "routingConfig.deleteBgpAlwaysCompareMed is taken, though it is not described",
        "Terraform",
    ),
    rule(Assumed, "they are refused before project, permissions and values are looked at", NONE),
    rule(SecondHand, "a path that Google does not have: 404 with a page in HTML", "Google's front end"),
    rule(Documented, "a field mask with a name that the answer cannot have: 400 invalidParameter", API),
    rule(Assumed, "a field mask that is nested deeper than 64 levels: 400 invalidParameter", NONE),
    rule(Assumed, "a filter that is nested deeper than 64 levels: 400 invalid", NONE),
    rule(Assumed, "a page token of another list, or of another order: 400 invalid", NONE),
    rule(
        Recorded,
        "mutations answer with an operation; a failed one is DONE with error.errors[] and HTTP 200",
        LOGS,
    ),
    rule(Recorded, "self links are on www.googleapis.com, whatever host was called", LOGS),
    rule(Recorded, "errors come in the envelope error{code,message,errors[{message,domain,reason}]}", LOGS),
    rule(
        Recorded,
        "another operation in flight on the resource: 400 resourceNotReady",
        "gke-migration#63, cb-spider#221",
    ),
    rule(Assumed, "with recorded latencies, operations are PENDING for up to 300 ms first", NONE),
    rule(
        Assumed,
        "a resource that is just being inserted is absent from reads and 409 alreadyExists for inserts",
        NONE,
    ),
    rule(
        Documented,
        "operations.wait may answer with the current state at any time, after two minutes at most",
        API,
    ),
    rule(Documented, "requestId: a UUID, not zero, echoed as clientOperationId", API),
    switched(
        Assumed,
        "a repeated requestId gives the first operation back, for an hour",
        NONE,
        "lags.request_id",
    ),
    rule(
        Documented,
        "maxResults 0 to 500, default 500; orderBy name or creationTimestamp desc; empty lists have no items",
        API,
    ),
    switched(Assumed, "operations that are DONE are kept for 14 days", NONE, "keep.age"),
    rule(Documented, "two filter languages that must not be mixed; eq and ne match the entire field", API),
    rule(
        Documented,
        "filters in several parentheses are combined by AND",
        "cloud-provider-gcp gce_routes.go",
    ),
    rule(
        Assumed,
        "filters compare resource URLs by path, not by host",
        "cloud-provider-gcp sends its configured endpoint",
    ),
    rule(Assumed, "bad field masks: 400 invalidParameter", NONE),
    rule(Recorded, "insert over an existing name: 409 alreadyExists; absent resources: 404 notFound", LOGS),
];

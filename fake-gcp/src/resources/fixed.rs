//! Fields that are given once: a change may send them only as they are.

use serde_json::Value;

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference;

/// Fields that name a place, which clients write in many forms: `us-east1`, `projects/P/global/regions/us-east1`, its URL.
const PLACES: [&str; 2] = ["region", "zone"];

/// The last part of a reference.
fn last(value: &Value) -> Option<&str> {
    value.as_str().and_then(|text| text.rsplit('/').next())
}

/// Refuses a body that sends one of `fields` with another value than `present` shows. References are compared
/// by what they mean.
pub(crate) fn check(body: &Body, present: &Value, fields: &[&str], project: &str) -> Result<(), ApiError> {
    let path = |value: &Value| value.as_str().and_then(|url| reference::path_of(url, project));
    let changed: Vec<&str> = fields
        .iter()
        .copied()
        .filter(|field| match (body.raw(field), present.get(field)) {
            (Some(sent), Some(present)) if PLACES.contains(field) => last(sent) != last(present),
            (Some(sent), Some(present)) => {
                sent != present && (path(sent).is_none() || path(sent) != path(present))
            }
            (Some(_), None) => true,
            (None, _) => false,
        })
        .collect();
    if changed.is_empty() {
        return Ok(());
    }
    let why = format!(
        "The following field(s) specified in the request cannot be modified: [{}]",
        changed.join(", ")
    );
    let sent = Value::Object(body.clone().into_map()).to_string();
    Err(ApiError::invalid("resource", &sent, &why))
}

//! Labels: what `setLabels` of any kind takes.

use serde_json::{Map, Value};

use crate::api::error::ApiError;
use crate::model::ids::same_fingerprint;
use crate::resources::call::Call;

/// The labels of a call of `setLabels` on a resource whose labels have the fingerprint `present`.
pub(super) fn read(call: &Call<'_>, present: &str) -> Result<Map<String, Value>, ApiError> {
    call.query.only(&["requestId"])?;
    let body = call.body()?;
    body.only(&["labels", "labelFingerprint"])?;
    if !same_fingerprint(body.require("labelFingerprint")?, present) {
        let message = "Labels fingerprint either invalid or resource labels have changed";
        return Err(ApiError::condition_not_met(message));
    }
    let Some(labels) = body.object("labels")? else { return Ok(Map::new()) };
    for name in labels.names() {
        // An empty value is a value.
        if !labels.raw(name).is_some_and(Value::is_string) {
            return Err(labels.invalid(name, "A string is expected."));
        }
    }
    Ok(labels.into_map())
}

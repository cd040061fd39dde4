//! What Google refuses before it looks at a call: names that it does not know.

use serde_json::{Map, Value};

use super::{Api, Holds, Method};
use crate::api::body::means_nothing;
use crate::api::error::ApiError;
use crate::api::fields::Mask;
use crate::api::query::{self, Query};

/// Refuses query parameters that a method does not have.
pub fn check_query(api: &Api, method: &Method, query: &Query) -> Result<(), ApiError> {
    let has = |name: &&str| {
        api.has_parameter(name) || query::SYSTEM.contains(name) || method.parameters.contains(name)
    };
    let unknown = query.names().filter(|name| !has(name)).map(|name| {
        let why = format!(
            "Unknown name \"{name}\": Cannot bind query parameter. Field '{name}' could not be found in request message."
        );
        (String::new(), why)
    });
    refuse(unknown.collect())
}

/// Refuses fields of a body that the schema of the method's requests does not have, at any depth. A value that means nothing
/// is let through, as clients send fields always that no description has; what is no JSON object is left to who reads it.
pub fn check_body(api: &Api, method: &Method, body: &[u8]) -> Result<(), ApiError> {
    let Ok(Value::Object(body)) = serde_json::from_slice(body) else { return Ok(()) };
    let mut unknown = Vec::new();
    match method.request {
        Some(schema) => object(api, schema, "resource", &body, &mut unknown),
        None => unknown.extend(body.keys().map(|name| no_field(name, "resource"))),
    }
    refuse(unknown)
}

/// Refuses a field mask that names fields which the method's answers cannot have.
pub fn check_mask(api: &Api, method: &Method, mask: &Mask) -> Result<(), ApiError> {
    match method.response.and_then(|schema| stranger(api, Holds::Object(schema), mask)) {
        Some(name) => Err(ApiError::invalid_field_selection(name)),
        None => Ok(()),
    }
}

fn object(api: &Api, schema: &str, at: &str, map: &Map<String, Value>, unknown: &mut Vec<(String, String)>) {
    let Some(fields) = api.schemas.get(schema) else { return };
    for (name, value) in map {
        match fields.get(name.as_str()) {
            Some(holds) => inside(api, *holds, &format!("{at}.{name}"), value, unknown),
            None if means_nothing(value) => {}
            None => unknown.push(no_field(name, at)),
        }
    }
}

fn inside(api: &Api, holds: Holds, at: &str, value: &Value, unknown: &mut Vec<(String, String)>) {
    match (holds, value) {
        (_, Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                inside(api, holds, &format!("{at}[{index}]"), item, unknown);
            }
        }
        (Holds::Object(schema), Value::Object(map)) => object(api, schema, at, map, unknown),
        (Holds::Map(Some(schema)), Value::Object(map)) => {
            for (key, value) in map {
                inside(api, Holds::Object(schema), &format!("{at}.{key}"), value, unknown);
            }
        }
        _ => {}
    }
}

fn no_field(name: &str, at: &str) -> (String, String) {
    (at.to_owned(), format!("Unknown name \"{name}\" at '{at}': Cannot find field."))
}

fn refuse(unknown: Vec<(String, String)>) -> Result<(), ApiError> {
    if unknown.is_empty() { Ok(()) } else { Err(ApiError::unknown_names(unknown)) }
}

/// The first name of a mask that what is masked cannot have. `*` selects whatever is there.
fn stranger<'a>(api: &Api, holds: Holds, mask: &'a Mask) -> Option<&'a str> {
    mask.names().find_map(|(name, inner)| match holds {
        Holds::Value | Holds::Map(None) => None,
        Holds::Map(Some(schema)) => stranger(api, Holds::Object(schema), inner),
        Holds::Object(_) if name == "*" => None,
        Holds::Object(schema) => match api.schemas.get(schema)?.get(name) {
            Some(held) => stranger(api, *held, inner),
            None => Some(name),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::discovery::compute;

    #[test]
    fn names_are_looked_for_at_every_depth() {
        let insert = compute().method("compute.instances.insert").unwrap();
        for (body, want) in [
            (
                r#"{"name": "i", "labels": {"any": "thing"}, "disks": [{"initializeParams": {"diskSizeGb": 1}}]}"#,
                "",
            ),
            (r#"{"nam": "i"}"#, "Unknown name \"nam\" at 'resource': Cannot find field."),
            (
                r#"{"networkInterfaces": [{}, {"aliases": [{"x": 1}], "unused": []}]}"#,
                "Unknown name \"aliases\" at 'resource.networkInterfaces[1]': Cannot find field.",
            ),
            ("[]", ""),
            ("{", ""),
        ] {
            let message = check_body(compute(), insert, body.as_bytes()).err().map(|error| error.message);
            let want = (!want.is_empty()).then(|| format!("Invalid JSON payload received. {want}"));
            assert_eq!(message, want, "{body}");
        }
    }

    #[test]
    fn masks_name_fields_of_answers() {
        for (method, mask, want) in [
            ("compute.instances.list", "items(name,networkInterfaces/aliasIpRanges),nextPageToken", None),
            ("compute.instances.list", "items/nam", Some("nam")),
            ("compute.instances.list", "*", None),
            ("compute.instances.aggregatedList", "items/*/instances(name)", None),
            ("compute.instances.aggregatedList", "items/*/instance", Some("instance")),
        ] {
            let mask = Mask::parse(mask).unwrap();
            let found = check_mask(compute(), compute().method(method).unwrap(), &mask).err();
            let want = want.map(|name| format!("Invalid field selection {name}"));
            assert_eq!(found.map(|error| error.message), want, "{mask:?}");
        }
    }
}

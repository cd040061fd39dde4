//! JSON merge patches (RFC 7396), by which the API server is told what changes of an object.

use serde_json::{Map, Value};

/// The patch from `old` to `new`, with an explicit null for each removed key; `None` if they are equal.
pub fn merge_patch(old: &Value, new: &Value) -> Option<Value> {
    if old == new {
        return None;
    }
    let (Value::Object(old), Value::Object(new)) = (old, new) else {
        return Some(new.clone());
    };
    let mut patch = Map::new();
    for key in old.keys().filter(|key| !new.contains_key(*key)) {
        patch.insert(key.clone(), Value::Null);
    }
    for (key, value) in new {
        match old.get(key) {
            None => {
                patch.insert(key.clone(), value.clone());
            }
            Some(before) => {
                if let Some(change) = merge_patch(before, value) {
                    patch.insert(key.clone(), change);
                }
            }
        }
    }
    Some(Value::Object(patch))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_patch_names_what_differs_and_nothing_else() {
        for (old, new, patch) in [
            (json!({ "a": 1 }), json!({ "a": 1 }), None),
            (json!({ "a": 1, "b": 2 }), json!({ "a": 1, "b": 3 }), Some(json!({ "b": 3 }))),
            (json!({ "a": 1 }), json!({ "a": 1, "b": { "c": 2 } }), Some(json!({ "b": { "c": 2 } }))),
            // A key that goes needs an explicit null, at any depth.
            (
                json!({ "a": { "b": 1, "c": 2 }, "d": [3] }),
                json!({ "a": { "b": 1 } }),
                Some(json!({ "a": { "c": null }, "d": null })),
            ),
            // A list is replaced as a whole, and so is what was of another type.
            (json!({ "a": [1, 2] }), json!({ "a": [1, 3] }), Some(json!({ "a": [1, 3] }))),
            (json!({ "a": { "b": 1 } }), json!({ "a": "b" }), Some(json!({ "a": "b" }))),
            (Value::Null, json!({ "a": 1 }), Some(json!({ "a": 1 }))),
        ] {
            assert_eq!(merge_patch(&old, &new), patch, "{old} to {new}");
        }
    }
}

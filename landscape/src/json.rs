//! Reading and changing plain JSON by JSON pointer (RFC 6901), without a way to panic.

use serde_json::{Map, Value};

static NULL: Value = Value::Null;

/// The value at `pointer`; null if there is none.
pub fn at<'a>(value: &'a Value, pointer: &str) -> &'a Value {
    value.pointer(pointer).unwrap_or(&NULL)
}

/// The text at `pointer`; empty if there is none.
pub fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    at(value, pointer).as_str().unwrap_or_default()
}

/// Puts `new` at `pointer`. What is missing on the way, or is no object, becomes an object.
pub fn set(value: &mut Value, pointer: &str, new: impl Into<Value>) {
    let mut here = value;
    for key in keys(pointer) {
        let Some(members) = object(here) else { return };
        here = members.entry(key).or_insert(Value::Null);
    }
    *here = new.into();
}

/// Takes out the member at `pointer`.
pub fn remove(value: &mut Value, pointer: &str) -> Option<Value> {
    let (parent, key) = pointer.rsplit_once('/')?;
    value.pointer_mut(parent)?.as_object_mut()?.remove(&unescape(key))
}

/// Applies a merge patch (RFC 7396): null removes, objects merge, everything else replaces.
pub fn merge_patch(target: &mut Value, patch: &Value) {
    let Value::Object(changes) = patch else {
        *target = patch.clone();
        return;
    };
    let Some(members) = object(target) else { return };
    for (key, change) in changes {
        if change.is_null() {
            members.remove(key);
        } else {
            merge_patch(members.entry(key.clone()).or_insert(Value::Null), change);
        }
    }
}

/// Escapes `key` as one part of a JSON pointer, because annotations have names with slashes.
pub fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn unescape(key: &str) -> String {
    key.replace("~1", "/").replace("~0", "~")
}

fn keys(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(unescape)
}

/// The object in `value`, which becomes an empty object if it is something else; always `Some`.
fn object(value: &mut Value) -> Option<&mut Map<String, Value>> {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    value.as_object_mut()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn merge_patches_as_in_the_appendix_of_rfc_7396() {
        let check = |target: Value, patch: Value, expected: Value| {
            let mut result = target.clone();
            merge_patch(&mut result, &patch);
            assert_eq!(result, expected, "{patch} on {target}");
        };
        check(json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"}));
        check(json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"}));
        check(json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"}));
        check(json!({"a": {"b": "c"}}), json!({"a": {"b": "d", "c": null}}), json!({"a": {"b": "d"}}));
        check(json!({"a": [{"b": "c"}]}), json!({"a": [1]}), json!({"a": [1]}));
        check(json!({"e": null}), json!({"a": 1}), json!({"e": null, "a": 1}));
        check(json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}}));
        check(json!("a"), json!(null), json!(null));
    }

    #[test]
    fn what_is_set_is_found_and_can_be_removed() {
        let mut value = json!({"metadata": 1});
        let pointer = format!("/metadata/annotations/{}", escape("a.b/c~d"));
        set(&mut value, &pointer, "x");
        assert_eq!(value, json!({"metadata": {"annotations": {"a.b/c~d": "x"}}}));
        assert_eq!(text(&value, &pointer), "x");
        assert_eq!(remove(&mut value, &pointer), Some(json!("x")));
        assert_eq!(at(&value, &pointer), &Value::Null);
    }
}

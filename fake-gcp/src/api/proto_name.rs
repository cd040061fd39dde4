//! The other names of fields and parameters. Google's JSON is that of protocol buffers, whose readers take a field by its name
//! in JSON and by its original one: `ipCidrRange` and `ip_cidr_range`.

use bytes::Bytes;
use serde_json::{Map, Value};

/// Fields whose keys are the caller's own.
const MAPS: [&str; 2] = ["labels", "annotations"];

/// The name in JSON of a field with an original name, by the rule of protocol buffers: `nat_i_p` is `natIP`.
pub fn in_json(name: &str) -> String {
    let mut upper = false;
    let mut json = String::with_capacity(name.len());
    for letter in name.chars() {
        match letter {
            '_' => upper = true,
            _ if std::mem::take(&mut upper) => json.extend(letter.to_uppercase()),
            _ => json.push(letter),
        }
    }
    json
}

/// A body with names in JSON, where `renamed` gives those of an object; `None` if it has no other, or is no object.
pub fn body(bytes: &[u8], renamed: impl FnOnce(Map<String, Value>) -> Map<String, Value>) -> Option<Bytes> {
    if !bytes.contains(&b'_') {
        return None;
    }
    let Ok(Value::Object(sent)) = serde_json::from_slice(bytes) else { return None };
    let plain = renamed(sent.clone());
    (plain != sent).then(|| Bytes::from(Value::Object(plain).to_string()))
}

/// An object with other names for its fields. A field that is sent under both its names counts by that in JSON.
pub fn rename(
    map: Map<String, Value>,
    change: impl Fn(String, Value) -> (String, Value),
) -> Map<String, Value> {
    let (other, mut plain): (Map<_, _>, Map<_, _>) =
        map.into_iter().partition(|(name, _)| name.contains('_'));
    plain = plain.into_iter().map(|(name, value)| change(name, value)).collect();
    for (name, value) in other {
        let (name, value) = change(name, value);
        plain.entry(name).or_insert(value);
    }
    plain
}

/// An object of an API without a description here, with names in JSON at every depth but in maps.
pub fn everywhere(map: Map<String, Value>) -> Map<String, Value> {
    rename(map, |name, value| {
        let name = in_json(&name);
        let value = if MAPS.contains(&name.as_str()) { value } else { inside(value) };
        (name, value)
    })
}

fn inside(value: Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(everywhere(map)),
        Value::Array(items) => items.into_iter().map(inside).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_json_follow_from_the_original_ones() {
        for (original, json) in [
            ("ip_cidr_range", "ipCidrRange"),
            ("nat_i_p", "natIP"),
            ("I_p_protocol", "IPProtocol"),
            ("enable_ula_internal_ipv6", "enableUlaInternalIpv6"),
            ("name", "name"),
            ("natIP", "natIP"),
        ] {
            assert_eq!(in_json(original), json);
        }
    }

    #[test]
    fn bodies_get_names_in_json() {
        for (sent, plain) in [
            (
                r#"{"account_id": "a", "service_account": {"display_name": "d_e"}}"#,
                Some(r#"{"accountId":"a","serviceAccount":{"displayName":"d_e"}}"#),
            ),
            (
                r#"{"labels": {"my_key": "v"}, "items": [{"a_b": 1}]}"#,
                Some(r#"{"items":[{"aB":1}],"labels":{"my_key":"v"}}"#),
            ),
            (r#"{"a_b": 1, "aB": 2}"#, Some(r#"{"aB":2}"#)),
            (r#"{"aB": "c_d"}"#, None),
            ("[\"a_b\"]", None),
            ("{_", None),
        ] {
            let seen = body(sent.as_bytes(), everywhere);
            assert_eq!(
                seen.map(|bytes| String::from_utf8(bytes.to_vec()).unwrap()),
                plain.map(str::to_owned),
                "{sent}"
            );
        }
    }
}

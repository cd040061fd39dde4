//! Names as JSON has them, of fields and parameters that were sent under their original ones.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::{Api, Holds, Method};
use crate::api::proto_name;
use crate::api::query::Query;

/// The body of a request with names in JSON; `None` if it has no other. What has no such name either stays for who refuses it.
pub fn json_body(api: &Api, method: &Method, body: &[u8]) -> Option<Bytes> {
    let schema = method.request?;
    proto_name::body(body, |map| object(api, schema, map))
}

/// The query of a request with the names in JSON of the parameters that the method has.
pub fn json_query(method: &Method, query: Query) -> Query {
    query.renamed(|name| {
        let json = name.contains('_').then(|| proto_name::in_json(name));
        json.filter(|json| method.parameters.contains(&json.as_str()))
    })
}

fn object(api: &Api, schema: &str, map: Map<String, Value>) -> Map<String, Value> {
    let Some(fields) = api.schemas.get(schema) else { return map };
    proto_name::rename(map, |name, value| {
        if let Some(holds) = fields.get(name.as_str()) {
            return (name, inside(api, *holds, value));
        }
        let json = proto_name::in_json(&name);
        match fields.get(json.as_str()) {
            Some(holds) => (json, inside(api, *holds, value)),
            None => (name, value),
        }
    })
}

fn inside(api: &Api, holds: Holds, value: Value) -> Value {
    match (holds, value) {
        (_, Value::Array(items)) => items.into_iter().map(|item| inside(api, holds, item)).collect(),
        (Holds::Object(schema), Value::Object(map)) => Value::Object(object(api, schema, map)),
        (Holds::Map(Some(schema)), Value::Object(map)) => {
            map.into_iter().map(|(key, value)| (key, inside(api, Holds::Object(schema), value))).collect()
        }
        (_, value) => value,
    }
}

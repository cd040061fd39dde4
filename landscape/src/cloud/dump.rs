//! What a project holds, at two instants: which resources are not what they were.

use std::collections::BTreeSet;

use serde_json::Value;

/// Fields that differ between two looks although nobody changed anything, or in which Google keeps a subnet's former IPv6.
const INCIDENTAL: [&str; 6] =
    ["id", "creationTimestamp", "fingerprint", "externalIpv6Prefix", "ipv6AccessType", "ipv6GceEndpoint"];
/// Beginning of the names that Google draws for its own routes.
const DRAWN: &str = "default-route-";

/// The resources that only one of two dumps ([`super::Cloud::resources`]) holds, or that differ between them; each as text, those
/// that came behind `+ `, those that went behind `- `. What differs anyway does not count, and operations are no resources.
pub fn differences(before: &Value, after: &Value) -> Vec<String> {
    let (before, after) = (essence(before), essence(after));
    let came = after.difference(&before).map(|resource| format!("+ {resource}"));
    came.chain(before.difference(&after).map(|resource| format!("- {resource}"))).collect()
}

fn essence(dump: &Value) -> BTreeSet<String> {
    let mut dump = dump.clone();
    strip(&mut dump);
    let kinds = dump.as_object_mut().into_iter().flatten();
    let kinds = kinds.filter(|(kind, _)| *kind != "operations");
    kinds
        .flat_map(|(kind, resources)| {
            let resources = resources.as_array_mut().into_iter().flatten();
            resources.map(move |resource| {
                unname(resource);
                format!("{kind} {resource}")
            })
        })
        .collect()
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            // A flag that was never set reads as absent.
            fields.retain(|name, value| !INCIDENTAL.contains(&name.as_str()) && *value != Value::Bool(false));
            fields.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn unname(resource: &mut Value) {
    let is_drawn = resource.get("name").and_then(Value::as_str).is_some_and(|name| name.starts_with(DRAWN));
    if let Some(fields) = resource.as_object_mut().filter(|_| is_drawn) {
        fields.remove("name");
        fields.remove("selfLink");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn dump(subnet: Value, route: &str) -> Value {
        json!({
            "operations": [{"name": route}],
            "routes": [{"name": route, "selfLink": route, "destRange": "::/0"}],
            "subnetworks": [subnet],
        })
    }

    #[test]
    fn only_what_counts_is_told() {
        let before = dump(json!({"name": "a", "fingerprint": "x"}), "default-route-1");
        let same = json!({"name": "a", "fingerprint": "y", "allowSubnetCidrRoutesOverlap": false});
        assert_eq!(differences(&before, &dump(same, "default-route-2")), Vec::<String>::new());
        let other = json!({"name": "a", "allowSubnetCidrRoutesOverlap": true});
        assert_eq!(
            differences(&before, &dump(other, "default-route-1")),
            [
                r#"+ subnetworks {"allowSubnetCidrRoutesOverlap":true,"name":"a"}"#,
                r#"- subnetworks {"name":"a"}"#
            ]
        );
        let left = dump(json!({"name": "a"}), "shoot--p--a-1");
        assert_eq!(differences(&before, &left).len(), 2, "a route of that name is not Google's");
    }
}

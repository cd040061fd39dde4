//! The quota that an error is about, where Google tells it as data.

use serde_json::Value;

use planner::text::{Excerpt, listed};

/// The quota in words, such as `quota METRIC is used up (limit N, for network-id=…)`, from the details of an error; `None`: they
/// do not say.
pub(super) fn describe(details: &[Value]) -> Option<String> {
    let info = details.iter().find_map(|detail| detail.get("quotaInfo"))?;
    let metric = info.get("metricName").or_else(|| info.get("limitName"))?.as_str()?;
    let limit = info.get("limit").map_or_else(|| "unknown".to_owned(), Value::to_string);
    let dimensions = info.get("dimensions").and_then(Value::as_object).into_iter().flatten();
    let dimensions = dimensions.map(|(name, value)| format!("{name}={}", value.as_str().unwrap_or("?")));
    let of = listed(dimensions, ", ");
    let of = if of.is_empty() { of } else { format!(", for {}", Excerpt(&of)) };
    Some(format!("quota {} is used up (limit {}{of})", Excerpt(metric), Excerpt(&limit)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::describe;

    #[test]
    fn quota_limit_and_what_it_counts_for_are_named() {
        let details = [
            json!({ "errorInfo": {} }),
            json!({ "quotaInfo": {
            "metricName": "compute.googleapis.com/static_routes_per_network", "limit": 200,
            "dimensions": { "network-id": "7" },
        } }),
        ];
        assert_eq!(
            describe(&details).unwrap(),
            "quota compute.googleapis.com/static_routes_per_network is used up (limit 200, for network-id=7)"
        );
        assert_eq!(describe(&[]), None);
    }
}

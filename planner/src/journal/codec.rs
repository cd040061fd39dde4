//! The JSON form of `status.state`: `{apiVersion, kind, data: {string: string}, routes: [{instanceName, destinationCIDR,
//! zone}]}`.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde_json::{Map, Value, json};

use super::{Entries, Entry, Journal, Lasting, State, StateError, Told};
use crate::documents::names::PROVIDER_API_VERSION;
use crate::text::Excerpt;
use crate::vocabulary::{VmRef, Words, canonical, is_name};

const PHASE: &str = "migration/phase";
const OVERLAP_BEFORE: &str = "migration/overlap-before";
const SETTLING: &str = "migration/settled-from";
const FROZEN_AT: &str = "migration/frozen-at";
const RELEASING: &str = "migration/releasing";
const MADE: &str = "migration/made";
const ORDER: &str = "migration/order";
const CANARIES: &str = "migration/canary";
const CANARY_FAILED: &str = "migration/canary-failed";
const REFUSED: &str = "migration/refused";
const STAYS: &str = "migration/stays";
const WORDS: &str = "migration/words";
const STEP: &str = "migration/step";
const HOLD_SINCE: &str = "migration/hold-since";

/// The value of [`ORDER`] where the overlap flag comes before the IPv6 range of the nodes subnet; there is no other.
const FLAG_FIRST: &str = "flag-first";

/// A value in `data` that means the same as an absent key.
const DELETED: &str = "<deleted>";

/// Decodes `status.state`; an absent document is an empty state.
///
/// # Errors
/// A [`StateError`] that names the field. Nothing may be changed in the cloud then.
pub fn decode(document: Option<&Value>) -> Result<State, StateError> {
    let mut fields = match document {
        None | Some(Value::Null) => return Ok(State::default()),
        Some(Value::Object(fields)) if fields.is_empty() => return Ok(State::default()),
        Some(Value::Object(fields)) => fields.clone(),
        Some(other) => return Err(wrong("(document)", other, "an object")),
    };
    if !is_ours(document) {
        let found = document.and_then(version).unwrap_or_default().to_owned();
        return Err(StateError::Foreign { found });
    }
    remove(&mut fields, "apiVersion");
    remove(&mut fields, "kind");
    let mut data = decode_data(remove(&mut fields, "data"))?;
    let journal = Journal {
        phase: take(&mut data, PHASE, "preparing, deleting or undoing")?,
        overlap_before: take(&mut data, OVERLAP_BEFORE, "true or false")?,
        settling: take(&mut data, SETTLING, "a step and an instant, like M6 2026-09-01T10:00:00Z")?,
        frozen_at: take(&mut data, FROZEN_AT, "an instant, like 2026-09-01T10:00:00Z")?,
        releasing: take(&mut data, RELEASING, "true or false")?.unwrap_or_default(),
        made: take(&mut data, MADE, "subnets and how each stood, like nodes=IPV4_ONLY,services=absent")?,
        flag_first: match data.remove(ORDER) {
            None => false,
            Some(order) if order == FLAG_FIRST => true,
            Some(order) => return Err(wrong(&format!("data[{ORDER}]"), &json!(order), FLAG_FIRST)),
        },
        canaries: take(&mut data, CANARIES, "canaries in JSON, like {\"tried\":[]}")?.unwrap_or_default(),
        entries: decode_routes(remove(&mut fields, "routes"))?,
    };
    let lasting = Lasting {
        refused: take(&mut data, REFUSED, "a refusal in JSON, like {\"step\":\"M2b\",\"text\":\"…\"}")?,
        canary_failed: take(
            &mut data,
            CANARY_FAILED,
            "a failure in JSON, like {\"verdict\":\"failed\",\"who\":[],\"at\":\"…\",\"saw\":\"…\"}",
        )?,
        stays: take(&mut data, STAYS, "an object in JSON, like {\"nodes\":\"…\"}")?.unwrap_or_default(),
        words: data.remove(WORDS).map(|words| Words::read(&words).0).unwrap_or_default(),
    };
    // Only people read it, so nothing depends on whether it can be read.
    let told = Told {
        place: data.remove(STEP).and_then(|text| text.parse().ok()),
        hold_since: data.remove(HOLD_SINCE).and_then(|text| text.parse().ok()),
    };
    Ok(State { journal, lasting, told, data, other: fields, unwritten: false })
}

/// Whether `document` has this form, whatever its kind.
pub fn is_ours(document: Option<&Value>) -> bool {
    document.and_then(version) == Some(PROVIDER_API_VERSION)
}

fn version(document: &Value) -> Option<&str> {
    document.as_object()?.iter().find(|(name, _)| name.eq_ignore_ascii_case("apiVersion"))?.1.as_str()
}

/// Removes the field `name` in any case of letters, as provider-gcp reads it; the spelling used here takes precedence.
fn remove(fields: &mut Map<String, Value>, name: &str) -> Option<Value> {
    let spelt = fields.keys().find(|key| key.eq_ignore_ascii_case(name)).cloned();
    fields.remove(name).or_else(|| fields.remove(&spelt?))
}

/// Encodes `status.state`, without `data` or `routes` if they are empty.
pub fn encode(state: &State) -> Value {
    let Journal {
        phase,
        overlap_before,
        settling,
        frozen_at,
        releasing,
        made,
        flag_first,
        canaries,
        entries,
    } = &state.journal;
    let Lasting { refused, canary_failed, stays, words } = &state.lasting;
    let Told { place, hold_since } = &state.told;
    let mut data = state.data.clone();
    let mut put = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            data.insert(key.to_owned(), value);
        }
    };
    put(PHASE, phase.map(|phase| phase.to_string()));
    put(OVERLAP_BEFORE, overlap_before.map(|flag| flag.to_string()));
    put(SETTLING, settling.map(|settling| settling.to_string()));
    put(FROZEN_AT, frozen_at.map(|at| at.to_string()));
    put(RELEASING, releasing.then(|| true.to_string()));
    put(MADE, made.as_ref().map(ToString::to_string));
    put(ORDER, flag_first.then(|| FLAG_FIRST.to_owned()));
    put(CANARIES, (!canaries.is_empty()).then(|| canaries.to_string()));
    put(CANARY_FAILED, canary_failed.as_ref().map(ToString::to_string));
    put(REFUSED, refused.as_ref().map(ToString::to_string));
    put(STAYS, (!stays.0.is_empty()).then(|| stays.to_string()));
    put(STEP, place.map(|place| place.to_string()));
    put(HOLD_SINCE, hold_since.map(|since| since.to_string()));
    put(WORDS, (!words.is_empty()).then(|| words.to_string()));

    let mut document = state.other.clone();
    document.insert("apiVersion".to_owned(), json!(PROVIDER_API_VERSION));
    document.insert("kind".to_owned(), json!("InfrastructureState"));
    if !data.is_empty() {
        document.insert("data".to_owned(), json!(data));
    }
    if !entries.is_empty() {
        document.insert("routes".to_owned(), Value::Array(entries.iter().map(encode_entry).collect()));
    }
    Value::Object(document)
}

fn decode_data(data: Option<Value>) -> Result<BTreeMap<String, String>, StateError> {
    let data = match data {
        None | Some(Value::Null) => return Ok(BTreeMap::new()),
        Some(Value::Object(data)) => data,
        Some(other) => return Err(wrong("data", &other, "an object of strings")),
    };
    data.into_iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(key, value)| match value {
            Value::String(text) => Ok((key, text)),
            other => Err(wrong(&format!("data[{key}]"), &other, "a string")),
        })
        .filter(|member| !matches!(member, Ok((_, text)) if text == DELETED))
        .collect()
}

fn decode_routes(routes: Option<Value>) -> Result<Entries, StateError> {
    match routes {
        None | Some(Value::Null) => Ok(Entries::default()),
        Some(Value::Array(routes)) => {
            // Duplicates collapse: an entry that is listed twice is still one pod range of one node.
            let present = routes.iter().enumerate().filter(|(_, route)| !route.is_null());
            present.map(|(index, route)| decode_entry(index, route)).collect()
        }
        Some(other) => Err(wrong("routes", &other, "a list")),
    }
}

fn decode_entry(index: usize, route: &Value) -> Result<Entry, StateError> {
    let mut fields = match route {
        Value::Object(fields) => fields.clone(),
        other => return Err(wrong(&format!("routes[{index}]"), other, "an object")),
    };
    let mut text = |field: &str, wanted, is_one: fn(&str) -> bool| match remove(&mut fields, field) {
        Some(Value::String(text)) if is_one(&text) => Ok(text),
        other => Err(wrong(&format!("routes[{index}].{field}"), &other.unwrap_or_default(), wanted)),
    };
    let name = text("instanceName", "the name of a VM", is_name)?;
    let zone = text("zone", "the zone of the VM", is_name)?;
    let range =
        text("destinationCIDR", "an IPv4 range whose host bits are zero", |text| canonical(text).is_ok())?;
    let range = canonical(&range).map_err(|_| wrong("routes", &json!(range), "IPv4 ranges"))?;
    Ok(Entry { vm: VmRef { zone: zone.into(), name: name.into() }, range, other: fields })
}

fn encode_entry(entry: &Entry) -> Value {
    let mut fields = entry.other.clone();
    fields.insert("instanceName".to_owned(), json!(entry.vm.name));
    fields.insert("destinationCIDR".to_owned(), json!(entry.range));
    fields.insert("zone".to_owned(), json!(entry.vm.zone));
    Value::Object(fields)
}

fn take<T: FromStr>(
    data: &mut BTreeMap<String, String>,
    key: &str,
    wanted: &'static str,
) -> Result<Option<T>, StateError> {
    data.remove(key)
        .map(|text| text.parse().map_err(|_| wrong(&format!("data[{key}]"), &json!(text), wanted)))
        .transpose()
}

fn wrong(path: &str, found: &Value, wanted: &'static str) -> StateError {
    let found = Excerpt(&found.to_string()).to_string();
    StateError::Type { path: Excerpt(path).to_string(), found, wanted }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Value {
        json!({
            "apiVersion": PROVIDER_API_VERSION,
            "kind": "FlowState",
            "data": {
                "resources_exist": "true", "a/b": "theirs", "gone": "<deleted>", "migration/phase": "deleting",
                "migration/overlap-before": "false", "migration/settled-from": "M9 2026-09-01T10:00:00Z",
                "migration/made": "nodes=IPV4_ONLY,services=absent", "migration/order": "flag-first",
                "migration/stays": r#"{"nodes":"no"}"#,
                "migration/refused": r#"{"step":"M4","text":"no","codes":["ERR_CONFIGURATION_PROBLEM"]}"#,
                "migration/canary": r#"{"tried":[],"waived":["p"]}"#,
                "migration/canary-failed": r#"{"verdict":"failed","who":["z/n"],"at":"2026-09-01T10:00:00Z","saw":"no"}"#,
                "migration/words": "hold,undo",
            },
            "routes": [
                { "instanceName": "vm1", "destinationCIDR": "100.96.0.0/24", "zone": "europe-west1-b", "newer": 1 },
            ],
            "unknown": { "kept": true },
        })
    }

    #[test]
    fn what_nobody_here_knows_survives() {
        let mut state = decode(Some(&document())).unwrap();
        assert_eq!(state.journal.phase, Some(crate::journal::Phase::Deleting));
        assert_eq!(state.journal.entries.len(), 1);
        let mut wanted = document();
        wanted["kind"] = json!("InfrastructureState");
        wanted["data"].as_object_mut().unwrap().remove("gone");
        assert_eq!(encode(&state), wanted);

        state.journal = Journal::default();
        state.lasting = Lasting::default();
        wanted["data"] = json!({ "resources_exist": "true", "a/b": "theirs" });
        wanted.as_object_mut().unwrap().remove("routes");
        assert_eq!(encode(&state), wanted, "of a journal that is empty nothing is written");
    }

    #[test]
    fn nothing_is_an_empty_state() {
        for document in [None, Some(Value::Null), Some(json!({}))] {
            assert_eq!(decode(document.as_ref()), Ok(State::default()));
        }
    }

    #[test]
    fn an_entry_that_is_written_twice_is_one() {
        let mut document = document();
        let twice = document["routes"][0].clone();
        document["routes"].as_array_mut().unwrap().push(twice);
        let mut other = document["routes"][0].clone();
        other["zone"] = json!("elsewhere");
        document["routes"].as_array_mut().unwrap().push(other);
        assert_eq!(decode(Some(&document)).unwrap().journal.entries.len(), 2);
    }

    #[test]
    fn garbage_is_named() {
        let version = PROVIDER_API_VERSION;
        let route = |field: &str, value: Value| {
            let mut route = json!({ "instanceName": "vm1", "destinationCIDR": "100.96.0.0/24", "zone": "z" });
            route[field] = value;
            json!({ "apiVersion": version, "routes": [route] })
        };
        let data = |key: &str, value: Value| json!({ "apiVersion": version, "data": { key: value } });
        let cases = [
            (json!("text"), "status.state.(document) is \"text\", wanted an object"),
            (json!({ "version": 4 }), "status.state has apiVersion \"\""),
            (json!({ "apiVersion": "terraform/v1" }), "status.state has apiVersion \"terraform/v1\""),
            (json!({ "apiVersion": version, "routes": {} }), "status.state.routes is {}, wanted a list"),
            (route("zone", json!("")), "status.state.routes[0].zone is \"\", wanted the zone of the VM"),
            (route("instanceName", json!(7)), "status.state.routes[0].instanceName is 7"),
            (route("destinationCIDR", json!("2600::/64")), "routes[0].destinationCIDR is \"2600::/64\""),
            (
                data("resources_exist", json!(true)),
                "status.state.data[resources_exist] is true, wanted a string",
            ),
            (data("migration/phase", json!("later")), "status.state.data[migration/phase] is \"later\""),
            (
                data("migration/settled-from", json!("M6")),
                "status.state.data[migration/settled-from] is \"M6\"",
            ),
            (data("migration/canary", json!("{")), "status.state.data[migration/canary] is \"{\""),
            (
                data("migration/canary-failed", json!("")),
                "status.state.data[migration/canary-failed] is \"\"",
            ),
            (
                data("migration/settled-from", json!("M99 2026-09-01T10:00:00Z")),
                "status.state.data[migration/settled-from] is \"M99 2026-09-01T10:00:00Z\"",
            ),
        ];
        for (document, wanted) in cases {
            let error = decode(Some(&document)).unwrap_err().to_string();
            assert!(error.contains(wanted), "{error} does not contain {wanted}");
        }
    }
}

//! The table of behaviours: requests and what every API server must answer, as data in YAML files beside this one.
//!
//! A file is one behaviour: requests in order, each with the expected HTTP status and values at JSON pointers of the
//! answer (null: absent). `keep` remembers values of an answer; `$name` in a path or body stands for one.

pub(crate) mod watching;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use http::Request;
use kube::Client;
use kube::client::Body;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Behaviour {
    behaviour: String,
    requests: Vec<Exchange>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exchange {
    /// `METHOD /path`; PATCH may be followed by `merge` (default), `strategic`.
    send: String,
    #[serde(default)]
    body: Value,
    status: u16,
    #[serde(default)]
    see: BTreeMap<String, Value>,
    #[serde(default)]
    keep: BTreeMap<String, String>,
}

/// Runs the whole table against `client` and returns what differs, by file. `$ns` is a namespace of each file's own.
pub(crate) async fn differences(client: &Client) -> Vec<String> {
    let mut differences = Vec::new();
    for path in files() {
        let text = std::fs::read_to_string(&path).unwrap();
        let behaviour: Behaviour =
            serde_saphyr::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let namespace = path.file_stem().unwrap().to_str().unwrap().to_owned();
        landscape::seed::create_namespace(client, &namespace, &[]).await.unwrap();
        if let Err(difference) = run(client, behaviour, namespace).await {
            differences.push(format!("{}: {difference}", path.file_name().unwrap().display()));
        }
    }
    differences
}

/// All behaviours, in the order of their names; never none.
fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/behaviours");
    let entries = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|e| e == "yaml")).collect();
    files.sort();
    assert!(files.len() > 10, "the table in {} is gone", folder.display());
    files
}

async fn run(client: &Client, behaviour: Behaviour, namespace: String) -> Result<(), String> {
    let mut kept = BTreeMap::from([("ns".to_owned(), namespace)]);
    for (index, exchange) in behaviour.requests.iter().enumerate() {
        let title = format!("{}: request {} ({})", behaviour.behaviour, index + 1, exchange.send);
        let (status, answer) =
            send(client, exchange, &kept).await.map_err(|error| format!("{title}: {error}"))?;
        if status != exchange.status {
            let answer: String = answer.to_string().chars().take(500).collect();
            return Err(format!("{title}: status {status}, not {}: {answer}", exchange.status));
        }
        for (pointer, expected) in &exchange.see {
            let expected = fill(expected, &kept);
            let found = answer.pointer(pointer).cloned().unwrap_or_default();
            if found != expected {
                return Err(format!("{title}: {pointer} is {found}, not {expected}"));
            }
        }
        for (name, pointer) in &exchange.keep {
            let value = answer.pointer(pointer).and_then(Value::as_str);
            let value = value.ok_or_else(|| format!("{title}: no text at {pointer}: {answer}"))?;
            kept.insert(name.clone(), value.to_owned());
        }
    }
    Ok(())
}

async fn send(
    client: &Client,
    exchange: &Exchange,
    kept: &BTreeMap<String, String>,
) -> Result<(u16, Value), Box<dyn std::error::Error>> {
    let words: Vec<&str> = exchange.send.split(' ').collect();
    let content_type = match (words[0], words.get(2)) {
        ("PATCH", None | Some(&"merge")) => "application/merge-patch+json",
        ("PATCH", Some(&"strategic")) => "application/strategic-merge-patch+json",
        (_, None) => "application/json",
        (_, Some(word)) => panic!("unknown word {word:?} in {:?}", exchange.send),
    };
    let body = match fill(&exchange.body, kept) {
        Value::Null => Vec::new(),
        body => body.to_string().into_bytes(),
    };
    let request = Request::builder()
        .method(words[0])
        .uri(replace(words[1], kept))
        .header("content-type", content_type)
        .body(Body::from(body))?;
    let response = client.send(request).await?;
    let status = response.status().as_u16();
    let bytes = response.into_body().collect_bytes().await?;
    // Not every refusal of a real server is JSON.
    Ok((status, serde_json::from_slice(&bytes).unwrap_or_default()))
}

fn fill(value: &Value, kept: &BTreeMap<String, String>) -> Value {
    match value {
        Value::String(text) => Value::String(replace(text, kept)),
        Value::Array(items) => items.iter().map(|item| fill(item, kept)).collect(),
        Value::Object(members) => {
            members.iter().map(|(key, value)| (key.clone(), fill(value, kept))).collect()
        }
        other => other.clone(),
    }
}

fn replace(text: &str, kept: &BTreeMap<String, String>) -> String {
    kept.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("${name}"), value))
}

//! Mutants of data: a tree in which one thing is not as it was, made mechanically, for whatever there is in it.

use std::collections::BTreeMap;

use ipnet::IpNet;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// The shoot that all worlds are about, and one whose name begins with its name.
const CLUSTERS: [&str; 2] = ["shoot--p--a", "shoot--p--ab"];
/// How many values of other plans are tried in one place.
const OF_OTHERS: usize = 12;
/// Of a long list, the first few elements are changed, and the last.
const FIRST: usize = 4;

/// A tree in which one thing is different.
pub(crate) struct Mutant {
    /// What kind of thing it was made of, which field of it was changed, and how.
    pub(crate) class: String,
    /// The whole tree.
    pub(crate) tree: Value,
}

/// What stands at a place in all plans, by the kind of thing and the path in it.
#[derive(Default)]
pub(crate) struct Pool(BTreeMap<String, Vec<Value>>);

impl Pool {
    /// Adds all that is in `tree`.
    pub(crate) fn add(&mut self, kind: &str, tree: &Value) {
        let known = self.0.entry(kind.to_owned()).or_default();
        if !known.contains(tree) {
            known.push(tree.clone());
        }
        for (key, child) in children(tree) {
            self.add(&format!("{kind}.{}", key.name()), child);
        }
    }

    fn others(&self, place: &str, value: &Value) -> Vec<Value> {
        let known = self.0.get(place).into_iter().flatten();
        known.filter(|known| *known != value).take(OF_OTHERS).cloned().collect()
    }
}

/// A way down in a tree.
#[derive(Clone)]
enum Key {
    Name(String),
    Index(usize),
}

impl Key {
    fn name(&self) -> &str {
        match self {
            Self::Name(name) => name,
            Self::Index(_) => "*",
        }
    }
}

fn children(tree: &Value) -> Vec<(Key, &Value)> {
    match tree {
        Value::Object(parts) => parts.iter().map(|(name, part)| (Key::Name(name.clone()), part)).collect(),
        Value::Array(items) => {
            let shown = |index: usize| index < FIRST || index + 1 == items.len();
            let items = items.iter().enumerate().filter(|(index, _)| shown(*index));
            items.map(|(index, item)| (Key::Index(index), item)).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

/// All mutants of a thing of this kind.
pub(crate) fn mutants(kind: &str, tree: &Value, pool: &Pool) -> Vec<Mutant> {
    let mut found = Vec::new();
    go_down(kind, tree, &mut Vec::new(), pool, &mut |path, how, value| {
        let field: Vec<&str> = path.iter().map(Key::name).collect();
        let mut mutant = tree.clone();
        *at(&mut mutant, path) = value;
        found.push(Mutant { class: format!("{kind}: {} {how}", field.join(".")), tree: mutant });
    });
    found
}

fn go_down(
    place: &str,
    value: &Value,
    path: &mut Vec<Key>,
    pool: &Pool,
    found: &mut impl FnMut(&[Key], &str, Value),
) {
    if !path.is_empty() {
        for (how, mutant) in changed(value) {
            found(path, how, mutant);
        }
        for mutant in pool.others(place, value) {
            found(path, "is that of another plan", mutant);
        }
    }
    for (key, child) in children(value) {
        let place = format!("{place}.{}", key.name());
        path.push(key);
        go_down(&place, child, path, pool, found);
        path.pop();
    }
}

fn at<'a>(tree: &'a mut Value, path: &[Key]) -> &'a mut Value {
    path.iter().fold(tree, |tree, key| match key {
        Key::Name(name) => &mut tree[name],
        Key::Index(index) => &mut tree[index],
    })
}

/// The ways in which a value can be another one.
fn changed(value: &Value) -> Vec<(&'static str, Value)> {
    let mut ways = match value {
        Value::Null => return samples().into_iter().map(|sample| ("is given", sample)).collect(),
        Value::Bool(flag) => vec![("is flipped", json!(!flag))],
        Value::Number(number) => match number.as_i64() {
            Some(number) => {
                vec![
                    ("is larger", json!(number + 1)),
                    ("is smaller", json!(number - 1)),
                    ("is zero", json!(0)),
                ]
            }
            None => vec![("is larger", json!(number.as_f64().unwrap_or_default() / 2.0 + 0.25))],
        },
        Value::String(text) => texts(text),
        Value::Array(items) => lists(items),
        Value::Object(parts) => {
            let mut more = parts.clone();
            more.insert("more".to_owned(), json!("more"));
            let mut ways = vec![("has more in it", Value::Object(more))];
            ways.extend(parts.keys().map(|key| {
                let mut fewer = parts.clone();
                fewer.remove(key);
                ("has less in it", Value::Object(fewer))
            }));
            ways
        }
    };
    ways.push(("is left out", Value::Null));
    ways
}

/// What could stand where nothing does.
fn samples() -> Vec<Value> {
    vec![
        json!(true),
        json!(7),
        json!("x"),
        json!("10.0.0.0/8"),
        json!("2026-09-01T09:00:00Z"),
        json!("preparing"),
        json!("deleting"),
        json!("undoing"),
        json!(["x", "10.0.0.0/8"]),
        json!("internet"),
        json!({ "step": "M9", "since": "2026-09-01T09:00:00Z" }),
        json!({ "interval": "INTERVAL_5_SEC", "sampling": 0.5, "metadata": "EXCLUDE_ALL_METADATA" }),
        json!({ "pods": { "range": "100.96.0.0/24", "vm": { "zone": "z", "name": "x" } } }),
    ]
}

/// Words of which one stands for another.
const WORDS: [&[&str]; 3] = [
    &["preparing", "deleting", "undoing"],
    &["M0", "M1", "M2", "M3", "M4", "M5", "M6", "M7", "M8", "M9", "M10", "M11", "M12"],
    &["network", "subnet", "router", "firewall", "route", "vm", "service-account"],
];

fn texts(text: &str) -> Vec<(&'static str, Value)> {
    let mut ways = vec![("is another", json!(format!("{text}x"))), ("is empty", json!(""))];
    let words = WORDS.into_iter().filter(|words| words.contains(&text)).flatten();
    ways.extend(words.filter(|word| **word != text).map(|word| ("is another word", json!(word))));
    let [ours, theirs] = CLUSTERS;
    if text.contains(ours) && !text.contains(theirs) {
        ways.push(("is another shoot's", json!(text.replace(ours, theirs))));
    }
    if let Ok(range) = text.parse::<IpNet>() {
        ways.extend(ranges(range).into_iter().map(|(how, range)| (how, json!(range))));
    }
    if let Ok(instant) = text.parse::<Timestamp>() {
        let moved = |seconds: i64| json!(instant + SignedDuration::from_secs(seconds));
        ways.extend([("is earlier", moved(-1)), ("is later", moved(1))]);
    }
    ways
}

fn ranges(range: IpNet) -> Vec<(&'static str, IpNet)> {
    let mut ways = Vec::new();
    if let Some(wider) = range.supernet() {
        let next = wider.subnets(range.prefix_len()).unwrap().find(|other| *other != range);
        ways.push(("is wider", wider));
        ways.extend(next.map(|next| ("is the next range", next)));
    }
    if let Ok(mut halves) = range.subnets(range.prefix_len() + 1) {
        ways.extend(halves.next().map(|half| ("is narrower", half)));
    }
    ways
}

fn lists(items: &[Value]) -> Vec<(&'static str, Value)> {
    let mut ways = vec![("is empty", json!([]))];
    let shown = |index: &usize| *index < FIRST || index + 1 == items.len();
    for index in (0..items.len()).filter(shown) {
        let mut fewer = items.to_vec();
        let item = fewer.remove(index);
        ways.push(("lacks an element", json!(fewer)));
        let mut twice = items.to_vec();
        twice.insert(index, item);
        ways.push(("has an element twice", json!(twice)));
    }
    if items.len() > 1 {
        let mut swapped = items.to_vec();
        swapped.swap(0, 1);
        let mut turned = items.to_vec();
        turned.reverse();
        ways.extend([("is in another order", json!(swapped)), ("is in another order", json!(turned))]);
    }
    for element in foreign(items.first()) {
        let mut front = items.to_vec();
        front.insert(0, element.clone());
        let mut back = items.to_vec();
        back.push(element);
        ways.extend([("has a foreign element", json!(front)), ("has a foreign element", json!(back))]);
    }
    ways
}

/// Elements that are not in a list which has `like` in it.
fn foreign(like: Option<&Value>) -> Vec<Value> {
    let strange = like.map(|like| match like {
        Value::String(text) => json!(format!("{text}x")),
        Value::Object(parts) => {
            let change = |value: &Value| match value {
                Value::String(text) => match text.parse::<IpNet>() {
                    Ok(range) => ranges(range).pop().map_or_else(|| json!(text), |(_, other)| json!(other)),
                    Err(_) => json!(format!("{text}x")),
                },
                other => other.clone(),
            };
            Value::Object(parts.iter().map(|(name, value)| (name.clone(), change(value))).collect())
        }
        other => other.clone(),
    });
    strange
        .into_iter()
        .chain([json!("10.0.0.0/8"), json!("state"), json!({ "name": "x" }), json!(["tcp", ["22"]])])
        .collect()
}

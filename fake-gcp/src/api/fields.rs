//! Partial responses: the `fields` parameter, e.g. `items(name,nextHopInstance),nextPageToken`.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::api::error::ApiError;

/// How deep the names of a mask may be nested: far deeper than any answer is. What is parsed by recursion must have an end.
const DEEPEST: usize = 64;

/// A parsed mask. A node without children selects all that is below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mask(BTreeMap<String, Mask>);

impl Mask {
    /// Parses a mask: names joined by `,`, nested by `/` or `( )`; `*` stands for every name.
    pub fn parse(text: &str) -> Result<Self, ApiError> {
        let mut parser = Parser { rest: text.chars().filter(|c| !c.is_whitespace()).collect() };
        let mask = parser.list(DEEPEST);
        match (mask, parser.rest.is_empty()) {
            (Some(mask), true) => Ok(mask),
            _ => Err(ApiError::invalid_parameter("fields", text)),
        }
    }

    /// The names of this level, each with the mask of what is below it.
    pub fn names(&self) -> impl Iterator<Item = (&str, &Self)> {
        self.0.iter().map(|(name, below)| (name.as_str(), below))
    }

    /// Keeps only what the mask selects; lists are filtered element by element.
    pub fn apply(&self, value: Value) -> Value {
        if self.0.is_empty() {
            return value;
        }
        match value {
            Value::Array(items) => Value::Array(items.into_iter().map(|item| self.apply(item)).collect()),
            Value::Object(map) => Value::Object(self.apply_object(map)),
            other => other,
        }
    }

    fn apply_object(&self, map: Map<String, Value>) -> Map<String, Value> {
        let select = |(key, value): (String, Value)| {
            let child = self.0.get(&key).or_else(|| self.0.get("*"))?;
            let kept = child.apply(value);
            let emptied = !child.0.is_empty() && kept.as_object().is_some_and(Map::is_empty);
            (!emptied).then_some((key, kept))
        };
        map.into_iter().filter_map(select).collect()
    }

    fn merge(&mut self, name: String, child: Self) {
        let node = self.0.entry(name).or_default();
        for (key, grandchild) in child.0 {
            node.merge(key, grandchild);
        }
    }
}

struct Parser {
    rest: std::collections::VecDeque<char>,
}

impl Parser {
    /// A list of names, which may be nested so many levels deep.
    fn list(&mut self, levels: usize) -> Option<Mask> {
        let mut mask = Mask::default();
        loop {
            let (name, child) = self.path(levels)?;
            mask.merge(name, child);
            if self.rest.front() != Some(&',') {
                return Some(mask);
            }
            self.rest.pop_front();
        }
    }

    fn path(&mut self, levels: usize) -> Option<(String, Mask)> {
        let below = levels.checked_sub(1)?;
        let mut name = String::new();
        while let Some(c) = self.rest.front().copied().filter(|c| !",/()".contains(*c)) {
            name.push(c);
            self.rest.pop_front();
        }
        if name.is_empty() {
            return None;
        }
        let child = match self.rest.front() {
            Some('/') => {
                self.rest.pop_front();
                let (name, grandchild) = self.path(below)?;
                let mut mask = Mask::default();
                mask.merge(name, grandchild);
                mask
            }
            Some('(') => {
                self.rest.pop_front();
                let mask = self.list(below)?;
                (self.rest.pop_front() == Some(')')).then_some(mask)?
            }
            _ => Mask::default(),
        };
        Some((name, child))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn selects() {
        let value =
            json!({"kind": "k", "items": [{"a": 1, "b": {"c": 2, "d": 3}}, {"a": 4}], "nextPageToken": "t"});
        for (mask, want) in [
            (
                "items(a,b(c)),nextPageToken",
                json!({"items": [{"a": 1, "b": {"c": 2}}, {"a": 4}], "nextPageToken": "t"}),
            ),
            ("items/b/d", json!({"items": [{"b": {"d": 3}}, {}]})),
            ("items(b/c,b/d)", json!({"items": [{"b": {"c": 2, "d": 3}}, {}]})),
            ("*", value.clone()),
            ("kind , nextPageToken", json!({"kind": "k", "nextPageToken": "t"})),
        ] {
            assert_eq!(Mask::parse(mask).unwrap().apply(value.clone()), want, "{mask}");
        }
    }

    #[test]
    fn selects_inside_an_aggregated_list() {
        let value = json!({"items": {"zones/a": {"instances": [{"name": "x", "id": "1"}]}, "zones/b": {"warning": {}}}});
        let mask = Mask::parse("items/*/instances(name)").unwrap();
        assert_eq!(mask.apply(value), json!({"items": {"zones/a": {"instances": [{"name": "x"}]}}}));
    }

    #[test]
    fn malformed_masks_are_refused() {
        for mask in ["", "items(", "items(a", "a,,b", "a)", "/a"] {
            assert_eq!(Mask::parse(mask).unwrap_err().reason, "invalidParameter", "{mask}");
        }
    }

    #[test]
    fn masks_have_an_end() {
        for (open, close) in [("a(", ")"), ("a/", "")] {
            let nested = |levels: usize| format!("{}a{}", open.repeat(levels), close.repeat(levels));
            assert!(Mask::parse(&nested(DEEPEST - 1)).is_ok(), "{open}");
            for levels in [DEEPEST, 30_000] {
                let error = Mask::parse(&nested(levels)).unwrap_err();
                assert_eq!(error.reason, "invalidParameter", "{open}{levels}");
            }
        }
    }
}

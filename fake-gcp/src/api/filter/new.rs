//! The newer language: comparisons, `AND`, `OR`, `NOT`, parentheses; juxtaposition means AND.

use std::cmp::Ordering;

use serde_json::Value;

use super::compare::{lookup, text, without_hosts};
use super::token::Token;

#[derive(Debug, Clone)]
pub(super) enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    Compare { field: String, operator: &'static str, value: String, quoted: bool },
}

impl Filter {
    pub(super) fn parse(tokens: &[Token]) -> Result<Self, &'static str> {
        let mut parser = Parser { rest: tokens, levels: DEEPEST };
        let filter = parser.any()?;
        if parser.rest.is_empty() { Ok(filter) } else { Err("Unexpected token.") }
    }

    pub(super) fn matches(&self, resource: &Value) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.matches(resource)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(resource)),
            Self::Not(part) => !part.matches(resource),
            Self::Compare { field, operator, value, quoted } => {
                compare(lookup(resource, field), operator, value, *quoted)
            }
        }
    }
}

/// How deep parentheses and NOT may be nested. What is parsed by recursion must have an end.
const DEEPEST: usize = 64;

struct Parser<'a> {
    rest: &'a [Token],
    /// Levels that may still be opened.
    levels: usize,
}

impl Parser<'_> {
    fn keyword(&mut self, keyword: &str) -> bool {
        match self.rest {
            [Token::Word(word), after @ ..] if word == keyword => {
                self.rest = after;
                true
            }
            _ => false,
        }
    }

    /// Parses what stands one level deeper.
    fn deeper(
        &mut self,
        parse: fn(&mut Self) -> Result<Filter, &'static str>,
    ) -> Result<Filter, &'static str> {
        self.levels = self.levels.checked_sub(1).ok_or("It is nested too deep.")?;
        let parsed = parse(self);
        self.levels += 1;
        parsed
    }

    fn any(&mut self) -> Result<Filter, &'static str> {
        let mut parts = vec![self.all()?];
        while self.keyword("OR") {
            parts.push(self.all()?);
        }
        Ok(Filter::Any(parts))
    }

    fn all(&mut self) -> Result<Filter, &'static str> {
        let mut parts = vec![self.one()?];
        loop {
            let joined = self.keyword("AND");
            let ends = match self.rest {
                [] | [Token::Close, ..] => true,
                [Token::Word(word), ..] => word == "OR",
                _ => false,
            };
            if ends && !joined {
                return Ok(Filter::All(parts));
            }
            parts.push(self.one()?);
        }
    }

    fn one(&mut self) -> Result<Filter, &'static str> {
        if self.keyword("NOT") {
            return Ok(Filter::Not(Box::new(self.deeper(Self::one)?)));
        }
        match self.rest {
            [Token::Open, after @ ..] => {
                self.rest = after;
                let inside = self.deeper(Self::any)?;
                let [Token::Close, after @ ..] = self.rest else {
                    return Err("A parenthesis is not closed.");
                };
                self.rest = after;
                Ok(inside)
            }
            [Token::Word(field), Token::Operator(operator), value, after @ ..] => {
                let (value, quoted) = match value {
                    Token::Word(value) => (value, false),
                    Token::Quoted(value) => (value, true),
                    _ => return Err("A value is expected."),
                };
                self.rest = after;
                Ok(Filter::Compare { field: field.clone(), operator, value: value.clone(), quoted })
            }
            _ => Err("Expected: field operator value."),
        }
    }
}

fn compare(found: Option<&Value>, operator: &str, want: &str, quoted: bool) -> bool {
    match (operator, found) {
        ("!=", None) => true,
        (_, None) => false,
        (":", Some(_)) if want == "*" && !quoted => true,
        ("!=", Some(value)) => !equals(value, want, quoted),
        ("=", Some(value)) => equals(value, want, quoted),
        (":", Some(value)) => has(value, want),
        (_, Some(value)) => order(value, want).is_some_and(|ordering| match operator {
            "<" => ordering == Ordering::Less,
            "<=" => ordering != Ordering::Greater,
            ">" => ordering == Ordering::Greater,
            _ => ordering != Ordering::Less,
        }),
    }
}

fn equals(value: &Value, want: &str, quoted: bool) -> bool {
    let Some(value) = text(value) else { return false };
    let (want, value) = without_hosts(want, &value);
    match want.strip_suffix('*') {
        Some(prefix) if !quoted => value.starts_with(prefix),
        _ => value == want,
    }
}

/// Whether a value has another, which is the meaning of `:`: a part of a text, a member of a list, a key of a map.
fn has(value: &Value, want: &str) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| has(item, want)),
        Value::Object(map) => map.contains_key(want),
        scalar => text(scalar).is_some_and(|value| value.contains(want)),
    }
}

fn order(value: &Value, want: &str) -> Option<Ordering> {
    match (value.as_f64(), want.parse::<f64>()) {
        (Some(value), Ok(want)) => value.partial_cmp(&want),
        _ => text(value).map(|value| value.as_str().cmp(want)),
    }
}

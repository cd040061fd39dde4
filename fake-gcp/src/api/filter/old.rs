//! The older filter language: `field eq pattern`, `field ne pattern`, several groups in parentheses mean AND.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use regex::Regex;
use serde_json::Value;

use super::compare::{lookup, text, without_hosts};
use super::token::Token;
use crate::api::reference::strip_host;

#[derive(Debug, Clone)]
pub(super) struct Filter(Vec<Comparison>);

#[derive(Debug, Clone)]
struct Comparison {
    field: String,
    equal: bool,
    pattern: String,
    regex: Arc<Regex>,
}

/// Expressions that were compiled lately, by their text. Compiling one takes longer than to match all that a project holds, and clients
/// ask for the same again and again.
static COMPILED: Mutex<BTreeMap<String, Arc<Regex>>> = Mutex::new(BTreeMap::new());

/// Most expressions that are kept.
const KEPT: usize = 256;

fn compiled(whole: &str) -> Result<Arc<Regex>, regex::Error> {
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(regex) = compiled.get(whole) {
        return Ok(Arc::clone(regex));
    }
    let regex = Arc::new(Regex::new(whole)?);
    if compiled.len() >= KEPT {
        compiled.clear();
    }
    compiled.insert(whole.to_owned(), Arc::clone(&regex));
    Ok(regex)
}

impl Filter {
    pub(super) fn parse(tokens: &[Token]) -> Result<Self, &'static str> {
        let mut comparisons = Vec::new();
        let mut rest = tokens;
        while !rest.is_empty() {
            let (grouped, after_open) = match rest {
                [Token::Open, after @ ..] => (true, after),
                _ => (false, rest),
            };
            let [Token::Word(field), Token::Word(verb), value, after @ ..] = after_open else {
                return Err("Expected: field eq|ne pattern.");
            };
            comparisons.push(Comparison::new(field, verb, value)?);
            rest = match (grouped, after) {
                (true, [Token::Close, after @ ..]) => after,
                (true, _) => return Err("A parenthesis is not closed."),
                (false, after) => after,
            };
        }
        Ok(Self(comparisons))
    }

    pub(super) fn matches(&self, resource: &Value) -> bool {
        self.0.iter().all(|comparison| comparison.matches(resource))
    }
}

impl Comparison {
    fn new(field: &str, verb: &str, value: &Token) -> Result<Self, &'static str> {
        let (Token::Word(pattern) | Token::Quoted(pattern)) = value else {
            return Err("A pattern is expected after eq and ne.");
        };
        let equal = match verb {
            "eq" => true,
            "ne" => false,
            _ => return Err("Expected eq or ne."),
        };
        let whole = format!("^(?:{})$", strip_host(pattern).unwrap_or(pattern));
        let regex = compiled(&whole).map_err(|_| "The pattern is not a valid RE2 expression.")?;
        Ok(Self { field: field.to_owned(), equal, pattern: pattern.clone(), regex })
    }

    fn matches(&self, resource: &Value) -> bool {
        let value = lookup(resource, &self.field).and_then(text).unwrap_or_default();
        let (_, value) = without_hosts(&self.pattern, &value);
        self.regex.is_match(value) == self.equal
    }
}

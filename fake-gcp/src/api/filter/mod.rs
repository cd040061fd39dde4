//! List filters. Compute has two languages that must not be mixed in one expression: the older one with
//! `eq`/`ne` and RE2 patterns that must match the whole field, and the newer one in the manner of AIP-160.

mod compare;
mod new;
mod old;
mod token;

use serde_json::Value;

use crate::api::error::ApiError;
use token::Token;

/// A parsed filter.
#[derive(Debug, Clone)]
pub struct Filter(Language);

#[derive(Debug, Clone)]
enum Language {
    Old(old::Filter),
    New(new::Filter),
}

impl Filter {
    /// Parses an expression of either language; a mixture is 400 `invalid`.
    pub fn parse(text: &str) -> Result<Self, ApiError> {
        let refuse =
            |why: &str| ApiError::invalid("filter", text, &format!("Invalid list filter expression. {why}"));
        let tokens = token::tokens(text).ok_or_else(|| refuse("Unbalanced quotes."))?;
        let is_old = tokens.iter().any(|token| matches!(token, Token::Word(w) if w == "eq" || w == "ne"));
        let is_new = tokens.iter().any(|token| matches!(token, Token::Operator(_)));
        let language = match (is_old, is_new) {
            (true, true) => return Err(refuse("'eq' and '=' belong to two languages that cannot be mixed.")),
            (true, false) => old::Filter::parse(&tokens).map(Language::Old),
            (false, _) => new::Filter::parse(&tokens).map(Language::New),
        };
        Ok(Self(language.map_err(refuse)?))
    }

    /// Whether a resource passes the filter.
    pub fn matches(&self, resource: &Value) -> bool {
        match &self.0 {
            Language::Old(filter) => filter.matches(resource),
            Language::New(filter) => filter.matches(resource),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn route() -> Value {
        json!({
            "name": "shoot--p--a-1", "priority": 1000, "description": "k8s-node-route", "tags": ["x", "y"],
            "network": "https://www.googleapis.com/compute/v1/projects/p/global/networks/vpc",
            "labels": {"owner": "me"}, "canIpForward": true, "status": "DONE",
        })
    }

    #[test]
    fn both_languages() {
        for (filter, want) in [
            ("name eq shoot--p--a-.*", true),
            ("name eq shoot--p--a", false),
            ("name ne other", true),
            ("name eq \"(a|shoot--p--a-1|b)\"", true),
            ("name eq 'shoot.*'", true),
            (
                "(name eq shoot--p--a-.*) (network eq http://127.0.0.1:8080/compute/v1/projects/p/global/networks/vpc) (description eq k8s-node-route)",
                true,
            ),
            ("(name eq shoot.*) (description eq other)", false),
            ("network eq \".*(vpc).*\"", true),
            ("(name eq shoot.*) (status ne DONE)", false),
            ("priority eq 1000", true),
            ("name = shoot--p--a-1", true),
            ("name=\"shoot--p--a-1\"", true),
            ("name != shoot--p--a-1", false),
            ("name = shoot*", true),
            ("name : p--a", true),
            ("priority > 999 AND priority <= 1000", true),
            ("priority < 1000 OR labels.owner = me", true),
            ("NOT (name = x)", true),
            ("(name = x) (priority = 1000)", false),
            ("labels.owner:*", true),
            ("labels.other:*", false),
            ("tags:y", true),
            ("canIpForward = true", true),
            ("network = http://h/compute/v1/projects/p/global/networks/vpc", true),
            ("missing = x", false),
            ("missing != x", true),
        ] {
            assert_eq!(Filter::parse(filter).unwrap().matches(&route()), want, "{filter}");
        }
    }

    #[test]
    fn refused() {
        for filter in
            ["name eq a AND name = b", "name eq", "name", "(name = a", "name eq (", "= x", "name eq 'a"]
        {
            assert_eq!(Filter::parse(filter).unwrap_err().reason, "invalid", "{filter}");
        }
    }

    #[test]
    fn expressions_have_an_end() {
        for (open, close) in [("(", ")"), ("NOT ", ""), ("NOT (", ")")] {
            let nested = |levels: usize| format!("{}a=b{}", open.repeat(levels), close.repeat(levels));
            assert!(Filter::parse(&nested(30)).is_ok(), "{open}");
            let wide = vec![nested(30); 100].join(" OR ");
            assert!(Filter::parse(&wide).is_ok(), "{open}");
            let error = Filter::parse(&nested(30_000)).unwrap_err();
            assert!(error.message.ends_with("It is nested too deep."), "{open}");
        }
    }
}

//! Filters of lists, in the language of regular expressions over whole fields (`eq`).
//!
//! A value stands for itself in them: it can neither widen the expression nor end it. A filter is made here, of words of the API and of
//! names that were checked to be names, and of no other text.

use std::borrow::Cow;

use super::path::{BadName, check_name, check_project};

/// An expression that the items of a list must match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter(Cow<'static, str>);

impl Filter {
    /// An expression in which nothing comes from elsewhere.
    pub const fn of_words(expression: &'static str) -> Self {
        Self(Cow::Borrowed(expression))
    }

    /// The objects of `network` of `project`, under whatever host.
    ///
    /// # Errors
    /// If either can be no name.
    pub(super) fn of_network(project: &str, network: &str) -> Result<Self, BadName> {
        let (project, network) = (literal(check_project(project)?), literal(check_name(network)?));
        Ok(Self::made(format!("network eq \".*projects/{project}/global/networks/{network}\"")))
    }

    /// The objects with one of these names.
    ///
    /// # Errors
    /// If one can be no name.
    pub(super) fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self, BadName> {
        let names =
            names.into_iter().map(|name| check_name(name).map(literal)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self::made(format!("name eq \"({})\"", names.join("|"))))
    }

    /// The objects whose names begin with `name` and a dash.
    ///
    /// # Errors
    /// If it can be no name.
    pub fn beginning_with(name: &str) -> Result<Self, BadName> {
        Ok(Self::made(format!("name eq \"{}-.*\"", literal(check_name(name)?))))
    }

    /// The expression, as it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn made(expression: String) -> Self {
        Self(Cow::Owned(expression))
    }
}

/// A checked name as an expression that matches it alone. Of what it may have only the dot has a meaning, which in brackets it has not.
fn literal(name: &str) -> String {
    name.replace('.', "[.]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_widens_a_filter() {
        for (filter, wanted) in [
            (
                Filter::of_network("example.com:p", "n"),
                "network eq \".*projects/example[.]com:p/global/networks/n\"",
            ),
            (Filter::named(["operation-1", "operation-2"]), "name eq \"(operation-1|operation-2)\""),
            (Filter::beginning_with("shoot--p--a"), "name eq \"shoot--p--a-.*\""),
        ] {
            assert_eq!(filter.unwrap().as_str(), wanted);
        }
        for value in [".*", "a\" OR name ne \"b", "(a|b)", "a|b", "a)", "[a]", "a\\", "a+", "$", ""] {
            assert!(Filter::of_network("p", value).is_err(), "{value}");
            assert!(Filter::of_network(value, "n").is_err(), "{value}");
            assert!(Filter::named(["operation-1", value]).is_err(), "{value}");
            assert!(Filter::beginning_with(value).is_err(), "{value}");
        }
    }
}

//! Filters of lists, in the language of regular expressions over whole fields (`eq`). A value stands for itself in them: it can neither
//! widen the expression nor end it.

use super::path::{BadName, check_name, check_project};

/// The objects of `network` of `project`, under whatever host.
///
/// # Errors
/// If either can be no name.
pub(super) fn of_network(project: &str, network: &str) -> Result<String, BadName> {
    let (project, network) = (literal(check_project(project)?), literal(check_name(network)?));
    Ok(format!("network eq \".*projects/{project}/global/networks/{network}\""))
}

/// The objects with one of these names.
///
/// # Errors
/// If one can be no name.
pub(super) fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<String, BadName> {
    let names = names.into_iter().map(|name| check_name(name).map(literal)).collect::<Result<Vec<_>, _>>()?;
    Ok(format!("name eq \"({})\"", names.join("|")))
}

/// The objects whose names begin with `name` and a dash.
///
/// # Errors
/// If it can be no name.
pub(super) fn beginning_with(name: &str) -> Result<String, BadName> {
    Ok(format!("name eq \"{}-.*\"", literal(check_name(name)?)))
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
        assert_eq!(
            of_network("example.com:p", "n").unwrap(),
            "network eq \".*projects/example[.]com:p/global/networks/n\""
        );
        assert_eq!(named(["operation-1", "operation-2"]).unwrap(), "name eq \"(operation-1|operation-2)\"");
        assert_eq!(beginning_with("shoot--p--a").unwrap(), "name eq \"shoot--p--a-.*\"");
        for value in [".*", "a\" OR name ne \"b", "(a|b)", "a|b", "a)", "[a]", "a\\", "a+", "$", ""] {
            assert!(of_network("p", value).is_err(), "{value}");
            assert!(of_network(value, "n").is_err(), "{value}");
            assert!(named(["operation-1", value]).is_err(), "{value}");
            assert!(beginning_with(value).is_err(), "{value}");
        }
    }
}

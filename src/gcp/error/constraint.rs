//! The constraint of a policy that an error is about, such as `constraints/compute.requireVpcFlowLogs`.
//!
//! Some answers name it as data, in a `google.rpc.PreconditionFailure`: that classifies. The others name it in their text only:
//! from there it is read out for people, and decides nothing.

use serde_json::Value;

/// The beginnings of the names of constraints: Google's own, and those that an organisation wrote itself.
const PREFIXES: [&str; 2] = ["constraints/", "customConstraints/"];

/// The constraint that the details of an error answer name as data.
pub(super) fn of_details(details: &[Value]) -> Option<&str> {
    let violations = details.iter().filter_map(|detail| detail.get("violations")?.as_array()).flatten();
    violations.filter_map(|violation| violation.get("type")?.as_str()).find_map(name)
}

/// The first constraint that `text` names.
pub(super) fn in_text(text: &str) -> Option<&str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || "./_".contains(c))).find_map(name)
}

/// The name of a constraint that `word` is, without the end of a sentence; `None` if it is none.
fn name(word: &str) -> Option<&str> {
    let word = word.trim_end_matches('.');
    PREFIXES
        .iter()
        .any(|prefix| word.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty()))
        .then_some(word)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{in_text, of_details};

    #[test]
    fn a_constraint_is_read_as_google_writes_it() {
        for (text, found) in [
            (
                "Constraint constraints/compute.requireVpcFlowLogs violated for projects/1.",
                Some("constraints/compute.requireVpcFlowLogs"),
            ),
            (
                "violated: 'constraints/compute.disableVpcExternalIpv6'.",
                Some("constraints/compute.disableVpcExternalIpv6"),
            ),
            (
                "by policies: [\"customConstraints/custom.noRouters\": \"no\"]",
                Some("customConstraints/custom.noRouters"),
            ),
            ("see constraints/.", None),
            ("Invalid fingerprint.", None),
        ] {
            assert_eq!(in_text(text), found, "{text}");
        }
        let violation = |kind: &str| json!([{ "@type": "type.googleapis.com/google.rpc.PreconditionFailure", "violations": [{ "type": kind }] }]);
        let details = violation("constraints/iam.disableServiceAccountCreation");
        assert_eq!(
            of_details(details.as_array().unwrap()),
            Some("constraints/iam.disableServiceAccountCreation")
        );
        assert_eq!(of_details(violation("TOS").as_array().unwrap()), None);
    }
}

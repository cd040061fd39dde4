//! The findings and complaints that a run has told already: each is told once.

use std::collections::BTreeSet;

use planner::plan::Finding;

/// The findings and complaints that were told.
#[derive(Default)]
pub(super) struct Told {
    findings: BTreeSet<Finding>,
    complaints: BTreeSet<String>,
}

impl Told {
    /// Returns the findings that were not told before, and counts them as told.
    pub(super) fn new_findings<'a>(
        &mut self,
        findings: impl IntoIterator<Item = &'a Finding>,
    ) -> Vec<&'a Finding> {
        findings.into_iter().filter(|finding| self.findings.insert((*finding).clone())).collect()
    }

    /// Returns the complaints, Google's messages about what is in use, that were not told before, and counts them as told.
    pub(super) fn new_complaints<'a>(&mut self, complaints: &'a [String]) -> Vec<&'a String> {
        complaints.iter().filter(|complaint| self.complaints.insert((*complaint).clone())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thing_is_told_once() {
        let (mut told, [one, other]) =
            (Told::default(), ["one", "other"].map(|text| Finding::warn("rule", text)));
        assert_eq!(told.new_findings(&[one.clone(), one.clone()]), [&one]);
        assert_eq!(told.new_findings(&[one, other.clone()]), [&other]);
        let [one, other] = ["one", "other"].map(str::to_owned);
        assert_eq!(told.new_complaints(std::slice::from_ref(&one)), [&one]);
        assert_eq!(told.new_complaints(&[one, other.clone()]), [&other]);
    }
}

//! The service account: made where the shoot has one of its own, deleted where it was made for the shoot.

use super::evidence::Evidence;
use super::rule::{Judgement, Rule};
use crate::plan::resource::{NewServiceAccount, ResourceRef};

/// Judges the creation of the account.
pub(super) fn insert(evidence: &Evidence<'_>, object: &ResourceRef, body: &NewServiceAccount) -> Judgement {
    evidence.global(object)?;
    let rule = Rule::AccountInsert;
    is_own(evidence, object, rule)?;
    rule.demands(evidence.seen.cloud.service_account.is_none(), || "there is one already")?;
    let NewServiceAccount { id, display_name } = body;
    let cluster = &evidence.target.cluster;
    rule.demands(id == cluster && display_name == cluster, || "it is not called as the shoot is")
}

/// Judges the deletion of the account.
pub(super) fn delete(evidence: &Evidence<'_>, object: &ResourceRef) -> Judgement {
    evidence.global(object)?;
    let rule = Rule::AccountDelete;
    rule.demands(evidence.leaves(), || "the shoot still needs it")?;
    is_own(evidence, object, rule)?;
    let account = evidence.seen.cloud.service_account.as_ref().filter(|account| account.email == object.name);
    let account = rule.finds(account, || "it was not seen")?;
    let recorded = evidence.seen.state.data.get("service_account_exist");
    let made = recorded.is_some_and(|recorded| recorded.eq_ignore_ascii_case("true"))
        || account.display_name == evidence.target.cluster;
    rule.demands(made, || "it was not made for this shoot, as far as is known")
}

fn is_own(evidence: &Evidence<'_>, object: &ResourceRef, rule: Rule) -> Judgement {
    let target = evidence.target;
    let email = format!("{}@{}.iam.gserviceaccount.com", target.cluster, target.project);
    rule.demands(target.service_account && object.name == email, || "it is not the shoot's")
}

//! The state beside the journal: what others keep in it stays, and what is ours follows from what was seen.

use super::evidence::Evidence;
use super::firewalls::is_same;
use super::rule::{Judgement, Rule};
use super::{canaries, owned, told, words};
use crate::journal::{Phase, Refusal, State};
use crate::plan::{Action, Course, Step, StepId, StepPart};
use crate::vocabulary::{Purpose, Word};

/// The data key that says that something may exist.
const RESOURCES_EXIST: &str = "resources_exist";
/// The data key with the project in which something may exist.
const PROJECT: &str = "project";
/// The data key that says that the shoot has a service account that was made for it.
const ACCOUNT_EXISTS: &str = "service_account_exist";
/// The data key that says that a service account is about to be made.
const ACCOUNT_PENDING: &str = "service_account_pending";
/// The data key with the address of the service account.
const ACCOUNT_EMAIL: &str = "ids/service-account-email";
/// The data keys with the IPv6 ranges of subnets.
const NODES_IPV6: &str = "nodes-subnet-ipv6-cidr";
const SERVICES_IPV6: &str = "services-subnet-ipv6-cidr";

/// Data key: both families were reported.
pub(super) const REPORTED: &str = "dual-stack-reported";

/// Judges a write of the state. The journal in it is judged by rules of its own.
pub(super) fn write(evidence: &Evidence<'_>, after: &State) -> Judgement {
    let before = &evidence.seen.state;
    let State { journal, lasting, told, data, other, unwritten } = after;
    let rule = Rule::ForeignState;
    rule.demands(
        *other == before.other,
        || "a field that is not this controller's would be lost or changed",
    )?;
    rule.demands(!unwritten, || "it would be written and said not to be")?;
    let forgets = lasting.refused.is_none() && (!evidence.asked.dual_stack || evidence.target.dual_stack);
    let refuses = lasting.refused.as_ref().is_some_and(|refusal| records(evidence, &refusal.step));
    let begins = before.journal.phase.is_none() && journal.phase == Some(Phase::Preparing);
    let kept = lasting.refused == before.lasting.refused;
    let owner_says = evidence.asked.said.shoot.say(Word::TryAgain);
    let unused = before.lasting.refused.clone().map(|refusal| Refusal { used_up: false, ..refusal });
    let anew = !owner_says && lasting.refused == unused;
    let again = begins && lasting.refused.is_some();
    let used = lasting.refused.as_ref().is_none_or(|refusal| refusal.used_up == owner_says);
    Rule::OwnState.demands(
        !again && (kept || forgets || (refuses && used) || anew),
        || "what was refused would be lost or made up",
    )?;
    canaries::failed(evidence, after)?;
    let (stayed, stays) = (&before.lasting.stays.0, &lasting.stays.0);
    let is_there = |thing: &String| {
        Purpose::ALL
            .into_iter()
            .any(|purpose| purpose.as_str() == thing && evidence.subnet(purpose).is_some())
            || evidence.seen.cloud.routes.iter().any(|route| route.name == *thing)
    };
    let known = stayed.iter().all(|(thing, text)| stays.get(thing).is_some_and(|after| after == text))
        && stays.keys().all(|thing| stayed.contains_key(thing) || is_there(thing));
    let subnets_gone = || {
        let mut rest = before.lasting.stays.clone();
        rest.forget_subnets();
        evidence.course == Course::Steady && *stays == rest.0
    };
    Rule::OwnState.demands(
        stays == stayed
            || subnets_gone()
            || evidence.target.dual_stack && stays.is_empty()
            || evidence.course.goes_back() && known,
        || "what Google does not take back would be lost or made up",
    )?;
    words::kept(evidence, &lasting.words)?;
    told::follows(evidence, told)?;
    for key in before.data.keys().chain(data.keys()) {
        let (said, says) = (before.data.get(key), data.get(key));
        if said == says {
            continue;
        }
        let (rule, allowed) = match key.as_str() {
            PROJECT => (Rule::Project, project(evidence, says)),
            RESOURCES_EXIST => (Rule::OwnState, is_true(says) || says.is_none() && came_to_nothing(evidence)),
            ACCOUNT_EXISTS => (Rule::OwnState, is_true(says) && account_is_ours(evidence)),
            ACCOUNT_PENDING => (Rule::OwnState, account_pends(evidence, says)),
            ACCOUNT_EMAIL => (Rule::OwnState, says == seen_email(evidence)),
            NODES_IPV6 => (Rule::OwnState, ipv6(evidence, Purpose::Nodes, said, says)),
            SERVICES_IPV6 => (Rule::OwnState, ipv6(evidence, Purpose::Services, said, says)),
            REPORTED => (Rule::OwnState, is_true(says) && evidence.asked.dual_stack),
            _ => (Rule::ForeignState, false),
        };
        rule.demands(allowed, || {
            let says = says.map_or("nothing", String::as_str);
            format!("{} would say {}", crate::text::Quoted(key), crate::text::Quoted(says))
        })?;
    }
    Ok(())
}

/// Whether the plan's write of the state is called the record of what became of `step` of a migration that may still go either way.
fn records(evidence: &Evidence<'_>, step: &str) -> bool {
    let is_record = |planned: &&Step| match &planned.id {
        StepId::Migration(milestone, StepPart::Record) => milestone.name() == step,
        _ => false,
    };
    let write = evidence.steps.iter().find(is_record);
    evidence.course == Course::Preparing { begun: true }
        && write.is_some_and(|write| matches!(write.action, Action::WriteState(_)))
}

/// Demands that the project be the one in which the state says that something may exist: elsewhere the same names are other things.
pub(super) fn is_of_project(evidence: &Evidence<'_>) -> Judgement {
    let recorded = Some(&evidence.seen.state).filter(|state| is_true(state.data.get(RESOURCES_EXIST)));
    let recorded = recorded.and_then(|state| state.data.get(PROJECT));
    Rule::Project.demands(recorded.is_none_or(|recorded| *recorded == evidence.target.project), || {
        format!("the shoot's network is not in the project {}", evidence.target.project)
    })
}

/// Whether `state` has the IPv6 ranges of the subnets for nodes and services as they were read.
pub(super) fn says_ipv6(evidence: &Evidence<'_>, state: &State) -> bool {
    let says = |purpose: Purpose, key: &str| {
        let read = evidence.subnet(purpose).and_then(|subnet| subnet.ipv6_prefix.as_ref());
        state.data.get(key) == read
    };
    says(Purpose::Nodes, NODES_IPV6) && says(Purpose::Services, SERVICES_IPV6)
}

/// Demands that the state record that something may exist, and in which project, so that a deletion looks for it whatever happens.
pub(super) fn is_written_ahead(evidence: &Evidence<'_>) -> Judgement {
    let recorded = |state: &State| {
        is_true(state.data.get(RESOURCES_EXIST))
            && state.data.get(PROJECT).is_some_and(|project| *project == evidence.target.project)
    };
    Rule::WrittenAhead.demands(
        evidence.recorded().is_some_and(recorded),
        || "it is not recorded that something may exist, and in which project",
    )
}

/// Demands that the state record that a service account may exist, so that a deletion looks for it whatever happens.
pub(super) fn account_is_written_ahead(evidence: &Evidence<'_>) -> Judgement {
    let recorded =
        |state: &State| is_true(state.data.get(ACCOUNT_EXISTS)) || is_true(state.data.get(ACCOUNT_PENDING));
    Rule::WrittenAhead.demands(
        evidence.recorded().is_some_and(recorded),
        || "it is not recorded that there may be a service account",
    )
}

/// Whether the project is that of the credentials, and stays once it is recorded that something may exist in it.
fn project(evidence: &Evidence<'_>, says: Option<&String>) -> bool {
    let before = &evidence.seen.state.data;
    let recorded = is_true(before.get(RESOURCES_EXIST)) && before.contains_key(PROJECT);
    match says {
        Some(says) => *says == evidence.target.project && !recorded,
        None => came_to_nothing(evidence),
    }
}

/// Whether nothing exists of what the state says may exist, and nothing is pending.
fn came_to_nothing(evidence: &Evidence<'_>) -> bool {
    let cloud = &evidence.seen.cloud;
    let account = cloud.service_account.is_some() || cloud.service_account_unread.is_some();
    !account && evidence.seen.state.journal.is_empty() && owned::things(evidence).is_empty()
}

fn is_true(value: Option<&String>) -> bool {
    value.is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

fn account_is_ours(evidence: &Evidence<'_>) -> bool {
    let account = evidence.seen.cloud.service_account.as_ref();
    evidence.target.service_account
        && account.is_some_and(|account| account.display_name == evidence.target.cluster)
}

fn account_pends(evidence: &Evidence<'_>, says: Option<&String>) -> bool {
    let there = evidence.seen.cloud.service_account.is_some();
    let wanted = evidence.target.service_account;
    match says {
        Some(_) => is_true(says) && wanted && !there,
        None => (wanted && there) || came_to_nothing(evidence),
    }
}

fn seen_email<'a>(evidence: &Evidence<'a>) -> Option<&'a String> {
    let account = evidence.seen.cloud.service_account.as_ref().filter(|_| evidence.target.service_account)?;
    Some(&account.email)
}

/// Whether the IPv6 range in the state may change from `said` to `says`, given the range that the subnet has.
fn ipv6(evidence: &Evidence<'_>, purpose: Purpose, said: Option<&String>, says: Option<&String>) -> bool {
    let has = evidence.subnet(purpose).and_then(|subnet| subnet.ipv6_prefix.as_ref());
    let said_so = said.zip(has).is_some_and(|(said, has)| is_same(said, has));
    let dual_stack = evidence.target.dual_stack;
    match says {
        Some(_) => says == has && (dual_stack || said_so),
        None => !dual_stack && (!said_so || evidence.course.goes_back()),
    }
}

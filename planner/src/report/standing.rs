//! Where the migration of a shoot stands, as its Infrastructure alone says it.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::remaining;
use crate::documents::infrastructure::InfrastructureStatus;
use crate::journal::{self, Canary, CanaryVerdict, Place, State};
use crate::snapshot::Settings;
use crate::text::listed;
use crate::vocabulary::{CourseName, Milestone, Words};

/// How an error begins by which the preflight keeps a migration from being begun. Nothing is recorded of it.
pub const REFUSED_AT_M1: &str = "M1: refused before anything was changed";

/// Where the migration of one shoot stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    /// The namespace of the Infrastructure.
    pub namespace: String,
    /// The name of the Infrastructure.
    pub name: String,
    /// The course, e.g. `preparing`; null if there is no migration.
    pub course: Option<&'static str>,
    /// The first step that is not fulfilled, e.g. `M5`; `M1` where the preflight keeps it from being begun; else null if there is no migration.
    pub step: Option<&'static str>,
    /// The number of nodes that are finished with the step.
    pub done: usize,
    /// The number of all nodes.
    pub nodes: usize,
    /// The instant since which it is at this step.
    pub since: Option<Timestamp>,
    /// The instant since which it is held.
    pub hold_since: Option<Timestamp>,
    /// What is waited for, in words.
    pub waits_for: Option<String>,
    /// The nodes that got their alias before all others, and what came of it.
    pub canaries: Vec<CanaryStanding>,
    /// The estimated end, once the nodes are being changed.
    pub eta: Option<Timestamp>,
    /// The words on the Infrastructure.
    pub words: String,
    /// Whether both families are reported.
    pub dual_stack: bool,
    /// The description of the last operation.
    pub last_operation: Option<String>,
    /// The last error.
    pub last_error: Option<String>,
}

/// A node that got its alias before all others of its worker pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CanaryStanding {
    /// The node, as `ZONE/NAME`.
    pub node: String,
    /// The worker pool, by the names of its VMs.
    pub pool: String,
    /// The pods by which it is measured, as `NAMESPACE/NAME`.
    pub pods: Vec<String>,
    /// The node without alias that it is compared with.
    pub control: Option<String>,
    /// The instant at which it was chosen.
    pub since: Timestamp,
    /// What came of it: `proven`, `failed`, `unknown`, `unseen` or `gone`; null while it is measured.
    pub verdict: Option<&'static str>,
}

impl CanaryStanding {
    fn of(canary: &Canary) -> Self {
        Self {
            node: canary.vm.to_string(),
            pool: canary.pool.clone(),
            pods: canary.pods.iter().map(|witness| witness.pod.clone()).collect(),
            control: canary.control.as_ref().map(|control| control.node.clone()),
            since: canary.since,
            verdict: canary.verdict.map(CanaryVerdict::as_str),
        }
    }
}

impl Standing {
    /// The standing that `status` and the annotation `words` say, seen at `now`. Waits last as `settings` say.
    pub fn of(
        (namespace, name): (&str, &str),
        status: Option<&InfrastructureStatus>,
        words: Option<&str>,
        settings: &Settings,
        now: Timestamp,
    ) -> Self {
        let state = journal::decode(status.and_then(|status| status.state.as_ref()));
        let unread = state.as_ref().err().map(|error| format!("status.state cannot be read: {error}"));
        let state: State = state.unwrap_or_default();
        let place = state.told.place;
        let networking = status.and_then(|status| status.networking.as_ref());
        let failed = status.and_then(|status| status.last_error.as_ref());
        let refused =
            place.is_none() && failed.is_some_and(|error| error.description.contains(REFUSED_AT_M1));
        let at_m1 = |text| refused.then_some(text);
        Self {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            course: place.map(|place| place.course.as_str()),
            step: place.map(|place| place.step.name()).or(at_m1(Milestone::Preflight.name())),
            done: place.map_or(0, |place| place.done),
            nodes: place.map_or(0, |place| place.nodes),
            since: place.map(|place| place.since),
            hold_since: state.told.hold_since,
            waits_for: place
                .map(|place| waits_for(&place, &state))
                .or(at_m1("somebody to put right what the preflight refuses").map(str::to_owned)),
            canaries: state.journal.canaries.tried.iter().map(CanaryStanding::of).collect(),
            eta: place.and_then(|place| {
                let left = SignedDuration::try_from(remaining::remaining(&place, settings, now)?).ok()?;
                now.checked_add(left).ok()
            }),
            words: Words::read(words.unwrap_or_default()).0.to_string(),
            dual_stack: networking.is_some_and(|networking| networking.nodes.len() > 1),
            last_operation: status
                .and_then(|status| status.last_operation.as_ref())
                .map(|last| last.description.clone()),
            last_error: unread.or_else(|| failed.map(|error| error.description.clone())),
        }
    }
}

/// What a migration at `place` waits for; at M5, first of all, for what comes of the canaries in `state`.
fn waits_for(place: &Place, state: &State) -> String {
    let measured = |canary: &Canary| {
        let pods = canary.pods.iter().map(|witness| &witness.pod);
        format!("{} (by {})", canary.vm, listed(pods, ", "))
    };
    let canaries: Vec<String> = state.journal.canaries.open().map(measured).collect();
    match place.step {
        Milestone::Aliases if !canaries.is_empty() && place.course == CourseName::Preparing => {
            format!(
                "what comes of the canaries, before any other node gets its alias: {}",
                listed(&canaries, ", ")
            )
        }
        step => awaited(place.course, step).to_owned(),
    }
}

/// What a migration on `course` at `step` waits for.
fn awaited(course: CourseName, step: Milestone) -> &'static str {
    match course {
        CourseName::Announced => "the deletion of the shoot, which is asked for",
        CourseName::Held => "somebody to remove the word hold",
        CourseName::Rests => "somebody to put right what the last error says",
        CourseName::Preparing | CourseName::Back | CourseName::Undoing | CourseName::Committed => {
            of_step(step)
        }
    }
}

fn of_step(step: Milestone) -> &'static str {
    match step {
        Milestone::Detect | Milestone::Preflight => "the preflight",
        Milestone::Journal => "the record of what is to be replaced",
        Milestone::Ipv6First | Milestone::Ipv6 => "external IPv6 ranges of the subnets",
        Milestone::OverlapOn => "the overlap flag to reach every host",
        Milestone::SecondaryRange => "the pod range on the nodes subnet",
        Milestone::Aliases => "the aliases of the nodes",
        Milestone::Settle => "the aliases to reach every host",
        Milestone::Freeze => "all else in the infrastructure, and the cloud-controller-manager to stop",
        Milestone::LookAgain => "inserts of routes to end",
        Milestone::Recheck => "the last look before the point of no return",
        Milestone::DeleteRoutes => "the routes to go",
        Milestone::OverlapOff | Milestone::OverlapBack => "a second look before the overlap flag goes",
        Milestone::Report => "the report",
        Milestone::Release => "the cloud-controller-manager to be given back",
        Milestone::RoutesStand => "routes to all nodes with an alias, seen twice",
        Milestone::RecordUndo => "the record that aliases go",
        Milestone::AliasesOff => "the aliases of the nodes to go",
        Milestone::SettleBack => "every host to know that the aliases are gone",
        Milestone::RangeOff => "the pod range to go",
        Milestone::AsBefore => "what was made for IPv6 to go",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn standing(state: &serde_json::Value) -> Standing {
        let status = json!({
            "state": {
                "apiVersion": "gcp.provider.extensions.gardener.cloud/v1alpha1", "kind": "InfrastructureState",
                "data": state,
            },
            "lastError": { "description": "no" },
        });
        let status: InfrastructureStatus = serde_json::from_value(status).unwrap();
        let now = "2026-09-01T10:01:00Z".parse().unwrap();
        Standing::of(("n", "a"), Some(&status), Some("hold,x"), &Settings::default(), now)
    }

    #[test]
    fn the_infrastructure_alone_says_where_its_migration_is() {
        let nothing = standing(&json!({}));
        assert_eq!((nothing.course, nothing.step, nothing.eta), (None, None, None));
        assert_eq!((nothing.words.as_str(), nothing.last_error.as_deref()), ("hold", Some("no")));
        let some = standing(&json!({ "migration/step": "preparing M5 10/20 2026-09-01T10:00:00Z" }));
        assert_eq!((some.course, some.step, some.done, some.nodes), (Some("preparing"), Some("M5"), 10, 20));
        // Ten more at 6 s each, M6, M7, twenty routes at 6 s each, and M10.
        assert_eq!(some.eta, Some("2026-09-01T10:06:30Z".parse().unwrap()));
        let canary = json!({ "tried": [{
            "pool": "c-p", "vm": "z/c-p-z1-a-b", "pods": [{ "pod": "n/p", "uid": "u", "outer": true }], "control": null,
            "since": "2026-09-01T10:00:00Z", "verdict": null,
        }] });
        let measured = standing(&json!({
            "migration/step": "preparing M5 1/20 2026-09-01T10:00:00Z", "migration/canary": canary.to_string(),
        }));
        assert_eq!(
            measured.waits_for.as_deref(),
            Some("what comes of the canaries, before any other node gets its alias: z/c-p-z1-a-b (by n/p)")
        );
        assert_eq!((measured.canaries.len(), measured.canaries[0].verdict), (1, None));
        let early = standing(&json!({ "migration/step": "preparing M3 0/20 2026-09-01T10:00:00Z" }));
        assert_eq!(early.eta, None);
        assert_eq!((nothing.waits_for, early.waits_for.is_some()), (None, true));
        let odd = standing(&json!({ "migration/phase": "x" }));
        assert!(odd.last_error.unwrap().starts_with("status.state cannot be read"));
    }
    #[test]
    fn what_the_preflight_refuses_is_at_m1_until_it_is_begun() {
        let description =
            format!("Error reconciling Infrastructure: {REFUSED_AT_M1}: route theirs lies inside");
        let status: InfrastructureStatus =
            serde_json::from_value(json!({ "lastError": { "description": description } })).unwrap();
        let refused =
            Standing::of(("n", "a"), Some(&status), None, &Settings::default(), Timestamp::UNIX_EPOCH);
        assert_eq!((refused.course, refused.step, refused.eta), (None, Some("M1"), None));
        assert!(refused.waits_for.unwrap().contains("what the preflight refuses"));
        assert_eq!(refused.last_error, Some(description));
    }
}

//! Looks at the canaries of a migration: their pods are asked through the shoot's API server, and their kubelets' word is taken. What is
//! seen is kept in memory, and lost with the process: another one measures anew.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures::future::{join, join_all};
use jiff::Timestamp;
use planner::desired::Target;
use planner::journal::{Canary, State, Witness};
use planner::plan;
use planner::snapshot::{
    Cloud, Look, Node, NodeLook, Pod, PodLook, Pods, Reading, Settings, Unhealthy, Window,
};

use super::shoot_api::ShootApi;
use crate::shoot::Shoot as Api;

/// How often in a row a pod must answer before a canary is measured by it.
const ASKED: usize = 3;
/// The time for which looks are kept beyond the longest measuring.
const KEEP: Duration = Duration::from_secs(300);

/// Reads the pods, among which canaries are chosen, and asks those that may serve as witnesses.
pub(super) async fn pods(
    target: &Target,
    cloud: &Cloud,
    nodes: &[Node],
    settings: &Settings,
    now: Timestamp,
    shoot: &Api,
) -> Reading<Pods> {
    let all = match shoot.pods(None).await {
        Reading::Known(all) => all,
        Reading::Unknown(obstacle) => return Reading::Unknown(obstacle),
        Reading::Unread => return Reading::Unread,
    };
    let mut asked = plan::canary_pods(target, cloud, nodes, &all, now, settings);
    for round in 0..ASKED {
        if round > 0 && !asked.is_empty() {
            tokio::time::sleep(settings.canary_interval).await;
        }
        let answers = join_all(asked.iter().map(|pod| shoot.probe(pod))).await;
        asked = asked.into_iter().zip(answers).filter(|(_, answers)| *answers).map(|(pod, _)| pod).collect();
    }
    let answering: BTreeSet<String> = asked.into_iter().map(|pod| pod.uid.clone()).collect();
    Reading::Known(Pods { all, answering })
}

/// The window of looks at the canaries that are being measured, with one more, unless the last one was a moment ago.
pub(super) async fn window(target: &Target, state: &State, cloud: &Cloud, api: &ShootApi<'_>) -> Window {
    let measured = plan::measured_canaries(state, cloud);
    if measured.is_empty() {
        if state.journal.canaries.open().next().is_none() {
            api.windows.forget(api.cluster);
        }
        return Window::default();
    }
    let (mut window, at) = (api.windows.of(api.cluster), api.clock.now());
    // A clock that was put back makes looks that are still to come: all is measured anew.
    if window.looks.last().is_some_and(|last| last.at > at) {
        window = Window::default();
    }
    let next = |last: &Look| last.at.checked_add(api.settings.canary_interval).unwrap_or(Timestamp::MAX);
    if window.looks.last().is_some_and(|last| next(last) > at) {
        return window;
    }
    window.looks.push(look(target, &measured, at, api).await);
    let longest = api.settings.canary_timeout.saturating_add(KEEP);
    window.looks.retain(|look| look.at.checked_add(longest).is_ok_and(|until| until >= at));
    api.windows.keep(api.cluster, &window);
    window
}

/// One look at the nodes of `canaries` and at their controls.
async fn look(target: &Target, canaries: &[&Canary], at: Timestamp, api: &ShootApi<'_>) -> Look {
    let mut witnesses: BTreeMap<&str, Vec<&Witness>> = BTreeMap::new();
    for canary in canaries {
        witnesses.entry(canary.vm.name.as_str()).or_default().extend(&canary.pods);
        if let Some(control) = &canary.control {
            witnesses.entry(control.node.as_str()).or_default().extend(&control.pods);
        }
    }
    let nodes = match api.open(target).await {
        Ok(shoot) => {
            let told = match shoot.unhealthy().await {
                Reading::Known(told) => told,
                Reading::Unread | Reading::Unknown(_) => Vec::new(),
            };
            let told: BTreeMap<&str, &Unhealthy> = told.iter().map(|one| (one.uid.as_str(), one)).collect();
            let looks = witnesses.iter().map(|(name, witnesses)| node(&shoot, name, witnesses, &told));
            let looks = join_all(looks).await;
            witnesses.keys().map(|name| (*name).to_owned()).zip(looks).collect()
        }
        Err(_) => witnesses.keys().map(|name| ((*name).to_owned(), None)).collect(),
    };
    Look { at, nodes }
}

/// One look at the Node called `name`; `None`: the API does not tell of its pods.
async fn node(
    shoot: &Api,
    name: &str,
    witnesses: &[&Witness],
    told: &BTreeMap<&str, &Unhealthy>,
) -> Option<NodeLook> {
    let (kubelet, pods) = join(shoot.kubelet(name), shoot.pods(Some(name))).await;
    let pods: Vec<Pod> = pods.known()?.iter().filter(|pod| !pod.going).cloned().collect();
    let there = witnesses
        .iter()
        .filter_map(|witness| Some((*witness, pods.iter().find(|pod| pod.uid == witness.uid)?)));
    let looks = there.map(|(witness, pod)| async move {
        let answers = witness.outer && shoot.probe(pod).await;
        let unhealthy = told.get(pod.uid.as_str()).map_or(0, |told| told.count);
        (pod.uid.clone(), PodLook { answers, ready: pod.ready_since.is_some(), unhealthy })
    });
    Some(NodeLook { kubelet, pods: join_all(looks).await.into_iter().collect() })
}

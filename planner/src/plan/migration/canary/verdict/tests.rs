//! Each clause of the verdict, with the looks that decide it.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use super::{Shown, shown};
use crate::journal::{Canary, Control, Witness};
use crate::snapshot::{Look, NodeLook, PodLook, Settings, Window};
use crate::vocabulary::{Cadence, VmRef};

const CANARY: &str = "canary";
const CONTROL: &str = "control";

fn at(seconds: u64) -> Timestamp {
    let zero: Timestamp = "2026-09-01T10:00:00Z".parse().unwrap();
    zero.checked_add(Duration::from_secs(seconds)).unwrap()
}

/// A witness: `o…` is asked, `i…` is measured by its kubelet, `b…` is both.
fn witness(uid: &str) -> Witness {
    Witness {
        pod: format!("default/{uid}"),
        uid: uid.to_owned(),
        outer: !uid.starts_with('i'),
        inner: (!uid.starts_with('o')).then_some(Cadence { period: 10, threshold: 3 }),
    }
}

/// A canary with these pods, chosen at second 100, and a control with these, if there are any.
fn canary(pods: &[&str], control: &[&str]) -> Canary {
    let witnesses = |pods: &[&str]| pods.iter().map(|uid| witness(uid)).collect();
    Canary {
        pool: "pool".to_owned(),
        vm: VmRef { zone: "z".into(), name: CANARY.into() },
        pods: witnesses(pods),
        control: (!control.is_empty())
            .then(|| Control { node: CONTROL.to_owned(), pods: witnesses(control) }),
        since: at(100),
        verdict: None,
    }
}

const UP: PodLook = PodLook { answers: true, ready: true, unhealthy: 0 };
const SILENT: PodLook = PodLook { answers: false, ..UP };
const MISSED: PodLook = PodLook { ready: false, ..SILENT };

fn node(pods: &[(&str, PodLook)]) -> Option<NodeLook> {
    Some(NodeLook { kubelet: true, pods: pods.iter().map(|(uid, pod)| ((*uid).to_owned(), *pod)).collect() })
}

/// Looks every two seconds, of which `of` says what each shows, from `from` to `until`.
fn looks(from: u64, until: u64, of: impl Fn(u64) -> [(&'static str, Option<NodeLook>); 2]) -> Window {
    let look = |second: u64| Look {
        at: at(second),
        nodes: of(second).into_iter().map(|(name, node)| (name.to_owned(), node)).collect::<BTreeMap<_, _>>(),
    };
    Window { looks: (from..=until).step_by(2).map(look).collect() }
}

fn judge(canary: &Canary, window: &Window) -> Shown {
    shown(canary, window, &Settings::default())
}

/// What is shown after looks at a canary with one pod that is asked, and a control that is well.
fn outer(until: u64, of: impl Fn(u64) -> PodLook) -> Shown {
    let window =
        looks(100, until, |second| [(CANARY, node(&[("o1", of(second))])), (CONTROL, node(&[("o2", UP)]))]);
    judge(&canary(&["o1"], &["o2"]), &window)
}

/// What is shown after looks at a canary whose pods are measured by its kubelet alone.
fn inner(pods: &[&'static str], until: u64, of: impl Fn(&str, u64) -> PodLook) -> Shown {
    let seen = |second| {
        let pods: Vec<(&str, PodLook)> = pods.iter().map(|uid| (*uid, of(uid, second))).collect();
        [(CANARY, node(&pods)), (CONTROL, node(&[("i9", UP)]))]
    };
    judge(&canary(pods, &["i9"]), &looks(100, until, seen))
}

#[test]
fn it_is_proven_once_every_host_knows_and_all_that_are_asked_answered_in_the_end() {
    assert_eq!(outer(158, |_| UP), Shown::Measuring(58, 60));
    assert_eq!(outer(160, |_| UP), Shown::Proven);
    // Two looks in silence are none of the last twenty seconds any more.
    assert_eq!(outer(160, |second| if (110..114).contains(&second) { SILENT } else { UP }), Shown::Proven);
    let late = |second| if second == 150 { SILENT } else { UP };
    assert_eq!(outer(160, late), Shown::Measuring(60, 60));
    assert_eq!(outer(172, late), Shown::Proven);
}

#[test]
fn it_is_measured_for_as_long_as_the_slowest_kubelet_takes_and_no_longer_than_two_minutes() {
    let slow = |period| {
        let mut canary = canary(&["b1"], &["o2"]);
        canary.pods[0].inner = Some(Cadence { period, threshold: 3 });
        canary
    };
    let up = |until| looks(100, until, |_| [(CANARY, node(&[("b1", UP)])), (CONTROL, node(&[("o2", UP)]))]);
    assert_eq!(judge(&slow(30), &up(160)), Shown::Measuring(60, 90));
    assert_eq!(judge(&slow(30), &up(190)), Shown::Proven);
    assert_eq!(judge(&slow(600), &up(220)), Shown::Proven);
}

#[test]
fn it_failed_if_no_pod_answers_in_three_looks_in_a_row() {
    let from = |first| move |second| if second >= first { SILENT } else { UP };
    assert_eq!(outer(112, from(110)), Shown::Measuring(12, 60));
    assert!(matches!(outer(114, from(110)), Shown::Failed(saw) if saw.contains("default/o1")));
    // Whatever comes later.
    assert!(matches!(
        outer(160, |second| if (110..116).contains(&second) { SILENT } else { UP }),
        Shown::Failed(_)
    ));
    let one_of_two =
        looks(100, 160, |_| [(CANARY, node(&[("o1", SILENT), ("o3", UP)])), (CONTROL, node(&[("o2", UP)]))]);
    assert_eq!(judge(&canary(&["o1", "o3"], &["o2"]), &one_of_two), Shown::Measuring(60, 60));
}

#[test]
fn it_failed_if_half_of_its_pods_are_missed_by_its_kubelet() {
    let missed =
        |names: &'static [&'static str]| move |uid: &str, _| if names.contains(&uid) { MISSED } else { UP };
    assert!(matches!(inner(&["i1"], 100, missed(&["i1"])), Shown::Failed(_)));
    assert!(matches!(inner(&["i1", "i2"], 100, missed(&["i1", "i2"])), Shown::Failed(_)));
    assert_eq!(inner(&["i1", "i2"], 100, missed(&["i1"])), Shown::Measuring(0, 60), "two are asked for");
    assert!(matches!(inner(&["i1", "i2", "i3", "i4"], 100, missed(&["i1", "i4"])), Shown::Failed(_)));
    assert_eq!(inner(&["i1", "i2", "i3", "i4", "i5"], 100, missed(&["i1", "i2"])), Shown::Measuring(0, 60));
}

#[test]
fn probes_count_that_failed_since_the_first_look_as_often_as_their_kubelet_lets_them() {
    let told =
        |by: u64| move |_: &str, second| PodLook { unhealthy: 7 + if second > 110 { by } else { 0 }, ..UP };
    assert_eq!(inner(&["i1"], 120, told(2)), Shown::Measuring(20, 60));
    assert!(matches!(inner(&["i1"], 120, told(3)), Shown::Failed(saw) if saw.contains("default/i1")));
}

#[test]
fn kubelets_alone_prove_it_if_they_measure_a_pod_all_the_time() {
    assert_eq!(inner(&["i1"], 160, |_, _| UP), Shown::Proven);
    let window = looks(100, 220, |second| {
        let pods: &[_] = if second < 130 { &[("i1", UP)] } else { &[] };
        [(CANARY, node(pods)), (CONTROL, node(&[("i9", UP)]))]
    });
    assert!(matches!(judge(&canary(&["i1"], &["i9"]), &window), Shown::Unseen(_)), "it was deleted");
    let silent_in_the_end = |second| if second >= 158 { SILENT } else { UP };
    let window = looks(100, 160, |second| {
        [(CANARY, node(&[("b1", silent_in_the_end(second))])), (CONTROL, node(&[("o2", UP)]))]
    });
    assert_eq!(
        judge(&canary(&["b1"], &["o2"]), &window),
        Shown::Measuring(60, 60),
        "no pod answers right now"
    );
}

#[test]
fn nothing_is_known_where_pods_neither_answer_nor_fall_silent() {
    let some = |second: u64| if second.is_multiple_of(4) { SILENT } else { UP };
    assert_eq!(outer(218, some), Shown::Measuring(118, 60));
    assert!(matches!(outer(220, some), Shown::Unknown(_)));
}

/// What is shown where neither the canary's pods nor something else is well from second 110 to `well`.
fn ill(until: u64, well: u64, of: impl Fn(bool) -> [(&'static str, Option<NodeLook>); 2]) -> Shown {
    judge(&canary(&["o1"], &["o2"]), &looks(100, until, |second| of((110..well).contains(&second))))
}

#[test]
fn it_is_measured_anew_while_something_else_is_wrong_too() {
    let kubelet = |silent: bool| {
        let node =
            NodeLook { kubelet: !silent, ..node(&[("o1", if silent { SILENT } else { UP })]).unwrap() };
        [(CANARY, Some(node)), (CONTROL, self::node(&[("o2", UP)]))]
    };
    let control = |silent: bool| {
        let pod = if silent { SILENT } else { UP };
        [(CANARY, node(&[("o1", pod)])), (CONTROL, node(&[("o2", pod)]))]
    };
    let api = |silent: bool| {
        let node = if silent { None } else { node(&[("o1", UP)]) };
        [(CANARY, node), (CONTROL, self::node(&[("o2", UP)]))]
    };
    for of in [&kubelet as &dyn Fn(bool) -> _, &control, &api] {
        assert!(matches!(ill(200, 1000, of), Shown::Blind(_)));
        assert_eq!(ill(200, 180, of), Shown::Measuring(20, 60));
        assert_eq!(ill(240, 180, of), Shown::Proven);
        // The time for it is ten minutes in all.
        assert!(matches!(ill(698, 1000, of), Shown::Blind(_)));
        assert!(matches!(ill(700, 1000, of), Shown::Unseen(_)));
    }
    let beside = |silent: bool| {
        let control = if silent { SILENT } else { UP };
        [(CANARY, node(&[("o1", UP)])), (CONTROL, node(&[("o2", control)]))]
    };
    assert!(
        matches!(ill(700, 1000, beside), Shown::Unknown(_)),
        "it is reached, whatever its control is like"
    );
    let since = |from| move |second| if second > from { None } else { node(&[("o1", UP)]) };
    let silent = |from| looks(100, 700, |second| [(CANARY, since(from)(second)), (CONTROL, None)]);
    let alone = canary(&["o1"], &[]);
    assert!(matches!(judge(&alone, &silent(158)), Shown::Unseen(_)), "not every host knew the alias");
    assert!(matches!(judge(&alone, &silent(160)), Shown::Unknown(_)));
    let inner = canary(&["i1"], &["i9"]);
    let both = looks(100, 200, |_| [(CANARY, node(&[("i1", MISSED)])), (CONTROL, node(&[("i9", MISSED)]))]);
    assert!(matches!(judge(&inner, &both), Shown::Blind(_)), "kubelets miss pods everywhere");
}

#[test]
fn without_a_control_its_kubelet_tells_whether_the_way_is_open() {
    let alone = canary(&["o1"], &[]);
    let look = |pod| looks(100, 160, move |_| [(CANARY, node(&[("o1", pod)])), (CONTROL, None)]);
    assert_eq!(judge(&alone, &look(UP)), Shown::Proven);
    assert!(matches!(judge(&alone, &look(SILENT)), Shown::Failed(_)));
}

#[test]
fn looks_before_the_choice_and_before_a_gap_do_not_count() {
    let one = canary(&["o1"], &[]);
    let up = |from, until| looks(from, until, |_| [(CANARY, node(&[("o1", UP)])), (CONTROL, None)]);
    assert_eq!(judge(&one, &Window::default()), Shown::Measuring(0, 60));
    assert_eq!(judge(&one, &up(40, 120)), Shown::Measuring(20, 60));
    let looks = up(100, 150).looks.into_iter().chain(up(300, 320).looks).collect();
    assert_eq!(judge(&one, &Window { looks }), Shown::Measuring(20, 60));
}

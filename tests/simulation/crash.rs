//! The controller is killed and started again: after each step of the protocol, and at each call by which it changes anything.
//! Nothing is lost, no node is cut off.

use planner::vocabulary::Milestone;

use crate::hitless::check;
use crate::support::{Crash, Setup};

fn killed_after_each_step(nodes: u32) {
    let steps =
        Milestone::FORWARD.into_iter().filter(|step| (Milestone::Journal..Milestone::Report).contains(step));
    for (step, number) in steps.zip(2..) {
        let setup = Setup { crash: Crash::After(step), ..Setup::new(nodes, 40 + number) };
        assert!(check(&setup), "it was to be killed after {step}");
    }
}

/// Kills at the first, second, … call until there is none left to kill at; `crash` makes the crash from the number.
fn killed_at_each_call(at_least: u32, crash: impl Fn(u32) -> Crash) {
    let mut number = 1;
    while check(&Setup { crash: crash(number), ..Setup::new(3, 70) }) {
        number += 1;
    }
    assert!(number > at_least, "killed {} times only", number - 1);
}

#[test]
fn after_each_step_with_three_nodes() {
    killed_after_each_step(3);
}

#[test]
fn after_each_step_with_twenty_nodes() {
    killed_after_each_step(20);
}

#[test]
fn before_each_mutation_arrives() {
    killed_at_each_call(12, |number| Crash::AtMutation { number, arrives: false });
}

#[test]
fn before_the_answer_to_each_mutation() {
    killed_at_each_call(12, |number| Crash::AtMutation { number, arrives: true });
}

#[test]
fn before_each_state_write_arrives() {
    killed_at_each_call(8, |number| Crash::AtStateWrite { number, arrives: false });
}

#[test]
fn before_the_answer_to_each_state_write() {
    killed_at_each_call(8, |number| Crash::AtStateWrite { number, arrives: true });
}

/// Those by which the cloud-controller-manager is stopped: the annotations of its ManagedResource, and the scale of its Deployment.
#[test]
fn before_each_patch_of_the_ccm_arrives() {
    killed_at_each_call(2, |number| Crash::AtCcmPatch { number, arrives: false });
}

#[test]
fn before_the_answer_to_each_patch_of_the_ccm() {
    killed_at_each_call(2, |number| Crash::AtCcmPatch { number, arrives: true });
}

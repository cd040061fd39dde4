//! The controller is killed after each step of the protocol and started again: nothing is lost, no node is cut off.

use gardener_extension_infra_gcp::plan::Milestone;

use crate::hitless::check;
use crate::support::{Crash, Setup};

fn killed_after_each_step(nodes: u32) {
    let steps = Milestone::ALL.into_iter().filter(|step| (2..=11).contains(&step.number()));
    for step in steps {
        check(&Setup { crash: Crash::After(step), ..Setup::new(nodes, 40 + u64::from(step.number())) });
    }
}

#[test]
fn three_nodes() {
    killed_after_each_step(3);
}

#[test]
fn twenty_nodes() {
    killed_after_each_step(20);
}

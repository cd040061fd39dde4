//! The controller is killed at each call by which it changes anything, and started again: created and deleted all the same.

use serde_json::Value;

use super::documents::{Shoot, assert_same, essence};
use super::life::{Life, Setup};
use crate::support::{Crash, block_on};

/// Creates and deletes `shoot`, and tells whether the controller was killed; what stands in between is `wanted`, if that is given,
/// and returned.
async fn live(shoot: &Shoot, setup: &Setup, wanted: Option<&Value>) -> (bool, Value) {
    let what = format!("{:?}", setup.crash);
    let life = Life::new(setup).await;
    let before = life.dump();
    let seed = life.seed.clone();
    let (witness, name) = (life.cloud.clone(), shoot.name.clone());
    let marked = move || {
        super::life::stored(&seed, &name)
            .is_some_and(|object| object["status"]["state"]["data"]["resources_exist"] == "true")
    };
    witness.faults.before(move |request| {
        assert!(request.method() == http::Method::GET || marked(), "{} {}", request.method(), request.uri());
        crate::support::CloudFate::Pass
    });
    life.create(shoot);
    life.settle(shoot).await;
    let stands = essence(life.dump());
    if let Some(wanted) = wanted {
        assert_same(&stands, wanted, &what);
    }
    life.delete(shoot).await;
    life.settle(shoot).await;
    assert_eq!(life.object(shoot), None, "{what}");
    assert_same(&life.dump(), &before, &what);
    (life.was_killed(), stands)
}

/// Kills at the first, second, … call until there is none left to kill at.
fn check(shoot: &Shoot, at_least: u32, crash: impl Fn(u32) -> Crash) {
    block_on(async {
        let setup = Setup { service_accounts: true, ..Setup::default() };
        let (_, wanted) = live(shoot, &setup, None).await;
        let mut number = 1;
        while live(shoot, &Setup { crash: crash(number), ..setup.clone() }, Some(&wanted)).await.0 {
            number += 1;
        }
        assert!(number > at_least, "killed {} times only", number - 1);
    });
}

/// In its own VPC, and in that of the user; dual-stack, with an account of its own: all kinds of calls are among them.
fn check_both(at_least: [u32; 2], crash: impl Fn(u32) -> Crash) {
    let in_user_vpc = Shoot { families: Shoot::dual_stack().families, ..Shoot::in_user_vpc() };
    for (shoot, at_least) in [Shoot::dual_stack(), in_user_vpc].iter().zip(at_least) {
        check(shoot, at_least, &crash);
    }
}

#[test]
fn before_each_mutation_arrives() {
    check_both([20, 15], |number| Crash::AtMutation { number, arrives: false });
}

#[test]
fn before_the_answer_to_each_mutation() {
    check_both([20, 15], |number| Crash::AtMutation { number, arrives: true });
}

#[test]
fn before_each_state_write_arrives() {
    check_both([2, 2], |number| Crash::AtStateWrite { number, arrives: false });
}

#[test]
fn before_the_answer_to_each_state_write() {
    check_both([2, 2], |number| Crash::AtStateWrite { number, arrives: true });
}

/// Annotation and finalizer among them: between two writes the object says half of it.
#[test]
fn before_each_write_to_the_seed_arrives() {
    check(&Shoot::usual(), 8, |number| Crash::AtWrite { number, arrives: false });
}

#[test]
fn before_the_answer_to_each_write_to_the_seed() {
    check(&Shoot::usual(), 8, |number| Crash::AtWrite { number, arrives: true });
}

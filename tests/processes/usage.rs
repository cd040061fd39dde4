//! What the command line says when it is asked nothing, or something that it cannot do.

use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gardener-extension-infra-gcp"))
        .args(arguments)
        .env_remove("KUBECONFIG")
        .env("HOME", "/nonexistent")
        .output()
        .unwrap()
}

#[test]
fn help_names_the_commands_and_exits_with_zero() {
    let output = run(&["--help"]);
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("controller") && text.contains("plan"), "{text}");
    let output = run(&["controller", "--help"]);
    let text = String::from_utf8(output.stdout).unwrap();
    for flag in [
        "--kubeconfig",
        "--compute-endpoint",
        "--iam-endpoint",
        "--sts-endpoint",
        "--alias-settle",
        "--infrastructure-max-concurrent-reconciles",
    ] {
        assert!(text.contains(flag), "{flag}: {text}");
    }
}

#[test]
fn a_wrong_value_is_named_with_what_would_be_right() {
    let output = run(&["controller", "--alias-settle", "60"]);
    assert_eq!(output.status.code(), Some(1), "2 would mean that there is something to do");
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("\"60\" is not a duration: write a number with a unit"), "{text}");
}

#[test]
fn without_a_seed_it_says_how_to_name_one() {
    let output = run(&["plan", "-n", "shoot--p--a"]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("give --kubeconfig or set $KUBECONFIG"), "{text}");
}

#[test]
fn a_mistyped_command_does_not_say_that_there_is_something_to_do() {
    for arguments in [&["plan"] as &[&str], &["plan", "--unknown"], &["pln"], &[]] {
        assert_eq!(run(arguments).status.code(), Some(1), "{arguments:?}");
    }
    for arguments in [&["--help"] as &[&str], &["--version"], &["plan", "--help"]] {
        assert_eq!(run(arguments).status.code(), Some(0), "{arguments:?}");
    }
}

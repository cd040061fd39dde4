//! What the command line says when it is asked nothing, or something that it cannot do.

use std::process::{Command, Output};

use serde_json::Value;

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gardener-extension-infra-gcp"))
        .args(arguments)
        .env_remove("KUBECONFIG")
        .env_remove("LEADER_ELECTION_NAMESPACE")
        .env("HOME", "/nonexistent")
        .output()
        .unwrap()
}

#[test]
fn help_names_the_commands_and_exits_with_zero() {
    let output = run(&["--help"]);
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    for command in ["controller", "plan", "status", "hold", "undo", "resume"] {
        assert!(text.contains(command), "{command}: {text}");
    }
    let output = run(&["controller", "--help"]);
    let text = String::from_utf8(output.stdout).unwrap();
    for flag in [
        "--kubeconfig",
        "--compute-endpoint",
        "--iam-endpoint",
        "--resource-manager-endpoint",
        "--network-connectivity-endpoint",
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
fn flags_of_provider_gcp_are_known_and_wrong_values_name_theirs() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "apiVersion: v1\nkind: ControllerConfiguration\n").unwrap();
    let config_file = format!("--config-file={}", file.path().display());
    for (arguments, named) in [
        (&["--controllers=infrastructure,worker"] as &[&str], "--controllers"),
        (&["--disable-controllers=bastion"], "--disable-controllers"),
        (&["--heartbeat-renew-interval-seconds=0"], "--heartbeat-renew-interval-seconds"),
        (&["--leader-election=perhaps"], "--leader-election"),
        (
            &["--leader-election-namespace=a", "--leader-election-renew-deadline=20s"],
            "--leader-election-{lease-duration,renew-deadline",
        ),
        (&["--leader-election=true"], "--leader-election-namespace"),
        (&["--log-level=loud"], "--log-level"),
        (&["--no-such-flag"], "--no-such-flag"),
        (
            &["--infrastructure-max-concurrent-reconciles=0"],
            "'--infrastructure-max-concurrent-reconciles <NUMBER>': 0 is not in 1..",
        ),
        (&[config_file.as_str()], "apiVersion is \"v1\""),
        (&["--config-file=/no/such/file"], "--config-file: cannot read /no/such/file"),
        // Known, so what is missing in the end is a seed.
        (
            &[
                "--leader-election=false",
                "--ignore-operation-annotation=false",
                "--self-hosted-shoot-cluster=false",
                "--gardener-version=v1.140.0",
                "--disable-controllers=heartbeat",
                "--disable-webhooks=*",
                "--webhook-config-mode=service",
                "--webhook-config-url=u",
                "--webhook-config-namespace=n",
                "--webhook-config-owner-namespace=o",
                "--webhook-config-service-port=443",
                "--webhook-config-server-host=h",
                "--webhook-config-server-port=10250",
                "--webhook-config-cert-dir=/tmp",
                "--metrics-bind-address=:8080",
                "--health-bind-address=0",
            ],
            "give --kubeconfig or set $KUBECONFIG",
        ),
    ] {
        let output = run(&[&["controller"], arguments].concat());
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.contains(named), "{arguments:?}: {text}");
    }
}

#[test]
fn what_would_serve_nothing_or_reach_nobody_is_refused_by_both_commands() {
    let plan = ["plan", "-n", "shoot--p--a"];
    for (argument, named) in [
        (
            "--extension-classes=foo",
            "'--extension-classes <CLASS>'\n  [possible values: shoot, seed, garden]",
        ),
        ("--extension-classes=shoot,sed", "[possible values: shoot, seed, garden]"),
        ("--extension-classes=", "[possible values: shoot, seed, garden]"),
        ("--wave=0", "'--wave <NUMBER>': 0 is not in 1.."),
        ("--master=nonsense", "--master <URL>"),
        ("--compute-endpoint=nonsense", "--compute-endpoint <URL>"),
        ("--compute-endpoint=compute.example:443", "--compute-endpoint <URL>"),
        ("--iam-service-accounts-endpoint=nonsense", "--iam-service-accounts-endpoint <URL>"),
        ("--iam-endpoint=nonsense", "--iam-endpoint <URL>"),
        ("--sts-endpoint=nonsense", "--sts-endpoint <URL>"),
    ] {
        for command in [&["controller"] as &[&str], &plan] {
            let output = run(&[command, &[argument]].concat());
            assert_eq!(output.status.code(), Some(1), "{command:?} {argument}");
            let text = String::from_utf8(output.stderr).unwrap();
            assert!(text.contains(named), "{command:?} {argument}: {text}");
        }
    }
}

#[test]
fn a_master_alone_is_no_seed() {
    let output = run(&["plan", "-n", "shoot--p--a", "--master", "https://seed.example"]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("--master only replaces the URL in a kubeconfig, so give --kubeconfig"), "{text}");
}

#[test]
fn without_a_seed_it_says_how_to_name_one() {
    let output = run(&["plan", "-n", "shoot--p--a"]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("give --kubeconfig or set $KUBECONFIG"), "{text}");
}

#[test]
fn a_script_is_told_as_json_too_that_a_command_failed() {
    for (command, member) in [
        ("plan", "findings"),
        ("status", "infrastructures"),
        ("hold", "words"),
        ("undo", "words"),
        ("resume", "words"),
    ] {
        let output = run(&[command, "-n", "shoot--p--a", "--output", "json"]);
        assert_eq!(output.status.code(), Some(1), "{command}");
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(document.get(member).is_some(), "{command} answers in its own shape: {document:#}");
        assert_eq!(document["error"]["reason"], "failed", "{command}: {document:#}");
        let message = document["error"]["message"].as_str().unwrap();
        assert!(message.contains("give --kubeconfig or set $KUBECONFIG"), "{command}: {message}");
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(text, format!("error: {message}\n"), "{command}");
        assert_eq!(
            run(&[command, "-n", "shoot--p--a"]).stdout,
            b"",
            "{command}: as text it is on standard error alone"
        );
    }
}

#[test]
fn a_mistyped_command_does_not_say_that_there_is_something_to_do() {
    for arguments in [&["plan"] as &[&str], &["plan", "--unknown"], &["pln"], &[]] {
        assert_eq!(run(arguments).status.code(), Some(1), "{arguments:?}");
    }
    for arguments in
        [&["--help"] as &[&str], &["--version"], &["controller", "--version"], &["plan", "--help"]]
    {
        assert_eq!(run(arguments).status.code(), Some(0), "{arguments:?}");
    }
}

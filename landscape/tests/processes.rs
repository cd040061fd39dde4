//! Children: what they print is kept, their end is noticed, and none survives its owner.

#![cfg(test)]

use std::time::Duration;

use landscape::processes::{Child, ProcessError, Program, RunDir, Signal, Source};
use rustix::process::{Pid, test_kill_process};
use tokio::time::timeout;

const SOON: Duration = Duration::from_secs(10);

fn shell(script: &str, run_dir: &RunDir) -> Child {
    Child::start(&Program::new("shell", "/bin/sh").args(["-c", script]), run_dir).unwrap()
}

/// The process ids that `script` printed as its first line, a JSON list.
async fn started(script: &str, run_dir: &RunDir) -> (Child, Vec<i32>) {
    let mut child = shell(script, run_dir);
    let ids = child.first_json(SOON).await.unwrap();
    (child, ids)
}

/// Returns when no such process lives any more. A killed grandchild is reaped by init, at a time of its own.
async fn gone(id: i32) {
    let mut interval = tokio::time::interval(Duration::from_millis(5));
    let alive = async {
        while test_kill_process(Pid::from_raw(id).unwrap()).is_ok() && !is_zombie(id) {
            interval.tick().await;
        }
    };
    timeout(SOON, alive).await.unwrap_or_else(|_| panic!("process {id} survived"));
}

fn is_zombie(id: i32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with('Z'))
}

#[tokio::test]
async fn dropping_a_child_kills_its_whole_group() {
    let run_dir = RunDir::create("drop").unwrap();
    let (child, ids) = started("sleep 1000 & echo \"[$$, $!]\"; wait", &run_dir).await;
    assert_eq!(ids.len(), 2);
    drop(child);
    for id in ids {
        gone(id).await;
    }
}

#[tokio::test]
async fn a_child_sees_its_owners_end_on_standard_input() {
    let run_dir = RunDir::create("stdin").unwrap();
    let mut child = shell("echo 1; cat; exit 7", &run_dir);
    let _: u8 = child.first_json(SOON).await.unwrap();
    child.close_stdin();
    assert_eq!(timeout(SOON, child.wait()).await.unwrap().unwrap().code(), Some(7));
}

#[tokio::test]
async fn a_child_that_ignores_the_request_to_stop_is_killed() {
    use std::os::unix::process::ExitStatusExt as _;
    let run_dir = RunDir::create("stop").unwrap();
    let (mut child, _) = started("trap '' TERM; echo '[1]'; while :; do sleep 1; done", &run_dir).await;
    let status = child.stop(Duration::from_millis(50)).await.unwrap();
    assert_eq!(status.signal(), Some(Signal::KILL.as_raw()));
    child.signal(Signal::TERM).unwrap();
}

#[tokio::test]
async fn lines_are_read_from_the_first_one_on_by_every_reader_and_kept_in_the_file() {
    let run_dir = RunDir::create("lines").unwrap();
    let mut child = shell("echo one; echo '{\"step\":\"M5\"}' >&2; printf three", &run_dir);
    child.wait().await.unwrap();
    let mut readers = [child.log(), child.log()];
    for reader in &mut readers {
        let mut lines = Vec::new();
        while let Some(line) = timeout(SOON, reader.next()).await.unwrap() {
            lines.push(line);
        }
        // The two streams are read apart, so their order among each other is open.
        lines.sort_by_key(|line| line.source == Source::Stderr);
        let texts: Vec<_> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(texts, ["one", "three", "{\"step\":\"M5\"}"]);
        assert_eq!(lines[2].json().unwrap()["step"], "M5");
        assert_eq!(lines[0].json(), None);
    }
    let file = std::fs::read_to_string(child.log_path()).unwrap();
    assert!(file.contains("three\n") && file.contains("M5"), "{file}");
}

#[tokio::test]
async fn errors_tell_how_the_child_ended_and_what_it_said_last() {
    let run_dir = RunDir::create("errors").unwrap();
    let first = async |script: &str, deadline| {
        shell(script, &run_dir).first_json::<Vec<u8>>(deadline).await.unwrap_err()
    };
    match first("echo 'no such flag' >&2; exit 3", SOON).await {
        ProcessError::Ended { status, tail, log, .. } => {
            assert_eq!((status.as_str(), tail.as_str()), ("exit status: 3", "  no such flag\n"));
            assert!(log.exists());
        }
        other => panic!("{other}"),
    }
    let late = first("cat", Duration::from_millis(20)).await;
    assert!(matches!(late, ProcessError::Late { .. }), "{late}");
    let chatty = first("echo hello; cat", SOON).await;
    assert!(matches!(&chatty, ProcessError::NotAgreed { line, .. } if line == "hello"), "{chatty}");
    let missing = Child::start(&Program::new("none", "/no/such/program"), &run_dir).unwrap_err();
    assert!(matches!(missing, ProcessError::Spawn { .. }), "{missing}");
}

#[tokio::test]
async fn a_run_directory_stays_if_an_error_named_a_file_in_it() {
    let path = |run_dir: &RunDir| run_dir.path().to_path_buf();
    let run_dir = RunDir::create("removed").unwrap();
    let removed = path(&run_dir);
    drop(run_dir);
    assert!(!removed.exists());

    let run_dir = RunDir::create("kept").unwrap();
    let kept = path(&run_dir);
    shell("exit 1", &run_dir).first_json::<u8>(SOON).await.unwrap_err();
    drop(run_dir);
    assert!(kept.join("shell.log").exists());
    std::fs::remove_dir_all(kept).unwrap();
}

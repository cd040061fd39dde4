//! The build of etcd and kube-apiserver is cut short, as people and machines do it, and goes on.

#![cfg(test)]

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use landscape::processes::Signal;
use rustix::process::{Pid, kill_process, test_kill_process};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStderr, Command};
use tokio::time::timeout;

/// The longest that anything here may take, on a slow machine.
const SOON: Duration = Duration::from_secs(300);

/// `landscape build` with caches of its own in `folder`.
struct Build {
    process: Child,
    lines: Lines<BufReader<ChildStderr>>,
}

impl Build {
    fn start(folder: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_landscape"))
            .arg("build")
            .env("LANDSCAPE_CACHE", folder.join("landscape"))
            .env("GOCACHE", folder.join("go"))
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stderr.take().unwrap()).lines();
        Self { process, lines }
    }

    /// The first line that contains `text`.
    async fn says(&mut self, text: &str) -> String {
        let mut seen = Vec::new();
        let found = async {
            while let Some(line) = self.lines.next_line().await.unwrap() {
                if line.contains(text) {
                    return line;
                }
                seen.push(line);
            }
            String::new()
        };
        let found = timeout(SOON, found).await.unwrap_or_default();
        assert!(!found.is_empty(), "{text:?} was not said: {seen:#?}");
        found
    }

    /// Packages that are to be compiled, once some are; so they are not when it is done again.
    async fn compiles(&mut self) -> u32 {
        const STAGE: &str = "compiling etcd and kube-apiserver: ";
        let begun = self.says(STAGE).await;
        // The second line of a stage comes when something was done.
        self.says(STAGE).await;
        let (_, rest) = begun.split_once(" of 2, ").unwrap().1.split_once(" of ").unwrap();
        rest.split(' ').next().unwrap().parse().unwrap_or_else(|_| panic!("{begun}"))
    }

    async fn signalled(mut self, signal: Signal) -> Option<i32> {
        kill_process(Pid::from_raw(i32::try_from(self.process.id().unwrap()).unwrap()).unwrap(), signal)
            .unwrap();
        timeout(SOON, self.process.wait()).await.unwrap().unwrap().code()
    }
}

/// Returns when no process has a file below `folder` as its standard input: Go has the lock.
async fn nobody_works_in(folder: &Path) {
    let mut interval = tokio::time::interval(Duration::from_millis(20));
    let works = || {
        let processes = std::fs::read_dir("/proc").unwrap().flatten();
        processes
            .map(|process| process.path().join("fd/0"))
            .any(|input| std::fs::read_link(input).is_ok_and(|file| file.starts_with(folder)))
    };
    let ended = async {
        while works() {
            interval.tick().await;
        }
    };
    timeout(SOON, ended).await.expect("Go ends with whoever started it");
}

#[tokio::test]
async fn a_build_that_was_killed_or_interrupted_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("landscape");
    let mut first = Build::start(folder.path());
    let all = first.compiles().await;
    assert!(all > 1000, "{all} packages");
    // A second one waits, and can be interrupted while it does.
    let mut waiting = Build::start(folder.path());
    waiting.says("another process builds etcd and kube-apiserver: waiting for it").await;
    assert_eq!(waiting.signalled(Signal::INT).await, Some(130));
    assert_eq!(first.signalled(Signal::KILL).await, None);
    nobody_works_in(&cache).await;

    // What was left half-written is in nobody's way, and what was finished is not done again.
    let mut second = Build::start(folder.path());
    let rest = second.compiles().await;
    assert!(rest < all, "{rest} of {all} packages");
    assert_eq!(second.signalled(Signal::INT).await, Some(130));
    nobody_works_in(&cache).await;

    let mut third = Build::start(folder.path());
    let left = third.compiles().await;
    assert!(left < rest, "{left} of {rest} packages");
    let pid = Pid::from_raw(i32::try_from(third.process.id().unwrap()).unwrap()).unwrap();
    assert_eq!(third.signalled(Signal::TERM).await, Some(130));
    assert!(test_kill_process(pid).is_err());
    let binaries = std::fs::read_dir(cache.join("testenv")).unwrap().flatten();
    for directory in binaries {
        assert!(!directory.path().join("testenv").exists(), "a binary that was never finished");
    }
}

#[tokio::test]
async fn what_is_missing_is_told_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let run = async |variable: &str, value: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_landscape"))
            .arg("build")
            .env("LANDSCAPE_CACHE", folder.path().join("landscape"))
            .env("GOCACHE", folder.path().join("go"))
            .env(variable, value)
            .kill_on_drop(true)
            .output();
        let output = timeout(SOON, output).await.unwrap().unwrap();
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let nowhere = folder.path().join("nowhere").to_str().unwrap().to_owned();
    let told = run("PATH", &nowhere).await;
    assert!(told.starts_with("error: Go is needed to build etcd and kube-apiserver"), "{told}");
    assert!(told.contains("\n-> try again: make build\n"), "{told}");
    std::fs::write(&nowhere, "a file").unwrap();
    let told = run("LANDSCAPE_CACHE", &nowhere).await;
    assert!(told.starts_with(&format!("error: {nowhere}/testenv/")), "{told}");
    // A place is named as it is seen from here, wherever it is built.
    let told = run("LANDSCAPE_CACHE", "Cargo.toml").await;
    let here = std::env::current_dir().unwrap();
    assert!(told.starts_with(&format!("error: {}/Cargo.toml/testenv/", here.display())), "{told}");
    // Nobody listens on port 9, and no module is there yet.
    let modules = folder.path().join("modules");
    let told = {
        let output = Command::new(env!("CARGO_BIN_EXE_landscape"))
            .arg("build")
            .env("LANDSCAPE_CACHE", folder.path().join("landscape"))
            .env("GOCACHE", folder.path().join("go"))
            .env("GOMODCACHE", &modules)
            .env("GOPROXY", "http://127.0.0.1:9")
            .env("GOFLAGS", "-modcacherw")
            .kill_on_drop(true)
            .output();
        let output = timeout(SOON, output).await.unwrap().unwrap();
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    for part in [
        "error: fetching the Go modules of etcd and kube-apiserver failed",
        "127.0.0.1:9",
        "-> Go fetches modules from where `go env GOPROXY` says",
        "/build.log\n",
        "-> what was fetched is kept; try again: make build\n",
    ] {
        assert!(told.contains(part), "{part:?} in {told}");
    }
}

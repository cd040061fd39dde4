//! etcd and kube-apiserver in one binary, built with Go from the sources in `testenv/` on first use.
//!
//! The cache key is the hash of those sources, so a change builds anew, and two versions live side by side.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde::Deserialize;
use tokio::process::Command;

use super::{Child, ProcessError, Program, RunDir, binaries, build_id};

const SOURCES: [(&str, &str); 3] = [
    ("go.mod", include_str!("../../testenv/go.mod")),
    ("go.sum", include_str!("../../testenv/go.sum")),
    ("main.go", include_str!("../../testenv/main.go")),
];
/// As `go.mod` demands.
const MINIMUM_GO: &str = "1.26";
/// Without these the API server reports version 0.0.0.
const LINKER_FLAGS: &str = "-s -w -X k8s.io/component-base/version.gitVersion=v1.36.3 \
    -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=36";
const START_DEADLINE: Duration = Duration::from_secs(180);

/// What the process announces when the API server is ready.
#[derive(Debug, Clone, Deserialize)]
pub struct Ready {
    /// `https://127.0.0.1:<port>`.
    pub url: String,
    /// Bearer token of an administrator.
    pub token: String,
    /// PEM file with the certificate authority.
    pub ca_file: PathBuf,
    /// Milliseconds from start to ready.
    pub ready_ms: u64,
}

/// Starts etcd and kube-apiserver with their data in `data_dir`, and waits until they are ready; `port` 0 picks one.
/// The same directory and port again continue where a killed process was.
pub async fn start(data_dir: &Path, port: u16, run_dir: &RunDir) -> Result<(Child, Ready), ProcessError> {
    let program = Program::new("testenv", binary().await?).arg("-dir").arg(data_dir).args([
        "-secure-port",
        &port.to_string(),
        "-exit-with-stdin",
    ]);
    let mut child = Child::start(&program, run_dir)?;
    let ready = child.first_json(START_DEADLINE).await?;
    Ok((child, ready))
}

/// The binary; built if need be. Parallel callers, in other processes too, build it once.
pub async fn binary() -> Result<PathBuf, ProcessError> {
    let directory = binaries::cache_dir()?.join("testenv").join(source_hash());
    let binary = directory.join("testenv");
    if binary.is_file() {
        return Ok(binary);
    }
    std::fs::create_dir_all(&directory).map_err(ProcessError::file(&directory))?;
    let _lock = lock(directory.join("lock")).await?;
    if !binary.is_file() {
        build(&directory, &binary).await?;
    }
    Ok(binary)
}

async fn build(directory: &Path, binary: &Path) -> Result<(), ProcessError> {
    let sources = directory.join("src");
    std::fs::create_dir_all(&sources).map_err(ProcessError::file(&sources))?;
    for (name, content) in SOURCES {
        let file = sources.join(name);
        std::fs::write(&file, content).map_err(ProcessError::file(&file))?;
    }
    check_go(&sources).await?;
    // Not `eprintln!`: a test harness would keep the one line that explains the wait to itself.
    let _ = writeln!(
        std::io::stderr(),
        "building etcd + kube-apiserver, first time only: 4-6 minutes, 2.8 GB of Go modules and cache (log: {})",
        directory.join("build.log").display()
    );
    let log_path = directory.join("build.log");
    let log = File::create(&log_path).map_err(ProcessError::file(&log_path))?;
    let log_too = log.try_clone().map_err(ProcessError::file(&log_path))?;
    // Renamed when complete: a build that was cut short leaves no binary behind.
    let unfinished = directory.join("testenv.unfinished");
    let status = Command::new("go")
        .args(["build", "-trimpath", "-ldflags", LINKER_FLAGS, "-o"])
        .arg(&unfinished)
        .arg(".")
        .current_dir(&sources)
        .stdin(Stdio::null())
        .stdout(log)
        .stderr(log_too)
        .kill_on_drop(true)
        .status()
        .await
        .map_err(|source| go_missing(&source.to_string()))?;
    if !status.success() {
        let text = std::fs::read_to_string(&log_path).map_err(ProcessError::file(&log_path))?;
        let skip = text.lines().count().saturating_sub(20);
        let tail = text.lines().skip(skip).map(|line| format!("  {line}\n")).collect();
        return Err(ProcessError::GoBuild { status, log: log_path, tail });
    }
    std::fs::rename(&unfinished, binary).map_err(ProcessError::file(binary))
}

/// Asked inside the module, so that Go's own choice of a newer toolchain counts.
async fn check_go(module: &Path) -> Result<(), ProcessError> {
    let output = Command::new("go")
        .args(["env", "GOVERSION"])
        .current_dir(module)
        .output()
        .await
        .map_err(|source| go_missing(&source.to_string()))?;
    if !output.status.success() {
        return Err(go_missing(String::from_utf8_lossy(&output.stderr).trim()));
    }
    let found = String::from_utf8_lossy(&output.stdout).trim().trim_start_matches("go").to_owned();
    match (version(&found), version(MINIMUM_GO)) {
        (Some(have), Some(need)) if have < need => Err(ProcessError::GoTooOld { minimum: MINIMUM_GO, found }),
        _ => Ok(()),
    }
}

/// Major and minor number; `None` for a development version, which is let through.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.split('.');
    let major = numbers.next()?.parse().ok()?;
    let minor: String = numbers.next()?.chars().take_while(char::is_ascii_digit).collect();
    Some((major, minor.parse().ok()?))
}

fn go_missing(cause: &str) -> ProcessError {
    ProcessError::GoMissing { minimum: MINIMUM_GO, cause: cause.to_owned() }
}

/// Held until the file is dropped, or the process dies.
async fn lock(path: PathBuf) -> Result<File, ProcessError> {
    let shown = path.clone();
    let locked = tokio::task::spawn_blocking(move || {
        let file = File::create(path)?;
        file.lock().map(|()| file)
    });
    let failed = |source: std::io::Error| ProcessError::file(&shown)(source);
    locked.await.map_err(|cause| failed(std::io::Error::other(cause)))?.map_err(failed)
}

fn source_hash() -> String {
    build_id::hash(SOURCES.map(|(name, content)| (name.to_owned(), content.as_bytes().to_vec())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_go_are_compared_as_numbers() {
        assert!(version("1.9.1") < version("1.26"));
        assert_eq!(version("1.26.8"), Some((1, 26)));
        assert_eq!(version("1.27rc1"), Some((1, 27)));
        assert_eq!(version("devel"), None);
    }

    #[test]
    fn the_oldest_go_is_the_one_that_the_module_demands() {
        let [(_, module), ..] = SOURCES;
        assert!(module.contains(&format!("\ngo {MINIMUM_GO}.")), "{module}");
    }
}

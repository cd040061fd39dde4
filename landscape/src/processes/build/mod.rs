//! etcd and kube-apiserver in one binary, built with Go from the sources in `testenv/` on first use.
//!
//! The cache key is the hash of those sources, so a change builds anew, and two versions live side by side. A build takes
//! minutes, so it says how far it is, and one that was cut short goes on: Go keeps every module and package that was
//! finished, the binary gets its name when it is whole, and what else was left behind is cleared away by the next build.
//! One process builds at a time. Go inherits the lock, so even a Go whose owner was killed is never met at work.

mod go;
mod progress;

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use self::go::Go;
pub use progress::{BuildObserver, BuildStage, Building, Pace, PlainLines};

use super::{ProcessError, binaries, build_id};

const SOURCES: [(&str, &str); 3] = [
    ("go.mod", include_str!("../../../testenv/go.mod")),
    ("go.sum", include_str!("../../../testenv/go.sum")),
    ("main.go", include_str!("../../../testenv/main.go")),
];
/// Flags of the linker; without them the API server reports version 0.0.0.
const LINKER_FLAGS: &str = "-s -w -X k8s.io/component-base/version.gitVersion=v1.36.3 \
    -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=36";
/// Pause between two attempts at a lock that somebody else holds.
const LOCK_INTERVAL: Duration = Duration::from_millis(500);

/// A finished build of etcd and kube-apiserver: whoever has one need not wait for it any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiServer(PathBuf);

impl ApiServer {
    /// The build in the cache, made first if need be. Parallel callers, in other processes too, build it once.
    pub async fn build(observer: &dyn BuildObserver) -> Result<Self, ProcessError> {
        let directory = binaries::cache_dir()?.join("testenv").join(source_hash());
        let binary = directory.join("testenv");
        if !binary.is_file() {
            Build { directory, begun: Instant::now(), observer }.run(&binary).await?;
        }
        Ok(Self(binary))
    }

    /// Path of the binary.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

/// A build, in a folder of its own.
struct Build<'a> {
    directory: PathBuf,
    begun: Instant,
    observer: &'a dyn BuildObserver,
}

impl Build<'_> {
    async fn run(&self, binary: &Path) -> Result<(), ProcessError> {
        std::fs::create_dir_all(&self.directory).map_err(ProcessError::file(&self.directory))?;
        let lock = self.lock().await?;
        if binary.is_file() {
            return Ok(());
        }
        let (sources, temporary) = (self.directory.join("src"), self.directory.join("tmp"));
        empty(&temporary)?;
        empty(&sources)?;
        for (name, content) in SOURCES {
            let file = sources.join(name);
            std::fs::write(&file, content).map_err(ProcessError::file(&file))?;
        }
        let go =
            Go { module: sources, temporary: temporary.clone(), log: self.directory.join("build.log"), lock };
        go.check().await?;
        self.observer.note(
            "etcd and kube-apiserver are built first, once: 4 to 9 minutes on 2 cores, and 2.8 GB of Go modules and cache",
        );
        self.observer
            .note(&format!("interrupted, it goes on the next time; Go's words are in {}", go.log.display()));
        let unfinished = temporary.join("testenv");
        let made = async { self.compile(&go, self.fetch(&go).await?, &unfinished).await }.await;
        if made.is_err() {
            // The disk may be full of it.
            empty(&temporary)?;
        }
        made?;
        // A binary that the disk has only in part after a power failure would never be built again.
        File::open(&unfinished).and_then(|file| file.sync_all()).map_err(ProcessError::file(&unfinished))?;
        std::fs::rename(&unfinished, binary).map_err(ProcessError::file(binary))?;
        empty(&temporary)?;
        self.observer
            .note(&format!("etcd and kube-apiserver are built: {}", progress::lasted(self.begun.elapsed())));
        Ok(())
    }

    /// Fetches the modules; returns how many packages are to be compiled.
    async fn fetch(&self, go: &Go) -> Result<usize, ProcessError> {
        let modules = module_count(SOURCES[0].1);
        let mut fetched = 0;
        let mut missing = 0;
        self.tell(BuildStage::Modules, 0, modules, "");
        // It fetches what the packages need and no more, and tells each module.
        let arguments = [
            "list",
            "-deps",
            "-trimpath",
            "-ldflags",
            LINKER_FLAGS,
            "-f",
            "{{if .Stale}}stale {{.ImportPath}}{{end}}",
            ".",
        ];
        let mut last = String::new();
        let run = go.run(&arguments, |line| {
            let line = line.unwrap_or_default();
            if line.starts_with("stale ") {
                missing += 1;
                return;
            }
            if let Some(module) = line.strip_prefix("go: downloading ") {
                fetched += 1;
                module.clone_into(&mut last);
            }
            self.tell(BuildStage::Modules, fetched, modules, &last);
        });
        run.await?.map_err(|failed| ProcessError::GoModules {
            status: failed.status,
            log: failed.log,
            tail: failed.tail,
        })?;
        Ok(missing)
    }

    async fn compile(&self, go: &Go, packages: usize, unfinished: &Path) -> Result<(), ProcessError> {
        let mut begun = 0_usize;
        self.tell(BuildStage::Packages, 0, packages, "");
        let output = unfinished.to_string_lossy();
        let arguments = ["build", "-v", "-trimpath", "-ldflags", LINKER_FLAGS, "-o", &output, "."];
        let mut last = String::new();
        let run = go.run(&arguments, |package| {
            if let Some(package) = package {
                begun += 1;
                package.clone_into(&mut last);
            }
            self.tell(BuildStage::Packages, begun, packages.max(begun), &last);
        });
        run.await?.map_err(|failed| ProcessError::GoBuild {
            status: failed.status,
            log: failed.log,
            tail: failed.tail,
        })
    }

    /// The lock of all builds, held until the file is dropped, here and in whichever child inherited it.
    async fn lock(&self) -> Result<File, ProcessError> {
        let path = self.directory.join("lock");
        let file = File::create(&path).map_err(ProcessError::file(&path))?;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(std::fs::TryLockError::Error(source)) => return Err(ProcessError::file(&path)(source)),
                // Not a wait that blocks: one could not be interrupted.
                Err(std::fs::TryLockError::WouldBlock) => {
                    self.tell(BuildStage::Elsewhere, 0, 0, "");
                    sleep(LOCK_INTERVAL).await;
                }
            }
        }
    }

    fn tell(&self, stage: BuildStage, done: usize, of: usize, item: &str) {
        self.observer.building(&Building {
            stage,
            done,
            of,
            item: item.to_owned(),
            passed: self.begun.elapsed(),
        });
    }
}

/// Makes a folder that is there and has nothing in it.
fn empty(folder: &Path) -> Result<(), ProcessError> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(ProcessError::file(folder)(error)),
        _ => std::fs::create_dir_all(folder).map_err(ProcessError::file(folder)),
    }
}

/// The modules that a `go.mod` requires.
fn module_count(text: &str) -> usize {
    let mut inside = false;
    let mut count = 0;
    for line in text.lines() {
        inside = line == "require (" || (inside && line != ")");
        count += usize::from(inside && line.starts_with('\t'));
    }
    count
}

fn source_hash() -> String {
    build_id::hash(SOURCES.map(|(name, content)| (name.to_owned(), content.as_bytes().to_vec())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn required_modules_are_counted() {
        assert_eq!(
            module_count("module m\n\nrequire (\n\ta v1\n\tb v2 // indirect\n)\n\nreplace (\n\tc => d\n)\n"),
            2
        );
        assert!(module_count(SOURCES[0].1) > 100);
    }
}

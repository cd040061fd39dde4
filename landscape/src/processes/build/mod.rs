//! The programs that are built with Go on first use, from sources that are part of this binary.
//!
//! The cache key is the hash of those sources, so a change builds anew, and two versions live side by side. A build takes
//! minutes, so it says how far it is, and one that was cut short goes on: Go keeps every module and package that was
//! finished, the binary gets its name when it is whole, and what else was left behind is cleared away by the next build.
//! One process builds a program at a time. Go inherits the lock, so even a Go whose owner was killed is never met at work.

mod go;
mod go_program;
mod progress;

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use self::go::Go;
use self::go_program::{API_SERVER, CLOUD_CONTROLLER_MANAGER, GoProgram};
pub use progress::{BuildObserver, BuildStage, Building, Pace, PlainLines};

use super::{ProcessError, binaries, build_id};

/// Pause between two attempts at a lock that somebody else holds.
const LOCK_INTERVAL: Duration = Duration::from_millis(500);

/// A finished build of etcd and kube-apiserver: whoever has one need not wait for it any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiServer(PathBuf);

/// A finished build of the cloud-controller-manager.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloudControllerManager(PathBuf);

impl ApiServer {
    /// The build in the cache, made first if need be. Parallel callers, in other processes too, build it once.
    pub async fn build(observer: &dyn BuildObserver) -> Result<Self, ProcessError> {
        Build::make(&API_SERVER, observer).await.map(Self)
    }

    /// Path of the binary.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl CloudControllerManager {
    /// The build in the cache, made first if need be. Parallel callers, in other processes too, build it once.
    pub async fn build(observer: &dyn BuildObserver) -> Result<Self, ProcessError> {
        Build::make(&CLOUD_CONTROLLER_MANAGER, observer).await.map(Self)
    }

    /// Path of the binary.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

/// A build, in a folder of its own.
struct Build<'a> {
    program: &'static GoProgram,
    directory: PathBuf,
    begun: Instant,
    observer: &'a dyn BuildObserver,
}

impl<'a> Build<'a> {
    /// The path of a program in the cache, which is built first if it is not there.
    async fn make(
        program: &'static GoProgram,
        observer: &'a dyn BuildObserver,
    ) -> Result<PathBuf, ProcessError> {
        let directory = binaries::cache_dir()?.join(program.name).join(source_hash(program));
        let binary = directory.join(program.name);
        if !binary.is_file() {
            Build { program, directory, begun: Instant::now(), observer }.run(&binary).await?;
        }
        Ok(binary)
    }

    async fn run(&self, binary: &Path) -> Result<(), ProcessError> {
        std::fs::create_dir_all(&self.directory).map_err(ProcessError::file(&self.directory))?;
        let lock = self.lock().await?;
        if binary.is_file() {
            return Ok(());
        }
        let (sources, temporary) = (self.directory.join("src"), self.directory.join("tmp"));
        empty(&temporary)?;
        empty(&sources)?;
        for (name, content) in self.program.sources() {
            let file = sources.join(name);
            std::fs::write(&file, content).map_err(ProcessError::file(&file))?;
        }
        let go = Go {
            title: self.program.title,
            module: sources,
            temporary: temporary.clone(),
            log: self.directory.join("build.log"),
            lock,
        };
        go.check().await?;
        let GoProgram { title, cost, .. } = self.program;
        self.observer.note(&format!("{title}: built first, once, which takes {cost}"));
        self.observer
            .note(&format!("interrupted, it goes on the next time; Go's words are in {}", go.log.display()));
        let unfinished = temporary.join(self.program.name);
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
        self.observer.note(&format!("{title}: built in {}", progress::lasted(self.begun.elapsed())));
        Ok(())
    }

    /// Fetches the modules; returns how many packages are to be compiled.
    async fn fetch(&self, go: &Go) -> Result<usize, ProcessError> {
        let modules = self.program.module_count();
        let mut fetched = 0;
        let mut missing = 0;
        self.tell(BuildStage::Modules, 0, modules, "");
        // It fetches what the packages need and no more, and tells each module.
        let arguments = [
            "list",
            "-deps",
            "-trimpath",
            "-ldflags",
            self.program.linker_flags,
            "-f",
            "{{if .Stale}}stale {{.ImportPath}}{{end}}",
            self.program.package,
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
            title: self.program.title,
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
        let arguments = [
            "build",
            "-v",
            "-trimpath",
            "-ldflags",
            self.program.linker_flags,
            "-o",
            &output,
            self.program.package,
        ];
        let mut last = String::new();
        let run = go.run(&arguments, |package| {
            if let Some(package) = package {
                begun += 1;
                package.clone_into(&mut last);
            }
            self.tell(BuildStage::Packages, begun, packages.max(begun), &last);
        });
        run.await?.map_err(|failed| ProcessError::GoBuild {
            title: self.program.title,
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
            title: self.program.title,
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

fn source_hash(program: &GoProgram) -> String {
    build_id::hash(program.sources().map(|(name, content)| (name.to_owned(), content.as_bytes().to_vec())))
}

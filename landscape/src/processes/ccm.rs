//! The cloud-controller-manager as a child process, bound to loopback.

use std::path::PathBuf;

use super::bound::bound;
use super::build::CloudControllerManager;
use super::run_dir::Folder;
use super::{Child, ProcessError, Program, RunDir};

/// Name of the program in messages and of its log file, in which the words of all its processes follow each other.
const NAME: &str = "cloud-controller-manager";

/// Where it asks for the metadata of the VM that it runs on: nobody answers there, as in a pod of a seed elsewhere.
const NO_METADATA: &str = "127.0.0.1:9";

/// The files that the pods of a cloud-controller-manager mount.
#[derive(Debug, Clone)]
pub struct CcmFiles {
    program: CloudControllerManager,
    folder: Folder,
    kubeconfig: PathBuf,
    cloud_config: PathBuf,
    credential: PathBuf,
}

impl CcmFiles {
    /// Writes the configuration of the cloud and the credential `serviceaccount.json` into the run directory.
    pub fn write(
        program: &CloudControllerManager,
        kubeconfig: PathBuf,
        cloud_config: &str,
        credential: &str,
        run_dir: &RunDir,
    ) -> Result<Self, ProcessError> {
        let file = |name: &str, content: &str| {
            let path = run_dir.path().join(name);
            std::fs::write(&path, content).map_err(ProcessError::file(&path))?;
            Ok::<_, ProcessError>(path)
        };
        Ok(Self {
            program: program.clone(),
            folder: run_dir.folder().clone(),
            kubeconfig,
            cloud_config: file("cloudprovider.conf", cloud_config)?,
            credential: file("ccm-serviceaccount.json", credential)?,
        })
    }
}

/// Starts a process with the `arguments` of its container, and with those that say where its files are. It listens nowhere.
pub fn start(files: &CcmFiles, arguments: &[String]) -> Result<Child, ProcessError> {
    let path = |flag: &str, path: &PathBuf| format!("--{flag}={}", path.display());
    let mut program = Program::new(NAME, files.program.path())
        .args(arguments)
        .arg(path("cloud-config", &files.cloud_config))
        .arg(path("kubeconfig", &files.kubeconfig))
        .arg(path("authentication-kubeconfig", &files.kubeconfig))
        .arg(path("authorization-kubeconfig", &files.kubeconfig))
        .args(["--secure-port=0", "--webhook-bind-address=127.0.0.1", "--webhook-secure-port=0"]);
    program.env.push(("GOOGLE_APPLICATION_CREDENTIALS".into(), files.credential.clone().into()));
    program.env.push(("GCE_METADATA_HOST".into(), NO_METADATA.into()));
    Child::start_in(&bound(program), &files.folder)
}

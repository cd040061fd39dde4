//! A seed that does not answer: the process is alive, says that it is not ready and why, and ends when it is told to.

use landscape::processes::{Child, Program, RunDir, Signal};
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::support::{SOON, address, get};

/// Accepts connections, and never says a word on them. Returns where.
async fn silence() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((socket, _)) = listener.accept().await {
            held.push(socket);
        }
    });
    address
}

/// A controller whose seed is at `address`.
fn start(name: &str, address: &str, more: &[&str], run_dir: &RunDir) -> Child {
    let kubeconfig = run_dir.path().join("kubeconfig.yaml");
    let text = format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: a\nclusters: [{{name: a, cluster: {{server: 'http://{address}'}}}}]\n\
         users: [{{name: a, user: {{}}}}]\ncontexts: [{{name: a, context: {{cluster: a, user: a}}}}]\n"
    );
    std::fs::write(&kubeconfig, text).unwrap();
    let program = Program::new(name, env!("CARGO_BIN_EXE_gardener-extension-infra-gcp"))
        .arg("controller")
        .arg("--kubeconfig")
        .arg(kubeconfig)
        .args(["--disable-controllers=heartbeat", "--leader-election-namespace=n"])
        .args(["--metrics-bind-address=0", "--health-bind-address=127.0.0.1:0"])
        .args(more);
    Child::start(&program, run_dir).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_seed_the_process_lives_and_is_not_ready() {
    let run_dir = RunDir::create("unreachable").unwrap();
    let silent = silence().await;
    // Nobody listens on port 1.
    for (name, seed, more, why) in [
        ("candidate", silent.as_str(), &[] as &[&str], "the Lease has not been seen yet"),
        ("single", &silent, &["--leader-election=false"], "the Infrastructures have not been seen yet"),
        (
            "refused",
            "127.0.0.1:1",
            &["--leader-election=false"],
            "the Infrastructures have not been seen yet",
        ),
    ] {
        let mut child = start(name, seed, more, &run_dir);
        let health = address(&child, "health").await;
        let (status, text) = get(&health, "/healthz").await;
        assert_eq!(status, 200, "{name}: a restart would not help: {text}");
        let (status, text) = get(&health, "/readyz").await;
        assert_eq!((status, text), (503, format!("[+]shutdown ok\n[-]watch: {why}\n")), "{name}");
        child.signal(Signal::TERM).unwrap();
        let ended = timeout(SOON, child.wait()).await.expect("it ends when it is told to").unwrap();
        assert_eq!(ended.code(), Some(0), "{name}");
    }
}

//! Whether pods and kubelets answer through the API server: on its way there a request goes through the VPN to the node, so its answer
//! shows that the node's range is reachable.

use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use planner::snapshot::{Endpoint, Pod};

use super::Shoot;
use crate::kubernetes::is_object_name;

/// The time that a pod or a kubelet has to answer.
const ANSWER: Duration = Duration::from_secs(5);
/// What of a path is left as it is; all else that is no letter and no digit has no place in one.
const PLAIN: &[u8] = b"/-_.~!$&'()*+,;=:@%";

impl Shoot {
    /// Whether `pod` answers at any of its endpoints, with success or a redirect, which is not followed. Whatever keeps the question or
    /// the answer from arriving is a no.
    pub async fn probe(&self, pod: &Pod) -> bool {
        let paths = pod.endpoints.iter().filter_map(|endpoint| path(pod, endpoint));
        let mut answers: FuturesUnordered<_> =
            paths.map(|path| async move { self.answers(&path, ANSWER).await }).collect();
        while let Some(answer) = answers.next().await {
            if answer {
                return true;
            }
        }
        false
    }

    /// Whether the kubelet of the Node called `node` says that it is well.
    pub async fn kubelet(&self, node: &str) -> bool {
        is_object_name(node) && self.answers(&format!("/api/v1/nodes/{node}/proxy/healthz"), ANSWER).await
    }
}

/// The path to `endpoint` through the API server; `None` if the names or the path could lead elsewhere.
fn path(pod: &Pod, endpoint: &Endpoint) -> Option<String> {
    let Endpoint { tls, port, path } = endpoint;
    let Pod { namespace, name, .. } = pod;
    if !is_object_name(namespace) || !is_object_name(name) || !stays(path) {
        return None;
    }
    let scheme = if *tls { "https" } else { "http" };
    Some(format!("/api/v1/namespaces/{namespace}/pods/{scheme}:{name}:{port}/proxy{path}"))
}

/// Whether `path`, which a user has written, can be a part of another path without leading out of it.
fn stays(path: &str) -> bool {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || PLAIN.contains(&byte));
    let lower = path.to_ascii_lowercase();
    // A dot or a slash in disguise is as good as a plain one to whoever decodes it.
    let decoded = lower.replace("%2e", ".").replace("%25", "%");
    let leads = |segment: &str| matches!(segment, "." | "..");
    path.starts_with('/')
        && plain(path)
        && plain(&query.replace('?', ""))
        && !decoded.contains("%2f")
        && !decoded.contains("%5c")
        && !decoded.contains("%2e")
        && !decoded.split('/').any(leads)
}

#[cfg(test)]
mod tests {
    use super::stays;

    #[test]
    fn no_path_of_a_probe_leads_out_of_the_pod() {
        for path in ["/", "/healthz", "/a/b.c", "/a?b=c&d=%2F..", "/..a", "/a%20b", "/~x:1"] {
            assert!(stays(path), "{path}");
        }
        for path in [
            "",
            "healthz",
            "/../../secrets",
            "/a/..",
            "/./a",
            "/%2e%2E/a",
            "/%252e%252e/a",
            "/.%2e/a",
            "/..%2fa",
            "/a%5Cb",
            "/a b",
            "/a#b",
            "/a\nb",
            "/ä",
            "/a\\b",
            "/a?b c",
        ] {
            assert!(!stays(path), "{path}");
        }
    }
}

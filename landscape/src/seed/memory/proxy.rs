//! The proxy subresources of pods and Nodes: what the API server passes on to whoever stands behind it.

use std::sync::Arc;

use futures::future::BoxFuture;

/// A pod or a kubelet that a request is to be passed on to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Destination {
    /// The port of a pod; `None`: the API server chooses one.
    Pod {
        /// Namespace of the pod.
        namespace: String,
        /// Name of the pod.
        name: String,
        /// Number of the port.
        port: Option<u16>,
    },
    /// The kubelet of a Node.
    Node {
        /// Name of the Node.
        name: String,
    },
}

/// What came of a request that was passed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passed {
    /// The destination, or the API server in its place, answered with this status.
    Status(u16),
    /// Nothing came back.
    Silence,
}

/// The network behind an API server.
pub trait Behind: Send + Sync {
    /// Passes a request on to `destination`.
    fn pass(&self, destination: Destination) -> BoxFuture<'static, Passed>;
}

/// A network, which may not be there.
pub(super) type Network = Option<Arc<dyn Behind>>;

impl Destination {
    /// The destination that a path names, if it is one of a proxy: `[scheme:]name[:port]` is its name.
    pub(super) fn parse(path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.trim_start_matches('/').splitn(8, '/').collect();
        match parts.as_slice() {
            ["api", "v1", "namespaces", namespace, "pods", id, "proxy", ..] => {
                let (name, port) = name_and_port(id)?;
                Some(Self::Pod { namespace: (*namespace).to_owned(), name, port })
            }
            ["api", "v1", "nodes", id, "proxy", ..] => Some(Self::Node { name: name_and_port(id)?.0 }),
            _ => None,
        }
    }
}

fn name_and_port(id: &str) -> Option<(String, Option<u16>)> {
    let parts: Vec<&str> = id.split(':').collect();
    let (name, port) = match parts.as_slice() {
        [name] => (*name, ""),
        [name, port] | ["http" | "https" | "", name, port] => (*name, *port),
        _ => return None,
    };
    let port = if port.is_empty() { None } else { Some(port.parse().ok()?) };
    Some((name.to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations_are_named_as_an_api_server_takes_them() {
        let pod = |port| Some(Destination::Pod { namespace: "n".to_owned(), name: "a".to_owned(), port });
        for (path, expected) in [
            ("/api/v1/namespaces/n/pods/http:a:80/proxy/x/y/z", pod(Some(80))),
            ("/api/v1/namespaces/n/pods/https:a:8443/proxy/", pod(Some(8443))),
            ("/api/v1/namespaces/n/pods/a:80/proxy", pod(Some(80))),
            ("/api/v1/namespaces/n/pods/a/proxy/", pod(None)),
            ("/api/v1/nodes/a/proxy/healthz", Some(Destination::Node { name: "a".to_owned() })),
            ("/api/v1/namespaces/n/pods/ftp:a:80/proxy/", None),
            ("/api/v1/namespaces/n/pods/http:a:x/proxy/", None),
            ("/api/v1/namespaces/n/pods/a", None),
            ("/api/v1/nodes/a", None),
        ] {
            assert_eq!(Destination::parse(path), expected, "{path}");
        }
    }
}

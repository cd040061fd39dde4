//! What is taken of a kubeconfig: a server, whom it is trusted by, and who asks. All of it stands in the document.
//!
//! A kubeconfig can name files, programs to run and proxies. Whoever can write the Secret must not make this process read or run
//! anything by it.

use kube::config::{AuthInfo, Cluster, Kubeconfig, NamedAuthInfo, NamedCluster};
use url::Url;

/// The way to the API of a shoot. Its `Debug` shows no credentials.
#[derive(Clone)]
pub struct Access(Kubeconfig);

/// What is wrong with a field: its path, and in words.
pub(super) type Problem = (&'static str, &'static str);

const OUTSIDE: &str = "leads outside of the document, which is not followed";

impl Access {
    /// Reads a kubeconfig.
    ///
    /// # Errors
    /// The field that keeps it from being used.
    pub(super) fn parse(text: &[u8]) -> Result<Self, Problem> {
        // The error of the parser would show the document, with its credentials.
        let text = std::str::from_utf8(text).map_err(|_| ("", "is not UTF-8"))?;
        let config = Kubeconfig::from_yaml(text).map_err(|_| ("", "is not the document of a kubeconfig"))?;
        let current = config.current_context.as_deref().filter(|name| !name.is_empty());
        let current = current.ok_or(("current-context", "is missing"))?;
        let named = config.contexts.iter().find(|context| context.name == current);
        let context = named.and_then(|context| context.context.as_ref());
        let context = context.ok_or(("current-context", "is none of the contexts"))?;
        let cluster = config.clusters.iter().find(|cluster| cluster.name == context.cluster);
        let cluster = cluster.and_then(|cluster| cluster.cluster.as_ref());
        let cluster = inside(cluster.ok_or(("clusters", "lacks the one of the context"))?)?;
        let user = config.auth_infos.iter().find(|user| Some(&user.name) == context.user.as_ref());
        let user = user.and_then(|user| user.auth_info.as_ref());
        let user = own(user.ok_or(("users", "lacks the one of the context"))?)?;
        let contexts = config.contexts.iter().filter(|context| context.name == current).cloned().collect();
        Ok(Self(Kubeconfig {
            clusters: vec![NamedCluster {
                name: context.cluster.clone(),
                cluster: Some(cluster),
                ..NamedCluster::default()
            }],
            auth_infos: vec![NamedAuthInfo {
                name: context.user.clone().unwrap_or_default(),
                auth_info: Some(user),
                ..NamedAuthInfo::default()
            }],
            contexts,
            current_context: Some(current.to_owned()),
            ..Kubeconfig::default()
        }))
    }

    /// The URL of the API server.
    pub fn server(&self) -> &str {
        let cluster = self.0.clusters.first().and_then(|cluster| cluster.cluster.as_ref());
        cluster.and_then(|cluster| cluster.server.as_deref()).unwrap_or_default()
    }

    /// The document, as far as it is used.
    pub(super) fn into_document(self) -> Kubeconfig {
        self.0
    }
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Access").field(&self.server()).finish()
    }
}

/// The fields of `cluster` that are used; none of them names a file or a proxy.
fn inside(cluster: &Cluster) -> Result<Cluster, Problem> {
    let Cluster { server, certificate_authority_data, tls_server_name, .. } = cluster;
    if cluster.certificate_authority.is_some() {
        return Err(("certificate-authority", OUTSIDE));
    }
    if cluster.proxy_url.is_some() {
        return Err(("proxy-url", OUTSIDE));
    }
    if cluster.insecure_skip_tls_verify == Some(true) {
        return Err(("insecure-skip-tls-verify", "would tell the credentials to anybody"));
    }
    let url = server.as_deref().and_then(|server| Url::parse(server).ok());
    if !url.is_some_and(|url| url.scheme() == "https" && url.has_host()) {
        return Err(("server", "is not the URL of an https server"));
    }
    Ok(Cluster {
        server: server.clone(),
        certificate_authority_data: certificate_authority_data.clone(),
        tls_server_name: tls_server_name.clone(),
        ..Cluster::default()
    })
}

/// The credentials of `user`, all of which stand in the document.
fn own(user: &AuthInfo) -> Result<AuthInfo, Problem> {
    let outside = [
        ("exec", user.exec.is_some()),
        ("auth-provider", user.auth_provider.is_some()),
        ("tokenFile", user.token_file.is_some()),
        ("client-certificate", user.client_certificate.is_some()),
        ("client-key", user.client_key.is_some()),
    ];
    if let Some((field, _)) = outside.into_iter().find(|(_, is_there)| *is_there) {
        return Err((field, OUTSIDE));
    }
    let AuthInfo { token, client_certificate_data, client_key_data, .. } = user.clone();
    if token.is_none() && (client_certificate_data.is_none() || client_key_data.is_none()) {
        return Err(("users", "has neither a token nor a certificate with its key"));
    }
    Ok(AuthInfo { token, client_certificate_data, client_key_data, ..AuthInfo::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A kubeconfig with these lines in its cluster and its user.
    fn document(cluster: &str, user: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: c\ncontexts:\n- name: c\n  context: {{cluster: k, user: u}}\n\
             clusters:\n- name: other\n  cluster: {{server: 'https://other'}}\n- name: k\n  cluster: {{{cluster}}}\n\
             users:\n- name: u\n  user: {{{user}}}\n"
        )
    }

    const CLUSTER: &str = "server: 'https://kube-apiserver'";
    const USER: &str = "token: geheim";

    fn refused(text: &str) -> String {
        let (field, problem) = Access::parse(text.as_bytes()).unwrap_err();
        format!("{field} {problem}")
    }

    #[test]
    fn what_the_current_context_names_is_taken_and_nothing_else() {
        let access = Access::parse(document(CLUSTER, USER).as_bytes()).unwrap();
        assert_eq!(access.server(), "https://kube-apiserver");
        assert_eq!(format!("{access:?}"), "Access(\"https://kube-apiserver\")");
        let document = access.into_document();
        assert_eq!((document.clusters.len(), document.auth_infos.len(), document.contexts.len()), (1, 1, 1));
        Access::parse(
            self::document(CLUSTER, "client-certificate-data: YQ==, client-key-data: Yg==").as_bytes(),
        )
        .unwrap();
    }

    #[test]
    fn no_file_is_read_no_program_is_run_and_nobody_else_is_told() {
        for (cluster, user, expected) in [
            (
                CLUSTER,
                "exec: {apiVersion: client.authentication.k8s.io/v1, command: /bin/sh}",
                "exec leads outside",
            ),
            (CLUSTER, "auth-provider: {name: gcp, config: {}}", "auth-provider leads outside"),
            (CLUSTER, "token: a, tokenFile: /etc/passwd", "tokenFile leads outside"),
            (CLUSTER, "client-certificate: /a, client-key: /b", "client-certificate leads outside"),
            (CLUSTER, "client-certificate-data: YQ==, client-key: /b", "client-key leads outside"),
            (CLUSTER, "client-certificate-data: YQ==", "users has neither"),
            (CLUSTER, "username: a, password: b", "users has neither"),
            ("server: 'https://a', certificate-authority: /ca", USER, "certificate-authority leads outside"),
            ("server: 'https://a', proxy-url: 'http://p'", USER, "proxy-url leads outside"),
            ("server: 'https://a', insecure-skip-tls-verify: true", USER, "insecure-skip-tls-verify would"),
            ("server: 'http://a'", USER, "server is not"),
            ("server: a", USER, "server is not"),
            ("tls-server-name: a", USER, "server is not"),
        ] {
            let error = refused(&document(cluster, user));
            assert!(error.starts_with(expected), "{cluster} {user}: {error}");
        }
    }

    #[test]
    fn an_error_does_not_show_the_document() {
        for (text, expected) in [
            ("geheim: [", "is not the document"),
            ("- geheim", "is not the document"),
            ("", "current-context is missing"),
            ("current-context: geheim", "current-context is none"),
        ] {
            let error = refused(text);
            assert!(error.trim_start().starts_with(expected) && !error.contains("geheim"), "{text}: {error}");
        }
        let error = Access::parse(b"\xff").unwrap_err();
        assert_eq!(error, ("", "is not UTF-8"));
    }
}

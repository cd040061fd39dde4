//! What a pool's OperatingSystemConfig tells Google's guest agent, and whether a Node has applied it.
//!
//! gardener-node-agent finds the configuration in a Secret that its Node names, and notes at the Node which one it has applied.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use k8s_openapi::ByteString;
use planner::documents::null;
use planner::snapshot::Guest;
use serde::Deserialize;

use super::{Shoot, ShootError};
use crate::kubernetes::is_object_name;

/// The label of a Node with the name of its Secret.
pub(super) const SECRET: &str = "worker.gardener.cloud/gardener-node-agent-secret-name";
/// The annotation of a Node with the checksum of what it has applied.
pub(super) const APPLIED: &str = "checksum/cloud-config-data";
/// The annotation of a Secret with the checksum of what is to be applied.
const CHECKSUM: &str = "checksum/data-script";
/// The key of the configuration.
const CONFIGURATION: &str = "osc.yaml";

/// The file that the guest agent reads when it starts.
const FILE: &str = "/etc/default/instance_configs.cfg";
const SECTION: &str = "IpForwarding";
const SETTING: &str = "ip_aliases";
/// The words that the guest agent takes for a no.
const NO: [&str; 6] = ["false", "f", "no", "n", "off", "0"];

/// What one Secret says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Configuration {
    checksum: String,
    aliases_off: bool,
}

impl Configuration {
    /// What it says of a Node that has applied `applied`.
    pub(super) fn of(&self, applied: Option<&String>) -> Guest {
        match (applied == Some(&self.checksum), self.aliases_off) {
            (false, _) => Guest::NotApplied,
            (true, true) => Guest::AliasesOff,
            (true, false) => Guest::Lacking,
        }
    }
}

impl Shoot {
    /// The configuration in the Secret called `name`; `None`: there is none that could be read as one.
    ///
    /// # Errors
    /// The API does not answer, or refuses.
    pub(super) async fn configuration(&self, name: &str) -> Result<Option<Configuration>, ShootError> {
        // Users can write what Nodes say.
        if !is_object_name(name) {
            return Ok(None);
        }
        let path = format!("/api/v1/namespaces/kube-system/secrets/{name}");
        match self.object::<Secret>(&path, "a node agent's Secret").await {
            Ok(secret) => Ok(secret.configuration()),
            Err(error) if error.is_missing() => Ok(None),
            Err(ShootError::NotUnderstood { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// A Secret of gardener-node-agent.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Secret {
    #[serde(deserialize_with = "null::is_absent")]
    metadata: Metadata,
    #[serde(deserialize_with = "null::in_map")]
    data: BTreeMap<String, ByteString>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    #[serde(deserialize_with = "null::in_map")]
    annotations: BTreeMap<String, String>,
}

impl Secret {
    fn configuration(self) -> Option<Configuration> {
        let checksum = self.metadata.annotations.get(CHECKSUM).filter(|checksum| !checksum.is_empty())?;
        let text = std::str::from_utf8(&self.data.get(CONFIGURATION)?.0).ok()?;
        let document: Document = serde_saphyr::from_str(text).ok()?;
        Some(Configuration { checksum: checksum.clone(), aliases_off: document.turns_aliases_off() })
    }
}

/// An OperatingSystemConfig, as far as it is read.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Document {
    #[serde(deserialize_with = "null::is_absent")]
    spec: Spec,
    #[serde(deserialize_with = "null::is_absent")]
    status: Status,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Spec {
    #[serde(deserialize_with = "null::in_list")]
    files: Vec<File>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Status {
    #[serde(deserialize_with = "null::in_list")]
    extension_files: Vec<File>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct File {
    #[serde(deserialize_with = "null::is_absent")]
    path: String,
    #[serde(deserialize_with = "null::is_absent")]
    content: Content,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Content {
    inline: Option<Inline>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Inline {
    #[serde(deserialize_with = "null::is_absent")]
    encoding: String,
    #[serde(deserialize_with = "null::is_absent")]
    data: String,
}

impl Document {
    /// Whether the file is among those that are written, and says no wherever it is.
    fn turns_aliases_off(&self) -> bool {
        let files = self.spec.files.iter().chain(&self.status.extension_files);
        let mut files = files.filter(|file| file.path == FILE).peekable();
        files.peek().is_some() && files.all(|file| file.text().is_some_and(|text| turns_aliases_off(&text)))
    }
}

impl File {
    /// The content, if it stands in the document.
    fn text(&self) -> Option<String> {
        let Inline { encoding, data } = self.content.inline.as_ref()?;
        match encoding.as_str() {
            "" => Some(data.clone()),
            "b64" => String::from_utf8(STANDARD.decode(data.trim()).ok()?).ok(),
            _ => None,
        }
    }
}

/// Whether the last word of the file `text` on the setting is a no.
fn turns_aliases_off(text: &str) -> bool {
    let mut section = "";
    let mut off = false;
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with(['#', ';'])) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name.trim();
        } else if let Some((key, value)) = line.split_once('=')
            && section == SECTION
            && key.trim() == SETTING
        {
            let value = value.split(['#', ';']).next().unwrap_or_default().trim().to_ascii_lowercase();
            off = NO.contains(&value.as_str());
        }
    }
    off
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_no_in_its_section_turns_aliases_off() {
        for (text, off) in [
            ("[IpForwarding]\nip_aliases = false\n", true),
            ("[IpForwarding]\nip_aliases=False", true),
            ("# by Gardener\n[IpForwarding]\n  ip_aliases = 0 ; never\n[Daemons]\nip_aliases = true", true),
            ("[ IpForwarding ]\nethernet_proto_id = 66\nip_aliases = off", true),
            ("[IpForwarding]\nip_aliases = true", false),
            ("[IpForwarding]\nip_aliases = false\nip_aliases = true", false),
            ("[IpForwarding]\nip_aliases = nope", false),
            ("[IpForwarding]\nip_aliases =", false),
            ("[IpForwarding]\n#ip_aliases = false", false),
            ("[IpForwarding]\nip_aliases", false),
            ("[IpForwarding]\ntarget_instance_ips = false", false),
            ("[Daemons]\nip_aliases = false", false),
            ("ip_aliases = false", false),
            ("", false),
        ] {
            assert_eq!(turns_aliases_off(text), off, "{text:?}");
        }
    }

    /// What a Secret with `document` in it says.
    fn said(document: &str) -> Option<bool> {
        let metadata = Metadata { annotations: BTreeMap::from([(CHECKSUM.to_owned(), "c".to_owned())]) };
        let data = BTreeMap::from([(CONFIGURATION.to_owned(), ByteString(document.as_bytes().to_vec()))]);
        Secret { metadata, data }.configuration().map(|configuration| configuration.aliases_off)
    }

    #[test]
    fn the_file_is_found_plain_or_encoded_among_all_that_are_written() {
        let file = |content: &str| format!("- path: {FILE}\n  content: {content}\n");
        let plain = file(r#"{inline: {data: "[IpForwarding]\nip_aliases = false\n"}}"#);
        let encoded = STANDARD.encode("[IpForwarding]\nip_aliases = false\n");
        let encoded = file(&format!("{{inline: {{encoding: b64, data: {encoded}}}}}"));
        let spec = |files: &str| format!("spec:\n  files:\n{}", indented(files));
        assert_eq!(said(&spec(&plain)), Some(true));
        assert_eq!(said(&spec(&encoded)), Some(true));
        assert_eq!(said(&spec(&format!("- path: /etc/other\n{plain}"))), Some(true));
        let extension = |files: &str| format!("status:\n  extensionFiles:\n{}", indented(files));
        assert_eq!(said(&extension(&encoded)), Some(true));
        let other = file(r#"{inline: {data: ""}}"#);
        assert_eq!(said(&format!("{}{}", spec(&plain), extension(&other))), Some(false));
        for content in [
            "{inline: {encoding: gzip, data: abc}}",
            "{inline: {encoding: b64, data: '%'}}",
            "{secretRef: {name: a, dataKey: b}}",
            "null",
        ] {
            assert_eq!(said(&spec(&file(content))), Some(false), "{content}");
        }
        for document in ["spec: null", "{}", "spec: {files: null}", "spec: {files: [null]}"] {
            assert_eq!(said(document), Some(false), "{document}");
        }
        assert_eq!(said("spec: ["), None);
    }

    fn indented(text: &str) -> String {
        text.lines().map(|line| format!("  {line}\n")).collect()
    }

    #[test]
    fn what_counts_is_what_was_applied() {
        let configuration = |aliases_off| Configuration { checksum: "c".to_owned(), aliases_off };
        let (same, other) = ("c".to_owned(), "d".to_owned());
        assert_eq!(configuration(true).of(Some(&same)), Guest::AliasesOff);
        assert_eq!(configuration(false).of(Some(&same)), Guest::Lacking);
        for applied in [Some(&other), None] {
            assert_eq!(configuration(true).of(applied), Guest::NotApplied);
        }
    }
}

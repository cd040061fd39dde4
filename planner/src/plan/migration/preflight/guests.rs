//! Guests: whether Google's agent on each node is told to leave alias ranges alone. Else it makes a local route of the alias, and the
//! node's pods are cut off. Whether an agent has read what it is told only a canary shows.

use crate::plan::context::Context;
use crate::plan::migration::facts::Facts;
use crate::plan::{Finding, Severity};
use crate::snapshot::{Guest, Node};
use crate::text::listed;
use crate::vocabulary::Word;

/// The findings about the guests of the shoot's VMs; none where its Nodes are not known.
pub(super) fn findings(context: Context<'_>, facts: &Facts<'_>) -> Vec<Finding> {
    let mut own = context.seen.cloud.vms.values().filter(|vm| vm.has_tag(&context.target.cluster));
    if !facts.needed || own.next().is_none() {
        return Vec::new();
    }
    let severity = if context.asked.said.say(Word::SkipNodeCheck) { Severity::Warn } else { Severity::Error };
    let nodes = context.seen.shoot.nodes.known().map(Vec::as_slice).unwrap_or_default();
    of_nodes(context, nodes)
        .into_iter()
        .map(|message| Finding { rule: "guest-agent", severity, message })
        .collect()
}

fn of_nodes(context: Context<'_>, nodes: &[Node]) -> Vec<String> {
    let is_ours = |node: &&Node| {
        let vm = node.vm.as_ref().and_then(|vm| context.seen.cloud.vm(vm));
        vm.is_some_and(|vm| vm.has_tag(&context.target.cluster))
    };
    let named = |guest| {
        let nodes = nodes.iter().filter(is_ours).filter(|node| node.guest == guest);
        let names: Vec<&str> = nodes.map(|node| node.name.as_str()).collect();
        (!names.is_empty()).then(|| listed(&names, ", "))
    };
    let lacking = named(Guest::Lacking).map(|nodes| {
        format!(
            "the configuration of these nodes does not tell Google's guest agent to leave alias ranges alone (ip_aliases = false in \
             /etc/default/instance_configs.cfg), so that the agent would cut them off: {nodes}; reconcile the Shoot with provider-gcp \
             v1.46.1 or newer, which adds it, or replace the nodes"
        )
    });
    let pending = named(Guest::NotApplied).map(|nodes| {
        format!(
            "these nodes have not applied their present configuration, so that what their guest agents are told is not known: {nodes}; \
             wait for gardener-node-agent, look at its log, or replace the nodes"
        )
    });
    let unknown = named(Guest::Unknown).map(|nodes| {
        format!(
            "what the guest agents of these nodes are told about alias ranges cannot be read: {nodes}; look whether their label \
             worker.gardener.cloud/gardener-node-agent-secret-name names a Secret in kube-system, or look at the nodes by hand and say \
             skip-node-check"
        )
    });
    [lacking, pending, unknown].into_iter().flatten().collect()
}

//! Guests: whether Google's agent on each node is told to leave alias ranges alone. Else it makes a local route of the alias, and the
//! node's pods are cut off. Whether an agent has read what it is told only a canary shows; where Nodes cannot be read neither is known.

use crate::documents::names::MIGRATION_ANNOTATION;
use crate::plan::context::Context;
use crate::plan::migration::facts::Facts;
use crate::plan::{Finding, Severity};
use crate::snapshot::{Guest, Node, Obstacle, Vm};
use crate::text::listed;
use crate::vocabulary::Word;

/// The findings about the guests of the shoot's VMs, and about Nodes that do not tell of them. Where nothing is known to migrate they matter
/// too: which VMs lack an alias only their Nodes tell.
pub(super) fn findings(context: Context<'_>, facts: &Facts<'_>) -> Vec<Finding> {
    let own = context.seen.cloud.vms.values().filter(|vm| vm.has_tag(&context.target.cluster));
    let own: Vec<&Vm> = own.collect();
    if own.is_empty() {
        return Vec::new();
    }
    let nodes = &context.seen.shoot.nodes;
    let skipped = context.asked.said.say(Word::SkipNodeCheck) || context.seen.has_no_api_yet();
    let severity = if skipped { Severity::Warn } else { Severity::Error };
    let finding = |rule| move |message| Finding { rule, severity, message };
    let unreadable = match nodes.obstacle() {
        Some(obstacle) => Some(none_readable(obstacle)),
        None => some_unreadable(facts, &own),
    };
    let told = of_nodes(context, nodes.known().map(Vec::as_slice).unwrap_or_default());
    let told = told.into_iter().map(finding("guest-agent"));
    told.chain(unreadable.map(finding("nodes-unreadable"))).collect()
}

/// What it means that no Node can be read.
fn none_readable(obstacle: Obstacle) -> String {
    format!(
        "the shoot's Nodes cannot be read, as {obstacle}: what their guest agents are told about alias ranges is not known, and no canary \
         can be measured; see to it that the shoot's API answers to the kubeconfig in the Secret gardener-internal of the shoot's \
         namespace, or look at the guest agents by hand and say skip-node-check in the annotation {MIGRATION_ANNOTATION}"
    )
}

/// What it means that the Nodes of some of the `own` VMs cannot be read; none: all can be, or there are none.
fn some_unreadable(facts: &Facts<'_>, own: &[&Vm]) -> Option<String> {
    let hidden: Vec<&str> =
        own.iter().filter(|vm| facts.nodes.hide(&vm.id)).map(|vm| vm.id.name.as_str()).collect();
    (!hidden.is_empty()).then(|| {
        format!(
            "the shoot's API lists Nodes that cannot be read, and that may be those of these VMs: {}; what range their pods have and what \
             their guest agents are told is not known; replace these nodes, or look at them by hand and say skip-node-check in the \
             annotation {MIGRATION_ANNOTATION}",
            listed(&hidden, ", ")
        )
    })
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

//! What is supported, method by method: the methods of each collection that is modelled at all, and those of it that Google
//! has beside them, which are answered with 501.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::api::discovery;
use crate::resources::KINDS;

const HEAD: &str = "\
# What is supported

Each method of Compute v1 in the middle column is modelled, with the fields that have a meaning for a network.
A field that Google has and that is not modelled is answered with 501, unless its value means nothing.
Methods on the right are answered with 501.
What Google does not have is answered as Google does.

`fake-gcp methods` prints this page; a test compares it.

| collection | supported | 501 |
|---|---|---|
";

/// The page, in Markdown.
pub fn render() -> String {
    let ours: BTreeSet<&str> = KINDS.iter().flat_map(|kind| kind.methods).map(|method| method.id).collect();
    let mut collections = BTreeMap::<&str, [Vec<&str>; 2]>::new();
    for method in discovery::compute().methods() {
        let Some((collection, name)) = method.id.rsplit_once('.') else { continue };
        let [modelled, others] = collections.entry(collection).or_default();
        if ours.contains(method.id) { modelled.push(name) } else { others.push(name) }
    }
    let (some, none): (Vec<_>, Vec<_>) =
        collections.into_iter().partition(|(_, [modelled, _])| !modelled.is_empty());
    let mut page = HEAD.to_owned();
    for (collection, [modelled, others]) in some {
        let _never_fails =
            writeln!(page, "| `{collection}` | {} | {} |", modelled.join(", "), others.join(", "));
    }
    page += "\nOf other services, each on its own path:\n\n| method | call |\n|---|---|\n";
    for method in KINDS.iter().flat_map(|kind| kind.services) {
        let (id, http, path) = (method.id, method.http, method.path);
        let _never_fails = writeln!(page, "| `{id}` | `{http} /v1/projects/{{project}}{path}` |");
    }
    let _never_fails = writeln!(
        page,
        "\nBatches of Compute are taken at `/batch/compute/v1`.\nThe other {} collections of Compute v1 are not modelled at all.",
        none.len()
    );
    page
}

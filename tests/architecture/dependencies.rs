//! What the project is built from, by the rules of `deny.toml`: licences, bans and sources, without cargo-deny.

use std::collections::BTreeSet;
use std::process::Command;

use crate::licence::fulfilled;
use crate::none;
use crate::repository::root;

/// One package of the dependency graph.
pub(crate) struct Package {
    pub(crate) name: String,
    /// Empty: it says none.
    licence: String,
    /// What cargo says of it beside name and version: a folder, the address of a repository; most often nothing.
    remark: String,
}

/// The rules that this test reads.
struct Rules {
    allowed: Vec<String>,
    banned: Vec<String>,
}

impl Rules {
    fn read() -> Self {
        Self::parse(&std::fs::read_to_string(root().join("deny.toml")).unwrap())
    }

    /// Reads the two lists by their form in that file: one entry a line.
    fn parse(text: &str) -> Self {
        let list = |begin: &str| {
            let (_, after) = text.split_once(begin).unwrap();
            let lines = after.lines().skip(1).take_while(|line| !line.starts_with(']'));
            lines.filter_map(|line| Some(line.split('"').nth(1)?.to_owned())).collect::<Vec<_>>()
        };
        Self { allowed: list("\nallow = ["), banned: list("\ndeny = [") }
    }

    fn violations(&self, packages: &[Package]) -> Vec<String> {
        let mut violations = Vec::new();
        for Package { name, licence, remark } in packages {
            if !fulfilled(licence, |licence| self.allowed.iter().any(|allowed| allowed == licence)) {
                violations.push(format!("{name}: licence {licence:?} is not allowed"));
            }
            if self.banned.contains(name) {
                violations.push(format!("{name} is banned; `cargo tree --invert {name}` shows who wants it"));
            }
            if remark.contains("://") {
                violations.push(format!("{name} comes from {remark}, not from the registry"));
            }
        }
        violations
    }
}

/// What is built for the platforms of `deny.toml`, dev-dependencies included.
fn packages() -> Vec<Package> {
    tree(&["--workspace"])
}

/// The packages that `cargo tree` shows of what `scope` selects. `cargo metadata` would name packages too that are never built.
pub(crate) fn tree(scope: &[&str]) -> Vec<Package> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--prefix", "none", "--format", "{p}\t{l}"])
        .args(scope)
        .args(["--target", "x86_64-unknown-linux-gnu", "--target", "aarch64-unknown-linux-gnu"])
        .current_dir(root())
        .output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines: BTreeSet<&str> = std::str::from_utf8(&output.stdout).unwrap().lines().collect();
    lines.into_iter().filter(|line| !line.is_empty()).map(package).collect()
}

/// Reads `name v1.2.3 (remark)\tlicence`, with ` (*)` at the end where cargo has shown the package before.
fn package(line: &str) -> Package {
    let (package, licence) = line.split_once('\t').unwrap();
    let mut words = package.splitn(3, ' ');
    let name = words.next().unwrap().to_owned();
    let remark = words.nth(1).unwrap_or_default().to_owned();
    Package { name, licence: licence.trim_end_matches(" (*)").to_owned(), remark }
}

#[test]
fn dependencies_are_permissive_unbanned_and_from_a_registry() {
    let packages = packages();
    assert!(packages.len() > 3, "only {} packages: the graph was not read", packages.len());
    none("deny.toml", Rules::read().violations(&packages));
}

#[test]
fn every_allowed_licence_occurs() {
    let (rules, packages) = (Rules::read(), packages());
    let occurs = |allowed: &&String| packages.iter().any(|package| package.licence.contains(*allowed));
    let unused = rules.allowed.iter().filter(|allowed| !occurs(allowed)).cloned().collect();
    none("deny.toml allows licences that nothing has", unused);
}

#[test]
fn what_breaks_a_rule_is_found() {
    let rules = Rules::parse("\nallow = [\n  \"MIT\",\n]\ndeny = [\n  { name = \"ring\" },\n]\n");
    for (line, expected) in [
        ("good v1.0.0\tMIT OR Apache-2.0", 0),
        ("macros v1.0.0 (proc-macro)\tMIT (*)", 0),
        ("ours v0.1.0 (/somewhere)\tMIT", 0),
        ("silent v1.0.0\t", 1),
        ("copyleft v1.0.0\tGPL-3.0-only", 1),
        ("ring v1.0.0\tMIT", 1),
        ("forked v1.0.0 (https://example.org/forked?rev=1#1)\tMIT", 1),
    ] {
        assert_eq!(rules.violations(&[package(line)]).len(), expected, "{line}");
    }
}

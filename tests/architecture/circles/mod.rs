//! Files form no circle: what a file names does not name that file, neither itself nor through others.
//!
//! A module and a file below it may name each other: the module its parts, the part what its module defines. A way that goes
//! through a third file is a circle also there.

mod arrows;
mod source;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};

use self::arrows::{Arrows, Modules, module};
use crate::none;
use crate::repository::{File, root, rust_files};

/// The folders with the sources of the crates.
fn crates() -> Vec<String> {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let (_, members) = manifest.split_once("members = [").unwrap();
    let (members, _) = members.split_once(']').unwrap();
    let members = members.split('"').skip(1).step_by(2);
    let mut crates = vec!["src".to_owned()];
    crates.extend(members.map(|member| format!("{member}/src")));
    crates
}

/// The files of a crate that are no tests.
fn sources(folder: &str) -> Vec<File> {
    let mut files = rust_files(&[&format!("{folder}/")]);
    files.retain(|file| !file.path.contains("/tests/") && !file.path.ends_with("/tests.rs"));
    files
}

/// The shortest circle through each file, as its files in their order, each circle once.
fn circles<'a>(arrows: &Arrows<'a>) -> BTreeSet<Vec<&'a str>> {
    let shortest = arrows.iter().filter_map(|(file, targets)| {
        let ways = targets.keys().filter_map(|target| way(arrows, target, file));
        let mut circle = ways.min_by_key(Vec::len)?;
        let first = circle.iter().enumerate().min_by_key(|(_, file)| **file).map(|(index, _)| index);
        circle.rotate_left(first.unwrap_or_default());
        Some(circle)
    });
    shortest.collect()
}

/// The files of the shortest way `from` one file `to` another; not the step from a part to its own module, nor back.
fn way<'a>(arrows: &Arrows<'a>, from: &'a str, to: &'a str) -> Option<Vec<&'a str>> {
    let mut before = BTreeMap::from([(from, from)]);
    let mut last = vec![from];
    while !last.is_empty() && !before.contains_key(to) {
        let mut reached = Vec::new();
        for file in last {
            for target in arrows.get(file).into_iter().flat_map(BTreeMap::keys) {
                let is_allowed = (file, *target) == (from, to) && are_module_and_part(from, to);
                if !is_allowed && !before.contains_key(target) {
                    before.insert(target, file);
                    reached.push(*target);
                }
            }
        }
        last = reached;
    }
    let mut way = vec![to];
    while let Some(file) = way.last().filter(|file| **file != from) {
        way.push(before.get(file)?);
    }
    way.reverse();
    Some(way)
}

/// Whether one of two files is the module above the other.
fn are_module_and_part(one: &str, other: &str) -> bool {
    let (one, other) = (module(one), module(other));
    let is_part = |part: &str, of| part.strip_prefix(of).is_some_and(|rest| rest.starts_with('/'));
    is_part(one, other) || is_part(other, one)
}

/// A circle as `a.rs -> b.rs (names) -> a.rs (names)`.
fn print(arrows: &Arrows, circle: &[&str]) -> String {
    let mut printed = circle[0].to_owned();
    for (from, to) in circle.iter().zip(circle.iter().cycle().skip(1)) {
        let names: Vec<&str> = arrows[from][to].iter().map(String::as_str).collect();
        printed += &format!(" -> {to} ({})", names.join(", "));
    }
    printed
}

/// All circles of a crate, printed, and what would hide one.
fn violations(folder: &str, files: &[File]) -> Vec<String> {
    let modules = Modules::new(folder, files);
    let arrows = modules.arrows();
    let mut violations = modules.opaque();
    violations.extend(circles(&arrows).iter().map(|circle| print(&arrows, circle)));
    violations
}

#[test]
fn no_file_names_what_names_it() {
    let mut found = Vec::new();
    for folder in crates() {
        let files = sources(&folder);
        let linked = Modules::new(&folder, &files).arrows().len();
        assert!(
            linked > files.len() / 2,
            "only {linked} of {} files in {folder} name another one",
            files.len()
        );
        found.extend(violations(&folder, &files));
    }
    none("circles of files", found);
}

#[test]
fn circles_are_found() {
    let check = |texts: &[(&str, &str)], expected: &[&str]| {
        let file =
            |(path, text): &(&str, &str)| File { path: format!("src/{path}"), text: (*text).to_owned() };
        let files: Vec<File> = texts.iter().chain(&[("lib.rs", "")]).map(file).collect();
        let found: Vec<String> =
            violations("src", &files).iter().map(|found| found.replace("src/", "")).collect();
        assert_eq!(found, expected, "{texts:?}");
    };
    check(&[("a.rs", "use crate::b::B;"), ("b.rs", "pub struct B;")], &[]);
    check(
        &[("a.rs", "use crate::b::B; pub fn a() {}"), ("b.rs", "pub struct B; fn b() { super::a::a() }")],
        &["a.rs -> b.rs (B) -> a.rs (a)"],
    );
    check(
        &[
            ("a.rs", "use crate::b::B; pub struct A;"),
            ("b.rs", "use crate::c; pub struct B; fn b() { c::c() }"),
            ("c.rs", "pub fn c(a: crate::a::A) {}"),
            ("d.rs", "use crate::a::A;"),
        ],
        &["a.rs -> b.rs (B) -> c.rs (c) -> a.rs (A)"],
    );
    // A module and its part may name each other, ...
    let module = ("m/mod.rs", "mod a; mod b; pub use b::B; pub struct M; fn m() { a::a() }");
    let part = ("m/a.rs", "use super::M; pub fn a() {}");
    check(&[module, part], &[]);
    // ... what the module only hands on is not its own, ...
    let (one, other) =
        (("m/a.rs", "use super::B; pub struct A;"), ("m/b.rs", "use super::a::A; pub struct B;"));
    check(&[module, one, other], &["m/a.rs -> m/b.rs (B) -> m/a.rs (A)"]);
    // ... and a third file makes a circle of it.
    let third = ("m/b.rs", "pub struct B; use crate::m::M;");
    check(
        &[module, ("m/a.rs", "use super::b::B; pub fn a() {}"), third],
        &["m/a.rs -> m/b.rs (B) -> m/mod.rs (M) -> m/a.rs (a)"],
    );
    // Tests, comments and texts are no code.
    let silent = "pub struct B;\n// crate::a::A\nconst C: &str = \"crate::a::A\";\n#[cfg(test)]\nmod tests { use crate::a::A; }";
    check(&[("a.rs", "use crate::b::B; pub struct A;"), ("b.rs", silent)], &[]);
    check(
        &[("a.rs", "use crate::b::*;"), ("b.rs", "")],
        &["a.rs: use crate::b::* hides which file a name comes from"],
    );
}

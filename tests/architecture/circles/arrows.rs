//! Which file takes names from which: paths are followed through modules and what they hand on to the file that defines the name.

use std::collections::{BTreeMap, BTreeSet};

use super::source::Source;
use crate::repository::File;

/// For each file the files from which it takes names, and which names.
pub(super) type Arrows<'a> = BTreeMap<&'a str, BTreeMap<&'a str, BTreeSet<String>>>;

/// A path goes through fewer modules than this; one that comes back to itself (`use kube::{self}`) is of another crate.
const LONGEST: usize = 20;

/// The modules of one crate by their path, each with its file and what that says.
pub(super) struct Modules<'a> {
    root: &'a str,
    modules: BTreeMap<&'a str, (&'a str, Source)>,
}

impl<'a> Modules<'a> {
    /// `root` is the folder of the crate's sources, without a slash at the end.
    pub(super) fn new(root: &'a str, files: &'a [File]) -> Self {
        let read = |file: &'a File| (module(&file.path), (file.path.as_str(), Source::read(&file.text)));
        Self { root, modules: files.iter().map(read).collect() }
    }

    /// What cannot be followed.
    pub(super) fn opaque(&self) -> Vec<String> {
        let files = self.modules.values();
        let opaque = files.flat_map(|(file, source)| source.opaque.iter().map(move |what| (file, what)));
        opaque.map(|(file, what)| format!("{file}: {what} hides which file a name comes from")).collect()
    }

    pub(super) fn arrows(&self) -> Arrows<'a> {
        let mut arrows = Arrows::new();
        for (module, (file, source)) in &self.modules {
            let taken = source.taken.iter().filter(|taken| !taken.is_handed_on).map(|taken| &taken.path);
            for path in taken.chain(&source.paths) {
                let Some((definer, name)) = self.definer(module, path, LONGEST) else { continue };
                if definer != *file {
                    arrows.entry(*file).or_default().entry(definer).or_default().insert(name);
                }
            }
        }
        arrows
    }

    /// The file that defines what `path` means in `module`, and the name there; nothing if another crate defines it, or if the
    /// path ends at a module.
    fn definer(&self, module: &str, path: &[String], longest: usize) -> Option<(&'a str, String)> {
        let longest = longest.checked_sub(1)?;
        let (file, source) = self.modules.get(module)?;
        let (first, rest) = path.split_first()?;
        let part = format!("{module}/{first}");
        match first.as_str() {
            "crate" => self.definer(self.root, rest, longest),
            "self" => self.definer(module, rest, longest),
            "super" => self.definer(module.rsplit_once('/')?.0, rest, longest),
            _ if !rest.is_empty() && self.modules.contains_key(part.as_str()) => {
                self.definer(&part, rest, longest)
            }
            _ if source.defined.contains(first) => Some((file, first.clone())),
            _ => {
                let taken = source.taken.iter().find(|taken| taken.name == *first)?;
                self.definer(module, &[&taken.path, rest].concat(), longest)
            }
        }
    }
}

/// The path of a module, `src/a/b` for `src/a/b.rs` and `src/a/b/mod.rs`: the part of another one begins with that one's and `/`.
pub(super) fn module(file: &str) -> &str {
    let path = file.strip_suffix(".rs").unwrap_or(file);
    ["/mod", "/lib"].iter().find_map(|end| path.strip_suffix(end)).unwrap_or(path)
}

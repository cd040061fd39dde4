//! What one source file says of names: those that it defines, those that it takes from elsewhere, and the paths in its code.

use std::collections::BTreeSet;

use super::tokens::{is_word, tokens};

/// A path as its words, `["super", "a", "B"]`.
pub(super) type Path = Vec<String>;

/// The keywords that stand before the name of an item.
const ITEMS: [&str; 8] = ["const", "enum", "fn", "static", "struct", "trait", "type", "union"];

/// The names of one file, without those in modules that only tests see.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// The items at the top of the file.
    pub(super) defined: BTreeSet<String>,
    /// The leaves of all `use`.
    pub(super) taken: Vec<Taken>,
    /// The paths in the code, those of one word included.
    pub(super) paths: BTreeSet<Path>,
    /// What hides from which file a name comes.
    pub(super) opaque: Vec<String>,
}

/// One name that a `use` brings into a file.
#[derive(Debug, PartialEq)]
pub(super) struct Taken {
    /// The name as the file knows it.
    pub(super) name: String,
    pub(super) path: Path,
    /// Whether it is `pub`, in whatever measure: the file may take it for others only.
    pub(super) is_handed_on: bool,
}

impl Source {
    pub(super) fn read(text: &str) -> Self {
        let tokens = tokens(text);
        let mut source = Self::default();
        let (mut rest, mut previous, mut depth) = (tokens.as_slice(), "", 0_usize);
        while let Some(first) = rest.first() {
            rest = match rest {
                ["#", "[", "cfg", "(", "test", ")", "]", item @ ..] => behind_item(item),
                // `impl Trait + use<'a>` takes no name.
                ["use", "<", behind @ ..] => behind,
                ["use", tree @ ..] => {
                    let (tree, behind) = tree.split_at(tree.iter().position(|token| *token == ";").unwrap());
                    source.take(tree, &[], ["pub", ")"].contains(&previous));
                    behind
                }
                ["mod", name, "{", ..] => {
                    source.opaque.push(format!("mod {name} {{ .. }}"));
                    &rest[2..]
                }
                [item, name, behind @ ..]
                    if ITEMS.contains(item) && is_name(name) && !ITEMS.contains(name) =>
                {
                    if depth == 0 {
                        source.defined.insert((*name).to_owned());
                    }
                    behind
                }
                // The rest of a struct or a range, and then a field or a method.
                [".", ".", behind @ ..] | [".", _, behind @ ..] => behind,
                [word, ..] if is_name(word) => {
                    let (path, behind) = path(rest);
                    source.paths.insert(path);
                    behind
                }
                [sign, behind @ ..] => {
                    depth += usize::from(*sign == "{");
                    depth -= usize::from(*sign == "}");
                    behind
                }
                [] => &[],
            };
            previous = first;
        }
        source
    }

    /// Reads the tree of a `use` below `prefix`.
    fn take(&mut self, tree: &[&str], prefix: &[String], is_handed_on: bool) {
        let (head, behind) = path(tree);
        let mut path = [prefix, &head].concat();
        if let ["::", "{", inner @ .., "}"] | ["{", inner @ .., "}"] = behind {
            branches(inner).into_iter().for_each(|branch| self.take(branch, &path, is_handed_on));
            return;
        }
        path.pop_if(|last| last == "self");
        let name = match behind {
            ["as", name] => (*name).to_owned(),
            ["::", "*"] | ["*"] => return self.opaque.push(format!("use {}::*", path.join("::"))),
            _ => path.last().cloned().unwrap_or_default(),
        };
        self.taken.push(Taken { name, path, is_handed_on });
    }
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| is_word(c) && !c.is_numeric())
}

/// The path with which `tokens` begin, and what stands behind it.
fn path<'a, 'b>(tokens: &'a [&'b str]) -> (Path, &'a [&'b str]) {
    let mut path = Vec::new();
    let mut rest = tokens;
    while let [word, behind @ ..] = rest
        && is_name(word)
    {
        path.push((*word).to_owned());
        rest = match behind {
            ["::", next, ..] if is_name(next) => &behind[1..],
            _ => return (path, behind),
        };
    }
    (path, rest)
}

/// The parts between the commas of the outermost level.
fn branches<'a, 'b>(tokens: &'a [&'b str]) -> Vec<&'a [&'b str]> {
    let mut depth = 0_usize;
    let parts = tokens.split(|token| {
        depth += usize::from(*token == "{");
        depth -= usize::from(*token == "}");
        depth == 0 && *token == ","
    });
    parts.filter(|part| !part.is_empty()).collect()
}

/// What stands behind the item with which `tokens` begin: behind its block, or its semicolon.
fn behind_item<'a, 'b>(tokens: &'a [&'b str]) -> &'a [&'b str] {
    let mut depth = 0_usize;
    let ends = |token: &&str| {
        depth += usize::from(*token == "{");
        depth -= usize::from(*token == "}");
        depth == 0 && [";", "}"].contains(token)
    };
    let end = tokens.iter().position(ends).unwrap();
    &tokens[end + 1..]
}

#[test]
fn names_of_a_file() {
    let text = "\
use std::fmt;
use super::{a::{self, B}, c as d};
pub(crate) use e::F;
use g::*;
const fn h<T>(i: super::j::K) -> L { m.n().o::<P>(); crate::q::R::S(..t::u()); fn v() {} }
mod w { }
pub struct W;
#[cfg(test)]
mod tests { use x::Y; fn z() { } }
#[cfg(test)]
mod tests;
";
    let source = Source::read(text);
    assert_eq!(Vec::from_iter(&source.defined), ["W", "h"]);
    let taken = |taken: &Taken| format!("{} {} {}", taken.path.join("::"), taken.name, taken.is_handed_on);
    assert_eq!(
        source.taken.iter().map(taken).collect::<Vec<_>>(),
        ["std::fmt fmt false", "super::a a false", "super::a::B B false", "super::c d false", "e::F F true",]
    );
    assert_eq!(source.opaque, ["use g::*", "mod w { .. }"]);
    let paths: Vec<_> = source.paths.iter().map(|path| path.join("::")).collect();
    for path in ["super::j::K", "crate::q::R::S", "t::u", "L", "m", "P"] {
        assert!(paths.iter().any(|found| found == path), "{path} in {paths:?}");
    }
    assert!(!paths.iter().any(|path| ["n", "o", "z", "x::Y"].contains(&path.as_str())), "{paths:?}");
}

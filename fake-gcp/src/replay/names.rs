//! Names in a log that stand for more than one resource.
//!
//! Whoever recorded the logs gave all resources of a kind the same name. So a name gets an alias for each resource that is
//! made under it, and a request that names it is tried with every resource that is there: the one whose answer fits best is
//! taken for the one that was meant.

use std::collections::{BTreeMap, BTreeSet};

use super::Exchange;

/// The aliases of names, by collection and name, in the order in which the resources were made; and those that are chosen.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    alive: BTreeMap<(String, String), Vec<String>>,
    made: BTreeMap<(String, String), usize>,
    chosen: BTreeMap<(String, String), String>,
}

impl Names {
    pub(super) fn is_known(&self, collection: &str, name: &str) -> bool {
        self.made.contains_key(&(collection.to_owned(), name.to_owned()))
    }

    /// Adds a resource under a name and gives its alias.
    pub(super) fn add(&mut self, collection: &str, name: &str) -> String {
        let key = (collection.to_owned(), name.to_owned());
        let number = self.made.entry(key.clone()).or_default();
        *number += 1;
        let alias = if *number == 1 { name.to_owned() } else { format!("{name}-{number}") };
        self.alive.entry(key).or_default().push(alias.clone());
        alias
    }

    /// Every way to read the names of a request.
    pub(super) fn choices(&self, exchange: &Exchange) -> Vec<Self> {
        let mut choices = vec![Self { chosen: BTreeMap::new(), ..self.clone() }];
        let made = exchange.makes();
        let text = format!("{} {}", exchange.path(), exchange.body);
        if let Some((collection, name)) = &made
            && let Some(first) = choices.first_mut()
        {
            let alias = first.add(collection, name);
            first.chosen.insert((collection.clone(), name.clone()), alias);
        }
        for (key, aliases) in &self.alive {
            let is_made = made.as_ref() == Some(key);
            let is_plain = aliases.len() < 2 && aliases.first() == Some(&key.1) && exchange.status != 404;
            if is_made || is_plain || !text.contains(&format!("{}/{}", key.0, key.1)) {
                continue;
            }
            // What was not found is none of those that are there.
            let absent = format!("{}-{}", key.1, self.made.get(key).unwrap_or(&0) + 1);
            let aliases: Vec<String> = match exchange.status {
                404 => aliases.iter().cloned().chain([absent]).collect(),
                _ => aliases.clone(),
            };
            choices = choices
                .into_iter()
                .flat_map(|choice| {
                    aliases.clone().into_iter().map(move |alias| {
                        let mut choice = choice.clone();
                        choice.chosen.insert(key.clone(), alias);
                        choice
                    })
                })
                .collect();
        }
        choices
    }

    /// Takes note of what an exchange took away.
    pub(super) fn learn(&mut self, exchange: &Exchange) {
        if let Some(key) = exchange.deletes()
            && let Some(aliases) = self.alive.get_mut(&key)
        {
            let gone = self.chosen.get(&key).unwrap_or(&key.1).clone();
            aliases.retain(|alias| *alias != gone);
        }
    }

    /// A text with the chosen aliases in place of the names.
    pub(super) fn apply(&self, text: &str) -> String {
        self.pairs().into_iter().fold(text.to_owned(), |text, (collection, name, alias)| {
            let path = format!("{collection}/{name}");
            let text = swap(&text, &path, &format!("{collection}/{alias}"));
            // The body of an insert names what it makes.
            match self.alive.get(&(collection, name.clone())).and_then(|all| all.last()) == Some(&alias) {
                true => swap(&text, &format!("\"name\": \"{name}\""), &format!("\"name\": \"{alias}\"")),
                false => text,
            }
        })
    }

    /// A text with the names in place of all aliases.
    pub(super) fn undo(&self, text: &str) -> String {
        let all: BTreeSet<(usize, String, String)> = self
            .made
            .iter()
            .flat_map(|((_, name), count)| {
                (2..=*count + 1).map(move |number| (number, format!("{name}-{number}"), name.clone()))
            })
            .collect();
        all.into_iter().rev().fold(text.to_owned(), |text, (_, alias, name)| swap(&text, &alias, &name))
    }

    fn pairs(&self) -> Vec<(String, String, String)> {
        let chosen = self.chosen.iter();
        let pair = |((collection, name), alias): (&(String, String), &String)| {
            (collection.clone(), name.clone(), alias.clone())
        };
        chosen.map(pair).filter(|(_, name, alias)| name != alias).collect()
    }
}

/// A text with `new` in place of every `old` that does not go on as a name.
fn swap(text: &str, old: &str, new: &str) -> String {
    let mut swapped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(old) {
        swapped.push_str(before);
        let goes_on = behind.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
        swapped.push_str(if goes_on { old } else { new });
        rest = behind;
    }
    swapped.push_str(rest);
    swapped
}

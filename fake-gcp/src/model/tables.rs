//! Resources of kinds that nothing here knows: each kind has a table of its own, found by the type of what is in it.

use std::any::{Any, TypeId};
use std::collections::BTreeMap;
use std::fmt::Debug;

pub use crate::model::placed::Resource;
use crate::model::placed::{Key, Placed};
use crate::model::scope::Scoped;

/// The tables of a project, one for each type of resource that was ever added.
#[derive(Debug, Default)]
pub struct Tables(BTreeMap<TypeId, Box<dyn Table>>);

trait Table: Debug + Send + Sync {
    fn fork(&self) -> Box<dyn Table>;
    fn rows(&self) -> &dyn Any;
    fn rows_mut(&mut self) -> &mut dyn Any;
    fn user(&self, key: &Key, project: &str) -> Option<String>;
}

impl<T: Resource> Table for Placed<T> {
    fn fork(&self) -> Box<dyn Table> {
        Box::new(self.clone())
    }

    fn rows(&self) -> &dyn Any {
        self
    }

    fn rows_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn user(&self, key: &Key, project: &str) -> Option<String> {
        self.with(key).find_map(|resource| resource.path_in(project))
    }
}

impl Clone for Tables {
    fn clone(&self) -> Self {
        Self(self.0.iter().map(|(id, table)| (*id, table.fork())).collect())
    }
}

impl Tables {
    /// The table of a type; none if nothing of it was ever added.
    pub fn of<T: Resource>(&self) -> Option<&Placed<T>> {
        // The table itself, not its box, is what was added under this type.
        self.0.get(&TypeId::of::<T>())?.as_ref().rows().downcast_ref()
    }

    fn rows_mut<T: Resource>(&mut self) -> Option<&mut Placed<T>> {
        let table = self.0.entry(TypeId::of::<T>()).or_insert_with(|| Box::new(Placed::<T>::default()));
        table.as_mut().rows_mut().downcast_mut()
    }

    /// The resources of a type in order of place and name.
    pub fn all<T: Resource>(&self) -> impl Iterator<Item = &T> {
        self.of::<T>().into_iter().flat_map(Placed::values)
    }

    /// Number of resources of a type.
    pub fn count<T: Resource>(&self) -> usize {
        self.of::<T>().map_or(0, Placed::len)
    }

    /// The resource of a place (region, zone or nothing) and a name.
    pub fn get<T: Resource>(&self, place: &Scoped) -> Option<&T> {
        self.of()?.get(place)
    }

    /// The resource of a place that is called by its name or numeric id.
    pub fn find<T: Resource>(&self, place: &str, name: &str) -> Option<&T> {
        self.of()?.find(place, name)
    }

    /// The resources of a type with a key.
    pub fn with<'a, T: Resource>(&'a self, key: &Key) -> impl Iterator<Item = &'a T> + use<'a, T> {
        let key = key.clone();
        self.of::<T>().into_iter().flat_map(move |table| table.with(&key))
    }

    /// The path of a resource of whatever type that has the key.
    pub fn user(&self, key: &Key, project: &str) -> Option<String> {
        self.0.values().find_map(|table| table.user(key, project))
    }

    /// Changes a resource, and gives back what the change does; `None` if there is none of this place and name.
    pub fn change<T: Resource, R>(&mut self, place: &Scoped, change: impl FnOnce(&mut T) -> R) -> Option<R> {
        self.rows_mut()?.change(place, change)
    }

    /// Adds a resource, or puts it in place of the one of its place and name.
    pub fn insert<T: Resource>(&mut self, place: Scoped, resource: T) {
        if let Some(rows) = self.rows_mut() {
            rows.insert(place, resource);
        }
    }

    /// Takes all but the last `most` resources of a type out, in order of place and name.
    pub fn keep_last<T: Resource>(&mut self, most: usize) {
        let Some(rows) = self.rows_mut::<T>() else { return };
        while rows.len() > most {
            rows.pop_first();
        }
    }

    /// Takes a resource out; `None` if there is none of this place and name.
    pub fn remove<T: Resource>(&mut self, place: &Scoped) -> Option<T> {
        self.rows_mut()?.remove(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, PartialEq)]
    struct Disk(u32);
    impl Resource for Disk {}

    #[derive(Debug, Clone, PartialEq)]
    struct Image(u32);
    impl Resource for Image {}

    fn place(name: &str) -> Scoped {
        (String::new(), name.to_owned())
    }

    #[test]
    fn kinds_of_one_name_do_not_meet_and_forks_are_apart() {
        let mut tables = Tables::default();
        tables.insert(place("a"), Disk(1));
        tables.insert(place("a"), Image(2));
        let fork = tables.clone();
        tables.change::<Disk, _>(&place("a"), |disk| disk.0 = 3);
        assert_eq!(tables.remove::<Image>(&place("a")), Some(Image(2)));
        assert_eq!(tables.all::<Disk>().collect::<Vec<_>>(), [&Disk(3)]);
        assert_eq!(tables.get::<Image>(&place("a")), None);
        assert_eq!(fork.get(&place("a")), Some(&Disk(1)));
        assert_eq!(fork.get(&place("a")), Some(&Image(2)));
    }
}

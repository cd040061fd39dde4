//! Resources of kinds that nothing here knows: each kind has a table of its own, found by the type of what is in it.

use std::any::{Any, TypeId};
use std::collections::BTreeMap;
use std::fmt::Debug;

use crate::model::scope::Scoped;

/// A resource as a table can keep it.
pub trait Resource: Any + Clone + Debug + Send + Sync {}

/// The tables of a project, one for each type of resource that was ever added.
#[derive(Debug, Default)]
pub struct Tables(BTreeMap<TypeId, Box<dyn Table>>);

type Rows<T> = BTreeMap<Scoped, T>;

trait Table: Debug + Send + Sync {
    fn fork(&self) -> Box<dyn Table>;
    fn rows(&self) -> &dyn Any;
    fn rows_mut(&mut self) -> &mut dyn Any;
}

impl<T: Resource> Table for Rows<T> {
    fn fork(&self) -> Box<dyn Table> {
        Box::new(self.clone())
    }

    fn rows(&self) -> &dyn Any {
        self
    }

    fn rows_mut(&mut self) -> &mut dyn Any {
        self
    }
}

impl Clone for Tables {
    fn clone(&self) -> Self {
        Self(self.0.iter().map(|(id, table)| (*id, table.fork())).collect())
    }
}

impl Tables {
    fn rows<T: Resource>(&self) -> Option<&Rows<T>> {
        // The table itself, not its box, is what was added under this type.
        self.0.get(&TypeId::of::<T>())?.as_ref().rows().downcast_ref()
    }

    fn rows_mut<T: Resource>(&mut self) -> Option<&mut Rows<T>> {
        let table = self.0.entry(TypeId::of::<T>()).or_insert_with(|| Box::new(Rows::<T>::new()));
        table.as_mut().rows_mut().downcast_mut()
    }

    /// The resources of a type in order of place and name.
    pub fn all<T: Resource>(&self) -> impl Iterator<Item = &T> {
        self.rows::<T>().into_iter().flat_map(BTreeMap::values)
    }

    /// The resource of a place (region, zone or nothing) and a name.
    pub fn get<T: Resource>(&self, place: &Scoped) -> Option<&T> {
        self.rows()?.get(place)
    }

    /// The resource of a place and a name, to be changed.
    pub fn get_mut<T: Resource>(&mut self, place: &Scoped) -> Option<&mut T> {
        self.rows_mut()?.get_mut(place)
    }

    /// Adds a resource, or puts it in place of the one of its place and name.
    pub fn insert<T: Resource>(&mut self, place: Scoped, resource: T) {
        if let Some(rows) = self.rows_mut() {
            rows.insert(place, resource);
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
        tables.get_mut::<Disk>(&place("a")).unwrap().0 = 3;
        assert_eq!(tables.remove::<Image>(&place("a")), Some(Image(2)));
        assert_eq!(tables.all::<Disk>().collect::<Vec<_>>(), [&Disk(3)]);
        assert_eq!(tables.get::<Image>(&place("a")), None);
        assert_eq!(fork.get(&place("a")), Some(&Disk(1)));
        assert_eq!(fork.get(&place("a")), Some(&Image(2)));
    }
}

//! Plans as trees of JSON and back, so that files can spell them and mutants be made of them.
//!
//! Each type is taken apart and put together by name: a new field or variant does not compile before it is here.

mod action;
mod resource;
mod state;
mod step;

use std::collections::BTreeMap;

use ipnet::Ipv4Net;
use jiff::Timestamp;
use planner::vocabulary::Name;
use serde_json::{Map, Value, json};

/// What has a form as a tree.
pub(crate) trait Tree: Sized {
    /// The tree.
    fn tree(&self) -> Value;
    /// The value of a tree; none: it is not the tree of any.
    fn of(tree: &Value) -> Option<Self>;
}

/// A tree with named parts.
fn object<const N: usize>(parts: [(&str, Value); N]) -> Value {
    Value::Object(parts.into_iter().map(|(name, part)| (name.to_owned(), part)).collect())
}

/// A variant of an enum: its name above what it holds.
fn variant(name: &str, tree: Value) -> Value {
    object([(name, tree)])
}

/// The name of the variant, and what is below it.
fn as_variant(tree: &Value) -> Option<(&str, &Value)> {
    let object = tree.as_object().filter(|object| object.len() == 1)?;
    object.iter().next().map(|(name, tree)| (name.as_str(), tree))
}

/// The parts of a tree.
struct Parts<'a>(&'a Map<String, Value>);

impl<'a> Parts<'a> {
    /// Those of `tree`, if there are so many.
    fn of(tree: &'a Value, number: usize) -> Option<Self> {
        tree.as_object().filter(|object| object.len() == number).map(Self)
    }

    /// The part called `name`.
    fn get<T: Tree>(&self, name: &str) -> Option<T> {
        T::of(self.0.get(name)?)
    }
}

impl Tree for Value {
    fn tree(&self) -> Value {
        self.clone()
    }

    fn of(tree: &Value) -> Option<Self> {
        Some(tree.clone())
    }
}

impl Tree for Map<String, Value> {
    fn tree(&self) -> Value {
        Value::Object(self.clone())
    }

    fn of(tree: &Value) -> Option<Self> {
        tree.as_object().cloned()
    }
}

impl Tree for String {
    fn tree(&self) -> Value {
        json!(self)
    }

    fn of(tree: &Value) -> Option<Self> {
        tree.as_str().map(str::to_owned)
    }
}

impl<Of> Tree for Name<Of> {
    fn tree(&self) -> Value {
        json!(self.as_str())
    }

    fn of(tree: &Value) -> Option<Self> {
        tree.as_str().map(Self::from)
    }
}

impl Tree for bool {
    fn tree(&self) -> Value {
        json!(self)
    }

    fn of(tree: &Value) -> Option<Self> {
        tree.as_bool()
    }
}

impl Tree for i32 {
    fn tree(&self) -> Value {
        json!(self)
    }

    fn of(tree: &Value) -> Option<Self> {
        tree.as_i64()?.try_into().ok()
    }
}

impl Tree for u32 {
    fn tree(&self) -> Value {
        json!(self)
    }

    fn of(tree: &Value) -> Option<Self> {
        tree.as_i64()?.try_into().ok()
    }
}

impl Tree for Ipv4Net {
    fn tree(&self) -> Value {
        json!(self)
    }

    fn of(tree: &Value) -> Option<Self> {
        tree.as_str()?.parse().ok()
    }
}

impl Tree for Timestamp {
    fn tree(&self) -> Value {
        json!(self)
    }

    fn of(tree: &Value) -> Option<Self> {
        tree.as_str()?.parse().ok()
    }
}

impl<T: Tree> Tree for Box<T> {
    fn tree(&self) -> Value {
        (**self).tree()
    }

    fn of(tree: &Value) -> Option<Self> {
        T::of(tree).map(Box::new)
    }
}

impl<T: Tree> Tree for Option<T> {
    fn tree(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::tree)
    }

    fn of(tree: &Value) -> Option<Self> {
        if tree.is_null() { Some(None) } else { T::of(tree).map(Some) }
    }
}

impl<T: Tree> Tree for Vec<T> {
    fn tree(&self) -> Value {
        Value::Array(self.iter().map(T::tree).collect())
    }

    fn of(tree: &Value) -> Option<Self> {
        tree.as_array()?.iter().map(T::of).collect()
    }
}

impl<T: Tree> Tree for BTreeMap<String, T> {
    fn tree(&self) -> Value {
        Value::Object(self.iter().map(|(name, value)| (name.clone(), value.tree())).collect())
    }

    fn of(tree: &Value) -> Option<Self> {
        tree.as_object()?.iter().map(|(name, value)| Some((name.clone(), T::of(value)?))).collect()
    }
}

impl<A: Tree, B: Tree> Tree for (A, B) {
    fn tree(&self) -> Value {
        json!([self.0.tree(), self.1.tree()])
    }

    fn of(tree: &Value) -> Option<Self> {
        let [one, other] = tree.as_array()?.as_slice() else { return None };
        Some((A::of(one)?, B::of(other)?))
    }
}

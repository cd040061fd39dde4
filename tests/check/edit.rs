//! Changes made to a plan, in a few words.

use serde::Deserialize;
use serde_json::Value;

/// One change.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, untagged)]
pub(crate) enum Edit {
    /// A part of a step, or of the state in a report, becomes another: `in: router`, `at: action.insert.object.name`, `to: x`.
    /// A list becomes longer at its end.
    Set {
        /// The step's name, or `report`.
        r#in: String,
        /// Where in it: names and numbers with dots between them.
        at: String,
        /// What it becomes.
        to: Value,
    },
    /// A part is taken away.
    Without {
        /// The step's name, or `report`.
        r#in: String,
        /// Where in it.
        without: String,
    },
    /// A step is left out.
    Drop {
        /// Its name.
        drop: String,
    },
    /// A step is there twice.
    Twice {
        /// Its name.
        twice: String,
    },
    /// A step becomes the first.
    First {
        /// Its name.
        first: String,
    },
    /// A step made by hand comes last.
    Add {
        /// The step: `id`, `action`, `needs`.
        add: Value,
    },
}

impl Edit {
    /// Makes the change in a plan; none: there is no such step, or no such part in it.
    pub(crate) fn apply(&self, steps: &mut Vec<Value>) -> Option<()> {
        let place = |id: &str| steps.iter().position(|step| step["id"] == id);
        match self {
            Self::Set { r#in, at, to } => {
                let index = place(r#in)?;
                set(&mut steps[index], at, to)
            }
            Self::Without { r#in, without } => {
                let index = place(r#in)?;
                remove(&mut steps[index], without)
            }
            Self::Drop { drop } => {
                steps.remove(place(drop)?);
                Some(())
            }
            Self::Twice { twice } => {
                let index = place(twice)?;
                steps.insert(index, steps[index].clone());
                Some(())
            }
            Self::First { first } => {
                let step = steps.remove(place(first)?);
                steps.insert(0, step);
                Some(())
            }
            Self::Add { add } => {
                steps.push(add.clone());
                Some(())
            }
        }
    }

    /// Makes the change in the state that is written with the report.
    pub(crate) fn apply_to_report(&self, state: &mut Value) -> Option<()> {
        match self {
            Self::Set { r#in, at, to } if r#in == "report" => set(state, at, to),
            Self::Without { r#in, without } if r#in == "report" => remove(state, without),
            Self::Set { .. }
            | Self::Without { .. }
            | Self::Drop { .. }
            | Self::Twice { .. }
            | Self::First { .. }
            | Self::Add { .. } => None,
        }
    }
}

fn set(tree: &mut Value, at: &str, to: &Value) -> Option<()> {
    let (above, last) = at.rsplit_once('.').unwrap_or(("", at));
    match find(tree, above)? {
        Value::Object(parts) => {
            parts.insert(last.to_owned(), to.clone());
        }
        Value::Array(items) => {
            let index: usize = last.parse().ok()?;
            if index == items.len() {
                items.push(to.clone());
            } else {
                *items.get_mut(index)? = to.clone();
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return None,
    }
    Some(())
}

fn remove(tree: &mut Value, at: &str) -> Option<()> {
    let (above, last) = at.rsplit_once('.').unwrap_or(("", at));
    match find(tree, above)? {
        Value::Object(parts) => parts.remove(last).map(|_| ()),
        Value::Array(items) => {
            let index: usize = last.parse().ok()?;
            (index < items.len()).then(|| items.remove(index)).map(|_| ())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

fn find<'a>(tree: &'a mut Value, path: &str) -> Option<&'a mut Value> {
    path.split('.').filter(|key| !key.is_empty()).try_fold(tree, |tree, key| match tree {
        Value::Object(parts) => parts.get_mut(key),
        Value::Array(items) => items.get_mut(key.parse::<usize>().ok()?),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    })
}

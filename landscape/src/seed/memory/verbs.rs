//! Create, update and delete, with all that an API server does in between. Pure but for the store.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::failure::{Cause, Failure};
use super::kind::Kind;
use super::metadata;
use super::store::{Key, Store, version_of};
use crate::json::{at, remove, set, text};

const MODIFIED: &str =
    "the object has been modified; please apply your changes to the latest version and try again";

/// The part of an object that a write is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The object without its status, where the kind has that subresource.
    Main,
    /// The status alone.
    Status,
    /// The whole object, for set-up and not for clients.
    Whole,
}

/// A kind and the place of an object of it.
pub(super) struct At<'a> {
    pub(super) kind: &'a Kind,
    pub(super) namespace: &'a str,
    pub(super) name: &'a str,
}

impl At<'_> {
    fn key(&self) -> Key {
        Store::key(self.kind, self.namespace, self.name)
    }

    pub(super) fn get<'s>(&self, store: &'s Store) -> Result<&'s Value, Failure> {
        store.get(&self.key()).ok_or_else(|| Failure::not_found(&self.kind.resource(), self.name))
    }

    /// Creates the object; a status counts only for [`Part::Whole`].
    pub(super) fn create(
        &self,
        store: &mut Store,
        mut new: Value,
        part: Part,
        now: Timestamp,
    ) -> Result<Value, Failure> {
        self.check_identity(&mut new)?;
        if self.kind.namespaced
            && store.get(&("namespaces".into(), String::new(), self.namespace.into())).is_none()
        {
            return Err(Failure::not_found("namespaces", self.namespace));
        }
        if part != Part::Whole && !version_of(&new).is_empty() {
            let message = "resourceVersion should not be set on objects to be created";
            return Err(Failure::new(500, "InternalError", message));
        }
        if store.get(&self.key()).is_some() {
            return Err(Failure::already_exists(&self.kind.resource(), self.name));
        }
        if self.kind.status && part != Part::Whole {
            remove(&mut new, "/status");
        }
        metadata::shape(&mut new)?;
        let mut new = self.kind.shape(new, None)?;
        let uid = store.new_uid();
        metadata::on_create(self.kind, &mut new, uid, now);
        Ok(store.write(self.key(), new))
    }

    /// Replaces one part of the object by the same part of `new`. If `new` bears a version, it must be the present one.
    pub(super) fn update(&self, store: &mut Store, mut new: Value, part: Part) -> Result<Value, Failure> {
        let old = self.get(store)?.clone();
        self.check_identity(&mut new)?;
        let resource = self.kind.resource();
        let version = version_of(&new);
        if !version.is_empty() && version != version_of(&old) {
            return Err(Failure::conflict(&resource, self.name, MODIFIED));
        }
        let new = match part {
            Part::Status => with_status_of(old.clone(), &new),
            Part::Main if self.kind.status => with_status_of(new, &old),
            Part::Main | Part::Whole => new,
        };
        self.store(store, &old, new)
    }

    /// Deletes the object, or marks it as being deleted while it has finalizers, by the `options` of the request.
    pub(super) fn delete(
        &self,
        store: &mut Store,
        options: &Value,
        now: Timestamp,
    ) -> Result<Value, Failure> {
        let mut object = self.get(store)?.clone();
        for (field, found) in
            [("uid", text(&object, "/metadata/uid")), ("resourceVersion", version_of(&object))]
        {
            let demanded = text(options, &format!("/preconditions/{field}"));
            if !demanded.is_empty() && demanded != found {
                let why = format!("Precondition failed: {field} is {found}, not {demanded}");
                return Err(Failure::conflict(&self.kind.resource(), self.name, &why));
            }
        }
        if !metadata::finalizers(&object).is_empty() {
            if !metadata::is_deleting(&object) {
                metadata::on_delete(&mut object, now);
                object = store.write(self.key(), object);
            }
            return Ok(object);
        }
        let last = store.remove(self.key(), object);
        Ok(json!({
            "apiVersion": "v1",
            "kind": "Status",
            "metadata": {},
            "status": "Success",
            "details": {
                "name": self.name,
                "group": self.kind.group,
                "kind": self.kind.plural,
                "uid": at(&last, "/metadata/uid"),
            },
        }))
    }

    /// Checks what a whole new object must fulfil beyond what a patched one must: it is meant for this very object, and bears
    /// a version where its kind demands one.
    pub(super) fn check_replacement(&self, store: &Store, new: &Value) -> Result<(), Failure> {
        let old = self.get(store)?;
        let (found, demanded) = (text(old, "/metadata/uid"), text(new, "/metadata/uid"));
        if !demanded.is_empty() && demanded != found {
            let why =
                format!("Precondition failed: UID in precondition: {demanded}, UID in object meta: {found}");
            return Err(Failure::conflict(&self.kind.resource(), self.name, &why));
        }
        if !self.kind.versioned || !version_of(new).is_empty() {
            return Ok(());
        }
        let message = "Invalid value: 0: must be specified for an update";
        let cause = Cause::new("metadata.resourceVersion", "FieldValueInvalid", message);
        Err(Failure::invalid(&self.kind.resource(), self.name, vec![cause]))
    }

    fn store(&self, store: &mut Store, old: &Value, mut new: Value) -> Result<Value, Failure> {
        metadata::shape(&mut new)?;
        metadata::check_immutable(self.kind, old, &new)?;
        let mut new = self.kind.shape(new, Some(old))?;
        metadata::check_finalizers(self.kind, old, &new)?;
        metadata::on_update(self.kind, old, &mut new);
        set(&mut new, "/metadata/resourceVersion", version_of(old));
        if new == *old {
            return Ok(new);
        }
        if metadata::is_deleting(&new) && metadata::finalizers(&new).is_empty() {
            return Ok(store.remove(self.key(), new));
        }
        Ok(store.write(self.key(), new))
    }

    /// Refuses a body of another kind or name; what it leaves out is filled in.
    fn check_identity(&self, object: &mut Value) -> Result<(), Failure> {
        let api_version = self.kind.api_version();
        let expected = [
            ("/apiVersion", api_version.as_str()),
            ("/kind", &self.kind.kind),
            ("/metadata/name", self.name),
            ("/metadata/namespace", self.namespace),
        ];
        for (pointer, expected) in expected {
            let found = text(object, pointer);
            if !found.is_empty() && found != expected {
                return Err(Failure::bad_request(format!(
                    "{pointer} of the body is {found:?}, which does not match the URL's {expected:?}"
                )));
            }
            if !expected.is_empty() {
                set(object, pointer, expected);
            }
        }
        Ok(())
    }
}

fn with_status_of(mut object: Value, other: &Value) -> Value {
    match other.get("status") {
        Some(status) => set(&mut object, "/status", status.clone()),
        None => drop(remove(&mut object, "/status")),
    }
    object
}

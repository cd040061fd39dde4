//! The client of shoots' APIs against scripted ones.

mod access;
mod answers;
mod objects;
mod script;
mod verbs;

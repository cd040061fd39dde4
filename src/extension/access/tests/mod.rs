//! From Secrets to credentials, and from credentials to calls.

mod google;
mod secrets;

//! The whole life of an Infrastructure: created, changed, put right, moved to another seed, deleted; killed and refused meanwhile.

mod accounts;
mod committed;
mod configuration;
mod crash;
mod deletion;
mod documents;
mod drift;
mod errors;
mod forms;
mod late;
mod life;
mod migrating;
mod moving;
mod no_effect;
mod odd_documents;
mod operations;
mod others;
mod policy;
mod ranges;
mod records;
mod shared_router;
mod silence;
mod soak;
mod status;
mod terraform;
mod watching;

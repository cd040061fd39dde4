//! The data plane from outside: scenarios as data, lags, and a comparison with a naive evaluation.

mod lags;
mod property;
mod scenarios;
mod watches;
mod world;

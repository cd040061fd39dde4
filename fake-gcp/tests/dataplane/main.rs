//! The data plane from outside: scenarios as data, lags, and a comparison with a naive evaluation.

mod check;
mod lags;
mod lookup;
mod property;
mod scenarios;
mod watches;
mod world;

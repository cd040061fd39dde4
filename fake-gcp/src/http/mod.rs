//! The server: sockets in front of a world, and the clock that it runs on. It decides nothing.

pub mod clock;
pub mod server;

pub use clock::Clock;
pub use server::Server;

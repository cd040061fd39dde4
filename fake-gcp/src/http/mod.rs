//! The server: sockets in front of a world, and the clock that it runs on. It decides nothing.

pub mod clock;
pub mod proxy;
pub mod server;

pub use clock::Clock;
pub use proxy::Proxy;
pub use server::Server;

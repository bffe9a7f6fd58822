//! The blocking face of HTTP.

mod client;
mod connection;
mod reply;

pub use client::{Client, Rehearsal, Request};
pub use connection::{BodyReader, Connection};
pub use reply::{Body, Reply};

//! HTTP/1.0 and HTTP/1.1: a connection to be used step by step, and a client that takes URLs.

mod blocking;
mod body;
mod client;
mod connection;
mod incoming;
mod pool;
mod redact;
mod redirect;
mod reply;
mod request;
mod trip;
mod upload;

pub use blocking::{Body, BodyReader, Client, Connection, Reply, Request};
pub use client::Timings;
pub use landline_wire::head::{ResponseHead, Version};
pub use reply::Counts;
pub use request::RedirectPolicy;
pub use upload::Upload;

pub(crate) use client::Settings;
pub(crate) use reply::read_capped;

/// The async face.
pub(crate) mod aio {
    pub use super::body::{Body, BodyReader};
    pub use super::client::Client;
    pub use super::connection::Connection;
    pub use super::reply::Reply;
    pub use super::request::Request;
}

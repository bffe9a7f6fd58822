//! An HTTP server for tests, examples and benches: simple, fast, and correct unless told
//! otherwise.
//!
//! | built in | gives |
//! |---|---|
//! | `/hello` | `hello, world` and a line end |
//! | `/bytes/N` | N bytes of [`pattern()`], Content-Length, ranges |
//! | `/chunked/N` | the same in chunks, with a trailer |
//! | `/close/N` | the same, ended by closing |
//! | `/echo` | the request, head and body, as it was received |
//! | `/sink` | reads the body away and tells its length |
//! | `/status/N` | an empty reply with this status, or a short text where one is allowed |
//! | `/redirect/N` | N redirects (302), then `arrived` |
//! | `/redirect-to/STATUS?URL` | a redirect to URL as it stands there |
//! | `/slow` | `f` at once, `irst byte` after [`Server::release`](crate::Server::release) |
//! | `/stall` | nothing until the client goes |
//! | `/auth/USER/PASSWORD` | 401 with a Basic challenge unless they are given |
//! | `/digest/ALGORITHM/QOP/USER/PASSWORD…` | 401 with a Digest challenge unless they are proven |
//!
//! ```
//! use landline_testkit::http;
//!
//! let server = http::Server::new().route("/tea", |request, conn| {
//!     request.reply(conn, 418, &[("X-Pot", "short and stout")], "no coffee\n")
//! });
//! let reply = http::raw_get(&server, "/tea");
//! assert!(reply.starts_with("HTTP/1.1 418 "));
//! assert!(reply.ends_with("\r\n\r\nno coffee\n"));
//! assert_eq!(server.requests()[0].target, "/tea");
//! ```

mod body;
mod builtin;
pub(crate) mod digest;
pub(crate) mod pattern;
mod reply;
mod request;
mod server;
#[cfg(test)]
mod tests;

pub use self::pattern::{PATTERN_PERIOD, is_pattern, pattern};
pub use self::reply::{head, reason};
pub use self::request::Request;
pub use self::server::{Server, raw_exchange, raw_get};

//! HTTP/2 servers: a good one, and frames by hand for bad ones.
//!
//! [`Server`] answers by the `h2` crate, on a thread with a runtime of its own. A bad server is a
//! [`crate::Server`] whose handler reads with [`greet`] and [`next_frame`] and says what [`frame`],
//! [`headers`] and their kin put together.
//!
//! HEAD is answered as of `/hello`, whatever the path.
//!
//! | path of [`Server`] | reply |
//! |---|---|
//! | `/hello` | `hello` |
//! | `/echo` | the request, a pseudo-header or field on a line, then its body |
//! | `/sink` | the number of bytes of the request's body |
//! | `/pattern/N` | N bytes of [`crate::http::pattern`], with their length |
//! | `/unsized/N` | the same without their length, trailers behind them |
//! | `/hints` | 103, then `hello` |
//! | `/early` | 403 before the body of the request is read |
//! | `/moved` | 302 to `/hello` |
//! | `/stall` | the first 2,000 bytes of a body, and nothing more |
//! | `/silent` | nothing, ever |
//! | `/gzip` | `hello` in gzip |
//! | `/empty` | 204 |
//!
//! [`Server::proxy`] opens tunnels; all names lead to 127.0.0.1.
//!
//! | name asked for by `CONNECT` | reply |
//! |---|---|
//! | `refused.test` | 403 |
//! | `reset.test` | the stream is reset |
//! | `silent.test` | nothing, ever |
//! | `cut.test` | a tunnel, reset behind the first bytes of the server |
//! | any other | a tunnel, or 502 |

mod frames;
mod proxy;
mod routes;
mod server;
mod upgrade;

pub use frames::{Frame, frame, greet, headers, next_frame, next_request, settings};
pub use proxy::Asks;
pub use server::Server;
pub use upgrade::{SWITCHING, upgrading};

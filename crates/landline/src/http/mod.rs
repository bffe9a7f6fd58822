//! HTTP: a client that takes URLs, over HTTP/1.0, HTTP/1.1, HTTP/2 and HTTP/3, and a connection of HTTP/1 to be
//! used step by step.
//!
//! Out of scope here: caches.
//!
//! Specifications: RFC 9110 (semantics), RFC 9112 (HTTP/1.1), RFC 9113 (HTTP/2), RFC 9114 (HTTP/3), RFC 1945
//! (HTTP/1.0).
//!
//! # The client
//! [`Client`] keeps connections and uses them again, follows redirects, and gives a [`Reply`]
//! whose body is a reader. Any status is a reply; [`Reply::error_for_status`] makes errors of
//! those from 400 up.
//!
//! ```
//! use landline::http::Client;
//! # let server = landline_testkit::http::Server::new();
//! # let url = server.url("/echo");
//!
//! let client = Client::new()?;
//! let mut reply = client.post(&url).header("X-Tag", "a").bytes("hello").send()?;
//! assert_eq!(reply.status(), 200);
//! assert!(reply.text()?.ends_with("hello"));
//! # Ok::<(), landline::Error>(())
//! ```
//!
//! # Step by step
//! [`Connection`] is one connection on which each step is the caller's: put the request, put
//! headers, end them, send the body, get the reply, read its body.
//!
//! ```
//! use landline::http::Connection;
//! use std::io::Read;
//! # let server = landline_testkit::http::Server::new();
//!
//! let mut connection = Connection::connect(&server.addr().to_string())?;
//! connection.put_request("POST", "/echo")?;
//! connection.put_header("Transfer-Encoding", "chunked")?;
//! connection.end_headers()?;
//! connection.send(b"in two ")?;
//! connection.send(b"pieces")?;
//! let reply = connection.get_reply()?;
//! assert_eq!(reply.status, 200);
//! let mut text = String::new();
//! connection.body().read_to_string(&mut text)?;
//! assert!(text.ends_with("in two pieces"));
//! assert!(connection.is_idle());
//! # Ok::<(), landline::Error>(())
//! ```
//!
//! ```text
//!        put_request        end_headers          get_reply          body ends
//!  idle ------------> head ------------> sending ----------> body -----------> idle, or over
//!                     put_header         send                body().read
//! ```
//!
//! # HTTP/2
//! Under TLS the server chooses it by ALPN; in the clear it is spoken to servers of which that is known:
//! [`HttpVersion`]. Requests to one server share a connection then, as many at once as it takes, and
//! what they look like here stays the same: [`Reply::version`] tells. Deadlines are those of each
//! request. A stream that the server refused, or that is above the last one of its GOAWAY, is asked
//! for once more, where its body can be read again. Fields that speak of one connection
//! (`Connection`, `Transfer-Encoding`, …) are left out; names arrive in lower case. A connection that
//! breaks the rules, or floods, is an error of kind [`Http2`](crate::ErrorKind::Http2), a stream of kind
//! [`Stream`](crate::ErrorKind::Stream). Proxies that forward are spoken to in HTTP/1.1; through a tunnel
//! it is the server's choice. While nobody waits on a connection nothing is read from it.
//!
//! # HTTP/3
//! With the feature `http3`, where it is asked for ([`HttpVersion::Http3`]) or an [`AltSvcCache`] knows of it.
//! All of the above holds: connections shared, deadlines of each request, what was not processed asked for
//! once more. Addresses, local ends, policies, trust and pins are those of TCP; no proxy is gone through, and
//! 0-RTT is not used. What ends the connection or the stream is an error of kind
//! [`Http3`](crate::ErrorKind::Http3). QUIC works on the runtime at hand: under the blocking face while
//! something of the same value waits, so that a body in which nobody reads for minutes is lost.
//!
//! # What a body's end is
//! Known exactly, always: by length, by the last chunk, or by the end of the connection where the
//! reply says nothing (RFC 9112 section 6.3). A body that stops short is an error, never an end.
//! Lengths that contradict each other, chunk sizes that are no numbers, fields with a blank before
//! the colon and the like are errors too: a client that guesses can be made to guess wrong.
//!
//! # Forms
//! [`Request::form`] sends a [`Form`]: texts, bytes, files and readers as `multipart/form-data`
//! (RFC 7578), read from their sources while they are sent.
//!
//! # Content codings
//! [`Request::decode`] offers `deflate`, `gzip`, `br` and `zstd`, and decodes the body while it is
//! read: the bytes read are the document's, [`Reply::headers`] stays as received,
//! [`Reply::announced_len`] is not known, [`Reply::encoded_len`] is the length on the wire. Coded
//! data that is cut short, corrupt, followed by other bytes, or of an unknown coding is an error of
//! kind [`Encoding`](crate::ErrorKind::Encoding), behind what could be decoded. Bodies that nobody
//! reads, those of redirects for example, are never decoded.
//!
//! ```
//! # use landline::http::Client;
//! # let server = landline_testkit::http::Server::new();
//! # let url = server.url("/echo");
//! let mut reply = Client::new()?.get(&url).decode(true).send()?;
//! assert!(reply.text()?.contains("Accept-Encoding: deflate, gzip, br, zstd"));
//! # Ok::<(), landline::Error>(())
//! ```
//!
//! # Limits and defaults
//! | what | default |
//! |---|---|
//! | response heads, 1xx and trailers included | 300 KiB, 5,000 fields, 100 KiB a line |
//! | interim (1xx) replies | 100 |
//! | chunk extensions | 4 KiB each, 64 KiB in all |
//! | content codings of one body | 5, with windows of 32 MiB in all |
//! | redirects | 50 |
//! | HTTP/2: streams of a connection | 100, or fewer if the server says so |
//! | HTTP/2: bytes on the way, of one body and of all | 1 MiB, 16 MiB |
//! | HTTP/2: frames since the last that got a reply on | 10,000 |
//! | HTTP/3: streams, bytes on the way of one body and of all | 100, 1 MiB, 100 MiB |
//! | HTTP/3: frames of a stream that bring nothing, in a row | 10,000 |
//! | HTTP/3: silence after which a connection is lost | 120 s, or as the server says; asked for every 10 s |
//! | cookies | 50 of a reply, 150 and 8,190 bytes with a request, see [`CookieJar`] |
//! | forms inside of forms | 32 deep |
//! | idle connections kept | 64, for 90 s |
//! | waiting for `100 Continue` | 1 s, for bodies above 1 MiB or of unknown length |
//!
//! # Redirects and secrets
//! 301 and 302 make GET out of POST, 303 out of everything but HEAD, 307 and 308 repeat the
//! request, body included. At the first hop to another origin (scheme, host, port) credentials and
//! every field the caller added are dropped, for good, but for those that only say what is wanted:
//! `Accept`, `Accept-Encoding`, `Accept-Language`, `Cache-Control`, `Content-Type`, `Pragma`,
//! `Range`, `User-Agent`. [`RedirectPolicy`] changes all of this. A [`Netrc`](crate::Netrc) file is asked
//! anew at each hop.
//!
//! # Who asks
//! [`Request::auth`] says how user and password are proven, whoever has told them: at once (Basic), or when
//! the server asks ([`AuthScheme::Digest`], [`AuthScheme::Any`]). Credentials that are rejected end with the
//! server's 401. What was asked is remembered for that origin, user and password alone.
//!
//! # Cookies
//! A [`CookieJar`] given to a client, request or opener keeps what replies set and sends, at each hop,
//! what belongs to its URL. Cookies given with [`Request::cookie`] go to the origin of the request's
//! URL alone. An observer sees `Cookie` masked and `Set-Cookie` as it came.
//!
//! # Strict transport security
//! An [`HstsCache`] given to a client or opener turns `http:` into `https:` for the hosts that have asked
//! for it (RFC 6797), before anything is connected and at every redirect.
//!
//! # Deviations
//! A final reply that comes while the request's body is still being sent ends the sending when its
//! status is 300 or above (RFC 9112 section 9.5 allows it); below that the body is sent to its
//! end. Line ends in heads may be LF alone (RFC 9112 section 2.2); in chunked bodies they may not.

mod auth;
mod blocking;
mod body;
mod carrier;
mod client;
mod connection;
mod cookies;
mod decode;
mod form;
mod http2;
#[cfg(feature = "http3")]
mod http3;
mod incoming;
mod parts;
mod pieces;
mod places;
mod pools;
mod received;
mod redact;
mod redirect;
mod rehearsal;
mod remembered;
mod reply;
mod request;
mod rest;
mod route;
mod sending;
mod trip;
mod version;

pub use crate::upload::Upload;
pub use auth::AuthScheme;
pub use blocking::{Body, BodyReader, Client, Connection, Rehearsal, Reply, Request};
pub use client::Timings;
pub use cookies::CookieJar;
pub use form::{ContentTransferEncoding, Escape, Form, Part};
pub use landline_wire::head::{ResponseHead, Version};
pub use landline_wire::sigv4::{SigV4, SigV4Error};
pub use remembered::{AltSvcCache, HstsCache};
pub use reply::Counts;
pub use request::RedirectPolicy;
pub use version::HttpVersion;

pub(crate) use auth::{Asker, Credentials, Known, Leg};
pub(crate) use client::Settings;
pub(crate) use http2::{Tunnel, TunnelLink};
pub(crate) use redact::head as masked_head;
pub(crate) use reply::{read_capped, to_text};

/// The async face.
pub(crate) mod aio {
    pub use super::body::{Body, BodyReader};
    pub use super::client::Client;
    pub use super::connection::Connection;
    pub use super::rehearsal::Rehearsal;
    pub use super::reply::Reply;
    pub use super::request::Request;
}

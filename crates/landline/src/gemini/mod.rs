//! Gemini: one line asks, one line answers, a document follows. Always over TLS.
//!
//! Out of scope: Titan (uploads), and what a `text/gemini` document means. A client certificate is
//! the one of [`TlsOptions::identity`](crate::net::TlsOptions), the same for every server.
//!
//! Specification: the Gemini network protocol, version 0.24.
//!
//! ```
//! # let identity = landline_testkit::tls::Identity::self_signed(&["localhost"]);
//! # let server = landline_testkit::Server::tls(&identity, |conn| {
//! #     conn.read_line()?;
//! #     conn.say("20 text/gemini\r\n# Cats\r\n")
//! # });
//! # let url = server.url_for("gemini", "/cats");
//! let mut document = landline::open(&url)?;
//! assert_eq!(document.info().get("Content-Type"), Some("text/gemini"));
//! assert_eq!(document.text()?, "# Cats\r\n");
//! # Ok::<(), landline::Error>(())
//! ```
//!
//! # Trust
//! Most servers have made their certificate themselves. One that an authority vouches for is
//! verified as everywhere. Any other is remembered when it is first seen, with its host and port,
//! and has to be the same from then on ([`KnownHosts`]); a new one is taken when the old one has
//! expired. A certificate out of its dates is refused. Nothing is sent before that is settled.
//!
//! Unless told otherwise, what is known is kept in memory, shared by an
//! [`Opener`](crate::Opener) and its clones: then every run of a program sees everybody for the
//! first time. [`KnownHostsFile`] remembers longer:
//!
//! ```no_run
//! use landline::Opener;
//! use landline::gemini::{KnownHostsFile, Options};
//!
//! let opener = Opener::new()?.gemini(Options::with(KnownHostsFile::at("gemini-hosts")));
//! # Ok::<(), landline::Error>(())
//! ```
//!
//! Where [`only_authorities`](crate::net::TlsOptions::only_authorities) says whom to trust, nobody
//! else is, first use or not.
//!
//! # Answers
//! | status | what comes of it |
//! |---|---|
//! | `1x` | [`Status`](crate::ErrorKind::Status): the server asks for words, to be put behind a `?` of the same URL |
//! | `2x` | the document; the media type is in `info()` |
//! | `3x` | followed, at most 5 times, to `gemini` only: anything else is [`Scheme`](crate::ErrorKind::Scheme) |
//! | `4x`, `5x`, `6x` | [`Status`](crate::ErrorKind::Status); the server's words are [`FailedReply::body`](crate::FailedReply::body) |
//!
//! # Limits
//! | what | limit |
//! |---|---|
//! | the URL of a request | 1,024 bytes |
//! | the line of a reply | 1,027 bytes |
//! | redirects | 5 |
//! | a file of known hosts | 1 MiB |
//!
//! # Errors
//! [`Certificate`](crate::ErrorKind::Certificate) for a certificate that has changed, naming both;
//! [`Url`](crate::ErrorKind::Url) for a URL with a user, or one that is too long;
//! [`Protocol`](crate::ErrorKind::Protocol) for a reply that is none;
//! [`Io`](crate::ErrorKind::Io) for a document whose connection ends without TLS's goodbye: it was cut
//! off. [`Range`](crate::ErrorKind::Range) where a part is asked for.

mod client;
mod file;
mod known;

pub use file::KnownHostsFile;
pub use known::{Fingerprint, KnownHost, KnownHosts, Options};

pub(crate) use client::open;

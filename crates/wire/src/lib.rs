//! The pure wire formats of Landline: bytes in, values out.
//!
//! Nothing here does I/O, looks at a clock, waits or contains `unsafe`. Whatever a peer sends, the
//! answer is a value or an error, never a panic; the work is linear in the bytes received and the
//! memory grows with bytes received, never with bytes announced.
//!
//! Out of scope: sockets, TLS, dialogues. They stand in the crate `landline`, which is built on
//! this one.
//!
//! | module | what it reads or writes | specification |
//! |---|---|---|
//! | [`line`](mod@line) | line ends, and the choke point for outgoing lines | RFC 9112 §2.2, RFC 5321 §2.3.8 |
//! | [`headers`] | ordered header lists | RFC 9110 §5 |
//! | [`head`] | heads of HTTP/1 replies and how long the body is | RFC 9112 §2, §4, §5, §6.3 |
//! | [`challenge`] | what a server asks for in `WWW-Authenticate` | RFC 9110 §11 |
//! | [`chunked`] | chunked transfer coding | RFC 9112 §7.1 |
//! | [`reply`] | status replies of FTP, SMTP, NNTP and POP3 | RFC 959, 5321, 3977, 1939 |
//! | [`dot`] | text ended by a line with a single dot | RFC 5321 §4.5.2 |
//! | [`form`] | multipart bodies: boundaries, heads of parts | RFC 7578, RFC 2046 §5.1 |
//! | [`gemini`] | requests and replies | the Gemini network protocol |
//! | [`gopher`] | selectors and menus | RFC 1436, RFC 4266 |
//! | [`ftp`](mod@ftp) | addresses, paths, times and features of FTP | RFC 959, 2428, 3659, 1738 §3.2 |
//! | [`dns`] | questions for addresses, and answers | RFC 1035, 3596 |
//! | [`dict`] | requests and answers of dictionary servers | RFC 2229 |
//! | [`telnet`] | options negotiated, data in between | RFC 854, 855, 1143 |
//! | [`listing`] | LIST and MLSD in the forms that servers write | RFC 3659 §7 |
//! | [`netrc`] | who logs in where, as ftp(1) and curl have it | |
//! | [`target`] | from the URL as typed to what is dialled and asked | RFC 3986, WHATWG URL |
//! | [`socks`] | what a SOCKS proxy is asked and answers | RFC 1928, 1929 |
//! | [`ip`] | address blocks, special-purpose addresses | RFC 6890 |
//! | [`no_proxy`] | hosts to reach without a proxy | |
//! | [`tftp`] | TFTP packets, netascii | RFC 1350, 2347, 2348, 2349, 7440 |
//! | [`digest`] | answers to Digest challenges | RFC 7616, RFC 2617 |
//! | [`message`] | the header block of a mail or an article | RFC 5322, 5536 |
//! | [`mime`] | content transfer encodings: base64, quoted-printable | RFC 2045 §6 |
//! | [`nntp`] | capabilities, groups, overviews, URLs of news | RFC 3977, 5538 |
//! | [`smtp`] | extensions, enhanced codes, addresses | RFC 5321, 3463, 1870 |
//! | [`pop3`] | capabilities, listings, APOP | RFC 1939, 2449 |
//! | [`imap`] | responses and literals, mailbox names, URLs | RFC 9051, 3501, 5092, 4315 |
//! | [`sigv4`] | requests signed for Amazon's services | AWS Signature Version 4 |
//! | [`sasl`] | what a login says to each challenge | RFC 4422, 4616, 5802, 7628 |
//! | [`date`] | dates as people type them | `curl_getdate(3)` |
//! | [`hsts`](mod@hsts) | hosts that are reached through TLS alone, curl's files of them | RFC 6797 |
//! | [`alt_svc`](mod@alt_svc) | where else an origin can be reached, curl's files of it | RFC 7838 |
//! | [`cookie`](mod@cookie) | `Set-Cookie`, `Cookie`, cookie files, public suffixes | RFC 6265 |
//! | [`certificate`](mod@certificate) | what a certificate says | RFC 5280 |
//! | [`sealed`] | what stands behind a passphrase | RFC 5958, RFC 8018 |
//! | [`ocsp`](mod@ocsp) | whether a certificate is revoked | RFC 6960 |
//! | [`pkcs12`] | certificates and keys in one file | RFC 7292 |
//! | [`validator`](mod@validator) | whether two replies are about one document | RFC 9110 §8.8, §13.1.5 |
//! | [`escape`](mod@escape) | peer bytes made harmless for messages and terminals | |
//!
//! Reading one whole HTTP reply takes three of them:
//!
//! ```
//! use landline_wire::head::{BodyLength, HeadLimits, HeadScanner, body_length, parse_response_head};
//!
//! let wire = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
//! let mut scanner = HeadScanner::new(HeadLimits::default());
//! let end = scanner.find(wire)?.expect("the head is complete");
//! let head = parse_response_head(&wire[..end])?;
//! assert_eq!(head.status, 200);
//! assert_eq!(body_length("GET", &head)?, BodyLength::Exact(5));
//! assert_eq!(&wire[end..], b"hello");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Every error type implements [`std::error::Error`]; its text is one lower-case line in which the
//! peer's bytes are escaped, so that it may go to a terminal as it is.

pub mod alt_svc;
mod calendar;
pub mod certificate;
pub mod challenge;
pub mod chunked;
pub mod cookie;
pub mod crlf;
pub mod date;
mod der;
pub mod dict;
pub mod digest;
pub mod dns;
pub mod dot;
pub mod escape;
pub mod form;
pub mod ftp;
pub mod gemini;
pub mod gopher;
pub mod head;
pub mod headers;
mod hex;
pub mod hsts;
pub mod http3;
pub mod imap;
pub mod ip;
pub mod line;
pub mod listing;
pub mod message;
pub mod mime;
pub mod netrc;
pub mod nntp;
pub mod no_proxy;
pub mod ocsp;
pub mod pkcs12;
pub mod pop3;
pub mod qpack;
pub mod range;
pub mod reply;
pub mod sasl;
pub mod sealed;
pub mod sigv4;
pub mod smtp;
pub mod socks;
pub mod target;
pub mod telnet;
pub mod tftp;
pub mod validator;
pub mod yenc;

#[cfg(test)]
mod three_ways;

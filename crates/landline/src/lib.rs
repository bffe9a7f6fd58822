//! Reads documents from servers, whatever protocol they speak.
//!
//! ```no_run
//! let mut page = landline::open("https://www.example.com/")?;
//! println!("{}", page.text()?);
//! # Ok::<(), landline::Error>(())
//! ```
//!
//! Four storeys stand one on the other, and each is public and complete:
//!
//! | storey | what | where |
//! |---|---|---|
//! | 4 | one call for every scheme: a reader with [`info`](Document::info) | [`open`], [`Opener`] |
//! | 3 | protocols | [`http`], [`ftp`], [`gopher`], [`gemini`], [`dict`], [`telnet`], [`tftp`], [`pop3`], [`imap`], [`nntp`], [`smtp`], [`mail`] |
//! | 2 | lines, replies, blocks, TLS in mid-conversation | [`LineStream`] |
//! | 1 | Berkeley sockets | [`socket`] |
//!
//! Everything here blocks the calling thread; [`aio`] holds the same names to be awaited. There is
//! one implementation: the blocking face runs the async code on the caller's own thread, with no
//! thread behind it, and may be called inside an async runtime too. Inside of its own work (a
//! scheme's function, the reader of a body to send) a blocking value is refused: take another one.
//!
//! # Promises
//! A document that stops short is an error, never an end. Memory is bounded by [`Limits`], every
//! wait by [`Timeouts`]. No credential leaves the origin it was meant for, or gets into an error or
//! a log. No byte a caller or a server supplies becomes a second line on the wire.
//!
//! # Schemes
//! | scheme | what [`Document::info`] knows | [`info`](Opener::info), unread | [`range`](Opener::range) | [`store`](Opener::store) |
//! |---|---|---|---|---|
//! | `http`, `https` | the reply's own header list | HEAD | yes | PUT |
//! | `ftp`, `ftps` | length, date and type of a file, as far as the server tells; a folder is a listing | SIZE, MDTM | yes | STOR, APPE |
//! | `file` | length, date, type guessed from the name; a folder is a listing, one name a line | yes | yes | yes |
//! | `data` | type and length | yes | – | – |
//! | `gemini` | type | – | – | – |
//! | `gopher`, `gophers` | type, guessed from the item's | – | – | – |
//! | `nntp`, `nntps`, `news` | the fields of the article; a group is an overview | HEAD | – | POST |
//! | `smtp`, `smtps`, `lmtp` | nothing: reading asks about recipients | – | – | a message |
//! | `pop3`, `pop3s` | the fields of the message; without a number it is a listing | TOP | – | – |
//! | `imap`, `imaps` | the fields of the message; a mailbox or search is a listing | FETCH | – | APPEND |
//! | `tftp` | length, where the server tells it | yes | – | WRQ |
//! | `dict` | type: a session with a dictionary server, to be read as text | – | – | – |
//! | `tcp`, `tls`, `unix`, `telnet` | nothing: what comes until the other side ends | – | – | [`connect`](Opener::connect) speaks both ways |
//! | your own ([`Opener::scheme`]) | whatever you put there | – | [`Visit::range`] | – |
//!
//! What a scheme cannot do is an error, [`ErrorKind::Scheme`] or [`ErrorKind::Range`]; FTP and
//! files alone can [`Append`](StoreMode::Append) and [`ResumeAt`](StoreMode::ResumeAt).
//!
//! # Errors
//! One type, [`Error`]: its [`kind`](Error::kind) says what, its [`phase`](Error::phase) where, its
//! [`chain`](Error::chain) tells all of it on one line. A status that is not success is an error
//! that carries the reply:
//!
//! ```
//! # let server = landline_testkit::http::Server::new();
//! # let url = server.url("/status/404");
//! let error = landline::open(&url).unwrap_err();
//! assert_eq!(error.kind(), landline::ErrorKind::Status);
//! assert_eq!(error.status(), Some(404));
//! ```
//!
//! # Proxies
//! None unless told: [`net::ProxyRules`] in [`net::NetOptions`] names them, or follows the environment.
//!
//! # Features
//! `aws-lc-rs` (default) and `ring` choose the cryptography under TLS; `http3` adds HTTP/3, with one of them.
//! No feature changes a default.

pub mod aio;
mod block;
mod dialogue;
pub mod dict;
mod error;
pub mod ftp;
pub mod gemini;
pub mod gopher;
pub mod http;
pub mod imap;
mod limits;
mod line;
mod login;
pub mod mail;
mod media_type;
pub mod net;
mod netrc;
pub mod nntp;
mod observe;
mod open;
mod pool;
pub mod pop3;
mod random;
mod retry;
pub mod sasl;
pub mod smtp;
pub mod telnet;
pub mod tftp;
mod upload;
mod whole_file;

pub use landline_socket as socket;
pub use landline_wire as wire;
pub use landline_wire::headers::Headers;
pub use landline_wire::line::LineEnding;
pub use landline_wire::range::ByteRange;
pub use landline_wire::reply::{Reply, ReplyStyle};
pub use landline_wire::target::Location;

pub use dialogue::Security;
pub use error::{Error, ErrorKind, FailedReply, Phase, Result};
pub use limits::{Limits, LowSpeed, Timeouts};
pub use line::{DotReader, DotWriter, LineStream};
pub use login::Login;
pub use netrc::Netrc;
pub use observe::{Event, Observer};
pub use open::{Document, Opener, Opening, Parts, SCHEMES, StoreMode, Visit, open};
pub use retry::{RetryPolicy, Trouble};
pub use upload::Upload;

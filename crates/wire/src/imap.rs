//! What IMAP says: responses with their literals, arguments, names of mailboxes, URLs.
//!
//! Out of scope: the dialogue. Literals are announced, never gathered: whoever reads decides what becomes of
//! their bytes.
//!
//! Specifications: RFC 3501 and 9051 (IMAP), 5092 (URLs), 3501 section 5.1.3 (modified UTF-7), 7888
//! (`LITERAL+`), 4315 (`UIDPLUS`).
//!
//! ```
//! use landline_wire::imap::{Reader, Response, Step};
//!
//! let mut reader = Reader::default();
//! assert_eq!(reader.push_line(b"* 3 FETCH (UID 7 BODY[] {5}")?, Step::Literal(5));
//! assert_eq!(reader.section(), Some(3));
//! // Here come five bytes, which are somebody else's business.
//! reader.skip_literal();
//! let Step::Response(Response::Data(words)) = reader.push_line(b")")? else { unreachable!() };
//! assert!(words[1].is("FETCH"));
//! # Ok::<(), landline_wire::imap::ImapError>(())
//! ```
//!
//! | limit | value | unit |
//! |---|---|---|
//! | [`MAX_RESPONSE_BYTES`] | 1 MiB | bytes of one response, streamed literals aside |
//! | [`MAX_DEPTH`] | 32 | lists in lists |

mod asked;
mod command;
mod data;
mod name;
mod reader;
mod value;

pub use asked::{Asked, Message};
pub use command::Command;
pub use data::{Appended, Capabilities, Fetched, Mailbox, MailboxStatus, parse_search};
pub use name::{decode_mailbox, encode_mailbox};
pub use reader::{MAX_DEPTH, MAX_RESPONSE_BYTES, Reader, Step};
pub use value::{Condition, Response, Value};

/// What is wrong with a response or an argument.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImapError {
    /// The line is no response; it is shown escaped.
    Malformed(String),
    /// The response is longer than [`MAX_RESPONSE_BYTES`].
    TooLong,
    /// Its lists stand deeper in each other than [`MAX_DEPTH`].
    TooDeep,
    /// An argument holds CR, LF or NUL.
    Argument,
    /// Words end in `{n}`: the server would take what is said next for the rest of them.
    Literal,
    /// The URL names nothing that a mail server has, for this reason.
    Url(&'static str),
}

impl std::fmt::Display for ImapError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Malformed(line) => write!(f, "no response of IMAP: {line}"),
            Self::TooLong => write!(f, "a response is longer than {MAX_RESPONSE_BYTES} bytes"),
            Self::TooDeep => write!(f, "lists stand more than {MAX_DEPTH} deep in a response"),
            Self::Argument => f.write_str("an argument holds CR, LF or NUL"),
            Self::Literal => f.write_str("it ends in {n}, which announces a literal"),
            Self::Url(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for ImapError {}

//! The async face: the same names, to be awaited on a Tokio runtime.

pub use crate::line::aio::{DotReader, DotWriter, LineStream};
pub use crate::open::aio::{Document, Opener, open};

/// Dictionaries.
pub mod dict {
    pub use crate::dict::aio::{Client, define, match_words};
    pub use crate::dict::{Definition, Listed, Match};
}

/// Gopher, and gopher over TLS.
pub mod gopher {
    pub use crate::gopher::aio::{Client, Menu, Text};
    pub use crate::gopher::{Item, ItemType};
}

/// HTTP/1.0 and HTTP/1.1.
pub mod http {
    pub use crate::http::aio::{Body, BodyReader, Client, Connection, Rehearsal, Reply, Request};
    pub use crate::http::{
        AltSvcCache, ContentTransferEncoding, CookieJar, Counts, Escape, Form, HstsCache, Part,
        RedirectPolicy, ResponseHead, Timings, Upload, Version,
    };
}

/// FTP and FTPS.
pub mod ftp {
    pub use crate::ftp::aio::{Client, Connection, DataReader, DataWriter, Download, Listing};
    pub use crate::ftp::{Options, TransferKind};
}

/// IMAP and IMAPS.
pub mod imap {
    pub use crate::imap::aio::{Connection, Section};
    pub use crate::imap::{
        Answer, Appended, Capabilities, Condition, Fetched, Mailbox, MailboxStatus, Message,
        Options, Response, Set, Value,
    };
}

/// Messages.
pub mod mail {
    pub use crate::mail::{Attachment, Mailbox, Message};
}

/// NNTP and NNTPS.
pub mod nntp {
    pub use crate::nntp::aio::{Articles, Connection, Fetched, Records, YencReader};
    pub use crate::nntp::{
        Article, ArticleRange, Capabilities, Group, ListedGroup, Options, Overview, OverviewFormat,
        Part, PostingStatus, YencHeader,
    };
}

/// POP3 and POP3S.
pub mod pop3 {
    pub use crate::pop3::aio::Connection;
    pub use crate::pop3::{Capabilities, Options};
}

/// SMTP and SMTPS.
pub mod smtp {
    pub use crate::smtp::aio::Connection;
    pub use crate::smtp::{Delivery, EnhancedCode, Envelope, Extensions, Notify, Options, Return};
}

/// TFTP.
pub mod tftp {
    pub use crate::tftp::aio::{Client, Reader};
    pub use crate::tftp::{Mode, Options};
}

/// Telnet.
pub mod telnet {
    pub use crate::telnet::aio::connect;
    pub use crate::telnet::{Connection, OptionError, Options};
}

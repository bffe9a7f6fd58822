//! The blocking face.

use std::io::{self, Read};
use std::time::Duration;

use landline_wire::imap::{
    Appended, Capabilities, Fetched, Mailbox, MailboxStatus, Message, Response,
};

use super::{Answer, Set, aio};
use crate::block::{Runtime, blocking};
use crate::dialogue::{reading, session};
use crate::login::Login;
use crate::upload::Upload;
use crate::{Result, sasl};

session! {
    /// A session with a mail server.
    ///
    /// What the server says of its own accord, such as that a message has come, goes to the
    /// [`Observer`](crate::Observer) alone, unless [`noop`](Self::noop), [`idle`](Self::idle) or
    /// [`command`](Self::command) ask for it.
    "port 143, and reads the greeting",
    "an `imap` or `imaps`",
    Answer
}

impl Connection {
    /// What the server said when we came; nothing once TLS has begun behind it.
    pub fn greeting(&self) -> &str {
        self.inner.greeting()
    }

    /// Asks what the server can do (`CAPABILITY`); once before the login and once after it.
    ///
    /// # Errors
    /// [`Refused`](crate::ErrorKind::Refused); when the server goes away.
    pub fn capabilities(&mut self) -> Result<&Capabilities> {
        self.runtime.block_on(self.inner.capabilities())
    }

    blocking! {
        /// Logs in: by `AUTHENTICATE` where the server offers that, else by `LOGIN`.
        ///
        /// # Errors
        /// [`Login`](crate::ErrorKind::Login) when the server does not let us in.
        fn login(&mut self, login: &Login) -> Result<()>;

        /// Logs in as the options say; without a login, by a client certificate or as nobody.
        ///
        /// # Errors
        /// As for [`login`](Self::login), and when none of the ways that are allowed is offered.
        fn login_by(&mut self, login: Option<&Login>, options: &sasl::Options) -> Result<()>;

        /// Lists mailboxes by a pattern in which `*` is anything and `%` one level (`LIST`).
        ///
        /// # Errors
        /// [`Refused`](crate::ErrorKind::Refused).
        fn list(&mut self, reference: &str, pattern: &str) -> Result<Vec<Mailbox>>;

        /// Asks how a mailbox stands without opening it (`STATUS`).
        ///
        /// # Errors
        /// [`Refused`](crate::ErrorKind::Refused) when there is none of this name.
        fn status(&mut self, mailbox: &str) -> Result<MailboxStatus>;

        /// Opens a mailbox (`SELECT`).
        ///
        /// # Errors
        /// [`Refused`](crate::ErrorKind::Refused); no mailbox is open then.
        fn select(&mut self, mailbox: &str) -> Result<MailboxStatus>;

        /// Opens a mailbox in which nothing is changed (`EXAMINE`).
        ///
        /// # Errors
        /// As for [`select`](Self::select).
        fn examine(&mut self, mailbox: &str) -> Result<MailboxStatus>;

        /// Asks for facts about messages, such as `(FLAGS UID RFC822.SIZE)` (`FETCH`). Texts of messages
        /// are for [`section`](Self::section).
        ///
        /// # Errors
        /// [`Refused`](crate::ErrorKind::Refused); [`Limit`](crate::ErrorKind::Limit) for over 1 MiB of one message,
        /// or 64 MiB in all.
        fn fetch(&mut self, set: Set<'_>, items: &str) -> Result<Vec<Fetched>>;

        /// Finds messages by criteria such as `UNSEEN SUBJECT "x"`, and gives their numbers (`SEARCH`).
        ///
        /// # Errors
        /// [`Refused`](crate::ErrorKind::Refused).
        fn search(&mut self, criteria: &str) -> Result<Vec<u64>>;

        /// Finds messages, and gives their UIDs (`UID SEARCH`).
        ///
        /// # Errors
        /// As for [`search`](Self::search).
        fn search_uids(&mut self, criteria: &str) -> Result<Vec<u64>>;

        /// Changes flags, such as `+FLAGS (\Seen)` (`STORE`), and gives what the server says of them.
        ///
        /// # Errors
        /// [`Refused`](crate::ErrorKind::Refused).
        fn store(&mut self, set: Set<'_>, change: &str) -> Result<Vec<Fetched>>;

        /// Copies messages to another mailbox (`COPY`), and gives where they are there, if the server
        /// tells.
        ///
        /// # Errors
        /// [`Refused`](crate::ErrorKind::Refused): none was copied.
        fn copy(&mut self, set: Set<'_>, mailbox: &str) -> Result<Option<Appended>>;

        /// Deletes for good what is marked `\Deleted` (`EXPUNGE`).
        ///
        /// # Errors
        /// [`Refused`](crate::ErrorKind::Refused).
        fn expunge(&mut self) -> Result<()>;

        /// Deletes for good what is marked among these UIDs alone (`UID EXPUNGE`, RFC 4315).
        ///
        /// # Errors
        /// [`Refused`](crate::ErrorKind::Refused), also when the server does not have that.
        fn expunge_uids(&mut self, uids: &str) -> Result<()>;

        /// Stores a message in a mailbox (`APPEND`) and gives where it is there, if the server tells. Line
        /// ends become CRLF.
        ///
        /// # Errors
        /// [`Upload`](crate::ErrorKind::Upload) when it cannot be told beforehand how long the message is: it has
        /// to be bytes or a file, or a reader of known length with CRLF at its line ends.
        /// [`Refused`](crate::ErrorKind::Refused) when the server does not take it.
        fn append(&mut self, mailbox: &str, flags: &[&str], message: Upload) -> Result<Option<Appended>>;

        /// Waits until the server tells of something new, for at most this long (`IDLE`, RFC 2177), and
        /// gives what it told. 29 minutes are the most.
        ///
        /// # Errors
        /// [`Refused`](crate::ErrorKind::Refused) when the server has no `IDLE`.
        fn idle(&mut self, wait: Duration) -> Result<Vec<Response>>;

        /// Does nothing, but keeps the session alive, and gives what is new (`NOOP`).
        ///
        /// # Errors
        /// [`Refused`](crate::ErrorKind::Refused).
        fn noop(&mut self) -> Result<Vec<Response>>;
    }

    reading! {
        /// Reads a message, or a section of it (`TEXT`, `1.MIME`; RFC 9051 section 6.4.5), of whatever
        /// size (`FETCH BODY[…]`). The next command can be given when it is read to its end.
        ///
        /// # Errors
        /// [`NotFound`](crate::ErrorKind::NotFound), at the first read, when there is none.
        fn section(&mut self, message: Message, section: &str) -> Result<Section<'_>>;
    }

    /// Takes leave (`LOGOUT`).
    ///
    /// # Errors
    /// [`Refused`](crate::ErrorKind::Refused); when the server goes away without a word.
    pub fn logout(self) -> Result<()> {
        self.runtime.block_on(self.inner.logout())
    }
}

/// Reads the text of a message, or a section of it, up to the server's word that it was all.
///
/// One that is dropped earlier leaves the rest of the text on the connection, which can then say
/// nothing more ([`Usage`](crate::ErrorKind::Usage)).
#[derive(Debug)]
pub struct Section<'a> {
    inner: aio::Section<'a>,
    runtime: &'a Runtime,
}

impl<'a> Section<'a> {
    fn new(inner: aio::Section<'a>, runtime: &'a Runtime) -> Self {
        Self { inner, runtime }
    }
}

impl Read for Section<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.runtime.read(&mut self.inner, into)
    }
}

//! The blocking face.

use landline_wire::pop3::Capabilities;
use landline_wire::reply::Reply;

use super::aio;
use crate::block::{Runtime, blocking};
use crate::dialogue::{reading, session};
use crate::login::Login;
use crate::{DotReader, Result, sasl};

session! {
    /// A session with a mailbox.
    "port 110, and reads the greeting",
    "a `pop3` or `pop3s`",
    Reply
}

impl Connection {
    /// What the server said when we came; nothing once TLS has begun behind it.
    pub fn greeting(&self) -> &str {
        self.inner.greeting()
    }

    /// Asks what the server can do (`CAPA`, RFC 2449); once. One that knows no `CAPA` can nothing.
    ///
    /// # Errors
    /// When the server goes away, or has more to say than can be.
    pub fn capabilities(&mut self) -> Result<&Capabilities> {
        self.runtime.block_on(self.inner.capabilities())
    }

    blocking! {
        /// Logs in: by `AUTH` where the server offers it, by `APOP` where its greeting does, else
        /// by `USER` and `PASS`.
        ///
        /// # Errors
        /// [`Login`](crate::ErrorKind::Login) when the server does not let us in.
        fn login(&mut self, login: &Login) -> Result<()>;

        /// Logs in as the options say; without a login, by a client certificate or as nobody.
        ///
        /// # Errors
        /// As for [`login`](Self::login), and when none of the ways that are allowed is offered.
        fn login_by(&mut self, login: Option<&Login>, options: &sasl::Options) -> Result<()>;

        /// How many messages there are, and how many bytes they have in all (`STAT`).
        ///
        /// # Errors
        /// [`Refused`](crate::ErrorKind::Refused); [`Protocol`](crate::ErrorKind::Protocol) for an
        /// answer without numbers.
        fn stat(&mut self) -> Result<(u64, u64)>;

        /// The messages: their numbers and how many bytes each has (`LIST`).
        ///
        /// # Errors
        /// As for [`stat`](Self::stat).
        fn list(&mut self) -> Result<Vec<(u64, u64)>>;

        /// How many bytes one message has (`LIST n`).
        ///
        /// # Errors
        /// As for [`stat`](Self::stat).
        fn size(&mut self, message: u64) -> Result<u64>;

        /// The messages: their numbers and the names that they keep for ever (`UIDL`).
        ///
        /// # Errors
        /// As for [`stat`](Self::stat).
        fn unique_ids(&mut self) -> Result<Vec<(u64, String)>>;

        /// Marks a message to be deleted when the session ends by [`quit`](Self::quit) (`DELE`).
        ///
        /// # Errors
        /// [`Refused`](crate::ErrorKind::Refused).
        fn delete(&mut self, message: u64) -> Result<()>;

        /// Takes all marks away (`RSET`).
        ///
        /// # Errors
        /// [`Refused`](crate::ErrorKind::Refused).
        fn reset(&mut self) -> Result<()>;

        /// Does nothing, but keeps the session alive (`NOOP`).
        ///
        /// # Errors
        /// [`Refused`](crate::ErrorKind::Refused).
        fn noop(&mut self) -> Result<()>;
    }

    reading! {
        /// Reads a message (`RETR`). The next command can be given when it is read to its end.
        ///
        /// # Errors
        /// [`Refused`](crate::ErrorKind::Refused) when there is none of this number.
        fn retrieve(&mut self, message: u64) -> Result<DotReader<'_>>;

        /// Reads the header block of a message and the first lines behind it (`TOP`).
        ///
        /// # Errors
        /// As for [`retrieve`](Self::retrieve).
        fn top(&mut self, message: u64, lines: u64) -> Result<DotReader<'_>>;
    }

    /// Sends a command that is answered by a text.
    ///
    /// # Errors
    /// [`Refused`](crate::ErrorKind::Refused).
    pub fn text(&mut self, line: impl AsRef<[u8]>) -> Result<DotReader<'_>> {
        let inner = self.runtime.block_on(self.inner.text(line.as_ref()))?;
        Ok(DotReader::new(inner, &self.runtime))
    }

    /// Takes leave, and has the server delete what is marked (`QUIT`).
    ///
    /// # Errors
    /// [`Refused`](crate::ErrorKind::Refused) when it could not: some of it may still be there.
    pub fn quit(self) -> Result<()> {
        self.runtime.block_on(self.inner.quit())
    }
}

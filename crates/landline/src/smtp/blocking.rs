//! The blocking face.

use landline_wire::reply::Reply;
use landline_wire::smtp::Extensions;

use super::{Delivery, Envelope, aio};
use crate::block::{Runtime, blocking};
use crate::dialogue::session;
use crate::login::Login;
use crate::upload::Upload;
use crate::{Result, sasl};

session! {
    /// A session with a mail server.
    "port 25, and says hello",
    "an `smtp`, `smtps` or `lmtp`",
    Reply
}

impl Connection {
    /// What the server can do.
    pub fn extensions(&self) -> &Extensions {
        self.inner.extensions()
    }

    blocking! {
        /// Logs in (`AUTH`).
        ///
        /// # Errors
        /// [`Login`](crate::ErrorKind::Login) when the server does not let us in, or offers no way
        /// that we know.
        fn login(&mut self, login: &Login) -> Result<()>;

        /// Logs in as the options say; without a login, by a client certificate or as nobody.
        ///
        /// # Errors
        /// As for [`login`](Self::login), and when none of the ways that are allowed is offered.
        fn login_by(&mut self, login: Option<&Login>, options: &sasl::Options) -> Result<()>;

        /// Sends a message: its header block, an empty line, its body. Line ends are made whole.
        ///
        /// # Errors
        /// [`Refused`](crate::ErrorKind::Refused) with the server's words;
        /// [`Usage`](crate::ErrorKind::Usage) for an address that cannot be sent, nobody to send to,
        /// and what the server does not have; [`Upload`](crate::ErrorKind::Upload) when the source
        /// fails, and then nothing is delivered. When the server's last word is lost, so is whether
        /// it has taken the message, and the error says so.
        fn send(&mut self, envelope: &Envelope, message: Upload) -> Result<Delivery>;

        /// Asks whether there is a mailbox (`VRFY`); many servers do not say.
        ///
        /// # Errors
        /// [`Refused`](crate::ErrorKind::Refused).
        fn verify(&mut self, name: &str) -> Result<Reply>;

        /// Asks who is on a list (`EXPN`); many servers do not say.
        ///
        /// # Errors
        /// [`Refused`](crate::ErrorKind::Refused).
        fn expand(&mut self, list: &str) -> Result<Reply>;

        /// Asks for help, with a command where one is named (`HELP`).
        ///
        /// # Errors
        /// [`Refused`](crate::ErrorKind::Refused).
        fn help(&mut self, about: &str) -> Result<Reply>;

        /// Drops what was said of a message (`RSET`).
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

    /// Takes leave (`QUIT`).
    ///
    /// # Errors
    /// When the server is gone already.
    pub fn quit(self) -> Result<()> {
        self.runtime.block_on(self.inner.quit())
    }
}

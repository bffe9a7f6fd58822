//! Logging in (RFC 4643).

use landline_wire::reply::Status;

use super::connection::Connection;
use crate::dialogue::{SaslCarrier, SaslWords, refused};
use crate::login::Login;
use crate::{ErrorKind, Result, sasl};

/// RFC 4643 section 2.4; RFC 3977 section 3.1 has the length of lines.
static WORDS: SaslWords = SaslWords {
    command: "AUTHINFO SASL",
    max_line_bytes: 512,
    challenge: Status::Code(383),
    done: Status::Code(281),
    done_with_data: Some(Status::Code(283)),
    nothing: "=",
};

impl Connection {
    /// Logs in: by `AUTHINFO SASL` where the server offers it, else by `AUTHINFO USER` and `PASS`.
    ///
    /// # Errors
    /// [`Login`](ErrorKind::Login) when the server does not let us in.
    pub async fn login(&mut self, login: &Login) -> Result<()> {
        self.login_by(Some(login), &sasl::Options::default()).await
    }

    /// Logs in as the options say; without a login, by a client certificate or as nobody.
    ///
    /// # Errors
    /// As for [`login`](Self::login), and when none of the ways that are allowed is offered.
    pub async fn login_by(&mut self, login: Option<&Login>, options: &sasl::Options) -> Result<()> {
        if self.is_compressed {
            return Err(crate::Error::usage(
                "a login comes before compression (RFC 8054 section 2.2.2)",
            ));
        }
        let offered = self.capabilities().await?.sasl.clone();
        let (login, options) = options.of(login)?;
        let identity = options.identity(login.as_ref(), "nntp", &self.dialogue.link, self.stream());
        if options.is_wanted(&offered, &identity) {
            let mut carrier = SaslCarrier { dialogue: &mut self.dialogue, words: &WORDS };
            sasl::authenticate(&mut carrier, &offered, identity, &options, true).await?;
        } else {
            self.tell_password(login.as_ref()).await?;
        }
        // RFC 4643 section 2.2: what it can do may be more now.
        self.forget_capabilities();
        Ok(())
    }

    /// RFC 4643 section 2.3.
    async fn tell_password(&mut self, login: Option<&Login>) -> Result<()> {
        let login = sasl::needed(login)?;
        let user = self.dialogue.command([b"AUTHINFO USER ", &*login.user].concat()).await?;
        let reply = match user.code() {
            Some(381) => {
                let line = [b"AUTHINFO PASS ", &*login.password].concat();
                self.dialogue.command(line).await?
            }
            _ => user,
        };
        match reply.code() {
            Some(281) => Ok(()),
            _ => Err(refused(ErrorKind::Login, "AUTHINFO", &reply)),
        }
    }
}

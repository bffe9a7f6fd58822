//! The dialogue, command by command.

use std::sync::OnceLock;

use landline_wire::reply::{Reply, ReplyStyle, Status};
use landline_wire::sasl::Mechanisms;
use landline_wire::smtp::{Extensions, own_name};
use landline_wire::target::Location;

use super::{Options, asking};
use crate::dialogue::{
    self, Dialogue, Link, Pool, SaslCarrier, SaslWords, Security, Session, refused,
};
use crate::line::aio::LineStream;
use crate::login::Login;
use crate::net::Stream;
use crate::open::aio::Opener;
use crate::pool::Keep;
use crate::{Error, ErrorKind, Phase, Result, sasl};

/// RFC 4954 section 4; RFC 5321 section 4.5.3.1.4 has the length of lines.
static WORDS: SaslWords = SaslWords {
    command: "AUTH",
    max_line_bytes: 512,
    challenge: Status::Code(334),
    done: Status::Code(235),
    done_with_data: None,
    nothing: "",
};

/// RFC 3207 section 4.
const GO_AHEAD: Status = Status::Code(220);

/// A session with a mail server.
///
/// See [the blocking twin](crate::smtp::Connection) for the whole documentation.
#[derive(Debug)]
pub struct Connection {
    pub(super) dialogue: Dialogue,
    name: String,
    pub(super) extensions: Extensions,
    pub(super) is_logged_in: bool,
    /// The server delivers at once, and says for each recipient what came of it (RFC 2033).
    pub(super) is_local: bool,
    /// An envelope was begun and not ended: the next one has to take it back first.
    pub(super) has_begun: bool,
}

impl Connection {
    /// Connects to `host:port`, or to `host` at port 25, and says hello.
    ///
    /// # Errors
    /// As for any connection; [`Refused`](ErrorKind::Refused) when the server sends us away.
    pub async fn connect(host_port: &str) -> Result<Self> {
        dialogue::connect(host_port).await
    }

    /// Connects to the server of an `smtp`, `smtps` or `lmtp` URL as `opener` does, and logs in where either
    /// knows who.
    ///
    /// # Errors
    /// As for [`connect`](Self::connect) and [`login_by`](Self::login_by);
    /// [`TlsUnavailable`](ErrorKind::TlsUnavailable) when TLS is required and not to be had.
    pub async fn with(opener: &Opener, url: &str) -> Result<Self> {
        dialogue::connect_with(opener, url).await
    }

    /// `EHLO`, or `HELO` for servers of before, which have no TLS (RFC 5321 section 3.2); `LHLO` alone
    /// where mail is delivered at once (RFC 2033 section 4.1).
    async fn say_hello(&mut self, security: Security) -> Result<()> {
        self.extensions = Extensions::default();
        let verb = if self.is_local { "LHLO" } else { "EHLO" };
        let reply = self.dialogue.command(format!("{verb} {}", self.name)).await?;
        if reply.is_success() {
            let lines = reply.lines().iter().map(String::as_str);
            self.extensions = Extensions::from_lines(lines);
            return Ok(());
        }
        let is_final = self.is_local || reply.code() == Some(421);
        if is_final || security == Security::Required && !self.dialogue.is_private() {
            return Err(refused(ErrorKind::Denied, verb, &reply));
        }
        self.dialogue.must(format!("HELO {}", self.name), ErrorKind::Denied).await.map(drop)
    }

    /// What the server can do.
    pub fn extensions(&self) -> &Extensions {
        &self.extensions
    }

    /// The stream underneath.
    pub fn stream(&self) -> &Stream {
        self.dialogue.line.stream()
    }

    /// Logs in (`AUTH`).
    ///
    /// # Errors
    /// [`Login`](ErrorKind::Login) when the server does not let us in, or offers no way that we know.
    pub async fn login(&mut self, login: &Login) -> Result<()> {
        self.login_by(Some(login), &sasl::Options::default()).await
    }

    /// Logs in as the options say; without a login, by a client certificate or as nobody.
    ///
    /// # Errors
    /// As for [`login`](Self::login), and when none of the ways that are allowed is offered.
    pub async fn login_by(&mut self, login: Option<&Login>, options: &sasl::Options) -> Result<()> {
        if self.has_begun {
            // No login inside of an envelope (RFC 4954 section 4).
            self.reset().await?;
        }
        let (login, options) = options.of(login)?;
        let link = &self.dialogue.link;
        let service = if self.is_local { "lmtp" } else { "smtp" };
        let identity = options.identity(login.as_ref(), service, link, self.stream());
        let offered = self.extensions.auth.clone();
        let mut carrier = SaslCarrier { dialogue: &mut self.dialogue, words: &WORDS };
        let begins = options.initial_response;
        sasl::authenticate(&mut carrier, &offered, identity, &options, begins).await?;
        self.is_logged_in = true;
        Ok(())
    }

    /// Asks whether there is a mailbox (`VRFY`); many servers do not say.
    ///
    /// # Errors
    /// [`Refused`](ErrorKind::Refused).
    pub async fn verify(&mut self, name: &str) -> Result<Reply> {
        let line = asking::verify(name, &self.extensions);
        self.dialogue.must(line, ErrorKind::Refused).await
    }

    /// Asks who is on a list (`EXPN`); many servers do not say.
    ///
    /// # Errors
    /// [`Refused`](ErrorKind::Refused).
    pub async fn expand(&mut self, list: &str) -> Result<Reply> {
        let line = asking::expand(list, &self.extensions);
        self.dialogue.must(line, ErrorKind::Refused).await
    }

    /// Asks for help, with a command where one is named (`HELP`).
    ///
    /// # Errors
    /// [`Refused`](ErrorKind::Refused).
    pub async fn help(&mut self, about: &str) -> Result<Reply> {
        self.dialogue.must(format!("HELP {about}").trim_end(), ErrorKind::Refused).await
    }

    /// Drops what was said of a message (`RSET`).
    ///
    /// # Errors
    /// [`Refused`](ErrorKind::Refused).
    pub async fn reset(&mut self) -> Result<()> {
        self.dialogue.must("RSET", ErrorKind::Refused).await?;
        self.has_begun = false;
        Ok(())
    }

    /// Does nothing, but keeps the session alive (`NOOP`).
    ///
    /// # Errors
    /// [`Refused`](ErrorKind::Refused).
    pub async fn noop(&mut self) -> Result<()> {
        self.dialogue.must("NOOP", ErrorKind::Refused).await.map(drop)
    }

    /// Sends one command of any kind and gives the reply, whatever it says.
    ///
    /// # Errors
    /// [`Usage`](ErrorKind::Usage) when the line holds CR, LF or NUL; [`Io`](ErrorKind::Io) when
    /// the server goes away.
    pub async fn command(&mut self, line: impl AsRef<[u8]>) -> Result<Reply> {
        self.dialogue.command(line).await
    }

    /// Takes leave (`QUIT`).
    ///
    /// # Errors
    /// When the server is gone already.
    pub async fn quit(mut self) -> Result<()> {
        self.dialogue.command("QUIT").await.map(drop)
    }
}

impl Keep for Connection {
    fn is_quiet(&mut self) -> bool {
        self.dialogue.is_quiet()
    }
}

impl Session for Connection {
    type Options = Options;

    const SCHEMES: &'static [&'static str] = &["smtp", "smtps", "lmtp"];
    const STYLE: ReplyStyle = ReplyStyle::Smtp;

    fn of(opener: &Opener) -> (&Options, &OnceLock<Pool<Self>>) {
        (&opener.smtp, &opener.kept.smtp)
    }

    fn sasl(options: &Options) -> &sasl::Options {
        &options.sasl
    }

    fn own_name(location: &Location) -> Result<String> {
        own_name(location).ok_or_else(|| {
            let what = "the path of the URL is no name to say hello with";
            Error::new(ErrorKind::Url, Phase::Preparing, what)
        })
    }

    async fn greet(mut dialogue: Dialogue, options: &Options, name: String) -> Result<Self> {
        let security = options.security;
        let greeting = dialogue.greeting().await?;
        if !greeting.is_success() {
            return Err(refused(ErrorKind::Refused, "CONNECT", &greeting));
        }
        let name = if name.is_empty() { address(dialogue.line.stream()) } else { name };
        let mut this = Self {
            is_local: dialogue.link.target.scheme() == "lmtp",
            dialogue,
            name,
            extensions: Extensions::default(),
            is_logged_in: false,
            has_begun: false,
        };
        this.say_hello(security).await?;
        if security != Security::Off && !this.dialogue.is_private() {
            let offered = this.extensions.starttls;
            this.dialogue =
                this.dialogue.start_tls(security, offered, "STARTTLS", GO_AHEAD).await?;
            if this.dialogue.is_private() {
                // What was said in the clear may have been said by anybody.
                this.say_hello(Security::Off).await?;
            }
        }
        Ok(this)
    }

    async fn mechanisms(&mut self) -> Result<Mechanisms> {
        Ok(self.extensions.auth.clone())
    }

    async fn log_in(&mut self, login: Option<&Login>, options: &sasl::Options) -> Result<()> {
        self.login_by(login, options).await
    }

    async fn leave(self) -> Result<()> {
        self.quit().await
    }

    fn parts(&mut self) -> (&mut LineStream, &mut Link) {
        (&mut self.dialogue.line, &mut self.dialogue.link)
    }
}

/// The address we come from, as RFC 5321 section 4.1.3 has those who have no name.
fn address(stream: &Stream) -> String {
    match stream.local() {
        Some(address) if address.is_ipv6() => format!("[IPv6:{}]", address.ip()),
        Some(address) => format!("[{}]", address.ip()),
        None => "localhost".to_owned(),
    }
}

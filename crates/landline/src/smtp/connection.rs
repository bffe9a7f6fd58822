//! The dialogue, command by command.

use landline_wire::reply::{Reply, ReplyStyle, Status};
use landline_wire::smtp::Extensions;

use super::Options;
use crate::dialogue::{Dialogue, Link, SaslCarrier, SaslWords, Security, Talks, refused};
use crate::line::aio::LineStream;
use crate::login::Login;
use crate::net::pace::Deadline;
use crate::net::{Call, DialTimes, Dialer, NetOptions, Stream, Target};
use crate::observe::Observer;
use crate::open::Visit;
use crate::open::aio::Opener;
use crate::pool::Keep;
use crate::{Error, ErrorKind, Phase, Result, Timeouts, sasl};

const PORT: u16 = 25;

/// RFC 4954 section 4.
static WORDS: SaslWords = SaslWords {
    command: "AUTH",
    challenge: Status::Code(334),
    done: Status::Code(235),
    done_with_data: None,
    nothing: "",
};

/// A session with a mail server.
///
/// See [the blocking twin](crate::smtp::Connection) for the whole documentation.
#[derive(Debug)]
pub struct Connection {
    pub(super) dialogue: Dialogue,
    name: String,
    pub(super) extensions: Extensions,
    pub(super) is_logged_in: bool,
    /// An envelope was begun and not ended: the next one has to take it back first.
    pub(super) has_begun: bool,
}

impl Connection {
    /// Connects to `host:port`, or to `host` at port 25, and says hello.
    ///
    /// # Errors
    /// As for any connection; [`Refused`](ErrorKind::Refused) when the server sends us away.
    pub async fn connect(host_port: &str) -> Result<Self> {
        let target = Target::parse("smtp", host_port, PORT)?;
        let (dialer, observer) = (Dialer::new(NetOptions::default()), Observer::default());
        let call = Call::new(Timeouts::default(), &observer);
        Ok(Self::open(&dialer, target, String::new(), Security::Off, &call).await?.0)
    }

    /// Connects to the server of an `smtp` or `smtps` URL as `opener` does, and logs in where either
    /// knows who.
    ///
    /// # Errors
    /// As for [`connect`](Self::connect) and [`login_by`](Self::login_by);
    /// [`TlsUnavailable`](ErrorKind::TlsUnavailable) when TLS is required and not to be had.
    pub async fn with(opener: &Opener, url: &str) -> Result<Self> {
        let visit = opener.visit_of(url, &["smtp", "smtps"])?;
        Self::visit(&visit, opener.smtp_options()).await
    }

    /// Connects to the server of the URL, and logs in where somebody is named who could.
    pub(super) async fn visit(visit: &Visit, options: &Options) -> Result<Self> {
        let call = Call::new(visit.timeouts, &visit.observer);
        let (target, name) = (target(visit)?, name(visit)?);
        let opened = Self::open(&visit.dialer, target, name, options.security, &call);
        let (mut this, times) = opened.await?;
        visit.meet(this.stream().peer().clone(), times);
        let has_certificate = visit.dialer.options().tls.identity.is_some();
        if visit.login.is_some() || options.sasl.bearer.is_some() || has_certificate {
            this.login_by(visit.login.as_ref(), &options.sasl).await?;
        }
        Ok(this)
    }

    /// Connects, says hello, and begins TLS where that was asked for, all within the connect
    /// deadline.
    async fn open(
        dialer: &Dialer,
        target: Target,
        name: String,
        security: Security,
        call: &Call<'_>,
    ) -> Result<(Self, DialTimes)> {
        let limit = call.connect_limit();
        let host = target.host.clone();
        let (dialogue, times) = Dialogue::open(dialer, target, ReplyStyle::Smtp, call).await?;
        let name = if name.is_empty() { own_name(dialogue.line.stream()) } else { name };
        let greeted = Self::greet(dialogue, name, security);
        let this = Deadline::bound(limit, Phase::AwaitingReply, &host, greeted).await?;
        Ok((this, times))
    }

    async fn greet(mut dialogue: Dialogue, name: String, security: Security) -> Result<Self> {
        let greeting = dialogue.greeting().await?;
        if !greeting.is_success() {
            return Err(refused(ErrorKind::Refused, "CONNECT", &greeting));
        }
        let extensions = Extensions::default();
        let mut this = Self { dialogue, name, extensions, is_logged_in: false, has_begun: false };
        this.say_hello(security).await?;
        if security != Security::Off && !this.dialogue.is_private() {
            let offered = this.extensions.starttls;
            this.dialogue = this.dialogue.start_tls(security, offered, "STARTTLS").await?;
            if this.dialogue.is_private() {
                // What was said in the clear may have been said by anybody.
                this.say_hello(Security::Off).await?;
            }
        }
        Ok(this)
    }

    /// `EHLO`, or `HELO` for servers of before, which have no TLS (RFC 5321 section 3.2).
    async fn say_hello(&mut self, security: Security) -> Result<()> {
        self.extensions = Extensions::default();
        let reply = self.dialogue.command(format!("EHLO {}", self.name)).await?;
        if reply.is_success() {
            let lines = reply.lines().iter().map(String::as_str);
            self.extensions = Extensions::from_lines(lines);
            return Ok(());
        }
        let is_closing = reply.code() == Some(421);
        if is_closing || security == Security::Required && !self.dialogue.is_private() {
            return Err(refused(ErrorKind::Denied, "EHLO", &reply));
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
        let (login, options) = options.of(login)?;
        let link = &self.dialogue.link;
        let identity = options.identity(login.as_ref(), "smtp", link, self.stream());
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
        self.dialogue.must(format!("VRFY {name}"), ErrorKind::Refused).await
    }

    /// Asks who is on a list (`EXPN`); many servers do not say.
    ///
    /// # Errors
    /// [`Refused`](ErrorKind::Refused).
    pub async fn expand(&mut self, list: &str) -> Result<Reply> {
        self.dialogue.must(format!("EXPN {list}"), ErrorKind::Refused).await
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

impl Talks for Connection {
    fn parts(&mut self) -> (&mut LineStream, &mut Link) {
        (&mut self.dialogue.line, &mut self.dialogue.link)
    }
}

pub(super) fn target(visit: &Visit) -> Result<Target> {
    let tls = visit.scheme() == "smtps";
    Target::of(&visit.location, if tls { 465 } else { PORT }, tls)
}

/// How the URL has us call ourselves.
fn name(visit: &Visit) -> Result<String> {
    let unfit = |what: &'static str| Error::new(ErrorKind::Url, Phase::Preparing, what);
    let path = visit.location.decoded_path();
    let path = path.map_err(|error| unfit("the URL is malformed").because(error))?;
    let path = String::from_utf8(path).map_err(|_| unfit("the path of the URL is no text"))?;
    let name = path.trim_start_matches('/');
    match name.contains(|c: char| c.is_whitespace() || c.is_control()) {
        true => Err(unfit("the path of the URL is no name to say hello with")),
        false => Ok(name.to_owned()),
    }
}

/// The address we come from, as RFC 5321 section 4.1.3 has those who have no name.
fn own_name(stream: &Stream) -> String {
    match stream.local() {
        Some(address) if address.is_ipv6() => format!("[IPv6:{}]", address.ip()),
        Some(address) => format!("[{}]", address.ip()),
        None => "localhost".to_owned(),
    }
}

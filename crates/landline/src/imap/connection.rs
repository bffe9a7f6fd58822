//! How a session comes about: greeting, TLS, login.

use std::sync::OnceLock;

use landline_wire::imap::{Capabilities, Command, Condition, Response};
use landline_wire::reply::ReplyStyle;
use landline_wire::sasl::{Mechanism, Mechanisms};

use super::Options;
use super::talk::{Answer, Talk, unsayable, weird};
use crate::dialogue::{self, Dialogue, Link, Pool, Security, Session, no_tls};
use crate::line::aio::LineStream;
use crate::login::Login;
use crate::net::Stream;
use crate::open::aio::Opener;
use crate::pool::Keep;
use crate::sasl::{self, Carrier};
use crate::{Error, ErrorKind, Phase, Result};

/// A session with a mail server.
///
/// See [the blocking twin](crate::imap::Connection) for the whole documentation.
#[derive(Debug)]
pub struct Connection {
    pub(super) talk: Talk,
    greeting: String,
    is_known: bool,
    pub(super) capabilities: Option<Capabilities>,
    /// The mailbox that is open, and its UIDVALIDITY.
    pub(super) selected: Option<(String, Option<u64>)>,
}

impl Connection {
    /// Connects to `host:port`, or to `host` at port 143, and reads the greeting.
    ///
    /// # Errors
    /// As for any connection; [`Refused`](ErrorKind::Refused) when the server sends us away.
    pub async fn connect(host_port: &str) -> Result<Self> {
        dialogue::connect(host_port).await
    }

    /// Connects to the server of an `imap` or `imaps` URL as `opener` does, and logs in where either
    /// knows who.
    ///
    /// # Errors
    /// As for [`connect`](Self::connect) and [`login_by`](Self::login_by);
    /// [`TlsUnavailable`](ErrorKind::TlsUnavailable) when TLS is required and not to be had.
    pub async fn with(opener: &Opener, url: &str) -> Result<Self> {
        dialogue::connect_with(opener, url).await
    }

    /// RFC 9051 section 6.2.1. A server that knows us already takes no `STARTTLS`: whoever sits in
    /// between could have made it say so.
    async fn start_tls(mut self, security: Security) -> Result<Self> {
        if self.is_known {
            no_tls(&self.talk.link, security, " (PREAUTH)")?;
            return Ok(self);
        }
        if !self.capabilities().await?.starttls {
            no_tls(&self.talk.link, security, "")?;
            return Ok(self);
        }
        let answer = self.talk.run(&command("STARTTLS")?, |_| Ok(())).await?;
        if let Err(error) = answer.check(ErrorKind::Refused, "STARTTLS") {
            no_tls(&self.talk.link, security, &format!(" ({error})"))?;
            return Ok(self);
        }
        // What was said in the clear may have been said by anybody.
        let (greeting, capabilities) = (String::new(), None);
        Ok(Self { talk: self.talk.secure().await?, greeting, capabilities, ..self })
    }

    /// Whether what is said cannot be read by everybody on the way.
    fn is_private(&self) -> bool {
        self.stream().tls().is_some()
    }

    /// What the server said when we came; nothing once TLS has begun behind it.
    pub fn greeting(&self) -> &str {
        &self.greeting
    }

    /// The stream underneath.
    pub fn stream(&self) -> &Stream {
        self.talk.line.stream()
    }

    /// Asks what the server can do (`CAPABILITY`); once before the login and once after it. One that
    /// does not know the command can nothing.
    ///
    /// # Errors
    /// When the server goes away, or has more to say than can be.
    pub async fn capabilities(&mut self) -> Result<&Capabilities> {
        if self.capabilities.is_none() {
            let mut found = None;
            let each = |response: Response| {
                found = Capabilities::from_response(&response).or(found.take());
                Ok(())
            };
            let answer = self.talk.run(&command("CAPABILITY")?, each).await?;
            self.capabilities = found.filter(|_| answer.condition == Condition::Ok);
        }
        Ok(self.capabilities.get_or_insert_default())
    }

    /// Logs in: by `AUTHENTICATE` where the server offers that, else by `LOGIN`.
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
        let offered = self.capabilities().await?.clone();
        let (login, options) = options.of(login)?;
        let identity = options.identity(login.as_ref(), "imap", &self.talk.link, self.stream());
        let names = &offered.sasl;
        if options.is_wanted(names, &identity) {
            let begins = options.initial_response || offered.sasl_ir;
            let mut carrier = ByAuthenticate { talk: &mut self.talk, code: None };
            sasl::authenticate(&mut carrier, names, identity, &options, begins).await?;
            let code = carrier.code;
            self.learn(code);
            return Ok(());
        }
        let login = sasl::needed(login.as_ref())?;
        if offered.login_disabled {
            let what = "the server takes no password here (LOGINDISABLED); TLS may help";
            return Err(Error::new(ErrorKind::Login, Phase::Preparing, what));
        }
        let line = command("LOGIN")?.text(&login.user).map_err(unsayable)?;
        let line = line.text(&login.password).map_err(unsayable)?;
        self.talk.begin(&line).await?;
        let answer = self.talk.finish(|_| Ok(())).await?.check(ErrorKind::Login, "LOGIN")?;
        self.learn(answer.code);
        Ok(())
    }

    /// After a login there may be more that the server can.
    fn learn(&mut self, code: Option<String>) {
        let response =
            Response::Status { tag: None, condition: Condition::Ok, code, text: String::new() };
        self.capabilities = Capabilities::from_response(&response);
    }
}

/// A login by SASL (RFC 9051 section 6.2.2).
struct ByAuthenticate<'a> {
    talk: &'a mut Talk,
    code: Option<String>,
}

impl ByAuthenticate<'_> {
    async fn judge(&mut self) -> Result<sasl::Answer> {
        Ok(match self.talk.challenge().await? {
            Ok(text) => sasl::Answer::Challenge(text),
            Err((verb, answer)) => match answer.check(ErrorKind::Login, &verb) {
                Err(error) => sasl::Answer::Refused(error),
                Ok(answer) => {
                    self.code = answer.code;
                    sasl::Answer::Done(None)
                }
            },
        })
    }
}

impl Carrier for ByAuthenticate<'_> {
    async fn begin(&mut self, name: Mechanism, initial: Option<&str>) -> Result<sasl::Answer> {
        let line = command(&format!("AUTHENTICATE {name}"))?;
        let line = match initial {
            Some(initial) => line.words(initial).map_err(unsayable)?,
            None => line,
        };
        self.talk.begin(&line).await?;
        self.judge().await
    }

    async fn respond(&mut self, line: &str) -> Result<sasl::Answer> {
        self.talk.line.write_line_as(line.as_bytes(), b"[masked]").await?;
        self.judge().await
    }
}

pub(super) fn command(words: &str) -> Result<Command> {
    Command::new(words).map_err(unsayable)
}

impl Keep for Connection {
    fn is_quiet(&mut self) -> bool {
        self.talk.is_quiet()
    }
}

impl Session for Connection {
    type Options = Options;

    const SCHEMES: &'static [&'static str] = &["imap", "imaps"];
    const STYLE: ReplyStyle = ReplyStyle::Pop3;

    fn of(opener: &Opener) -> (&Options, &OnceLock<Pool<Self>>) {
        (&opener.imap, &opener.kept.imap)
    }

    fn sasl(options: &Options) -> &sasl::Options {
        &options.sasl
    }

    async fn greet(dialogue: Dialogue, options: &Options, _: String) -> Result<Self> {
        let mut talk = Talk::over(dialogue)?;
        let security = options.security;
        let first = talk.next().await?;
        let Response::Status { tag: None, condition, text: greeting, .. } = first else {
            return Err(weird("it is no greeting").on("CONNECT"));
        };
        let (capabilities, selected) = (None, None);
        let is_known = condition == Condition::Preauth;
        let this = Self { talk, greeting, is_known, capabilities, selected };
        if !is_known && condition != Condition::Ok {
            let (code, text) = (None, this.greeting.clone());
            let sent_away = Answer { condition: Condition::No, code, text, responses: Vec::new() };
            sent_away.check(ErrorKind::Refused, "CONNECT")?;
        }
        if security != Security::Off && !this.is_private() {
            this.start_tls(security).await
        } else {
            Ok(this)
        }
    }

    async fn mechanisms(&mut self) -> Result<Mechanisms> {
        match self.is_known {
            true => Ok(Mechanisms::default()),
            false => Ok(self.capabilities().await?.sasl.clone()),
        }
    }

    async fn log_in(&mut self, login: Option<&Login>, options: &sasl::Options) -> Result<()> {
        match self.is_known {
            true => Ok(()),
            false => self.login_by(login, options).await,
        }
    }

    async fn leave(self) -> Result<()> {
        self.logout().await
    }

    fn parts(&mut self) -> (&mut LineStream, &mut Link) {
        (&mut self.talk.line, &mut self.talk.link)
    }
}

//! How a session comes about: greeting, TLS, login.

use landline_wire::imap::{Capabilities, Command, Condition, Response};
use landline_wire::sasl::Mechanism;

use super::Options;
use super::talk::{Answer, Talk, unsayable, weird};
use crate::dialogue::{Link, Security, Talks, no_tls};
use crate::line::aio::LineStream;
use crate::login::Login;
use crate::net::pace::Deadline;
use crate::net::{Call, DialTimes, Dialer, NetOptions, Stream, Target};
use crate::observe::Observer;
use crate::open::Visit;
use crate::open::aio::Opener;
use crate::pool::Keep;
use crate::sasl::{self, Carrier};
use crate::{Error, ErrorKind, Phase, Result, Timeouts};

const PORT: u16 = 143;

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
        let target = Target::parse("imap", host_port, PORT)?;
        let (dialer, observer) = (Dialer::new(NetOptions::default()), Observer::default());
        let call = Call::new(Timeouts::default(), &observer);
        Ok(Self::open(&dialer, target, &Options::default(), &call).await?.0)
    }

    /// Connects to the server of an `imap` or `imaps` URL as `opener` does, and logs in where either
    /// knows who.
    ///
    /// # Errors
    /// As for [`connect`](Self::connect) and [`login_by`](Self::login_by);
    /// [`TlsUnavailable`](ErrorKind::TlsUnavailable) when TLS is required and not to be had.
    pub async fn with(opener: &Opener, url: &str) -> Result<Self> {
        let visit = opener.visit_of(url, &["imap", "imaps"])?;
        Self::visit(&visit, opener.imap_options()).await
    }

    /// Connects to the server of the URL, and logs in where somebody is named who could.
    pub(super) async fn visit(visit: &Visit, options: &Options) -> Result<Self> {
        let call = Call::new(visit.timeouts, &visit.observer);
        let (mut this, times) = Self::open(&visit.dialer, target(visit)?, options, &call).await?;
        visit.meet(this.stream().peer().clone(), times);
        let has_certificate = visit.dialer.options().tls.identity.is_some();
        let is_named = visit.login.is_some() || options.sasl.bearer.is_some() || has_certificate;
        if is_named && !this.is_known {
            this.login_by(visit.login.as_ref(), &options.sasl).await?;
        }
        Ok(this)
    }

    /// Connects, reads the greeting and begins TLS where that was asked for, all within the connect
    /// deadline.
    async fn open(
        dialer: &Dialer,
        target: Target,
        options: &Options,
        call: &Call<'_>,
    ) -> Result<(Self, DialTimes)> {
        let limit = call.connect_limit();
        let host = target.host.clone();
        let (talk, times) = Talk::open(dialer, target, call).await?;
        let greeted = Self::greet(talk, options.security);
        let this = Deadline::bound(limit, Phase::AwaitingReply, &host, greeted).await?;
        Ok((this, times))
    }

    async fn greet(mut talk: Talk, security: Security) -> Result<Self> {
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

    /// Asks what the server can do (`CAPABILITY`); once before the login and once after it.
    ///
    /// # Errors
    /// [`Refused`](ErrorKind::Refused); when the server goes away.
    pub async fn capabilities(&mut self) -> Result<&Capabilities> {
        if self.capabilities.is_none() {
            let mut found = None;
            let each = |response: Response| {
                found = Capabilities::from_response(&response).or(found.take());
                Ok(())
            };
            self.talk.must(&command("CAPABILITY")?, each).await?;
            self.capabilities = found;
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
        let allowed = options.only.as_ref().map_or_else(|| names.clone(), |it| names.both(it));
        let is_bound_to_sasl = options.only.is_some() || options.bearer.is_some();
        if !options.never && (allowed.best(&identity).is_some() || is_bound_to_sasl) {
            let begins = options.initial_response || offered.sasl_ir;
            let mut carrier = ByAuthenticate { talk: &mut self.talk, code: None };
            sasl::authenticate(&mut carrier, names, identity, &options, begins).await?;
            let code = carrier.code;
            self.learn(code);
            return Ok(());
        }
        let unfit = |what: &'static str| Error::new(ErrorKind::Login, Phase::Preparing, what);
        let login =
            login.ok_or_else(|| unfit("the server asks who we are, and no login was given"))?;
        if offered.login_disabled {
            return Err(unfit("the server takes no password here (LOGINDISABLED); TLS may help"));
        }
        let line = command("LOGIN")?.text(&login.user).map_err(unsayable)?;
        let line = line.text(&login.password).map_err(unsayable)?;
        self.talk.begin(&line, true).await?;
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
        self.talk.begin(&line, initial.is_some()).await?;
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

impl Talks for Connection {
    fn parts(&mut self) -> (&mut LineStream, &mut Link) {
        (&mut self.talk.line, &mut self.talk.link)
    }
}

pub(super) fn target(visit: &Visit) -> Result<Target> {
    let tls = visit.scheme() == "imaps";
    Target::of(&visit.location, if tls { 993 } else { PORT }, tls)
}

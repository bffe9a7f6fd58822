//! Logins by SASL (RFC 4422), the same for SMTP, POP3, IMAP and NNTP.
//!
//! | mechanism | needs |
//! |---|---|
//! | `EXTERNAL` | a client certificate, or its name in [`Options::only`]; no password |
//! | `OAUTHBEARER`, `XOAUTH2` | [`Options::bearer`] |
//! | `SCRAM-SHA-256-PLUS`, `SCRAM-SHA-1-PLUS` | a password, and TLS 1.3 to be bound to |
//! | `SCRAM-SHA-256`, `SCRAM-SHA-1`, `DIGEST-MD5`, `CRAM-MD5`, `PLAIN`, `LOGIN` | a password |
//! | `ANONYMOUS` | no user and no password |
//!
//! The strongest that the server offers and [`Options::only`] allows is taken, in the order of the
//! table. SCRAM and DIGEST-MD5 have the server prove that it knows the password too; one that does
//! not is an error, [`ErrorKind::Login`]. What is said goes into no log, no error and no `Debug`.
//!
//! A URL logs in where a user or a token is known, or one of the last and first of the table is asked for
//! by name. A client certificate alone does where the server offers `EXTERNAL`; where it does not, TLS
//! may be all that it was for.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use landline_wire::sasl::{Exchange, Identity};
pub use landline_wire::sasl::{Mechanism, Mechanisms};

use crate::dialogue::Link;
use crate::login::Login;
use crate::net::{Stream, without_zone};
use crate::{Error, ErrorKind, Phase, Result, random};

/// How to log in.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// The mechanisms to choose from; any unless given.
    pub only: Option<Mechanisms>,
    /// An OAuth 2.0 bearer token, to be told in place of a password.
    pub bearer: Option<String>,
    /// The identity to act as, where it is not the user's own (`authzid`).
    pub act_as: String,
    /// No SASL: the protocol's own way to log in (`USER` and `PASS`, `APOP`, `LOGIN`).
    pub never: bool,
    /// POP3's own way: by `APOP` and no other, or by `USER` and `PASS` alone; as the server's greeting
    /// suggests unless given.
    pub apop: Option<bool>,
    /// Say with the command what we would say first (RFC 4954 section 4 and others), which spares a
    /// round trip, and some servers do not take it. IMAP and NNTP tell whether they do.
    pub initial_response: bool,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("only", &self.only)
            .field("bearer", &self.bearer.as_ref().map(|_| "[masked]"))
            .field("act_as", &self.act_as)
            .field("never", &self.never)
            .field("apop", &self.apop)
            .field("initial_response", &self.initial_response)
            .finish()
    }
}

impl Options {
    /// Takes in what stands behind `AUTH=` of a URL or a command line (RFC 5092 section 3.2, RFC 2384
    /// section 4): a mechanism, `*` for any, `+LOGIN` or `+USER` for the protocol's own login, `+APOP` for
    /// POP3's that does not tell the password.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for a name that is not known here.
    pub fn allow(&mut self, name: &str) -> Result<()> {
        match (&*name.to_ascii_uppercase(), Mechanism::named(name)) {
            ("*", _) => (self.only, self.never, self.apop) = (None, false, None),
            ("+LOGIN" | "+USER", _) => (self.never, self.apop) = (true, Some(false)),
            ("+APOP", _) => (self.never, self.apop) = (true, Some(true)),
            (_, Some(mechanism)) => self.only.get_or_insert_default().push(mechanism),
            (unknown, None) => {
                let what = format!("there is no way to log in that is called {unknown} here");
                return Err(Error::usage(what));
            }
        }
        Ok(())
    }

    /// The login without the options that stand behind it (`user;AUTH=PLAIN`), and these options with
    /// that taken in.
    pub(crate) fn of(&self, login: Option<&Login>) -> Result<(Option<Login>, Self)> {
        let (Some(login), mut options) = (login, self.clone()) else {
            return Ok((None, self.clone()));
        };
        let mut parts = login.user.split(|&byte| byte == b';');
        let user = parts.next().unwrap_or_default();
        for part in parts {
            let part = String::from_utf8_lossy(part);
            match part.split_once('=') {
                Some((name, value)) if name.eq_ignore_ascii_case("auth") => {
                    options.allow(value).map_err(of_url)?;
                }
                // It is a part of the name.
                _ => return Ok((Some(login.clone()), self.clone())),
            }
        }
        Ok((Some(Login::new(user, login.password.clone())), options))
    }

    /// Those of the mechanisms on offer that may be taken.
    fn allowed(&self, offered: &Mechanisms) -> Mechanisms {
        match &self.only {
            _ if self.never => Mechanisms::default(),
            Some(only) => offered.both(only),
            None => offered.clone(),
        }
    }

    /// Whether to log in by SASL, where the protocol has a way of its own too.
    pub(crate) fn is_wanted(&self, offered: &Mechanisms, identity: &Identity) -> bool {
        let is_bound_to = self.only.is_some() || self.bearer.is_some();
        !self.never && (is_bound_to || self.allowed(offered).best(identity).is_some())
    }

    /// Whether a mechanism is asked for that needs nobody's name.
    pub(crate) fn needs_no_name(&self) -> bool {
        let is_named = |one| self.only.as_ref().is_some_and(|only| only.contains(one));
        is_named(Mechanism::External) || is_named(Mechanism::Anonymous)
    }

    /// Whether a client certificate alone will do: the server has to ask for it.
    pub(crate) fn takes_certificate(&self, offered: &Mechanisms) -> bool {
        self.allowed(offered).contains(Mechanism::External)
    }

    /// What a login looks like to the mechanisms.
    pub(crate) fn identity(
        &self,
        login: Option<&Login>,
        service: &str,
        link: &Link,
        stream: &Stream,
    ) -> Identity {
        let mut identity = Identity::default();
        if let Some(login) = login {
            identity.user.clone_from(&login.user);
            identity.password = self.bearer.is_none().then(|| login.password.clone());
        }
        identity.token.clone_from(&self.bearer);
        identity.act_as = self.act_as.clone().into_bytes();
        let only = self.only.as_ref();
        identity.is_known = link.shows_certificate(stream)
            || only.is_some_and(|only| only.contains(Mechanism::External));
        identity.binding = stream.channel_binding();
        identity.service = service.to_owned();
        identity.host = without_zone(&link.host).to_owned();
        identity.port = link.target.port;
        identity
    }
}

/// What stands in the user's name of a URL is the URL's.
fn of_url(error: Error) -> Error {
    Error::new(ErrorKind::Url, Phase::Preparing, "the URL's login is of no use").because(error)
}

/// How a protocol carries an exchange.
pub(crate) trait Carrier {
    /// Sends the command that begins it, with what we say first, in base64, where that may go along.
    async fn begin(&mut self, mechanism: Mechanism, initial: Option<&str>) -> Result<Answer>;

    /// Whether the command that begins it has room for what we say first.
    fn has_room(&self, _: Mechanism, _: &str) -> bool {
        true
    }

    /// Sends a line of it, in base64, or `*` to cancel.
    async fn respond(&mut self, line: &str) -> Result<Answer>;
}

/// What the server says to a step.
pub(crate) enum Answer {
    /// It goes on: a challenge in base64.
    Challenge(String),
    /// All is well; with more to judge that by, in base64, where the protocol has room for it.
    Done(Option<String>),
    /// It refuses.
    Refused(Error),
}

/// Runs an exchange to its end.
///
/// # Errors
/// [`ErrorKind::Login`] when no mechanism fits, when the server refuses, and when it does not prove
/// itself where the mechanism has it do so.
pub(crate) async fn authenticate(
    carrier: &mut impl Carrier,
    offered: &Mechanisms,
    mut identity: Identity,
    options: &Options,
    sends_initial: bool,
) -> Result<()> {
    let Some(mechanism) = options.allowed(offered).best(&identity) else {
        return Err(no_mechanism(offered));
    };
    if offered.has_bound() && !mechanism.is_bound() {
        // To say that we could bind would say that the server cannot.
        identity.binding = None;
    }
    let mut exchange = Exchange::new(mechanism, identity, &random::nonce()?);
    exchange.check().map_err(|error| Error::usage("the login cannot be said").because(error))?;
    let mut initial = exchange.initial();
    let first = initial.as_ref().filter(|_| sends_initial).map(|first| match first.is_empty() {
        true => "=".to_owned(),
        false => BASE64.encode(first),
    });
    // What is too long for that command is said to the server's first challenge.
    let first = first.filter(|first| carrier.has_room(mechanism, first));
    initial.take_if(|_| first.is_some());
    let mut answer = carrier.begin(mechanism, first.as_deref()).await?;
    loop {
        let challenge = match answer {
            Answer::Challenge(challenge) => challenge,
            Answer::Done(data) => return finish(&mut exchange, data),
            Answer::Refused(error) => return Err(explained(error, &exchange)),
        };
        let said = match (BASE64.decode(challenge.trim()), initial.take()) {
            (Ok(_), Some(first)) => Ok(first),
            (Ok(challenge), None) => exchange.answer(&challenge).map_err(failed),
            (Err(error), _) => Err(failed(error)),
        };
        answer = match said {
            Ok(said) => carrier.respond(&BASE64.encode(said)).await?,
            Err(error) => {
                // The server's word on that changes nothing.
                carrier.respond("*").await?;
                return Err(error);
            }
        };
    }
}

fn finish(exchange: &mut Exchange, data: Option<String>) -> Result<()> {
    let data = data.map(|data| BASE64.decode(data.trim())).transpose().map_err(failed)?;
    exchange.finish(data.as_deref()).map_err(failed)
}

fn failed(cause: impl std::error::Error + Send + Sync + 'static) -> Error {
    let what = "the login did not come to a good end";
    Error::new(ErrorKind::Login, Phase::AwaitingReply, what).because(cause)
}

/// The refusal, with what the server has said in its last challenge.
fn explained(error: Error, exchange: &Exchange) -> Error {
    match exchange.refusal() {
        Some(told) => {
            let what = format!("the server refused the token ({told})");
            Error::new(ErrorKind::Login, Phase::AwaitingReply, what).because(error)
        }
        None => error,
    }
}

/// Somebody has to be named where a protocol's own way to log in is taken.
pub(crate) fn needed(login: Option<&Login>) -> Result<&Login> {
    let what = "the server asks who we are, and no login was given";
    login.ok_or_else(|| Error::new(ErrorKind::Login, Phase::Preparing, what))
}

fn no_mechanism(offered: &Mechanisms) -> Error {
    let names: Vec<_> = offered.iter().map(Mechanism::name).collect();
    let what = match names.is_empty() {
        true => "the server offers no way to log in that is known here".to_owned(),
        false => format!("none of the server's ways to log in will do: {}", names.join(" ")),
    };
    Error::new(ErrorKind::Login, Phase::AwaitingReply, what)
}

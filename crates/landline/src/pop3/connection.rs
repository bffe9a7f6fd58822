//! The dialogue, command by command.

use std::sync::OnceLock;

use landline_wire::pop3::{Capabilities, apop, parse_listed, parse_unique_id, timestamp};
use landline_wire::reply::{Reply, ReplyStyle, Status};
use landline_wire::sasl::Mechanisms;

use super::Options;
use crate::dialogue::{
    self, Dialogue, Link, Most, Pool, Records, SaslCarrier, SaslWords, Security, Session, cut_off,
    refused, weird,
};
use crate::line::aio::{DotReader, LineStream};
use crate::login::Login;
use crate::net::Stream;
use crate::open::aio::Opener;
use crate::pool::Keep;
use crate::{Error, ErrorKind, Phase, Result, sasl};

/// Of messages, whose names may have 70 bytes.
const MESSAGES: Most = Most { lines: 1_000_000, bytes: 32 << 20 };

/// RFC 5034 section 4; RFC 2449 section 4 has the length of lines.
static WORDS: SaslWords = SaslWords {
    command: "AUTH",
    max_line_bytes: 255,
    challenge: Status::Continue,
    done: Status::Ok,
    done_with_data: None,
    nothing: "",
};

/// A session with a mailbox.
///
/// See [the blocking twin](crate::pop3::Connection) for the whole documentation.
#[derive(Debug)]
pub struct Connection {
    dialogue: Dialogue,
    greeting: String,
    capabilities: Option<Capabilities>,
}

impl Connection {
    /// Connects to `host:port`, or to `host` at port 110, and reads the greeting.
    ///
    /// # Errors
    /// As for any connection; [`Refused`](ErrorKind::Refused) when the server sends us away.
    pub async fn connect(host_port: &str) -> Result<Self> {
        dialogue::connect(host_port).await
    }

    /// Connects to the server of a `pop3` or `pop3s` URL as `opener` does, and logs in where either
    /// knows who.
    ///
    /// # Errors
    /// As for [`connect`](Self::connect) and [`login_by`](Self::login_by);
    /// [`TlsUnavailable`](ErrorKind::TlsUnavailable) when TLS is required and not to be had.
    pub async fn with(opener: &Opener, url: &str) -> Result<Self> {
        dialogue::connect_with(opener, url).await
    }

    /// What the server said when we came; nothing once TLS has begun behind it.
    pub fn greeting(&self) -> &str {
        &self.greeting
    }

    /// The stream underneath.
    pub fn stream(&self) -> &Stream {
        self.dialogue.line.stream()
    }

    /// Asks what the server can do (`CAPA`, RFC 2449); once. One that knows no `CAPA` can nothing.
    ///
    /// # Errors
    /// When the server goes away, or has more to say than can be.
    pub async fn capabilities(&mut self) -> Result<&Capabilities> {
        if self.capabilities.is_none() {
            let mut capabilities = Capabilities::default();
            if self.dialogue.command("CAPA").await?.is_success() {
                let lines = self.lines(Most::CAPABILITIES, |line| Some(line.to_owned())).await;
                let lines = lines.map_err(|error| cut_off(error, "CAPA"))?;
                lines.iter().for_each(|line| capabilities.push_line(line));
            }
            self.capabilities = Some(capabilities);
        }
        Ok(self.capabilities.get_or_insert_default())
    }

    /// Logs in: by `AUTH` where the server offers it, by `APOP` where its greeting does, else by
    /// `USER` and `PASS`.
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
        let offered = self.capabilities().await?.sasl.clone();
        let (login, options) = options.of(login)?;
        let (login, options) = (login.as_ref(), &options);
        let identity = options.identity(login, "pop", &self.dialogue.link, self.stream());
        if options.is_wanted(&offered, &identity) {
            let mut carrier = SaslCarrier { dialogue: &mut self.dialogue, words: &WORDS };
            let begins = options.initial_response;
            return sasl::authenticate(&mut carrier, &offered, identity, options, begins).await;
        }
        let login = sasl::needed(login)?;
        match timestamp(&self.greeting).filter(|_| options.apop != Some(false)) {
            None if options.apop == Some(true) => {
                let what = "the server does not offer APOP, and no other login will do";
                Err(Error::new(ErrorKind::Login, Phase::AwaitingReply, what))
            }
            Some(timestamp) => {
                let proof = apop(timestamp, &login.password);
                let line = [b"APOP ", &*login.user, b" ", proof.as_bytes()].concat();
                let_in("APOP", &self.dialogue.command(line).await?)
            }
            None => {
                let reply = self.dialogue.command([b"USER ", &*login.user].concat()).await?;
                let_in("USER", &reply)?;
                let line = [b"PASS ", &*login.password].concat();
                let_in("PASS", &self.dialogue.command(line).await?)
            }
        }
    }

    /// How many messages there are, and how many bytes they have in all (`STAT`).
    ///
    /// # Errors
    /// [`Refused`](ErrorKind::Refused); [`Protocol`](ErrorKind::Protocol) for an answer without
    /// numbers.
    pub async fn stat(&mut self) -> Result<(u64, u64)> {
        let reply = self.dialogue.must("STAT", ErrorKind::Refused).await?;
        parse_listed(reply.first_line()).ok_or_else(|| weird("STAT", &reply))
    }

    /// The messages: their numbers and how many bytes each has (`LIST`).
    ///
    /// # Errors
    /// As for [`stat`](Self::stat).
    pub async fn list(&mut self) -> Result<Vec<(u64, u64)>> {
        self.dialogue.must("LIST", ErrorKind::Refused).await?;
        self.lines(MESSAGES, parse_listed).await
    }

    /// How many bytes one message has (`LIST n`).
    ///
    /// # Errors
    /// As for [`stat`](Self::stat).
    pub async fn size(&mut self, message: u64) -> Result<u64> {
        let reply = self.dialogue.must(format!("LIST {message}"), ErrorKind::Refused).await?;
        let listed = parse_listed(reply.first_line()).filter(|(number, _)| *number == message);
        listed.map(|(_, bytes)| bytes).ok_or_else(|| weird("LIST", &reply))
    }

    /// The messages: their numbers and the names that they keep for ever (`UIDL`).
    ///
    /// # Errors
    /// As for [`stat`](Self::stat).
    pub async fn unique_ids(&mut self) -> Result<Vec<(u64, String)>> {
        self.dialogue.must("UIDL", ErrorKind::Refused).await?;
        let owned = |line: &str| parse_unique_id(line).map(|(number, id)| (number, id.to_owned()));
        self.lines(MESSAGES, owned).await
    }

    /// Reads a message (`RETR`). The next command can be given when it is read to its end.
    ///
    /// # Errors
    /// [`Refused`](ErrorKind::Refused) when there is none of this number.
    pub async fn retrieve(&mut self, message: u64) -> Result<DotReader<'_>> {
        self.text(format!("RETR {message}")).await
    }

    /// Reads the header block of a message and the first lines behind it (`TOP`).
    ///
    /// # Errors
    /// As for [`retrieve`](Self::retrieve).
    pub async fn top(&mut self, message: u64, lines: u64) -> Result<DotReader<'_>> {
        self.text(format!("TOP {message} {lines}")).await
    }

    /// Sends a command that is answered by a text.
    ///
    /// # Errors
    /// [`Refused`](ErrorKind::Refused).
    pub async fn text(&mut self, line: impl AsRef<[u8]>) -> Result<DotReader<'_>> {
        self.dialogue.must(line, ErrorKind::Refused).await?;
        Ok(self.dialogue.line.dot_reader())
    }

    /// Marks a message to be deleted when the session ends by [`quit`](Self::quit) (`DELE`).
    ///
    /// # Errors
    /// [`Refused`](ErrorKind::Refused).
    pub async fn delete(&mut self, message: u64) -> Result<()> {
        self.dialogue.must(format!("DELE {message}"), ErrorKind::Refused).await.map(drop)
    }

    /// Takes all marks away (`RSET`).
    ///
    /// # Errors
    /// [`Refused`](ErrorKind::Refused).
    pub async fn reset(&mut self) -> Result<()> {
        self.dialogue.must("RSET", ErrorKind::Refused).await.map(drop)
    }

    /// Does nothing, but keeps the session alive (`NOOP`).
    ///
    /// # Errors
    /// [`Refused`](ErrorKind::Refused).
    pub async fn noop(&mut self) -> Result<()> {
        self.dialogue.must("NOOP", ErrorKind::Refused).await.map(drop)
    }

    /// Sends one command that is answered by a line, and gives the reply, whatever it says.
    ///
    /// # Errors
    /// [`Usage`](ErrorKind::Usage) when the line holds CR, LF or NUL; [`Io`](ErrorKind::Io) when
    /// the server goes away.
    pub async fn command(&mut self, line: impl AsRef<[u8]>) -> Result<Reply> {
        self.dialogue.command(line).await
    }

    /// Takes leave, and has the server delete what is marked (`QUIT`).
    ///
    /// # Errors
    /// [`Refused`](ErrorKind::Refused) when it could not: some of it may still be there.
    pub async fn quit(mut self) -> Result<()> {
        self.dialogue.must("QUIT", ErrorKind::Refused).await.map(drop)
    }

    /// Reads a text of lines, each of which has to say something.
    async fn lines<T>(
        &mut self,
        most: Most,
        mut read: impl FnMut(&str) -> Option<T> + Send + 'static,
    ) -> Result<Vec<T>> {
        let reader = self.dialogue.line.dot_reader();
        let records = Records::new(reader, move |line| read(&String::from_utf8_lossy(line)));
        records.collect(most).await
    }
}

fn let_in(verb: &str, reply: &Reply) -> Result<()> {
    if reply.is_success() { Ok(()) } else { Err(refused(ErrorKind::Login, verb, reply)) }
}

impl Keep for Connection {
    fn is_quiet(&mut self) -> bool {
        self.dialogue.is_quiet()
    }
}

impl Session for Connection {
    type Options = Options;

    const SCHEMES: &'static [&'static str] = &["pop3", "pop3s"];
    const STYLE: ReplyStyle = ReplyStyle::Pop3;

    fn of(opener: &Opener) -> (&Options, &OnceLock<Pool<Self>>) {
        (&opener.pop3, &opener.kept.pop3)
    }

    fn sasl(options: &Options) -> &sasl::Options {
        &options.sasl
    }

    async fn greet(mut dialogue: Dialogue, options: &Options, _: String) -> Result<Self> {
        let greeting = dialogue.greeting().await?;
        if !greeting.is_success() {
            return Err(refused(ErrorKind::Refused, "CONNECT", &greeting));
        }
        let greeting = greeting.text();
        let mut this = Self { dialogue, greeting, capabilities: None };
        if options.security == Security::Off || this.dialogue.is_private() {
            return Ok(this);
        }
        let offered = this.capabilities().await?.stls;
        this.dialogue =
            this.dialogue.start_tls(options.security, offered, "STLS", Status::Ok).await?;
        if this.dialogue.is_private() {
            // What was said in the clear may have been said by anybody.
            this.capabilities = None;
            this.greeting.clear();
        }
        Ok(this)
    }

    async fn mechanisms(&mut self) -> Result<Mechanisms> {
        Ok(self.capabilities().await?.sasl.clone())
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

//! Commands and replies over one connection: what SMTP, POP3 and NNTP have in common, and how any
//! connection that begins in the clear comes to go on under TLS.

mod block;
mod blocking;
mod kept;
mod records;
mod reply;
mod secret;
mod session;

use landline_wire::line::LineEnding;
use landline_wire::reply::{Reply, ReplyStyle, Status};
use landline_wire::sasl::Mechanism;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::line::aio::LineStream;
use crate::net::pace::Deadline;
use crate::net::{Call, DialTimes, Dialer, Stream, Target};
use crate::observe::{Event, Observer};
use crate::pool::Keep;
use crate::sasl::{Answer, Carrier};
use crate::upload::Upload;
use crate::{Error, ErrorKind, Phase, Result, Timeouts};
pub(crate) use block::{Ahead, OwnedBlock, read_header_block, skip_header_block};
pub(crate) use blocking::{reading, session};
pub(crate) use kept::{Errand, Home, Pool};
pub(crate) use records::Most;
pub use records::Records;
pub(crate) use reply::{refused, verb, weird, with_reply};
pub(crate) use secret::{masked, say};
pub(crate) use session::{Session, connect, connect_with};

/// Whether a connection that begins in the clear goes on under TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Security {
    /// It stays in the clear.
    #[default]
    Off,
    /// It does where the server agrees. Whoever sits in between can make it look as if not.
    Tried,
    /// It does, or nothing is sent: [`TlsUnavailable`](crate::ErrorKind::TlsUnavailable).
    Required,
}

/// How a connection came about, for TLS on it and for further ones to the same server.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) dialer: Dialer,
    pub(crate) host: String,
    pub(crate) target: Target,
    pub(crate) timeouts: Timeouts,
    pub(crate) total: Option<Deadline>,
    pub(crate) observer: Observer,
    /// It was kept from another visit, and nothing but a goodbye has been answered since.
    pub(crate) is_untried: bool,
}

impl Link {
    pub(crate) fn new(dialer: Dialer, target: Target, call: &Call<'_>) -> Self {
        Self {
            dialer,
            host: target.host.clone(),
            target,
            timeouts: call.timeouts,
            total: call.total,
            observer: call.observer.clone(),
            is_untried: false,
        }
    }

    /// Whether a certificate of ours has told the server who we are, if it asked for that.
    pub(crate) fn shows_certificate(&self, stream: &Stream) -> bool {
        self.dialer.options().tls.identity.is_some() && stream.tls().is_some()
    }

    pub(crate) fn call(&self) -> Call<'_> {
        Call { total: self.total, ..Call::new(self.timeouts, &self.observer) }
    }
}

/// A connection in a protocol of commands and replies.
///
/// Replies bear no mark of the command they belong to. So one that was given up while its reply was
/// awaited is the last: nothing more is said on such a connection.
#[derive(Debug)]
pub(crate) struct Dialogue {
    pub(crate) line: LineStream,
    pub(crate) link: Link,
    style: ReplyStyle,
    /// Commands sent whose replies have not been read.
    owed: usize,
}

impl Dialogue {
    /// Connects. The greeting is read by [`greeting`](Self::greeting).
    pub(crate) async fn open(
        dialer: &Dialer,
        target: Target,
        style: ReplyStyle,
        call: &Call<'_>,
    ) -> Result<(Self, DialTimes)> {
        let (stream, times) = dialer.dial(&target, &[], call).await?;
        let line = LineStream::new(stream).with_ending(LineEnding::Lenient);
        let line = line.with_observer(call.observer.clone());
        let link = Link::new(dialer.clone(), target, call);
        Ok((Self { line, link, style, owed: 1 }, times))
    }

    /// What the server says when we come, whatever it is.
    pub(crate) async fn greeting(&mut self) -> Result<Reply> {
        self.reply("the greeting").await
    }

    /// Sends one command and gives its reply, whatever it says. Of one that carries a secret logs show what
    /// stands in front of it.
    pub(crate) async fn command(&mut self, line: impl AsRef<[u8]>) -> Result<Reply> {
        let line = line.as_ref();
        self.check_nothing_is_owed()?;
        self.send(line).await?;
        self.reply(&verb(line)).await
    }

    /// Sends one command that has to succeed.
    pub(crate) async fn must(&mut self, line: impl AsRef<[u8]>, kind: ErrorKind) -> Result<Reply> {
        let reply = self.command(line.as_ref()).await?;
        match reply.is_success() {
            true => Ok(reply),
            false => Err(refused(kind, line, &reply)),
        }
    }

    /// Sends a line of a login, of which no log shows anything, and gives the reply.
    async fn respond(&mut self, line: &str) -> Result<Reply> {
        self.check_nothing_is_owed()?;
        self.owed += 1;
        self.line
            .write_line_as(line.as_bytes(), b"[masked]")
            .await
            .inspect_err(|error| self.owed -= usize::from(is_unsaid(error)))?;
        self.reply("the next step of the login").await
    }

    /// Sends one command, whose reply is to be read by [`reply`](Self::reply): several may be under
    /// way (pipelining).
    pub(crate) async fn send(&mut self, line: &[u8]) -> Result<()> {
        self.owed += 1;
        say(&mut self.line, line)
            .await
            .inspect_err(|error| self.owed -= usize::from(is_unsaid(error)))
    }

    /// Sends several commands at once, whose replies are to be read one by one.
    pub(crate) async fn send_all(&mut self, lines: &[String]) -> Result<()> {
        self.owed += lines.len();
        let sent = self.line.write_lines(lines).await;
        sent.inspect_err(|error| self.owed -= if is_unsaid(error) { lines.len() } else { 0 })
    }

    /// Sends a text, its line ends made whole and its dots doubled, and the lone dot behind it
    /// (RFC 5321 section 4.5.2). It counts when the reply to it is there.
    pub(crate) async fn send_text(&mut self, upload: Upload, verb: &str) -> Result<Reply> {
        const PIECE_BYTES: usize = 64 << 10;
        // The server waits for a text from here on, whatever becomes of it.
        self.owed += 1;
        let mut source = upload.into_reader()?;
        let mut piece = vec![0; PIECE_BYTES];
        self.line.stream_mut().enter(Phase::Sending);
        let mut writer = self.line.dot_writer();
        loop {
            // What fails here has left the text open: the server keeps nothing of it.
            let count = source.read(&mut piece).await.map_err(Error::from)?;
            if count == 0 {
                break;
            }
            if let Err(error) = writer.write_all(&piece[..count]).await {
                let error = Error::from_io(error, Phase::Sending);
                return self.parting_words(verb, error).await;
            }
            self.link.observer.tell(&Event::BodySent(&piece[..count]));
        }
        if let Err(error) = writer.finish().await {
            return self.parting_words(verb, error).await;
        }
        self.last_word(verb).await
    }

    /// Sends one command with bytes behind it (RFC 3030 section 2), and gives its reply; `is_last` when
    /// with them all of a text was sent.
    pub(crate) async fn command_with(
        &mut self,
        line: &[u8],
        bytes: &[u8],
        is_last: bool,
    ) -> Result<Reply> {
        self.check_nothing_is_owed()?;
        self.send(line).await?;
        let verb = verb(line);
        self.line.stream_mut().enter(Phase::Sending);
        if let Err(error) = self.line.write_all(bytes).await {
            let error = Error::from_io(error, Phase::Sending);
            return self.parting_words(&verb, error).await;
        }
        self.link.observer.tell(&Event::BodySent(bytes));
        match is_last {
            true => self.last_word(&verb).await,
            false => self.reply(&verb).await,
        }
    }

    /// The refusal of a server that has hung up before it was told everything.
    async fn parting_words(&mut self, verb: &str, error: Error) -> Result<Reply> {
        if !error.is_of_peer_gone() {
            return Err(error);
        }
        self.reply(verb).await.ok().filter(|reply| !reply.is_success()).ok_or(error)
    }

    /// The reply without which nobody knows what has become of a text.
    async fn last_word(&mut self, verb: &str) -> Result<Reply> {
        self.reply(verb).await.map_err(|error| Error::of_lost_word(error, LOST_WORD))
    }

    /// The reply to the oldest command that has none; `verb` is for errors.
    pub(crate) async fn reply(&mut self, verb: &str) -> Result<Reply> {
        self.line.stream_mut().enter(Phase::AwaitingReply);
        let reply = self.line.read_reply(self.style).await;
        let reply = reply.map_err(|error| cut_off(error, verb))?;
        if reply.lines().iter().any(|line| line.contains('\0')) {
            let what = "the server's reply holds NUL";
            return Err(Error::new(ErrorKind::Protocol, Phase::AwaitingReply, what));
        }
        self.owed = self.owed.saturating_sub(1);
        self.link.is_untried &= kept::is_goodbye(reply.code());
        Ok(reply)
    }

    /// As many replies more will come, before anything else.
    pub(crate) fn owe(&mut self, replies: usize) {
        self.owed += replies;
    }

    fn check_nothing_is_owed(&self) -> Result<()> {
        if self.line.is_inside_block() {
            return Err(Error::usage("the text before was not read to its end"));
        }
        if self.owed == 0 {
            return Ok(());
        }
        Err(Error::usage("a command before was given up: its reply would be taken for this one's"))
    }

    /// Begins TLS, as `security` says, where it has not begun. `offered` is whether the server has
    /// said that it can; `command` asks for it, and `go_ahead` alone agrees. Whatever was learned before
    /// is to be asked again.
    ///
    /// # Errors
    /// [`TlsUnavailable`](ErrorKind::TlsUnavailable) when it is required and not to be had;
    /// [`Protocol`](ErrorKind::Protocol) for an answer that was there before the question.
    pub(crate) async fn start_tls(
        mut self,
        security: Security,
        offered: bool,
        command: &'static str,
        go_ahead: Status,
    ) -> Result<Self> {
        if security == Security::Off || self.link.target.tls {
            return Ok(self);
        }
        let refusal = match offered {
            false => None,
            true => match self.ask_for_tls(command).await? {
                reply if reply.status == go_ahead => {
                    let Self { line, link, style, owed } = self;
                    let line = line.secure(&link.dialer, &link.host).await?;
                    return Ok(Self { line, link, style, owed });
                }
                reply => Some(reply),
            },
        };
        let why =
            refusal.as_ref().map_or_else(String::new, |reply| format!(" ({command}: {reply})"));
        match (no_tls(&self.link, security, &why), &refusal) {
            (Ok(()), _) => Ok(self),
            (Err(error), Some(reply)) => Err(with_reply(error, command, reply)),
            (Err(error), None) => Err(error),
        }
    }

    /// What is there before we have asked is not the server's answer: somebody in between has put it there.
    async fn ask_for_tls(&mut self, command: &'static str) -> Result<Reply> {
        if !self.line.buffered().is_empty() {
            let what = format!("{} answered {command} before it was said", self.link.host);
            return Err(Error::new(ErrorKind::Protocol, Phase::TlsHandshake, what));
        }
        self.command(command).await
    }

    /// Whether what is said cannot be read by everybody on the way.
    pub(crate) fn is_private(&self) -> bool {
        self.line.stream().tls().is_some()
    }
}

/// TLS is not to be had, for whatever reason: an error where it is required.
pub(crate) fn no_tls(link: &Link, security: Security, why: &str) -> Result<()> {
    let host = &link.host;
    if security != Security::Required {
        let note = format!("{host} offers no TLS{why}; going on in the clear");
        link.observer.tell(&Event::Warning(&note));
        return Ok(());
    }
    let what = format!("{host} offers no TLS, and TLS is required{why}");
    Err(Error::new(ErrorKind::TlsUnavailable, Phase::TlsHandshake, what))
}

/// What is said of a message whose fate nobody knows.
pub(crate) const LOST_WORD: &str =
    "all was sent, and the server did not say whether it has taken it";

/// A line that cannot be said was not.
fn is_unsaid(error: &Error) -> bool {
    error.kind() == ErrorKind::Usage
}

impl Keep for Dialogue {
    fn is_quiet(&mut self) -> bool {
        let is_answered = self.owed == 0 && !self.line.is_inside_block();
        is_answered && self.line.buffered().is_empty() && self.line.stream().is_quiet()
    }
}

/// The words of a protocol for a login by SASL.
pub(crate) struct SaslWords {
    /// What stands in front of the mechanism.
    pub(crate) command: &'static str,
    /// How long a line with it may be, its end included.
    pub(crate) max_line_bytes: usize,
    pub(crate) challenge: Status,
    pub(crate) done: Status,
    /// In place of `done`, with data to judge it by.
    pub(crate) done_with_data: Option<Status>,
    /// What stands for nothing in a challenge and a response.
    pub(crate) nothing: &'static str,
}

/// A dialogue as what carries an exchange of SASL.
pub(crate) struct SaslCarrier<'a> {
    pub(crate) dialogue: &'a mut Dialogue,
    pub(crate) words: &'static SaslWords,
}

impl SaslCarrier<'_> {
    fn judge(&self, reply: &Reply) -> Answer {
        let data = || match reply.first_line().trim() {
            nothing if nothing == self.words.nothing => String::new(),
            data => data.to_owned(),
        };
        match reply.status {
            status if status == self.words.challenge => Answer::Challenge(data()),
            status if status == self.words.done => Answer::Done(None),
            status if Some(status) == self.words.done_with_data => Answer::Done(Some(data())),
            _ => Answer::Refused(refused(ErrorKind::Login, self.words.command, reply)),
        }
    }
}

impl Carrier for SaslCarrier<'_> {
    async fn begin(&mut self, mechanism: Mechanism, initial: Option<&str>) -> Result<Answer> {
        let mut line = format!("{} {mechanism}", self.words.command);
        if let Some(initial) = initial {
            line = format!("{line} {initial}");
        }
        let reply = self.dialogue.command(line).await?;
        Ok(self.judge(&reply))
    }

    fn has_room(&self, mechanism: Mechanism, initial: &str) -> bool {
        let line = format!("{} {mechanism} {initial}\r\n", self.words.command);
        line.len() <= self.words.max_line_bytes
    }

    async fn respond(&mut self, line: &str) -> Result<Answer> {
        let line = if line.is_empty() { self.words.nothing } else { line };
        let reply = self.dialogue.respond(line).await?;
        Ok(self.judge(&reply))
    }
}

/// A connection that ends is broken, not answered with nothing.
pub(crate) fn cut_off(error: Error, verb: &str) -> Error {
    match error.kind() {
        ErrorKind::EmptyReply | ErrorKind::Truncated => {
            let what = format!("the server closed the connection while we waited for {verb}");
            Error::new(ErrorKind::Io, Phase::AwaitingReply, what).because(error)
        }
        _ => error,
    }
}

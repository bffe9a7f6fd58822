//! The line client.

use std::future::poll_fn;
use std::pin::Pin;

use landline_wire::line::{Line, LineEnding, LineScanner, check_outgoing};
use landline_wire::reply::{Reply, ReplyError, ReplyReader, ReplyStyle};
use landline_wire::target::split_host_port;
use tokio::io::{AsyncRead, AsyncWriteExt, ReadBuf};

use super::buffer::Buffer;
use super::dot::{Block, DotReader, DotWriter};
use crate::net::pace::Deadline;
use crate::net::{Call, Dialer, NetOptions, Stream, Target, is_plain_text};
use crate::observe::{Event, Observer};
use crate::{Error, ErrorKind, Phase, Result, Timeouts};

/// The longest line by default: 64 KiB.
const MAX_LINE_BYTES: usize = 64 << 10;

/// A client for protocols that speak in lines.
///
/// See [the blocking twin](crate::LineStream) for the whole documentation; each method here is
/// the same, to be awaited.
///
/// # Waits given up
/// A wait for a line, a reply or a piece of a block may be given up, with `tokio::time::timeout`
/// for one, and taken up again: nothing is lost. [`read_exactly`](Self::read_exactly) and
/// [`read_to_end`](Self::read_to_end) lose what they have gathered. A line given up while it is
/// sent may have left in part; every later one is refused then
/// ([`Usage`](crate::ErrorKind::Usage)).
#[derive(Debug)]
pub struct LineStream {
    pub(super) stream: Stream,
    pub(super) buffer: Buffer,
    scanner: LineScanner,
    ending: LineEnding,
    max_line_bytes: usize,
    observer: Observer,
    /// The reply under way, so that a wait for its next line can be given up.
    reply: ReplyReader,
    /// The block under way; its text must not pass for lines.
    pub(super) block: Option<Box<Block>>,
    /// A line or block was begun and not sent to its end: what follows would be taken for its rest.
    is_half_sent: bool,
}

impl LineStream {
    /// Connects to `host:port` (or `host` alone, with `default_port`) with default options.
    ///
    /// # Errors
    /// As for any connection: the name, each address tried, the deadline.
    pub async fn connect(host_port: &str, default_port: u16) -> Result<Self> {
        Self::connect_with(host_port, default_port, false, &NetOptions::default()).await
    }

    /// Connects as [`connect`](Self::connect) does and begins TLS at once.
    ///
    /// # Errors
    /// As for any connection, and when the certificate is not trusted.
    pub async fn connect_tls(
        host_port: &str,
        default_port: u16,
        options: &NetOptions,
    ) -> Result<Self> {
        Self::connect_with(host_port, default_port, true, options).await
    }

    async fn connect_with(
        host_port: &str,
        default_port: u16,
        tls: bool,
        options: &NetOptions,
    ) -> Result<Self> {
        let (host, port) = split_host_port(host_port, default_port).map_err(|error| {
            let what = format!("{host_port} is not a host and port");
            Error::new(ErrorKind::Url, Phase::Preparing, what).because(error)
        })?;
        let dialer = Dialer::new(options.clone());
        let observer = Observer::default();
        let call = Call::new(Timeouts::default(), &observer);
        let target = Target::new(if tls { "tls" } else { "tcp" }, host, port, tls);
        let (stream, _) = dialer.dial(&target, &[], &call).await?;
        Ok(Self::new(stream))
    }

    /// Speaks over a stream that stands already.
    pub fn new(stream: impl Into<Stream>) -> Self {
        let mut stream = stream.into();
        stream.enter(Phase::ReadingBody);
        Self {
            stream,
            buffer: Buffer::new(MAX_LINE_BYTES + 2),
            scanner: LineScanner::new(LineEnding::Strict, MAX_LINE_BYTES),
            ending: LineEnding::Strict,
            max_line_bytes: MAX_LINE_BYTES,
            observer: Observer::default(),
            reply: ReplyReader::new(ReplyStyle::Ftp),
            block: None,
            is_half_sent: false,
        }
    }

    /// Chooses which line ends are accepted; [`LineEnding::Strict`] unless told otherwise.
    #[must_use]
    pub fn with_ending(mut self, ending: LineEnding) -> Self {
        self.ending = ending;
        self.scanner.set_ending(ending);
        self
    }

    /// Bounds the length of a line, without its end; 64 KiB unless told otherwise.
    #[must_use]
    pub fn with_max_line(mut self, bytes: usize) -> Self {
        self.max_line_bytes = bytes;
        self.scanner.set_max_bytes(bytes);
        self.buffer.set_max(bytes.saturating_add(2));
        self
    }

    /// Sets the deadlines of the waits to come.
    #[must_use]
    pub fn with_timeouts(mut self, timeouts: Timeouts) -> Self {
        self.stream.set_timeouts(timeouts);
        self
    }

    /// Changes the deadlines of the waits to come, in the middle of a conversation.
    pub fn set_timeouts(&mut self, timeouts: Timeouts) {
        self.stream.set_timeouts(timeouts);
    }

    /// Has every line told to `observer`, secret ones as `[masked]`.
    #[must_use]
    pub fn with_observer(mut self, observer: Observer) -> Self {
        self.observer = observer;
        self
    }

    pub(crate) fn set_observer(&mut self, observer: Observer) {
        self.observer = observer;
    }

    /// The stream underneath.
    pub fn stream(&self) -> &Stream {
        &self.stream
    }

    pub(crate) fn stream_mut(&mut self) -> &mut Stream {
        &mut self.stream
    }

    /// What has been read ahead and not yet been asked for.
    pub fn buffered(&self) -> &[u8] {
        self.buffer.unread()
    }

    /// Gives back the stream and what was read ahead.
    pub fn into_parts(self) -> (Stream, Vec<u8>) {
        (self.stream, self.buffer.into_unread())
    }

    /// Sends one line; CRLF is added.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] when the line holds CR, LF or NUL: nothing is sent then.
    pub async fn write_line(&mut self, line: impl AsRef<[u8]>) -> Result<()> {
        let line = line.as_ref();
        self.send_line(line).await?;
        self.observer.tell(&Event::LineSent(line));
        Ok(())
    }

    /// Sends one line of which no log may show more than the verb.
    ///
    /// # Errors
    /// As for [`write_line`](Self::write_line).
    pub async fn write_secret_line(&mut self, line: impl AsRef<[u8]>) -> Result<()> {
        let line = line.as_ref();
        self.send_line(line).await?;
        self.observer.tell(&Event::LineSent(&masked(line)));
        Ok(())
    }

    /// Sends one line, of which logs show `shown`.
    pub(crate) async fn write_line_as(&mut self, line: &[u8], shown: &[u8]) -> Result<()> {
        self.send_line(line).await?;
        self.observer.tell(&Event::LineSent(shown));
        Ok(())
    }

    /// Sends several lines at once.
    pub(crate) async fn write_lines(&mut self, lines: &[String]) -> Result<()> {
        let mut bytes = Vec::new();
        lines.iter().try_for_each(|line| put_line(line.as_bytes(), &mut bytes))?;
        self.write_raw(&bytes).await?;
        lines.iter().for_each(|line| self.observer.tell(&Event::LineSent(line.as_bytes())));
        Ok(())
    }

    async fn send_line(&mut self, line: &[u8]) -> Result<()> {
        let mut bytes = Vec::with_capacity(line.len() + 2);
        put_line(line, &mut bytes)?;
        self.write_raw(&bytes).await
    }

    /// Sends bytes as they are.
    ///
    /// # Errors
    /// When the peer is gone or takes nothing for too long.
    pub async fn write_raw(&mut self, bytes: &[u8]) -> Result<()> {
        self.begin_sending()?;
        let sent = match self.stream.write_all(bytes).await {
            Ok(()) => self.stream.flush().await,
            failed => failed,
        };
        sent.map_err(|error| Error::from_io_with(error, Phase::Sending, self.stream.peer()))?;
        self.end_sending();
        Ok(())
    }

    /// Until [`end_sending`](Self::end_sending) nothing else can be sent.
    pub(super) fn begin_sending(&mut self) -> Result<()> {
        if self.is_half_sent {
            let what = "nothing can be sent behind a line or block that was not sent to its end";
            return Err(Error::usage(what));
        }
        self.is_half_sent = true;
        Ok(())
    }

    pub(super) fn end_sending(&mut self) {
        self.is_half_sent = false;
    }

    pub(super) fn tell_received(&self, line: &[u8]) {
        self.observer.tell(&Event::LineReceived(line));
    }

    /// Receives one line, without its end; bytes that are not UTF-8 are replaced.
    ///
    /// # Errors
    /// [`ErrorKind::EmptyReply`] at the end of the stream, [`ErrorKind::Truncated`] when it ends
    /// inside a line, [`ErrorKind::Protocol`] for a line end that is not accepted, and
    /// [`ErrorKind::Limit`] for a line that is too long.
    pub async fn read_line(&mut self) -> Result<String> {
        let line = self.read_line_bytes().await?;
        Ok(String::from_utf8_lossy(line).into_owned())
    }

    /// Receives one line as bytes, without its end.
    ///
    /// # Errors
    /// As for [`read_line`](Self::read_line).
    pub async fn read_line_bytes(&mut self) -> Result<&[u8]> {
        let line = self.find_line().await?;
        Ok(self.buffer.take_slice(line.consumed, line.len))
    }

    /// Waits until there is a line in the buffer.
    async fn find_line(&mut self) -> Result<Line> {
        if self.block.is_some() {
            return Err(Error::usage("the block before was not read to its end"));
        }
        let line = loop {
            match self.scanner.find(self.buffer.unread()) {
                Ok(Some(line)) => break line,
                Ok(None) if self.more_of_line().await? => {}
                Ok(None) => {
                    self.scanner.reset();
                    let consumed = self.buffer.unread().len();
                    break Line { len: consumed - 1, consumed };
                }
                Err(error) => {
                    let kind = match error {
                        landline_wire::line::LineError::TooLong { .. } => ErrorKind::Limit,
                        _ => ErrorKind::Protocol,
                    };
                    let what = "the peer sent a line that is not acceptable";
                    return Err(Error::new(kind, self.stream.phase(), what).because(error));
                }
            }
        };
        self.observer.tell(&Event::LineReceived(&self.buffer.unread()[..line.len]));
        Ok(line)
    }

    /// Reads on; false when a CR that was waiting for its LF is the last byte of the stream.
    async fn more_of_line(&mut self) -> Result<bool> {
        if poll_fn(|cx| self.poll_fill(cx)).await.map_err(|error| self.stream.error(error))? > 0 {
            return Ok(true);
        }
        if self.ending == LineEnding::AnyCr && self.buffer.unread().ends_with(b"\r") {
            return Ok(false);
        }
        let phase = self.stream.phase();
        Err(match self.buffer.unread().len() {
            0 => Error::new(ErrorKind::EmptyReply, phase, "the peer closed the connection"),
            had => {
                let what = format!("the peer closed the connection {had} bytes into a line");
                Error::new(ErrorKind::Truncated, phase, what)
            }
        })
    }

    /// Receives the status reply that FTP, SMTP, NNTP or POP3 give to a command.
    ///
    /// # Errors
    /// As for [`read_line`](Self::read_line), and when the lines are no reply of that style.
    pub async fn read_reply(&mut self, style: ReplyStyle) -> Result<Reply> {
        if !self.reply.is_inside() {
            self.reply = ReplyReader::new(style);
        }
        loop {
            let line = self.find_line().await.map_err(|error| match error.kind() {
                ErrorKind::EmptyReply if self.reply.is_inside() => {
                    let what = "the peer closed the connection between two lines of a reply";
                    Error::new(ErrorKind::Truncated, error.phase(), what)
                }
                _ => error,
            })?;
            let line = self.buffer.take_slice(line.consumed, line.len);
            let done = self.reply.push_line(line).map_err(|error| {
                let kind = match error {
                    ReplyError::TooLong { .. } => ErrorKind::Limit,
                    _ => ErrorKind::Protocol,
                };
                let what = "the peer's reply is not acceptable";
                Error::new(kind, self.stream.phase(), what).because(error)
            })?;
            if let Some(reply) = done {
                return Ok(reply);
            }
        }
    }

    /// Sends a command and receives the reply to it.
    ///
    /// # Errors
    /// As for [`write_line`](Self::write_line) and [`read_reply`](Self::read_reply).
    pub async fn command(&mut self, line: impl AsRef<[u8]>, style: ReplyStyle) -> Result<Reply> {
        self.write_line(line).await?;
        self.read_reply(style).await
    }

    /// Receives some bytes: what is buffered, or what comes next; 0 at the end.
    ///
    /// # Errors
    /// When the connection breaks or a deadline passes.
    pub async fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        let mut buf = ReadBuf::new(into);
        poll_fn(|cx| Pin::new(&mut *self).poll_read(cx, &mut buf))
            .await
            .map_err(|error| self.stream.error(error))?;
        Ok(buf.filled().len())
    }

    /// Receives exactly `count` bytes. Memory grows with what comes, not with `count`.
    ///
    /// # Errors
    /// [`ErrorKind::Truncated`] when the stream ends before.
    pub async fn read_exactly(&mut self, count: usize) -> Result<Vec<u8>> {
        let bytes = self.read_at_most(count).await?;
        if bytes.len() == count {
            return Ok(bytes);
        }
        let what = format!("the peer closed the connection after {} of {count} bytes", bytes.len());
        Err(Error::new(ErrorKind::Truncated, self.stream.phase(), what))
    }

    /// Receives all bytes up to the end of the stream, `max` of them at most.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] when there is more.
    pub async fn read_to_end(&mut self, max: usize) -> Result<Vec<u8>> {
        let mut bytes = self.read_at_most(max.saturating_add(1)).await?;
        if bytes.len() > max {
            bytes.truncate(max);
            let what = format!("the peer sent more than {max} bytes");
            return Err(Error::new(ErrorKind::Limit, self.stream.phase(), what));
        }
        Ok(bytes)
    }

    async fn read_at_most(&mut self, max: usize) -> Result<Vec<u8>> {
        let mut all = Vec::new();
        while all.len() < max {
            let ready = poll_fn(|cx| self.poll_ready_bytes(cx))
                .await
                .map_err(|error| self.stream.error(error))?;
            if ready == 0 {
                break;
            }
            let count = ready.min(max - all.len());
            all.extend_from_slice(&self.buffer.unread()[..count]);
            self.buffer.take(count);
        }
        Ok(all)
    }

    /// A reader of the dot-terminated block that comes next (RFC 5321 section 4.5.2), or of what
    /// is left of one. No line can be read before its end.
    pub fn dot_reader(&mut self) -> DotReader<'_> {
        DotReader::new(self)
    }

    /// A writer of a dot-terminated block. No line can be sent before its end.
    pub fn dot_writer(&mut self) -> DotWriter<'_> {
        DotWriter::new(self)
    }

    /// Begins TLS on this connection, as a client of `host`. The line reader does not survive:
    /// what was learned in the clear has to be asked again. The deadlines go on as they were set.
    ///
    /// # Errors
    /// [`ErrorKind::Protocol`] when plain bytes come instead of TLS: somebody put them there.
    pub async fn upgrade_tls(self, host: &str, options: &NetOptions) -> Result<Self> {
        self.secure(&Dialer::new(options.clone()), host).await
    }

    /// Begins TLS through a dialer that is there already, whose sessions can be resumed.
    pub(crate) async fn secure(self, dialer: &Dialer, host: &str) -> Result<Self> {
        let injected = || {
            let what = format!("{host} sent plain text after agreeing to begin TLS");
            Error::new(ErrorKind::Protocol, Phase::TlsHandshake, what)
        };
        if !self.buffer.is_empty() {
            return Err(injected());
        }
        let Self { stream, max_line_bytes, observer, ending, .. } = self;
        let (timeouts, total) = stream.deadlines();
        let call = Call { total, ..Call::new(timeouts, &observer) };
        let limit = Deadline::first(timeouts.connect.map(Deadline::after), total);
        let begun = dialer.secure(stream, host, &[], limit, &call).await;
        // What was sent behind the go-ahead may come later than it.
        let in_clear = |error: Error| if is_plain_text(&error) { injected() } else { error };
        let mut stream = begun.map_err(in_clear)?;
        stream.set_deadline(timeouts, total);
        let fresh = Self::new(stream).with_ending(ending).with_max_line(max_line_bytes);
        Ok(fresh.with_observer(observer))
    }

    /// Has both directions compressed from here on.
    pub(crate) fn deflate(&mut self) -> Result<()> {
        if !self.buffer.is_empty() {
            let what = "the server sent plain text after agreeing to compress";
            return Err(Error::new(ErrorKind::Protocol, Phase::AwaitingReply, what));
        }
        self.stream.deflate();
        Ok(())
    }

    /// Whether lines of a reply have come, and not its last.
    pub(crate) fn is_inside_reply(&self) -> bool {
        self.reply.is_inside()
    }

    /// Whether a dot-terminated block has been begun and not read to its end.
    pub(crate) fn is_inside_block(&self) -> bool {
        self.block.is_some()
    }

    /// Tells the peer that nothing more will be sent; reading goes on.
    ///
    /// # Errors
    /// When the connection is broken.
    pub async fn finish_writing(&mut self) -> Result<()> {
        self.stream.shutdown().await.map_err(|error| Error::from_io(error, Phase::Sending))
    }
}

/// The one place where a line gets its end.
fn put_line(line: &[u8], into: &mut Vec<u8>) -> Result<()> {
    check_outgoing(line).map_err(|error| {
        Error::new(ErrorKind::Usage, Phase::Sending, "a line cannot be sent").because(error)
    })?;
    into.extend_from_slice(line);
    into.extend_from_slice(b"\r\n");
    Ok(())
}

/// A secret line as a log may show it: `PASS [masked]`. A line of one word is all secret.
fn masked(line: &[u8]) -> Vec<u8> {
    let verb = line.split_inclusive(|byte| *byte == b' ').next().unwrap_or_default();
    let verb = if verb.ends_with(b" ") { verb } else { b"" };
    [verb, b"[masked]"].concat()
}

//! One HTTP/1 connection, step by step: request line, headers, body, reply, body.

mod exchange;
mod forwarder;
mod upgrade;

use std::io;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

pub(in crate::http) use forwarder::Forwarder;
pub(in crate::http) use upgrade::Upgrade;

use landline_wire::chunked::encode_size;
use landline_wire::head::ResponseHead;
use landline_wire::target::split_host_port;

use crate::http::body::BodyReader;
use crate::http::incoming::Incoming;
use crate::http::places::Place;
use crate::http::sending::{Sending, one_chunk};
use crate::line::aio::LineStream;
use crate::net::{Call, Dialer, NetOptions, Stream, Target, TlsFacts, without_zone};
use crate::observe::{Event, Observer};
use crate::upload::Upload;
use crate::{Error, ErrorKind, Headers, Limits, Phase, Result, Timeouts};

/// A connection on which requests are made step by step.
///
/// See [the blocking twin](crate::http::Connection) for the whole documentation; each method that
/// waits is the same, to be awaited.
pub struct Connection {
    pub(in crate::http) line: LineStream,
    host: String,
    observer: Observer,
    state: State,
    out: Vec<u8>,
    head_len: usize,
    fields: Headers,
    request: Request,
    pub(in crate::http) sending: Option<Sending>,
    /// A body that was given here and never begun, because a final reply came instead of leave.
    pub(in crate::http) unsent: Option<Upload>,
    send_error: Option<io::Error>,
    pub(in crate::http) incoming: Incoming,
    pub(in crate::http) reusable: bool,
    /// The proxy at the other end, which sends requests on to where their absolute form says.
    pub(in crate::http) forwarder: Option<Box<Forwarder>>,
    /// Where its requests may offer to go on in HTTP/2.
    pub(in crate::http) upgrade: Option<Box<Upgrade>>,
    /// Among the connections of its client, where it has one.
    pub(in crate::http) place: Option<Place>,
    tls: OnceLock<Option<Arc<TlsFacts>>>,
}

/// What the steps taken so far allow next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// A request may begin.
    Idle,
    /// The request line is put; headers may follow.
    Head,
    /// The head is sent; the body may follow, then the reply can be read.
    Sending,
    /// The reply's head is read; its body comes.
    Body,
    /// The connection speaks another protocol now.
    Upgraded,
    /// The reply is read; nothing can follow on this connection.
    Over,
    /// The exchange broke off.
    Failed,
}

/// What the head of the request said about itself.
#[derive(Debug, Default)]
struct Request {
    method: String,
    framing: Framing,
    expects: bool,
    closes: bool,
}

impl Request {
    /// Notes what a field says about the request's framing and connection.
    fn note(&mut self, name: &str, value: &[u8]) -> Result<()> {
        let text = || std::str::from_utf8(value).unwrap_or_default().trim();
        if name.eq_ignore_ascii_case("content-length") {
            let len = text().parse().map_err(|_| Error::usage("Content-Length is not a number"))?;
            self.frame(Framing::Exact(len))?;
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            if text().eq_ignore_ascii_case("chunked") {
                self.frame(Framing::Chunked)?;
            }
        } else if name.eq_ignore_ascii_case("expect") {
            self.expects = text().eq_ignore_ascii_case("100-continue");
        } else if name.eq_ignore_ascii_case("connection") {
            let has = |token: &str| text().split(',').any(|t| t.trim().eq_ignore_ascii_case(token));
            self.closes = has("close") || (self.closes && !has("keep-alive"));
        }
        Ok(())
    }

    /// Two fields that frame a body differently are the stuff of smuggling (RFC 9112 section 6.3).
    fn frame(&mut self, framing: Framing) -> Result<()> {
        if self.framing != Framing::None && self.framing != framing {
            return Err(Error::usage("the body is framed differently already"));
        }
        self.framing = framing;
        Ok(())
    }
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Framing {
    #[default]
    None,
    Exact(u64),
    Chunked,
}

impl Connection {
    /// Connects to `host:port`, or to `host` at port 80.
    ///
    /// # Errors
    /// As for any connection: the name, each address tried, the deadline.
    pub async fn connect(host_port: &str) -> Result<Self> {
        Self::open(host_port, false, &NetOptions::default()).await
    }

    /// Connects to `host:port`, or to `host` at port 443, and begins TLS.
    ///
    /// # Errors
    /// As for [`connect`](Self::connect), and when the certificate is not trusted.
    pub async fn connect_tls(host_port: &str, options: &NetOptions) -> Result<Self> {
        Self::open(host_port, true, options).await
    }

    async fn open(host_port: &str, tls: bool, options: &NetOptions) -> Result<Self> {
        let usual = if tls { 443 } else { 80 };
        let (host, port) = split_host_port(host_port, usual).map_err(|error| {
            let what = format!("{host_port} is not a host and port");
            Error::new(ErrorKind::Url, Phase::Preparing, what).because(error)
        })?;
        let observer = Observer::default();
        let call = Call::new(Timeouts::default(), &observer);
        let target = Target::new(if tls { "https" } else { "http" }, host, port, tls);
        let alpn: &[&[u8]] = if tls { &[b"http/1.1"] } else { &[] };
        let (stream, _) = Dialer::new(options.clone()).dial(&target, alpn, &call).await?;
        Ok(Self::new(stream, &authority(&target, usual), Limits::default()))
    }

    /// Speaks HTTP over a stream that stands already; `host` is what the Host field says.
    pub fn over(stream: impl Into<Stream>, host: &str) -> Self {
        Self::new(stream.into(), host, Limits::default())
    }

    pub(in crate::http) fn new(stream: Stream, host: &str, limits: Limits) -> Self {
        Self {
            line: LineStream::new(stream),
            host: host.to_owned(),
            observer: Observer::default(),
            state: State::Idle,
            out: Vec::new(),
            head_len: 0,
            fields: Headers::new(),
            request: Request::default(),
            sending: None,
            unsent: None,
            send_error: None,
            incoming: Incoming::new(limits),
            reusable: true,
            forwarder: None,
            upgrade: None,
            place: None,
            tls: OnceLock::new(),
        }
    }

    /// Sets the deadlines of the waits to come.
    pub fn set_timeouts(&mut self, timeouts: Timeouts) {
        self.line.stream_mut().set_timeouts(timeouts);
    }

    /// Has everything that happens told to `observer`.
    pub fn set_observer(&mut self, observer: Observer) {
        self.observer = observer;
    }

    /// What TLS agreed on, put into words once.
    pub(in crate::http) fn tls(&self) -> Option<Arc<TlsFacts>> {
        self.tls.get_or_init(|| self.stream().tls().map(Arc::new)).clone()
    }

    /// The stream underneath.
    pub fn stream(&self) -> &Stream {
        self.line.stream()
    }

    fn demand(&self, state: State, step: &str) -> Result<()> {
        if self.state == state {
            return Ok(());
        }
        let why = match self.state {
            State::Idle => "no request has been begun",
            State::Head => "the headers have not been ended",
            State::Sending => "the reply has not been read",
            State::Body => "the body of the last reply has not been read to its end",
            State::Upgraded => "the connection speaks another protocol now",
            State::Over | State::Failed => "the connection cannot carry another request",
        };
        Err(Error::usage(format!("{step}: {why}")))
    }

    /// Begins a request: its line and the Host field. `method` is any token of RFC 9110 section
    /// 9.1, `target` what follows it on the line, such as `/index.html`.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for a byte that cannot stand there, or when the last reply has not
    /// been read to its end; [`ErrorKind::Protocol`] when the peer has said something since.
    pub fn put_request(&mut self, method: &str, target: &str) -> Result<()> {
        self.put_request_line(method, target, "HTTP/1.1")?;
        let host = std::mem::take(&mut self.host);
        let put = self.put_header("Host", &host);
        self.host = host;
        put.inspect_err(|_| self.state = State::Idle)
    }

    /// Begins a request with its line alone, for a caller who puts every header.
    ///
    /// # Errors
    /// As for [`put_request`](Self::put_request).
    pub fn put_request_line(&mut self, method: &str, target: &str, version: &str) -> Result<()> {
        let is_used = self.head_len > 0;
        if is_used && self.state == State::Idle && self.line.stream().has_spoken() {
            self.state = State::Over;
            let what = "the peer has spoken though it was not asked, which is no reply to anything";
            return Err(Error::new(ErrorKind::Protocol, Phase::Preparing, what));
        }
        self.begin(method, target, version)
    }

    /// Begins a request on a connection that was looked at already.
    pub(in crate::http) fn begin(
        &mut self,
        method: &str,
        target: &str,
        version: &str,
    ) -> Result<()> {
        self.demand(State::Idle, "a request cannot be begun")?;
        check_request_line(method, target)?;
        if !matches!(version, "HTTP/1.0" | "HTTP/1.1") {
            return Err(Error::usage("the version is neither HTTP/1.0 nor HTTP/1.1"));
        }
        self.fields = Headers::new();
        self.out.clear();
        for part in [method, " ", target, " ", version, "\r\n"] {
            self.out.extend_from_slice(part.as_bytes());
        }
        let mut name = std::mem::take(&mut self.request.method);
        name.clear();
        name.push_str(method);
        self.request = Request { method: name, ..Request::default() };
        self.request.closes = version == "HTTP/1.0";
        self.reusable = true;
        self.state = State::Head;
        Ok(())
    }

    /// Adds one field to the head. `Content-Length` and `Transfer-Encoding: chunked` say how the
    /// body will be framed; this connection frames it so.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] when the name is no token, when the value holds CR, LF or NUL, and when
    /// it frames the body otherwise than a field before: nothing is added then.
    pub fn put_header(&mut self, name: &str, value: impl AsRef<[u8]>) -> Result<()> {
        self.demand(State::Head, "a header cannot be put")?;
        let value = value.as_ref();
        self.request.note(name, value)?;
        let pushed = self.fields.push(name, value);
        pushed.map_err(|error| Error::usage("the header field cannot be sent").because(error))
    }

    /// Puts all the fields at once, which were checked when they got into their list.
    pub(in crate::http) fn put_headers(&mut self, fields: Headers) -> Result<()> {
        self.demand(State::Head, "a header cannot be put")?;
        self.fields = fields;
        self.fields.iter().try_for_each(|(name, value)| self.request.note(name, value))
    }

    /// Ends the headers and sends the head.
    ///
    /// # Errors
    /// When the peer is gone or takes nothing for too long.
    pub async fn end_headers(&mut self) -> Result<()> {
        self.start(None, Duration::ZERO).await
    }

    /// Sends the head and begins to send `upload` with it.
    pub(in crate::http) async fn start(
        &mut self,
        upload: Option<Upload>,
        patience: Duration,
    ) -> Result<()> {
        self.demand(State::Head, "the headers cannot be ended")?;
        self.fields.write_to(&mut self.out);
        self.out.extend_from_slice(b"\r\n");
        self.head_len = self.out.len();
        self.tell_head();
        self.state = State::Sending;
        self.incoming.begin();
        self.line.stream_mut().enter(Phase::Sending);
        let patience = self.request.expects.then_some(patience);
        match upload {
            Some(upload) => self.attach(upload, patience)?,
            None => self.sending = None,
        }
        self.line.stream_mut().let_pass(self.head_len);
        // Nothing can follow a head that is given up half way.
        let reusable = std::mem::replace(&mut self.reusable, false);
        self.line.write_raw(&self.out).await.inspect_err(|_| self.state = State::Failed)?;
        self.reusable = reusable;
        Ok(())
    }

    /// A small body that needs no permission leaves in the same write as the head.
    fn attach(&mut self, upload: Upload, patience: Option<Duration>) -> Result<()> {
        const SMALL_BYTES: usize = 64 << 10;
        let upload = match upload.in_memory() {
            Some(bytes) if upload.len().is_none() => Upload::bytes(one_chunk(bytes)),
            _ => upload,
        };
        match (upload.in_memory(), patience) {
            (Some(bytes), None) if bytes.len() <= SMALL_BYTES => {
                self.out.extend_from_slice(bytes);
                self.observer.tell(&Event::BodySent(bytes));
                self.sending = None;
            }
            _ => {
                let wait = patience.map(|patience| Box::pin(tokio::time::sleep(patience)));
                self.sending = Some(Sending::new(upload, wait)?);
            }
        }
        // A body that no field announced may be taken for the next request.
        self.reusable &= self.request.framing != Framing::None;
        self.request.framing = Framing::None;
        Ok(())
    }

    fn tell_head(&self) {
        if self.observer.is_watching() {
            let shown = &crate::http::redact::head(&self.out);
            self.observer.tell(&Event::HeadSent { shown, bytes: self.head_len });
        }
    }

    /// Sends a piece of the request's body, framed as the headers said.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for more bytes than announced; else when the peer is gone.
    pub async fn send(&mut self, piece: &[u8]) -> Result<()> {
        self.demand(State::Sending, "the body cannot be sent")?;
        if piece.is_empty() {
            return Ok(());
        }
        match &mut self.request.framing {
            Framing::None => return Err(Error::usage("the headers announced no body")),
            Framing::Exact(left) if (*left) < piece.len() as u64 => {
                return Err(Error::usage("the body is longer than its Content-Length"));
            }
            Framing::Exact(left) => *left -= piece.len() as u64,
            Framing::Chunked => {
                self.out.clear();
                encode_size(piece.len(), &mut self.out);
                self.out.extend_from_slice(piece);
                self.out.extend_from_slice(b"\r\n");
            }
        }
        // Behind a piece that the peer did not take, or that was given up half way, nothing more
        // can be sent. But the peer may have explained itself: its reply can be read.
        let reusable = std::mem::replace(&mut self.reusable, false);
        let framing = std::mem::take(&mut self.request.framing);
        let bytes = if framing == Framing::Chunked { &self.out } else { piece };
        self.line.write_raw(bytes).await?;
        (self.reusable, self.request.framing) = (reusable, framing);
        Ok(())
    }

    /// Ends the request where that is still to do, and reads the head of the reply. Interim (1xx)
    /// replies are told to the observer and passed over.
    ///
    /// # Errors
    /// [`ErrorKind::EmptyReply`] when the peer closes without a word, [`ErrorKind::Truncated`]
    /// inside the head, [`ErrorKind::Protocol`], [`ErrorKind::Version`] or [`ErrorKind::Limit`]
    /// for a head that is not acceptable, [`ErrorKind::Usage`] for a body shorter than announced.
    pub async fn get_reply(&mut self) -> Result<ResponseHead> {
        self.demand(State::Sending, "there is no reply to read")?;
        if let Framing::Exact(left @ 1..) = self.request.framing {
            return Err(Error::usage(format!("the body is {left} bytes short")));
        }
        if std::mem::take(&mut self.request.framing) == Framing::Chunked {
            self.send_last_chunk().await?;
        }
        if self.sending.is_none() {
            self.line.stream_mut().enter(Phase::AwaitingReply);
        }
        let head = self.final_head().await.inspect_err(|_| self.state = State::Failed)?;
        self.begin_body(&head).inspect_err(|_| self.state = State::Failed)?;
        Ok(head)
    }

    async fn send_last_chunk(&mut self) -> Result<()> {
        let reusable = std::mem::replace(&mut self.reusable, false);
        match self.line.write_raw(b"0\r\n\r\n").await {
            Ok(()) => self.reusable = reusable,
            // The peer may have explained itself before it stopped listening.
            Err(error) if error.kind() == ErrorKind::Io => self.send_error = Some(error.into()),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// The body of the reply: a reader that ends where the body ends. The connection is free for
    /// the next request then.
    pub fn body(&mut self) -> BodyReader<'_> {
        BodyReader::new(self)
    }

    /// The trailer fields (RFC 9112 section 7.1.2) of a chunked body that has ended.
    pub fn take_trailers(&mut self) -> Headers {
        self.incoming.take_trailers()
    }

    /// Whether another request may be put on this connection.
    pub fn is_idle(&self) -> bool {
        self.state == State::Idle
    }

    pub(in crate::http) fn is_over(&self) -> bool {
        self.state == State::Over
    }

    /// After `101 Switching Protocols`, or at any other time: the line stream underneath, with
    /// what it has read ahead.
    pub fn into_line_stream(mut self) -> LineStream {
        self.line.stream_mut().enter(Phase::ReadingBody);
        self.line
    }

    /// Bytes of the last request's head, and of all the heads received for it.
    pub(in crate::http) fn head_bytes(&self) -> (usize, usize) {
        (self.head_len, self.incoming.head_bytes())
    }
}

/// Leaves out what is sent: there are credentials in it.
impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut out = f.debug_struct("Connection");
        out.field("line", &self.line).field("host", &self.host).field("state", &self.state);
        out.field("fields", &self.fields).finish_non_exhaustive()
    }
}

/// What the Host field says for a target: no port where it is the usual one.
fn authority(target: &Target, usual: u16) -> String {
    let name = without_zone(&target.host);
    let host = if name.contains(':') { format!("[{name}]") } else { name.to_owned() };
    if target.port == usual { host } else { format!("{host}:{}", target.port) }
}

/// Refuses what would end a request line early or add another.
pub(in crate::http) fn check_request_line(method: &str, target: &str) -> Result<()> {
    check_token("method", method)?;
    let visible = |byte: &u8| byte.is_ascii_graphic() || *byte >= 0x80;
    if target.is_empty() || !target.as_bytes().iter().all(visible) {
        return Err(Error::usage("the request target is empty or holds a blank or control byte"));
    }
    Ok(())
}

fn check_token(what: &str, text: &str) -> Result<()> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_token) {
        return Ok(());
    }
    let shown = landline_wire::escape::excerpt(text.as_bytes(), 40);
    let why = "is not a token (RFC 9110 section 5.6.2): letters, digits and a few signs";
    Err(Error::usage(format!("the {what} \"{shown}\" {why}")))
}

//! A server of HTTP/3 on loopback: one that behaves, and one that says what it is told to.

#![allow(dead_code, unreachable_pub, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread::JoinHandle;

use landline::wire::http3::{code, frame, framed, read_integer, stream};
use landline::wire::qpack;
use landline_testkit::http::pattern;
use landline_testkit::tls::{Identity, ServerSetup};
use quinn::crypto::rustls::QuicServerConfig;
use quinn::{Connection, Endpoint, RecvStream, SendStream, ServerConfig, VarInt};
use tokio::sync::Notify;

/// What a server does with each request, behind reading all of it.
#[derive(Clone, Debug)]
pub enum Then {
    Finish,
    Reset(u64),
    Close(u64, &'static str),
    Hang,
    /// Says this again and again.
    Repeat(Vec<u8>),
}

/// What a server says.
#[derive(Clone, Debug)]
pub struct Script {
    /// On its control stream, in front of which there is nothing.
    pub control: Vec<u8>,
    /// What is said there again and again.
    pub control_again: Vec<u8>,
    /// What is said on streams of its own before.
    pub streams: Vec<Vec<u8>>,
    pub reply: Vec<u8>,
    pub then: Then,
    /// How many requests are answered like that; those behind get `hello`.
    pub times: usize,
    /// Does not read the request first.
    pub is_early: bool,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            control: hello_control(),
            control_again: Vec::new(),
            streams: Vec::new(),
            reply: Vec::new(),
            then: Then::Finish,
            times: usize::MAX,
            is_early: false,
        }
    }
}

/// A control stream as it should be, with a setting that nobody knows.
pub fn hello_control() -> Vec<u8> {
    [&[stream::CONTROL as u8][..], &framed(frame::SETTINGS, b"\x21\x01")].concat()
}

pub fn head(fields: &[(&str, &str)]) -> Vec<u8> {
    let fields = fields.iter().map(|(name, value)| (*name, value.as_bytes()));
    framed(frame::HEADERS, &qpack::encode(fields))
}

pub fn data(bytes: &[u8]) -> Vec<u8> {
    framed(frame::DATA, bytes)
}

#[derive(Default)]
struct Counts {
    connections: AtomicUsize,
    requests: AtomicUsize,
    resets: AtomicUsize,
    stop: Notify,
}

pub struct Server {
    address: SocketAddr,
    counts: Arc<Counts>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// One that answers by path.
    pub fn new(identity: &Identity) -> Self {
        Self::start(&identity.setup(), None, 0)
    }

    /// One at this port, if it can be had.
    pub fn at(identity: &Identity, port: u16) -> Self {
        Self::start(&identity.setup(), None, port)
    }

    pub fn with(setup: &ServerSetup) -> Self {
        Self::start(setup, None, 0)
    }

    pub fn scripted(identity: &Identity, script: Script) -> Self {
        Self::start(&identity.setup(), Some(script), 0)
    }

    fn start(setup: &ServerSetup, script: Option<Script>, port: u16) -> Self {
        let tls = setup.clone().only_tls13().alpn(&["h3"]).config();
        let tls = QuicServerConfig::try_from(tls).expect("TLS 1.3");
        let mut config = ServerConfig::with_crypto(Arc::new(tls));
        let transport = Arc::get_mut(&mut config.transport).expect("alone");
        transport.stream_receive_window(VarInt::from_u32(100_000));
        let counts = Arc::<Counts>::default();
        let (tell, told) = channel();
        let held = counts.clone();
        let thread = std::thread::spawn(move || {
            crate::support::run(async move {
                let here = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
                let endpoint = Endpoint::server(config, here).expect("a port");
                tell.send(endpoint.local_addr().expect("bound")).expect("heard");
                serve(&endpoint, &held, script).await;
            });
        });
        Self { address: told.recv().expect("started"), counts, thread: Some(thread) }
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    pub fn url(&self, path: &str) -> String {
        format!("https://127.0.0.1:{}{path}", self.port())
    }

    pub fn connections(&self) -> usize {
        self.counts.connections.load(Ordering::SeqCst)
    }

    pub fn requests(&self) -> usize {
        self.counts.requests.load(Ordering::SeqCst)
    }

    /// Requests or replies that the client has given up.
    pub fn resets(&self) -> usize {
        self.counts.resets.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.counts.stop.notify_one();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn serve(endpoint: &Endpoint, counts: &Arc<Counts>, script: Option<Script>) {
    loop {
        let incoming = tokio::select! {
            incoming = endpoint.accept() => incoming,
            () = counts.stop.notified() => return,
        };
        let Some(incoming) = incoming else { return };
        let (counts, script) = (counts.clone(), script.clone());
        tokio::spawn(async move {
            let Ok(connection) = incoming.await else { return };
            counts.connections.fetch_add(1, Ordering::SeqCst);
            converse(connection, counts, script).await;
        });
    }
}

async fn converse(connection: Connection, counts: Arc<Counts>, script: Option<Script>) {
    let plain = Script::default();
    let said = script.as_ref().unwrap_or(&plain);
    for bytes in &said.streams {
        let Ok(mut stream) = connection.open_uni().await else { return };
        let _ = stream.write_all(bytes).await;
        let _ = stream.finish();
    }
    let Ok(mut control) = connection.open_uni().await else { return };
    let _ = control.write_all(&said.control).await;
    if !said.control_again.is_empty() {
        let again = said.control_again.repeat(100);
        let mut control = control;
        tokio::spawn(async move { while control.write_all(&again).await.is_ok() {} });
    } else {
        // It has to stand.
        let held = connection.clone();
        tokio::spawn(async move {
            held.closed().await;
            drop(control);
        });
    }
    while let Ok((send, receive)) = connection.accept_bi().await {
        let number = counts.requests.fetch_add(1, Ordering::SeqCst);
        let script = script.clone().filter(|script| number < script.times);
        let (connection, counts) = (connection.clone(), counts.clone());
        tokio::spawn(async move {
            let is_done = match script {
                Some(script) => recite(script, connection, send, receive).await,
                None => answer(send, receive).await,
            };
            if is_done.is_none() {
                counts.resets.fetch_add(1, Ordering::SeqCst);
            }
        });
    }
}

async fn recite(
    script: Script,
    connection: Connection,
    mut send: SendStream,
    mut receive: RecvStream,
) -> Option<()> {
    if !script.is_early {
        receive.read_to_end(1 << 20).await.ok()?;
    }
    send.write_all(&script.reply).await.ok()?;
    match script.then {
        Then::Finish => send.finish().ok()?,
        Then::Reset(code) => send.reset(VarInt::from_u64(code).ok()?).ok()?,
        Then::Close(code, words) => {
            // What was said first arrives first.
            let _ =
                tokio::time::timeout(std::time::Duration::from_millis(100), send.stopped()).await;
            connection.close(VarInt::from_u64(code).ok()?, words.as_bytes());
        }
        Then::Hang => drop(send.stopped().await),
        Then::Repeat(again) => {
            let again = again.repeat(100);
            while send.write_all(&again).await.is_ok() {}
        }
    }
    // Until it has arrived.
    let _ = send.stopped().await;
    Some(())
}

/// A request: its field lines as text, and its body, which may still come.
struct Request {
    fields: Vec<(String, String)>,
    rest: Vec<u8>,
}

impl Request {
    async fn read(receive: &mut RecvStream) -> Option<Self> {
        let mut buffer = Vec::new();
        loop {
            if let Some((kind, used)) = read_integer(&buffer)
                && let Some((len, more)) = read_integer(&buffer[used..])
                && let Some(block) = buffer[used + more..].get(..len as usize)
            {
                assert_eq!(kind, frame::HEADERS);
                let text = |bytes| String::from_utf8(bytes).expect("text");
                let fields = qpack::decode(block, 1 << 20).expect("a block");
                let fields = fields.into_iter().map(|(name, value)| (text(name), text(value)));
                let rest = buffer[used + more + len as usize..].to_vec();
                return Some(Self { fields: fields.collect(), rest });
            }
            buffer.extend_from_slice(&receive.read_chunk(1 << 16, true).await.ok()??.bytes);
        }
    }

    fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    async fn body(&mut self, receive: &mut RecvStream) -> Option<Vec<u8>> {
        let rest = receive.read_to_end(1 << 26).await.ok()?;
        let mut frames = [std::mem::take(&mut self.rest), rest].concat();
        let mut body = Vec::new();
        while !frames.is_empty() {
            let (kind, used) = read_integer(&frames).expect("a frame");
            let (len, more) = read_integer(&frames[used..]).expect("a frame");
            assert_eq!(kind, frame::DATA);
            body.extend_from_slice(&frames[used + more..][..len as usize]);
            frames.drain(..used + more + len as usize);
        }
        if !self.get("content-length").is_empty() {
            assert_eq!(self.get("content-length"), body.len().to_string());
        }
        Some(body)
    }
}

/// Answers by path; `None` where the client has given up.
async fn answer(mut send: SendStream, mut receive: RecvStream) -> Option<()> {
    let mut request = Request::read(&mut receive).await?;
    let path = request.get(":path").split('?').next()?.to_owned();
    let (route, argument) = path[1..].split_once('/').unwrap_or((&path[1..], ""));
    let is_head = request.get(":method") == "HEAD";
    let number: u64 = argument.parse().unwrap_or(0);
    if route == "early" {
        let reply = [head(&[(":status", "403"), ("content-length", "2")]), data(b"no")].concat();
        send.write_all(&reply).await.ok()?;
        send.finish().ok()?;
        let _ = receive.stop(VarInt::from_u64(code::H3_NO_ERROR).ok()?);
        return Some(());
    }
    let body = request.body(&mut receive).await?;
    let reply = match route {
        "hello" if is_head => head(&[(":status", "200"), ("content-length", "5")]),
        "hello" => whole(b"hello"),
        "empty" => head(&[(":status", "204")]),
        "moved" => head(&[(":status", "302"), ("location", "/hello"), ("content-length", "0")]),
        "sink" => whole(body.len().to_string().as_bytes()),
        "echo" => whole(&[echoed(&request).as_bytes(), &body].concat()),
        "hints" => [head(&[(":status", "103"), ("link", "</a>")]), whole(b"hello")].concat(),
        "silent" => {
            let _ = send.stopped().await;
            return None;
        }
        "pattern" => head(&[(":status", "200"), ("content-length", argument)]),
        "unsized" => head(&[(":status", "200")]),
        _ => head(&[(":status", "404"), ("content-length", "0")]),
    };
    send.write_all(&reply).await.ok()?;
    if matches!(route, "pattern" | "unsized") {
        // Between pieces there are frames without a meaning.
        for piece in pattern(0, number).chunks(20_000) {
            send.write_all(&[data(piece), framed(0x21, b"grease")].concat()).await.ok()?;
        }
        send.write_all(&head(&[("x-end", "reached")])).await.ok()?;
    }
    send.finish().ok()?;
    // A client that wants no more says so.
    match send.stopped().await.ok()? {
        Some(_) => None,
        None => Some(()),
    }
}

fn whole(body: &[u8]) -> Vec<u8> {
    let length = body.len().to_string();
    [head(&[(":status", "200"), ("content-length", &length)]), data(body)].concat()
}

fn echoed(request: &Request) -> String {
    let lines: String =
        request.fields.iter().map(|(name, value)| format!("{name} {value}\n")).collect();
    format!("{lines}\n")
}

//! The good server: a thread, a runtime, a task per connection and per stream.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

use super::proxy::{self, Asks};
use super::routes;
use crate::tls::Identity;

/// A well-behaved HTTP/2 server on loopback; its routes are those of `routes.rs`.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    is_tls: bool,
    counts: Arc<Counts>,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What has happened so far.
#[derive(Debug, Default)]
pub(super) struct Counts {
    connections: AtomicUsize,
    pub(super) requests: AtomicUsize,
    pub(super) resets: AtomicUsize,
    pub(super) asked: Mutex<Vec<String>>,
}

/// How a server differs from the usual one.
#[derive(Clone, Default)]
struct Setup {
    tls: Option<TlsAcceptor>,
    max_streams: Option<u32>,
    window: Option<u32>,
    /// Tunnels are opened, for whom this lets in.
    asks: Option<Asks>,
}

impl Server {
    /// Speaks HTTP/2 in the clear, to those who know it.
    pub fn new() -> Server {
        Self::start(Setup::default())
    }

    /// Speaks HTTP/2 in the clear, `max_streams` at a time, and takes `window` bytes of a body at once.
    pub fn narrow(max_streams: u32, window: u32) -> Server {
        let (max_streams, window) = (Some(max_streams), Some(window));
        Self::start(Setup { max_streams, window, ..Setup::default() })
    }

    /// Speaks HTTP/2 under TLS, and chooses it by ALPN.
    pub fn tls(identity: &Identity) -> Server {
        let config = identity.setup().alpn(&["h2", "http/1.1"]).config();
        Self::start(Setup { tls: Some(TlsAcceptor::from(config)), ..Setup::default() })
    }

    /// A proxy under TLS, which opens tunnels and takes `window` bytes of one at once.
    pub fn proxy(identity: &Identity, asks: Asks, window: u32) -> Server {
        let config = identity.setup().alpn(&["h2", "http/1.1"]).config();
        let (tls, asks, window) = (Some(TlsAcceptor::from(config)), Some(asks), Some(window));
        Self::start(Setup { tls, asks, window, ..Setup::default() })
    }

    fn start(setup: Setup) -> Server {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("a listener that does not block");
        let address = listener.local_addr().expect("an address");
        let is_tls = setup.tls.is_some();
        let counts = Arc::<Counts>::default();
        let (end, ended) = oneshot::channel();
        let shared = counts.clone();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                tokio::select! {
                    () = accept(listener, setup, shared) => {}
                    _ = ended => {}
                }
            });
        });
        Server { address, is_tls, counts, end: Some(end), thread: Some(thread) }
    }

    /// Returns the port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Returns the URL of `path`, which begins with a slash.
    pub fn url(&self, path: &str) -> String {
        let scheme = if self.is_tls { "https" } else { "http" };
        format!("{scheme}://{}{path}", self.address)
    }

    /// Returns how many connections have come.
    pub fn connections(&self) -> usize {
        self.counts.connections.load(Ordering::SeqCst)
    }

    /// Returns how many requests have come.
    pub fn requests(&self) -> usize {
        self.counts.requests.load(Ordering::SeqCst)
    }

    /// Returns what a proxy was asked: the authority and the fields of each `CONNECT`.
    pub fn asked(&self) -> Vec<String> {
        self.counts.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns how many streams were reset by the client while a reply was being sent.
    pub fn resets(&self) -> usize {
        self.counts.resets.load(Ordering::SeqCst)
    }
}

impl Default for Server {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.end.take());
        let ended = self.thread.take().map(JoinHandle::join);
        assert!(!matches!(ended, Some(Err(_))) || std::thread::panicking(), "the server panicked");
    }
}

async fn accept(listener: std::net::TcpListener, setup: Setup, counts: Arc<Counts>) {
    let listener = TcpListener::from_std(listener).expect("a listener");
    loop {
        let Ok((stream, _)) = listener.accept().await else { return };
        counts.connections.fetch_add(1, Ordering::SeqCst);
        tokio::spawn(secure(stream, setup.clone(), counts.clone()));
    }
}

async fn secure(stream: TcpStream, setup: Setup, counts: Arc<Counts>) {
    let _ = stream.set_nodelay(true);
    match setup.tls.clone() {
        None => serve(stream, setup, counts).await,
        Some(acceptor) => {
            if let Ok(stream) = acceptor.accept(stream).await {
                serve(stream, setup, counts).await;
            }
        }
    }
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin, setup: Setup, counts: Arc<Counts>) {
    let mut builder = h2::server::Builder::new();
    builder.max_concurrent_streams(setup.max_streams.unwrap_or(100));
    builder.initial_window_size(setup.window.unwrap_or(1 << 20));
    let Ok(mut connection) = builder.handshake::<_, bytes::Bytes>(stream).await else { return };
    while let Some(Ok((request, respond))) = connection.accept().await {
        counts.requests.fetch_add(1, Ordering::SeqCst);
        match setup.asks {
            Some(asks) => {
                tokio::spawn(proxy::answer(request, respond, asks, counts.clone()));
            }
            None => {
                tokio::spawn(routes::answer(request, respond, counts.clone()));
            }
        }
    }
}

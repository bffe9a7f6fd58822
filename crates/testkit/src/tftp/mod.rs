//! A TFTP server on loopback: a good one that may lose packets, or one that follows a script.
//!
//! ```
//! use landline_testkit::tftp::{Manners, Server, ack, data, request};
//! use std::net::UdpSocket;
//!
//! let server = Server::with(Manners::default()).file("motd", "hello");
//! let client = UdpSocket::bind("127.0.0.1:0")?;
//! client.send_to(&request(1, "motd", "octet"), server.addr())?;
//! let mut datagram = [0; 600];
//! let (len, peer) = client.recv_from(&mut datagram)?;
//! assert_eq!(datagram[..len], data(1, b"hello"));
//! client.send_to(&ack(1), peer)?;
//! # Ok::<(), std::io::Error>(())
//! ```

mod packets;
mod peer;
mod serve;

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

pub use packets::{ack, data, error, oack, request};
pub use peer::Peer;

/// Datagrams kept for tests to look at, the last ones.
const RECORD_LIMIT: usize = 2_000;

/// How a good server behaves, and what happens to its packets on the way.
#[derive(Clone, Debug, Default)]
pub struct Manners {
    /// It knows RFC 1350 alone.
    pub ignores_options: bool,
    /// It announces this length in place of the true one.
    pub announces: Option<u64>,
    /// Of a transfer's packets those with these numbers, from 1, are lost on their way out.
    pub loses: Vec<usize>,
    /// And these on their way in; the request is no part of this.
    pub misses: Vec<usize>,
    /// Every packet arrives twice.
    pub doubles: bool,
    /// Behind every packet the one before arrives again.
    pub brings_old_ones: bool,
    /// Ahead of every packet but the first a stranger sends one.
    pub has_strangers: bool,
}

/// A server on `127.0.0.1` that lives until it is dropped, with a thread for every transfer.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    listener: Option<thread::JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    files: Mutex<BTreeMap<String, Vec<u8>>>,
    received: Mutex<VecDeque<Vec<u8>>>,
    came: Condvar,
    is_stopping: AtomicBool,
}

impl Default for Server {
    fn default() -> Server {
        Server::new()
    }
}

impl Server {
    /// A good server on a good network.
    pub fn new() -> Server {
        Server::with(Manners::default())
    }

    /// A server with these manners.
    pub fn with(manners: Manners) -> Server {
        Server::start(move |peer, shared| {
            peer.behave(&manners);
            serve::transfer(peer, shared, &manners)
        })
    }

    /// A server that does for every request what `script` says; what fails there is the client gone.
    pub fn scripted(
        script: impl Fn(&mut Peer) -> io::Result<()> + Send + Sync + 'static,
    ) -> Server {
        Server::start(move |peer, _| script(peer))
    }

    fn start(
        handler: impl Fn(&mut Peer, &Shared) -> io::Result<()> + Send + Sync + 'static,
    ) -> Server {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a port of loopback");
        let address = socket.local_addr().expect("a bound socket");
        let shared = Arc::new(Shared::default());
        let (listened, handler) = (Arc::clone(&shared), Arc::new(handler));
        let listener = thread::spawn(move || listen(&socket, &listened, &handler));
        Server { address, shared, listener: Some(listener) }
    }

    /// Adds a file.
    #[must_use]
    pub fn file(self, name: &str, bytes: impl Into<Vec<u8>>) -> Server {
        lock(&self.shared.files).insert(name.to_owned(), bytes.into());
        self
    }

    /// Returns a file, as it was added or has been written.
    pub fn stored(&self, name: &str) -> Option<Vec<u8>> {
        lock(&self.shared.files).get(name).cloned()
    }

    /// Returns where requests are to be sent.
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// Returns the URL of a file.
    pub fn url(&self, file: &str) -> String {
        format!("tftp://{}/{file}", self.address)
    }

    /// Returns the last datagrams that came, 2,000 at most.
    pub fn received(&self) -> Vec<Vec<u8>> {
        lock(&self.shared.received).iter().cloned().collect()
    }

    /// Waits until `reached` says yes to the datagrams so far, and tells whether it did in time.
    #[must_use]
    pub fn wait_for(&self, reached: impl Fn(&[Vec<u8>]) -> bool, patience: Duration) -> bool {
        let deadline = Instant::now() + patience;
        let mut received = lock(&self.shared.received);
        while !reached(received.make_contiguous()) {
            let Some(left) = deadline.checked_duration_since(Instant::now()) else { return false };
            let waited = self.shared.came.wait_timeout(received, left);
            received = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.is_stopping.store(true, Ordering::Relaxed);
        if let (Ok(socket), Some(listener)) = (UdpSocket::bind("127.0.0.1:0"), self.listener.take())
        {
            // Wakes the listener, which then looks at the flag.
            let _ = socket.send_to(&[], self.address);
            let panicked = listener.join().is_err();
            assert!(!panicked || thread::panicking(), "a handler panicked");
        }
    }
}

impl Shared {
    fn record(&self, datagram: &[u8]) {
        let mut received = lock(&self.received);
        if received.len() == RECORD_LIMIT {
            received.pop_front();
        }
        received.push_back(datagram.to_vec());
        self.came.notify_all();
    }

    fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::Relaxed)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn listen<H>(socket: &UdpSocket, shared: &Arc<Shared>, handler: &Arc<H>)
where
    H: Fn(&mut Peer, &Shared) -> io::Result<()> + Send + Sync + 'static,
{
    let mut threads = Vec::new();
    let mut datagram = [0; 1024];
    while let Ok((len, client)) = socket.recv_from(&mut datagram) {
        if shared.is_stopping() {
            break;
        }
        shared.record(&datagram[..len]);
        let request = datagram[..len].to_vec();
        let (shared, handler) = (Arc::clone(shared), Arc::clone(handler));
        threads.push(thread::spawn(move || {
            let mut peer = Peer::new(client, request, Arc::clone(&shared)).expect("a socket");
            // A client that has gone away is no failure of the server.
            let _ = handler(&mut peer, &shared);
        }));
    }
    for thread in threads {
        thread.join().expect("a handler panicked");
    }
}

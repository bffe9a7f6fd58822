//! A running server: where it is, what it has received, and its clean end.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::builder::Builder;
use crate::conn::Conn;
use crate::log::{Log, Record};
use crate::tls::Identity;
use crate::transport::Address;

/// How long ends are waited for when a server is dropped.
const FAREWELL: Duration = Duration::from_secs(10);

/// A server on loopback that lives until it is dropped.
///
/// Dropping it closes the listener, cuts every connection and waits (10 s at most) for their
/// threads. It panics when a handler has panicked, so that an assertion in a handler counts.
#[derive(Debug)]
pub struct Server {
    address: Address,
    log: Arc<Log>,
    is_tls: bool,
    listener: Option<thread::JoinHandle<()>>,
}

impl Server {
    pub(crate) fn running(
        address: Address,
        log: Arc<Log>,
        is_tls: bool,
        listener: thread::JoinHandle<()>,
    ) -> Server {
        Server { address, log, is_tls, listener: Some(listener) }
    }

    /// Starts building a server that is more than one of the three below.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Listens on a free TCP port of 127.0.0.1.
    pub fn tcp(handler: impl Fn(&mut Conn) -> io::Result<()> + Send + Sync + 'static) -> Server {
        Server::builder().start(handler)
    }

    /// Listens on a Unix socket at `path`.
    pub fn unix(
        path: impl Into<PathBuf>,
        handler: impl Fn(&mut Conn) -> io::Result<()> + Send + Sync + 'static,
    ) -> Server {
        Server::builder().unix(path).start(handler)
    }

    /// Listens on a free TCP port of 127.0.0.1 and speaks TLS from the first byte.
    pub fn tls(
        identity: &Identity,
        handler: impl Fn(&mut Conn) -> io::Result<()> + Send + Sync + 'static,
    ) -> Server {
        Server::builder().tls(identity).start(handler)
    }

    /// Returns the TCP address; panics on a Unix socket, which has none.
    pub fn addr(&self) -> SocketAddr {
        match &self.address {
            Address::Tcp(address) => *address,
            Address::Unix(path) => panic!("{} is a Unix socket", path.display()),
        }
    }

    /// Tells whether the server listens on TCP and so has an address and a port.
    pub fn is_tcp(&self) -> bool {
        matches!(self.address, Address::Tcp(_))
    }

    /// Returns the TCP port; panics on a Unix socket.
    pub fn port(&self) -> u16 {
        self.addr().port()
    }

    /// Returns the path of the Unix socket; panics on TCP.
    pub fn path(&self) -> &Path {
        match &self.address {
            Address::Unix(path) => path,
            Address::Tcp(address) => panic!("{address} is not a Unix socket"),
        }
    }

    /// Returns the host as it stands in a URL, `127.0.0.1` or `[::1]`; on a Unix socket
    /// `localhost`, since something has to stand there.
    pub fn host(&self) -> String {
        match &self.address {
            Address::Tcp(SocketAddr::V4(address)) => address.ip().to_string(),
            Address::Tcp(SocketAddr::V6(address)) => format!("[{}]", address.ip()),
            Address::Unix(_) => "localhost".to_owned(),
        }
    }

    /// Returns the URL of `path`, which begins with a slash: `http`, or `https` where the server
    /// speaks TLS.
    pub fn url(&self, path: &str) -> String {
        self.url_for(if self.is_tls { "https" } else { "http" }, path)
    }

    /// Returns the URL of `path` under another scheme.
    pub fn url_for(&self, scheme: &str, path: &str) -> String {
        match &self.address {
            Address::Tcp(address) => {
                format!("{scheme}://{}:{}{path}", self.host(), address.port())
            }
            Address::Unix(_) => format!("{scheme}://localhost{path}"),
        }
    }

    /// Tells whether the server speaks TLS from the first byte.
    pub fn is_tls(&self) -> bool {
        self.is_tls
    }

    /// Returns how many connections have been accepted.
    pub fn connections(&self) -> usize {
        self.log.connections()
    }

    /// Returns what every connection has brought, in order of arrival.
    pub fn records(&self) -> Vec<Record> {
        self.log.records()
    }

    /// Returns the bytes every connection has brought (on TLS: the plain text).
    pub fn received(&self) -> Vec<Vec<u8>> {
        self.records().into_iter().map(|record| record.received).collect()
    }

    /// Returns the same as text, what is not UTF-8 replaced.
    pub fn received_text(&self) -> Vec<String> {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        self.received().into_iter().map(text).collect()
    }

    /// Waits until `reached` says yes to what the connections have brought, and tells whether it
    /// did before `patience` ran out. It is asked after every change.
    #[must_use]
    pub fn wait_for(&self, reached: impl FnMut(&[Record]) -> bool, patience: Duration) -> bool {
        self.log.wait_for(reached, patience)
    }

    /// Lets one handler pass that waits in [`Conn::wait_for_release`], or the next to come there.
    pub fn release(&self) {
        self.log.release();
    }

    /// Ends every connection and the listener, as dropping does, and waits for their threads;
    /// what was received can still be asked for.
    pub fn stop(&mut self) {
        let Some(thread) = self.listener.take() else { return };
        self.log.stop();
        self.address.knock();
        let idle = self.log.wait_until_idle(FAREWELL);
        // The listener's thread ends with the knock; joining frees the port before we return.
        let _ = thread.join();
        if let Address::Unix(path) = &self.address {
            let _ = std::fs::remove_file(path);
        }
        if let (Some(panic), false) = (self.log.take_panic(), thread::panicking()) {
            panic!("a handler panicked, {panic}");
        }
        assert!(idle || thread::panicking(), "a handler did not end within {FAREWELL:?}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

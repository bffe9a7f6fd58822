//! How a server listens, and the threads that attend to its connections.

use std::any::Any;
use std::io;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rustls::ServerConfig;

use crate::conn::Conn;
use crate::log::Log;
use crate::server::Server;
use crate::tls::Identity;
use crate::transport::{Address, Listener, Transport, Wire};

type Handler = dyn Fn(&mut Conn) -> io::Result<()> + Send + Sync;

/// Says where and how a [`Server`] listens.
#[derive(Clone, Debug)]
pub struct Builder {
    address: Address,
    tls: Option<Arc<ServerConfig>>,
    one_byte: bool,
    patience: Duration,
}

impl Default for Builder {
    fn default() -> Builder {
        Builder {
            address: Address::Tcp(SocketAddr::from(([127, 0, 0, 1], 0))),
            tls: None,
            one_byte: false,
            patience: Duration::from_secs(60),
        }
    }
}

impl Builder {
    /// Listens on `address` instead of `127.0.0.1:0`, say `[::1]:0`.
    #[must_use]
    pub fn bind(mut self, address: impl Into<SocketAddr>) -> Builder {
        self.address = Address::Tcp(address.into());
        self
    }

    /// Listens on a Unix socket at `path`, which must not exist; dropping the server removes it.
    #[must_use]
    pub fn unix(mut self, path: impl Into<PathBuf>) -> Builder {
        self.address = Address::Unix(path.into());
        self
    }

    /// Speaks TLS from the first byte; the handler is called after the handshake. URLs of the
    /// server name `127.0.0.1`, so the identity should be issued for that too.
    #[must_use]
    pub fn tls(self, identity: &Identity) -> Builder {
        self.tls_config(identity.server_config())
    }

    /// Speaks TLS from the first byte with a configuration of one's own.
    #[must_use]
    pub fn tls_config(mut self, config: Arc<ServerConfig>) -> Builder {
        self.tls = Some(config);
        self
    }

    /// Starts every connection in one-byte delivery ([`Conn::one_byte`]).
    #[must_use]
    pub fn one_byte(mut self, on: bool) -> Builder {
        self.one_byte = on;
        self
    }

    /// Ends any single read or write after this long; 60 s unless told.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Builder {
        self.patience = patience;
        self
    }

    /// Listens and calls `handler` for every connection, each on a thread of its own. When the
    /// handler returns, the connection is closed in order, unless the handler has ended it.
    /// An error it returns is kept in the record; a panic makes dropping the server panic.
    pub fn start(
        self,
        handler: impl Fn(&mut Conn) -> io::Result<()> + Send + Sync + 'static,
    ) -> Server {
        let (listener, address) = Listener::bind(&self.address)
            .unwrap_or_else(|error| panic!("cannot listen on {:?}: {error}", self.address));
        let log = Arc::new(Log::default());
        let is_tls = self.tls.is_some();
        let doorman = Doorman { builder: self, log: log.clone(), handler: Arc::new(handler) };
        let thread = thread::Builder::new()
            .name("testkit listener".into())
            .spawn(move || doorman.receive(&listener))
            .expect("a thread can be started");
        Server::running(address, log, is_tls, thread)
    }
}

/// The thread that accepts.
struct Doorman {
    builder: Builder,
    log: Arc<Log>,
    handler: Arc<Handler>,
}

impl Doorman {
    fn receive(self, listener: &Listener) {
        loop {
            let accepted = listener.accept();
            if self.log.is_stopping() {
                return;
            }
            match accepted {
                Ok(transport) => self.admit(transport),
                // Out of descriptors, most likely: other tests will give some back.
                Err(_) => drop(self.log.wait_for_stop(Duration::from_millis(10))),
            }
        }
    }

    fn admit(&self, transport: Transport) {
        let wire = Wire(Arc::new(transport));
        let _ = wire.0.set_patience(self.builder.patience);
        let Some(number) = self.log.enter(&wire.0) else { return };
        let conn = Conn::new(wire, self.log.clone(), number, self.builder.one_byte);
        let (handler, tls) = (self.handler.clone(), self.builder.tls.clone());
        let log = self.log.clone();
        thread::Builder::new()
            .name(format!("testkit connection {number}"))
            .spawn(move || {
                attend(conn, tls.as_ref(), &*handler, &log, number);
                log.leave(number);
            })
            .expect("a thread can be started");
    }
}

fn attend(
    mut conn: Conn,
    tls: Option<&Arc<ServerConfig>>,
    handler: &Handler,
    log: &Log,
    number: usize,
) {
    if let Some(Err(error)) = tls.map(|config| conn.upgrade_tls(config)) {
        log.update(number, |record| {
            record.tls_error = Some(error.to_string());
            record.handled = true;
        });
        conn.depart();
        return;
    }
    let outcome = catch_unwind(AssertUnwindSafe(|| handler(&mut conn)));
    let error = match outcome {
        Ok(result) => result.err().map(|error| error.to_string()),
        Err(panic) => {
            let text = panic_text(&*panic);
            log.panicked(format!("connection {number}: {text}"));
            Some(text)
        }
    };
    log.update(number, |record| {
        record.handler_error = error;
        record.handled = true;
    });
    conn.depart();
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or(panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without words").to_owned()
}

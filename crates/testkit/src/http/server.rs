//! Routes, and the loop that keeps a connection alive.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use super::builtin;
use super::request::Request;
use crate::tls::Identity;
use crate::{Builder, Conn};

type Handler = dyn Fn(&mut Request, &mut Conn) -> io::Result<()> + Send + Sync;
type Routes = RwLock<HashMap<String, Arc<Handler>>>;

/// An HTTP server on loopback, running from the moment it is made.
///
/// Everything of [`crate::Server`] is there too: `url`, `addr`, `records`, `wait_for` …
#[derive(Debug)]
pub struct Server {
    core: crate::Server,
    routes: RoutesHandle,
}

#[derive(Clone, Default)]
struct RoutesHandle(Arc<Routes>);

impl Default for Server {
    fn default() -> Server {
        Server::new()
    }
}

impl Server {
    /// Serves on a free TCP port of 127.0.0.1.
    pub fn new() -> Server {
        Server::on(Builder::default())
    }

    /// Serves over TLS on a free TCP port of 127.0.0.1.
    pub fn tls(identity: &Identity) -> Server {
        Server::on(Builder::default().tls(identity))
    }

    /// Serves on a Unix socket.
    pub fn unix(path: impl Into<PathBuf>) -> Server {
        Server::on(Builder::default().unix(path))
    }

    /// Serves wherever `builder` listens.
    pub fn on(builder: Builder) -> Server {
        let routes = RoutesHandle::default();
        let attending = routes.clone();
        let core = builder.start(move |conn| attending.attend(conn));
        Server { core, routes }
    }

    /// Answers requests for `path` with `handler`, which gets the request with its body. A path
    /// that ends in `*` stands for all that begin so. What is routed goes before what is built in.
    #[must_use]
    pub fn route(
        self,
        path: &str,
        handler: impl Fn(&Request, &mut Conn) -> io::Result<()> + Send + Sync + 'static,
    ) -> Server {
        self.route_early(path, move |request, conn| {
            request.read_body(conn)?;
            handler(request, conn)
        })
    }

    /// Answers requests for `path` with `handler`, which is called as soon as the head is there;
    /// [`Request::read_body`] reads on. When it does not, the connection is closed afterwards.
    #[must_use]
    pub fn route_early(
        self,
        path: &str,
        handler: impl Fn(&mut Request, &mut Conn) -> io::Result<()> + Send + Sync + 'static,
    ) -> Server {
        let mut routes = self.routes.0.write().unwrap_or_else(PoisonError::into_inner);
        routes.insert(path.to_owned(), Arc::new(handler));
        drop(routes);
        self
    }

    /// Returns all whole requests received so far, connection by connection. They are read from
    /// the [records](crate::Record) and end where those do.
    pub fn requests(&self) -> Vec<Request> {
        self.core.received().iter().flat_map(|bytes| Request::parse_all(bytes)).collect()
    }
}

impl Deref for Server {
    type Target = crate::Server;

    fn deref(&self) -> &crate::Server {
        &self.core
    }
}

impl RoutesHandle {
    /// Answers one request after the other; with a small body that is one read and one write.
    fn attend(&self, conn: &mut Conn) -> io::Result<()> {
        loop {
            let head = conn.read_head()?;
            if head.is_empty() {
                return Ok(());
            }
            let mut request = match Request::parse(head) {
                Ok(request) => request,
                Err(problem) => return Request::default().reply(conn, 400, &[], problem),
            };
            match self.find(request.path()) {
                Some(handler) => handler(&mut request, conn)?,
                None => builtin::answer(&mut request, conn)?,
            }
            let is_framed = request.body_read || !request.has_body();
            if conn.is_ended() || !request.keeps_alive() || !is_framed {
                return Ok(());
            }
        }
    }

    fn find(&self, path: &str) -> Option<Arc<Handler>> {
        let routes = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(handler) = routes.get(path) {
            return Some(handler.clone());
        }
        let begins =
            |route: &str| route.strip_suffix('*').is_some_and(|part| path.starts_with(part));
        let fitting = routes.iter().filter(|(route, _)| begins(route));
        fitting.max_by_key(|(route, _)| route.len()).map(|(_, handler)| handler.clone())
    }
}

impl std::fmt::Debug for RoutesHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let routes = self.0.read().unwrap_or_else(PoisonError::into_inner);
        f.debug_set().entries(routes.keys()).finish()
    }
}

/// Sends `GET path` with `Connection: close` over a bare socket and returns the whole reply.
pub fn raw_get(server: &crate::Server, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
    String::from_utf8_lossy(&raw_exchange(server, request.as_bytes())).into_owned()
}

/// Sends bytes over a bare TCP socket and returns all that comes until the server closes; a
/// reset ends it too. It panics when nothing comes for 20 s.
pub fn raw_exchange(server: &crate::Server, request: &[u8]) -> Vec<u8> {
    let mut client = TcpStream::connect(server.addr()).expect("the server listens");
    client.set_read_timeout(Some(Duration::from_secs(20))).expect("a time-out can be set");
    // A server that misbehaves may have closed already; what it said is what counts.
    let _ = client.write_all(request);
    let mut reply = Vec::new();
    if let Err(error) = client.read_to_end(&mut reply) {
        assert!(!crate::log::is_timeout(&error), "the server neither spoke nor closed");
    }
    reply
}

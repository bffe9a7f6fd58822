//! A running FTP server and what a test can learn from it.

use std::ops::Deref;
use std::time::Duration;

use super::builder::{Builder, House};
use super::journal::{Command, DataConnection, Journal};
use super::quirks::Quirks;
use super::session::Session;
use super::tree::{Content, Tree, resolve};

/// An FTP server on loopback, running from the moment it is made.
///
/// Everything of [`crate::Server`] is there too: `addr`, `connections`, `release` …
#[derive(Debug)]
pub struct Server {
    core: crate::Server,
    scheme: &'static str,
    tree: Tree,
    journal: Journal,
}

/// What all connections of a server share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) tree: Tree,
    pub(super) journal: Journal,
    pub(super) house: House,
    pub(super) quirks: Quirks,
}

impl Default for Server {
    fn default() -> Server {
        Server::new()
    }
}

impl Server {
    /// Serves an empty tree to anonymous users.
    pub fn new() -> Server {
        Server::builder().start()
    }

    /// Begins the description of a server.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(super) fn starting(builder: &Builder) -> Server {
        let journal = Journal::default();
        let shared = Shared {
            tree: builder.tree.clone(),
            journal: journal.clone(),
            house: builder.house.clone(),
            quirks: builder.quirks.clone(),
        };
        let (tree, is_implicit) = (builder.tree.clone(), builder.house.is_implicit);
        let core = builder.listen(move |conn| Session::new(conn, &shared).attend());
        Server { core, scheme: if is_implicit { "ftps" } else { "ftp" }, tree, journal }
    }

    /// Returns the URL of `path`, which begins with a slash: `ftp`, or `ftps` where the server
    /// speaks TLS from the first byte.
    pub fn url(&self, path: &str) -> String {
        self.core.url_for(self.scheme, path)
    }

    /// Returns what a file holds, an upload for one.
    pub fn read(&self, path: impl AsRef<[u8]>) -> Option<Vec<u8>> {
        self.tree.bytes(&resolve(b"/", path.as_ref()))
    }

    /// Returns how many bytes a [sink](Builder::sink) has taken.
    pub fn sunk(&self, path: impl AsRef<[u8]>) -> u64 {
        match self.tree.node(&resolve(b"/", path.as_ref())).and_then(|node| node.content) {
            Some(Content::Sink(bytes)) => bytes,
            _ => 0,
        }
    }

    /// Puts a file there, or changes it, while the server runs.
    pub fn put(&self, path: impl AsRef<[u8]>, bytes: impl Into<Vec<u8>>) {
        self.tree.put(path.as_ref(), Content::Bytes(bytes.into().into()));
    }

    /// Returns the time of a path, in seconds since 1970.
    pub fn modified(&self, path: impl AsRef<[u8]>) -> Option<u64> {
        self.tree.node(&resolve(b"/", path.as_ref())).map(|node| node.modified)
    }

    /// Tells whether there is such a file or folder.
    pub fn exists(&self, path: impl AsRef<[u8]>) -> bool {
        self.tree.node(&resolve(b"/", path.as_ref())).is_some()
    }

    /// Returns all paths in order, what is not UTF-8 replaced.
    pub fn paths(&self) -> Vec<String> {
        let text = |path: &Vec<u8>| String::from_utf8_lossy(path).into_owned();
        self.tree.paths().iter().map(text).collect()
    }

    /// Returns every line received, passwords included, of all connections in order of arrival.
    pub fn commands(&self) -> Vec<String> {
        self.dialogue().into_iter().map(|command| command.line).collect()
    }

    /// Returns the same with the connections they came over.
    pub fn dialogue(&self) -> Vec<Command> {
        self.journal.commands()
    }

    /// Returns every data connection there was, those refused for their TLS included.
    pub fn data_connections(&self) -> Vec<DataConnection> {
        self.journal.data()
    }

    /// Waits until `reached` says yes to what was received and opened, and tells whether it did
    /// before `patience` ran out.
    #[must_use]
    pub fn wait_until(
        &self,
        reached: impl FnMut(&[Command], &[DataConnection]) -> bool,
        patience: Duration,
    ) -> bool {
        self.journal.wait_for(reached, patience)
    }
}

impl Deref for Server {
    type Target = crate::Server;

    fn deref(&self) -> &crate::Server {
        &self.core
    }
}

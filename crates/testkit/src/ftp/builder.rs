//! What the server holds, who may come in, and where it listens.

use std::io;
use std::sync::Arc;

use rustls::ServerConfig;

use super::quirks::Quirks;
use super::server::Server;
use super::tree::{Content, Tree};
use crate::tls::Identity;

/// Who may come in, and how.
#[derive(Clone, Debug, Default)]
pub(super) struct House {
    pub(super) logins: Vec<(String, String)>,
    pub(super) refuses_anonymous: bool,
    pub(super) account: Option<String>,
    pub(super) home: Vec<u8>,
    pub(super) tls: Option<Arc<ServerConfig>>,
    pub(super) is_implicit: bool,
    pub(super) demands_tls: bool,
    pub(super) demands_resumption: bool,
}

/// Describes a [`Server`]: its files, its logins, its TLS, its quirks. Unless told otherwise it
/// is a good one: only `anonymous` and `ftp` may log in, with any password.
///
/// ```
/// use landline_testkit::ftp::{Answer, End, Server};
///
/// let server = Server::builder()
///     .file("/folder/a.txt", "hello\n")
///     .pattern("/big", 1 << 40)
///     .login("me", "secret")
///     .without("EPSV")
///     .answer("SITE", "500 What?")
///     .answer_nth("RETR", 2, Answer::from("421 Time is over.").then(End::Fin))
///     .start();
/// assert_eq!(server.read("/folder/a.txt").as_deref(), Some(&b"hello\n"[..]));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Builder {
    core: crate::Builder,
    pub(super) tree: Tree,
    pub(super) house: House,
    pub(super) quirks: Quirks,
}

/// Files and folders. The folders above are made as needed.
impl Builder {
    /// Puts a file there.
    #[must_use]
    pub fn file(self, path: impl AsRef<[u8]>, bytes: impl Into<Vec<u8>>) -> Builder {
        self.tree.put(path.as_ref(), Content::Bytes(Arc::new(bytes.into())));
        self
    }

    /// Puts `length` bytes of [`pattern`](crate::http::pattern()) there, which are never held.
    /// They are the same in TYPE A.
    #[must_use]
    pub fn pattern(self, path: impl AsRef<[u8]>, length: u64) -> Builder {
        self.tree.put(path.as_ref(), Content::Pattern(length));
        self
    }

    /// Puts a file there that forgets what is uploaded to it.
    #[must_use]
    pub fn sink(self, path: impl AsRef<[u8]>) -> Builder {
        self.tree.put(path.as_ref(), Content::Sink(0));
        self
    }

    /// Makes an empty folder.
    #[must_use]
    pub fn folder(self, path: impl AsRef<[u8]>) -> Builder {
        self.tree.make_folders(path.as_ref());
        self
    }

    /// Gives a path its time, in seconds since 1970; it is [`MODIFIED`](super::MODIFIED) before.
    #[must_use]
    pub fn modified(self, path: impl AsRef<[u8]>, unix_seconds: u64) -> Builder {
        self.change(path.as_ref(), |node| node.modified = unix_seconds)
    }

    /// Lets SIZE, the 150 reply and listings tell a size that is not the file's.
    #[must_use]
    pub fn announce(self, path: impl AsRef<[u8]>, bytes: u64) -> Builder {
        self.change(path.as_ref(), |node| node.announced = Some(bytes))
    }

    /// Gives a folder its LIST word for word.
    #[must_use]
    pub fn listing(self, folder: impl AsRef<[u8]>, text: impl Into<Vec<u8>>) -> Builder {
        self.tree.make_folders(folder.as_ref());
        self.change(folder.as_ref(), |node| node.listing = Some(Arc::new(text.into())))
    }

    fn change(self, path: &[u8], with: impl FnOnce(&mut super::tree::Node)) -> Builder {
        let there = self.tree.change(&super::tree::resolve(b"/", path), with);
        assert!(there, "{} is not in the tree yet", path.escape_ascii());
        self
    }
}

/// Logins and TLS.
impl Builder {
    /// Lets this user in, with this password alone.
    #[must_use]
    pub fn login(mut self, user: &str, password: &str) -> Builder {
        self.house.logins.push((user.to_owned(), password.to_owned()));
        self
    }

    /// Refuses `anonymous` and `ftp` (530).
    #[must_use]
    pub fn no_anonymous(mut self) -> Builder {
        self.house.refuses_anonymous = true;
        self
    }

    /// Wants this ACCT after the password (332).
    #[must_use]
    pub fn account(mut self, account: &str) -> Builder {
        self.house.account = Some(account.to_owned());
        self
    }

    /// Begins in this folder after the login instead of `/`.
    #[must_use]
    pub fn home(mut self, folder: impl AsRef<[u8]>) -> Builder {
        self.tree.make_folders(folder.as_ref());
        self.house.home = folder.as_ref().to_vec();
        self
    }

    /// Offers AUTH TLS, showing this identity; it should be issued for `127.0.0.1`.
    #[must_use]
    pub fn tls(self, identity: &Identity) -> Builder {
        self.tls_config(identity.server_config())
    }

    /// Offers AUTH TLS with a configuration of one's own, say one that
    /// [demands a client certificate](crate::tls::ServerSetup::demand_client).
    #[must_use]
    pub fn tls_config(mut self, config: Arc<ServerConfig>) -> Builder {
        self.house.tls = Some(config);
        self
    }

    /// Speaks TLS from the first byte, as ftps servers do, once one of the two above is given.
    #[must_use]
    pub fn implicit(mut self) -> Builder {
        self.house.is_implicit = true;
        self
    }

    /// Refuses logins without TLS (530) and data in the clear (522).
    #[must_use]
    pub fn demand_tls(mut self) -> Builder {
        self.house.demands_tls = true;
        self
    }

    /// Refuses data connections (522) that did not resume a TLS session of their own control
    /// connection, as vsftpd does.
    #[must_use]
    pub fn demand_resumption(mut self) -> Builder {
        self.house.demands_resumption = true;
        self
    }
}

/// Where it listens.
impl Builder {
    /// Listens wherever `core` says; its one-byte delivery goes for data connections too.
    #[must_use]
    pub fn on(mut self, core: crate::Builder) -> Builder {
        self.core = core;
        self
    }

    /// Sends every byte in a segment of its own.
    #[must_use]
    pub fn one_byte(mut self, on: bool) -> Builder {
        self.core = self.core.one_byte(on);
        self
    }

    /// Starts it.
    pub fn start(self) -> Server {
        Server::starting(&self)
    }

    /// Listens, each connection on a thread of its own.
    pub(super) fn listen(
        &self,
        attend: impl Fn(&mut crate::Conn) -> io::Result<()> + Send + Sync + 'static,
    ) -> crate::Server {
        self.core.clone().start(attend)
    }
}

//! What the server holds, and how it is different from a good one.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;

use rustls::ServerConfig;

use super::answer::{Answer, End, Rule, Wait};
use super::listing::ListStyle;
use super::server::Server;
use super::tree::{Content, Tree};
use crate::tls::Identity;

/// What happens in the middle of a transfer.
#[derive(Clone, Copy, Debug)]
pub(super) enum Turn {
    Pause(Wait),
    EndData(End),
    EndControl(End),
    /// Both connections, as when the server dies.
    EndBoth(End),
    /// The disk is full.
    Full,
}

/// Where a server is different from a good one.
#[derive(Clone, Debug, Default)]
pub(super) struct Quirks {
    pub(super) rules: Vec<Rule>,
    pub(super) greeting: Option<Answer>,
    pub(super) pasv_address: Option<Ipv4Addr>,
    pub(super) demands_pret: bool,
    pub(super) list_style: ListStyle,
    pub(super) list_never_ends: bool,
    pub(super) accepts_late: Option<Wait>,
    pub(super) confirms_early: bool,
    pub(super) confirms_late: Option<Wait>,
    pub(super) final_reply: Option<Answer>,
    pub(super) after_transfer: Option<(usize, Answer)>,
    pub(super) turns: Vec<(u64, Turn)>,
    pub(super) injected: Vec<u8>,
    pub(super) tells_no_size: bool,
}

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

/// Quirks of the control connection.
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

    /// Gives this answer to a verb instead of doing what it wants. A `230` to USER, PASS or ACCT
    /// still lets the user in. The answer given last goes first.
    #[must_use]
    pub fn answer(mut self, verb: &str, answer: impl Into<Answer>) -> Builder {
        self.quirks.rules.push(Rule::new(verb, None, answer.into()));
        self
    }

    /// The same for the `nth` time alone that a verb is used in a connection, counted from 1.
    #[must_use]
    pub fn answer_nth(mut self, verb: &str, nth: usize, answer: impl Into<Answer>) -> Builder {
        self.quirks.rules.push(Rule::new(verb, Some(nth), answer.into()));
        self
    }

    /// Knows nothing of this verb (500) and leaves it out of FEAT.
    #[must_use]
    pub fn without(self, verb: &str) -> Builder {
        self.answer(verb, "500 Unknown command.")
    }

    /// Greets with this instead of one line.
    #[must_use]
    pub fn greeting(mut self, answer: impl Into<Answer>) -> Builder {
        self.quirks.greeting = Some(answer.into());
        self
    }

    /// Says these bytes in the same segment as its `234`, before the handshake.
    #[must_use]
    pub fn inject_after_auth(mut self, bytes: impl Into<Vec<u8>>) -> Builder {
        self.quirks.injected = bytes.into();
        self
    }

    /// Says this after the final reply of the `nth` transfer of a connection, unasked: as a rule
    /// `421` and [`End::Fin`], so that the connection is found dead when it is used again.
    #[must_use]
    pub fn after_transfer(mut self, nth: usize, answer: impl Into<Answer>) -> Builder {
        self.quirks.after_transfer = Some((nth, answer.into()));
        self
    }

    /// Refuses PASV and EPSV unless PRET came before.
    #[must_use]
    pub fn demand_pret(mut self) -> Builder {
        self.quirks.demands_pret = true;
        self
    }

    /// Announces this address in 227, where nobody listens.
    #[must_use]
    pub fn pasv_address(mut self, address: impl Into<Ipv4Addr>) -> Builder {
        self.quirks.pasv_address = Some(address.into());
        self
    }
}

/// Quirks of transfers, listings included.
impl Builder {
    /// Lists folders in this style.
    #[must_use]
    pub fn list_style(mut self, style: ListStyle) -> Builder {
        self.quirks.list_style = style;
        self
    }

    /// Never ends a LIST, NLST or MLSD: its lines come again and again.
    #[must_use]
    pub fn endless_list(mut self) -> Builder {
        self.quirks.list_never_ends = true;
        self
    }

    /// Tells no size: neither in reply to SIZE, which it does not know, nor in its 150.
    #[must_use]
    pub fn without_sizes(mut self) -> Builder {
        self.quirks.tells_no_size = true;
        self.without("SIZE")
    }

    /// Waits before it accepts a data connection and says 150.
    #[must_use]
    pub fn accept_late(mut self, wait: Wait) -> Builder {
        self.quirks.accepts_late = Some(wait);
        self
    }

    /// Gives this instead of the final reply 226; [`Answer::nothing`] leaves it out.
    #[must_use]
    pub fn final_reply(mut self, answer: impl Into<Answer>) -> Builder {
        self.quirks.final_reply = Some(answer.into());
        self
    }

    /// Waits between the end of the data and the final reply.
    #[must_use]
    pub fn final_reply_late(mut self, wait: Wait) -> Builder {
        self.quirks.confirms_late = Some(wait);
        self
    }

    /// Gives the final reply right behind the 150, before the data.
    #[must_use]
    pub fn final_reply_early(mut self) -> Builder {
        self.quirks.confirms_early = true;
        self
    }

    /// Waits when so many bytes of a transfer are through.
    #[must_use]
    pub fn pause_data_after(self, bytes: u64, wait: Wait) -> Builder {
        self.turn(bytes, Turn::Pause(wait))
    }

    /// Ends the data connection after so many bytes; the reply is 426 then, or what
    /// [`Builder::final_reply`] says.
    #[must_use]
    pub fn end_data_after(self, bytes: u64, end: End) -> Builder {
        self.turn(bytes, Turn::EndData(end))
    }

    /// Ends the control connection after so many bytes; the data goes on to its end.
    #[must_use]
    pub fn end_control_after(self, bytes: u64, end: End) -> Builder {
        self.turn(bytes, Turn::EndControl(end))
    }

    /// Ends both connections after so many bytes, as when the server dies.
    #[must_use]
    pub fn die_after(self, bytes: u64, end: End) -> Builder {
        self.turn(bytes, Turn::EndBoth(end))
    }

    /// Has room for so many bytes of an upload; then the reply is 552.
    #[must_use]
    pub fn full_after(self, bytes: u64) -> Builder {
        self.turn(bytes, Turn::Full)
    }

    fn turn(mut self, bytes: u64, turn: Turn) -> Builder {
        self.quirks.turns.push((bytes, turn));
        self.quirks.turns.sort_by_key(|(at, _)| *at);
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

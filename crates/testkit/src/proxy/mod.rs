//! Proxies: HTTP (forwarding and `CONNECT`), SOCKS4, 4a and 5, with a login, and with bad manners.
//!
//! Every name leads to 127.0.0.1, so that tests can ask for whatever host they like. What a proxy
//! is asked is remembered apart from what passes through it.
//!
//! ```
//! use std::io::{Read, Write};
//! use std::net::TcpStream;
//! use landline_testkit::{http, proxy::Proxy};
//!
//! let (origin, proxy) = (http::Server::new(), Proxy::http().start());
//! let mut client = TcpStream::connect(proxy.addr())?;
//! write!(client, "CONNECT a.test:{} HTTP/1.1\r\n\r\n", origin.port())?;
//! let mut reply = [0; 39];
//! client.read_exact(&mut reply)?;
//! assert_eq!(&reply, b"HTTP/1.1 200 Connection established\r\n\r\n");
//! client.write_all(b"GET /hello HTTP/1.0\r\n\r\n")?;
//! let mut page = String::new();
//! client.read_to_string(&mut page)?;
//! assert!(page.ends_with("hello, world\n"));
//! assert_eq!(proxy.asked(), [format!("CONNECT a.test:{} HTTP/1.1\r\n\r\n", origin.port())]);
//! # Ok::<(), std::io::Error>(())
//! ```

mod http;
mod relay;
mod socks;

use std::io;
use std::net::TcpStream;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;

use crate::tls::Identity;
use crate::{Conn, Server};

/// A running proxy. Everything of [`Server`] is there too.
#[derive(Debug)]
pub struct Proxy {
    core: Server,
    asked: Asked,
}

/// What proxies were asked, in words or as received.
type Asked = Arc<Mutex<Vec<String>>>;

/// Says what a proxy speaks, and how it misbehaves.
#[derive(Clone, Debug)]
pub struct Builder {
    core: crate::Builder,
    manner: Manner,
}

#[derive(Clone, Debug)]
struct Manner {
    speaks: Speaks,
    login: Option<(String, String)>,
    /// Basic unless this is called for.
    wants_digest: bool,
    mood: Mood,
}

#[derive(Clone, Copy, Debug)]
enum Speaks {
    Http,
    Socks,
}

#[derive(Clone, Debug)]
enum Mood {
    Good,
    Says(Vec<u8>),
    Endless,
    Silent,
}

impl Proxy {
    /// Begins an HTTP proxy.
    pub fn http() -> Builder {
        Builder::new(Speaks::Http)
    }

    /// Begins a SOCKS proxy, which speaks the version it is spoken to in.
    pub fn socks() -> Builder {
        Builder::new(Speaks::Socks)
    }

    /// What it was asked: heads of HTTP as received, `SOCKS5 host:port` with ` as user:password`.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Deref for Proxy {
    type Target = Server;

    fn deref(&self) -> &Server {
        &self.core
    }
}

impl Builder {
    fn new(speaks: Speaks) -> Builder {
        let core = crate::Builder::default().patience(Duration::from_secs(20));
        Builder {
            core,
            manner: Manner { speaks, login: None, wants_digest: false, mood: Mood::Good },
        }
    }

    /// Lets in this user only.
    #[must_use]
    pub fn login(mut self, user: &str, password: &str) -> Builder {
        self.manner.login = Some((user.to_owned(), password.to_owned()));
        self
    }

    /// Listens on a Unix socket, which must not exist.
    #[must_use]
    pub fn unix(mut self, path: impl Into<std::path::PathBuf>) -> Builder {
        self.core = self.core.unix(path);
        self
    }

    /// Lets in who proves it by Digest (SHA-256, `auth`), over the connection of the refusal.
    #[must_use]
    pub fn digest(mut self) -> Builder {
        self.manner.wants_digest = true;
        self
    }

    /// Speaks under TLS.
    #[must_use]
    pub fn tls(mut self, identity: &Identity) -> Builder {
        self.core = self.core.tls(identity);
        self
    }

    /// Sends its own words byte by byte.
    #[must_use]
    pub fn one_byte(mut self) -> Builder {
        self.core = self.core.one_byte(true);
        self
    }

    /// Says this to whatever comes, and closes.
    #[must_use]
    pub fn saying(mut self, bytes: impl Into<Vec<u8>>) -> Builder {
        self.manner.mood = Mood::Says(bytes.into());
        self
    }

    /// Answers with a head that never ends.
    #[must_use]
    pub fn endless(mut self) -> Builder {
        self.manner.mood = Mood::Endless;
        self
    }

    /// Never answers.
    #[must_use]
    pub fn silent(mut self) -> Builder {
        self.manner.mood = Mood::Silent;
        self
    }

    /// Starts it.
    pub fn start(self) -> Proxy {
        let asked = Asked::default();
        let (manner, shared) = (self.manner, asked.clone());
        let core = self.core.start(move |conn| manner.attend(conn, &shared));
        Proxy { core, asked }
    }
}

impl Manner {
    fn attend(&self, conn: &mut Conn, asked: &Asked) -> io::Result<()> {
        match &self.mood {
            Mood::Good => match self.speaks {
                Speaks::Http => self.attend_http(conn, asked),
                Speaks::Socks => self.attend_socks(conn, asked),
            },
            Mood::Silent => conn.stall(),
            Mood::Says(bytes) => {
                self.hear(conn)?;
                conn.say(bytes)
            }
            Mood::Endless => {
                self.hear(conn)?;
                conn.say("HTTP/1.1 200 OK\r\n")?;
                loop {
                    conn.say("X-Filler: and so on and so on and so on\r\n")?;
                }
            }
        }
    }

    /// Waits for the first words, whatever they are.
    fn hear(&self, conn: &mut Conn) -> io::Result<()> {
        match self.speaks {
            Speaks::Http => conn.read_head().map(|_| ()),
            Speaks::Socks => conn.read_exact_bytes(1).map(|_| ()),
        }
    }

    /// What the field has to say.
    fn authorization(&self) -> Option<String> {
        let (user, password) = self.login.as_ref()?;
        let pair = format!("{user}:{password}");
        Some(format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair)))
    }
}

fn note(asked: &Asked, what: String) {
    asked.lock().unwrap_or_else(PoisonError::into_inner).push(what);
}

/// All names lead here.
fn dial(port: u16) -> io::Result<TcpStream> {
    let stream =
        TcpStream::connect_timeout(&([127, 0, 0, 1], port).into(), Duration::from_secs(5))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

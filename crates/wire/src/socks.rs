//! The client's side of SOCKS, which asks a proxy to connect somewhere: versions 4, 4a and 5.
//!
//! Out of scope: BIND, UDP ASSOCIATE, GSS-API, looking names up.
//!
//! Specifications: SOCKS4 and SOCKS4a (Ying-Da Lee), RFC 1928 (SOCKS5), RFC 1929 (user and password).
//!
//! A [`Handshake`] says what to send and how many bytes to read; it reads no byte beyond its own, for
//! those belong to whoever is behind the proxy.
//!
//! ```
//! use landline_wire::socks::{Destination, Handshake};
//!
//! let mut handshake = Handshake::socks5(&Destination::Name("a.test"), 80, None)?;
//! assert_eq!(handshake.take_output(), b"\x05\x01\x00");
//! assert_eq!(handshake.receive(b"\x05\x00")?, 2);
//! assert_eq!(handshake.take_output(), b"\x05\x01\x00\x03\x06a.test\x00\x50");
//! assert_eq!(handshake.receive(b"\x05\x00\x00\x01\0\0\0\0\0\0220 hello")?, 10);
//! assert!(handshake.is_done());
//! # Ok::<(), landline_wire::socks::SocksError>(())
//! ```
//!
//! ```text
//!            +-> credentials -> credentials' reply -+
//!  method ---+                                      +-> request -> reply -> done     (SOCKS5)
//!            +--------------------------------------+
//!                                                       request -> reply -> done     (SOCKS4, 4a)
//! ```
//!
//! | limit | value | unit |
//! |---|---|---|
//! | [`MAX_TEXT_BYTES`] | 255 | bytes of a name, a user or a password |
//! | longest reply | 262 | bytes |
//!
//! Errors: [`SocksError::TooLong`] and [`SocksError::Forbidden`] are the caller's fault, before anything is
//! sent; all others are the proxy's answer.
//!
//! Deviations: an empty password is sent, though RFC 1929 wants one byte at least, as curl does.

use std::net::{IpAddr, Ipv4Addr};

mod error;

pub use error::SocksError;

/// Bytes that a name, a user or a password may have: their length is one byte (RFC 1928 section 5,
/// RFC 1929 section 2).
pub const MAX_TEXT_BYTES: usize = 255;

/// Where the proxy is to connect to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination<'a> {
    /// A name that the proxy looks up.
    Name(&'a str),
    /// An address.
    Address(IpAddr),
}

/// A user and a password.
pub type Credentials<'a> = (&'a [u8], &'a [u8]);

/// The exchange before a proxy passes everything on.
pub struct Handshake {
    output: Vec<u8>,
    /// What of the proxy's message has come.
    input: Vec<u8>,
    /// How long that message is, as far as its bytes tell.
    len: usize,
    awaiting: Awaiting,
    /// SOCKS5: what to send when the proxy has chosen a method.
    credentials: Option<Vec<u8>>,
    request: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Awaiting {
    Reply4,
    Method,
    Admission,
    Reply5,
    Nothing,
}

const NO_CREDENTIALS: u8 = 0;
const USER_AND_PASSWORD: u8 = 2;
const NO_METHOD: u8 = 0xff;
const CONNECT: u8 = 1;

impl Handshake {
    /// Begins SOCKS4: an IPv4 address, and a user that nobody checks.
    ///
    /// # Errors
    /// [`SocksError::TooLong`] and [`SocksError::Forbidden`] for the user.
    pub fn socks4(address: Ipv4Addr, port: u16, user: &[u8]) -> Result<Self, SocksError> {
        let mut output = request4(address, port);
        push_ended(&mut output, "user", user)?;
        Ok(Self::new(output, Awaiting::Reply4, 8))
    }

    /// Begins SOCKS4a: a name that the proxy looks up.
    ///
    /// # Errors
    /// [`SocksError::TooLong`] and [`SocksError::Forbidden`] for the name and the user.
    pub fn socks4a(name: &str, port: u16, user: &[u8]) -> Result<Self, SocksError> {
        // An address that cannot be means that a name follows.
        let mut output = request4(Ipv4Addr::new(0, 0, 0, 1), port);
        push_ended(&mut output, "user", user)?;
        if name.is_empty() {
            return Err(SocksError::Forbidden("host name"));
        }
        push_ended(&mut output, "host name", name.as_bytes())?;
        Ok(Self::new(output, Awaiting::Reply4, 8))
    }

    /// Begins SOCKS5. User and password are offered where there are some.
    ///
    /// # Errors
    /// [`SocksError::TooLong`] and [`SocksError::Forbidden`] for the name, the user or the password.
    pub fn socks5(
        destination: &Destination<'_>,
        port: u16,
        credentials: Option<Credentials<'_>>,
    ) -> Result<Self, SocksError> {
        let request = request5(destination, port)?;
        let credentials = credentials.map(credentials_message).transpose()?;
        let greeting: &[u8] = match credentials {
            Some(_) => &[5, 2, NO_CREDENTIALS, USER_AND_PASSWORD],
            None => &[5, 1, NO_CREDENTIALS],
        };
        let begun = Self::new(greeting.to_vec(), Awaiting::Method, 2);
        Ok(Self { credentials, request, ..begun })
    }

    fn new(output: Vec<u8>, awaiting: Awaiting, len: usize) -> Self {
        let (input, request) = (Vec::new(), Vec::new());
        Self { output, input, len, awaiting, credentials: None, request }
    }

    /// Takes the bytes to send now; none while it is the proxy's turn.
    pub fn take_output(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.output)
    }

    /// Tells how many bytes to read at most: those behind are not the proxy's.
    #[must_use]
    pub fn missing(&self) -> usize {
        match self.awaiting {
            Awaiting::Nothing => 0,
            _ => self.len - self.input.len(),
        }
    }

    /// Tells whether everything is passed on from here.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.awaiting == Awaiting::Nothing
    }

    /// Takes bytes of the proxy, and gives how many of them were its own.
    ///
    /// # Errors
    /// [`SocksError`] for an answer that says no, or that makes no sense. Nothing can follow one.
    pub fn receive(&mut self, bytes: &[u8]) -> Result<usize, SocksError> {
        let mut taken = 0;
        while !self.is_done() && self.output.is_empty() && taken < bytes.len() {
            let count = self.missing().min(bytes.len() - taken);
            self.input.extend_from_slice(&bytes[taken..taken + count]);
            taken += count;
            if self.missing() == 0 {
                self.advance()?;
            }
        }
        Ok(taken)
    }

    /// Reads the message, or finds that there is more of it.
    fn advance(&mut self) -> Result<(), SocksError> {
        match self.awaiting {
            Awaiting::Reply4 => check4(&self.input)?,
            Awaiting::Method => return self.choose(),
            Awaiting::Admission => return self.admit(),
            Awaiting::Reply5 => {
                let len = reply5_len(&self.input)?;
                if len > self.input.len() {
                    self.len = len;
                    return Ok(());
                }
            }
            Awaiting::Nothing => {}
        }
        self.awaiting = Awaiting::Nothing;
        Ok(())
    }

    fn expect(&mut self, awaiting: Awaiting, len: usize, output: Vec<u8>) {
        (self.awaiting, self.len, self.output) = (awaiting, len, output);
        self.input.clear();
    }

    fn send_request(&mut self) {
        let request = std::mem::take(&mut self.request);
        // Up to the first byte of the address, which tells how long it is.
        self.expect(Awaiting::Reply5, 5, request);
    }

    /// RFC 1928 section 3.
    fn choose(&mut self) -> Result<(), SocksError> {
        check_version(5, self.input[0])?;
        match (self.input[1], self.credentials.take()) {
            (NO_CREDENTIALS, _) => self.send_request(),
            (USER_AND_PASSWORD, Some(message)) => self.expect(Awaiting::Admission, 2, message),
            (NO_METHOD, offered) => {
                return Err(SocksError::NoMethod { offered_password: offered.is_some() });
            }
            (method, _) => return Err(SocksError::Method(method)),
        }
        Ok(())
    }

    /// RFC 1929 section 2; the version is looked at by nobody, and not set by all.
    fn admit(&mut self) -> Result<(), SocksError> {
        match self.input[1] {
            0 => self.send_request(),
            _ => return Err(SocksError::Login),
        }
        Ok(())
    }
}

/// Leaves the messages out, which hold secrets.
impl std::fmt::Debug for Handshake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Handshake").field("awaiting", &self.awaiting).finish_non_exhaustive()
    }
}

fn request4(address: Ipv4Addr, port: u16) -> Vec<u8> {
    [&[4, CONNECT][..], &port.to_be_bytes(), &address.octets()].concat()
}

/// RFC 1928 section 4.
fn request5(destination: &Destination<'_>, port: u16) -> Result<Vec<u8>, SocksError> {
    let mut message = vec![5, CONNECT, 0];
    match destination {
        Destination::Address(IpAddr::V4(v4)) => {
            message.push(1);
            message.extend_from_slice(&v4.octets());
        }
        Destination::Address(IpAddr::V6(v6)) => {
            message.push(4);
            message.extend_from_slice(&v6.octets());
        }
        Destination::Name("") => return Err(SocksError::Forbidden("host name")),
        Destination::Name(name) => {
            message.push(3);
            push_counted(&mut message, "host name", name.as_bytes())?;
        }
    }
    message.extend_from_slice(&port.to_be_bytes());
    Ok(message)
}

fn credentials_message((user, password): Credentials<'_>) -> Result<Vec<u8>, SocksError> {
    let mut message = vec![1];
    push_counted(&mut message, "user", user)?;
    push_counted(&mut message, "password", password)?;
    Ok(message)
}

/// Text behind its length.
fn push_counted(message: &mut Vec<u8>, what: &'static str, text: &[u8]) -> Result<(), SocksError> {
    let len = u8::try_from(text.len()).map_err(|_| SocksError::TooLong(what))?;
    message.push(len);
    message.extend_from_slice(text);
    Ok(())
}

/// Text before a NUL.
fn push_ended(message: &mut Vec<u8>, what: &'static str, text: &[u8]) -> Result<(), SocksError> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(SocksError::TooLong(what));
    }
    if text.contains(&0) {
        return Err(SocksError::Forbidden(what));
    }
    message.extend_from_slice(text);
    message.push(0);
    Ok(())
}

fn check_version(wanted: u8, version: u8) -> Result<(), SocksError> {
    if version == wanted { Ok(()) } else { Err(SocksError::Version(version)) }
}

/// The reply to a request of SOCKS4; address and port in it mean nothing here.
fn check4(reply: &[u8]) -> Result<(), SocksError> {
    const GRANTED: u8 = 90;
    check_version(0, reply[0])?;
    if reply[1] == GRANTED { Ok(()) } else { Err(SocksError::Refused4(reply[1])) }
}

/// How long a reply is that begins like this (RFC 1928 section 6).
fn reply5_len(reply: &[u8]) -> Result<usize, SocksError> {
    check_version(5, reply[0])?;
    if reply[1] != 0 {
        return Err(SocksError::Refused5(reply[1]));
    }
    const FIXED: usize = 4 + 2;
    match reply[3] {
        1 => Ok(FIXED + 4),
        3 => Ok(FIXED + 1 + usize::from(reply[4])),
        4 => Ok(FIXED + 16),
        other => Err(SocksError::AddressType(other)),
    }
}

#[cfg(test)]
mod tests;

//! DNS: questions for addresses and the answers to them.
//!
//! Out of scope: caches, other records than A, AAAA and CNAME, DNSSEC, who is asked and how.
//!
//! Specifications: RFC 1035 sections 3.1 (names) and 4.1 (messages), RFC 3596 (AAAA), RFC 5452 section 9.1
//! (which answers belong to a question), RFC 8484 (over HTTPS).
//!
//! ```
//! use landline_wire::dns::{Question, RecordType, Reply};
//!
//! let question = Question::new("a.test", RecordType::A).unwrap();
//! let asked = question.message(7);
//! let mut answer = asked.clone();
//! (answer[2], answer[3], answer[7]) = (0x81, 0x80, 1); // a response, with one answer:
//! answer.extend(b"\xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x04\x7f\0\0\x01"); // the name again, A, IN, 60 s
//! let reply = question.reply(7, &answer).unwrap();
//! assert_eq!(reply, Reply::Addresses(vec!["127.0.0.1".parse().unwrap()]));
//! ```
//!
//! | limit | value |
//! |---|---|
//! | a name | 255 bytes on the wire, 63 a label |
//! | names that lead to other names (CNAME) | 16 |
//!
//! An answer's names serve to find the way from the question to the addresses and are never shown.

mod message;

use std::fmt;
use std::net::IpAddr;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordType {
    /// IPv4 addresses.
    A,
    /// IPv6 addresses.
    Aaaa,
}

/// A question for the addresses of one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// In wire form and lower case.
    name: Vec<u8>,
    kind: RecordType,
}

/// What a server said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// The addresses, in the server's order; none where the name has none of this type.
    Addresses(Vec<IpAddr>),
    /// There is no such name.
    NoSuchName,
    /// The server cannot or will not answer, with its code (RFC 1035 section 4.1.1).
    Failed(u8),
    /// There is more than fits in a datagram: it is to be asked over TCP.
    Truncated,
}

/// Why something is no question or no answer to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DnsError {
    /// A name that DNS cannot be asked for.
    Name,
    /// The message is not an answer to this question, but maybe to another.
    Stray,
    /// The message ends early, or a name in it makes no sense.
    Malformed,
    /// Names lead to names in a circle, or too far.
    Chain,
}

impl RecordType {
    fn number(self) -> u16 {
        match self {
            RecordType::A => 1,
            RecordType::Aaaa => 28,
        }
    }
}

impl Question {
    /// Asks for a host by its canonical (ASCII) name, with or without the final dot.
    ///
    /// # Errors
    /// [`DnsError::Name`] for a name that is empty, too long, or not of letters, digits, `-` and `_`.
    pub fn new(host: &str, kind: RecordType) -> Result<Self, DnsError> {
        const MAX_NAME_BYTES: usize = 255;
        let mut name = Vec::with_capacity(host.len() + 2);
        for label in host.strip_suffix('.').unwrap_or(host).split('.') {
            let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            if !(1..=63).contains(&label.len()) || !label.bytes().all(is_fit) {
                return Err(DnsError::Name);
            }
            name.push(label.len() as u8);
            name.extend(label.bytes().map(|byte| byte.to_ascii_lowercase()));
        }
        name.push(0);
        if name.len() > MAX_NAME_BYTES { Err(DnsError::Name) } else { Ok(Self { name, kind }) }
    }

    /// The message to send: recursion is asked for.
    #[must_use]
    pub fn message(&self, id: u16) -> Vec<u8> {
        let mut message = id.to_be_bytes().to_vec();
        message.extend(b"\x01\0\0\x01\0\0\0\0\0\0");
        message.extend(&self.name);
        message.extend(self.kind.number().to_be_bytes());
        message.extend(b"\0\x01");
        message
    }
}

impl fmt::Display for DnsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            DnsError::Name => "it is no name that DNS can be asked for",
            DnsError::Stray => "the answer belongs to another question",
            DnsError::Malformed => "the answer makes no sense",
            DnsError::Chain => "the answer leads from name to name without an end",
        })
    }
}

impl std::error::Error for DnsError {}

#[cfg(test)]
mod tests;

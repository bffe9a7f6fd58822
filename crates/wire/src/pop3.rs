//! What POP3 says: capabilities, the numbers of the messages, APOP, URLs.
//!
//! Out of scope: status replies ([`reply`](crate::reply)), the texts behind them
//! ([`dot`](crate::dot)).
//!
//! Specifications: RFC 1939 (POP3), 2384 (URLs, of which curl's forms are no part), 2449 (`CAPA`), 2595
//! (`STLS`), 5034 (`SASL`).
//!
//! ```
//! use landline_wire::pop3::{apop, parse_listed, parse_unique_id, timestamp};
//!
//! let greeting = "POP3 server ready <1896.697170952@dbc.mtview.ca.us>";
//! let timestamp = timestamp(greeting).expect("it offers APOP");
//! assert_eq!(apop(timestamp, b"tanstaaf"), "c4c9334bac560ecc979e58001b3e22fb");
//! assert_eq!(parse_listed("2 200"), Some((2, 200)));
//! assert_eq!(parse_unique_id("1 whqtswO00WBw418f9t5JxYwZ"), Some((1, "whqtswO00WBw418f9t5JxYwZ")));
//! ```

use md5::{Digest as _, Md5};

use crate::hex::hexadecimal;
use crate::sasl::Mechanisms;
use crate::target::Location;

/// What the server can do beyond RFC 1939 (RFC 2449 section 6).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// It begins TLS on `STLS`.
    pub stls: bool,
    /// It has `TOP`.
    pub top: bool,
    /// It has `UIDL`.
    pub uidl: bool,
    /// It takes `USER` and `PASS`.
    pub user: bool,
    /// It takes commands before it has answered those before.
    pub pipelining: bool,
    /// Ways to log in with `AUTH`.
    pub sasl: Mechanisms,
    lines: Vec<String>,
}

impl Capabilities {
    /// Takes in one line of the answer to `CAPA`.
    pub fn push_line(&mut self, line: &str) {
        let (name, rest) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
        match name.to_ascii_uppercase().as_str() {
            "STLS" => self.stls = true,
            "TOP" => self.top = true,
            "UIDL" => self.uidl = true,
            "USER" => self.user = true,
            "PIPELINING" => self.pipelining = true,
            "SASL" => self.sasl = Mechanisms::of(rest),
            _ => {}
        }
        self.lines.push(line.to_owned());
    }

    /// The lines as the server wrote them.
    #[must_use]
    pub fn lines(&self) -> &[String] {
        &self.lines
    }
}

/// The timestamp of a greeting, brackets included, where the server offers APOP (RFC 1939 section 7).
#[must_use]
pub fn timestamp(greeting: &str) -> Option<&str> {
    let start = greeting.find('<')?;
    let len = greeting[start..].find('>')?;
    let timestamp = &greeting[start..=start + len];
    // One without `@` is none: a server that sends it would get a hash to guess the password by.
    (timestamp.contains('@') && timestamp.is_ascii()).then_some(timestamp)
}

/// What APOP proves the password with.
#[must_use]
pub fn apop(timestamp: &str, password: &[u8]) -> String {
    hexadecimal(&Md5::digest([timestamp.as_bytes(), password].concat()))
}

/// What stands behind a command for what a URL names, decoded: the number of a message; nothing for the
/// mailbox itself. `None` when it holds a control character, which could end the command.
#[must_use]
pub fn argument(location: &Location) -> Option<Vec<u8>> {
    let path = location.decoded_path().ok()?;
    let argument = path.strip_prefix(b"/").unwrap_or(&path);
    let is_fit = !argument.iter().any(u8::is_ascii_control);
    is_fit.then(|| argument.to_vec())
}

/// Two numbers: the answer to `STAT`, a line of `LIST`; whatever stands behind them.
#[must_use]
pub fn parse_listed(line: &str) -> Option<(u64, u64)> {
    let mut words = line.split_ascii_whitespace();
    Some((number(words.next()?)?, number(words.next()?)?))
}

/// A line of `UIDL`: a number and the message's own name (RFC 1939 section 7).
#[must_use]
pub fn parse_unique_id(line: &str) -> Option<(u64, &str)> {
    let (count, id) = line.trim().split_once(' ')?;
    let is_id = (1..=70).contains(&id.len()) && id.bytes().all(|byte| (0x21..0x7f).contains(&byte));
    is_id.then_some((number(count)?, id))
}

fn number(word: &str) -> Option<u64> {
    word.bytes().all(|byte| byte.is_ascii_digit()).then(|| word.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capabilities_are_told_apart() {
        let mut all = Capabilities::default();
        for line in
            ["TOP", "uidl", "SASL CRAM-MD5 KERBEROS_V4 plain", "STLS", "EXPIRE 60", " USER "]
        {
            all.push_line(line);
        }
        assert!(all.top && all.uidl && all.stls && all.user && !all.pipelining);
        assert_eq!(all.sasl, Mechanisms::of("CRAM-MD5 PLAIN"));
        assert_eq!(all.lines().len(), 6);
    }

    #[test]
    fn a_timestamp_has_its_brackets_and_an_at() {
        for (greeting, expected) in [
            ("ready <1@a>", Some("<1@a>")),
            ("<1@a> <2@b>", Some("<1@a>")),
            ("ready <1>", None),
            ("ready <1@a", None),
            ("ready 1@a>", None),
            ("> <1@a>", Some("<1@a>")),
            ("<\u{e9}@a>", None),
            ("", None),
        ] {
            assert_eq!(timestamp(greeting), expected, "{greeting}");
        }
    }

    #[test]
    fn a3_a_url_names_a_message_or_the_mailbox() {
        for (path, expected) in [
            ("", Some("")),
            ("/", Some("")),
            ("/7", Some("7")),
            ("/7%200", Some("7 0")),
            ("//7", Some("/7")),
            ("/7%0d%0aDELE%201", None),
            ("/7%00", None),
            ("/%7f", None),
        ] {
            let location = Location::parse(&format!("pop3://host{path}")).expect("a URL");
            let expected = expected.map(|it| it.as_bytes().to_vec());
            assert_eq!(argument(&location), expected, "{path}");
        }
    }

    #[test]
    fn what_is_no_number_is_none() {
        for line in ["", "1", "a b", "+1 2", "1 -2", "1 99999999999999999999"] {
            assert_eq!(parse_listed(line), None, "{line}");
        }
        assert_eq!(parse_listed("1 2 (and more)"), Some((1, 2)));
        for line in ["", "1", "x y", "1 a b", "1 \u{e9}", &format!("1 {}", "a".repeat(71))] {
            assert_eq!(parse_unique_id(line), None, "{line}");
        }
    }
}

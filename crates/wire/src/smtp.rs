//! What SMTP says: extensions, enhanced codes, addresses of an envelope, URLs.
//!
//! Out of scope: status replies ([`reply`](crate::reply)), the text of a message
//! ([`dot`](crate::dot)).
//!
//! Specifications: RFC 5321 (SMTP), 1870 (`SIZE`), 2034 and 3463 (enhanced codes), 2920 (`PIPELINING`),
//! 3030 (`CHUNKING`), 3207 (`STARTTLS`), 3461 (`DSN`), 4954 (`AUTH`), 6152 (`8BITMIME`), 6531 (`SMTPUTF8`).
//!
//! ```
//! use landline_wire::smtp::{EnhancedCode, Extensions, mailbox, xtext};
//!
//! let can = Extensions::from_lines(["mail.example.com hello", "SIZE 1000000", "STARTTLS"]);
//! assert!(can.starttls && can.size == Some(1_000_000) && !can.pipelining);
//! assert_eq!(EnhancedCode::of("5.1.1 no such mailbox"), Some(EnhancedCode(5, 1, 1)));
//! assert_eq!(mailbox("<me@example.com>"), Some("me@example.com"));
//! assert_eq!(mailbox("me@example.com> SIZE=1"), None);
//! assert_eq!(xtext("a+b c"), "a+2Bb+20c");
//! ```

use std::borrow::Cow;
use std::fmt;
use std::fmt::Write as _;

use crate::sasl::Mechanisms;
use crate::target::Location;

/// What the server can do beyond RFC 5321's minimum.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Extensions {
    /// It begins TLS on `STARTTLS`.
    pub starttls: bool,
    /// It takes commands before it has answered those before.
    pub pipelining: bool,
    /// It wants to know how long a message is; the longest it takes, 0 for no limit.
    pub size: Option<u64>,
    /// It takes bytes above 127 in bodies.
    pub eight_bit_mime: bool,
    /// It takes UTF-8 in addresses and header fields.
    pub smtp_utf8: bool,
    /// It takes messages in chunks, by `BDAT`.
    pub chunking: bool,
    /// It tells of deliveries as it is asked to.
    pub dsn: bool,
    /// Its replies have enhanced codes.
    pub enhanced_codes: bool,
    /// Ways to log in with `AUTH`.
    pub auth: Mechanisms,
    lines: Vec<String>,
}

impl Extensions {
    /// Reads the lines of the reply to `EHLO`; the first is a greeting.
    pub fn from_lines<'a>(lines: impl IntoIterator<Item = &'a str>) -> Self {
        let mut this = Self::default();
        for line in lines.into_iter().skip(1) {
            this.note(line.trim());
            this.lines.push(line.to_owned());
        }
        this
    }

    fn note(&mut self, line: &str) {
        // "AUTH=LOGIN" is how servers of before wrote it.
        let (keyword, rest) = line.split_once([' ', '=']).unwrap_or((line, ""));
        match keyword.to_ascii_uppercase().as_str() {
            "STARTTLS" => self.starttls = true,
            "PIPELINING" => self.pipelining = true,
            "SIZE" => self.size = Some(rest.trim().parse().unwrap_or(0)),
            "8BITMIME" => self.eight_bit_mime = true,
            "SMTPUTF8" => self.smtp_utf8 = true,
            "CHUNKING" => self.chunking = true,
            "DSN" => self.dsn = true,
            "ENHANCEDSTATUSCODES" => self.enhanced_codes = true,
            "AUTH" => self.auth.add(rest),
            _ => {}
        }
    }

    /// The lines as the server wrote them, without the greeting.
    #[must_use]
    pub fn lines(&self) -> &[String] {
        &self.lines
    }
}

/// What a reply says in more detail: class, subject, detail (RFC 3463 section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnhancedCode(pub u8, pub u16, pub u16);

impl EnhancedCode {
    /// Reads it from the beginning of a reply's text.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let mut parts = text.split_ascii_whitespace().next()?.split('.');
        let mut number = |max: usize| {
            let part = parts.next().filter(|part| (1..=max).contains(&part.len()))?;
            part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<u16>().ok())?
        };
        let (class, subject, detail) = (number(1)?, number(3)?, number(3)?);
        let class = u8::try_from(class).ok().filter(|class| matches!(class, 2 | 4 | 5))?;
        parts.next().is_none().then_some(Self(class, subject, detail))
    }
}

impl fmt::Display for EnhancedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// The name a URL has us say hello with, as curl's do: its path, decoded; nothing where it has none.
/// `None` when that is not one word.
#[must_use]
pub fn own_name(location: &Location) -> Option<String> {
    let path = String::from_utf8(location.decoded_path().ok()?).ok()?;
    let name = path.trim_start_matches('/');
    let is_word = !name.contains(|c: char| c.is_whitespace() || c.is_control());
    is_word.then(|| name.to_owned())
}

/// An address as it stands in an envelope, without its brackets; the empty one is nobody's. `None`
/// when it holds what would end it: brackets, blanks outside of quotes, control characters.
#[must_use]
pub fn mailbox(address: &str) -> Option<&str> {
    let address = address.trim();
    let inside = match address.strip_prefix('<') {
        Some(rest) => rest.strip_suffix('>')?,
        None => address,
    };
    let (mut is_quoted, mut is_escaped) = (false, false);
    for c in inside.chars() {
        if c.is_control() {
            return None;
        }
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            '<' | '>' | ' ' if !is_quoted => return None,
            _ => {}
        }
    }
    (!is_quoted && inside.len() <= MAX_ADDRESS_BYTES).then_some(inside)
}

/// The address with its domain as the DNS has it (RFC 5890 section 2.3.2.1), which every server reads. The
/// local part stays as it is. `None` for a domain beyond ASCII that is none.
#[must_use]
pub fn with_ascii_domain(mailbox: &str) -> Option<Cow<'_, str>> {
    match mailbox.rsplit_once('@') {
        // What is in quotes is no domain.
        Some((local, domain)) if !domain.is_ascii() && !domain.contains('"') => {
            // Strict: what maps to a bracket or a blank would end the address.
            let domain = idna::domain_to_ascii_strict(domain).ok()?;
            Some(Cow::Owned(format!("{local}@{domain}")))
        }
        _ => Some(Cow::Borrowed(mailbox)),
    }
}

/// The longest address that is sent: more than a path of RFC 5321 section 4.5.3.1.3 may have.
const MAX_ADDRESS_BYTES: usize = 512;

/// A parameter's value in the letters it may have (RFC 3461 section 4).
#[must_use]
pub fn xtext(value: &str) -> String {
    value.bytes().fold(String::with_capacity(value.len()), |mut text, byte| {
        match byte {
            b'!'..=b'~' if !matches!(byte, b'+' | b'=') => text.push(char::from(byte)),
            // Writing to a `String` cannot fail.
            _ => drop(write!(text, "+{byte:02X}")),
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_are_told_apart() {
        let can = Extensions::from_lines([
            "STARTTLS in a greeting is none",
            "PIPELINING",
            "8bitmime",
            "SMTPUTF8",
            "size",
            "AUTH PLAIN X-OWN",
            "AUTH=LOGIN PLAIN",
            "CHUNKING",
            "DSN",
            "ENHANCEDSTATUSCODES",
            "HELP",
        ]);
        assert!(!can.starttls && can.pipelining && can.eight_bit_mime && can.smtp_utf8);
        assert!(can.chunking && can.dsn && can.enhanced_codes && can.size == Some(0));
        assert_eq!(can.auth, Mechanisms::of("PLAIN LOGIN"));
        assert_eq!(can.lines().len(), 10);
        assert_eq!(Extensions::from_lines([]), Extensions::default());
    }

    #[test]
    fn an_enhanced_code_has_three_numbers() {
        assert_eq!(EnhancedCode::of("4.7.0"), Some(EnhancedCode(4, 7, 0)));
        for text in ["", "5.1", "5.1.1.1 x", "3.1.1", "5.a.1", "5.1.1234", "55.1.1", "+5.1.1"] {
            assert_eq!(EnhancedCode::of(text), None, "{text}");
        }
    }

    #[test]
    fn a3_an_address_cannot_end_its_brackets() {
        for (address, expected) in [
            ("a@b", Some("a@b")),
            (" <a@b> ", Some("a@b")),
            ("<>", Some("")),
            ("", Some("")),
            ("\"a b>\"@c", Some("\"a b>\"@c")),
            ("\"a\\\"> x\"@c", Some("\"a\\\"> x\"@c")),
            ("gr\u{fc}n@b", Some("gr\u{fc}n@b")),
            ("a@b> SIZE=1", None),
            ("a@b>", None),
            ("<a@b", None),
            ("a b@c", None),
            ("a\r\nRCPT TO:<x>", None),
            ("a\0@b", None),
            ("\"a@b", None),
            ("\"a\"> x", None),
        ] {
            assert_eq!(mailbox(address), expected, "{address}");
        }
        assert_eq!(mailbox(&"a".repeat(513)), None);
    }

    #[test]
    fn a3_a_domain_beyond_ascii_is_said_as_the_dns_has_it() {
        for (address, expected) in [
            ("e@b\u{fc}cher.test", Some("e@xn--bcher-kva.test")),
            ("e@B\u{dc}CHER.test", Some("e@xn--bcher-kva.test")),
            ("gr\u{fc}n@b\u{fc}cher.test", Some("gr\u{fc}n@xn--bcher-kva.test")),
            ("gr\u{fc}n@a_b.test", Some("gr\u{fc}n@a_b.test")),
            ("\"a@b\"@b\u{fc}cher.test", Some("\"a@b\"@xn--bcher-kva.test")),
            ("\"a@\u{fc}\"", Some("\"a@\u{fc}\"")),
            ("gr\u{fc}n", Some("gr\u{fc}n")),
            ("", Some("")),
            // Full-width forms, which map to a bracket, a blank and an at sign.
            ("a@b\u{ff1e}", None),
            ("a@b\u{3000}c", None),
            ("a@b\u{ff20}c", None),
            ("a@\u{fc} SIZE=1", None),
            ("a@\u{fc}..b", None),
            ("a@\u{ad}", None),
        ] {
            assert_eq!(with_ascii_domain(address).as_deref(), expected, "{address}");
        }
    }

    #[test]
    fn a3_a_url_names_one_word_to_say_hello_with() {
        for (path, expected) in [
            ("", Some("")),
            ("/", Some("")),
            ("/me.test", Some("me.test")),
            ("//me", Some("me")),
            ("/gr%C3%BCn", Some("gr\u{fc}n")),
            ("/me%20you", None),
            ("/me%0d%0aMAIL", None),
            ("/me%c2%85", None),
            ("/%00", None),
            ("/%ff", None),
        ] {
            let location = Location::parse(&format!("smtp://host{path}")).expect("a URL");
            assert_eq!(own_name(&location).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn what_a_parameter_cannot_hold_is_written_in_hexadecimal() {
        assert_eq!(xtext("rfc822;a@b=c+\u{fc}\r\n"), "rfc822;a@b+3Dc+2B+C3+BC+0D+0A");
    }
}

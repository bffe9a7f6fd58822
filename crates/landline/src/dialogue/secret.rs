//! Which commands carry a secret, whoever has written them: for logs and errors alike.

use crate::Result;
use crate::line::aio::LineStream;

/// How many words may be shown of a command that begins so; the rest of it is secret.
const OPEN_WORDS: [(&str, &str, usize); 9] = [
    // FTP, POP3 and IMAP (RFC 959, 1939, 9051).
    ("PASS", "", 1),
    ("ACCT", "", 1),
    ("APOP", "", 1),
    ("LOGIN", "", 1),
    // The mechanism, and what is said with it.
    ("AUTH", "", 2),
    ("AUTHENTICATE", "", 2),
    ("AUTHINFO", "USER", usize::MAX),
    ("AUTHINFO", "SASL", 3),
    ("AUTHINFO", "", 2),
];

/// What may be shown of a command that carries a secret: its first words. Nothing where all of it may be.
pub(super) fn open_words(command: &[u8]) -> Option<&[u8]> {
    let mut words = command.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let (verb, next) = (words.next()?, words.next().unwrap_or_default());
    let is = |word: &[u8], name: &str| word.eq_ignore_ascii_case(name.as_bytes());
    let begins_so =
        |row: &&(&str, &str, usize)| is(verb, row.0) && (row.1.is_empty() || is(next, row.1));
    let &(.., open) = OPEN_WORDS.iter().find(begins_so)?;
    let mut end = 0;
    for _ in 0..open {
        end += word_end(&command[end..])?;
    }
    (end < command.len()).then_some(&command[..end])
}

/// Where the first word ends; none where there is none.
fn word_end(text: &[u8]) -> Option<usize> {
    let start = text.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let len = text[start..].iter().position(u8::is_ascii_whitespace);
    Some(len.map_or(text.len(), |len| start + len))
}

/// What logs show of a command that carries a secret.
pub(crate) fn masked(command: &[u8]) -> Option<Vec<u8>> {
    open_words(command).map(|open| [open, b" [masked]"].concat())
}

/// Sends a command, of which logs show what may be seen.
pub(crate) async fn say(line: &mut LineStream, command: &[u8]) -> Result<()> {
    match masked(command) {
        Some(shown) => line.write_line_as(command, &shown).await,
        None => line.write_line(command).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b6_a_command_that_carries_a_secret_is_shown_up_to_it() {
        for (command, shown) in [
            ("PASS geheim", Some("PASS")),
            ("pass  ge heim", Some("pass")),
            ("PASS ", Some("PASS")),
            (" PASS\tgeheim", Some(" PASS")),
            ("PASS", None),
            ("ACCT geheim", Some("ACCT")),
            ("APOP me geheim", Some("APOP")),
            ("LOGIN me geheim", Some("LOGIN")),
            ("login {2}", Some("login")),
            ("AUTH PLAIN geheim", Some("AUTH PLAIN")),
            ("AUTH PLAIN", None),
            ("AUTH TLS", None),
            ("Authenticate Plain geheim", Some("Authenticate Plain")),
            ("AUTHINFO PASS geheim", Some("AUTHINFO PASS")),
            ("AUTHINFO  pass  geheim", Some("AUTHINFO  pass")),
            ("AUTHINFO SASL PLAIN geheim", Some("AUTHINFO SASL PLAIN")),
            ("AUTHINFO SASL PLAIN", None),
            ("AUTHINFO GENERIC geheim", Some("AUTHINFO GENERIC")),
            ("AUTHINFO USER me", None),
            ("USER me", None),
            ("PASSED on", None),
            ("MAIL FROM:<pass@a>", None),
            ("", None),
        ] {
            assert_eq!(open_words(command.as_bytes()), shown.map(str::as_bytes), "{command}");
        }
    }
}

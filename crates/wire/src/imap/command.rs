//! Commands: words, quoted strings, and literals for what cannot be quoted.

use super::{ImapError, encode_mailbox};

/// A command without its tag, in the making.
#[derive(Clone, PartialEq, Eq)]
pub struct Command {
    /// Lines; behind each but the last stands a literal.
    lines: Vec<Vec<u8>>,
    literals: Vec<Vec<u8>>,
}

impl Command {
    /// Begins with these words as they are.
    ///
    /// # Errors
    /// [`ImapError::Argument`] for CR, LF or NUL; so have all others. [`ImapError::Literal`] for words
    /// that announce a literal.
    pub fn new(words: impl AsRef<[u8]>) -> Result<Self, ImapError> {
        let line = plain(words.as_ref())?.to_vec();
        Ok(Self { lines: vec![line], literals: Vec::new() })
    }

    /// Adds words as they are.
    ///
    /// # Errors
    /// See [`new`](Self::new).
    pub fn words(mut self, words: impl AsRef<[u8]>) -> Result<Self, ImapError> {
        let words = plain(words.as_ref())?;
        self.push(b" ");
        self.push(words);
        Ok(self)
    }

    /// Announces so many bytes, which the caller sends behind the last line; `at_once` without being
    /// asked for them (RFC 7888).
    #[must_use]
    pub fn announce(mut self, len: u64, at_once: bool) -> Self {
        let plus = if at_once { "+" } else { "" };
        self.push(format!(" {{{len}{plus}}}").as_bytes());
        self
    }

    /// Adds a string: as a word where it is one, else in quotes, or as a literal where it has bytes
    /// beyond ASCII.
    ///
    /// # Errors
    /// See [`new`](Self::new).
    pub fn text(mut self, text: impl AsRef<[u8]>) -> Result<Self, ImapError> {
        let text = checked(text.as_ref())?;
        self.push(b" ");
        if text.iter().any(|byte| !byte.is_ascii()) {
            self.literals.push(text.to_vec());
            self.lines.push(Vec::new());
        } else if is_atom(text) {
            self.push(text);
        } else {
            self.push(&quoted(text));
        }
        Ok(self)
    }

    /// Adds the name of a mailbox.
    ///
    /// # Errors
    /// See [`new`](Self::new).
    pub fn mailbox(self, name: &str) -> Result<Self, ImapError> {
        checked(name.as_bytes())?;
        self.text(encode_mailbox(name))
    }

    /// Adds the name of a mailbox, in quotes whatever it is.
    ///
    /// # Errors
    /// See [`new`](Self::new).
    pub fn quoted_mailbox(mut self, name: &str) -> Result<Self, ImapError> {
        checked(name.as_bytes())?;
        self.push(b" ");
        self.push(&quoted(encode_mailbox(name).as_bytes()));
        Ok(self)
    }

    fn push(&mut self, bytes: &[u8]) {
        if let Some(line) = self.lines.last_mut() {
            line.extend_from_slice(bytes);
        }
    }

    /// The lines, each with the literal that is to be announced at its end and sent behind it.
    pub fn parts(&self) -> impl Iterator<Item = (&[u8], Option<&[u8]>)> {
        let literals = self.literals.iter().map(|it| Some(it.as_slice())).chain([None]);
        self.lines.iter().map(Vec::as_slice).zip(literals)
    }

    /// The first word, in capitals; with that behind it where it is `UID`.
    #[must_use]
    pub fn verb(&self) -> String {
        let line = self.lines.first().map(Vec::as_slice).unwrap_or_default();
        let words = |count| {
            let words: Vec<_> = line.split(|&byte| byte == b' ').take(count).collect();
            String::from_utf8_lossy(&words.join(&b' ')).to_ascii_uppercase()
        };
        match words(1) {
            uid if uid == "UID" => words(2),
            verb => verb,
        }
    }
}

/// The arguments may be secrets.
impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Command").field(&self.verb()).finish()
    }
}

fn checked(bytes: &[u8]) -> Result<&[u8], ImapError> {
    match bytes.iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
        true => Err(ImapError::Argument),
        false => Ok(bytes),
    }
}

/// Words that are not the front of something else.
fn plain(words: &[u8]) -> Result<&[u8], ImapError> {
    match announces(words) {
        true => Err(ImapError::Literal),
        false => checked(words),
    }
}

/// Whether a server would wait behind these words for a literal, and take the next command for it
/// (RFC 9051 section 4.3, RFC 7888).
pub(super) fn announces(words: &[u8]) -> bool {
    let Some(inner) = words.trim_ascii_end().strip_suffix(b"}") else { return false };
    let is_digit = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-');
    let len = inner.iter().rev().take_while(|byte| is_digit(byte)).count();
    inner[..inner.len() - len].ends_with(b"{")
}

/// Whether it needs no quotes (`astring`, RFC 9051 section 9); `NIL` would mean something else.
fn is_atom(text: &[u8]) -> bool {
    let is_special =
        |byte: &u8| matches!(byte, b'(' | b')' | b'{' | b' ' | b'%' | b'*' | b'"' | b'\\');
    !text.is_empty()
        && !text.eq_ignore_ascii_case(b"NIL")
        && !text.iter().any(|byte| byte.is_ascii_control() || is_special(byte))
}

fn quoted(text: &[u8]) -> Vec<u8> {
    let escaped = text.iter().flat_map(|&byte| {
        let slash = matches!(byte, b'"' | b'\\').then_some(b'\\');
        slash.into_iter().chain([byte])
    });
    [b'"'].into_iter().chain(escaped).chain([b'"']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(command: &Command) -> String {
        let part = |(line, literal): (&[u8], Option<&[u8]>)| {
            let literal = literal.map(|it| format!("{{{}}}{}", it.len(), it.escape_ascii()));
            format!("{}{}", line.escape_ascii(), literal.unwrap_or_default())
        };
        command.parts().map(part).collect()
    }

    #[test]
    fn strings_are_words_quoted_or_literals() {
        for (text, expected) in [
            ("me", "X me y"),
            ("", "X \\\"\\\" y"),
            ("nil", "X \\\"nil\\\" y"),
            ("a b", "X \\\"a b\\\" y"),
            ("a\"\\", "X \\\"a\\\\\\\"\\\\\\\\\\\" y"),
            ("é", "X {2}\\xc3\\xa9 y"),
        ] {
            let command = Command::new("X").and_then(|it| it.text(text)?.words("y"));
            assert_eq!(written(&command.expect("an argument")), expected, "{text}");
        }
        let mailbox = Command::new("X").and_then(|it| it.mailbox("é")?.quoted_mailbox("b"));
        assert_eq!(written(&mailbox.expect("names")), "X &AOk- \\\"b\\\"");
    }

    #[test]
    fn a3_no_words_announce_a_literal() {
        for bad in ["{5}", "a {5+}", "a{0}", "a ~{12}", "a {5-}", "\"a {5}", "{}", "a {5} "] {
            let words = Command::new("X").and_then(|it| it.words(bad));
            assert_eq!(words, Err(ImapError::Literal), "{bad:?}");
            assert_eq!(Command::new(bad), Err(ImapError::Literal), "{bad:?}");
        }
        for good in ["{5", "5}", "{5}a", "\"{5}\"", "({5})", "{a}", ""] {
            assert!(Command::new("X").and_then(|it| it.words(good)).is_ok(), "{good:?}");
        }
        let quoted = Command::new("X").and_then(|it| it.text("{5}")).expect("a string");
        assert_eq!(written(&quoted), "X \\\"{5}\\\"");
        let ours = Command::new("APPEND").expect("a word");
        assert_eq!(written(&ours.clone().announce(5, true)), "APPEND {5+}");
        assert_eq!(written(&ours.announce(5, false)), "APPEND {5}");
    }

    #[test]
    fn a_verb_is_one_word_but_for_that_of_uids() {
        for (words, verb) in
            [("uid fetch 1 x", "UID FETCH"), ("Select a", "SELECT"), ("uid", "UID")]
        {
            assert_eq!(Command::new(words).expect("words").verb(), verb);
        }
    }

    #[test]
    fn a3_no_argument_holds_a_second_command() {
        for bad in ["a\r\nb", "a\nb", "a\rb", "a\0b"] {
            let command = || Command::new("X").expect("a word");
            let all = [
                Command::new(bad),
                command().words(bad),
                command().text(bad),
                command().mailbox(bad),
                command().quoted_mailbox(bad),
            ];
            assert!(all.iter().all(|it| *it == Err(ImapError::Argument)), "{bad:?}");
        }
    }
}

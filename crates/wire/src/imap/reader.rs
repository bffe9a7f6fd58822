//! From lines to responses.

use super::ImapError;
use super::value::{Condition, Response, Value, number};
use crate::escape::excerpt;

/// The most that a response may have, without the literals that are read apart: 1 MiB.
pub const MAX_RESPONSE_BYTES: usize = 1 << 20;

/// How deep lists may stand in lists.
pub const MAX_DEPTH: usize = 32;

/// What a line brings.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// A response is complete.
    Response(Response),
    /// So many bytes follow, and then the rest of the response.
    Literal(u64),
}

/// Puts responses together from lines and literals. Each literal that is announced goes to
/// [`push_literal`](Self::push_literal) or past it ([`skip_literal`](Self::skip_literal)) before the
/// next line.
#[derive(Debug, Default)]
pub struct Reader {
    /// The response and the lists in it that are open, the innermost last; none between responses.
    open: Vec<Vec<Value>>,
    bytes: usize,
    literal: Option<Literal>,
}

#[derive(Debug)]
struct Literal {
    len: u64,
    text: Vec<u8>,
}

impl Reader {
    /// Takes a line, without its end.
    ///
    /// # Errors
    /// When it is, or makes, no response, or one that is too large.
    pub fn push_line(&mut self, line: &[u8]) -> Result<Step, ImapError> {
        self.grow(line.len())?;
        if self.open.is_empty() {
            let words = match line.split_first() {
                Some((b'+', rest)) => return Ok(self.done(Response::Continue(text(rest)))),
                Some((b'*', rest)) => rest,
                _ => line,
            };
            if let Some(status) = status(line, words) {
                return Ok(self.done(status));
            }
            if !line.starts_with(b"* ") || words.trim_ascii().is_empty() {
                return Err(malformed(line));
            }
            self.open.push(Vec::new());
            return self.words(words);
        }
        self.words(line)
    }

    /// Takes bytes of the literal that was announced, and gives how many belong to it.
    ///
    /// # Errors
    /// When the response becomes too large.
    pub fn push_literal(&mut self, bytes: &[u8]) -> Result<usize, ImapError> {
        let count = usize::try_from(self.literal_left()).unwrap_or(usize::MAX).min(bytes.len());
        self.grow(count)?;
        let Some(literal) = &mut self.literal else { return Ok(0) };
        literal.text.extend_from_slice(&bytes[..count]);
        if self.literal_left() == 0 {
            self.end_literal();
        }
        Ok(count)
    }

    /// How much of a literal is awaited. One of no bytes is over when it is announced.
    #[must_use]
    pub fn literal_left(&self) -> u64 {
        self.literal.as_ref().map_or(0, |literal| literal.len - literal.text.len() as u64)
    }

    /// Says that the literal is read by somebody else.
    pub fn skip_literal(&mut self) {
        if let Some(literal) = self.literal.take() {
            self.add(Value::Skipped(literal.len));
        }
    }

    /// The number of the message whose text, or a section of it, the literal is.
    #[must_use]
    pub fn section(&self) -> Option<u64> {
        let [response, items] = self.open.as_slice() else { return None };
        let [message, fetch] = response.as_slice() else { return None };
        let is_section = fetch.is("FETCH") && items.last().is_some_and(is_section);
        message.as_number().filter(|_| is_section)
    }

    fn grow(&mut self, count: usize) -> Result<(), ImapError> {
        self.bytes = self.bytes.saturating_add(count);
        if self.bytes > MAX_RESPONSE_BYTES { Err(ImapError::TooLong) } else { Ok(()) }
    }

    fn done(&mut self, response: Response) -> Step {
        *self = Self::default();
        Step::Response(response)
    }

    fn add(&mut self, value: Value) {
        if let Some(list) = self.open.last_mut() {
            list.push(value);
        }
    }

    fn end_literal(&mut self) {
        if let Some(literal) = self.literal.take() {
            self.add(Value::Text(literal.text));
        }
    }

    /// Takes the words of a line, or of the rest of one behind a literal.
    fn words(&mut self, line: &[u8]) -> Result<Step, ImapError> {
        // An empty literal has no bytes to end it.
        self.end_literal();
        let mut rest = line;
        while let Some((&first, behind)) = rest.split_first() {
            rest = match first {
                b' ' => behind,
                b'(' => self.begin_list(behind)?,
                b')' => self.end_list(behind, line)?,
                b'"' => self.quoted(behind).ok_or_else(|| malformed(line))?,
                b'{' | b'~' if announced(rest).is_some() => {
                    let len = announced(rest).unwrap_or_default();
                    self.literal = Some(Literal { len, text: Vec::new() });
                    return Ok(Step::Literal(len));
                }
                _ => self.atom(rest),
            };
        }
        match self.open.len() {
            1 => {
                let words = self.open.pop().unwrap_or_default();
                Ok(self.done(Response::Data(words)))
            }
            _ => Err(malformed(line)),
        }
    }

    fn begin_list<'a>(&mut self, behind: &'a [u8]) -> Result<&'a [u8], ImapError> {
        if self.open.len() > MAX_DEPTH {
            return Err(ImapError::TooDeep);
        }
        self.open.push(Vec::new());
        Ok(behind)
    }

    fn end_list<'a>(&mut self, behind: &'a [u8], line: &[u8]) -> Result<&'a [u8], ImapError> {
        match self.open.pop() {
            Some(list) if !self.open.is_empty() => self.add(Value::List(list)),
            _ => return Err(malformed(line)),
        }
        Ok(behind)
    }

    fn quoted<'a>(&mut self, behind: &'a [u8]) -> Option<&'a [u8]> {
        let (mut text, mut at) = (Vec::new(), 0);
        loop {
            match behind.get(at)? {
                b'"' => break,
                b'\\' => {
                    text.push(*behind.get(at + 1)?);
                    at += 2;
                }
                byte => {
                    text.push(*byte);
                    at += 1;
                }
            }
        }
        self.add(Value::Text(text));
        Some(&behind[at + 1..])
    }

    /// A word. What stands in the brackets of a section (`BODY[HEADER.FIELDS (TO)]`) belongs to it.
    fn atom<'a>(&mut self, rest: &'a [u8]) -> &'a [u8] {
        let from = section_len(rest);
        let ends = |byte: &u8| matches!(byte, b' ' | b'(' | b')');
        let len = rest[from..].iter().position(ends).map_or(rest.len(), |len| from + len);
        self.add(Value::Atom(rest[..len].to_vec()));
        &rest[len..]
    }
}

/// How far the section goes with which a name of `FETCH` begins (RFC 9051 section 9). Names of fields in it
/// may be quoted. A bracket in other words is one character like others.
fn section_len(rest: &[u8]) -> usize {
    let is_it =
        |name: &&[u8]| rest.get(..name.len()).is_some_and(|front| front.eq_ignore_ascii_case(name));
    let names = [b"BODY[".as_slice(), b"BINARY[", b"BINARY.SIZE["];
    let Some(name) = names.iter().find(|name| is_it(name)) else { return 0 };
    let (mut at, mut is_quoted) = (name.len(), false);
    while let Some(byte) = rest.get(at) {
        at += 1;
        match byte {
            b']' if !is_quoted => return at,
            b'"' => is_quoted = !is_quoted,
            b'\\' if is_quoted => at += 1,
            _ => {}
        }
    }
    rest.len()
}

pub(super) fn is_section(item: &Value) -> bool {
    let Value::Atom(name) = item else { return false };
    let name = name.to_ascii_uppercase();
    name.starts_with(b"BODY[") || name.starts_with(b"BINARY[") || name.starts_with(b"RFC822")
}

/// `{N}` at the end of a line, with the marks of RFC 7888 and RFC 3516.
fn announced(rest: &[u8]) -> Option<u64> {
    let inner = rest.strip_prefix(b"~").unwrap_or(rest);
    let digits = inner.strip_prefix(b"{")?.strip_suffix(b"}")?;
    number(digits.strip_suffix(b"+").unwrap_or(digits))
}

fn status(line: &[u8], words: &[u8]) -> Option<Response> {
    let (tag, rest) = match line.starts_with(b"*") {
        true => (None, words.strip_prefix(b" ")?),
        false => {
            let space = line.iter().position(|&byte| byte == b' ')?;
            (Some(text(&line[..space])), &line[space + 1..])
        }
    };
    let end = rest.iter().position(|&byte| byte == b' ').unwrap_or(rest.len());
    let condition = Condition::named(&rest[..end])?;
    let rest = rest[end..].trim_ascii();
    let code = rest.strip_prefix(b"[").and_then(|rest| {
        let end = rest.iter().position(|&byte| byte == b']')?;
        Some((text(&rest[..end]), text(&rest[end + 1..])))
    });
    let (code, text) = match code {
        Some((code, text)) => (Some(code), text),
        None => (None, text(rest)),
    };
    Some(Response::Status { tag, condition, code, text })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.trim_ascii()).into_owned()
}

fn malformed(line: &[u8]) -> ImapError {
    ImapError::Malformed(excerpt(line, 100))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::three_ways::in_pieces;

    /// Reads all of the input, literals in the pieces they come in.
    fn read(input: &[u8]) -> Result<Vec<Response>, ImapError> {
        in_pieces(input, |pieces| {
            let (mut reader, mut unread, mut all) = (Reader::default(), Vec::new(), Vec::new());
            for piece in pieces {
                unread.extend_from_slice(piece);
                loop {
                    if reader.literal_left() > 0 {
                        let count = reader.push_literal(&unread)?;
                        unread.drain(..count);
                        if count == 0 {
                            break;
                        }
                        continue;
                    }
                    let Some(end) = unread.iter().position(|&byte| byte == b'\n') else { break };
                    let line: Vec<u8> = unread.drain(..=end).collect();
                    if let Step::Response(response) = reader.push_line(line.trim_ascii_end())? {
                        all.push(response);
                    }
                }
            }
            Ok(all)
        })
    }

    fn one(line: &str) -> Response {
        read(format!("{line}\r\n").as_bytes()).expect("a response").remove(0)
    }

    fn words(line: &str) -> String {
        match one(line) {
            Response::Data(words) => words.iter().map(shown).collect::<Vec<_>>().join(" "),
            other => panic!("{other:?}"),
        }
    }

    fn shown(value: &Value) -> String {
        match value {
            Value::Atom(atom) => atom.escape_ascii().to_string(),
            Value::Text(text) => format!("'{}'", text.escape_ascii()),
            Value::List(list) => {
                format!("({})", list.iter().map(shown).collect::<Vec<_>>().join(" "))
            }
            Value::Skipped(len) => format!("<{len}>"),
        }
    }

    #[test]
    fn words_texts_and_lists_come_apart() {
        for (line, expected) in [
            ("* LIST (\\Noselect) \"/\" foo", "LIST (\\\\Noselect) '/' foo"),
            ("* LIST () NIL \"a \\\"b\\\\\"", "LIST () NIL 'a \\\"b\\\\'"),
            ("* 1 FETCH (A (B (C)) D)", "1 FETCH (A (B (C)) D)"),
            ("* 1 FETCH (X {3}\r\na)\r Y)", "1 FETCH (X 'a)\\r' Y)"),
            ("* 1 FETCH (X {0}\r\n Y {1+}\r\n\")", "1 FETCH (X '' Y '\\\"')"),
            ("* 1 FETCH (X ~{2}\r\n\0\0)", "1 FETCH (X '\\x00\\x00')"),
            (
                "* 1 FETCH (BODY[1.HEADER.FIELDS (A B)]<0> \"\")",
                "1 FETCH (BODY[1.HEADER.FIELDS (A B)]<0> '')",
            ),
            (
                "* 1 FETCH (BODY[HEADER.FIELDS (\"Sub]j\\\"e(ct\" A)] \"\" X y)",
                "1 FETCH (BODY[HEADER.FIELDS (\\\"Sub]j\\\\\\\"e(ct\\\" A)] '' X y)",
            ),
            (
                "* 1 FETCH (body[1]<0> \"\" BINARY.SIZE[1 2] 7)",
                "1 FETCH (body[1]<0> '' BINARY.SIZE[1 2] 7)",
            ),
            ("* FLAGS (\\Seen foo[bar)", "FLAGS (\\\\Seen foo[bar)"),
            ("* FLAGS (foo[ bar] [)", "FLAGS (foo[ bar] [)"),
            ("* LIST () \"/\" a{3}", "LIST () '/' a{3}"),
            ("* SEARCH", "SEARCH"),
        ] {
            assert_eq!(words(line), expected, "{line}");
        }
    }

    #[test]
    fn status_responses_have_codes_and_no_literals() {
        let status = |tag: Option<&str>, condition, code: Option<&str>, text: &str| {
            let (tag, code) = (tag.map(str::to_owned), code.map(str::to_owned));
            Response::Status { tag, condition, code, text: text.to_owned() }
        };
        for (line, expected) in [
            ("a1 OK done", status(Some("a1"), Condition::Ok, None, "done")),
            ("a1 no [ALERT] x", status(Some("a1"), Condition::No, Some("ALERT"), "x")),
            ("* OK [UIDVALIDITY 3] {5}", status(None, Condition::Ok, Some("UIDVALIDITY 3"), "{5}")),
            ("* BYE", status(None, Condition::Bye, None, "")),
            ("* PREAUTH hi", status(None, Condition::Preauth, None, "hi")),
            ("a OK [half", status(Some("a"), Condition::Ok, None, "[half")),
            ("+ go on", Response::Continue("go on".to_owned())),
            ("+", Response::Continue(String::new())),
        ] {
            assert_eq!(one(line), expected, "{line}");
        }
    }

    #[test]
    fn what_is_no_response_is_an_error() {
        for line in [
            "",
            "*",
            "* ",
            "a1",
            "a1 DONE",
            "* a (",
            "* a )",
            "* a \"b",
            "* a \"b\\",
            "*OK",
            "* a (BODY[b)",
        ] {
            let read = read(format!("{line}\r\n").as_bytes());
            assert!(matches!(read, Err(ImapError::Malformed(_))), "{line}: {read:?}");
        }
        let deep = format!("* a {}\r\n", "(".repeat(MAX_DEPTH + 1));
        assert_eq!(read(deep.as_bytes()), Err(ImapError::TooDeep));
    }

    #[test]
    fn f5_an_announced_literal_costs_nothing_until_it_comes() {
        let mut reader = Reader::default();
        let step = reader.push_line(b"* 1 FETCH (BODY[] {18446744073709551615}");
        assert_eq!(step, Ok(Step::Literal(u64::MAX)));
        assert_eq!(reader.push_literal(b"abc"), Ok(3));
        assert_eq!(reader.literal_left(), u64::MAX - 3);
        let capacity = reader.literal.as_ref().map(|literal| literal.text.capacity());
        assert!(capacity < Some(100));
        assert_eq!(reader.push_literal(&vec![0; MAX_RESPONSE_BYTES]), Err(ImapError::TooLong));
        let more = Reader::default().push_line(b"* X {18446744073709551616}");
        assert!(matches!(more, Ok(Step::Response(_))), "no number, so a word");
    }

    #[test]
    fn k4_a_hundred_thousand_tiny_literals_are_read_in_no_time() {
        let mut reader = Reader::default();
        let began = std::time::Instant::now();
        assert_eq!(reader.push_line(b"* X {1}"), Ok(Step::Literal(1)));
        for _ in 0..100_000 {
            reader.push_literal(b"a").expect("room");
            assert_eq!(reader.push_line(b" {1}"), Ok(Step::Literal(1)));
        }
        assert!(began.elapsed() < std::time::Duration::from_secs(1), "{:?}", began.elapsed());
    }

    #[test]
    fn a_section_is_told_from_other_literals() {
        let section = |line: &[u8]| {
            let mut reader = Reader::default();
            reader.push_line(line).expect("a line");
            reader.section()
        };
        assert_eq!(section(b"* 3 FETCH (FLAGS () BODY[1.MIME]<0> {5}"), Some(3));
        assert_eq!(section(b"* 3 FETCH (RFC822 {5}"), Some(3));
        assert_eq!(section(b"* 3 FETCH (ENVELOPE (BODY[] {5}"), None);
        assert_eq!(section(b"* LIST () \"/\" {5}"), None);
    }
}

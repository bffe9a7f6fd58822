//! Reads a reply line by line, each protocol by its own rule.

use super::{Reply, ReplyError, Status};
use crate::escape::excerpt;

/// Content bytes that one reply may have.
pub const MAX_REPLY_BYTES: usize = 1024 * 1024;

/// Lines that one reply may have.
pub const MAX_REPLY_LINES: usize = 10_000;

/// So many bytes of a faulty line go into a message.
const EXCERPT_BYTES: usize = 60;

/// The rules by which a reply is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyStyle {
    /// RFC 959: the lines between the first and the last one may hold anything.
    Ftp,
    /// RFC 5321: every line carries the same code.
    Smtp,
    /// RFC 3977: always one line.
    Nntp,
    /// RFC 1939: one line with a word instead of a code; `+ ` asks for more (RFC 5034).
    Pop3,
}

/// Reads a reply line by line.
#[derive(Clone, Debug)]
pub struct ReplyReader {
    style: ReplyStyle,
    /// The code of the reply being read, after its first line.
    code: Option<u16>,
    lines: Vec<String>,
    bytes: usize,
}

/// How a line with a code goes on.
enum CodeLine<'a> {
    Last(u16, &'a [u8]),
    More(u16, &'a [u8]),
}

impl ReplyReader {
    /// Makes a reader that stands before a reply.
    #[must_use]
    pub fn new(style: ReplyStyle) -> Self {
        Self { style, code: None, lines: Vec::new(), bytes: 0 }
    }

    /// Takes the next line, without its line end; gives the reply when this was the last one.
    ///
    /// The reader is then ready for the next reply.
    ///
    /// # Errors
    /// [`ReplyError`]; the reader is then of no use any more.
    pub fn push_line(&mut self, line: &[u8]) -> Result<Option<Reply>, ReplyError> {
        self.check_limits(line)?;
        let status = match self.style {
            ReplyStyle::Ftp => self.push_ftp(line)?,
            ReplyStyle::Smtp => self.push_smtp(line)?,
            ReplyStyle::Nntp => self.push_nntp(line)?,
            ReplyStyle::Pop3 => self.push_pop3(line)?,
        };
        Ok(status.map(|status| self.finish(status)))
    }

    /// Tells whether a reply has begun and not ended yet: the end of the stream would cut it short.
    #[must_use]
    pub fn is_inside(&self) -> bool {
        !self.lines.is_empty()
    }

    fn check_limits(&mut self, line: &[u8]) -> Result<(), ReplyError> {
        self.bytes = self.bytes.saturating_add(line.len());
        if self.bytes > MAX_REPLY_BYTES {
            return Err(ReplyError::TooLong { what: "bytes of a reply", limit: MAX_REPLY_BYTES });
        }
        if self.lines.len() == MAX_REPLY_LINES {
            return Err(ReplyError::TooLong { what: "lines of a reply", limit: MAX_REPLY_LINES });
        }
        if line.contains(&0) {
            return Err(ReplyError::Nul);
        }
        Ok(())
    }

    fn push_ftp(&mut self, line: &[u8]) -> Result<Option<Status>, ReplyError> {
        let Some(code) = self.code else {
            return self.push_first(line);
        };
        match split_code(line) {
            Some(CodeLine::Last(last, text)) if last == code => {
                self.push_text(text);
                Ok(Some(Status::Code(code)))
            }
            Some(CodeLine::More(same, text)) if same == code => Ok(self.push_text(text)),
            _ => Ok(self.push_text(line)),
        }
    }

    fn push_smtp(&mut self, line: &[u8]) -> Result<Option<Status>, ReplyError> {
        let Some(code) = self.code else {
            return self.push_first(line);
        };
        match split_code(line).ok_or_else(|| malformed(line))? {
            CodeLine::Last(found, _) | CodeLine::More(found, _) if found != code => {
                Err(ReplyError::CodeChanged { first: code, then: found })
            }
            CodeLine::Last(_, text) => {
                self.push_text(text);
                Ok(Some(Status::Code(code)))
            }
            CodeLine::More(_, text) => Ok(self.push_text(text)),
        }
    }

    fn push_first(&mut self, line: &[u8]) -> Result<Option<Status>, ReplyError> {
        match split_code(line).ok_or_else(|| malformed(line))? {
            CodeLine::Last(code, text) => {
                self.push_text(text);
                Ok(Some(Status::Code(code)))
            }
            CodeLine::More(code, text) => {
                self.code = Some(code);
                Ok(self.push_text(text))
            }
        }
    }

    fn push_nntp(&mut self, line: &[u8]) -> Result<Option<Status>, ReplyError> {
        let Some(CodeLine::Last(code, text)) = split_code(line) else {
            return Err(malformed(line));
        };
        self.push_text(text);
        Ok(Some(Status::Code(code)))
    }

    fn push_pop3(&mut self, line: &[u8]) -> Result<Option<Status>, ReplyError> {
        let word_end = line.iter().position(|byte| *byte == b' ').unwrap_or(line.len());
        let status = match &line[..word_end] {
            b"+OK" => Status::Ok,
            b"-ERR" => Status::Err,
            b"+" => Status::Continue,
            _ => return Err(malformed(line)),
        };
        self.push_text(line.get(word_end + 1..).unwrap_or_default());
        Ok(Some(status))
    }

    /// Keeps the text of a line; gives `None`, because that alone never ends a reply.
    fn push_text(&mut self, text: &[u8]) -> Option<Status> {
        self.lines.push(String::from_utf8_lossy(text).into_owned());
        None
    }

    fn finish(&mut self, status: Status) -> Reply {
        self.code = None;
        self.bytes = 0;
        Reply { status, lines: std::mem::take(&mut self.lines) }
    }
}

/// Three digits of which the first is 1 to 6 (RFC 2228 adds 6), then nothing, a blank or a hyphen.
fn split_code(line: &[u8]) -> Option<CodeLine<'_>> {
    let (&[a @ b'1'..=b'6', b @ b'0'..=b'9', c @ b'0'..=b'9'], rest) = line.split_first_chunk()?
    else {
        return None;
    };
    let code = [a, b, c].iter().fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'));
    match rest {
        [] => Some(CodeLine::Last(code, rest)),
        [b' ', text @ ..] => Some(CodeLine::Last(code, text)),
        [b'-', text @ ..] => Some(CodeLine::More(code, text)),
        _ => None,
    }
}

fn malformed(line: &[u8]) -> ReplyError {
    ReplyError::Malformed { excerpt: excerpt(line, EXCERPT_BYTES) }
}

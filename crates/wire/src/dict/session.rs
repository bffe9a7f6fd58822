//! A whole session read raw, as curl shows it, and where it ends.

use std::fmt;

use memchr::memchr;

use crate::dot::Unstuffer;
use crate::escape::excerpt;

/// Bytes that a status line may have, its end not counted.
pub const MAX_STATUS_BYTES: usize = 64 << 10;

/// CLIENT, one command and QUIT are answered: so many replies, the greeting not counted.
const REPLIES: usize = 3;

/// The replies without which the question was not answered: to CLIENT and to the command.
const NEEDED_REPLIES: usize = 2;

/// Follows the answers to CLIENT, one command and QUIT, to tell an end from a cut.
///
/// The bytes themselves are passed on by the caller, who has read the greeting. Memory is constant.
///
/// ```text
///  Status ──LF──▶ Status            a reply of one line
///    │ LF behind 110–114, 151, 152
///    ▼
///   Text ──CRLF . CRLF──▶ Status    its text
/// ```
#[derive(Clone, Debug, Default)]
pub struct SessionReader {
    /// The first bytes of the status line under way.
    status: Vec<u8>,
    status_bytes: usize,
    text: Option<Unstuffer>,
    unstuffed: Vec<u8>,
    replies: usize,
    is_over: bool,
}

/// What is wrong with a session.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionError {
    /// A line does not begin with a code; the line's beginning, escaped.
    NoCode(String),
    /// A status line has more than [`MAX_STATUS_BYTES`].
    TooLong,
}

impl SessionReader {
    /// Makes a reader that stands behind the greeting.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Looks at the next piece, and tells how many of its bytes belong to the session: all of them
    /// unless it is over.
    ///
    /// # Errors
    /// [`SessionError`].
    pub fn read(&mut self, piece: &[u8]) -> Result<usize, SessionError> {
        let mut at = 0;
        while at < piece.len() && !self.is_over {
            at += match &mut self.text {
                Some(_) => self.read_text(&piece[at..]),
                None => self.read_status(&piece[at..])?,
            };
        }
        Ok(at)
    }

    /// Whether the server has said goodbye: nothing more is to come.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    /// Whether the connection may end here: the command was answered to its end.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        let between_lines = self.text.is_none() && self.status_bytes == 0;
        self.is_over || (self.replies >= NEEDED_REPLIES && between_lines)
    }

    fn read_text(&mut self, piece: &[u8]) -> usize {
        let Some(unstuffer) = &mut self.text else { return 0 };
        self.unstuffed.clear();
        let (consumed, is_done) = unstuffer.decode(piece, &mut self.unstuffed);
        if is_done {
            self.text = None;
        }
        consumed
    }

    fn read_status(&mut self, piece: &[u8]) -> Result<usize, SessionError> {
        const KEPT_BYTES: usize = 60;
        let end = memchr(b'\n', piece);
        let line = &piece[..end.unwrap_or(piece.len())];
        self.status_bytes += line.len();
        let kept = line.len().min(KEPT_BYTES - self.status.len().min(KEPT_BYTES));
        self.status.extend_from_slice(&line[..kept]);
        if self.status_bytes > MAX_STATUS_BYTES {
            return Err(SessionError::TooLong);
        }
        let Some(end) = end else { return Ok(piece.len()) };
        let code = code(&self.status)
            .ok_or_else(|| SessionError::NoCode(excerpt(&self.status, KEPT_BYTES)))?;
        self.note(code);
        (self.status_bytes, self.status) = (0, Vec::new());
        Ok(end + 1)
    }

    fn note(&mut self, code: u16) {
        match code {
            110..=114 | 151 | 152 => self.text = Some(Unstuffer::new()),
            // More of this reply follows; or the server gives up, and answers nothing by that.
            100..=199 | 420 | 421 => {}
            _ => self.replies += 1,
        }
        self.is_over = code == 221 || self.replies == REPLIES;
    }
}

/// Three digits at the start of a line, of which the first is 1 to 5 (RFC 2229 section 2.4.1).
fn code(line: &[u8]) -> Option<u16> {
    let digits = line.first_chunk::<3>()?;
    let is_code = matches!(digits[0], b'1'..=b'5') && digits.iter().all(u8::is_ascii_digit);
    let is_alone = matches!(line.get(3), None | Some(b' ' | b'\r'));
    let value = digits.iter().fold(0, |sum, digit| sum * 10 + u16::from(digit & 0xf));
    (is_code && is_alone).then_some(value)
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SessionError::NoCode(line) => write!(f, "a reply without a code: '{line}'"),
            SessionError::TooLong => {
                write!(f, "a status line has more than {MAX_STATUS_BYTES} bytes")
            }
        }
    }
}

impl std::error::Error for SessionError {}

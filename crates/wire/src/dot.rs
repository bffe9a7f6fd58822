//! Text that ends with a line holding a single dot: SMTP, NNTP and POP3 send mail and articles so.
//!
//! Out of scope: IMAP literals, and what the text means. A text that ends without its terminator was
//! cut short; only the caller sees the end of the stream and can say so.
//!
//! Specifications: RFC 5321 section 4.5.2, RFC 3977 section 3.1.1, RFC 1939 section 3.
//!
//! ```
//! use landline_wire::dot::{Stuffer, Unstuffer};
//!
//! let mut wire = Vec::new();
//! let mut stuffer = Stuffer::default();
//! stuffer.encode(b"Hello\n.hidden dot\n", &mut wire);
//! stuffer.finish(&mut wire);
//! assert_eq!(wire, b"Hello\r\n..hidden dot\r\n.\r\n");
//!
//! let mut text = Vec::new();
//! let (consumed, done) = Unstuffer::default().decode(&wire, &mut text);
//! assert!(done && consumed == wire.len());
//! assert_eq!(text, b"Hello\r\n.hidden dot\r\n");
//! ```
//!
//! What the unstuffer has just read, one box per state:
//!
//! ```text
//!   LineStart ──.──▶ Dot ──CR──▶ DotCr ──LF──▶ Done
//!    ▲   │            │            │
//!    LF  └─any other──┴────────────┴──▶ Text
//!    │                                   │
//!    Cr ◀──────────────CR────────────────┘
//! ```
//!
//! Neither direction has limits or errors of its own: text of any length passes in constant memory.
//!
//! Against smuggling (FAULTS class A4) both directions are narrow: outgoing text never holds a CR or LF that
//! is not part of a CRLF, and incoming text ends at CRLF `.` CRLF and at nothing that merely resembles it.

use memchr::{memchr, memchr2};

use crate::crlf::{BLOCK_BYTES, is, is_lone, odd_pairs};

/// Turns text into dot-stuffed lines, whatever pieces it comes in.
///
/// CR, LF and CRLF all become CRLF; a dot at the start of a line is doubled.
#[derive(Clone, Debug)]
pub struct Stuffer {
    is_at_line_start: bool,
    has_dots: bool,
    /// The last byte was a CR, for which CRLF is written already: an LF that follows belongs to it.
    is_after_cr: bool,
}

impl Default for Stuffer {
    fn default() -> Self {
        Self { is_at_line_start: true, has_dots: true, is_after_cr: false }
    }
}

impl Stuffer {
    /// Makes a stuffer that stands at the start of a text.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes one that makes lines whole and does no more, for texts whose length is told
    /// (RFC 3030 section 2).
    #[must_use]
    pub fn lines_only() -> Self {
        Self { has_dots: false, ..Self::default() }
    }

    /// Writes the next piece of the text behind `out`.
    pub fn encode(&mut self, input: &[u8], out: &mut Vec<u8>) {
        let rest = self.begin(input);
        let unchanged = self.unchanged(rest);
        self.encode_from(rest, unchanged, out);
    }

    /// Gives what the next piece of the text becomes: mostly itself, else what is written to `changed` for it.
    pub fn pass<'a>(&mut self, input: &'a [u8], changed: &'a mut Vec<u8>) -> &'a [u8] {
        let rest = self.begin(input);
        let unchanged = self.unchanged(rest);
        if let (true, Some(last)) = (unchanged == rest.len(), rest.last()) {
            self.is_at_line_start = *last == b'\n';
            return rest;
        }
        changed.clear();
        self.encode_from(rest, unchanged, changed);
        changed
    }

    /// Writes the end behind `out`: the CRLF that the last line may lack, then `.` CRLF.
    ///
    /// The stuffer is then ready for the next text. An empty text is the terminator alone.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        if !self.is_at_line_start {
            out.extend_from_slice(b"\r\n");
        }
        if self.has_dots {
            out.extend_from_slice(b".\r\n");
        }
        *self = Self { has_dots: self.has_dots, ..Self::default() };
    }

    /// Leaves out an LF whose CR is written already.
    fn begin<'a>(&mut self, input: &'a [u8]) -> &'a [u8] {
        if input.is_empty() || !std::mem::take(&mut self.is_after_cr) {
            return input;
        }
        input.strip_prefix(b"\n").unwrap_or(input)
    }

    /// Writes `rest`, of which so many bytes stay as they are. Around what does not, lines are looked at one
    /// by one.
    fn encode_from(&mut self, mut rest: &[u8], mut unchanged: usize, out: &mut Vec<u8>) {
        while !rest.is_empty() {
            let (run, more) = rest.split_at(unchanged);
            out.extend_from_slice(run);
            self.is_at_line_start = run.last().map_or(self.is_at_line_start, |last| *last == b'\n');
            let enough = more.len().saturating_sub(BLOCK_BYTES);
            rest = more;
            while !rest.is_empty() && rest.len() >= enough {
                rest = self.encode_line(rest, out);
            }
            unchanged = self.unchanged(rest);
        }
    }

    /// How many bytes at the front are certain to stay as they are. A CR counts with its LF.
    fn unchanged(&self, rest: &[u8]) -> usize {
        match rest.first() {
            Some(b'\n') => return 0,
            Some(b'.') if self.has_dots && self.is_at_line_start => return 0,
            _ => {}
        }
        let is_odd = |before, after| is_lone(before, after) | (is(before, b'\n') & is(after, b'.'));
        let odd = match self.has_dots {
            true => odd_pairs(rest, is_odd).position(|count| count > 0),
            false => odd_pairs(rest, is_lone).position(|count| count > 0),
        };
        let end = odd.map_or(rest.len(), |block| block * BLOCK_BYTES);
        end - usize::from(rest[..end].last() == Some(&b'\r'))
    }

    /// Writes up to the next line end and gives what follows it.
    fn encode_line<'a>(&mut self, input: &'a [u8], out: &mut Vec<u8>) -> &'a [u8] {
        if self.has_dots && self.is_at_line_start && input[0] == b'.' {
            out.push(b'.');
        }
        let Some(end) = memchr2(b'\r', b'\n', input) else {
            out.extend_from_slice(input);
            self.is_at_line_start = false;
            return &[];
        };
        out.extend_from_slice(&input[..end]);
        out.extend_from_slice(b"\r\n");
        self.is_at_line_start = true;
        match &input[end..] {
            [b'\r', b'\n', rest @ ..] | [b'\n', rest @ ..] => rest,
            // A CR alone: whether an LF belongs to it may only show in the next piece.
            other => {
                let rest = other.get(1..).unwrap_or_default();
                self.is_after_cr = rest.is_empty();
                rest
            }
        }
    }
}

/// Turns dot-stuffed lines back into the text, whatever pieces they come in.
///
/// Line ends are kept as they are. Only CRLF `.` CRLF ends the text (or `.` CRLF at its very start); a
/// bare LF or CR is content and starts no line.
#[derive(Clone, Debug, Default)]
pub struct Unstuffer {
    state: State,
}

/// Named for what has just been read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    LineStart,
    /// A dot at the start of a line; nothing written for it.
    Dot,
    /// `.` CR at the start of a line; nothing written for either.
    DotCr,
    Text,
    /// A CR inside a line, already written.
    Cr,
    Done,
}

impl Unstuffer {
    /// Makes an unstuffer that stands at the start of a text.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the next piece and writes its text behind `out`.
    ///
    /// Gives how many bytes of `input` belong to the text or its terminator, and whether the terminator
    /// was among them. All of `input` is consumed unless the text ended; what then follows belongs to
    /// the next reply.
    pub fn decode(&mut self, input: &[u8], out: &mut Vec<u8>) -> (usize, bool) {
        let mut at = 0;
        while at < input.len() && self.state != State::Done {
            at += match self.state {
                State::Text => self.copy_text(&input[at..], out),
                _ => self.decode_byte(input[at], out),
            };
        }
        (at, self.is_done())
    }

    /// Tells whether the terminator has been read.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// Copies text up to and with the next CR and gives how many bytes that were.
    fn copy_text(&mut self, input: &[u8], out: &mut Vec<u8>) -> usize {
        let len = match memchr(b'\r', input) {
            Some(cr) => {
                self.state = State::Cr;
                cr + 1
            }
            None => input.len(),
        };
        out.extend_from_slice(&input[..len]);
        len
    }

    fn decode_byte(&mut self, byte: u8, out: &mut Vec<u8>) -> usize {
        match (self.state, byte) {
            (State::LineStart, b'.') => {
                self.state = State::Dot;
                return 1;
            }
            (State::Dot, b'\r') => {
                self.state = State::DotCr;
                return 1;
            }
            (State::DotCr, b'\n') => {
                self.state = State::Done;
                return 1;
            }
            // The dot was stuffing after all, and the CR content.
            (State::DotCr, _) => out.push(b'\r'),
            _ => {}
        }
        out.push(byte);
        let was_cr = matches!(self.state, State::Cr | State::DotCr);
        self.state = match byte {
            b'\n' if was_cr => State::LineStart,
            b'\r' => State::Cr,
            _ => State::Text,
        };
        1
    }
}

/// Finds LF `.` LF, or `.` LF at the very start, in a text that has no CRLF before it.
///
/// Where all lines end in LF alone the text is over there for its sender, and never is for an [`Unstuffer`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BareEnd(FirstLine);

/// The text up to its first CRLF, which is to say its first line, unless no line ends so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum FirstLine {
    /// Behind an LF alone, or nothing.
    #[default]
    Start,
    Dot,
    Text,
    Cr,
    /// It has ended in CRLF.
    Whole,
    /// It holds LF `.` LF.
    BareEnd,
}

impl BareEnd {
    /// Looks at the next piece, and gives how far in it such an end goes.
    pub fn find(&mut self, piece: &[u8]) -> Option<usize> {
        for (at, &byte) in piece.iter().enumerate() {
            self.0 = match (self.0, byte) {
                (FirstLine::Whole | FirstLine::BareEnd, _) => return None,
                (FirstLine::Cr, b'\n') => FirstLine::Whole,
                (FirstLine::Dot, b'\n') => FirstLine::BareEnd,
                (_, b'\n') => FirstLine::Start,
                (FirstLine::Start, b'.') => FirstLine::Dot,
                (_, b'\r') => FirstLine::Cr,
                _ => FirstLine::Text,
            };
            if self.is_found() {
                return Some(at + 1);
            }
        }
        None
    }

    /// Tells whether there was one.
    #[must_use]
    pub fn is_found(&self) -> bool {
        self.0 == FirstLine::BareEnd
    }
}

#[cfg(test)]
mod tests;

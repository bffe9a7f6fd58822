//! Answers that are read as they come: the text of a message, or the server's own lines.

use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use landline_wire::imap::{Fetched, Response, Step, Value};
use tokio::io::{AsyncRead, ReadBuf};

use super::connection::Connection;
use super::talk::{Talk, weird};
use crate::block::AtHand;
use crate::{Error, ErrorKind, Phase};

/// What of an answer is read.
#[derive(Debug)]
pub(super) enum Shows {
    /// The text that was asked for, of the message with this UID or number.
    Section { uid: Option<u64>, number: Option<u64> },
    /// Untagged responses about these things, as they came; about any where there are none.
    Lines(Vec<String>),
}

/// An answer on its way in.
#[derive(Debug)]
pub(super) struct Flow {
    shows: Shows,
    verb: String,
    /// What waits to be read.
    ready: io::Cursor<Vec<u8>>,
    /// How much of a literal is to come, and whether it is shown.
    literal: u64,
    is_shown: bool,
    /// Inside a response.
    is_inside: bool,
    has_section: bool,
    /// Something of what is shown has come.
    has_begun: bool,
    is_over: bool,
}

impl Flow {
    /// Reads the answer to the command that was sent last.
    pub(super) fn new(shows: Shows, talk: &Talk) -> Self {
        Self {
            shows,
            verb: talk.verb(),
            ready: io::Cursor::default(),
            literal: 0,
            is_shown: false,
            is_inside: false,
            has_section: false,
            has_begun: false,
            is_over: false,
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.is_over && self.ready.position() == self.ready.get_ref().len() as u64
    }

    pub(super) fn poll_read(
        &mut self,
        talk: &mut Talk,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        // Once: each time the wait would begin anew.
        let phase = if self.has_begun { Phase::ReadingBody } else { Phase::AwaitingReply };
        if talk.line.stream().phase() != phase {
            talk.line.stream_mut().enter(phase);
        }
        let before = buf.filled().len();
        loop {
            ready!(Pin::new(&mut self.ready).poll_read(cx, buf))?;
            if buf.filled().len() > before || buf.remaining() == 0 || self.is_over {
                return Poll::Ready(Ok(()));
            }
            match self.literal {
                0 => ready!(self.poll_line(talk, cx))?,
                _ => ready!(self.poll_literal(talk, cx, buf))?,
            }
        }
    }

    /// Passes on, or over, what is at hand of a literal.
    fn poll_literal(
        &mut self,
        talk: &mut Talk,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let left = usize::try_from(self.literal).unwrap_or(usize::MAX);
        let count = match self.is_shown {
            true => {
                let room = left.min(buf.remaining());
                let mut part = ReadBuf::new(buf.initialize_unfilled_to(room));
                ready!(talk.poll_literal(cx, &mut part))?;
                let count = part.filled().len();
                buf.advance(count);
                count
            }
            false => {
                let count = ready!(talk.poll_piece(cx))?.min(left);
                talk.count_bytes(count)?;
                talk.line.take(count);
                count
            }
        };
        self.literal -= count as u64;
        Poll::Ready(Ok(()))
    }

    fn poll_line(&mut self, talk: &mut Talk, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let (line, step) = ready!(pin!(talk.step()).poll(cx))?;
        if let Shows::Lines(names) = &self.shows {
            if !self.is_inside {
                self.is_shown = is_about(&line, names);
            }
            if self.is_shown {
                self.ready = io::Cursor::new([&line[..], b"\r\n"].concat());
            }
        }
        self.has_begun |= self.is_shown;
        self.is_inside = matches!(step, Step::Literal(_));
        match step {
            Step::Literal(len) => {
                if let Shows::Section { number, .. } = self.shows {
                    let section = talk.section();
                    let is_it = |it: u64| number.is_none_or(|number| number == it);
                    self.is_shown = !self.has_section && section.is_some_and(is_it);
                    self.has_section |= self.is_shown;
                    self.has_begun |= self.is_shown;
                }
                self.literal = len;
                talk.skip_literal();
            }
            Step::Response(response) => self.end_response(talk, response)?,
        }
        Poll::Ready(Ok(()))
    }

    fn end_response(&mut self, talk: &mut Talk, response: Response) -> crate::Result<()> {
        let Some(answer) = talk.completion(&response)? else { return self.check(response) };
        let Shows::Section { .. } = self.shows else {
            self.is_over = true;
            return answer.check(ErrorKind::Refused, &self.verb).map(drop);
        };
        let answer = answer.check(ErrorKind::NotFound, &self.verb)?;
        if !self.has_section {
            let what = format!("there is no such message or section ({})", answer.text);
            let error = Error::new(ErrorKind::NotFound, Phase::AwaitingReply, what);
            return Err(error.on(self.verb.clone()));
        }
        self.is_over = true;
        Ok(())
    }

    /// A text that is no literal; one of another message.
    fn check(&mut self, response: Response) -> crate::Result<()> {
        let Shows::Section { uid, number } = self.shows else { return Ok(()) };
        let Some(fetched) = Fetched::from_response(response) else { return Ok(()) };
        let Some(section) = fetched.section() else { return Ok(()) };
        let is_other = |asked: Option<u64>, it: Option<u64>| asked.is_some() && it != asked;
        if is_other(uid, fetched.uid.or(uid)) || is_other(number, Some(fetched.number)) {
            return Err(weird("it is the text of another message"));
        }
        if let (false, Value::Text(text)) = (self.has_section, section) {
            self.ready = io::Cursor::new(text.clone());
            self.has_section = true;
        }
        Ok(())
    }
}

/// Whether a line begins an untagged response about one of these things (`* LIST`, `* 3 FETCH`).
fn is_about(line: &[u8], names: &[String]) -> bool {
    let Some(rest) = line.strip_prefix(b"* ") else { return false };
    let mut words = rest.split(|&byte| byte == b' ');
    let mut first = words.next().unwrap_or_default();
    if first.iter().all(u8::is_ascii_digit) {
        first = words.next().unwrap_or_default();
    }
    names.is_empty() || names.iter().any(|name| first.eq_ignore_ascii_case(name.as_bytes()))
}

/// Reads the text of a message, or a section of it, up to the server's word that it was all.
///
/// See [the blocking twin](crate::imap::Section) for the whole documentation.
#[derive(Debug)]
pub struct Section<'a> {
    connection: &'a mut Connection,
    flow: Flow,
}

impl<'a> Section<'a> {
    pub(super) fn new(connection: &'a mut Connection, flow: Flow) -> Self {
        Self { connection, flow }
    }
}

impl AtHand for Section<'_> {}

impl AsyncRead for Section<'_> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.flow.poll_read(&mut this.connection.talk, cx, buf)
    }
}

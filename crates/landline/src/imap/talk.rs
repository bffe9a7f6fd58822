//! Commands with their tags, and the responses to them.

use std::task::{Context, Poll, ready};
use std::{future::poll_fn, io};

use landline_wire::escape::excerpt;
use landline_wire::imap::{Command, Condition, ImapError, Reader, Response, Step};
use landline_wire::line::LineEnding;
use tokio::io::ReadBuf;

use crate::dialogue::{Dialogue, Link, masked};
use crate::error::FailedReply;
use crate::line::aio::LineStream;
use crate::observe::Event;
use crate::{Error, ErrorKind, Headers, Phase, Result, random};

/// The longest line: some servers answer `SEARCH` with one of a whole mailbox.
const MAX_LINE_BYTES: usize = 1 << 20;
/// The most that may be said in answer to one command, texts of messages aside: 64 MiB.
const MAX_ANSWER_BYTES: usize = 64 << 20;
/// What a value of a response counts beside its bytes, which may be one.
const VALUE_BYTES: usize = 32;

/// How a command came out, and what the server said on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer {
    /// `OK`, `NO` or `BAD`.
    pub condition: Condition,
    /// What stands in brackets.
    pub code: Option<String>,
    /// Words for people.
    pub text: String,
    /// The untagged responses before it.
    pub responses: Vec<Response>,
}

#[derive(Debug)]
pub(super) struct Talk {
    pub(super) line: LineStream,
    pub(super) link: Link,
    reader: Reader,
    /// Nobody can answer before we have asked who cannot guess our tags.
    prefix: String,
    count: u64,
    /// The command under way: its tag and verb.
    owed: Option<(String, String)>,
    /// How much was said in answer to it.
    bytes: usize,
    bye: Option<String>,
}

impl Talk {
    pub(super) fn over(Dialogue { line, link, .. }: Dialogue) -> Result<Self> {
        Ok(Self {
            line: line.with_max_line(MAX_LINE_BYTES),
            link,
            reader: Reader::default(),
            prefix: format!("L{:08x}", u32::from_ne_bytes(random::bytes()?)),
            count: 0,
            owed: None,
            bytes: 0,
            bye: None,
        })
    }

    /// Begins TLS; what was said before it does not count.
    pub(super) async fn secure(self) -> Result<Self> {
        let line = self.line.secure(&self.link.dialer, &self.link.host).await?;
        Ok(Self { line: line.with_ending(LineEnding::Lenient), ..self })
    }

    pub(super) fn is_quiet(&mut self) -> bool {
        self.owed.is_none() && self.line.buffered().is_empty() && self.line.stream().is_quiet()
    }

    /// Sends a command and gives how it came out; what comes before goes to `each`.
    pub(super) async fn run(
        &mut self,
        command: &Command,
        each: impl FnMut(Response) -> Result<()> + Send,
    ) -> Result<Answer> {
        self.begin(command).await?;
        self.finish(each).await
    }

    /// As [`run`](Self::run), for a command that has to succeed.
    pub(super) async fn must(
        &mut self,
        command: &Command,
        each: impl FnMut(Response) -> Result<()> + Send,
    ) -> Result<Answer> {
        let answer = self.run(command, each).await?;
        answer.check(ErrorKind::Refused, &command.verb())
    }

    /// Sends a command; of one that carries a secret logs show what stands in front of it.
    pub(super) async fn begin(&mut self, command: &Command) -> Result<()> {
        if self.owed.is_some() {
            let what = "a command before was given up, or its text was not read to the end";
            return Err(Error::usage(what));
        }
        self.count += 1;
        let tag = format!("{}{:03}", self.prefix, self.count);
        let verb = command.verb();
        let first = command.parts().next().map_or(&b""[..], |(line, _)| line);
        let masked = masked(first).map(|shown| [tag.as_bytes(), b" ", &*shown].concat());
        let mut front = format!("{tag} ").into_bytes();
        (self.owed, self.bytes) = (Some((tag, verb)), 0);
        for (line, literal) in command.parts() {
            front.extend_from_slice(line);
            if let Some(literal) = literal {
                front.extend_from_slice(format!("{{{}}}", literal.len()).as_bytes());
            }
            let shown = masked.as_ref().unwrap_or(&front);
            self.line.write_line_as(&front, shown).await?;
            front.clear();
            if let Some(literal) = literal {
                self.go_ahead().await?;
                self.line.write_raw(literal).await?;
            }
        }
        Ok(())
    }

    /// Waits until the server asks for the rest of a command, and gives what it says.
    pub(super) async fn go_ahead(&mut self) -> Result<String> {
        match self.challenge().await? {
            Ok(text) => Ok(text),
            Err((verb, answer)) => match answer.check(ErrorKind::Refused, &verb) {
                Err(error) => Err(error),
                Ok(_) => Err(weird(&format!("{verb} is done before it was said"))),
            },
        }
    }

    /// The server's next word in a longer command, or how that came out.
    pub(super) async fn challenge(&mut self) -> Result<Result<String, (String, Answer)>> {
        loop {
            let verb = self.verb();
            match self.next().await? {
                Response::Continue(text) => return Ok(Ok(text)),
                response => {
                    if let Some(answer) = self.completion(&response)? {
                        return Ok(Err((verb, answer)));
                    }
                }
            }
        }
    }

    /// Waits for the beginning of an answer where it is not known that anybody is there: on a connection
    /// that was kept.
    pub(super) async fn listen(&mut self) -> Result<()> {
        if !self.link.is_untried {
            return Ok(());
        }
        let phase = Phase::AwaitingReply;
        self.line.stream_mut().enter(phase);
        match poll_fn(|cx| self.line.poll_ready_bytes(cx)).await {
            Ok(0) => Err(self.cut_off(Error::new(ErrorKind::EmptyReply, phase, "no answer"))),
            Ok(_) => Ok(()),
            Err(error) => Err(self.line.stream().error(error)),
        }
    }

    /// Reads on until the command under way is done.
    pub(super) async fn finish(
        &mut self,
        mut each: impl FnMut(Response) -> Result<()> + Send,
    ) -> Result<Answer> {
        loop {
            let response = self.next().await?;
            if let Some(answer) = self.completion(&response)? {
                return Ok(answer);
            }
            each(response)?;
        }
    }

    /// How the command under way came out, where the response says that.
    pub(super) fn completion(&mut self, response: &Response) -> Result<Option<Answer>> {
        let Response::Status { tag, condition, code, text } = response else { return Ok(None) };
        let Some(tag) = tag else {
            if *condition == Condition::Bye {
                self.bye = Some(excerpt(text.as_bytes(), 200));
            }
            return Ok(None);
        };
        match self.owed.take_if(|(owed, _)| owed == tag) {
            Some(_) => Ok(Some(Answer {
                condition: *condition,
                code: code.clone(),
                text: text.clone(),
                responses: Vec::new(),
            })),
            None => Err(weird("it answers a command that was not given")),
        }
    }

    /// The next response, literals and all. A wait that is given up loses nothing.
    pub(super) async fn next(&mut self) -> Result<Response> {
        self.line.stream_mut().enter(Phase::AwaitingReply);
        loop {
            if self.reader.literal_left() > 0 {
                let piece = poll_fn(|cx| self.poll_piece(cx)).await;
                let piece = piece.map_err(|error| self.line.stream().error(error))?;
                self.count_bytes(piece)?;
                let bytes = &self.line.buffered()[..piece];
                let taken = self.reader.push_literal(bytes).map_err(unfit)?;
                self.line.take(taken);
                continue;
            }
            if let (_, Step::Response(response)) = self.step().await? {
                self.count_bytes(response.count() * VALUE_BYTES)?;
                return Ok(response);
            }
        }
    }

    /// Reads one line, and gives it with what it brings.
    pub(super) async fn step(&mut self) -> Result<(Vec<u8>, Step)> {
        let line = match self.line.read_line_bytes().await {
            Ok(line) => line.to_vec(),
            Err(error) => return Err(self.cut_off(error)),
        };
        self.link.is_untried = false;
        self.count_bytes(line.len())?;
        let step = self.reader.push_line(&line).map_err(unfit)?;
        Ok((line, step))
    }

    /// The number of the message whose text comes next, where it is that.
    pub(super) fn section(&self) -> Option<u64> {
        self.reader.section()
    }

    /// The literal that comes next is read by [`poll_piece`](Self::poll_piece).
    pub(super) fn skip_literal(&mut self) {
        self.reader.skip_literal();
    }

    /// How many bytes of a literal are at hand; what is used of them is to be taken.
    pub(super) fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let ready = ready!(self.line.poll_ready_bytes(cx));
        match ready.map_err(|error| self.line.stream().error(error))? {
            0 => Poll::Ready(Err(self.cut_short())),
            count => Poll::Ready(Ok(count)),
        }
    }

    /// Reads on in a literal, of which `buf` has room for no more than is left.
    pub(super) fn poll_literal(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = ready!(self.line.poll_read_past(cx, buf));
        read.map_err(|error| self.line.stream().error(error))?;
        match buf.filled().is_empty() {
            true => Poll::Ready(Err(self.cut_short())),
            false => Poll::Ready(Ok(())),
        }
    }

    fn cut_short(&self) -> io::Error {
        let what = "the server closed the connection inside a literal";
        Error::new(ErrorKind::Truncated, self.line.stream().phase(), what).into()
    }

    pub(super) fn verb(&self) -> String {
        self.owed.as_ref().map_or_else(|| "the greeting".to_owned(), |(_, verb)| verb.clone())
    }

    pub(super) fn count_bytes(&mut self, count: usize) -> Result<()> {
        self.bytes = self.bytes.saturating_add(count);
        if self.bytes <= MAX_ANSWER_BYTES {
            return Ok(());
        }
        let what =
            format!("more than {MAX_ANSWER_BYTES} bytes are needed for what the server says");
        Err(Error::new(ErrorKind::Limit, self.line.stream().phase(), what))
    }

    /// A connection that ends is broken, not answered with nothing.
    fn cut_off(&self, error: Error) -> Error {
        let (phase, verb) = (error.phase(), self.verb());
        let is_end = matches!(error.kind(), ErrorKind::EmptyReply | ErrorKind::Truncated);
        let kind = match phase {
            _ if !is_end => return error,
            Phase::ReadingBody => ErrorKind::Truncated,
            _ => ErrorKind::Io,
        };
        let bye = self.bye.as_ref().map_or_else(String::new, |text| format!(" ({text})"));
        let what = format!("the server closed the connection while we waited for {verb}{bye}");
        Error::new(kind, phase, what).because(error)
    }

    /// Tells of bytes that are not lines.
    pub(super) fn tell_sent(&self, bytes: &[u8]) {
        self.link.observer.tell(&Event::BodySent(bytes));
    }
}

impl Answer {
    pub(super) fn check(self, kind: ErrorKind, verb: &str) -> Result<Self> {
        if self.condition == Condition::Ok {
            return Ok(self);
        }
        let text = excerpt(self.text.as_bytes(), 200);
        let what = match kind {
            ErrorKind::Login => format!("the server does not let us in ({verb}: {text})"),
            _ => format!("the server refused {verb}: {text}"),
        };
        let body = self.text.into_bytes();
        let reply = FailedReply { status: 0, headers: Headers::new(), body, complete: true };
        Err(Error::new(kind, Phase::AwaitingReply, what).on(verb.to_owned()).with_reply(reply))
    }
}

/// An argument that cannot be said.
pub(super) fn unsayable(error: ImapError) -> Error {
    Error::new(ErrorKind::Usage, Phase::Sending, "a command cannot be sent").because(error)
}

fn unfit(error: ImapError) -> Error {
    let kind = match error {
        ImapError::TooLong => ErrorKind::Limit,
        _ => ErrorKind::Protocol,
    };
    let what = "the server's response is not acceptable";
    Error::new(kind, Phase::AwaitingReply, what).because(error)
}

pub(super) fn weird(why: &str) -> Error {
    let what = format!("the server's response makes no sense: {why}");
    Error::new(ErrorKind::Protocol, Phase::AwaitingReply, what)
}

//! Which reply answers what. Replies bear no mark of the command they belong to: one that was left
//! unread, or that nobody asked for, would pass for the answer to the next command.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::{Context, Poll, ready};

use landline_wire::reply::{Reply, ReplyStyle};

use super::connection::Connection;
use super::reply::{about_reply, verb, with_reply};
use crate::dialogue::say;
use crate::line::aio::LineStream;
use crate::{Error, ErrorKind, Phase, Result};

/// What the server still has to say, and what it has said early.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// A command was sent or a transfer begun, and the reply that ends it has not been read.
    pub(super) is_owed: bool,
    /// That reply to a transfer, when it came before the end of the data.
    pub(super) early: Option<Reply>,
    /// What came cannot be put down to any command: nothing that follows can.
    pub(super) is_out_of_step: bool,
    /// Preliminary replies since the last one that was not.
    preliminary: usize,
    /// Replies received since the connection was taken up.
    pub(super) count: u64,
}

const MAX_PRELIMINARY_REPLIES: usize = 100;

impl Connection {
    /// Sends one command of any kind and gives the reply, whatever it says.
    ///
    /// # Errors
    /// [`Usage`](ErrorKind::Usage) when the line holds CR, LF or NUL; [`Io`](ErrorKind::Io) when
    /// the server goes away.
    pub async fn command(&mut self, line: impl AsRef<[u8]>) -> Result<Reply> {
        let line = line.as_ref();
        if let Some(farewell) = self.get_ready().await? {
            return Ok(farewell);
        }
        say(&mut self.line, line).await?;
        self.answer(&verb(line)).await
    }

    /// The reply to what has just been sent. Given up, it stays owed.
    async fn answer(&mut self, verb: &str) -> Result<Reply> {
        self.answers.is_owed = true;
        self.line.stream_mut().enter(Phase::AwaitingReply);
        let reply = poll_fn(|cx| self.poll_reply(cx)).await;
        let reply = reply.map_err(|error| about_reply(error, verb))?;
        self.answers.is_owed = reply.is_preliminary();
        Ok(reply)
    }

    /// Has everything read that belongs to what was before. Gives the farewell of a server that
    /// took leave unasked: it answers whatever was to be sent.
    async fn get_ready(&mut self) -> Result<Option<Reply>> {
        self.settle().await?;
        if self.line.buffered().is_empty() && !self.line.stream().has_spoken() {
            return Ok(None);
        }
        let reply = self.answer("nothing").await?;
        if reply.code() == Some(421) {
            return Ok(Some(reply));
        }
        self.answers.is_out_of_step = true;
        let what = format!("the server said something that nobody asked for: {reply}");
        let error = Error::new(ErrorKind::Protocol, Phase::AwaitingReply, what);
        Err(with_reply(error, "", &reply))
    }

    /// Reads the reply that was left unread.
    async fn settle(&mut self) -> Result<()> {
        if self.answers.is_out_of_step {
            let what = "what the server says cannot be put down to any command";
            return Err(Error::new(ErrorKind::Protocol, Phase::AwaitingReply, what));
        }
        if self.answers.is_owed {
            self.line.stream_mut().enter(Phase::AwaitingReply);
            let owed = poll_fn(|cx| self.poll_final(cx)).await;
            owed.map_err(|error| about_reply(error, "what was before"))?;
        }
        Ok(())
    }

    /// The reply that ends what was begun. May be given up and asked again.
    pub(super) fn poll_final(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        if self.line.stream().phase() != Phase::AwaitingReply {
            self.line.stream_mut().enter(Phase::AwaitingReply);
        }
        let reply = match self.answers.early.take() {
            Some(reply) => reply,
            None => ready!(self.poll_last_reply(cx))?,
        };
        self.answers.is_owed = false;
        Poll::Ready(Ok(reply))
    }

    /// A refusal that comes while the data is still under way. Success that comes then is kept
    /// for [`poll_final`](Self::poll_final).
    pub(super) fn poll_refusal(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        if self.answers.early.is_some() {
            return Poll::Pending;
        }
        let reply = ready!(self.poll_last_reply(cx))?;
        if reply.is_success() {
            self.answers.early = Some(reply);
            return Poll::Pending;
        }
        self.answers.is_owed = false;
        Poll::Ready(Ok(reply))
    }

    /// Does `work` for as long as the server does not break the transfer off.
    pub(super) async fn unless_refused<T>(
        &mut self,
        work: impl Future<Output = Result<T>>,
        refused: impl Fn(&Reply) -> Error,
    ) -> Result<T> {
        let mut work = pin!(work);
        poll_fn(|cx| {
            if let Poll::Ready(done) = work.as_mut().poll(cx) {
                return Poll::Ready(done);
            }
            let reply = ready!(self.poll_refusal(cx));
            let reply = reply.map_err(|error| about_reply(error, "the transfer"));
            Poll::Ready(reply.and_then(|reply| Err(refused(&reply))))
        })
        .await
    }

    /// The next reply that is not preliminary.
    fn poll_last_reply(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        loop {
            let reply = ready!(self.poll_reply(cx))?;
            if !reply.is_preliminary() {
                self.answers.preliminary = 0;
                return Poll::Ready(Ok(reply));
            }
            self.answers.preliminary += 1;
            if self.answers.preliminary > MAX_PRELIMINARY_REPLIES {
                return Poll::Ready(Err(too_many_preliminary()));
            }
        }
    }

    /// The next reply on the control connection. May be given up and asked again.
    fn poll_reply(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        // What was read of it so far is kept by the line stream.
        let read = pin!(self.line.read_reply(ReplyStyle::Ftp));
        let reply = ready!(read.poll(cx)).and_then(check);
        match &reply {
            Ok(_) => self.answers.count += 1,
            Err(error) => {
                let is_nonsense = matches!(error.kind(), ErrorKind::Protocol | ErrorKind::Limit);
                self.answers.is_out_of_step |= is_nonsense;
            }
        }
        Poll::Ready(reply)
    }
}

/// Reads what the server says first: `120` announces that it takes a while.
pub(super) async fn read_greeting(line: &mut LineStream) -> Result<Reply> {
    line.stream_mut().enter(Phase::AwaitingReply);
    for _ in 0..MAX_PRELIMINARY_REPLIES {
        let read = line.read_reply(ReplyStyle::Ftp).await;
        let greeting = read.and_then(check).map_err(|error| about_reply(error, "the greeting"))?;
        if !greeting.is_preliminary() {
            return Ok(greeting);
        }
    }
    Err(too_many_preliminary())
}

/// NUL has no place in text.
fn check(reply: Reply) -> Result<Reply> {
    if reply.lines().iter().any(|line| line.contains('\0')) {
        let what = "the server's reply holds NUL";
        return Err(Error::new(ErrorKind::Protocol, Phase::AwaitingReply, what));
    }
    Ok(reply)
}

fn too_many_preliminary() -> Error {
    let what = format!("the server sent more than {MAX_PRELIMINARY_REPLIES} preliminary replies");
    Error::new(ErrorKind::Limit, Phase::AwaitingReply, what)
}

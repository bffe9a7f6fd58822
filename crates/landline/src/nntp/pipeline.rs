//! Many articles over one connection, with several commands under way (RFC 3977 section 3.5).

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, ReadBuf};

use super::answers::Told;
use super::connection::{Connection, named};
use super::{Article, Part};
use crate::line::aio::DotReader;
use crate::{Error, ErrorKind, Result};

/// What may be under way. It fits into what the system takes for a connection whose peer does not
/// read, so that a server which waits for us to take its answers never has us wait for it.
const MAX_UNDER_WAY_BYTES: usize = 4 << 10;

impl Connection {
    /// Fetches many articles, asking for the next while the first are still on their way.
    pub fn fetch<'a, 'i, I>(&'a mut self, part: Part, which: I) -> Articles<'a, I::IntoIter>
    where
        I: IntoIterator<Item = Article<'i>>,
    {
        let which = which.into_iter();
        Articles { connection: self, part, which, asked: VecDeque::new(), bytes: 0, is_over: false }
    }
}

/// Articles on their way, in the order in which they were asked for.
///
/// See [the blocking twin](crate::nntp::Articles) for the whole documentation.
#[derive(Debug)]
pub struct Articles<'a, I> {
    connection: &'a mut Connection,
    part: Part,
    which: I,
    /// Commands that were sent, and those that cannot be, as far as they have no answer.
    asked: VecDeque<Result<String>>,
    bytes: usize,
    is_over: bool,
}

/// An article that has come, to be read.
///
/// See [the blocking twin](crate::nntp::Fetched) for the whole documentation.
#[derive(Debug)]
pub struct Fetched<'a> {
    pub(super) number: Option<u64>,
    pub(super) id: Option<String>,
    pub(super) text: Option<DotReader<'a>>,
}

impl<'i, I: Iterator<Item = Article<'i>>> Articles<'_, I> {
    /// The next article; what was not read of the one before is dropped. `None` behind the last.
    ///
    /// # Errors
    /// For one article alone, with others behind it: [`NotFound`](ErrorKind::NotFound),
    /// [`Refused`](ErrorKind::Refused) and [`Login`](ErrorKind::Login) as the server has it,
    /// [`Usage`](ErrorKind::Usage) for what is no message-id. All others are the last.
    pub async fn next_article(&mut self) -> Option<Result<Fetched<'_>>> {
        if self.is_over {
            return None;
        }
        let told = match self.advance().await {
            Ok(told) => told?,
            Err(error) => {
                self.is_over = true;
                return Some(Err(error));
            }
        };
        Some(told.map(|(number, id)| {
            let has_text = self.part != Part::Stat;
            let text = has_text.then(|| self.connection.dialogue.line.dot_reader());
            Fetched { number, id, text }
        }))
    }

    /// Waits for what was asked for and drops it, so that the connection can be used for something else.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn finish(mut self) -> Result<()> {
        while !self.asked.is_empty() && !self.is_over {
            self.answer().await?.ok();
        }
        self.skip_rest().await
    }

    /// The answer to the next command; the outer error is one of the connection.
    async fn advance(&mut self) -> Result<Option<Result<Told>>> {
        self.skip_rest().await?;
        if self.bytes <= MAX_UNDER_WAY_BYTES / 2 {
            self.ask_for_more().await?;
        }
        match self.asked.is_empty() {
            true => Ok(None),
            false => self.answer().await.map(Some),
        }
    }

    async fn skip_rest(&mut self) -> Result<()> {
        let line = &mut self.connection.dialogue.line;
        match line.is_inside_block() {
            true => line.dot_reader().skip().await,
            false => Ok(()),
        }
    }

    /// Fills up what is under way, in one write.
    async fn ask_for_more(&mut self) -> Result<()> {
        let mut lines = Vec::new();
        while self.bytes < MAX_UNDER_WAY_BYTES
            && let Some(which) = self.which.next()
        {
            let line = named(self.part.verb(), which);
            if let Ok(line) = &line {
                self.bytes += line.len() + 2;
                lines.push(line.clone());
            }
            self.asked.push_back(line);
            if lines.is_empty() {
                // Of what cannot be asked for there may be any number.
                break;
            }
        }
        match lines.is_empty() {
            true => Ok(()),
            false => self.connection.dialogue.send_all(&lines).await,
        }
    }

    /// Reads the answer to the oldest command.
    async fn answer(&mut self) -> Result<Result<Told>> {
        self.skip_rest().await?;
        let Some(Ok(line)) = self.asked.front() else {
            let unasked = self.asked.pop_front().and_then(Result::err);
            return Ok(Err(unasked.unwrap_or_else(|| Error::usage("nothing was asked for"))));
        };
        let reply = self.connection.dialogue.reply(self.part.verb()).await?;
        // One that is another's is an error: all behind it would be too.
        let told = self.part.judge(line, &reply);
        self.bytes -= line.len() + 2;
        self.asked.pop_front();
        match told {
            Err(error) if !is_for_one_alone(&error) => Err(error),
            Ok(told) if self.part != Part::Stat => {
                // From here on there is a text, whether it is read or not.
                let _ = self.connection.dialogue.line.dot_reader();
                Ok(Ok(told))
            }
            told => Ok(told),
        }
    }
}

fn is_for_one_alone(error: &Error) -> bool {
    let is_refusal =
        matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Refused | ErrorKind::Login);
    is_refusal && error.status() != Some(400)
}

impl Fetched<'_> {
    /// Its number in the group; `None` or 0 where the server does not tell.
    pub fn number(&self) -> Option<u64> {
        self.number
    }

    /// Its message-id, where the server tells.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}

impl AsyncRead for Fetched<'_> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match &mut self.get_mut().text {
            Some(text) => Pin::new(text).poll_read(cx, buf),
            None => Poll::Ready(Ok(())),
        }
    }
}

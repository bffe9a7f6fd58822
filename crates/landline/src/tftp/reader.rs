//! Reading a file: DATA by DATA, each confirmed as it comes.

use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use landline_wire::target::Location;
use landline_wire::tftp::netascii::Decoder;
use landline_wire::tftp::{Mode, Packet};
use tokio::io::{AsyncRead, ReadBuf};

use super::agreed::Agreed;
use super::conversation::Conversation;
use super::refusal::{self, misbehaved};
use super::request::{self, First, Means, Opened, RRQ};
use crate::block::AtHand;
use crate::net::{DialTimes, Peer};
use crate::{Error, ErrorKind, Phase, Result};

/// A file that is being read; the end is known exactly, and a file cut short is an error.
///
/// Memory holds one block. A block is confirmed when it comes, not when it is read, so that the next
/// one travels meanwhile. Dropped before the end, it tells the server that the transfer is over.
#[derive(Debug)]
pub struct Reader {
    talk: Conversation,
    agreed: Agreed,
    text: Option<Text>,
    /// The number of the block that comes next, modulo 65,536.
    next: u16,
    /// What is not read yet of the last block, or of the text in it.
    unread: Range<usize>,
    received: u64,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Reading,
    Ended,
    Failed,
}

/// The last block of a text.
#[derive(Debug, Default)]
struct Text {
    decoder: Decoder,
    bytes: Vec<u8>,
}

impl Reader {
    /// Asks for the file of a URL.
    pub(super) async fn open(means: Means<'_>, location: &Location) -> Result<(Self, DialTimes)> {
        let Opened { talk, mode, first, times } =
            request::open(means, location, RRQ, Some(0)).await?;
        let text = (mode == Mode::Netascii).then(Text::default);
        let mut this = Self {
            talk,
            agreed: Agreed::default(),
            text,
            next: 1,
            unread: 0..0,
            received: 0,
            state: State::Reading,
        };
        this.talk.pace().enter(Phase::ReadingBody);
        this.begin(first).inspect_err(|error| this.talk.fail(error))?;
        Ok((this, times))
    }

    fn begin(&mut self, first: First) -> Result<()> {
        match first {
            First::Options(agreed) => {
                self.agreed = agreed;
                self.talk.say(&Packet::Ack { block: 0 })
            }
            First::Block(len) => self.take(len),
            First::Go => Err(refusal::misplaced(&self.talk)),
        }
    }

    /// How long the file is, as far as the server has told.
    pub fn announced_len(&self) -> Option<u64> {
        self.agreed.file_bytes
    }

    /// Who sends it.
    pub fn peer(&self) -> Peer {
        self.talk.peer()
    }

    fn unread(&self) -> &[u8] {
        match &self.text {
            Some(text) => &text.bytes[self.unread.clone()],
            None => &self.talk.block(self.unread.end)[self.unread.start..],
        }
    }

    /// Waits for the block that comes next.
    fn poll_block(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        loop {
            let len = ready!(self.talk.poll_datagram(cx))?;
            match self.talk.packet(len)? {
                Packet::Data { block, payload } if block == self.next => {
                    let len = payload.len();
                    return Poll::Ready(self.take(len));
                }
                // Our answer was lost, or this was delayed.
                Packet::Data { block, .. } if block == self.next.wrapping_sub(1) => {
                    self.talk.repeat()?;
                }
                Packet::OptionAck(_) if self.next == 1 => self.talk.repeat()?,
                Packet::Data { .. } | Packet::OptionAck(_) => {}
                Packet::Error { code, message } => {
                    return Poll::Ready(Err(refusal::refused(&self.talk, code, message)));
                }
                _ => return Poll::Ready(Err(refusal::misplaced(&self.talk))),
            }
        }
    }

    /// Takes the block that was waited for; a short one is the last.
    fn take(&mut self, len: usize) -> Result<()> {
        let is_last = len < self.agreed.block_bytes;
        self.received += len as u64;
        self.check_length(len, is_last)?;
        self.talk.got_on(len);
        self.talk.say(&Packet::Ack { block: self.next })?;
        self.next = self.next.wrapping_add(1);
        self.unread = 0..len;
        if let Some(text) = &mut self.text {
            text.bytes.clear();
            text.decoder.decode(self.talk.block(len), &mut text.bytes);
            if is_last {
                text.decoder.finish(&mut text.bytes);
            }
            self.unread = 0..text.bytes.len();
        }
        if is_last {
            self.state = State::Ended;
            self.talk.finish();
        }
        Ok(())
    }

    fn check_length(&self, len: usize, is_last: bool) -> Result<()> {
        if len > self.agreed.block_bytes {
            let what = format!("sent a block of more than {} bytes", self.agreed.block_bytes);
            return Err(misbehaved(&self.talk, what));
        }
        let Some(announced) = self.agreed.file_bytes else { return Ok(()) };
        if self.received > announced {
            let what = format!("sent more than the {announced} bytes it announced");
            return Err(misbehaved(&self.talk, what));
        }
        if is_last && self.received < announced {
            let (peer, received) = (self.talk.peer(), self.received);
            let what = format!("{peer} ended the file after {received} of {announced} bytes");
            return Err(Error::new(ErrorKind::Truncated, Phase::ReadingBody, what).on(RRQ));
        }
        Ok(())
    }

    fn fail(&mut self, error: &Error) {
        self.talk.fail(error);
        (self.state, self.unread) = (State::Failed, 0..0);
    }
}

impl AsyncRead for Reader {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        while this.unread.is_empty() {
            match this.state {
                State::Ended => return Poll::Ready(Ok(())),
                State::Failed => {
                    return Poll::Ready(
                        Err(Error::usage("the transfer has failed already").into()),
                    );
                }
                State::Reading => {
                    ready!(this.poll_block(cx)).inspect_err(|error| this.fail(error))?;
                }
            }
        }
        let count = this.unread.len().min(buf.remaining());
        buf.put_slice(&this.unread()[..count]);
        this.unread.start += count;
        Poll::Ready(Ok(()))
    }
}

impl AtHand for Reader {
    fn is_at_hand(&self) -> bool {
        !self.unread.is_empty() || self.state != State::Reading
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if self.state == State::Ended {
            self.talk.answer_late();
        }
    }
}

//! Writing a file: DATA by DATA, each waited for until it is confirmed.

use std::ops::ControlFlow;

use landline_wire::target::Location;
use landline_wire::tftp::netascii::encode;
use landline_wire::tftp::{Mode, Packet};
use tokio::io::{AsyncRead, AsyncReadExt};

use super::agreed::Agreed;
use super::conversation::Conversation;
use super::refusal;
use super::request::{self, First, Means, Opened, WRQ};
use crate::net::pace::Deadline;
use crate::net::{DialTimes, Peer};
use crate::observe::Event;
use crate::upload::Upload;
use crate::{Error, Phase, Result};

/// A file that was written.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) peer: Peer,
    pub(super) times: DialTimes,
    pub(super) bytes: u64,
}

/// Writes a file, whole: done when the server has confirmed the last block.
pub(super) async fn put(means: Means<'_>, location: &Location, upload: Upload) -> Result<Written> {
    let Opened { mut talk, mode, first, times } =
        request::open(means, location, WRQ, upload.len()).await?;
    let agreed = match first {
        First::Options(agreed) => agreed,
        _ => Agreed::default(),
    };
    talk.pace().enter(Phase::Sending);
    let source = Source::new(upload.into_reader()?, mode, agreed.block_bytes);
    let sent = send_all(&mut talk, source).await;
    match &sent {
        Ok(_) => talk.finish(),
        Err(error) => talk.fail(error),
    }
    Ok(Written { peer: talk.peer(), times, bytes: sent? })
}

async fn send_all(
    talk: &mut Conversation,
    mut source: Source<impl AsyncRead + Unpin>,
) -> Result<u64> {
    let (mut block, mut sent) = (1_u16, 0);
    loop {
        let (_, total) = talk.pace().deadlines();
        let peer = talk.peer();
        let len = Deadline::bound(total, Phase::Sending, &peer, source.fill()).await?;
        talk.say(&Packet::Data { block, payload: source.block(len) })?;
        while wait_for_ack(talk, block).await?.is_continue() {}
        talk.got_on(len);
        talk.observer().tell(&Event::BodySent(source.block(len)));
        sent += len as u64;
        if len < source.block_bytes {
            return Ok(sent);
        }
        source.consume(len);
        block = block.wrapping_add(1);
    }
}

/// Breaks when the block is confirmed. What confirms another one is old and passed over: answered
/// with a block, it would double every packet from there on (RFC 1123 section 4.2.3.1).
async fn wait_for_ack(talk: &mut Conversation, expected: u16) -> Result<ControlFlow<()>> {
    let len = talk.receive().await?;
    match talk.packet(len)? {
        Packet::Ack { block } if block == expected => Ok(ControlFlow::Break(())),
        Packet::Ack { .. } | Packet::OptionAck(_) => Ok(ControlFlow::Continue(())),
        Packet::Error { code, message } => Err(refusal::refused(talk, code, message)),
        _ => Err(refusal::misplaced(talk)),
    }
}

/// What is to be sent, cut into blocks.
struct Source<R> {
    reader: R,
    mode: Mode,
    block_bytes: usize,
    piece: Vec<u8>,
    /// Ready to be sent; text may bring more than a block at once.
    ready: Vec<u8>,
    has_ended: bool,
}

impl<R: AsyncRead + Unpin> Source<R> {
    fn new(reader: R, mode: Mode, block_bytes: usize) -> Self {
        let (piece, ready) = (vec![0; block_bytes], Vec::with_capacity(block_bytes));
        Self { reader, mode, block_bytes, piece, ready, has_ended: false }
    }

    /// Reads until a block is full or the source ends, and gives the length of the block.
    async fn fill(&mut self) -> Result<usize> {
        while self.ready.len() < self.block_bytes && !self.has_ended {
            let count = self.reader.read(&mut self.piece).await.map_err(Error::from)?;
            let piece = &self.piece[..count];
            match self.mode {
                Mode::Netascii => encode(piece, &mut self.ready),
                Mode::Octet => self.ready.extend_from_slice(piece),
            }
            self.has_ended = count == 0;
        }
        Ok(self.ready.len().min(self.block_bytes))
    }

    fn block(&self, len: usize) -> &[u8] {
        &self.ready[..len]
    }

    fn consume(&mut self, len: usize) {
        self.ready.drain(..len);
    }
}

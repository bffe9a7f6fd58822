//! Messages sent as one literal.

use landline_wire::crlf::LoneEnds;
use landline_wire::dot::Stuffer;
use tokio::io::{AsyncRead, AsyncReadExt};

use super::connection::{Connection, command};
use super::talk::{Answer, unsayable};
use crate::dialogue::LOST_WORD;
use crate::upload::Upload;
use crate::{Error, ErrorKind, Phase, Result};

const PIECE_BYTES: usize = 64 << 10;

impl Connection {
    /// `APPEND` (RFC 9051 section 6.3.12).
    pub(super) async fn put(
        &mut self,
        mailbox: &str,
        flags: &str,
        message: Upload,
    ) -> Result<Answer> {
        let (len, message) = measured(message).await?;
        self.offer(mailbox, flags, len).await?;
        self.send(len, message).await
    }

    /// Announces a message, so that its bytes can follow.
    pub(super) async fn offer(&mut self, mailbox: &str, flags: &str, len: u64) -> Result<()> {
        let known = self.capabilities.as_ref();
        // A connection that was kept may have gone: what is sent at once could have been heard or not.
        let needs_no_word = !self.talk.link.is_untried
            && known.is_some_and(|it| it.literal_plus || it.literal_minus && len <= 4096);
        let mut line = command("APPEND")?.mailbox(mailbox).map_err(unsayable)?;
        if !flags.is_empty() {
            line = line.words(format!("({flags})")).map_err(unsayable)?;
        }
        self.talk.begin(&line.announce(len, needs_no_word)).await?;
        match needs_no_word {
            true => Ok(()),
            false => self.talk.go_ahead().await.map(drop),
        }
    }

    /// Sends the message that was announced.
    pub(super) async fn send(&mut self, len: u64, message: Upload) -> Result<Answer> {
        self.send_literal(len, message.into_reader()?).await?;
        let answer = self
            .talk
            .finish(|_| Ok(()))
            .await
            .map_err(|error| Error::of_lost_word(error, LOST_WORD).on("APPEND"))?;
        answer.check(ErrorKind::Refused, "APPEND")
    }

    /// Sends as many bytes as were announced, and the end of the command. What fails before leaves the
    /// command open: the server keeps nothing of it.
    async fn send_literal(&mut self, len: u64, mut message: impl AsyncRead + Unpin) -> Result<()> {
        let (mut left, mut piece) = (len, vec![0; PIECE_BYTES]);
        // Counting has looked at all of it, and a file may have changed since.
        let (mut lines, mut changed) = (Stuffer::lines_only(), Vec::new());
        self.talk.line.stream_mut().enter(Phase::Sending);
        loop {
            let count = message.read(&mut piece).await.map_err(Error::from)?;
            let whole = lines.pass(&piece[..count], &mut changed);
            if count == 0 && left == 0 {
                return self.talk.line.write_raw(b"\r\n").await;
            }
            if count == 0 || whole.len() as u64 > left {
                let what = "what is to be sent is not as long as it was told to be: it has changed, \
                            or has other line ends than CRLF";
                return Err(Error::new(ErrorKind::Upload, Phase::Sending, what));
            }
            self.talk.line.write_raw(whole).await?;
            self.talk.tell_sent(whole);
            left -= whole.len() as u64;
        }
    }
}

/// How long the message is with whole line ends: it is told beforehand, so it is read twice.
pub(super) async fn measured(message: Upload) -> Result<(u64, Upload)> {
    let unfit = |what: &'static str| Error::new(ErrorKind::Upload, Phase::Preparing, what);
    if message.is_empty() {
        return Err(unfit("there is no message to send").on("APPEND"));
    }
    if let Some(first) = message.again() {
        return Ok((whole_len(first.into_reader()?).await?, message));
    }
    match message.len() {
        Some(len) => Ok((len, message)),
        None => Err(unfit("IMAP wants to know beforehand how long a message is").on("APPEND")),
    }
}

async fn whole_len(mut message: impl AsyncRead + Unpin) -> Result<u64> {
    let (mut len, mut lone_ends, mut piece) = (0, LoneEnds::default(), vec![0; PIECE_BYTES]);
    loop {
        match message.read(&mut piece).await.map_err(Error::from)? {
            0 => return Ok(len + lone_ends.count()),
            count => {
                lone_ends.push(&piece[..count]);
                len += count as u64;
            }
        }
    }
}

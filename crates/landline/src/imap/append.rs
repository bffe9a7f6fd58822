//! Messages sent as one literal.

use tokio::io::{AsyncRead, AsyncReadExt};

use super::connection::{Connection, command};
use super::talk::{Answer, unsayable};
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
        let plus = if needs_no_word { "+" } else { "" };
        let mut line = command("APPEND")?.mailbox(mailbox).map_err(unsayable)?;
        if !flags.is_empty() {
            line = line.words(format!("({flags})")).map_err(unsayable)?;
        }
        let line = line.words(format!("{{{len}{plus}}}")).map_err(unsayable)?;
        self.talk.begin(&line, false).await?;
        match needs_no_word {
            true => Ok(()),
            false => self.talk.go_ahead().await.map(drop),
        }
    }

    /// Sends the message that was announced.
    pub(super) async fn send(&mut self, len: u64, message: Upload) -> Result<Answer> {
        self.send_literal(len, message.into_reader()?).await?;
        let answer = self.talk.finish(|_| Ok(())).await.map_err(|error| {
            let what = "all was sent, and the server did not say whether it has taken it";
            Error::new(error.kind(), Phase::AwaitingReply, what).because(error).on("APPEND")
        })?;
        answer.check(ErrorKind::Refused, "APPEND")
    }

    /// Sends as many bytes as were announced, and the end of the command. What fails before leaves the
    /// command open: the server keeps nothing of it.
    async fn send_literal(&mut self, len: u64, mut message: impl AsyncRead + Unpin) -> Result<()> {
        let (mut left, mut piece) = (len, vec![0; PIECE_BYTES]);
        self.talk.line.stream_mut().enter(Phase::Sending);
        loop {
            let count = message.read(&mut piece).await.map_err(Error::from)?;
            if count == 0 || count as u64 > left {
                break;
            }
            self.talk.line.write_raw(&piece[..count]).await?;
            self.talk.tell_sent(&piece[..count]);
            left -= count as u64;
            if left == 0 && message.read(&mut piece[..1]).await.map_err(Error::from)? == 0 {
                return self.talk.line.write_raw(b"\r\n").await;
            }
        }
        let what = "what is to be sent is not as long as it was before";
        Err(Error::new(ErrorKind::Upload, Phase::Sending, what))
    }
}

/// The message with whole line ends, and how long that is: read twice, for it is told beforehand.
pub(super) async fn measured(message: Upload) -> Result<(u64, Upload)> {
    let unfit = |what: &'static str| Error::new(ErrorKind::Upload, Phase::Preparing, what);
    if message.is_empty() {
        return Err(unfit("there is no message to send").on("APPEND"));
    }
    if let Some(first) = message.again() {
        let mut reader = first.crlf()?.into_reader()?;
        let len =
            tokio::io::copy(&mut reader, &mut tokio::io::sink()).await.map_err(Error::from)?;
        return Ok((len, message.crlf()?));
    }
    match message.len() {
        Some(len) => Ok((len, message)),
        None => Err(unfit("IMAP wants to know beforehand how long a message is").on("APPEND")),
    }
}

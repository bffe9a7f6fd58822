//! A message on its way: its envelope, then its text.

use landline_wire::dot::Stuffer;
use landline_wire::reply::Reply;
use tokio::io::AsyncReadExt;

use super::connection::Connection;
use super::{Delivery, Envelope};
use crate::dialogue::{refused, with_reply};
use crate::upload::{Upload, UploadReader};
use crate::{Error, ErrorKind, Phase, Result};

/// What is not answered yet is bounded: both sides' buffers are.
const MAX_UNDER_WAY: usize = 64;

/// How long a chunk is (`BDAT`): each costs a round trip.
const CHUNK_BYTES: usize = 1 << 20;

impl Connection {
    /// Sends a message: its header block, an empty line, its body. Line ends are made whole.
    ///
    /// # Errors
    /// [`Refused`](ErrorKind::Refused) with the server's words; [`Usage`](ErrorKind::Usage) for an
    /// address that cannot be sent, nobody to send to, and what the server does not have;
    /// [`Upload`](ErrorKind::Upload) when the source fails, and then nothing is delivered. When the
    /// server's last word is lost, so is whether it has taken the message, and the error says so.
    pub async fn send(&mut self, envelope: &Envelope, message: Upload) -> Result<Delivery> {
        let offered = self.offer(envelope, message.source_len()).await?;
        self.deliver(envelope, offered, message).await
    }

    /// Sends the envelope, and gives what the server says of the recipients. Nothing of the message is
    /// sent yet.
    pub(super) async fn offer(
        &mut self,
        envelope: &Envelope,
        bytes: Option<u64>,
    ) -> Result<Offered> {
        let lines = self.lines(envelope, bytes)?;
        if self.has_begun {
            self.reset().await?;
        }
        self.has_begun = true;
        let replies = self.batch(&lines, envelope.any_recipient).await?;
        judge(envelope, &lines, replies)
    }

    /// Sends the message behind its envelope.
    pub(super) async fn deliver(
        &mut self,
        envelope: &Envelope,
        offered: Offered,
        message: Upload,
    ) -> Result<Delivery> {
        let (verb, reply) = match envelope.chunked {
            true => ("BDAT", self.chunks(message.into_reader()?).await?),
            false => (".", self.data(message).await?),
        };
        self.has_begun = false;
        if self.is_local {
            return self.each(envelope, offered, reply, verb).await;
        }
        Ok(Delivery { reply: taken(reply, verb)?, refused: offered.refused })
    }

    fn lines(&self, envelope: &Envelope, bytes: Option<u64>) -> Result<Vec<String>> {
        let can = &self.extensions;
        if envelope.recipients.is_empty() {
            return Err(Error::usage("a message needs a recipient"));
        }
        if let (Some(max @ 1..), Some(bytes)) = (can.size, bytes)
            && bytes > max
        {
            let what = format!("the message has {bytes} bytes, and the server takes {max} at most");
            return Err(Error::new(ErrorKind::Refused, Phase::Preparing, what).on("MAIL"));
        }
        let mut lines = vec![envelope.mail_line(can, bytes, self.is_logged_in)?];
        for recipient in &envelope.recipients {
            lines.push(envelope.recipient_line(can, recipient)?);
        }
        Ok(lines)
    }

    /// Sends commands, all at once where the server takes them so, and gives their replies, up to the
    /// one that decides that nothing is sent.
    async fn batch(&mut self, lines: &[String], any: bool) -> Result<Vec<Reply>> {
        let at_once = if self.extensions.pipelining { MAX_UNDER_WAY } else { 1 };
        let mut replies: Vec<Reply> = Vec::with_capacity(lines.len());
        for lines in lines.chunks(at_once) {
            for line in lines {
                self.dialogue.send(line.as_bytes()).await?;
            }
            for line in lines {
                match self.dialogue.reply(line).await {
                    Ok(reply) => replies.push(reply),
                    // A server that goes away may have said why.
                    Err(_) if is_decided(&replies, any) => return Ok(replies),
                    Err(error) => return Err(error),
                }
            }
            if is_decided(&replies, any) {
                break;
            }
        }
        Ok(replies)
    }

    async fn data(&mut self, message: Upload) -> Result<Reply> {
        let reply = self.dialogue.command("DATA").await?;
        if !reply.is_intermediate() {
            return Err(refused(ErrorKind::Refused, "DATA", &reply));
        }
        self.dialogue.send_text(message, "the end of the message").await
    }

    /// The message in chunks, each with its length before it (RFC 3030 section 2).
    async fn chunks(&mut self, mut message: UploadReader) -> Result<Reply> {
        let (mut lines, mut chunk) = (Stuffer::lines_only(), Vec::new());
        let mut piece = vec![0; 64 << 10];
        loop {
            chunk.clear();
            let mut is_last = false;
            while !is_last && chunk.len() < CHUNK_BYTES {
                let count = message.read(&mut piece).await.map_err(Error::from)?;
                is_last = count == 0;
                match is_last {
                    true => lines.finish(&mut chunk),
                    false => lines.encode(&piece[..count], &mut chunk),
                }
            }
            let mark = if is_last { " LAST" } else { "" };
            let line = format!("BDAT {}{mark}", chunk.len());
            let reply = self.dialogue.command_with(line.as_bytes(), &chunk, is_last).await?;
            if is_last {
                return Ok(reply);
            }
            taken(reply, "BDAT")?;
        }
    }
}

fn taken(reply: Reply, verb: &str) -> Result<Reply> {
    if reply.is_success() {
        return Ok(reply);
    }
    let what = format!("the server refused the message: {reply}");
    Err(with_reply(Error::new(ErrorKind::Refused, Phase::AwaitingReply, what), verb, &reply))
}

/// Whether nothing will be sent, whatever the rest of the replies.
fn is_decided(replies: &[Reply], any: bool) -> bool {
    let mut refused = replies.iter().map(|reply| !reply.is_success());
    refused.next().unwrap_or(false) || !any && refused.any(|is_refused| is_refused)
}

/// What the server says of the recipients of an envelope.
#[derive(Default)]
pub(super) struct Offered {
    pub(super) taken: Vec<String>,
    pub(super) refused: Vec<(String, Reply)>,
}

/// The recipients that were taken and those that were not, where that is not too many.
fn judge(envelope: &Envelope, lines: &[String], replies: Vec<Reply>) -> Result<Offered> {
    let mut told = lines.iter().zip(replies);
    if let Some((line, reply)) = told.next().filter(|(_, reply)| !reply.is_success()) {
        return Err(refused(ErrorKind::Refused, line, &reply));
    }
    let mut out = Offered::default();
    for ((line, reply), recipient) in told.zip(&envelope.recipients) {
        if reply.is_success() {
            out.taken.push(recipient.address.clone());
            continue;
        }
        let is_last_hope = out.refused.len() + 1 == envelope.recipients.len();
        if !envelope.any_recipient || is_last_hope {
            return Err(refused(ErrorKind::Refused, line, &reply));
        }
        out.refused.push((recipient.address.clone(), reply));
    }
    Ok(out)
}

//! Servers that deliver at once (LMTP): each recipient has a reply of its own behind the message.

use landline_wire::escape::excerpt;
use landline_wire::reply::Reply;

use super::connection::Connection;
use super::sending::Offered;
use super::{Delivery, Envelope};
use crate::dialogue::{LOST_WORD, with_reply};
use crate::{Error, ErrorKind, Phase, Result};

/// How much of a list of recipients an error shows.
const MAX_SHOWN_BYTES: usize = 400;

impl Connection {
    /// Reads the replies behind the message, of which `first` is there: one for each recipient that was
    /// taken, in their order (RFC 2033 sections 4.2 and 4.3).
    pub(super) async fn each(
        &mut self,
        envelope: &Envelope,
        offered: Offered,
        first: Reply,
        verb: &str,
    ) -> Result<Delivery> {
        let mut replies = vec![first];
        self.dialogue.owe(offered.taken.len() - 1);
        while replies.len() < offered.taken.len() {
            match self.dialogue.reply(verb).await {
                Ok(reply) => replies.push(reply),
                Err(error) => return Err(lost(&offered.taken, &replies, error)),
            }
        }
        judge(envelope, offered, replies, verb)
    }
}

fn judge(
    envelope: &Envelope,
    offered: Offered,
    replies: Vec<Reply>,
    verb: &str,
) -> Result<Delivery> {
    let told = offered.taken.into_iter().zip(replies);
    let (taken, not): (Vec<_>, Vec<_>) = told.partition(|(_, reply)| reply.is_success());
    let refused = [offered.refused, not].concat();
    match (taken.first(), refused.last()) {
        (Some((_, reply)), why) if envelope.any_recipient || why.is_none() => {
            Ok(Delivery { reply: reply.clone(), refused })
        }
        (some, Some((_, why))) => {
            let mut what = format!("the server refused the message ({})", shown(&refused));
            if some.is_some() {
                what += &format!(", but not for all ({})", shown(&taken));
            }
            let error = Error::new(ErrorKind::Refused, Phase::AwaitingReply, what);
            Err(with_reply(error, verb, why))
        }
        (_, None) => Err(Error::usage("a message needs a recipient")),
    }
}

/// For the recipients without a reply nobody knows what has become of the message.
fn lost(taken: &[String], replies: &[Reply], error: Error) -> Error {
    let unknown = excerpt(taken[replies.len()..].join(", ").as_bytes(), MAX_SHOWN_BYTES);
    let told: Vec<_> = taken.iter().cloned().zip(replies.iter().cloned()).collect();
    let known = shown(&told);
    Error::of_lost_word(error, format!("{LOST_WORD} for {unknown} ({known})"))
}

fn shown(told: &[(String, Reply)]) -> String {
    let each: Vec<_> = told.iter().map(|(who, reply)| format!("{who}: {reply}")).collect();
    excerpt(each.join("; ").as_bytes(), MAX_SHOWN_BYTES)
}

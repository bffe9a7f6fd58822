//! What goes wrong in a transfer, as errors.

use std::fmt::Display;

use landline_wire::escape::escape;
use landline_wire::tftp::ErrorCode;

use super::conversation::Conversation;
use crate::error::FailedReply;
use crate::{Error, ErrorKind, Headers};

/// The server has sent an ERROR packet: its code is the status of the reply, its message the body.
pub(super) fn refused(talk: &Conversation, code: ErrorCode, said: &[u8]) -> Error {
    let kind = match code {
        ErrorCode::FileNotFound => ErrorKind::NotFound,
        ErrorCode::AccessViolation => ErrorKind::Denied,
        _ => ErrorKind::Refused,
    };
    let (peer, verb) = (talk.peer(), talk.verb());
    let said_too = match escape(said) {
        words if words.is_empty() => words,
        words => format!(" (\"{words}\")"),
    };
    let text = format!("{peer} ended the transfer ({verb}): {code}{said_too}");
    let (status, body) = (code.number(), said.to_vec());
    let reply = FailedReply { status, headers: Headers::new(), body, complete: true };
    Error::new(kind, talk.phase(), text).with_reply(reply).on(verb)
}

/// The server has sent something that the protocol does not allow there.
pub(super) fn misbehaved(talk: &Conversation, what: impl Display) -> Error {
    let text = format!("{} {what}", talk.peer());
    Error::new(ErrorKind::Protocol, talk.phase(), text).on(talk.verb())
}

/// The server has sent a packet of the wrong kind.
pub(super) fn misplaced(talk: &Conversation) -> Error {
    misbehaved(talk, "sent a packet that does not belong there")
}

/// The server has answered the options with what cannot be agreed on; it is told so.
pub(super) fn disagreed(talk: &mut Conversation, what: &str) -> Error {
    talk.abort(ErrorCode::OptionRefused);
    misbehaved(talk, what)
}

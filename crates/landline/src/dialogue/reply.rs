//! A server's refusals as errors.

use landline_wire::escape::excerpt;
use landline_wire::reply::Reply;

use super::secret::open_words;
use crate::error::FailedReply;
use crate::{Error, ErrorKind, Headers, Phase};

/// How much of a command an error shows.
const MAX_SHOWN_BYTES: usize = 200;

/// The first word of a command, for errors.
pub(crate) fn verb(command: &[u8]) -> String {
    let word = command.split(|byte| *byte == b' ').next().unwrap_or_default();
    String::from_utf8_lossy(word).to_ascii_uppercase()
}

/// A command for the eyes; of one that carries a secret what stands in front of it.
fn shown(command: &[u8]) -> String {
    excerpt(open_words(command).unwrap_or(command), MAX_SHOWN_BYTES)
}

/// The server said no to `command`.
pub(crate) fn refused(kind: ErrorKind, command: impl AsRef<[u8]>, reply: &Reply) -> Error {
    let verb = verb(command.as_ref());
    let what = match kind {
        ErrorKind::Login => format!("the server does not let us in ({verb}: {reply})"),
        _ => format!("the server refused {}: {reply}", shown(command.as_ref())),
    };
    with_reply(Error::new(kind, Phase::AwaitingReply, what), &verb, reply)
}

/// The server's answer to `verb` is not what its protocol has there.
pub(crate) fn weird(verb: &str, reply: &Reply) -> Error {
    let what = format!("the server answered {verb} with something else: {reply}");
    let error = Error::new(ErrorKind::Protocol, Phase::AwaitingReply, what);
    with_reply(error, verb, reply)
}

pub(crate) fn with_reply(error: Error, verb: &str, reply: &Reply) -> Error {
    error.on(verb.to_owned()).with_reply(FailedReply {
        status: reply.code().unwrap_or_default(),
        headers: Headers::new(),
        body: reply.text().into_bytes(),
        complete: true,
    })
}

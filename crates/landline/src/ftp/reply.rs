//! What the server's answers mean.

use landline_wire::escape::excerpt;
use landline_wire::reply::Reply;

use crate::error::FailedReply;
use crate::{Error, ErrorKind, Headers, Phase};

/// How much of a command an error shows.
const MAX_SHOWN_BYTES: usize = 200;

/// The first word of a command, for errors.
pub(super) fn verb(command: &[u8]) -> String {
    let word = command.split(|byte| *byte == b' ').next().unwrap_or_default();
    String::from_utf8_lossy(word).to_ascii_uppercase()
}

/// A command for the eyes; of one that carries a secret the verb.
fn shown(command: &[u8]) -> String {
    match &*verb(command) {
        verb @ ("PASS" | "ACCT") => verb.to_owned(),
        _ => excerpt(command, MAX_SHOWN_BYTES),
    }
}

/// The server said no to `command`.
pub(super) fn refused(kind: ErrorKind, command: impl AsRef<[u8]>, reply: &Reply) -> Error {
    let verb = verb(command.as_ref());
    let what = match kind {
        ErrorKind::Login => format!("the server does not let us in ({verb}: {reply})"),
        _ => format!("the server refused {}: {reply}", shown(command.as_ref())),
    };
    with_reply(Error::new(kind, Phase::AwaitingReply, what), &verb, reply)
}

/// The server's answer to `verb` is not what its protocol has there.
pub(super) fn weird(verb: &str, reply: &Reply) -> Error {
    let what = format!("the server answered {verb} with something else: {reply}");
    let error = Error::new(ErrorKind::Protocol, Phase::AwaitingReply, what);
    with_reply(error, verb, reply)
}

pub(super) fn with_reply(error: Error, verb: &str, reply: &Reply) -> Error {
    error.on(verb.to_owned()).with_reply(FailedReply {
        status: reply.code().unwrap_or_default(),
        headers: Headers::new(),
        body: reply.text().into_bytes(),
        complete: true,
    })
}

/// What it means when the server refuses a command that names a file.
pub(super) fn about_a_file(command: &[u8], reply: &Reply) -> Error {
    let kind = match (&*verb(command), reply.code()) {
        ("STOR" | "APPE" | "STOU", _) => ErrorKind::Refused,
        (_, Some(550)) => ErrorKind::NotFound,
        _ => ErrorKind::Refused,
    };
    refused(kind, command, reply)
}

/// A control connection that ends is broken, not answered with nothing.
pub(super) fn about_reply(error: Error, verb: &str) -> Error {
    match error.kind() {
        ErrorKind::EmptyReply | ErrorKind::Truncated => {
            let what =
                format!("the server closed the control connection while we waited for {verb}");
            Error::new(ErrorKind::Io, Phase::AwaitingReply, what).because(error)
        }
        _ => error,
    }
}

//! What the server's answers mean.

use landline_wire::reply::Reply;

pub(super) use crate::dialogue::{refused, verb, weird, with_reply};
use crate::{Error, ErrorKind, Phase};

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

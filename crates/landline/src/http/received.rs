//! What the heads of one reply may come to, where they come in frames.

use landline_wire::head::ResponseHead;

use crate::net::Peer;
use crate::{Error, ErrorKind, Limits, Phase, Result};

/// Heads that came, counted over the interim ones.
#[derive(Default)]
pub(super) struct Received {
    pub(super) bytes: usize,
    interim: usize,
}

impl Received {
    /// Counts one more, and refuses what is too much.
    pub(super) fn count(
        &mut self,
        head: &ResponseHead,
        limits: &Limits,
        peer: &Peer,
    ) -> Result<()> {
        self.bytes += head.raw().len();
        self.interim += usize::from(head.status < 200);
        let limit = |what| Err(Error::new(ErrorKind::Limit, Phase::AwaitingReply, what));
        if self.interim > limits.interim_replies {
            let max = limits.interim_replies;
            return limit(format!("more than {max} interim replies from {peer}"));
        }
        if self.bytes > limits.head.total_bytes || head.headers.len() > limits.head.count {
            return limit(format!("the heads of {peer} are larger than allowed"));
        }
        if head.status == 101 {
            // RFC 9113 section 8.6, RFC 9114 section 4.5.
            let version = head.version;
            let what = format!("{peer} switches protocols, which {version} does not have");
            return Err(Error::new(ErrorKind::Protocol, Phase::AwaitingReply, what));
        }
        Ok(())
    }
}

//! Another try at a hop, by the policy of the request.

use std::time::Duration;

use tokio::time::Instant;

use super::{Trip, skip_body};
use crate::http::reply::Reply;
use crate::observe::Event;
use crate::retry::Trouble;
use crate::{Phase, Result};

/// Methods that may be repeated (RFC 9110 section 9.2.2).
const IDEMPOTENT: [&str; 6] = ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"];

impl Trip<'_> {
    /// Waits for the moment of another try; false when this one was the last.
    pub(super) async fn is_tried_again(&mut self, done: &mut Result<Reply>) -> bool {
        let Some((wait, why)) = self.wait_after(done) else { return false };
        if let Ok(reply) = done {
            skip_body(reply).await;
        }
        self.parts.retry.done += 1;
        let note = format!("{why}; trying again in {:.1} s", wait.as_secs_f64());
        self.call.observer.tell(&Event::Note(&note));
        tokio::time::sleep(wait).await;
        true
    }

    fn wait_after(&self, done: &Result<Reply>) -> Option<(Duration, String)> {
        let retry = &self.parts.retry;
        let policy = retry.policy.as_deref()?;
        let (trouble, asked, why) = match done {
            Ok(reply) => {
                let status = reply.status();
                let trouble = Some(Trouble::Status(status)).filter(|trouble| trouble.is_passing());
                (trouble?, reply.retry_after(), format!("status {status}"))
            }
            Err(error) => (Trouble::of(error), None, error.to_string()),
        };
        let is_unsent = done.as_ref().err().is_some_and(|error| is_before_sending(error.phase()));
        let is_safe = is_unsent || IDEMPOTENT.contains(&self.parts.method.as_str());
        if !is_safe || self.upload_is_spent {
            return None;
        }
        let elapsed = self.call.started.elapsed() + retry.before;
        let wait = policy.again(trouble, retry.done, elapsed, asked)?;
        // A wait that the deadline of the whole would cut off is of no use.
        let ends = self.call.total.map(|total| total.at);
        let left = |end: Instant| end.saturating_duration_since(Instant::now());
        let in_time = ends.is_none_or(|end| wait < left(end));
        in_time.then_some((wait, why))
    }
}

fn is_before_sending(phase: Phase) -> bool {
    matches!(phase, Phase::Resolving | Phase::Connecting | Phase::TlsHandshake)
}

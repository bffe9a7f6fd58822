//! A speed that is not exceeded: how many bytes may move now, and when the next may.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// So much is moved at a time; what was not used in this time is not saved up.
const SLICE: Duration = Duration::from_millis(50);

/// Keeps one direction of a transfer to a rate, exactly over any time longer than a slice.
#[derive(Debug)]
pub(crate) struct Throttle {
    bytes_per_second: u64,
    /// When all that has moved was due.
    paid: Option<Instant>,
    /// How many bytes pass before the rate has a say.
    free: usize,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Throttle {
    /// No rate at all for 0.
    pub(crate) fn new(bytes_per_second: Option<u64>) -> Option<Self> {
        let bytes_per_second = bytes_per_second.filter(|&rate| rate > 0)?;
        Some(Self { bytes_per_second, paid: None, free: 0, timer: None })
    }

    /// Lets the next bytes pass without counting them.
    pub(crate) fn let_pass(&mut self, bytes: usize) {
        self.free = bytes;
    }

    /// Waits until bytes may move: how many, at least one.
    pub(crate) fn poll_room(&mut self, cx: &mut Context<'_>) -> Poll<usize> {
        if self.free > 0 {
            return Poll::Ready(self.free);
        }
        let now = Instant::now();
        let paid = *self.paid.get_or_insert(now);
        if paid > now {
            let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(paid)));
            timer.as_mut().reset(paid);
            ready!(timer.as_mut().poll(cx));
        }
        let now = Instant::now();
        let saved = now.saturating_duration_since(paid).min(SLICE);
        self.paid = Some(now - saved);
        let bytes = self.bytes_per_second as f64 * (saved + SLICE).as_secs_f64();
        Poll::Ready((bytes as usize).max(1))
    }

    /// Bytes have moved, allowed or not: they are made up for.
    pub(crate) fn spend(&mut self, bytes: usize) {
        let free = self.free.min(bytes);
        self.free -= free;
        let bytes = bytes - free;
        // No rate makes one wait longer than a day for what has moved already.
        let seconds = (bytes as f64 / self.bytes_per_second as f64).min(86_400.0);
        let paid = self.paid.unwrap_or_else(Instant::now);
        self.paid = Some(paid + Duration::from_secs_f64(seconds));
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::net::Stream;
    use crate::{ErrorKind, Phase, Timeouts};

    /// A stream of which so much can be read, and which takes all.
    fn stream(timeouts: Timeouts) -> (Stream, tokio::io::DuplexStream) {
        let (ours, theirs) = tokio::io::duplex(1 << 20);
        let mut stream = Stream::new(ours);
        stream.set_timeouts(timeouts);
        (stream, theirs)
    }

    #[tokio::test(start_paused = true)]
    async fn reading_keeps_to_its_rate_in_small_steps() {
        let timeouts = Timeouts { receive_rate: Some(10_000), ..Timeouts::default() };
        let (mut stream, mut theirs) = stream(timeouts);
        theirs.write_all(&[0; 100_000]).await.unwrap();
        drop(theirs);
        let begun = Instant::now();
        // A head is not held up, and is made up for.
        stream.read_exact(&mut [0; 5000]).await.unwrap();
        assert_eq!(begun.elapsed(), Duration::ZERO);
        stream.enter(Phase::ReadingBody);
        let (mut all, mut piece) = (0, [0; 65_536]);
        while let count @ 1.. = stream.read(&mut piece).await.unwrap() {
            assert!(count <= 1000, "{count} bytes at once");
            all += count;
            let due = Duration::from_micros((5000 + all as u64) * 100);
            assert!(begun.elapsed() + 2 * SLICE >= due, "{all} bytes after {:?}", begun.elapsed());
        }
        let took = begun.elapsed().as_secs_f64();
        assert_eq!(all, 95_000);
        assert!((9.8..10.2).contains(&took), "{took} s");
    }

    #[tokio::test(start_paused = true)]
    async fn writing_keeps_to_its_rate_and_time_lost_is_not_caught_up() {
        let timeouts = Timeouts { send_rate: Some(1000), ..Timeouts::default() };
        let (mut stream, _theirs) = stream(timeouts);
        let begun = Instant::now();
        stream.write_all(&[0; 2000]).await.unwrap();
        tokio::time::sleep(Duration::from_secs(10)).await;
        stream.write_all(&[0; 2000]).await.unwrap();
        let took = begun.elapsed().as_secs_f64();
        assert!((13.7..14.2).contains(&took), "{took} s");
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_leaves_at_once_and_what_follows_keeps_to_the_rate() {
        let timeouts = Timeouts { send_rate: Some(100), ..Timeouts::default() };
        let (mut stream, _theirs) = stream(timeouts);
        let begun = Instant::now();
        stream.let_pass(900);
        stream.write_all(&[0; 900]).await.unwrap();
        assert_eq!(begun.elapsed(), Duration::ZERO);
        stream.write_all(&[0; 200]).await.unwrap();
        let took = begun.elapsed().as_secs_f64();
        assert!((1.7..2.2).contains(&took), "{took} s");
    }

    #[tokio::test(start_paused = true)]
    async fn the_rate_is_no_idle_peer_and_the_total_deadline_holds() {
        let timeouts = Timeouts {
            receive_rate: Some(1),
            idle_read: Some(Duration::from_millis(100)),
            total: Some(Duration::from_secs(20)),
            ..Timeouts::default()
        };
        let (mut stream, mut theirs) = stream(timeouts);
        stream.enter(Phase::ReadingBody);
        theirs.write_all(&[0; 1000]).await.unwrap();
        let mut all = Vec::new();
        let error = crate::Error::from(stream.read_to_end(&mut all).await.unwrap_err());
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!((19..=22).contains(&all.len()), "{} bytes", all.len());
    }
}

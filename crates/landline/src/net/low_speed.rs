//! The least speed of a transfer, measured while the peer is waited for.

use std::time::Duration;

use tokio::time::Instant;

use crate::LowSpeed;

/// So long a wait is one sample: enough that a pause between two packets is no slowness.
const SAMPLE: Duration = Duration::from_secs(1);

/// How slow the peer has been, and for how long. Time in which it is not waited for is its own: what
/// a slow reader leaves unread is not the peer's slowness.
#[derive(Debug)]
pub(super) struct Speedometer {
    rule: LowSpeed,
    /// How long all samples have been too slow.
    slow: Duration,
    /// Of the sample under way: what moved, and the waits that are over.
    bytes: u64,
    waited: Duration,
    /// When the wait that is going on began.
    since: Option<Instant>,
}

impl Speedometer {
    /// No rule at all for a speed or a time of 0.
    pub(super) fn new(rule: Option<LowSpeed>) -> Option<Self> {
        let rule = rule.filter(|rule| rule.bytes_per_second > 0 && !rule.time.is_zero())?;
        let (slow, waited) = (Duration::ZERO, Duration::ZERO);
        Some(Self { rule, slow, bytes: 0, waited, since: None })
    }

    /// What went before counts no more.
    pub(super) fn begin_anew(&mut self) {
        (self.slow, self.bytes, self.waited) = (Duration::ZERO, 0, Duration::ZERO);
        self.since = None;
    }

    /// Bytes have moved.
    pub(super) fn count(&mut self, bytes: usize) {
        self.bytes += bytes as u64;
    }

    /// The wait is over.
    pub(super) fn moved(&mut self) {
        if let Some(since) = self.since.take() {
            self.waited += since.elapsed();
        }
    }

    /// It is not the peer that is waited for.
    pub(super) fn pause(&mut self) {
        self.since = None;
    }

    /// Nothing moves: when to look again; `Err` when it was too slow for too long.
    pub(super) fn wait(&mut self, now: Instant) -> Result<Instant, LowSpeed> {
        let since = *self.since.get_or_insert(now);
        let waited = self.waited + (now - since);
        let sample = SAMPLE.min(self.rule.time - self.slow);
        if waited < sample {
            return Ok(now + (sample - waited));
        }
        let is_slow =
            (self.bytes as f64) < self.rule.bytes_per_second as f64 * waited.as_secs_f64();
        self.slow = if is_slow { self.slow + waited } else { Duration::ZERO };
        if self.slow >= self.rule.time {
            self.slow = Duration::ZERO;
            return Err(self.rule);
        }
        (self.bytes, self.waited, self.since) = (0, Duration::ZERO, Some(now));
        Ok(now + SAMPLE.min(self.rule.time - self.slow))
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
    use tokio::time::sleep;

    use super::*;
    use crate::net::Stream;
    use crate::{Error, ErrorKind, Phase, Timeouts};

    /// A stream that wants 1,000 bytes per second and has so much room for what is sent.
    fn stream(room: usize, timeouts: Timeouts) -> (Stream, DuplexStream) {
        let (ours, theirs) = duplex(room);
        let mut stream = Stream::new(ours);
        let rule = LowSpeed { bytes_per_second: 1000, time: Duration::from_secs(5) };
        stream.set_timeouts(Timeouts { low_speed: Some(rule), ..timeouts });
        (stream, theirs)
    }

    /// Says so many bytes every half second, for so long.
    async fn drip(peer: &mut DuplexStream, bytes: usize, seconds: usize) {
        for _ in 0..2 * seconds {
            sleep(Duration::from_millis(500)).await;
            peer.write_all(&vec![0; bytes]).await.unwrap();
        }
    }

    fn check(error: std::io::Error, phase: Phase, words: &str) {
        let error = Error::from(error);
        assert_eq!((error.kind(), error.phase()), (ErrorKind::Timeout, phase));
        assert!(error.to_string().contains(words), "{error}");
    }

    const WORDS: &str = "fewer than 1000 bytes per second for 5000 ms (";

    #[tokio::test(start_paused = true)]
    async fn row_29_a_stall_ends_after_the_time() {
        for phase in [Phase::AwaitingReply, Phase::ReadingBody] {
            let (mut stream, _theirs) = stream(64, Timeouts::default());
            stream.enter(phase);
            let begun = Instant::now();
            check(stream.read_u8().await.unwrap_err(), phase, WORDS);
            let took = begun.elapsed();
            assert!((5000..5010).contains(&took.as_millis()), "{took:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn row_30_a_drip_ends_and_what_is_fast_enough_goes_on() {
        let (mut stream, mut theirs) = stream(1 << 20, Timeouts::default());
        stream.enter(Phase::ReadingBody);
        let begun = Instant::now();
        let peer = async {
            drip(&mut theirs, 600, 60).await;
            drip(&mut theirs, 2, 60).await;
        };
        let mut all = Vec::new();
        let error = tokio::select! {
            read = stream.read_to_end(&mut all) => read.unwrap_err(),
            () = peer => panic!("the drip was borne"),
        };
        check(error, Phase::ReadingBody, WORDS);
        let took = begun.elapsed().as_secs_f64();
        assert!((64.0..67.0).contains(&took), "{took} s");
    }

    #[tokio::test(start_paused = true)]
    async fn one_fast_second_in_the_time_is_enough() {
        let (mut stream, mut theirs) = stream(1 << 20, Timeouts::default());
        stream.enter(Phase::ReadingBody);
        let peer = async move {
            for _ in 0..20 {
                sleep(Duration::from_secs(4)).await;
                theirs.write_all(&[0; 3000]).await.unwrap();
            }
        };
        let mut all = Vec::new();
        let (read, ()) = tokio::join!(stream.read_to_end(&mut all), peer);
        assert_eq!(read.unwrap(), 60_000);
    }

    #[tokio::test(start_paused = true)]
    async fn sending_to_a_peer_that_takes_little_ends() {
        let (mut stream, mut theirs) = stream(64, Timeouts::default());
        stream.enter(Phase::Sending);
        let peer = async {
            while theirs.read_exact(&mut [0; 64]).await.is_ok() {
                sleep(Duration::from_millis(500)).await;
            }
        };
        let error = tokio::select! {
            sent = stream.write_all(&[0; 10_000]) => sent.unwrap_err(),
            () = peer => panic!("the peer has seen an end"),
        };
        check(error, Phase::Sending, WORDS);
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_that_takes_its_time_and_our_own_rate_are_no_slow_peer() {
        let (mut stream, mut theirs) = stream(1 << 20, Timeouts::default());
        stream.enter(Phase::ReadingBody);
        for _ in 0..20 {
            theirs.write_all(&[0; 10]).await.unwrap();
            sleep(Duration::from_secs(10)).await;
            stream.read_exact(&mut [0; 10]).await.unwrap();
        }
        let rate = Timeouts { receive_rate: Some(100), ..Timeouts::default() };
        let (mut stream, mut theirs) = self::stream(1 << 20, rate);
        stream.enter(Phase::ReadingBody);
        theirs.write_all(&[0; 2000]).await.unwrap();
        drop(theirs);
        assert_eq!(stream.read_to_end(&mut Vec::new()).await.unwrap(), 2000);
    }

    #[tokio::test(start_paused = true)]
    async fn a_phase_begins_anew_and_nothing_counts_before_the_request() {
        let (mut stream, mut theirs) = stream(64, Timeouts::default());
        for phase in [Phase::Connecting, Phase::AwaitingReply, Phase::ReadingBody] {
            stream.enter(phase);
            let pause = if phase == Phase::Connecting { 20_000 } else { 4900 };
            let peer = async {
                sleep(Duration::from_millis(pause)).await;
                theirs.write_all(b"x").await.unwrap();
            };
            let (read, ()) = tokio::join!(stream.read_u8(), peer);
            assert_eq!(read.unwrap(), b'x');
        }
    }
}

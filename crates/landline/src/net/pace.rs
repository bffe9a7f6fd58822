//! The deadlines of one stream: which wait is going on, since when, and how long it may last.

use std::fmt::Display;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use super::low_speed::Speedometer;
use super::throttle::Throttle;
use crate::{Error, ErrorKind, LowSpeed, Phase, Timeouts};

/// Bounds every wait of a stream with one timer, armed only when something has to be waited for.
#[derive(Debug)]
pub(crate) struct Pace {
    timeouts: Timeouts,
    phase: Phase,
    total: Option<Deadline>,
    /// When the wait that is going on began.
    since: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
    /// It is the caller that is being waited for, so that only the total deadline counts.
    ours: bool,
    /// The peer has said something in this phase.
    heard: bool,
    receiving: Option<Throttle>,
    sending: Option<Throttle>,
    speed: Option<Speedometer>,
}

/// A point in time and the length of the wait that ends there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    pub(crate) at: Instant,
    pub(crate) length: Duration,
}

impl Deadline {
    pub(crate) fn after(length: Duration) -> Self {
        // A length beyond what the clock can hold is a century: as good as no deadline.
        let century = Duration::from_secs(3_155_760_000);
        Self { at: Instant::now() + length.min(century), length }
    }

    /// Runs `work` until it is done or this deadline passes.
    pub(crate) async fn bound<T>(
        limit: Option<Self>,
        phase: Phase,
        who: &(dyn Display + Sync),
        work: impl Future<Output = crate::Result<T>>,
    ) -> crate::Result<T> {
        let Some(limit) = limit else { return work.await };
        match tokio::time::timeout_at(limit.at, work).await {
            Ok(done) => done,
            Err(_) => Err(timed_out(phase, who, limit.length, "in all")),
        }
    }

    /// The earlier of two deadlines.
    pub(crate) fn first(one: Option<Self>, other: Option<Self>) -> Option<Self> {
        match (one, other) {
            (Some(one), Some(other)) => Some(if other.at < one.at { other } else { one }),
            (one, other) => one.or(other),
        }
    }
}

#[derive(Clone, Copy)]
pub(crate) enum Direction {
    Read,
    Write,
}

impl Pace {
    pub(crate) fn new(timeouts: Timeouts) -> Self {
        Self {
            timeouts,
            phase: Phase::Connecting,
            total: None,
            since: None,
            timer: None,
            ours: false,
            heard: false,
            receiving: Throttle::new(timeouts.receive_rate),
            sending: Throttle::new(timeouts.send_rate),
            speed: Speedometer::new(timeouts.low_speed),
        }
    }

    /// How many bytes may move now, where the rate has anything to say; waits until some may.
    pub(crate) fn poll_room(
        &mut self,
        cx: &mut Context<'_>,
        direction: Direction,
    ) -> Poll<Option<usize>> {
        let throttle = match direction {
            // What comes in front of a body is little, and counts with it.
            Direction::Read if self.phase != Phase::ReadingBody => return Poll::Ready(None),
            Direction::Read => &mut self.receiving,
            Direction::Write => &mut self.sending,
        };
        let Some(throttle) = throttle else { return Poll::Ready(None) };
        let room = throttle.poll_room(cx);
        if room.is_pending() {
            // It is not the peer that is waited for.
            self.since = None;
            self.speed.iter_mut().for_each(Speedometer::pause);
        }
        room.map(Some)
    }

    /// Bytes have moved.
    pub(crate) fn spend(&mut self, direction: Direction, bytes: usize) {
        let throttle = match direction {
            Direction::Read => &mut self.receiving,
            Direction::Write => &mut self.sending,
        };
        if let Some(throttle) = throttle {
            throttle.spend(bytes);
        }
        if let Some(speed) = &mut self.speed {
            speed.count(bytes);
        }
    }

    /// The next bytes to be sent are no body, which is what the rate is for.
    pub(crate) fn let_pass(&mut self, bytes: usize) {
        if let Some(throttle) = &mut self.sending {
            throttle.let_pass(bytes);
        }
    }

    pub(crate) fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.since = None;
        (self.ours, self.heard) = (false, false);
        self.speed.iter_mut().for_each(Speedometer::begin_anew);
    }

    pub(crate) fn phase(&self) -> Phase {
        self.phase
    }

    pub(crate) fn deadlines(&self) -> (Timeouts, Option<Deadline>) {
        (self.timeouts, self.total)
    }

    pub(crate) fn set_timeouts(&mut self, timeouts: Timeouts, total: Option<Deadline>) {
        self.timeouts = timeouts;
        self.receiving = Throttle::new(timeouts.receive_rate);
        self.sending = Throttle::new(timeouts.send_rate);
        self.speed = Speedometer::new(timeouts.low_speed);
        self.total = total;
        self.since = None;
    }

    /// Whether the wait is for our own side: a slow source of a body to send.
    pub(crate) fn set_ours(&mut self, ours: bool) {
        self.ours = ours;
    }

    /// Something moved: the wait is over.
    pub(crate) fn moved(&mut self, direction: Direction) {
        self.since = None;
        self.speed.iter_mut().for_each(Speedometer::moved);
        self.heard |= matches!(direction, Direction::Read);
    }

    /// As [`wait`](Self::wait), while nobody but ourselves is waited for.
    pub(crate) fn wait_for_total<T>(
        &mut self,
        cx: &mut Context<'_>,
        who: &(dyn Display + Sync),
    ) -> Poll<io::Result<T>> {
        let ours = std::mem::replace(&mut self.ours, true);
        let waited = self.wait(cx, Direction::Read, who);
        self.ours = ours;
        self.since = None;
        waited
    }

    /// Nothing moved: keeps waiting, or says which deadline passed.
    pub(crate) fn wait<T>(
        &mut self,
        cx: &mut Context<'_>,
        direction: Direction,
        who: &(dyn Display + Sync),
    ) -> Poll<io::Result<T>> {
        let (limit, phase) = match direction {
            Direction::Read if self.phase == Phase::AwaitingReply && !self.heard => {
                (self.timeouts.first_byte, self.phase)
            }
            Direction::Read => (self.timeouts.idle_read, self.phase),
            Direction::Write => (self.timeouts.idle_write, Phase::Sending),
        };
        let limit = limit.filter(|_| !self.ours);
        if limit.is_none() && self.total.is_none() && self.speed.is_none() {
            return Poll::Pending;
        }
        let now = Instant::now();
        let since = *self.since.get_or_insert(now);
        let idle = limit.map(|length| Deadline { at: since + length, length });
        let deadline = Deadline::first(idle, self.total);
        if let Some(deadline) = deadline.filter(|deadline| now >= deadline.at) {
            let of_all = self.total.is_some_and(|total| total.at <= now);
            let what = if of_all { "in all" } else { "without a byte" };
            return Poll::Ready(Err(timed_out(phase, who, deadline.length, what).into()));
        }
        let look = match self.measure(now) {
            Ok(look) => look,
            Err(rule) => return Poll::Ready(Err(too_slow(phase, who, rule).into())),
        };
        let next = deadline.map(|deadline| deadline.at).into_iter().chain(look).min();
        next.map_or(Poll::Pending, |at| self.arm(cx, at))
    }

    /// When the speed is to be looked at again; `Err` when it was too low for too long.
    fn measure(&mut self, now: Instant) -> Result<Option<Instant>, LowSpeed> {
        let Some(speed) = &mut self.speed else { return Ok(None) };
        let has_asked =
            matches!(self.phase, Phase::Sending | Phase::AwaitingReply | Phase::ReadingBody);
        if self.ours || !has_asked {
            speed.pause();
            return Ok(None);
        }
        speed.wait(now).map(Some)
    }

    /// Has the task woken no later than `at`. A timer that fires too early is wound on: resetting
    /// it at every wait would cost more than the spurious wake-up.
    fn arm<T>(&mut self, cx: &mut Context<'_>, at: Instant) -> Poll<io::Result<T>> {
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(at)));
        if timer.deadline() > at {
            timer.as_mut().reset(at);
        }
        while timer.as_mut().poll(cx).is_ready() {
            timer.as_mut().reset(at);
            if Instant::now() >= at {
                // Fired for good: poll again, so that `wait` reports it.
                cx.waker().wake_by_ref();
                break;
            }
        }
        Poll::Pending
    }
}

fn too_slow(phase: Phase, who: &(dyn Display + Sync), rule: LowSpeed) -> Error {
    let (speed, time) = (rule.bytes_per_second, rule.time.as_millis());
    let text =
        format!("timed out {phase}: fewer than {speed} bytes per second for {time} ms ({who})");
    Error::new(ErrorKind::Timeout, phase, text)
}

fn timed_out(phase: Phase, who: &(dyn Display + Sync), length: Duration, what: &str) -> Error {
    let text = format!("timed out {phase} after {} ms {what} ({who})", length.as_millis());
    Error::new(ErrorKind::Timeout, phase, text)
}

//! The display of transfers that run side by side: curl's one line for all of them, or with `-#`
//! a bar for each.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io::Write;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::bars::Bars;
use super::{Counts, Style, format};
use crate::flags::Global;
use crate::messages::{Messages, Stream};

/// As often as curl.
const METER_STEP: Duration = Duration::from_millis(500);
const BAR_STEP: Duration = Duration::from_millis(100);
/// Where nothing is shown.
const NEVER: Duration = Duration::from_secs(3600);
/// The current speed is that of the last five seconds.
const SPEED_SAMPLES: usize = 10;
const HEADER: &str = "DL% UL%  Dled  Uled  Xfers  Live Total     Current  Left    Speed\n";

/// What all parallel transfers of a run show together.
#[derive(Debug)]
pub(crate) struct Board {
    is_used: bool,
    style: Cell<Style>,
    stream: Stream,
    is_inside_line: Arc<AtomicBool>,
    started: Instant,
    state: RefCell<State>,
}

#[derive(Debug, Default)]
struct State {
    parts: Vec<Part>,
    /// What the parts that ended have moved, and announced.
    ended: Counts,
    transfers: u64,
    running: u64,
    samples: VecDeque<(Instant, u64)>,
    is_begun: bool,
    bars: Bars,
}

/// How far one of the transfers is.
pub(super) type Part = Rc<PartCounts>;

#[derive(Debug)]
pub(super) struct PartCounts {
    pub(super) name: String,
    pub(super) counts: Cell<Counts>,
}

impl Board {
    /// One that is not `used` shows nothing, for a run that goes one by one.
    pub(crate) fn new(global: &Global, messages: &Messages, used: bool) -> Board {
        let style = if used { Style::choose(global, false) } else { Style::None };
        let (style, stream) = match messages.stream.try_clone() {
            Ok(stream) => (style, stream),
            Err(_) => (Style::None, Stream::Stderr),
        };
        let bars = if style == Style::Bar { Bars::on(&stream) } else { Bars::default() };
        Board {
            is_used: used,
            style: Cell::new(style),
            stream,
            is_inside_line: Arc::clone(&messages.is_inside_line),
            started: Instant::now(),
            state: RefCell::new(State { bars, ended: Counts::none(), ..State::default() }),
        }
    }

    pub(crate) fn is_used(&self) -> bool {
        self.is_used
    }

    /// How often [`show`](Self::show) is worth calling.
    pub(crate) fn beat(&self) -> Duration {
        match self.style.get() {
            Style::None => NEVER,
            Style::Meter => METER_STEP,
            Style::Bar => BAR_STEP,
        }
    }

    /// A transfer begins.
    pub(crate) fn enter(&self) {
        let mut state = self.state.borrow_mut();
        state.transfers += 1;
        state.running += 1;
    }

    /// A transfer has ended, with all its tries.
    pub(crate) fn leave(&self) {
        self.state.borrow_mut().running -= 1;
    }

    /// A try at a transfer begins. One whose document goes to the terminal ends all display.
    pub(super) fn add(&self, name: String, before: u64, on_terminal: bool) -> Part {
        if on_terminal {
            self.style.set(Style::None);
        }
        let counts = Cell::new(Counts { before, ..Counts::default() });
        let part = Rc::new(PartCounts { name, counts });
        self.state.borrow_mut().parts.push(Rc::clone(&part));
        part
    }

    pub(super) fn remove(&self, part: &Part) {
        let mut state = self.state.borrow_mut();
        state.parts.retain(|one| !Rc::ptr_eq(one, part));
        state.ended = state.ended.and(part.counts.get().ended());
        if self.style.get() == Style::Bar {
            state.bars.end(part);
        }
    }

    /// Shows how far all of them are.
    pub(crate) fn show(&self) {
        let now = Instant::now();
        let mut state = self.state.borrow_mut();
        let text = match self.style.get() {
            Style::None => return,
            Style::Meter => state.line(now, now - self.started),
            Style::Bar => {
                let State { bars, parts, .. } = &mut *state;
                bars.block(parts, !self.is_inside_line.load(Ordering::Relaxed))
            }
        };
        self.write(&text);
    }

    /// Shows the end.
    pub(crate) fn finish(&self) {
        self.show();
        match self.style.get() {
            Style::Meter => self.write("\n"),
            Style::Bar if self.is_inside_line.load(Ordering::Relaxed) => self.write("\n"),
            Style::None | Style::Bar => {}
        }
    }

    fn write(&self, text: &str) {
        if !text.is_empty() {
            self.is_inside_line.store(!text.ends_with('\n'), Ordering::Relaxed);
            // Progress that cannot be shown is no reason to stop a transfer.
            let _ = (&self.stream).write_all(text.as_bytes());
        }
    }
}

impl State {
    fn line(&mut self, now: Instant, spent: Duration) -> String {
        let live = self.parts.iter().map(|part| part.counts.get());
        let sum = live.fold(self.ended, Counts::and);
        let speed = self.speed(now, sum.received.max(sum.sent), spent);
        let head = if std::mem::replace(&mut self.is_begun, true) { "" } else { HEADER };
        format!("{head}{}", format::of_all(&sum, (self.transfers, self.running), spent, speed))
    }

    fn speed(&mut self, now: Instant, moved: u64, spent: Duration) -> u64 {
        self.samples.push_back((now, moved));
        let is_full = self.samples.len() > SPEED_SAMPLES;
        match self.samples.front() {
            Some(&(then, before)) if is_full => {
                self.samples.pop_front();
                format::per_second(moved.saturating_sub(before), now - then)
            }
            _ => format::per_second(moved, spent),
        }
    }
}

impl Counts {
    /// Those of no transfer at all.
    fn none() -> Counts {
        Counts { to_receive: Some(0), to_send: Some(0), ..Counts::default() }
    }

    /// Nothing more comes.
    fn ended(self) -> Counts {
        let (to_receive, to_send) =
            (self.to_receive.or(Some(self.received)), self.to_send.or(Some(self.sent)));
        Counts { to_receive, to_send, ..self }
    }

    /// Both together. What is expected is known where it is known of both.
    fn and(self, other: Counts) -> Counts {
        let both = |one: Option<u64>, other: Option<u64>| Some(one?.saturating_add(other?));
        Counts {
            received: self.received.saturating_add(other.received),
            to_receive: both(self.to_receive, other.to_receive),
            sent: self.sent.saturating_add(other.sent),
            to_send: both(self.to_send, other.to_send),
            before: 0,
        }
    }
}

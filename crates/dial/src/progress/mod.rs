//! The progress meter and bar on stderr, in curl's form.

mod bar;
mod bars;
mod board;
mod format;

use std::collections::VecDeque;
use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

pub(crate) use board::Board;
use board::Part;

use crate::flags::Global;
use crate::messages::{Messages, Stream};
use crate::output::Output;
use crate::terminal;

/// The meter is written once a second, the bar ten times.
const METER_STEP: Duration = Duration::from_secs(1);
const BAR_STEP: Duration = Duration::from_millis(100);
/// The current speed is that of the last five seconds.
const SPEED_SAMPLES: usize = 6;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    None,
    Meter,
    Bar,
}

impl Style {
    /// No meter where the document itself goes to the terminal, nor where nothing is transferred.
    fn choose(global: &Global, document_on_terminal: bool) -> Style {
        if global.silent || global.no_progress || global.dry_run || document_on_terminal {
            Style::None
        } else if global.progress_bar {
            Style::Bar
        } else {
            Style::Meter
        }
    }
}

/// How far a transfer is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    received: u64,
    /// `None` where the length is not known.
    to_receive: Option<u64>,
    sent: u64,
    to_send: Option<u64>,
    /// What a resumed file had before; counts for the bar.
    before: u64,
}

/// The display of one try at a transfer.
#[derive(Debug)]
pub(crate) struct Meter {
    style: Style,
    stream: Stream,
    width: usize,
    started: Instant,
    shown: Option<Instant>,
    counts: Counts,
    /// When, and how many bytes both ways there were.
    samples: VecDeque<(Instant, u64)>,
    bar: bar::Bar,
    is_inside_line: Arc<AtomicBool>,
    /// Its part of what parallel transfers show together, where it shows nothing of its own.
    part: Option<Part>,
}

impl Meter {
    /// Chooses what is shown, and shows the beginning. Without a `document` that might come, it
    /// does not matter where one would go.
    pub(crate) fn begin(
        global: &Global,
        output: &Output,
        document: bool,
        messages: &Messages,
        board: &Board,
        name: impl FnOnce() -> String,
    ) -> Meter {
        let on_terminal = document && output.is_stdout() && io::stdout().is_terminal();
        if board.is_used() {
            let mut meter = Meter::new(Style::None, Stream::Stderr, 0, Instant::now());
            meter.part = Some(board.add(name(), output.resume_at(), on_terminal));
            return meter;
        }
        let style = Style::choose(global, on_terminal);
        // A stream that cannot be shared shows nothing.
        let (style, stream) = match messages.stream.try_clone() {
            Ok(stream) => (style, stream),
            Err(_) => (Style::None, Stream::Stderr),
        };
        let width = if style == Style::Bar { terminal::width() } else { 0 };
        let mut meter = Meter::new(style, stream, width, Instant::now());
        meter.is_inside_line = Arc::clone(&messages.is_inside_line);
        meter.counts.before = output.resume_at();
        meter.update(0, 0);
        meter
    }

    fn new(style: Style, stream: Stream, width: usize, started: Instant) -> Meter {
        let (counts, samples, bar) = (Counts::default(), VecDeque::new(), bar::Bar::default());
        let is_inside_line = Arc::default();
        let (shown, part) = (None, None);
        Meter { style, stream, width, started, shown, counts, samples, bar, is_inside_line, part }
    }

    /// How many bytes are to come, where that is known.
    pub(crate) fn expect(&mut self, to_receive: Option<u64>) {
        self.counts.to_receive = to_receive;
        self.tell_board(self.counts.received, self.counts.sent);
    }

    /// How many bytes are to be sent, where that is known.
    pub(crate) fn expect_to_send(&mut self, to_send: Option<u64>) {
        self.counts.to_send = to_send;
        self.tell_board(self.counts.received, self.counts.sent);
    }

    /// Shows the counts if it is time to. Cheap when it is not.
    pub(crate) fn update(&mut self, received: u64, sent: u64) {
        self.tell_board(received, sent);
        if self.style != Style::None {
            self.update_at(received, sent, Instant::now());
        }
    }

    /// Shows the last state and ends the line.
    pub(crate) fn finish(&mut self, received: u64, sent: u64) {
        self.tell_board(received, sent);
        if self.style != Style::None {
            self.finish_at(received, sent, Instant::now());
        }
    }

    /// Takes its part from what all show together, where it has one.
    pub(crate) fn leave(&self, board: &Board) {
        if let Some(part) = &self.part {
            board.remove(part);
        }
    }

    fn tell_board(&self, received: u64, sent: u64) {
        if let Some(part) = &self.part {
            part.counts.set(Counts {
                received,
                sent,
                before: part.counts.get().before,
                ..self.counts
            });
        }
    }

    /// How often [`update`](Self::update) is worth calling.
    pub(crate) fn beat(&self) -> Duration {
        if self.style == Style::Bar || self.part.is_some() { BAR_STEP } else { METER_STEP }
    }

    fn update_at(&mut self, received: u64, sent: u64, now: Instant) {
        let step = self.beat();
        if self.shown.is_none_or(|shown| now.saturating_duration_since(shown) >= step) {
            self.show(received, sent, now);
        }
    }

    fn finish_at(&mut self, received: u64, sent: u64, now: Instant) {
        self.show(received, sent, now);
        self.write("\n");
    }

    fn show(&mut self, received: u64, sent: u64, now: Instant) {
        self.counts = Counts { received, sent, ..self.counts };
        let first = self.shown.replace(now).is_none();
        let text = match self.style {
            Style::None => return,
            // A bar begins when there is something to show.
            Style::Bar if first && received.saturating_add(sent) == 0 => return,
            Style::Bar => self.bar.line(&self.counts, self.width),
            Style::Meter => {
                let speed = self.speed(now);
                let line = format::line(&self.counts, now - self.started, speed);
                if first { format!("{}{line}", format::HEADER) } else { line }
            }
        };
        self.write(&text);
    }

    /// Bytes per second, both ways, over the last seconds; over everything at first.
    fn speed(&mut self, now: Instant) -> u64 {
        let total = self.counts.received.saturating_add(self.counts.sent);
        self.samples.push_back((now, total));
        if self.samples.len() > SPEED_SAMPLES {
            self.samples.pop_front();
        }
        match self.samples.front() {
            Some(&(then, before)) if now > then => {
                format::per_second(total.saturating_sub(before), now - then)
            }
            _ => format::per_second(total, now - self.started),
        }
    }

    fn write(&mut self, text: &str) {
        self.is_inside_line.store(!text.ends_with('\n'), Ordering::Relaxed);
        // Progress that cannot be shown is no reason to stop a transfer.
        let _ = self.stream.write_all(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Seek};

    fn shown(style: Style, run: impl FnOnce(&mut Meter, Instant)) -> String {
        let mut file = tempfile::tempfile().expect("a file");
        let (start, stream) = (Instant::now(), Stream::File(file.try_clone().expect("a clone")));
        let mut meter = Meter::new(style, stream, 40, start);
        meter.expect(Some(4000));
        run(&mut meter, start);
        let mut text = String::new();
        file.rewind().expect("rewound");
        file.read_to_string(&mut text).expect("text");
        text
    }

    #[test]
    fn the_meter_has_a_header_and_a_line_each_second() {
        let text = shown(Style::Meter, |meter, start| {
            for tenth in 0..=25 {
                meter.update_at(tenth * 100, 0, start + Duration::from_millis(tenth * 100));
            }
            meter.finish_at(4000, 0, start + Duration::from_secs(4));
        });
        let lines: Vec<&str> = text.split('\r').collect();
        assert_eq!(lines.len(), 5, "{text}");
        assert!(lines[0].starts_with("  % Total    % Received"), "{text}");
        assert_eq!(
            lines[2],
            " 25  4000   25  1000    0     0   1000      0  0:00:04  0:00:01  0:00:03  1000"
        );
        assert_eq!(
            lines[4],
            "100  4000  100  4000    0     0   1000      0  0:00:04  0:00:04 --:--:--  1000\n"
        );
    }

    #[test]
    fn the_bar_grows_to_the_width() {
        let text = shown(Style::Bar, |meter, start| {
            meter.update_at(0, 0, start);
            meter.update_at(2000, 0, start + BAR_STEP);
            meter.finish_at(4000, 0, start + BAR_STEP);
        });
        let half = format!("\r{:<33}  50.0%", "#".repeat(16));
        let full = format!("\r{} 100.0%\n", "#".repeat(33));
        assert_eq!(text, half + &full);
    }

    #[test]
    fn nothing_is_shown_where_nothing_is_wanted() {
        let text = shown(Style::None, |meter, _| {
            meter.update(1, 0);
            meter.finish(1, 0);
        });
        assert_eq!(text, "");
    }

    #[test]
    fn the_style_follows_the_options_and_the_terminal() {
        let with = |change: fn(&mut Global)| {
            let mut global = Global::default();
            change(&mut global);
            global
        };
        let plain = with(|_| ());
        assert_eq!(Style::choose(&plain, false), Style::Meter);
        assert_eq!(Style::choose(&plain, true), Style::None);
        assert_eq!(Style::choose(&with(|g| g.silent = true), false), Style::None);
        assert_eq!(Style::choose(&with(|g| g.no_progress = true), false), Style::None);
        assert_eq!(Style::choose(&with(|g| g.progress_bar = true), false), Style::Bar);
    }
}

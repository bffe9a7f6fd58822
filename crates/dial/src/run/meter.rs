//! The progress display of one try.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use crate::flags::Global;
use crate::high::Transfer;
use crate::messages::Messages;
use crate::output::Output;
use crate::progress::{Counts, Progress, Style};
use crate::terminal;

/// Progress with the counts it shows; nothing at all where nothing is to be shown.
pub(super) struct Meter {
    progress: Option<Progress>,
    counts: Counts,
    beat: Duration,
}

impl Meter {
    pub(super) fn begin(
        transfer: &Transfer,
        global: &Global,
        output: &Output,
        messages: &Messages,
    ) -> Meter {
        let counts = Counts { before: output.resume_at(), ..Counts::default() };
        let quiet = Meter { progress: None, counts, beat: Duration::from_secs(1) };
        if global.silent || global.no_progress {
            return quiet;
        }
        let style = Style::choose(global, &transfer.output, std::io::stdout().is_terminal());
        let (true, Ok(stream)) = (style != Style::None, messages.stream.try_clone()) else {
            return quiet;
        };
        let progress = Some(Progress::new(style, stream, terminal::width(), Instant::now()));
        let beat = if style == Style::Bar { Duration::from_millis(100) } else { quiet.beat };
        Meter { progress, counts, beat }
    }

    /// How often [`update`](Self::update) is worth calling.
    pub(super) fn beat(&self) -> Duration {
        self.beat
    }

    pub(super) fn expect(&mut self, to_receive: Option<u64>) {
        self.counts.to_receive = to_receive;
    }

    pub(super) fn expect_to_send(&mut self, to_send: Option<u64>) {
        self.counts.to_send = to_send;
    }

    pub(super) fn update(&mut self, received: u64, sent: u64) {
        (self.counts.received, self.counts.sent) = (received, sent);
        if let Some(progress) = &mut self.progress {
            progress.update(&self.counts, Instant::now());
        }
    }

    pub(super) fn finish(&mut self, received: u64, sent: u64) {
        (self.counts.received, self.counts.sent) = (received, sent);
        if let Some(progress) = &mut self.progress {
            progress.finish(&self.counts, Instant::now());
        }
    }
}

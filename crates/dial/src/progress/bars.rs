//! `-Z -#`: on a terminal a block of bars, redrawn in place; elsewhere the last state of each.

use std::io::IsTerminal;

use super::bar::Bar;
use super::board::Part;
use crate::messages::{Stream, printable};
use crate::terminal;

#[derive(Debug, Default)]
pub(super) struct Bars {
    width: usize,
    /// How many lines the block may have; none where nobody would see it move.
    room: usize,
    /// The lines of the block that stand on the terminal.
    drawn: usize,
    /// The last words of those that ended since.
    ended: Vec<String>,
    /// What has no length moves with them.
    ticks: usize,
}

impl Bars {
    pub(super) fn on(stream: &Stream) -> Bars {
        let is_seen = matches!(stream, Stream::Stderr) && std::io::stderr().is_terminal();
        let room = if is_seen { terminal::height().saturating_sub(1) } else { 0 };
        Bars { width: terminal::width(), room, ..Bars::default() }
    }

    pub(super) fn end(&mut self, part: &Part) {
        self.ended.push(line(part, self.width, self.ticks));
    }

    /// The block as it is now. `fresh`: the one before is no longer where it was drawn.
    pub(super) fn block(&mut self, parts: &[Part], fresh: bool) -> String {
        self.ticks += 1;
        let mut text = match self.drawn {
            0 => String::new(),
            _ if fresh => String::new(),
            1 => "\r\x1b[J".to_owned(),
            lines => format!("\r\x1b[{}A\x1b[J", lines - 1),
        };
        for line in self.ended.drain(..) {
            text += &line;
            text.push('\n');
        }
        let shown: Vec<_> =
            parts.iter().take(self.room).map(|part| line(part, self.width, self.ticks)).collect();
        self.drawn = shown.len();
        text + &shown.join("\n")
    }
}

/// A quarter of the line names the file, the rest is the bar.
fn line(part: &Part, width: usize, ticks: usize) -> String {
    let room = width / 4;
    let name: String = printable(&part.name).chars().take(room.saturating_sub(1)).collect();
    let bar = Bar { ticks }.line(&part.counts.get(), width - room);
    format!("{name:<room$}{}", bar.trim_start_matches('\r'))
}

//! `-#`: a bar of hash signs, or something that moves where the length is not known.

use super::Counts;

/// A bar may not be wider than this; a wide terminal gains nothing by it.
const MAX_WIDTH: usize = 256;
const SHIP: &str = "-=O=-";

#[derive(Debug, Default)]
pub(super) struct Bar {
    pub(super) ticks: usize,
}

impl Bar {
    /// The line for the counts, from the beginning of the line on.
    pub(super) fn line(&mut self, counts: &Counts, width: usize) -> String {
        let width = width.min(MAX_WIDTH);
        let total = counts.to_receive.unwrap_or(0).saturating_add(counts.to_send.unwrap_or(0));
        if total == 0 {
            return self.moving(width);
        }
        let done = counts.received.saturating_add(counts.sent).saturating_add(counts.before);
        grown(done, total.saturating_add(counts.before), width)
    }

    /// A ship that sails from one side to the other and back.
    fn moving(&mut self, width: usize) -> String {
        let way = width.saturating_sub(SHIP.len() + 1).max(1);
        let at = self.ticks % (2 * way);
        self.ticks += 1;
        let indent = if at < way { at } else { 2 * way - at };
        format!("\r{:<width$}", format!("{}{SHIP}", " ".repeat(indent)))
    }
}

fn grown(done: u64, total: u64, width: usize) -> String {
    let share = (done as f64 / total.max(1) as f64).min(1.0);
    let room = width.saturating_sub(7);
    let signs = "#".repeat((room as f64 * share) as usize);
    format!("\r{signs:<room$} {:5.1}%", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resumed_file_counts_with_what_it_had() {
        let counts = Counts { to_receive: Some(50), before: 50, ..Counts::default() };
        let line = Bar::default().line(&counts, 27);
        assert_eq!(line, format!("\r{:<20}  50.0%", "#".repeat(10)));
    }

    #[test]
    fn an_unknown_length_moves_and_stays_in_its_line() {
        let mut bar = Bar::default();
        let lines: Vec<String> = (0..100).map(|_| bar.line(&Counts::default(), 30)).collect();
        assert!(lines.iter().all(|line| line.len() == 31 && line.contains(SHIP)));
        assert_ne!(lines[0], lines[1]);
    }

    #[test]
    fn any_width_and_count_is_survived() {
        let counts =
            Counts { received: u64::MAX, to_receive: Some(1), sent: 5, ..Counts::default() };
        for width in [0, 1, 7, 10_000] {
            Bar::default().line(&counts, width);
            Bar::default().line(&Counts::default(), width);
        }
    }
}

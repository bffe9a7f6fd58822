//! RETR, STOR and their kin: from the command to the final reply.

use std::io::{self, Read, Write};
use std::sync::Arc;

use super::answer::{Answer, End, endless_block};
use super::ascii;
use super::data::Data;
use super::quirks::Turn;
use super::session::Session;
use super::tree::{Content, name};
use crate::http::pattern;

const PIECE_BYTES: usize = 256 << 10;

/// What is sent.
pub(super) enum Source {
    /// From this place on.
    Bytes(Arc<Vec<u8>>, u64),
    /// From one place to another.
    Pattern(u64, u64),
    Endless(Vec<u8>),
}

impl Source {
    fn len(&self) -> u64 {
        match self {
            Source::Bytes(bytes, start) => (bytes.len() as u64).saturating_sub(*start),
            Source::Pattern(start, end) => end.saturating_sub(*start),
            Source::Endless(_) => u64::MAX,
        }
    }

    /// Writes from one place to another, counted from where the source begins.
    fn write(&self, into: &mut Data, from: u64, to: u64) -> io::Result<()> {
        match self {
            Source::Pattern(start, _) => pattern::write(into, start + from, to - from),
            Source::Bytes(bytes, start) => {
                let place = |at: u64| usize::try_from(start + at).unwrap_or(usize::MAX);
                into.write_all(&bytes[place(from)..place(to)])
            }
            Source::Endless(line) => {
                let block = endless_block(line);
                let mut left = to - from;
                while left > 0 {
                    let part = usize::try_from(left).unwrap_or(usize::MAX).min(block.len());
                    into.write_all(&block[..part])?;
                    left -= part as u64;
                }
                Ok(())
            }
        }
    }
}

/// How a transfer came out.
enum Outcome {
    Whole,
    /// Cut off on purpose.
    Cut,
    Full,
    /// The server is dead: nothing more is said.
    Dead,
}

impl Session<'_> {
    pub(super) fn obey_transfers(&mut self, verb: &str, argument: &[u8]) -> io::Result<()> {
        match verb {
            "REST" => self.rest(&String::from_utf8_lossy(argument)),
            "RETR" => self.retr(argument),
            _ => self.store(verb, argument),
        }
    }

    fn rest(&mut self, text: &str) -> io::Result<()> {
        let Ok(offset) = text.parse() else { return self.tell("501 A number, please.") };
        self.offset = offset;
        self.tell(format!("350 Starting at {offset}."))
    }

    fn retr(&mut self, argument: &[u8]) -> io::Result<()> {
        let start = std::mem::take(&mut self.offset);
        let Some(node) = self.file(&self.path(argument)) else {
            return self.tell("550 No such file.");
        };
        let source = match node.content.clone() {
            Some(Content::Bytes(bytes)) if self.is_ascii => {
                Source::Bytes(ascii::to_wire(&bytes).into(), start)
            }
            Some(Content::Bytes(bytes)) => Source::Bytes(bytes, start),
            Some(Content::Pattern(length)) => Source::Pattern(start, length),
            _ => Source::Bytes(Arc::default(), 0),
        };
        let size = self.size_of(&node);
        if start > 0 && source.len() == 0 && start > size {
            return self.tell("554 The file is not that long.");
        }
        let kind = if self.is_ascii { "ASCII" } else { "BINARY" };
        let name = String::from_utf8_lossy(argument);
        let left = match size.saturating_sub(start) {
            _ if self.shared.quirks.tells_no_size => String::new(),
            left => format!(" ({left} bytes)"),
        };
        let opening = format!("150 Opening {kind} mode data connection for {name}{left}.");
        self.send("RETR", &opening, &source)
    }

    /// Opens a data connection, sends, and tells how it went.
    pub(super) fn send(&mut self, verb: &str, opening: &str, source: &Source) -> io::Result<()> {
        let Some((mut data, number)) = self.open_data(verb, opening)? else { return Ok(()) };
        let mut outcome = self.send_in_turns(&mut data, source);
        if matches!(outcome, Ok(Outcome::Whole)) {
            outcome = data.end(End::Fin, self.conn).map(|()| Outcome::Whole);
        }
        self.finish(verb, data, number, &outcome)
    }

    fn send_in_turns(&mut self, data: &mut Data, source: &Source) -> io::Result<Outcome> {
        let (shared, mut at) = (self.shared, 0);
        for (place, turn) in &shared.quirks.turns {
            if *place > source.len() || matches!(turn, Turn::Full) {
                continue;
            }
            source.write(data, at, *place)?;
            at = *place;
            if let Some(outcome) = self.take(*turn, data)? {
                return Ok(outcome);
            }
        }
        source.write(data, at, source.len())?;
        Ok(Outcome::Whole)
    }

    /// Does what happens in the middle; with an outcome the transfer is over.
    fn take(&mut self, turn: Turn, data: &mut Data) -> io::Result<Option<Outcome>> {
        match turn {
            Turn::Full => return Ok(Some(Outcome::Full)),
            Turn::Pause(wait) => wait.on(self.conn),
            Turn::EndData(end) => {
                data.end(end, self.conn)?;
                return Ok(Some(Outcome::Cut));
            }
            Turn::EndControl(end) => {
                data.look_away();
                end.of(self.conn)?;
            }
            Turn::EndBoth(end) => {
                data.look_away();
                end.of(self.conn)?;
                data.end(end, self.conn)?;
                return Ok(Some(Outcome::Dead));
            }
        }
        Ok(None)
    }

    /// STOR, APPE and STOU.
    fn store(&mut self, verb: &str, argument: &[u8]) -> io::Result<()> {
        let offset = std::mem::take(&mut self.offset);
        let path = if verb == "STOU" { self.unique_path() } else { self.path(argument) };
        if self.is_folder(&path) || !self.has_folder_for(&path) {
            return self.tell("553 It cannot be written.");
        }
        let there = self.file(&path).and_then(|node| node.content);
        let length = there.as_ref().map_or(0, Content::len);
        let kept = match verb {
            "APPE" => length,
            "STOR" => offset,
            _ => 0,
        };
        if kept > length {
            return self.tell("554 The file is not that long.");
        }
        let opening = match verb {
            "STOU" => format!("150 FILE: {}", String::from_utf8_lossy(name(&path))),
            _ => "150 Send it.".to_owned(),
        };
        let kept = there.map_or(Vec::new(), |content| content.beginning(kept));
        self.receive(verb, &opening, &path, kept)
    }

    fn unique_path(&self) -> Vec<u8> {
        let names = (1..).map(|number| self.path(format!("unique.{number}").as_bytes()));
        let free = names.into_iter().find(|path| self.shared.tree.node(path).is_none());
        free.unwrap_or_default()
    }

    fn receive(
        &mut self,
        verb: &str,
        opening: &str,
        path: &[u8],
        mut kept: Vec<u8>,
    ) -> io::Result<()> {
        let Some((mut data, number)) = self.open_data(verb, opening)? else { return Ok(()) };
        let content = self.shared.tree.node(path).and_then(|node| node.content);
        let is_sink = matches!(content, Some(Content::Sink(_)));
        let mut upload = Upload { received: Vec::new(), bytes: 0, is_sink };
        let outcome = self.receive_in_turns(&mut data, &mut upload);
        if matches!(outcome, Ok(Outcome::Whole)) {
            // The client has closed: whether it hears our farewell is its own affair.
            let _ = data.end(End::Fin, self.conn);
        }
        let bytes = upload.bytes;
        if is_sink {
            self.shared.tree.change(path, |node| {
                if let Some(Content::Sink(total)) = &mut node.content {
                    *total += bytes;
                }
            });
        } else {
            let received = upload.received;
            kept.extend(if self.is_ascii { ascii::from_wire(&received) } else { received });
            self.shared.tree.put(path, Content::Bytes(kept.into()));
        }
        self.finish(verb, data, number, &outcome)
    }

    fn receive_in_turns(&mut self, data: &mut Data, upload: &mut Upload) -> io::Result<Outcome> {
        let shared = self.shared;
        for (place, turn) in &shared.quirks.turns {
            let is_over = upload.read_up_to(*place, data)?;
            if is_over || (matches!(turn, Turn::Full) && data.read(&mut [0])? == 0) {
                return Ok(Outcome::Whole);
            }
            if let Some(outcome) = self.take(*turn, data)? {
                return Ok(outcome);
            }
        }
        upload.read_up_to(u64::MAX, data)?;
        Ok(Outcome::Whole)
    }

    /// Closes the books on a transfer and gives the final reply.
    fn finish(
        &mut self,
        verb: &str,
        mut data: Data,
        number: usize,
        outcome: &io::Result<Outcome>,
    ) -> io::Result<()> {
        self.shared.journal.update(number, |entry| {
            entry.bytes = data.bytes;
            entry.is_over = true;
        });
        let reply = match outcome {
            Ok(Outcome::Dead) => return Ok(()),
            Ok(Outcome::Whole) if verb == "STOU" => "226 Kept under a name of its own.",
            Ok(Outcome::Whole) => "226 Done.",
            Ok(Outcome::Full) => "552 The disk is full.",
            Ok(Outcome::Cut) | Err(_) => "426 The transfer was aborted.",
        };
        data.look_away();
        // What was ended in order is kept open for a while, all else is closed now.
        self.lingering = matches!(outcome, Ok(Outcome::Whole)).then_some(data);
        self.has_pret = false;
        self.transfers += 1;
        let quirks = &self.shared.quirks;
        if let Some(wait) = quirks.confirms_late {
            wait.on(self.conn);
        }
        if !quirks.confirms_early && !self.conn.is_ended() {
            self.confirm(reply)?;
        }
        match &quirks.after_transfer {
            Some((nth, answer)) if *nth == self.transfers => answer.give(self.conn),
            _ => Ok(()),
        }
    }

    pub(super) fn confirm(&mut self, reply: &str) -> io::Result<()> {
        match &self.shared.quirks.final_reply {
            Some(answer) => answer.give(self.conn),
            None => Answer::from(reply).give(self.conn),
        }
    }
}

/// An upload under way.
struct Upload {
    received: Vec<u8>,
    bytes: u64,
    is_sink: bool,
}

impl Upload {
    /// Reads until so many bytes are here; tells whether the end came first.
    fn read_up_to(&mut self, place: u64, data: &mut Data) -> io::Result<bool> {
        let mut piece = vec![0; PIECE_BYTES];
        while self.bytes < place {
            let left = usize::try_from(place - self.bytes).unwrap_or(usize::MAX);
            let count = data.read(&mut piece[..left.min(PIECE_BYTES)])?;
            if count == 0 {
                return Ok(true);
            }
            self.bytes += count as u64;
            if !self.is_sink {
                self.received.extend_from_slice(&piece[..count]);
            }
        }
        Ok(false)
    }
}

//! One dialogue against one connection.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::Arc;

use rustls::ServerConfig;

use super::parse::{Action, Step};
use super::{escape, unescape};
use crate::Conn;
use crate::log::{is_gone, is_timeout};

/// `S*` beyond this is delivered whole even in one-byte mode; a test has to end some day.
const MAX_TRICKLED_BYTES: usize = 64 << 10;

/// What the transcript wants at a line, and what came instead.
pub(super) struct Difference {
    pub(super) line: usize,
    pub(super) expected: String,
    pub(super) got: String,
}

/// Replaces every `{name}` that is known.
pub(super) fn fill(text: &str, names: &BTreeMap<String, String>) -> String {
    names.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
}

/// How a turn went: well, or what was wanted and what came.
type Turn = Result<(), (String, String)>;

/// Plays one dialogue.
pub(super) struct Player<'a> {
    pub(super) conn: &'a mut Conn,
    pub(super) names: &'a BTreeMap<String, String>,
    pub(super) tls: Option<&'a Arc<ServerConfig>>,
    /// Waits until the dialogue of another connection is over, and tells whether it was in time.
    pub(super) wait_for: &'a dyn Fn(usize) -> bool,
    pub(super) unsaid: Vec<u8>,
    /// The word that `{tag}` stood for last.
    pub(super) tag: String,
}

impl Player<'_> {
    /// Plays the steps to the first difference.
    pub(super) fn play(&mut self, steps: &[Step]) -> Result<(), Difference> {
        for step in steps {
            self.step(&step.action).map_err(|(expected, got)| Difference {
                line: step.line,
                expected,
                got,
            })?;
        }
        self.deliver().map_err(|(expected, got)| Difference {
            line: steps.last().map_or(0, |step| step.line),
            expected,
            got,
        })
    }

    fn step(&mut self, action: &Action) -> Turn {
        match action {
            Action::Say { text, line_end } => {
                let bytes = self.bytes(text, *line_end);
                self.unsaid.extend_from_slice(&bytes);
                return Ok(());
            }
            Action::Repeat { times, text } => return self.repeat(*times, text),
            _ => self.deliver()?,
        }
        match action {
            Action::Expect { text, line_end: true } => self.expect_line(text),
            Action::Expect { text, .. } => self.expect_exactly(text),
            Action::ExpectBytes(count) => self.expect_bytes(*count),
            Action::ExpectRest => self.expect_rest(),
            Action::ExpectEof => self.expect_eof(),
            Action::Tls => self.upgrade(),
            Action::Wait(number) => self.wait(*number),
            deed => {
                // That the client has gone before is no difference: it sent what it had to.
                let _ = self.end(deed);
                Ok(())
            }
        }
    }

    fn end(&mut self, deed: &Action) -> io::Result<()> {
        match deed {
            Action::Fin => self.conn.fin(),
            Action::Reset => self.conn.reset(),
            Action::Stall => self.conn.stall(),
            _ => {
                self.conn.cut();
                Ok(())
            }
        }
    }

    fn bytes(&self, text: &str, line_end: bool) -> Vec<u8> {
        let text = fill(text, self.names).replace("{tag}", &self.tag);
        let mut bytes = unescape(&text).expect("the parser has checked escapes");
        if line_end {
            bytes.extend_from_slice(b"\r\n");
        }
        bytes
    }

    /// Sends what was said since the client's last turn.
    fn deliver(&mut self) -> Turn {
        let unsaid = std::mem::take(&mut self.unsaid);
        sent(self.conn.say(&unsaid))
    }

    fn repeat(&mut self, times: usize, text: &str) -> Turn {
        let once = self.bytes(text, false);
        let total = once.len() * times;
        if total <= MAX_TRICKLED_BYTES {
            self.unsaid.extend(once.repeat(times));
            return Ok(());
        }
        self.deliver()?;
        let trickles = self.conn.is_one_byte();
        self.conn.one_byte(false);
        let per_block = MAX_TRICKLED_BYTES / once.len() + 1;
        let block = once.repeat(per_block);
        let mut left = total;
        while left > 0 && !self.conn.is_ended() {
            let part = left.min(block.len());
            match self.conn.say(&block[..part]) {
                Err(error) if is_gone(&error) => break,
                other => sent(other)?,
            }
            left -= part;
        }
        self.conn.one_byte(trickles);
        Ok(())
    }

    fn expect_line(&mut self, text: &str) -> Turn {
        let Some(behind) = text.strip_prefix("{tag}") else {
            return self.expect_text(text).map(drop);
        };
        let line = self.expect_text(&format!("{{any}}{behind}"))?;
        let word = line.split(u8::is_ascii_whitespace).next().unwrap_or_default();
        self.tag = escape(word);
        Ok(())
    }

    /// Gives the line that fits.
    fn expect_text(&mut self, text: &str) -> Result<Vec<u8>, (String, String)> {
        let pieces: Vec<Vec<u8>> =
            text.split("{any}").map(|piece| self.bytes(piece, false)).collect();
        let line_ends = 1 + pieces.concat().iter().filter(|&&byte| byte == b'\n').count();
        let wanted = quoted(&self.bytes(text, true));
        let mut got = Vec::new();
        for _ in 0..line_ends {
            match self.conn.read_line() {
                Ok(line) if line.ends_with(b"\n") => got.extend_from_slice(&line),
                Ok(line) => {
                    got.extend_from_slice(&line);
                    return Err((wanted, ending(&got, None)));
                }
                Err(error) => {
                    got.extend(self.conn.take_buffered());
                    return Err((wanted, ending(&got, Some(&error))));
                }
            }
        }
        let fits = got.strip_suffix(b"\r\n").is_some_and(|line| matches(line, &pieces));
        if fits { Ok(got) } else { Err((wanted, quoted(&got))) }
    }

    fn expect_exactly(&mut self, text: &str) -> Turn {
        let wanted = self.bytes(text, false);
        let mut got = Vec::new();
        while got.len() < wanted.len() {
            let mut part = vec![0; wanted.len() - got.len()];
            match self.conn.read(&mut part) {
                Ok(0) => return Err((quoted(&wanted), ending(&got, None))),
                Ok(count) => got.extend_from_slice(&part[..count]),
                Err(error) => return Err((quoted(&wanted), ending(&got, Some(&error)))),
            }
            if !wanted.starts_with(&got) {
                return Err((quoted(&wanted), quoted(&got)));
            }
        }
        Ok(())
    }

    fn expect_bytes(&mut self, count: usize) -> Turn {
        let mut left = count as u64;
        let copied = io::copy(&mut self.conn.take(left), &mut io::sink());
        left -= *copied.as_ref().unwrap_or(&0);
        if copied.is_ok() && left == 0 {
            return Ok(());
        }
        let came = count as u64 - left;
        Err((
            format!("{count} bytes"),
            format!("{came} bytes, then {}", why(copied.err().as_ref())),
        ))
    }

    fn expect_rest(&mut self) -> Turn {
        let rest = self.conn.read_to_close();
        rest.map(|_| ()).map_err(|error| ("the end".to_owned(), why(Some(&error)).to_owned()))
    }

    fn expect_eof(&mut self) -> Turn {
        let mut bytes = [0; 256];
        let got = match self.conn.read(&mut bytes) {
            Ok(0) => return Ok(()),
            Err(error) if is_gone(&error) => return Ok(()),
            Ok(count) => quoted(&bytes[..count]),
            Err(error) => why(Some(&error)).to_owned(),
        };
        Err(("the client's end of the connection".to_owned(), got))
    }

    fn upgrade(&mut self) -> Turn {
        let config = self.tls.expect("the server has an identity for S! tls");
        let upgraded = self.conn.upgrade_tls(config);
        upgraded.map_err(|error| ("a TLS handshake".to_owned(), error.to_string()))
    }

    fn wait(&mut self, number: usize) -> Turn {
        let expected = format!("the end of connection {number}'s dialogue");
        if (self.wait_for)(number) { Ok(()) } else { Err((expected, "nothing, in time".into())) }
    }
}

/// That the client has gone does not matter to the one who speaks; that it does not read does.
fn sent(result: io::Result<()>) -> Turn {
    match result {
        Err(error) if is_timeout(&error) => {
            Err(("the client to read".to_owned(), "a client that does not".to_owned()))
        }
        _ => Ok(()),
    }
}

/// Shows bytes escaped and in quotes.
pub(super) fn quoted(bytes: &[u8]) -> String {
    const SHOWN_BYTES: usize = 2000;
    let shown = escape(&bytes[..bytes.len().min(SHOWN_BYTES)]);
    let more = if bytes.len() > SHOWN_BYTES { "… and more" } else { "" };
    format!("\"{shown}\"{more}")
}

fn ending(got: &[u8], error: Option<&io::Error>) -> String {
    let end = why(error);
    if got.is_empty() { end.to_owned() } else { format!("{}, then {end}", quoted(got)) }
}

fn why(error: Option<&io::Error>) -> &'static str {
    match error {
        None => "the end of the connection",
        Some(error) if is_timeout(error) => "nothing more",
        Some(error) if is_gone(error) => "a connection broken off",
        Some(_) => "a broken connection",
    }
}

/// Matches a line against the pieces that stood around `{any}`.
fn matches(line: &[u8], pieces: &[Vec<u8>]) -> bool {
    let (first, rest) = pieces.split_first().expect("split gives at least one piece");
    let Some((last, middle)) = rest.split_last() else { return line == first };
    let Some(line) = line.strip_prefix(&first[..]) else { return false };
    let Some(mut line) = line.strip_suffix(&last[..]) else { return false };
    for piece in middle.iter().filter(|piece| !piece.is_empty()) {
        let Some(at) = crate::conn::find(line, piece) else { return false };
        line = &line[at + piece.len()..];
    }
    true
}

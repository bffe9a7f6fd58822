//! `-v`, `--trace` and `--trace-ascii`: what happens, as it happens, in curl's forms.
//!
//! Passwords and cookies in heads are masked before they get here, in traces too. What is in bodies
//! is shown as it is: that is what traces are for.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::SystemTime;

use landline::Event;
use landline::wire::escape::escape;

use super::certificates;
use super::numbers::Which;
use crate::data::os_reason;
use crate::flags::{Global, TraceForm};
use crate::messages::{Messages, Stream};

/// From this level of `-v` on, times and numbers are shown.
const WITH_IDS: u8 = 2;
/// From this one on, how much data goes to and fro.
const WITH_DATA: u8 = 3;

pub(super) struct Trace {
    form: TraceForm,
    stream: Mutex<Stream>,
    /// Why there is no more of it than there is.
    lost: OnceLock<String>,
    is_inside_line: Arc<AtomicBool>,
    has_times: bool,
    has_ids: bool,
    has_data: bool,
}

impl Trace {
    /// Opens the trace of a run, where there is one. A file that cannot be made is a warning, as
    /// with curl.
    pub(super) fn open(global: &Global, messages: &Messages) -> Option<Arc<Trace>> {
        let opened = match &global.trace {
            Some((_, path)) if path.as_os_str() != "%" => Stream::open(path),
            None if global.verbosity == 0 => return None,
            _ => messages.stream.try_clone(),
        };
        let stream = opened.map_err(|error| {
            let name = global.trace.as_ref().map(|(_, path)| path.display().to_string());
            let (name, reason) = (name.unwrap_or_default(), os_reason(&error));
            messages.warning(&format!("Failed to create/open output '{name}': {reason}"));
        });
        Some(Arc::new(Trace {
            form: global.trace.as_ref().map_or(TraceForm::Plain, |(form, _)| *form),
            stream: Mutex::new(stream.ok()?),
            lost: OnceLock::new(),
            is_inside_line: Arc::clone(&messages.is_inside_line),
            has_times: global.trace_times || global.verbosity >= WITH_IDS,
            has_ids: global.trace_ids || global.verbosity >= WITH_IDS,
            has_data: global.verbosity >= WITH_DATA,
        }))
    }

    pub(super) fn tell(&self, event: &Event<'_>, which: Which) {
        let prefix = self.prefix(which);
        let mut text = match self.form {
            TraceForm::Plain => prefixed(&prefix, &shown(event, self.has_data)),
            form => dumped(&prefix, event, form),
        };
        if text.is_empty() {
            return;
        }
        if self.is_inside_line.swap(false, Ordering::Relaxed) {
            text.insert(0, '\n');
        }
        let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        if self.lost.get().is_none()
            && let Err(error) = stream.write_all(text.as_bytes())
        {
            let _ = self.lost.set(os_reason(&error));
        }
    }

    /// Says that the trace is not whole: no failure, for the documents are there.
    pub(super) fn end(&self, messages: &Messages) {
        if let Some(reason) = self.lost.get() {
            messages.warning(&format!("Failed to write the trace: {reason}"));
        }
    }

    fn prefix(&self, which: Which) -> String {
        let mut prefix = String::new();
        if self.has_times {
            let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
            let (day, micros) = (now.as_secs() % 86_400, now.subsec_micros());
            let (hours, minutes, seconds) = (day / 3600, day / 60 % 60, day % 60);
            let _ = write!(prefix, "{hours:02}:{minutes:02}:{seconds:02}.{micros:06} ");
        }
        if self.has_ids {
            let connection =
                which.connection.number.map_or("x".to_owned(), |number| number.to_string());
            let _ = write!(prefix, "[{}-{connection}] ", which.transfer);
        }
        prefix
    }
}

fn prefixed(prefix: &str, text: &str) -> String {
    text.split_inclusive('\n').flat_map(|line| [prefix, line]).collect()
}

/// An event in curl's form: `*` for news, `>` and `<` for what goes out and comes in.
fn shown(event: &Event<'_>, with_data: bool) -> String {
    match event {
        // Nothing was looked up for an address.
        Event::Resolved { host, .. } if is_address(host) => String::new(),
        Event::Resolved { host, addresses } => {
            let list: Vec<_> = addresses.iter().map(|one| one.ip().to_string()).collect();
            note(&format!("Host {host} was resolved: {}", list.join(", ")))
        }
        Event::Trying(address) => note(&format!("Trying {address}...")),
        Event::Failed { address, error } => {
            note(&format!("connect to {address} failed: {}", crate::data::os_reason(error)))
        }
        Event::Connected { host, peer, .. } => note(&format!("Connected to {host} ({peer})")),
        Event::Reused { host, peer, .. } => {
            note(&format!("Re-using existing connection with host {host} ({peer})"))
        }
        Event::Secured(tls) | Event::ProxySecured(tls) => {
            let alpn = tls.alpn.as_deref().unwrap_or("nothing");
            // QUIC does not tell.
            let cipher = if tls.cipher.is_empty() { "QUIC" } else { &tls.cipher };
            note(&format!("SSL connection using {} / {cipher}", tls.version))
                + &note(&format!("ALPN: server accepted {alpn}"))
                + &certificates::shown(&tls.chain).iter().map(|line| note(line)).collect::<String>()
        }
        Event::HeadSent { shown: head, .. } => marked('>', head),
        // A document of HTTP/0.9 has no head.
        Event::HeadReceived(head) if head.raw().is_empty() => String::new(),
        Event::HeadReceived(head) | Event::ProxyReplied(head) => marked('<', head.raw()),
        Event::TrailersReceived(trailers) => {
            let mut lines = Vec::new();
            trailers.write_to(&mut lines);
            marked('<', &lines)
        }
        Event::LineSent(line) => marked('>', line),
        Event::LineReceived(line) => marked('<', line),
        Event::BodySent(bytes) if with_data => format!("}} [{} bytes data]\n", bytes.len()),
        Event::BodyReceived(bytes) if with_data => format!("{{ [{} bytes data]\n", bytes.len()),
        Event::Proxied { proxy } => note(&format!("Uses proxy {proxy}")),
        Event::Redirected { to, method } => {
            note(&format!("Issue another request to this URL: '{to}' ({method})"))
        }
        Event::Ended { kept: true } => note("Connection left intact"),
        Event::Ended { kept: false } => note("Closing connection"),
        Event::Note(text) => note(text),
        _ => String::new(),
    }
}

fn is_address(host: &str) -> bool {
    host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok()
}

fn note(text: &str) -> String {
    format!("* {}\n", escape(text.as_bytes()))
}

/// Each line with its mark, and nothing in it that moves a cursor.
fn marked(mark: char, bytes: &[u8]) -> String {
    let mut text = String::new();
    let whole = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    for line in whole.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let _ = writeln!(text, "{mark} {}", escape(line));
    }
    text
}

/// An event with all its bytes.
fn dumped(prefix: &str, event: &Event<'_>, form: TraceForm) -> String {
    let mut text = String::new();
    let mut received = |lines: &[u8]| {
        for line in lines.split_inclusive(|&byte| byte == b'\n') {
            dump(&mut text, &format!("{prefix}<= Recv header"), line, form);
        }
    };
    match event {
        Event::HeadReceived(head) | Event::ProxyReplied(head) => received(head.raw()),
        Event::TrailersReceived(trailers) => {
            let mut lines = Vec::new();
            trailers.write_to(&mut lines);
            received(&lines);
        }
        Event::LineReceived(line) => received(&[line, &b"\r\n"[..]].concat()),
        Event::HeadSent { shown: head, .. } => {
            dump(&mut text, &format!("{prefix}=> Send header"), head, form);
        }
        Event::LineSent(line) => {
            let line = [line, &b"\r\n"[..]].concat();
            dump(&mut text, &format!("{prefix}=> Send header"), &line, form);
        }
        Event::BodySent(bytes) => dump(&mut text, &format!("{prefix}=> Send data"), bytes, form),
        Event::BodyReceived(bytes) => {
            dump(&mut text, &format!("{prefix}<= Recv data"), bytes, form);
        }
        other => {
            for line in shown(other, false).lines() {
                let line = line.strip_prefix("* ").unwrap_or(line);
                let _ = writeln!(text, "{prefix}== Info: {line}");
            }
        }
    }
    text
}

/// curl's table of bytes: 16 in a line and in hex too, or lines of text of at most 64.
fn dump(text: &mut String, title: &str, bytes: &[u8], form: TraceForm) {
    if bytes.is_empty() {
        return;
    }
    let _ = writeln!(text, "{title}, {} bytes (0x{:x})", bytes.len(), bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let (line, len) = match form {
            TraceForm::Ascii => ascii_line(rest),
            _ => (&rest[..rest.len().min(16)], 16),
        };
        let _ = write!(text, "{at:04x}: ");
        if form == TraceForm::Hex {
            for byte in line {
                let _ = write!(text, "{byte:02x} ");
            }
            text.extend(std::iter::repeat_n("   ", 16 - line.len()));
        }
        let shown = |&byte: &u8| if matches!(byte, b' '..=b'~') { char::from(byte) } else { '.' };
        text.extend(line.iter().map(shown));
        text.push('\n');
        at += len;
    }
}

/// What stands in the next line, and how many bytes it stands for: a line end ends it.
fn ascii_line(rest: &[u8]) -> (&[u8], usize) {
    const WIDTH: usize = 64;
    let within = &rest[..rest.len().min(WIDTH + 2)];
    match within.windows(2).position(|pair| pair == b"\r\n") {
        Some(end) => (&rest[..end], end + 2),
        None => (&rest[..rest.len().min(WIDTH)], WIDTH),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dumped_as(form: TraceForm, bytes: &[u8]) -> String {
        dumped("", &Event::HeadSent { shown: bytes, bytes: bytes.len() }, form)
    }

    #[test]
    fn the_exchange_is_marked_and_harmless() {
        let head = b"HTTP/1.1 200 OK\r\nX: \x1b[2J\r\n\r\n";
        assert_eq!(marked('<', head), "< HTTP/1.1 200 OK\n< X: \\x1b[2J\n< \n");
        assert_eq!(shown(&Event::Ended { kept: true }, false), "* Connection left intact\n");
        let lines = prefixed("[0-0] ", &marked('>', b"A\r\nB\r\n"));
        assert_eq!(lines, "[0-0] > A\n[0-0] > B\n");
    }

    #[test]
    fn bytes_are_shown_in_hex_and_as_text() {
        let bytes = b"GET / HTTP/1.1\r\nA\x1b\xe9\r\n";
        assert_eq!(
            dumped_as(TraceForm::Hex, bytes),
            "=> Send header, 21 bytes (0x15)\n\
             0000: 47 45 54 20 2f 20 48 54 54 50 2f 31 2e 31 0d 0a GET / HTTP/1.1..\n\
             0010: 41 1b e9 0d 0a                                  A....\n"
        );
        assert_eq!(
            dumped_as(TraceForm::Ascii, bytes),
            "=> Send header, 21 bytes (0x15)\n0000: GET / HTTP/1.1\n0010: A..\n"
        );
    }

    #[test]
    fn lines_of_text_are_64_wide_and_their_end_fits_in() {
        let long = [&[b'x'; 64][..], b"\r\n", &[b'y'; 65], b"\r\n\r\n"].concat();
        let (x, y) = ("x".repeat(64), "y".repeat(64));
        assert_eq!(
            dumped_as(TraceForm::Ascii, &long),
            format!("=> Send header, 135 bytes (0x87)\n0000: {x}\n0042: {y}\n0082: y\n0085: \n")
        );
    }

    #[test]
    fn news_is_told_as_such() {
        let note = Event::Note("a\x1b[2J");
        assert_eq!(dumped("", &note, TraceForm::Hex), "== Info: a\\x1b[2J\n");
        assert_eq!(dumped("", &Event::BodySent(b""), TraceForm::Hex), "");
    }
}

//! What the library tells while it works: `-v`, the heads for `-i` and `-D`, bytes sent.

use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use landline::wire::ftp::parse_pwd;
use landline::{Event, Observer};

use super::course::Course;
use super::numbers::{Numbers, Which};
use super::trace::Trace;

/// Notes what a transfer needs to know, and has the exchange shown for `-v`.
#[derive(Default)]
pub(super) struct Watch {
    trace: Option<Arc<Trace>>,
    numbers: Arc<Numbers>,
    which: Mutex<Which>,
    keeps_heads: bool,
    keeps_proxy_heads: bool,
    /// For `-w`.
    course: Option<Mutex<Course>>,
    /// Lines are heads too: they are status replies, and not the document.
    keeps_lines: AtomicBool,
    heads: Mutex<Vec<u8>>,
    sent: AtomicU64,
    status: AtomicU16,
    lines: Mutex<Lines>,
    warnings: Mutex<Vec<String>>,
}

/// What the lines of a conversation tell: status replies, as FTP and its kin have them.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines {
    /// The code of the last reply; 0 before the first.
    pub(super) code: u16,
    pub(super) bytes: u64,
    /// The folder of the login.
    pub(super) entry_path: Option<String>,
    asked_for_path: bool,
}

impl Lines {
    fn sent(&mut self, line: &[u8]) {
        self.asked_for_path = line == b"PWD";
    }

    fn received(&mut self, line: &[u8]) {
        self.bytes += line.len() as u64 + 2;
        // The last line of a reply has a blank behind its code (RFC 959 section 4.2).
        let code = line.get(..3).filter(|code| code.iter().all(u8::is_ascii_digit));
        let (Some(code), true) = (code, matches!(line.get(3), None | Some(b' '))) else { return };
        self.code = code.iter().fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'));
        if self.asked_for_path && self.code == 257 {
            self.entry_path = parse_pwd(&String::from_utf8_lossy(line));
        }
    }
}

impl Watch {
    /// Keeps heads for later, as told: those of servers, those of proxies; and `course` for `-w`.
    pub(super) fn new(
        trace: Option<Arc<Trace>>,
        numbers: &Arc<Numbers>,
        (keeps_heads, keeps_proxy_heads): (bool, bool),
        course: Option<Course>,
    ) -> Arc<Watch> {
        let (numbers, which) = (Arc::clone(numbers), Mutex::new(numbers.transfer()));
        let watch = Watch { trace, numbers, which, keeps_heads, ..Watch::default() };
        Arc::new(Watch { keeps_proxy_heads, course: course.map(Mutex::new), ..watch })
    }

    pub(super) fn observer(self: &Arc<Watch>) -> Observer {
        let watch = Arc::clone(self);
        Observer::new(move |event| watch.see(event))
    }

    /// Keeps the lines received as it keeps heads.
    pub(super) fn keep_lines(&self) {
        self.keeps_lines.store(true, Ordering::Relaxed);
    }

    /// The heads that came since the last call, as received.
    pub(super) fn take_heads(&self) -> Vec<u8> {
        std::mem::take(&mut *held(&self.heads))
    }

    /// Bytes of body sent so far.
    pub(super) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// The status of the last reply, 0 before the first.
    pub(super) fn last_status(&self) -> u16 {
        self.status.load(Ordering::Relaxed)
    }

    /// Which transfer and connection this is, and whether a proxy stands between.
    pub(super) fn which(&self) -> Which {
        *held(&self.which)
    }

    /// How far the transfer came, if that was to be noted; once.
    pub(super) fn take_course(&self) -> Option<Course> {
        self.course.as_ref().map(|course| std::mem::take(&mut *held(course)))
    }

    /// Tells of bytes of a document which the library does not tell of by itself.
    pub(super) fn note_received(&self, bytes: &[u8]) {
        if let Some(trace) = &self.trace {
            trace.tell(&Event::BodyReceived(bytes), self.which());
        }
    }

    /// What the lines of the conversation have told.
    pub(super) fn lines(&self) -> Lines {
        held(&self.lines).clone()
    }

    /// Has the user told something in the end.
    pub(super) fn warn(&self, text: String) {
        held(&self.warnings).push(text);
    }

    /// What the user ought to be told; once.
    pub(super) fn take_warnings(&self) -> Vec<String> {
        std::mem::take(&mut *held(&self.warnings))
    }

    /// Counts bytes that were sent, and are no body of a request.
    pub(super) fn note_sent(&self, count: usize) {
        self.sent.fetch_add(count as u64, Ordering::Relaxed);
    }

    pub(super) fn see(&self, event: &Event<'_>) {
        if let Event::HeadReceived(head) = event {
            self.status.store(head.status, Ordering::Relaxed);
        }
        if let Some(course) = &self.course {
            held(course).see(event, self.sent());
        }
        self.numbers.see(event, &mut held(&self.which));
        match event {
            Event::BodySent(bytes) => {
                self.sent.fetch_add(bytes.len() as u64, Ordering::Relaxed);
            }
            Event::ProxyReplied(head) if self.keeps_proxy_heads => {
                held(&self.heads).extend_from_slice(head.raw());
            }
            Event::HeadReceived(head) if self.keeps_heads => {
                let mut heads = held(&self.heads);
                heads.extend_from_slice(head.raw());
            }
            Event::TrailersReceived(trailers) if self.keeps_heads => {
                let mut heads = held(&self.heads);
                trailers.write_to(&mut heads);
            }
            Event::LineSent(line) => self.change_lines(|lines| lines.sent(line)),
            Event::LineReceived(line) => {
                self.change_lines(|lines| lines.received(line));
                if self.keeps_heads && self.keeps_lines.load(Ordering::Relaxed) {
                    let mut heads = held(&self.heads);
                    heads.extend([line, &b"\r\n"[..]].concat());
                }
            }
            Event::Warning(text) => {
                let mut warnings = held(&self.warnings);
                warnings.push((*text).to_owned());
            }
            _ => {}
        }
        if let Some(trace) = &self.trace {
            trace.tell(event, self.which());
        }
    }
}

impl Watch {
    fn change_lines(&self, change: impl FnOnce(&mut Lines)) {
        change(&mut held(&self.lines));
    }
}

fn held<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_tell_the_last_code_and_where_the_login_led() {
        let mut lines = Lines::default();
        let dialogue: [(&[u8], &[u8]); 3] = [
            (b"USER a", b"230-250 in"),
            (b"PWD", b"257 \"/a\"\"b\" here"),
            (b"MKD x", b"257 \"x\""),
        ];
        for (sent, received) in dialogue {
            lines.sent(sent);
            lines.received(received);
        }
        assert_eq!(
            (lines.code, lines.bytes, lines.entry_path.as_deref()),
            (257, 39, Some("/a\"b"))
        );
        lines.received(b"550");
        lines.received(b" 226 x");
        lines.received(b"2264 x");
        assert_eq!(lines.code, 550);
    }
}

//! What the library tells while it works: `-v`, the heads for `-i` and `-D`, bytes sent.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use landline::wire::escape::escape;
use landline::{Event, Observer};

use crate::messages::Stream;
use crate::progress::Meter;

/// Notes what a transfer needs to know, and shows the exchange for `-v`.
#[derive(Default)]
pub(super) struct Watch {
    verbose: Option<Mutex<Stream>>,
    is_inside_line: Arc<AtomicBool>,
    keeps_heads: bool,
    heads: Mutex<Vec<u8>>,
    sent: AtomicU64,
    status: AtomicU16,
    redirects: AtomicU64,
}

impl Watch {
    pub(super) fn new(verbose: Option<Stream>, keeps_heads: bool, meter: &Meter) -> Arc<Watch> {
        let (verbose, is_inside_line) = (verbose.map(Mutex::new), meter.is_inside_line());
        Arc::new(Watch { verbose, is_inside_line, keeps_heads, ..Watch::default() })
    }

    pub(super) fn observer(self: &Arc<Watch>) -> Observer {
        let watch = Arc::clone(self);
        Observer::new(move |event| watch.see(event))
    }

    /// The heads that came since the last call, as received.
    pub(super) fn take_heads(&self) -> Vec<u8> {
        std::mem::take(&mut *self.heads.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Bytes of body sent so far.
    pub(super) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// The status of the last reply, 0 before the first, and how many redirects led to it.
    pub(super) fn last_reply(&self) -> (u16, u64) {
        (self.status.load(Ordering::Relaxed), self.redirects.load(Ordering::Relaxed))
    }

    fn see(&self, event: &Event<'_>) {
        if let Event::HeadReceived(head) = event {
            self.status.store(head.status, Ordering::Relaxed);
        }
        match event {
            Event::Redirected { .. } => {
                self.redirects.fetch_add(1, Ordering::Relaxed);
            }
            Event::BodySent(bytes) => {
                self.sent.fetch_add(*bytes as u64, Ordering::Relaxed);
            }
            Event::HeadReceived(head) if self.keeps_heads => {
                let mut heads = self.heads.lock().unwrap_or_else(PoisonError::into_inner);
                heads.extend_from_slice(head.raw());
            }
            _ => {}
        }
        if let Some(stream) = &self.verbose {
            let mut stream = stream.lock().unwrap_or_else(PoisonError::into_inner);
            let mut text = shown(event);
            if !text.is_empty() && self.is_inside_line.swap(false, Ordering::Relaxed) {
                text.insert(0, '\n');
            }
            // Nowhere is left to report that stderr itself cannot be written.
            let _ = stream.write_all(text.as_bytes());
        }
    }
}

/// An event in curl's form: `*` for news, `>` and `<` for what goes out and comes in.
fn shown(event: &Event<'_>) -> String {
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
        Event::Reused { host, peer } => {
            note(&format!("Re-using existing connection with host {host} ({peer})"))
        }
        Event::Secured(tls) => {
            let alpn = tls.alpn.as_deref().unwrap_or("nothing");
            note(&format!("SSL connection using {} / {}", tls.version, tls.cipher))
                + &note(&format!("ALPN: server accepted {alpn}"))
        }
        Event::HeadSent(head) => marked('>', head),
        Event::HeadReceived(head) => marked('<', head.raw()),
        Event::LineSent(line) => marked('>', line),
        Event::LineReceived(line) => marked('<', line),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exchange_is_marked_and_harmless() {
        let head = b"HTTP/1.1 200 OK\r\nX: \x1b[2J\r\n\r\n";
        assert_eq!(marked('<', head), "< HTTP/1.1 200 OK\n< X: \\x1b[2J\n< \n");
        assert_eq!(shown(&Event::Ended { kept: true }), "* Connection left intact\n");
    }
}

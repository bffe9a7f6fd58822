//! One try at one transfer.

use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use landline::Location;
use landline::aio::Document;
use landline::aio::http::Reply;
use landline::http::Timings;
use landline::net::Peer;

use super::body::{LowSpeed, Pump};
use super::interrupt::Interrupt;
use super::resume::{self, Promise, Verdict};
use super::watch::Watch;
use super::{Means, failure, request};
use crate::data::os_reason;
use crate::exit::{Code, Failure};
use crate::flags::Global;
use crate::high::{HeaderLine, Transfer};
use crate::messages::{Messages, printable_head};
use crate::output::Output;
use crate::progress::Meter;
use crate::settings::Fail;
use crate::writeout::Facts;

/// How a try ended.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) failure: Option<Failure>,
    pub(super) facts: Facts,
    /// Every address refused the connection.
    pub(super) refused: bool,
    pub(super) retry_after: Option<Duration>,
}

impl Outcome {
    /// The outcome of a transfer that failed before anything was sent.
    pub(super) fn of(failure: Failure) -> Outcome {
        Outcome { failure: Some(failure), ..Outcome::default() }
    }
}

pub(super) struct Attempt<'a> {
    transfer: &'a Transfer,
    means: &'a Means,
    output: &'a mut Output,
    interrupt: &'a mut Interrupt,
    watch: Arc<Watch>,
    meter: Meter,
    outcome: Outcome,
    begun: Instant,
}

impl<'a> Attempt<'a> {
    pub(super) fn new(
        transfer: &'a Transfer,
        global: &Global,
        means: &'a Means,
        output: &'a mut Output,
        interrupt: &'a mut Interrupt,
        messages: &mut Messages,
    ) -> Attempt<'a> {
        let settings = &transfer.settings;
        let verbose = global.verbose.then(|| messages.stream.try_clone().ok()).flatten();
        let keeps_heads = settings.include || settings.dump_header.is_some();
        let mut meter = Meter::begin(global, output, messages);
        let watch = Watch::new(verbose, keeps_heads, &meter);
        meter.expect_to_send(transfer.bytes_to_send());
        let outcome = Outcome::default();
        let begun = Instant::now();
        Attempt { transfer, means, output, interrupt, watch, meter, outcome, begun }
    }

    pub(super) async fn run(mut self) -> Outcome {
        if let Err(failure) = self.go().await {
            self.outcome.failure = Some(self.with_hint(failure));
        }
        self.meter.finish(self.outcome.facts.size_download, self.watch.sent());
        let facts = &mut self.outcome.facts;
        facts.size_upload = self.watch.sent();
        facts.time_total = self.begun.elapsed();
        facts.filename_effective = self.output.path().map(|path| path.display().to_string());
        self.outcome
    }

    async fn go(&mut self) -> Result<(), Failure> {
        let location = request::location(self.transfer)?;
        self.check_scheme(location.scheme())?;
        self.outcome.facts.scheme = Some(location.scheme().to_owned());
        self.outcome.facts.url_effective = location.without_secrets();
        match location.scheme() {
            "http" | "https" => self.http(location).await,
            _ => self.other(location).await,
        }
    }

    fn check_scheme(&self, scheme: &str) -> Result<(), Failure> {
        let allowed = self.transfer.settings.protocols.as_ref();
        if allowed.is_none_or(|list| list.allows(scheme, true)) {
            return Ok(());
        }
        let text = format!("Protocol \"{scheme}\" is disabled by --proto");
        Err(Failure::new(Code::UNSUPPORTED_SCHEME, text))
    }

    async fn http(&mut self, location: Location) -> Result<(), Failure> {
        let resume_at = self.output.resume_at();
        let (transfer, means, watch) = (self.transfer, self.means, &self.watch);
        let request = request::build(transfer, location, means, watch, resume_at)?;
        let sent = self.interrupt.guard(request.send()).await?;
        self.put_heads()?;
        self.outcome.refused = sent.as_ref().is_err_and(failure::is_refused);
        // For `-w`, even where the way ends at a redirect.
        let (status, redirects) = self.watch.last_reply();
        (self.outcome.facts.http_code, self.outcome.facts.num_redirects) = (status, redirects);
        let mut reply = sent.map_err(|error| failure::of(&error))?;
        self.note_reply(&reply);
        let read = self.read_reply(&mut reply, resume_at).await;
        self.note_times(&reply.timings());
        read
    }

    async fn read_reply(&mut self, reply: &mut Reply, resume_at: u64) -> Result<(), Failure> {
        let settings = &*self.transfer.settings;
        let (status, fail) = (reply.status(), settings.fail);
        let failed = status >= 400 && fail != Fail::Never;
        if status == 101 && !settings.headers.iter().any(HeaderLine::asks_for_upgrade) {
            let text = "the server switches to another protocol, and nobody asked for that";
            return Err(Failure::new(Code::WEIRD_REPLY, text));
        }
        // What says why a document is not there is never appended to a part of it.
        if failed && status != 416 && resume_at > 0 {
            return Err(status_failure(reply));
        }
        let len = reply.body().announced_len();
        let promise = match resume::judge(resume_at, status, reply.headers(), len)? {
            Verdict::Write(promise) => promise,
            Verdict::Complete => return Ok(()),
        };
        if failed && fail == Fail::WithoutBody {
            return Err(status_failure(reply));
        }
        if let Some(name) = reply.headers().get_bytes("Content-Disposition") {
            self.output.name_by_server(name)?;
        }
        let modified = reply.headers().get("Last-Modified").map(str::to_owned);
        if !self.transfer.wants_head_only() {
            self.pump(reply, len).await?;
            self.check_promise(promise)?;
        }
        self.finish(modified.as_deref())?;
        if failed { Err(status_failure(reply)) } else { Ok(()) }
    }

    /// A part that has more than it should is taken back; one that has less can be gone on with.
    fn check_promise(&mut self, promise: Promise) -> Result<(), Failure> {
        let checked = promise.check(self.outcome.facts.size_download);
        if checked.as_ref().is_err_and(|failure| failure.code == Code::RANGE) {
            self.output.rewind();
        }
        checked
    }

    async fn other(&mut self, location: Location) -> Result<(), Failure> {
        self.check_other(location.scheme())?;
        let opened = self.means.opener.clone().observe(self.watch.observer());
        let opened = self.interrupt.guard(opened.open_location(location)).await?;
        let mut document = opened.map_err(|error| failure::of(&error))?;
        self.put_info(&document)?;
        let modified = document.info().get("Last-Modified").map(str::to_owned);
        if !self.transfer.wants_head_only() {
            let len = document.announced_len();
            self.pump(&mut document, len).await?;
        }
        self.note_times(&document.timings());
        self.finish(modified.as_deref())
    }

    /// What only HTTP can do so far.
    fn check_other(&self, scheme: &str) -> Result<(), Failure> {
        let asked = [
            (self.transfer.upload.is_some(), "sending (-T)"),
            (self.transfer.settings.range.is_some(), "a range (-r)"),
            (self.output.resume_at() > 0, "going on (-C)"),
        ];
        match asked.iter().find(|(is_asked, _)| *is_asked) {
            Some((_, what)) => {
                let text = format!("{what} is something dial does not do over {scheme} yet");
                Err(Failure::new(Code::NOT_BUILT_IN, text))
            }
            None => Ok(()),
        }
    }

    async fn pump(
        &mut self,
        source: &mut (dyn tokio::io::AsyncBufRead + Send + Unpin),
        len: Option<u64>,
    ) -> Result<(), Failure> {
        let settings = &*self.transfer.settings;
        if let (Some(max), Some(len)) = (settings.max_filesize, len)
            && len > max
        {
            let text = format!("Maximum file size exceeded: {len} bytes, {max} allowed");
            return Err(Failure::new(Code::FILE_TOO_LARGE, text));
        }
        self.meter.expect(len);
        let mut pump = Pump {
            output: self.output,
            meter: &mut self.meter,
            watch: &self.watch,
            interrupt: self.interrupt,
            max_bytes: settings.max_filesize,
            low_speed: settings.timeouts.low_speed_rule().map(LowSpeed::new),
            deadline: settings.timeouts.total.map(|total| self.begun + total),
            received: 0,
        };
        let done = pump.run(source).await;
        self.outcome.facts.size_download = pump.received;
        done
    }

    /// `-i` and `-D`: the heads of all replies so far, the failed ones too.
    fn put_heads(&mut self) -> Result<(), Failure> {
        let heads = self.watch.take_heads();
        self.put_head_bytes(&heads)
    }

    fn put_head_bytes(&mut self, heads: &[u8]) -> Result<(), Failure> {
        if heads.is_empty() {
            return Ok(());
        }
        let settings = &*self.transfer.settings;
        if let Some(path) = &settings.dump_header {
            dump(path, heads).map_err(|error| {
                let text = format!("Failed to write {}: {}", path.display(), os_reason(&error));
                Failure::new(Code::WRITE, text)
            })?;
        }
        if settings.include { self.output.write_head(heads) } else { Ok(()) }
    }

    /// What is known of a document without a head of its own, in the form of one.
    fn put_info(&mut self, document: &Document) -> Result<(), Failure> {
        let settings = &*self.transfer.settings;
        if !settings.include && settings.dump_header.is_none() {
            return Ok(());
        }
        let mut head = Vec::new();
        document.info().write_to(&mut head);
        head.extend_from_slice(b"\r\n");
        self.put_head_bytes(&head)
    }

    fn finish(&mut self, modified: Option<&str>) -> Result<(), Failure> {
        self.output.finish()?;
        let date = modified.and_then(|text| httpdate::parse_http_date(text).ok());
        if let (true, Some(date)) = (self.transfer.settings.output.remote_time, date) {
            self.output.set_modified(date).map_err(|error| {
                let text = format!("Failed to set the file's date: {}", os_reason(&error));
                Failure::new(Code::WRITE, text)
            })?;
        }
        Ok(())
    }

    fn note_reply(&mut self, reply: &Reply) {
        self.outcome.retry_after = reply.headers().get("Retry-After").and_then(retry_after);
        let facts = &mut self.outcome.facts;
        facts.http_code = reply.status();
        facts.http_version = Some(reply.version().to_string().replace("HTTP/", ""));
        facts.content_type = reply.headers().get("Content-Type").map(str::to_owned);
        facts.url_effective = reply.location().without_secrets();
        facts.scheme = Some(reply.location().scheme().to_owned());
        facts.redirect_url = redirect_url(reply);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if self.transfer.settings.write_out.is_some() {
            let fields = reply.headers().iter();
            facts.headers = fields.map(|(name, value)| (name.to_owned(), text(value))).collect();
        }
        if let Peer::Ip(address) = reply.peer() {
            facts.remote_ip = Some(address.ip().to_string());
            facts.remote_port = address.port();
        }
        facts.local_ip = reply.local().map(|address| address.ip().to_string());
        facts.local_port = reply.local().map_or(0, |address| address.port());
        let counts = reply.counts();
        facts.num_connects = counts.connects as u64;
        facts.num_redirects = counts.redirects as u64;
        facts.size_header = counts.reply_head_bytes as u64;
        facts.size_request = counts.request_head_bytes as u64;
    }

    fn note_times(&mut self, times: &Timings) {
        let facts = &mut self.outcome.facts;
        facts.time_namelookup = times.lookup.unwrap_or_default();
        facts.time_connect = times.connect.unwrap_or_default();
        facts.time_appconnect = times.tls.unwrap_or_default();
        facts.time_pretransfer = times.sent.unwrap_or_default();
        facts.time_starttransfer = times.first_byte.unwrap_or_default();
        facts.time_redirect = times.redirect;
    }

    /// Says what was kept of a document that came in part, and how to get the rest.
    fn with_hint(&self, mut failure: Failure) -> Failure {
        let broke = matches!(failure.code, Code::PARTIAL_FILE | Code::RECEIVE | Code::TIMED_OUT);
        if let (true, Some(path), 1..) = (broke, self.output.resumable(), self.output.written()) {
            let (bytes, path) = (self.output.written(), path.display());
            failure.text += &format!("; {bytes} bytes are in '{path}', -C - goes on from there");
        }
        failure
    }
}

/// In curl's words, and with the URL, for there may be many on a line, and redirects between. What
/// can be a secret stays out of it: user, password and query.
fn status_failure(reply: &Reply) -> Failure {
    let (status, location) = (reply.status(), reply.location());
    let (scheme, host, path) = (location.scheme(), location.host_header(), location.path());
    let text = format!("The requested URL returned error: {status} ({scheme}://{host}{path})");
    Failure::new(Code::HTTP_STATUS, text)
}

fn redirect_url(reply: &Reply) -> Option<String> {
    let is_redirect = (300..400).contains(&reply.status());
    let reference = reply.headers().get_bytes("Location").filter(|_| is_redirect)?;
    reply.location().join_bytes(reference).ok().map(|location| location.without_secrets())
}

/// Seconds, or a date (RFC 9110 section 10.2.3).
fn retry_after(value: &str) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    date.duration_since(SystemTime::now()).ok()
}

/// Appends to the file of `-D`; `-` is stdout.
fn dump(path: &std::path::Path, heads: &[u8]) -> std::io::Result<()> {
    if path.as_os_str() == "-" {
        let mut stdout = std::io::stdout();
        if stdout.is_terminal() {
            let shown = printable_head(heads);
            return stdout.write_all(shown.as_bytes()).and_then(|()| stdout.flush());
        }
        return stdout.write_all(heads).and_then(|()| stdout.flush());
    }
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true).open(path)?.write_all(heads)
}

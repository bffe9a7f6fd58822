//! One try at one transfer.

use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use landline::Location;
use landline::http::Timings;
use landline::net::Peer;

use super::body::Pump;
use super::course::Course;
use super::interrupt::Interrupt;
use super::is_two_way;
use super::watch::Watch;
use super::{Means, Run, ftp, request};
use crate::data::os_reason;
use crate::exit::{Code, Failure};
use crate::high::Transfer;
use crate::listing;
use crate::messages::printable_head;
use crate::output::Output;
use crate::progress::Meter;
use crate::writeout::Facts;

/// How a try ended.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) failure: Option<Failure>,
    pub(super) facts: Facts,
    /// Every address refused the connection.
    pub(super) refused: bool,
    pub(super) retry_after: Option<Duration>,
    /// What was read to be sent cannot be read again, so there is no second try.
    pub(super) is_input_spent: bool,
    /// What the user ought to be told besides.
    pub(super) warnings: Vec<String>,
}

impl Outcome {
    /// The outcome of a transfer that failed before anything was sent.
    pub(super) fn of(failure: Failure) -> Outcome {
        Outcome { failure: Some(failure), ..Outcome::default() }
    }
}

pub(super) struct Attempt<'a> {
    pub(super) transfer: &'a Transfer,
    pub(super) means: &'a Means,
    run: &'a Run,
    pub(super) output: &'a mut Output,
    pub(super) interrupt: &'a mut Interrupt,
    pub(super) watch: Arc<Watch>,
    pub(super) meter: Meter,
    pub(super) outcome: Outcome,
    pub(super) begun: Instant,
}

impl<'a> Attempt<'a> {
    pub(super) fn new(
        transfer: &'a Transfer,
        means: &'a Means,
        run: &'a Run,
        output: &'a mut Output,
        interrupt: &'a mut Interrupt,
    ) -> Attempt<'a> {
        let Run { global, messages, board, .. } = run;
        let settings = &transfer.settings;
        let keeps_heads = settings.include || settings.dump_header.is_some();
        let document = expects_document(transfer);
        let name = || name(transfer);
        let mut meter = Meter::begin(global, output, document, messages, board, name);
        let keeps = (keeps_heads, keeps_heads && !settings.proxies.suppress_head);
        let course = settings.write_out.as_ref().map(|_| Course::default());
        let watch = Watch::new(run.trace.clone(), &run.numbers, keeps, course);
        meter.expect_to_send(transfer.bytes_to_send());
        let outcome = Outcome::default();
        let begun = Instant::now();
        Attempt { transfer, means, run, output, interrupt, watch, meter, outcome, begun }
    }

    pub(super) async fn run(mut self) -> Outcome {
        if let Err(failure) = self.go().await {
            self.outcome.failure = Some(self.with_hint(failure));
        }
        self.outcome.is_input_spent |= self.has_spent_input();
        let received = self.outcome.facts.size_download;
        self.meter.finish(received, self.watch.sent());
        self.meter.leave(&self.run.board);
        self.outcome.warnings = self.watch.take_warnings();
        if let Some(course) = self.watch.take_course() {
            self.note_end(course);
        }
        self.outcome
    }

    /// What is known of a try that has ended, for `-w`.
    fn note_end(&mut self, course: Course) {
        let facts = &mut self.outcome.facts;
        course.tell(facts, self.begun, self.watch.sent());
        let which = self.watch.which();
        let connection = which.connection;
        facts.proxy_used = connection.is_proxied;
        facts.conn_id = connection.number.map_or(-1, |number| i64::try_from(number).unwrap_or(-1));
        facts.xfer_id = i64::try_from(which.transfer).unwrap_or(-1);
        let is_refused = |failure: &Failure| failure.code == Code::CERTIFICATE;
        let is_refused = self.outcome.failure.as_ref().is_some_and(is_refused);
        // No other certificate can have been refused on the way to such a server.
        let is_of_proxy = is_refused && facts.scheme.as_deref() == Some("http");
        let settings = &*self.transfer.settings;
        let is_unchecked = settings.tls.insecure && !facts.certificates.is_empty();
        if is_unchecked || (is_refused && !is_of_proxy) {
            facts.ssl_verify_result = UNSPECIFIED;
        }
        if is_of_proxy || (settings.proxies.tls.insecure && connection.is_proxy_secured) {
            facts.proxy_ssl_verify_result = UNSPECIFIED;
        }
        facts.time_total = self.begun.elapsed();
        facts.filename_effective = self.output.path().map(|path| path.display().to_string());
    }

    /// Whether a part of what is to be sent may have been read, and cannot be read again.
    fn has_spent_input(&self) -> bool {
        let has_begun = self.watch.which().connection.number.is_some();
        let is_gone = |upload| !super::upload::is_there_again(upload);
        has_begun && self.transfer.upload.as_ref().is_some_and(is_gone)
    }

    pub(super) async fn go(&mut self) -> Result<(), Failure> {
        let location = request::location(self.transfer)?;
        let location = self.means.remembered.upgraded(location, &self.watch);
        self.check_scheme(location.scheme())?;
        self.check_format(&location)?;
        self.outcome.facts.scheme = Some(location.scheme().to_owned());
        self.outcome.facts.effective =
            self.transfer.settings.write_out.as_ref().map(|_| location.clone());
        match location.scheme() {
            "http" | "https" if self.run.global.dry_run => Box::pin(self.rehearse(location)).await,
            other if self.run.global.dry_run => {
                let text = format!("--dry-run shows what is sent over http and https, not {other}");
                Err(Failure::new(Code::NOT_BUILT_IN, text))
            }
            "http" | "https" => self.http(location).await,
            // Boxed, for every transfer has room for whatever it may await: 180 KB with all of these.
            scheme if ftp::is_ftp(scheme) => Box::pin(self.ftp(location)).await,
            scheme if is_two_way(scheme) && !self.transfer.wants_head_only() => {
                Box::pin(self.pipe(location)).await
            }
            _ => Box::pin(self.other(location)).await,
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

    /// `--format` is for listings.
    fn check_format(&self, location: &Location) -> Result<(), Failure> {
        let form = listing::form(self.transfer.settings.format, false);
        if form.is_none_or(|form| listing::rows(location, form).is_some()) {
            return Ok(());
        }
        let shown = location.without_secrets();
        let text = format!("--format is for listings, and {shown} is none that dial knows");
        Err(Failure::new(Code::NOT_BUILT_IN, text))
    }

    pub(super) async fn pump(
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
        // HTTP tells by itself of what came, before it is decoded.
        let is_told = self.outcome.facts.scheme.as_deref().is_some_and(|s| s.starts_with("http"));
        let mut pump = Pump {
            is_told,
            output: self.output,
            meter: &mut self.meter,
            watch: &self.watch,
            interrupt: self.interrupt,
            max_bytes: settings.max_filesize,
            deadline: settings.timeouts.total.map(|total| self.begun + total),
            received: 0,
        };
        let done = pump.run(source).await;
        self.outcome.facts.size_download = pump.received;
        self.outcome.facts.size_delivered = pump.received;
        done
    }

    /// `-i` and `-D`: the heads of all replies so far, the failed ones too.
    pub(super) fn put_heads(&mut self) -> Result<(), Failure> {
        let heads = self.watch.take_heads();
        self.put_head_bytes(&heads)
    }

    pub(super) fn put_head_bytes(&mut self, heads: &[u8]) -> Result<(), Failure> {
        if heads.is_empty() {
            return Ok(());
        }
        self.dump_head_bytes(heads)?;
        if self.transfer.settings.include { self.output.write_head(heads) } else { Ok(()) }
    }

    /// `-D` alone: the status lines of a conversation.
    pub(super) fn dump_heads(&self) -> Result<(), Failure> {
        self.dump_head_bytes(&self.watch.take_heads())
    }

    pub(super) fn dump_head_bytes(&self, heads: &[u8]) -> Result<(), Failure> {
        let Some(path) = &self.transfer.settings.dump_header else { return Ok(()) };
        dump(path, heads).map_err(|error| {
            let text = format!("Failed to write {}: {}", path.display(), os_reason(&error));
            Failure::new(Code::WRITE, text)
        })
    }

    pub(super) fn finish(&mut self, modified: Option<&str>) -> Result<(), Failure> {
        self.output.finish()?;
        let date = modified.and_then(|text| httpdate::parse_http_date(text).ok());
        if let (true, Some(date)) = (self.transfer.settings.output.remote_time, date) {
            self.output.set_modified(date).map_err(|error| {
                let text = format!("Failed to set the file's date: {}", os_reason(&error));
                Failure::new(Code::WRITE, text)
            })?;
        }
        if self.transfer.settings.output.attributes {
            self.label();
        }
        Ok(())
    }

    /// `--xattr`: what curl notes, and never a login.
    fn label(&self) {
        let bare = |url: &str| Location::parse(url).ok().map(|location| location.absolute_form());
        let referer = self.transfer.settings.referer.as_deref();
        let values = [
            ("user.creator", Some(self.run.messages.name.as_str().to_owned())),
            ("user.xdg.referrer.url", referer.and_then(bare)),
            ("user.mime_type", self.outcome.facts.content_type.clone()),
            ("user.xdg.origin.url", bare(&self.transfer.target)),
        ];
        let known = values.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?)));
        if let Err(error) = self.output.label(&known.collect::<Vec<_>>()) {
            let path = self.output.path().map(|path| path.display().to_string());
            let (path, reason) = (path.unwrap_or_default(), os_reason(&error));
            let text = format!("Error setting extended attributes on '{path}': {reason}");
            self.run.messages.warning(&text);
        }
    }

    pub(super) fn note_peer(&mut self, peer: &Peer) {
        self.outcome.facts.remote = Some(peer.clone());
    }

    pub(super) fn note_times(&mut self, times: &Timings) {
        let facts = &mut self.outcome.facts;
        // All are counted from one moment, as time_total is.
        let before = times.started().saturating_duration_since(self.begun);
        let whole = |step: Option<Duration>| step.map(|step| before + step).unwrap_or_default();
        facts.time_namelookup = whole(times.lookup);
        facts.time_connect = whole(times.connect);
        facts.time_appconnect = whole(times.tls);
        facts.time_pretransfer = whole(times.sent);
        facts.time_starttransfer = whole(times.first_byte);
        facts.time_redirect = whole(Some(times.redirect).filter(|time| !time.is_zero()));
    }

    /// Says what was kept of a document that came in part, and how to get the rest.
    fn with_hint(&self, mut failure: Failure) -> Failure {
        if failure.code == Code::LOGIN && self.transfer.settings.user.is_none() {
            failure.text += "; name and password go with -u";
        }
        let broke = matches!(failure.code, Code::PARTIAL_FILE | Code::RECEIVE | Code::TIMED_OUT);
        if let (true, Some(path), 1..) = (broke, self.output.resumable(), self.output.written()) {
            let (bytes, path) = (self.output.written(), path.display());
            failure.text += &format!("; {bytes} bytes are in '{path}'");
            if self.outcome.facts.scheme.as_deref().is_some_and(has_parts) {
                failure.text += ", -C - goes on from there";
            }
        }
        failure
    }
}

/// OpenSSL's number for a certificate that was not found good, and no more is told of why.
const UNSPECIFIED: u64 = 1;

/// Whether the server may send a document; to an upload only HTTP does.
fn expects_document(transfer: &Transfer) -> bool {
    let is_stored = |scheme: &str| ftp::is_ftp(scheme) || matches!(scheme, "file" | "tftp");
    let is_answered = || !request::location(transfer).is_ok_and(|at| is_stored(at.scheme()));
    transfer.upload.is_none() || is_answered()
}

/// Whether a part of a document can be asked for.
fn has_parts(scheme: &str) -> bool {
    matches!(scheme, "http" | "https" | "ftp" | "ftps" | "file")
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

/// What a bar among others is called.
fn name(transfer: &Transfer) -> String {
    let name = crate::url_text::remote_name(&transfer.url);
    let host = || Some(Location::parse(&transfer.target).ok()?.host()?.to_owned());
    name.map(str::to_owned).or_else(host).unwrap_or_default()
}

//! One try over HTTP.

use landline::aio::http::Reply;
use landline::wire::head::Version;
use landline::wire::validator::Validator;
use landline::{Headers, Location};

use super::attempt::Attempt;
use super::course::note_head;
use super::resume::{self, Promise, Verdict};
use super::{etag, failure, known, request};
use crate::exit::{Code, Failure};
use crate::high::{self, Destination, HeaderLine};
use crate::output::Output;
use crate::settings::{Fail, OutputRules};

impl Attempt<'_> {
    pub(super) async fn http(&mut self, location: Location) -> Result<(), Failure> {
        let resume_at = self.offset();
        let known = self.output.known().filter(|_| resume_at > 0).cloned();
        let (transfer, means, watch) = (self.transfer, self.means, &self.watch);
        etag::check(&transfer.settings.etag)?;
        let request =
            request::build(transfer, location, means, watch, resume_at, known.as_ref()).await?;
        let is_form = matches!(transfer.settings.request, high::Request::Form(_));
        if is_form {
            self.meter.expect_to_send(request.body_len());
        }
        let sent = match is_form || transfer.upload.is_some() {
            true => self.sending(Box::pin(request.send())).await?,
            false => self.interrupt.guard(request.send()).await?,
        };
        self.put_heads()?;
        self.outcome.refused = sent.as_ref().is_err_and(failure::is_refused);
        // Even where the way ends at a redirect.
        self.outcome.facts.http_code = self.watch.last_status();
        let fail = transfer.settings.fail;
        let mut reply = sent.map_err(|error| failure::of_transfer(&error, fail))?;
        self.note_reply(&reply);
        if self.output.is_going_on() && !self.goes_on(&reply)? {
            // Another document, or no parts of it: what the last try has left is of no use.
            self.output.rewind();
            if reply.status() != 200 {
                drop(reply);
                return Box::pin(self.go()).await;
            }
        }
        self.read_reply(&mut reply, self.offset()).await
    }

    /// `--dry-run`: what would be sent goes to stdout, and what is asked of the output stays as it is.
    pub(super) async fn rehearse(&mut self, location: Location) -> Result<(), Failure> {
        let resume_at = self.offset();
        let known = self.output.known().filter(|_| resume_at > 0).cloned();
        let (transfer, means, watch) = (self.transfer, self.means, &self.watch);
        let request =
            request::build(transfer, location, means, watch, resume_at, known.as_ref()).await?;
        let (stdout, rules) = (Destination::Stdout { asked: false }, OutputRules::default());
        *self.output = Output::prepare(&stdout, &rules)?;
        let mut bytes = tokio::io::BufReader::new(request.rehearse());
        self.pump(&mut bytes, None).await
    }

    /// Where what is read begins.
    fn offset(&self) -> u64 {
        if self.transfer.upload.is_some() { 0 } else { self.output.resume_at() }
    }

    /// Whether a reply goes on where the last try has ended. One that says why there is no document now
    /// leaves what there is as it is.
    fn goes_on(&self, reply: &Reply) -> Result<bool, Failure> {
        let (status, len) = (reply.status(), reply.body().announced_len());
        if status >= 400 && status != 416 {
            return Err(status_failure(reply));
        }
        let judged =
            resume::judge(self.offset(), self.output.known(), status, reply.headers(), len);
        Ok(status != 200 && judged.is_ok())
    }

    /// What can be said of the document later, if its bytes are written as they are.
    fn document(&self, reply: &Reply, resume_at: u64) -> Option<Validator> {
        let settings = &*self.transfer.settings;
        if let Some(known) = self.output.known().filter(|_| resume_at > 0) {
            return Some(known.clone());
        }
        let status = if resume_at > 0 { 206 } else { 200 };
        let is_as_sent = !settings.include && settings.range.is_none();
        let is_read = transfer_is_read(self.transfer) && reply.body().encoded_read().is_none();
        let document = reply.status() == status && is_as_sent && is_read;
        document.then(|| Validator::of(reply.status(), reply.headers()))
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
        if settings.compressed && resume_at > 0 {
            resume::check_uncoded(status, reply.headers())?;
        }
        let known = self.output.known().filter(|_| resume_at > 0);
        let promise = match resume::judge(resume_at, known, status, reply.headers(), len)? {
            Verdict::Write(promise) => promise,
            Verdict::Complete => return self.output.is_complete(),
        };
        if failed && fail == Fail::WithoutBody {
            return Err(status_failure(reply));
        }
        // There is no document, and so no file.
        if status == 304 || (status < 400 && self.is_unwanted(reply.headers())) {
            self.outcome.facts.http_code = 304;
            return etag::save(&settings.etag, reply);
        }
        if let Some(name) = reply.headers().get_bytes("Content-Disposition") {
            self.output.name_by_server(name)?;
        }
        let modified = reply.headers().get("Last-Modified").map(str::to_owned);
        self.output.set_document(self.document(reply, resume_at));
        if !self.transfer.wants_head_only() {
            self.pump(reply, len).await?;
            // What was transferred is what was compressed.
            let facts = &mut self.outcome.facts;
            facts.size_download = reply.body().encoded_read().unwrap_or(facts.size_download);
            // Trailers come behind the document.
            self.put_heads()?;
            self.check_promise(promise)?;
        }
        self.finish(modified.as_deref())?;
        etag::save(&settings.etag, reply)?;
        if failed { Err(status_failure(reply)) } else { Ok(()) }
    }

    /// A server that does not know of `-z` sends the document all the same.
    fn is_unwanted(&self, headers: &Headers) -> bool {
        let settings = &*self.transfer.settings;
        let is_part = settings.range.is_some() || self.output.resume_at() > 0;
        let condition = settings.time_condition.filter(|_| !is_part);
        let modified = condition.and_then(|_| known::modified(headers));
        condition.zip(modified).is_some_and(|(condition, date)| !condition.is_met(date))
    }

    /// A part that has more than it should is taken back; one that has less can be gone on with.
    fn check_promise(&mut self, promise: Promise) -> Result<(), Failure> {
        let checked = promise.check(self.outcome.facts.size_download);
        if checked.as_ref().is_err_and(|failure| failure.code == Code::RANGE) {
            self.output.rewind();
        }
        checked
    }

    fn note_reply(&mut self, reply: &Reply) {
        self.outcome.retry_after = reply.retry_after();
        let facts = &mut self.outcome.facts;
        // Where no head came there is nothing to tell.
        let has_head = reply.version() > Version::Http09;
        facts.http_code = if has_head { reply.status() } else { 0 };
        facts.scheme = Some(reply.location().scheme().to_owned());
        let settings = &*self.transfer.settings;
        if settings.output.attributes || settings.write_out.is_some() {
            facts.http_version = Some(reply.version()).filter(|_| has_head);
            self.note_details(reply);
        }
    }

    /// For `-w` and `--xattr`.
    fn note_details(&mut self, reply: &Reply) {
        let facts = &mut self.outcome.facts;
        facts.effective = Some(reply.location().clone());
        note_head(facts, reply.status(), reply.headers(), true);
        // In the clear it is a proxy that TLS is spoken with.
        let tls = reply.tls().filter(|_| reply.location().scheme() == "https");
        facts.certificates = tls.map(|tls| tls.chain.clone()).unwrap_or_default();
    }
}

/// Whether it is a plain read of a document, which can be asked for in parts.
fn transfer_is_read(transfer: &high::Transfer) -> bool {
    transfer.upload.is_none() && transfer.method() == "GET"
}

/// In curl's words, and with the URL, for there may be many on a line, and redirects between. What
/// can be a secret stays out of it: user, password and query.
fn status_failure(reply: &Reply) -> Failure {
    let (status, location) = (reply.status(), reply.location());
    let (scheme, host, path) = (location.scheme(), location.host_header(), location.path());
    let text = format!("The requested URL returned error: {status} ({scheme}://{host}{path})");
    Failure::new(Code::HTTP_STATUS, text)
}

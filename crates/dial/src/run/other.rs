//! One try over everything but HTTP: what the library's one call reads, tells and stores.

use landline::aio::{Document, Opener};
use landline::{ByteRange, ErrorKind, Location, StoreMode};

use super::attempt::Attempt;
use super::{failure, form, ftp, mail, tftp};
use crate::exit::{Code, Failure};
use crate::listing::{self, Form, Listing, Rows};

/// Protocols whose replies begin with three digits.
fn has_codes(scheme: &str) -> bool {
    ftp::is_ftp(scheme) || matches!(scheme, "smtp" | "smtps" | "lmtp" | "nntp" | "nntps" | "news")
}

impl Attempt<'_> {
    pub(super) async fn other(&mut self, location: Location) -> Result<(), Failure> {
        let has_codes = has_codes(location.scheme());
        let done = self.one(location).await;
        if has_codes {
            self.outcome.facts.http_code = self.watch.lines().code;
        }
        done
    }

    async fn one(&mut self, location: Location) -> Result<(), Failure> {
        mail::check_news(&self.transfer.settings, location.scheme())?;
        let opener = self.opener(&location).await?;
        if let Some(upload) = &self.transfer.upload {
            return self.store(opener, location, upload).await;
        }
        if let Some(form) = mail::form(&self.transfer.settings, location.scheme()) {
            let source = form::mail(form, &self.transfer.settings.headers)?;
            return self.deliver(opener, location, source, StoreMode::Replace).await;
        }
        if !self.is_wanted(&opener, &location).await? {
            return Ok(());
        }
        match self.transfer.wants_head_only() {
            true => self.info(opener, location).await,
            false => self.read(opener, location).await,
        }
    }

    /// The one call, as the options of this transfer have it.
    async fn opener(&mut self, location: &Location) -> Result<Opener, Failure> {
        let settings = &*self.transfer.settings;
        let mut opener = self.means.opener.clone().observe(self.watch.observer());
        if ftp::is_ftp(location.scheme()) {
            opener = opener.ftp(self.interrupt.guard(ftp::options(settings, location)).await??);
        }
        if let Some(mode) = settings.output.create_mode {
            opener = opener.create_mode(mode);
        }
        match location.scheme() {
            "tftp" => opener = opener.tftp(tftp::options(settings)?),
            "nntp" | "nntps" | "news" => opener = opener.nntp(mail::nntp(settings)?),
            "imap" | "imaps" => opener = opener.imap(mail::imap(settings)?),
            "smtp" | "smtps" | "lmtp" => opener = opener.smtp(mail::smtp(settings)?),
            "pop3" | "pop3s" => opener = opener.pop3(mail::pop3(settings)?),
            _ => {}
        }
        Ok(opener)
    }

    /// `-r` and `-C`
    fn range(&self) -> Result<Option<ByteRange>, Failure> {
        match (self.output.resume_at(), &self.transfer.settings.range) {
            (0, None) => Ok(None),
            (0, Some(text)) if text.contains(',') => {
                let text = format!("several ranges at once are for HTTP alone: '{text}'");
                Err(Failure::new(Code::RANGE, text))
            }
            (0, Some(text)) => {
                let why = || Failure::new(Code::RANGE, format!("'{text}' is no range of bytes"));
                ByteRange::parse(text).ok_or_else(why).map(Some)
            }
            (offset, _) => Ok(Some(ByteRange::From(offset))),
        }
    }

    async fn read(&mut self, opener: Opener, location: Location) -> Result<(), Failure> {
        let opener = match self.range()? {
            Some(range) => opener.range(range),
            None => opener,
        };
        let listing = self.listing(&location);
        let opened = self.open(opener, location).await?;
        let mut document = opened.map_err(|error| self.not_read(&error))?;
        self.put_info(&document)?;
        let modified = document.info().get("Last-Modified").map(str::to_owned);
        let len = document.announced_len();
        let read = match listing {
            Some((rows, form)) => self.list(&mut document, rows, form).await,
            None => self.pump(&mut document, len).await,
        };
        self.note_document(&document);
        read?;
        self.finish(modified.as_deref())
    }

    /// Why there is nothing to read. A listing of the user's own (`-X`) fails as any listing.
    fn not_read(&self, error: &landline::Error) -> Failure {
        let mut failure = failure::of_transfer(error, self.transfer.settings.fail);
        let own = self.transfer.settings.method.as_deref().and_then(|own| own.split(' ').next());
        let is_own = own.zip(error.command()).is_some_and(|(own, it)| own.eq_ignore_ascii_case(it));
        let is_plain = failure.code != Code::QUOTE && !failure::is_mail(error);
        if is_own && error.kind() == ErrorKind::Refused && is_plain {
            failure.code = Code::RETRIEVE;
        }
        failure
    }

    /// How the document is to be shown, where that is not as it comes.
    fn listing(&self, location: &Location) -> Option<(Box<dyn Rows>, Form)> {
        let form = listing::form(self.transfer.settings.format, self.output.is_for_eyes())?;
        Some((listing::rows(location, form)?, form))
    }

    async fn list(
        &mut self,
        document: &mut Document,
        rows: Box<dyn Rows>,
        form: Form,
    ) -> Result<(), Failure> {
        let mut listing = Listing::new(document, rows, form);
        let read = self.pump(&mut listing, None).await;
        self.outcome.facts.size_download = listing.received();
        if let skipped @ 1.. = listing.skipped() {
            let what = "lines of the listing that were not understood and are left out";
            self.watch.warn(format!("{what}: {skipped}"));
        }
        read
    }

    pub(super) fn note_document(&mut self, document: &Document) {
        self.note_times(&document.timings());
        self.note_peer(document.peer());
    }
}

//! One try over everything but HTTP: what the library's one call reads, tells and stores.

use landline::aio::Document;
use landline::{ByteRange, Location, StoreMode};

use super::attempt::Attempt;
use super::{failure, ftp, request, tftp};
use crate::exit::{Code, Failure};
use crate::listing::{self, Form, Listing, Rows};
use landline::aio::Opener;

impl Attempt<'_> {
    pub(super) async fn other(&mut self, location: Location) -> Result<(), Failure> {
        let opener = self.opener(&location).await?;
        match &self.transfer.upload {
            Some(_) => self.store(opener, location).await,
            None if self.transfer.wants_head_only() => self.info(opener, location).await,
            None => self.read(opener, location).await,
        }
    }

    /// The one call, as the options of this transfer have it.
    async fn opener(&mut self, location: &Location) -> Result<Opener, Failure> {
        let settings = &*self.transfer.settings;
        let mut opener = self.means.opener.clone().observe(self.watch.observer());
        if ftp::is_ftp(location.scheme()) {
            opener = opener.ftp(self.interrupt.guard(ftp::options(settings, location)).await??);
        }
        if location.scheme() == "tftp" {
            opener = opener.tftp(tftp::options(settings)?);
        }
        let range = match (self.output.resume_at(), &settings.range) {
            (0, None) => return Ok(opener),
            (0, Some(text)) => ByteRange::parse(text).ok_or_else(|| {
                Failure::new(Code::RANGE, format!("'{text}' is not one range of bytes"))
            })?,
            (offset, _) => ByteRange::From(offset),
        };
        Ok(opener.range(range))
    }

    async fn read(&mut self, opener: Opener, location: Location) -> Result<(), Failure> {
        let listing = self.listing(&location);
        let opened = self.interrupt.guard(opener.open_location(location)).await?;
        let mut document = opened.map_err(|error| failure::of(&error))?;
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
        read
    }

    /// `-I`: what is known, in the form of a head, as the document.
    async fn info(&mut self, opener: Opener, location: Location) -> Result<(), Failure> {
        let told = self.interrupt.guard(opener.info_location(location)).await?;
        let info = told.map_err(|error| failure::of(&error))?;
        let mut head = Vec::new();
        info.write_to(&mut head);
        self.pump(&mut head.as_slice(), None).await?;
        self.finish(info.get("Last-Modified"))
    }

    async fn store(&mut self, opener: Opener, location: Location) -> Result<(), Failure> {
        let Some(upload) = &self.transfer.upload else { return Ok(()) };
        let source = request::source(upload)?;
        let stored = opener.store_location(location, source, StoreMode::Replace);
        let stored = self.interrupt.guard(stored).await?;
        let mut document = stored.map_err(|error| failure::of(&error))?;
        self.pump(&mut document, None).await?;
        self.note_document(&document);
        self.finish(None)
    }

    /// What is known of a document without a head of its own, in the form of one.
    fn put_info(&mut self, document: &Document) -> Result<(), Failure> {
        let settings = &*self.transfer.settings;
        let is_shown = settings.include || settings.dump_header.is_some();
        // FTP's lines are what -D gets, and -i nothing, as with curl.
        if !is_shown || ftp::is_ftp(document.location().scheme()) {
            return Ok(());
        }
        let mut head = Vec::new();
        document.info().write_to(&mut head);
        head.extend_from_slice(b"\r\n");
        self.put_head_bytes(&head)
    }

    fn note_document(&mut self, document: &Document) {
        self.note_times(&document.timings());
        self.note_peer(document.peer());
    }
}

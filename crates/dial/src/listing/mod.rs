//! Listings in rows: `--format`, and what a terminal gets to see of them.
//!
//! A protocol's listing becomes [`Rows`] while its bytes arrive; [`mod@print`] makes a table or JSON of
//! any rows. Nothing is held back but the line that is not complete.

mod ftp;
mod gopher;
mod lines;
mod news;
mod print;

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use landline::{Error, Location};
use tokio::io::{AsyncBufRead, AsyncRead, ReadBuf};

use crate::settings::Format;
use print::Printer;

/// A field that every row has.
pub(crate) struct Column {
    /// In lower case; the key in JSON.
    name: &'static str,
    /// How many characters it takes in a table at least; `None`: it is not shown there.
    width: Option<usize>,
}

/// What a row says in one column.
pub(crate) enum Cell {
    Text(String),
    Number(u64),
    Nothing,
}

/// The listing of one protocol, as its bytes arrive.
pub(crate) trait Rows: Send {
    fn columns(&self) -> &'static [Column];

    /// Takes the next bytes of the document.
    fn push(&mut self, bytes: &[u8]);

    /// Says that the document is over.
    fn finish(&mut self) -> Result<(), Error>;

    /// Gives the next row, a cell for each column; `None` when more bytes are needed.
    fn next_row(&mut self) -> Result<Option<Vec<Cell>>, Error>;

    /// How many lines so far are no rows, though they ought to be.
    fn skipped(&self) -> u64 {
        0
    }
}

/// How the document behind a URL is shown: in this form, or as the server sends it.
pub(crate) fn form(asked: Option<Format>, is_terminal: bool) -> Option<Form> {
    match (asked, is_terminal) {
        (Some(Format::Json), _) => Some(Form::Json),
        (Some(Format::Table), _) => Some(Form::Table),
        (None, true) => Some(Form::Page),
        (Some(Format::Raw), _) | (None, false) => None,
    }
}

/// What rows are turned into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// For the eyes: a table without its headings.
    Page,
    Table,
    Json,
}

/// The rows of the document behind a URL; `None` if it is no listing that is known.
pub(crate) fn rows(location: &Location, form: Form) -> Option<Box<dyn Rows>> {
    match location.scheme() {
        "ftp" | "ftps" => ftp::rows(location, form),
        "gopher" | "gophers" => gopher::rows(location, form),
        "nntp" | "nntps" | "news" => news::rows(location),
        _ => None,
    }
}

/// A document's reader that gives its listing in another form.
pub(crate) struct Listing<'a> {
    source: &'a mut (dyn AsyncBufRead + Send + Unpin),
    rows: Box<dyn Rows>,
    printer: Printer,
    ready: Vec<u8>,
    given: usize,
    received: u64,
    is_over: bool,
    /// What went wrong behind the rows that wait.
    failure: Option<Error>,
}

impl<'a> Listing<'a> {
    pub(crate) fn new(
        source: &'a mut (dyn AsyncBufRead + Send + Unpin),
        rows: Box<dyn Rows>,
        form: Form,
    ) -> Listing<'a> {
        let printer = Printer::new(form, rows.columns());
        let (ready, given, received) = (Vec::new(), 0, 0);
        let (is_over, failure) = (false, None);
        Listing { source, rows, printer, ready, given, received, is_over, failure }
    }

    /// Bytes of the document itself.
    pub(crate) fn received(&self) -> u64 {
        self.received
    }

    /// How many of its lines are not shown.
    pub(crate) fn skipped(&self) -> u64 {
        self.rows.skipped()
    }

    /// Ends what was begun; the error follows behind it.
    fn fail(&mut self, error: Error) {
        self.printer.break_off(&mut self.ready);
        (self.is_over, self.failure) = (true, Some(error));
    }

    fn waiting(&self) -> &[u8] {
        &self.ready[self.given..]
    }

    /// Turns what has come into text; `0` bytes are the end.
    fn turn(&mut self, count: usize) -> Result<(), Error> {
        if count == 0 {
            self.is_over = true;
            self.rows.finish()?;
        }
        while let Some(row) = self.rows.next_row()? {
            self.printer.row(&row, &mut self.ready);
        }
        if count == 0 {
            self.printer.finish(&mut self.ready);
        }
        Ok(())
    }
}

impl AsyncBufRead for Listing<'_> {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        while this.waiting().is_empty() && !this.is_over {
            (this.ready, this.given) = (Vec::new(), 0);
            let piece = match ready!(Pin::new(&mut *this.source).poll_fill_buf(cx)) {
                Ok(piece) => piece,
                Err(error) => {
                    this.fail(error.into());
                    break;
                }
            };
            let count = piece.len();
            this.rows.push(piece);
            Pin::new(&mut *this.source).consume(count);
            this.received += count as u64;
            if let Err(error) = this.turn(count) {
                this.fail(error);
            }
        }
        if this.waiting().is_empty()
            && let Some(error) = this.failure.take()
        {
            return Poll::Ready(Err(error.into()));
        }
        Poll::Ready(Ok(this.waiting()))
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        self.get_mut().given += amount;
    }
}

impl AsyncRead for Listing<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let ready = ready!(self.as_mut().poll_fill_buf(cx))?;
        let count = ready.len().min(buf.remaining());
        buf.put_slice(&ready[..count]);
        self.consume(count);
        Poll::Ready(Ok(()))
    }
}

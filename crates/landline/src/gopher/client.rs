//! The dialogue: a line goes out, a document comes back.

use std::future::poll_fn;
use std::path::Path;

use landline_wire::gopher::{Selector, SelectorError};

use super::aio::{Menu, Text};
use crate::line::aio::LineStream;
use crate::observe::Event;
use crate::open::aio::Opener;
use crate::open::{Parts, Visit, parse, shown};
use crate::{Error, ErrorKind, Headers, Phase, Result, media_type};

const PORT: u16 = 70;

const BYTES: &str = "application/octet-stream";

/// Opens a document, to be read as the server sends it.
pub(crate) async fn open(visit: Visit) -> Result<Parts> {
    let selector = Selector::of(visit.location()).map_err(unfit)?;
    let line = ask(&visit, &selector).await?;
    let mut info = Headers::new();
    if let Some(kind) = media_type(&selector) {
        // A media type is always fit for a header.
        let _ = info.push("Content-Type", kind);
    }
    Ok(Parts::stream(visit.location().clone(), info, line))
}

/// Connects, sends the selector, and waits until the answer begins.
async fn ask(visit: &Visit, selector: &Selector) -> Result<LineStream> {
    let mut line = match visit.scheme() {
        "gophers" => visit.connect_tls(PORT).await?,
        _ => visit.connect(PORT).await?,
    };
    // Not `write_line`: a URL may have CR, LF and tab encoded, and who typed it means them. No URL of
    // a server's comes here: none through redirects, and menus give none that is more than a line.
    line.write_raw(&selector.to_line()).await?;
    visit.observer.tell(&Event::LineSent(selector.as_bytes()));
    line.stream_mut().enter(Phase::AwaitingReply);
    ready_bytes(&mut line).await?;
    line.stream_mut().enter(Phase::ReadingBody);
    Ok(line)
}

/// Waits for bytes, and tells how many there are; 0 at the end.
pub(super) async fn ready_bytes(line: &mut LineStream) -> Result<usize> {
    let ready = poll_fn(|cx| line.poll_ready_bytes(cx)).await;
    ready.map_err(|error| line.stream().error(error))
}

/// By the item's type; by the name where the type says no more than "bytes".
fn media_type(selector: &Selector) -> Option<&'static str> {
    let by_type = selector.item_type().media_type();
    if by_type.is_some_and(|kind| kind != BYTES) {
        return by_type;
    }
    let name = std::str::from_utf8(selector.as_bytes()).unwrap_or_default();
    media_type::of_name(Path::new(name)).or(by_type)
}

fn unfit(error: SelectorError) -> Error {
    let kind = match error {
        SelectorError::Words => ErrorKind::Usage,
        _ => ErrorKind::Url,
    };
    Error::new(kind, Phase::Preparing, "this cannot be asked for by gopher").because(error)
}

/// Reads menus and texts.
///
/// See [the blocking twin](crate::gopher::Client) for the whole documentation.
#[derive(Clone, Debug, Default)]
pub struct Client {
    opener: Opener,
}

impl Client {
    /// A client with default options.
    pub fn new() -> Self {
        Self::default()
    }

    /// A client that connects, trusts, waits and is watched as `opener` is.
    pub fn with(opener: Opener) -> Self {
        Self { opener }
    }

    /// Asks for a menu.
    ///
    /// # Errors
    /// As for [`Opener::open`]; [`ErrorKind::EmptyReply`] when nothing comes back.
    pub async fn menu(&self, url: &str) -> Result<Menu> {
        let visit = self.visit(url)?;
        menu(&visit, None).await.map_err(|error| error.at(shown(visit.location())))
    }

    /// Asks a search server, an item of type `7`, for these words.
    ///
    /// # Errors
    /// As for [`menu`](Self::menu); [`ErrorKind::Usage`] when the words hold a tab, CR, LF or NUL.
    pub async fn search(&self, url: &str, words: &str) -> Result<Menu> {
        let visit = self.visit(url)?;
        menu(&visit, Some(words)).await.map_err(|error| error.at(shown(visit.location())))
    }

    /// Asks for a text, to be read without its stuffing and its lone dot.
    ///
    /// # Errors
    /// As for [`Opener::open`].
    pub async fn text(&self, url: &str) -> Result<Text> {
        let visit = self.visit(url)?;
        let line = answer(&visit, None).await;
        let line = line.map_err(|error| error.at(shown(visit.location())))?;
        Ok(Text::new(line, self.opener.document_bytes()))
    }

    fn visit(&self, url: &str) -> Result<Visit> {
        let visit = self.opener.visit(parse(url)?);
        match visit.scheme() {
            "gopher" | "gophers" => Ok(visit),
            other => {
                let what = format!("the scheme {other} is not gopher");
                Err(Error::new(ErrorKind::Scheme, Phase::Preparing, what))
            }
        }
    }
}

/// Asks for what the URL says, and for these words if it is a search.
async fn answer(visit: &Visit, words: Option<&str>) -> Result<LineStream> {
    let mut selector = Selector::of(visit.location()).map_err(unfit)?;
    if let Some(words) = words {
        selector = selector.with_search(words).map_err(unfit)?;
    }
    ask(visit, &selector).await
}

async fn menu(visit: &Visit, words: Option<&str>) -> Result<Menu> {
    let line = answer(visit, words).await?;
    if line.buffered().is_empty() {
        let what = format!("{} closed the connection without an answer", line.stream().peer());
        return Err(Error::new(ErrorKind::EmptyReply, Phase::AwaitingReply, what));
    }
    Ok(Menu::new(line, visit.location().clone()))
}

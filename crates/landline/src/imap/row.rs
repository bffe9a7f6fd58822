//! What a URL asks for.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use landline_wire::imap::Asked;
use tokio::io::{AsyncRead, ReadBuf};

use super::append::measured;
use super::connection::{Connection, command};
use super::flow::{Flow, Shows};
use super::talk::unsayable;
use crate::dialogue::{Ahead, Home, read_header_block, skip_header_block};
use crate::open::{Parts, Visit};
use crate::upload::Upload;
use crate::{Error, ErrorKind, Headers, Phase, Result};

type Errand<'a> = crate::dialogue::Errand<'a, Connection>;

/// Commands whose answers are all of the untagged responses, as curl has it.
const TELLS_ALL: [&str; 8] =
    ["SELECT", "EXAMINE", "SEARCH", "EXPUNGE", "LSUB", "UID", "GETQUOTAROOT", "NOOP"];

/// Opens what a URL names.
pub(crate) async fn open(errand: &Errand<'_>) -> Result<Parts> {
    let asked = asked(errand.visit)?;
    let mut owned = begin(errand, &asked, "").await?;
    let is_message = asked.message.is_some() && errand.options.command.is_none();
    let info = match is_message && asked.section.is_empty() && asked.partial.is_none() {
        true => owned.read_headers().await?,
        false => {
            owned.look_ahead().await?;
            Headers::new()
        }
    };
    Ok(Parts::stream(errand.visit.location.clone(), info, owned))
}

/// Reads the header block of a message alone. Anything else is asked for what it does.
pub(crate) async fn info(errand: &Errand<'_>) -> Result<Headers> {
    let mut asked = asked(errand.visit)?;
    let is_message = asked.message.is_some() && errand.options.command.is_none();
    asked.partial = None;
    let mut owned = begin(errand, &asked, "HEADER").await?;
    if is_message {
        let fields = owned.read_headers().await?;
        skip_header_block(&mut owned).await?;
        return Ok(fields);
    }
    let rest = tokio::io::copy(&mut owned, &mut tokio::io::sink()).await;
    rest.map_err(|error| Error::from_io(error, Phase::ReadingBody))?;
    Ok(Headers::new())
}

/// Stores a message.
pub(crate) async fn store(errand: &Errand<'_>, message: Upload) -> Result<()> {
    let asked = asked(errand.visit)?;
    let Some(mailbox) = &asked.mailbox else {
        return Err(Error::new(ErrorKind::Url, Phase::Preparing, "the URL names no mailbox"));
    };
    let (len, message) = measured(message).await?;
    let flags = errand.options.flags.as_deref().unwrap_or("\\Seen");
    let mut turn = errand.begin()?;
    let (mut connection, home, ()) = loop {
        let offered = turn.connection().await?.offer(mailbox, flags, len).await;
        // A server that has answered nothing has nothing of the message.
        if let Some(offered) = turn.settle(offered, true)? {
            break offered;
        }
    };
    let put = connection.send(len, message).await;
    home.take_back(connection, put).map(drop)
}

/// A connection on which a command was refused is as good as before.
fn give_back(mut connection: Box<Connection>, home: &Home<Connection>) {
    if connection.talk.is_quiet() {
        home.give_back(connection);
    }
}

fn asked(visit: &Visit) -> Result<Asked> {
    Asked::of(&visit.location).map_err(|error| {
        let what = "the URL names nothing that a mail server has";
        Error::new(ErrorKind::Url, Phase::Preparing, what).because(error)
    })
}

/// Opens the mailbox where that is needed, and sends the command.
async fn begin(errand: &Errand<'_>, asked: &Asked, part: &str) -> Result<Owned> {
    let own = errand.options.command.as_deref();
    // What cannot be said is nothing to connect for.
    own.map(command).transpose()?;
    let mut turn = errand.begin()?;
    loop {
        let flow = ask(turn.connection().await?, own, asked, part).await;
        // A command of the caller's own may be one that counts twice.
        if let Some((connection, home, flow)) = turn.settle(flow, own.is_none())? {
            let ahead = Ahead::default();
            return Ok(Owned { ahead, flow, connection: Some(connection), home });
        }
    }
}

async fn ask(
    connection: &mut Connection,
    own: Option<&str>,
    asked: &Asked,
    part: &str,
) -> Result<Flow> {
    if own.is_some() || asked.message.is_some() || asked.search.is_some() {
        select(connection, asked).await?;
    }
    let flow = match (own, asked.message, &asked.search) {
        (Some(own), ..) => lines(connection, own, names_of(own)).await,
        (None, Some(message), _) => connection.begin_section(message, &item(asked, part)).await,
        (None, None, Some(search)) => {
            let names = vec!["SEARCH".to_owned()];
            lines(connection, &format!("SEARCH {search}"), names).await
        }
        (None, None, None) => {
            let mailbox = asked.mailbox.as_deref().unwrap_or_default();
            let line = command("LIST")?.quoted_mailbox(mailbox).map_err(unsayable)?;
            let line = line.words("*").map_err(unsayable)?;
            connection.talk.begin(&line).await?;
            Ok(Flow::new(Shows::Lines(vec!["LIST".to_owned()]), &connection.talk))
        }
    }?;
    connection.talk.listen().await?;
    Ok(flow)
}

async fn select(connection: &mut Connection, asked: &Asked) -> Result<()> {
    let Some(mailbox) = &asked.mailbox else { return Ok(()) };
    let is_open = connection.selected.as_ref().is_some_and(|(name, _)| name == mailbox);
    if !is_open {
        connection.select(mailbox).await?;
    }
    let validity = connection.selected.as_ref().and_then(|(_, validity)| *validity);
    match asked.uid_validity {
        Some(wanted) if validity.is_some_and(|it| it != wanted) => {
            let what = "the UIDs of the mailbox have changed (UIDVALIDITY)";
            Err(Error::new(ErrorKind::NotFound, Phase::AwaitingReply, what).on("SELECT"))
        }
        _ => Ok(()),
    }
}

async fn lines(connection: &mut Connection, line: &str, names: Vec<String>) -> Result<Flow> {
    connection.talk.begin(&command(line)?).await?;
    // It may have opened another mailbox, or closed this one.
    if names.is_empty() || names.iter().any(|name| name != "SEARCH") {
        connection.selected = None;
    }
    Ok(Flow::new(Shows::Lines(names), &connection.talk))
}

/// What of the answer to a command of the caller's own is the document.
fn names_of(own: &str) -> Vec<String> {
    let verb = own.split(' ').next().unwrap_or_default().to_ascii_uppercase();
    match verb.as_str() {
        verb if TELLS_ALL.contains(&verb) => Vec::new(),
        "STORE" => vec!["FETCH".to_owned(), verb],
        _ => vec![verb],
    }
}

/// `BODY[…]`; `part` is what is read of a message in place of all of it.
fn item(asked: &Asked, part: &str) -> String {
    let section = match (asked.section.as_str(), part) {
        ("", part) => part,
        (section, _) => section,
    };
    let partial = asked.partial.as_ref().map_or_else(String::new, |range| format!("<{range}>"));
    format!("BODY[{section}]{partial}")
}

/// An answer that owns the connection it comes over, and gives it back at its end.
struct Owned {
    ahead: Ahead,
    flow: Flow,
    connection: Option<Box<Connection>>,
    home: Home<Connection>,
}

impl Owned {
    async fn read_headers(&mut self) -> Result<Headers> {
        let (fields, ahead) = read_header_block(self).await?;
        self.ahead = ahead;
        Ok(fields)
    }

    /// Waits until there is something, so that what is not there is an error before the beginning.
    async fn look_ahead(&mut self) -> Result<()> {
        let mut first = vec![0; 4096];
        let count = tokio::io::AsyncReadExt::read(self, &mut first).await;
        first.truncate(count.map_err(|error| Error::from_io(error, Phase::ReadingBody))?);
        self.ahead = Ahead::new(first, None);
        Ok(())
    }
}

impl AsyncRead for Owned {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if let Some(read) = this.ahead.read(buf) {
            return Poll::Ready(read);
        }
        let Some(mut connection) = this.connection.take() else { return Poll::Ready(Ok(())) };
        let read = this.flow.poll_read(&mut connection.talk, cx, buf);
        match this.flow.is_over() || matches!(read, Poll::Ready(Err(_))) {
            true => give_back(connection, &this.home),
            false => this.connection = Some(connection),
        }
        read
    }
}

//! What a URL asks for.

use landline_wire::pop3::argument;
use landline_wire::reply::Status;
use landline_wire::target::Location;

use super::Options;
use super::connection::Connection;
use crate::dialogue::{Home, OwnedBlock, refused, skip_header_block, verb};
use crate::open::Parts;
use crate::{Error, ErrorKind, Headers, Phase, Result};

type Errand<'a> = crate::dialogue::Errand<'a, Connection>;

/// What is asked of the server.
struct Asked {
    command: Vec<u8>,
    /// The answer is one line, and what it says is the document.
    is_line: bool,
    /// The answer begins with a header block.
    is_message: bool,
}

impl Asked {
    fn of(location: &Location, options: &Options) -> Result<Self> {
        let message = argument(location).ok_or_else(|| {
            let what = "the path of the URL holds a control character";
            Error::new(ErrorKind::Url, Phase::Preparing, what)
        })?;
        let is_line = options.is_listing && !message.is_empty();
        let is_message = !message.is_empty() && !is_line && options.command.is_none();
        let verb = match &options.command {
            Some(command) => command,
            None if is_message => "RETR",
            None => "LIST",
        };
        let command = match message.is_empty() {
            true => verb.as_bytes().to_vec(),
            false => [verb.as_bytes(), b" ", &message].concat(),
        };
        Ok(Self { command, is_line, is_message })
    }
}

/// Opens the listing or the message that a URL names.
pub(crate) async fn open(errand: &Errand<'_>) -> Result<Parts> {
    let asked = Asked::of(&errand.visit.location, errand.options)?;
    let (connection, home, line) = ask(errand, &asked.command).await?;
    let location = errand.visit.location.clone();
    if asked.is_line || is_answered_by_a_line(&asked.command) {
        home.give_back(connection);
        let is_told = asked.is_line || tells_numbers(&asked.command);
        let bytes = if is_told { line + "\r\n" } else { String::new() };
        return Ok(Parts::memory(location, Headers::new(), bytes.into_bytes()));
    }
    let mut block = OwnedBlock::new(connection, home);
    let info = if asked.is_message { block.read_headers().await? } else { Headers::new() };
    Ok(Parts::stream(location, info, block))
}

/// Reads the header block of a message; a command of the caller's own is sent for what it does.
pub(crate) async fn info(errand: &Errand<'_>) -> Result<Headers> {
    let mut asked = Asked::of(&errand.visit.location, errand.options)?;
    if asked.is_message {
        asked.command = [b"TOP ", &asked.command[b"RETR ".len()..], b" 0"].concat();
    }
    let (connection, home, _) = ask(errand, &asked.command).await?;
    if is_answered_by_a_line(&asked.command) {
        home.give_back(connection);
        return Ok(Headers::new());
    }
    let mut block = OwnedBlock::new(connection, home);
    if asked.is_message {
        let fields = block.read_headers().await?;
        skip_header_block(&mut block).await?;
        return Ok(fields);
    }
    tokio::io::copy(&mut block, &mut tokio::io::sink())
        .await
        .map_err(|error| Error::from_io(error, Phase::ReadingBody))?;
    Ok(Headers::new())
}

/// Sends a command over a connection that is logged in, and gives the words behind `+OK`.
async fn ask(
    errand: &Errand<'_>,
    command: &[u8],
) -> Result<(Box<Connection>, Home<Connection>, String)> {
    let mut turn = errand.begin()?;
    loop {
        let told = tell(turn.connection().await?, command).await;
        // A session that ended without QUIT has changed nothing (RFC 1939 section 6).
        if let Some(begun) = turn.settle(told, true)? {
            return Ok(begun);
        }
    }
}

async fn tell(connection: &mut Connection, command: &[u8]) -> Result<String> {
    let reply = connection.command(command).await?;
    match reply.status {
        Status::Ok => Ok(reply.first_line().to_owned()),
        _ => Err(refused(ErrorKind::Refused, command, &reply)),
    }
}

/// Commands of the caller's own that no text follows.
fn is_answered_by_a_line(command: &[u8]) -> bool {
    let is_done = matches!(&*verb(command), "DELE" | "NOOP" | "RSET" | "QUIT");
    is_done || tells_numbers(command)
}

/// Those among them whose line is what was asked for.
fn tells_numbers(command: &[u8]) -> bool {
    match &*verb(command) {
        "STAT" => true,
        "LIST" | "UIDL" => command.contains(&b' '),
        _ => false,
    }
}

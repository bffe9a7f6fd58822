//! What a URL asks for.

use landline_wire::reply::Status;
use landline_wire::target::Location;

use super::Options;
use super::connection::{Connection, target};
use crate::dialogue::{OwnedBlock, Route, refused, reuse, verb};
use crate::open::{Parts, Visit};
use crate::pool::Home;
use crate::{Error, ErrorKind, Headers, Phase, Result};

pub(crate) type Pool = crate::pool::Pool<Route<Options>, Connection>;

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
        let unfit = |what: &'static str| Error::new(ErrorKind::Url, Phase::Preparing, what);
        let path = location.decoded_path().map_err(|e| unfit("the URL is malformed").because(e))?;
        let message = path.strip_prefix(b"/").unwrap_or(&path);
        if message.iter().any(u8::is_ascii_control) {
            return Err(unfit("the path of the URL holds a control character"));
        }
        let is_line = options.is_listing && !message.is_empty();
        let is_message = !message.is_empty() && !is_line && options.command.is_none();
        let verb = match &options.command {
            Some(command) => command,
            None if is_message => "RETR",
            None => "LIST",
        };
        let command = match message {
            [] => verb.as_bytes().to_vec(),
            _ => [verb.as_bytes(), b" ", message].concat(),
        };
        Ok(Self { command, is_line, is_message })
    }
}

/// Opens the listing or the message that a URL names.
pub(crate) async fn open(visit: &Visit, options: &Options, pool: &Pool) -> Result<Parts> {
    let asked = Asked::of(&visit.location, options)?;
    let home = Home { pool: pool.clone(), route: Route::of(visit, target(visit)?, options) };
    let mut connection = match reuse(visit, &home) {
        Some(kept) => kept,
        None => {
            let mut new = Box::new(Connection::visit(visit, options).await?);
            new.login_by(visit.login.as_ref(), &options.sasl).await?;
            new
        }
    };
    let reply = connection.command(&asked.command).await?;
    if reply.status != Status::Ok {
        let error = refused(ErrorKind::Refused, &asked.command, &reply);
        home.give_back(connection);
        return Err(error);
    }
    let location = visit.location.clone();
    if asked.is_line || is_answered_by_a_line(&asked.command) {
        home.give_back(connection);
        let line = [reply.first_line().as_bytes(), b"\r\n"].concat();
        let bytes = if asked.is_line { line } else { Vec::new() };
        return Ok(Parts::memory(location, Headers::new(), bytes));
    }
    let mut block = OwnedBlock::new(connection, home);
    let info = if asked.is_message { block.read_headers().await? } else { Headers::new() };
    Ok(Parts::stream(location, info, block))
}

/// Commands of the caller's own that no text follows.
fn is_answered_by_a_line(command: &[u8]) -> bool {
    let verb = verb(command);
    let has_argument = command.contains(&b' ');
    match verb.as_str() {
        "DELE" | "NOOP" | "RSET" | "STAT" | "QUIT" => true,
        "LIST" | "UIDL" => has_argument,
        _ => false,
    }
}

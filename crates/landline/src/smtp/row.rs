//! What a URL does: it sends, or it asks about those to whom it would.

use super::Options;
use super::connection::{Connection, target};
use crate::dialogue::{Route, refused, reuse};
use crate::open::{Parts, Visit};
use crate::pool::Home;
use crate::upload::Upload;
use crate::{Error, ErrorKind, Headers, Result};

pub(crate) type Pool = crate::pool::Pool<Route<Options>, Connection>;

/// Asks about each recipient, or for help; the answers, as they came, are the document.
pub(crate) async fn open(visit: &Visit, options: &Options, pool: &Pool) -> Result<Parts> {
    let (mut connection, home) = connection(visit, options, pool).await?;
    let recipients = &options.envelope.recipients;
    let mut asked: Vec<_> = recipients
        .iter()
        .map(|one| {
            let verb = options.command.as_deref().unwrap_or("VRFY");
            format!("{verb} {one}")
        })
        .collect();
    if asked.is_empty() {
        asked.push(options.command.clone().unwrap_or_else(|| "HELP".to_owned()));
    }
    let mut told = Vec::new();
    for line in &asked {
        let reply = connection.command(line).await?;
        if !reply.is_success() {
            let error = refused(ErrorKind::Refused, line, &reply);
            home.give_back(connection);
            return Err(error);
        }
        let code = reply.code().unwrap_or_default();
        let last = reply.lines().len().saturating_sub(1);
        for (at, line) in reply.lines().iter().enumerate() {
            let mark = if at < last { '-' } else { ' ' };
            told.extend_from_slice(format!("{code}{mark}{line}\r\n").as_bytes());
        }
    }
    home.give_back(connection);
    Ok(Parts::memory(visit.location.clone(), Headers::new(), told))
}

/// Sends a message.
pub(crate) async fn store(
    visit: &Visit,
    options: &Options,
    pool: &Pool,
    message: Upload,
) -> Result<()> {
    if options.envelope.recipients.is_empty() {
        return Err(Error::usage("a message needs a recipient"));
    }
    let (mut connection, home) = connection(visit, options, pool).await?;
    connection.send(&options.envelope, message).await?;
    home.give_back(connection);
    Ok(())
}

async fn connection(
    visit: &Visit,
    options: &Options,
    pool: &Pool,
) -> Result<(Box<Connection>, Home<Route<Options>, Connection>)> {
    let home = Home { pool: pool.clone(), route: Route::of(visit, target(visit)?, options) };
    let connection = match reuse(visit, &home) {
        Some(kept) => kept,
        None => Box::new(Connection::visit(visit, options).await?),
    };
    Ok((connection, home))
}

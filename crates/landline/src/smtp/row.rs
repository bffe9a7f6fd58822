//! What a URL does: it sends, or it asks about those to whom it would.

use landline_wire::reply::Reply;

use super::Options;
use super::connection::Connection;
use crate::dialogue::refused;
use crate::open::Parts;
use crate::upload::Upload;
use crate::{Error, ErrorKind, Headers, Result};

type Errand<'a> = crate::dialogue::Errand<'a, Connection>;

/// Asks about each recipient, or for help; the answers, as they came, are the document.
pub(crate) async fn open(errand: &Errand<'_>) -> Result<Parts> {
    let questions = questions(errand.options);
    let mut turn = errand.begin()?;
    let (connection, home, told) = loop {
        let told = ask(turn.connection().await?, &questions).await;
        // A command of the caller's own may be one that counts twice.
        if let Some(asked) = turn.settle(told, errand.options.command.is_none())? {
            break asked;
        }
    };
    home.give_back(connection);
    Ok(Parts::memory(errand.visit.location.clone(), Headers::new(), told))
}

fn questions(options: &Options) -> Vec<String> {
    let own = options.command.as_deref();
    match options.envelope.recipients.as_slice() {
        [] => vec![own.unwrap_or("HELP").to_owned()],
        all => all.iter().map(|one| format!("{} {one}", own.unwrap_or("VRFY"))).collect(),
    }
}

async fn ask(connection: &mut Connection, questions: &[String]) -> Result<Vec<u8>> {
    let mut told = Vec::new();
    for line in questions {
        let reply = connection.command(line).await?;
        if !reply.is_success() {
            return Err(refused(ErrorKind::Refused, line, &reply));
        }
        write_reply(&reply, &mut told);
    }
    Ok(told)
}

/// The reply as it came.
fn write_reply(reply: &Reply, told: &mut Vec<u8>) {
    let code = reply.code().unwrap_or_default();
    let last = reply.lines().len().saturating_sub(1);
    for (at, line) in reply.lines().iter().enumerate() {
        let mark = if at < last { '-' } else { ' ' };
        told.extend_from_slice(format!("{code}{mark}{line}\r\n").as_bytes());
    }
}

/// Sends a message.
pub(crate) async fn store(errand: &Errand<'_>, message: Upload) -> Result<()> {
    let envelope = &errand.options.envelope;
    if envelope.recipients.is_empty() {
        return Err(Error::usage("a message needs a recipient"));
    }
    let mut turn = errand.begin()?;
    let (mut connection, home, offered) = loop {
        let offered = turn.connection().await?.offer(envelope, message.source_len()).await;
        // A server that has answered nothing has nothing of the message.
        if let Some(offered) = turn.settle(offered, true)? {
            break offered;
        }
    };
    let delivered = connection.deliver(envelope, offered, message).await;
    home.take_back(connection, delivered).map(drop)
}

//! What a URL does: it sends, or it asks about those to whom it would.

use landline_wire::escape::excerpt;
use landline_wire::reply::Reply;
use landline_wire::smtp::Extensions;

use super::connection::Connection;
use super::{Options, Recipient, asking};
use crate::dialogue::refused;
use crate::observe::Event;
use crate::open::Parts;
use crate::upload::Upload;
use crate::{Error, ErrorKind, Headers, Result};

type Errand<'a> = crate::dialogue::Errand<'a, Connection>;

/// How much is shown of a recipient that was refused, and why.
const MAX_SHOWN_BYTES: usize = 400;

/// Asks about each recipient, or for help; the answers, as they came, are the document.
pub(crate) async fn open(errand: &Errand<'_>) -> Result<Parts> {
    let mut turn = errand.begin()?;
    let (connection, home, told) = loop {
        let told = ask(turn.connection().await?, errand.options).await;
        // A command of the caller's own may be one that counts twice.
        if let Some(asked) = turn.settle(told, errand.options.command.is_none())? {
            break asked;
        }
    };
    home.give_back(connection);
    Ok(Parts::memory(errand.visit.location.clone(), Headers::new(), told))
}

fn questions(options: &Options, can: &Extensions) -> Vec<String> {
    let own = options.command.as_deref();
    let ask = |Recipient { address, .. }: &Recipient| match own {
        None => asking::verify(address, can),
        Some("EXPN") => asking::expand(address, can),
        Some(own) => format!("{own} {address}"),
    };
    match options.envelope.recipients.as_slice() {
        [] => vec![own.unwrap_or("HELP").to_owned()],
        all => all.iter().map(ask).collect(),
    }
}

async fn ask(connection: &mut Connection, options: &Options) -> Result<Vec<u8>> {
    let mut told = Vec::new();
    for line in questions(options, connection.extensions()) {
        let reply = connection.command(&line).await?;
        // 553 tells whom a name may mean (RFC 5321 section 3.5.1).
        let is_choice = reply.code() == Some(553) && !options.envelope.recipients.is_empty();
        if !reply.is_success() && !is_choice {
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
    let delivery = home.take_back(connection, delivered)?;
    for (recipient, reply) in &delivery.refused {
        let told = format!("the mail does not go to {recipient}: {reply}");
        let note = excerpt(told.as_bytes(), MAX_SHOWN_BYTES);
        errand.visit.observer.tell(&Event::Warning(&note));
    }
    Ok(())
}

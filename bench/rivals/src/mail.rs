//! Messages through lettre and async-imap. Both hold a message in memory.

use async_imap::{Client, Session};
use futures_util::TryStreamExt;
use lettre::address::Envelope;
use lettre::{SmtpTransport, Transport};
use tokio::net::TcpStream;

use crate::Result;

pub(crate) fn send(port: u16, file: &str) -> Result {
    let envelope = Envelope::new(Some("a@example.org".parse()?), vec!["b@example.org".parse()?])?;
    let mailer = SmtpTransport::builder_dangerous("127.0.0.1").port(port).build();
    mailer.send_raw(&envelope, &std::fs::read(file)?)?;
    Ok(())
}

pub(crate) async fn fetch(port: u16, uid: &str) -> Result {
    let mut session = open(port).await?;
    session.select("INBOX").await?;
    let mut messages = session.uid_fetch(uid, "(BODY.PEEK[])").await?;
    while let Some(message) = messages.try_next().await? {
        message.body().ok_or("a message without a text")?;
    }
    drop(messages);
    Ok(session.logout().await?)
}

pub(crate) async fn append(port: u16, file: &str) -> Result {
    let mut session = open(port).await?;
    session.append("INBOX", None, None, std::fs::read(file)?).await?;
    Ok(session.logout().await?)
}

async fn open(port: u16) -> Result<Session<TcpStream>> {
    let mut client = Client::new(TcpStream::connect(("127.0.0.1", port)).await?);
    client.read_response().await?.ok_or("no greeting")?;
    client.login("me", "secret").await.map_err(|(error, _)| error.into())
}

//! The transfers of a connection used step by step.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use landline_wire::reply::Reply;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};

use super::connection::{Connection, with_path};
use super::incoming::Incoming;
use super::reply::{refused, verb, with_reply};
use crate::block::AtHand;
use crate::net::Stream;
use crate::observe::Event;
use crate::{Error, ErrorKind, Phase, Result};

/// Reads what the server sends over a data connection, and ends where the server has confirmed the
/// end. One that is dropped earlier breaks the transfer off; the connection stays usable.
#[derive(Debug)]
pub struct DataReader<'a> {
    connection: &'a mut Connection,
    incoming: Incoming,
}

impl AsyncRead for DataReader<'_> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.incoming.poll_read(this.connection, cx, buf)
    }
}

impl AtHand for DataReader<'_> {}

/// Sends to the server over a data connection; [`finish`](Self::finish) makes it count. One that
/// is dropped without breaks the transfer off; the connection stays usable.
#[derive(Debug)]
pub struct DataWriter<'a> {
    connection: &'a mut Connection,
    outgoing: Outgoing,
}

impl DataWriter<'_> {
    /// Ends the data and waits until the server has confirmed it.
    ///
    /// # Errors
    /// [`Truncated`](ErrorKind::Truncated) when the server says that it could not keep all of it.
    pub async fn finish(self) -> Result<()> {
        self.outgoing.finish(self.connection).await
    }
}

impl AsyncWrite for DataWriter<'_> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let Self { connection, outgoing } = self.get_mut();
        let written = Pin::new(&mut outgoing.data).poll_write(cx, bytes);
        if matches!(written, Poll::Ready(Ok(_))) {
            return written;
        }
        match connection.poll_refusal(cx) {
            Poll::Ready(Ok(reply)) => Poll::Ready(Err(refusal(&outgoing.verb)(&reply).into())),
            _ => written,
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().outgoing.data).poll_flush(cx)
    }

    /// Flushes only: the end of the data is [`finish`](DataWriter::finish)'s business.
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(cx)
    }
}

/// A transfer from us.
#[derive(Debug)]
pub(super) struct Outgoing {
    data: Stream,
    verb: String,
    is_finished: bool,
}

const PIECE_BYTES: usize = 64 << 10;

impl Outgoing {
    pub(super) fn new(mut data: Stream, verb: String) -> Self {
        data.enter(Phase::Sending);
        Self { data, verb, is_finished: false }
    }

    /// Sends all of `source`, and finds out why when the server does not take it.
    pub(super) async fn send(
        &mut self,
        connection: &mut Connection,
        mut source: impl AsyncRead + Unpin,
    ) -> Result<()> {
        let mut piece = vec![0; PIECE_BYTES];
        loop {
            let read = async { Ok(source.read(&mut piece).await?) };
            let count = connection.unless_refused(read, refusal(&self.verb)).await?;
            if count == 0 {
                return Ok(());
            }
            let data = &mut self.data;
            let written = async { Ok(data.write_all(&piece[..count]).await) };
            let written = connection.unless_refused(written, refusal(&self.verb)).await?;
            if let Err(error) = written {
                return Err(self.why(connection, error).await);
            }
            connection.link.observer.tell(&Event::BodySent(&piece[..count]));
        }
    }

    /// A server that hangs up on us tells the reason on the control connection.
    async fn why(&self, connection: &mut Connection, error: io::Error) -> Error {
        let error = self.data.error(error);
        if error.kind() == ErrorKind::Timeout {
            return error;
        }
        match poll_fn(|cx| connection.poll_final(cx)).await {
            Ok(reply) if !reply.is_success() => refusal(&self.verb)(&reply),
            _ => error,
        }
    }

    pub(super) async fn finish(mut self, connection: &mut Connection) -> Result<()> {
        if let Err(error) = self.data.shutdown().await {
            return Err(self.why(connection, error).await);
        }
        self.is_finished = true;
        let reply = poll_fn(|cx| connection.poll_final(cx)).await.map_err(|error| {
            let what = "the server did not confirm that it has kept what was sent";
            Error::new(ErrorKind::Io, Phase::AwaitingReply, what).because(error)
        })?;
        self.take_tickets().await;
        match reply.is_success() {
            true => Ok(()),
            false => {
                let what = format!("the server did not keep what was sent: {reply}");
                let error = Error::new(ErrorKind::Truncated, Phase::AwaitingReply, what);
                Err(with_reply(error, &self.verb, &reply))
            }
        }
    }

    /// TLS sessions are resumed with tickets that came on the way back, where nobody has read.
    async fn take_tickets(&mut self) {
        if self.data.tls().is_some() {
            let mut nothing = [0; 1];
            let mut nothing = ReadBuf::new(&mut nothing);
            poll_fn(|cx| {
                let _ = Pin::new(&mut self.data).poll_read(cx, &mut nothing);
                Poll::Ready(())
            })
            .await;
        }
    }
}

/// What the server's reply means when it comes before the end of the data.
fn refusal(verb: &str) -> impl Fn(&Reply) -> Error {
    move |reply| refused(ErrorKind::Refused, verb, reply)
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        if !self.is_finished {
            // An ordinary end would make a whole file of what has been sent.
            self.data.break_on_drop();
        }
    }
}

impl Connection {
    async fn read_with(&mut self, command: Vec<u8>, offset: u64) -> Result<DataReader<'_>> {
        let data = self.open_data(&command).await?;
        let (stream, _) = self.start(data, &command, offset).await?;
        let incoming = Incoming::new(stream, &verb(&command));
        Ok(DataReader { connection: self, incoming })
    }

    async fn write_with(&mut self, command: Vec<u8>, offset: u64) -> Result<DataWriter<'_>> {
        let data = self.open_data(&command).await?;
        let (stream, _) = self.start(data, &command, offset).await?;
        let outgoing = Outgoing::new(stream, verb(&command));
        Ok(DataWriter { connection: self, outgoing })
    }

    /// Reads a file (`RETR`) from `offset` on (`REST`), in the kind that
    /// [`set_kind`](Self::set_kind) chose; that of RFC 959 is ASCII.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound), [`Refused`](ErrorKind::Refused), or what keeps the data
    /// connection from coming about.
    pub async fn retrieve(
        &mut self,
        path: impl AsRef<[u8]>,
        offset: u64,
    ) -> Result<DataReader<'_>> {
        self.read_with(with_path("RETR", path.as_ref()), offset).await
    }

    /// Lists a folder for people to read (`LIST`); the one it stands in without a path.
    ///
    /// # Errors
    /// As for [`retrieve`](Self::retrieve).
    pub async fn list(&mut self, path: impl AsRef<[u8]>) -> Result<DataReader<'_>> {
        self.read_with(with_path("LIST", &as_no_option(path.as_ref())), 0).await
    }

    /// Lists the names in a folder (`NLST`).
    ///
    /// # Errors
    /// As for [`retrieve`](Self::retrieve).
    pub async fn names(&mut self, path: impl AsRef<[u8]>) -> Result<DataReader<'_>> {
        self.read_with(with_path("NLST", &as_no_option(path.as_ref())), 0).await
    }

    /// Lists a folder for programs to read (`MLSD`, RFC 3659 section 7).
    ///
    /// # Errors
    /// As for [`retrieve`](Self::retrieve).
    pub async fn machine_list(&mut self, path: impl AsRef<[u8]>) -> Result<DataReader<'_>> {
        self.read_with(with_path("MLSD", path.as_ref()), 0).await
    }

    /// Writes a file (`STOR`), from `offset` of it on.
    ///
    /// # Errors
    /// [`Refused`](ErrorKind::Refused), or what keeps the data connection from coming about.
    pub async fn store(&mut self, path: impl AsRef<[u8]>, offset: u64) -> Result<DataWriter<'_>> {
        self.write_with(with_path("STOR", path.as_ref()), offset).await
    }

    /// Writes behind the end of a file, or a new one (`APPE`).
    ///
    /// # Errors
    /// As for [`store`](Self::store).
    pub async fn append(&mut self, path: impl AsRef<[u8]>) -> Result<DataWriter<'_>> {
        self.write_with(with_path("APPE", path.as_ref()), 0).await
    }
}

/// What a server might take for an option of `ls` is a name to us.
pub(super) fn as_no_option(path: &[u8]) -> Vec<u8> {
    if path.starts_with(b"-") { [b"./", path].concat() } else { path.to_vec() }
}

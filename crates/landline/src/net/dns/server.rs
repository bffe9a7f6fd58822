//! One server asked over UDP, and over TCP where the answer is longer (RFC 1035 section 4.2).

use std::io;
use std::net::SocketAddr;

use landline_wire::dns::{DnsError, Question, Reply};
use socket2::{Domain, SockRef, Socket, Type};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UdpSocket;

use super::super::SocketOptions;

/// Longer than any datagram of DNS without extensions.
const MAX_DATAGRAM_BYTES: usize = 4096;

/// What the server says, however long that takes.
pub(super) async fn ask(
    server: SocketAddr,
    question: &Question,
    sockets: &SocketOptions,
) -> io::Result<Reply> {
    let id = u16::from_ne_bytes(crate::random::bytes().map_err(io::Error::other)?);
    let socket = socket_to(server, sockets)?;
    socket.send(&question.message(id)).await?;
    let mut buffer = [0; MAX_DATAGRAM_BYTES];
    loop {
        let len = socket.recv(&mut buffer).await?;
        match question.reply(id, &buffer[..len]) {
            // The real answer may be on its way.
            Err(DnsError::Stray) => {}
            Ok(Reply::Truncated) => return ask_over_tcp(server, question, id, sockets).await,
            reply => return reply.map_err(io::Error::other),
        }
    }
}

/// A socket that hears from the server alone, at a port that the system chooses.
fn socket_to(server: SocketAddr, sockets: &SocketOptions) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::for_address(server), Type::DGRAM, None)?;
    sockets.apply(&SockRef::from(&socket), server)?;
    socket.connect(&server.into())?;
    socket.set_nonblocking(true)?;
    UdpSocket::from_std(socket.into())
}

async fn ask_over_tcp(
    server: SocketAddr,
    question: &Question,
    id: u16,
    sockets: &SocketOptions,
) -> io::Result<Reply> {
    let mut stream = sockets.tcp(server, true)?.connect(server).await?;
    let message = question.message(id);
    // A name has 255 bytes at most, and so the message hardly more.
    let mut framed = (message.len() as u16).to_be_bytes().to_vec();
    framed.extend(message);
    stream.write_all(&framed).await?;
    let len = stream.read_u16().await?;
    let mut answer = Vec::new();
    (&mut stream).take(len.into()).read_to_end(&mut answer).await?;
    question.reply(id, &answer).map_err(io::Error::other)
}

/// The servers that the system asks (resolv.conf(5)); none where it does not say.
pub(super) fn of_system() -> Vec<SocketAddr> {
    const PORT: u16 = 53;
    let text = std::fs::read_to_string("/etc/resolv.conf").unwrap_or_default();
    let servers = text.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let address = (words.next() == Some("nameserver")).then(|| words.next()).flatten()?;
        Some(SocketAddr::new(address.parse().ok()?, PORT))
    });
    servers.collect()
}

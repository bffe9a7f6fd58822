//! Datagrams: the addresses of a host taken in turn, and sockets to reach them.
//!
//! There is no connection to race for: whether an address is any good only shows when something
//! answers. So a request goes to one address after the other until that happens.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use socket2::{Domain, SockAddr, SockRef, Socket, Type};
use tokio::net::UdpSocket;

use super::options::NetOptions;
use super::pace::Deadline;
use super::{Call, DialTimes, Dialer, Target, happy, refused, sockets};
use crate::observe::{Event, Observer};
use crate::{Error, ErrorKind, Phase, Result};

/// Where the datagrams for one target may go.
#[derive(Debug)]
pub(crate) struct Addressees {
    options: Arc<NetOptions>,
    host: String,
    port: u16,
    addresses: Vec<SocketAddr>,
    next: usize,
}

impl Dialer {
    /// Finds the addresses of a target as for a connection, until `limit`.
    pub(crate) async fn addressees(
        &self,
        target: &Target,
        limit: Option<Deadline>,
        call: &Call<'_>,
    ) -> Result<(Addressees, DialTimes)> {
        let options = self.options().clone();
        if options.unix_socket.is_some() {
            return Err(Error::usage("datagrams do not go through a Unix socket"));
        }
        if let Some(proxy) = self.proxy_for(target)? {
            let what =
                format!("datagrams do not go through a proxy, and {proxy} is set for this URL");
            return Err(Error::new(ErrorKind::Scheme, Phase::Preparing, what));
        }
        let mut times = DialTimes::default();
        let (host, port, addresses) = self.look_up(target, limit, call, &mut times).await?;
        Ok((Addressees { options, host, port, addresses, next: 0 }, times))
    }
}

impl Addressees {
    /// Sends a datagram to the next address, the first one behind the last, from a socket of its
    /// own; addresses that nothing can be sent to are passed over.
    pub(crate) fn send_next(
        &mut self,
        datagram: &[u8],
        observer: &Observer,
    ) -> Result<(UdpSocket, SocketAddr)> {
        let mut failed = Vec::new();
        while failed.len() < self.addresses.len() {
            let address = self.addresses[self.next % self.addresses.len()];
            self.next += 1;
            observer.tell(&Event::Trying(address));
            match self.send_from_new(datagram, address) {
                Ok(socket) => return Ok((socket, address)),
                Err(error) => {
                    observer.tell(&Event::Failed { address, error: &error });
                    failed.push((address, error));
                }
            }
        }
        Err(refused(&self.host, self.port, failed))
    }

    fn send_from_new(&self, datagram: &[u8], address: SocketAddr) -> io::Result<UdpSocket> {
        let socket = socket_towards(address, &self.options)?;
        send(&socket, datagram, address)?;
        Ok(socket)
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// Whether there is no choice of addresses.
    pub(crate) fn is_single(&self) -> bool {
        self.addresses.len() == 1
    }

    /// How long to wait for an answer while there are addresses that have not been asked.
    pub(crate) fn impatience(&self) -> Option<Duration> {
        let delay = self.options.happy_eyeballs_delay.unwrap_or(happy::DELAY);
        (self.next < self.addresses.len()).then_some(delay)
    }
}

fn socket_towards(address: SocketAddr, options: &NetOptions) -> io::Result<UdpSocket> {
    UdpSocket::from_std(unconnected(address, options)?.into())
}

/// A socket that hears from anybody, at the local end that the options ask for.
pub(super) fn unconnected(address: SocketAddr, options: &NetOptions) -> io::Result<Socket> {
    options.policy.check(address.ip())?;
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, None)?;
    options.socket.apply(&SockRef::from(&socket), address)?;
    if options.socket.leaves_open() {
        socket.bind(&SocketAddr::new(sockets::unspecified(address), 0).into())?;
    }
    socket.set_nonblocking(true)?;
    Ok(socket)
}

/// Sends a datagram; one that the system has no room for is as lost as one on the way.
///
/// Goes past Tokio, to which a socket is not ready before its first event.
pub(crate) fn send(socket: &UdpSocket, datagram: &[u8], to: SocketAddr) -> io::Result<()> {
    match SockRef::from(socket).send_to(datagram, &SockAddr::from(to)) {
        Ok(_) => Ok(()),
        Err(error) if is_passing(&error) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Whether an error is about a datagram that was sent before (as some systems tell an ICMP message),
/// or passes by itself. Who is at the other end may still answer.
pub(crate) fn is_passing(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionRefused, ConnectionReset, Interrupted, WouldBlock};
    matches!(error.kind(), ConnectionRefused | ConnectionReset | Interrupted | WouldBlock)
}

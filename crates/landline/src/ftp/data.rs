//! How data connections come about (RFC 959 section 3.2, RFC 2428).

use std::io;
use std::net::{IpAddr, SocketAddr};

use landline_wire::ftp::{eprt_argument, parse_epsv, parse_pasv, port_argument};
use landline_wire::reply::Reply;

use super::connection::Connection;
use super::options::{ActiveAddress, DataMode};
use super::reply::{about_a_file, refused, verb, weird, with_reply};
use crate::net::pace::Deadline;
use crate::net::{Listener, Peer, Stream, Target};
use crate::{Error, ErrorKind, Phase, Result};

/// A data connection in the making.
#[derive(Debug)]
pub(super) enum Data {
    /// We have connected to the server.
    Connected(Box<Stream>),
    /// The server is going to connect to us.
    Awaited(Listener),
}

impl Connection {
    /// Arranges the data connection for `command`, as far as that goes before it is sent.
    pub(super) async fn open_data(&mut self, command: &[u8]) -> Result<Data> {
        match self.options.mode.clone() {
            DataMode::Passive => {
                if self.options.pret {
                    self.must([b"PRET ", command].concat(), ErrorKind::Refused).await?;
                }
                let stream = self.enter_passive_mode().await?;
                Ok(Data::Connected(Box::new(stream)))
            }
            DataMode::Active(at) => self.offer_port(&at).await.map(Data::Awaited),
        }
    }

    /// `EPSV`, or `PASV` where that is refused. The address in the reply to `PASV` is of no
    /// interest: data connections go to the peer of the control connection, and nowhere else.
    async fn enter_passive_mode(&mut self) -> Result<Stream> {
        let peer = self.peer()?;
        // PASV knows no IPv6. What there is behind a proxy is not known here.
        let is_v6 = peer.is_ipv6() && !self.is_proxied()?;
        if is_v6 || !(self.options.no_epsv || self.epsv_fails) {
            let reply = self.command("EPSV").await?;
            if reply.code() == Some(229) {
                let port = parse_epsv(reply.first_line())
                    .map_err(|error| weird("EPSV", &reply).because(error))?;
                match self.dial_data(peer, port).await {
                    Err(error) if is_v6 || error.kind() == ErrorKind::Timeout => {
                        return Err(error);
                    }
                    Err(_) => {}
                    connected => return connected,
                }
            } else if is_v6 || is_farewell(&reply) {
                return Err(refused(ErrorKind::Refused, "EPSV", &reply));
            }
            self.epsv_fails = true;
        }
        let reply = self.must("PASV", ErrorKind::Refused).await?;
        let (_, port) =
            parse_pasv(reply.first_line()).map_err(|error| weird("PASV", &reply).because(error))?;
        self.dial_data(peer, port).await
    }

    /// Connects to another port of the server: by its name where there is a proxy on the way, for then
    /// `peer` is the proxy.
    async fn dial_data(&self, peer: IpAddr, port: u16) -> Result<Stream> {
        let (link, call) = (&self.link, self.link.call());
        if !self.is_proxied()? {
            return link.dialer.dial_address(SocketAddr::new(peer, port), &call).await;
        }
        let target = Target::new(link.target.scheme(), link.host.clone(), port, false);
        Ok(link.dialer.dial(&target, &[], &call).await?.0)
    }

    fn is_proxied(&self) -> Result<bool> {
        Ok(self.link.dialer.proxy_for(&self.link.target)?.is_some())
    }

    /// `EPRT`, or `PORT` where that is refused.
    async fn offer_port(&mut self, at: &ActiveAddress) -> Result<Listener> {
        if self.is_proxied()? {
            let what = "active FTP does not go through a proxy, which the server cannot connect to";
            return Err(Error::new(ErrorKind::Refused, Phase::Connecting, what).on("PORT"));
        }
        let own = self.line.stream().local().map(|local| local.ip());
        let Some(address) = at.address.or(own) else {
            return Err(Error::usage("active FTP needs a connection with addresses"));
        };
        let unusable = |error: io::Error| {
            let what = format!("cannot wait for the server at {address}");
            Error::new(ErrorKind::Refused, Phase::Connecting, what).because(error).on("PORT")
        };
        let (ports, peer) = (at.ports.unwrap_or((0, 0)), self.peer()?);
        let listener = match (Listener::bind(address, ports, peer), own) {
            // The address of a router in front of us can be announced, and not listened on.
            (Err(error), Some(own)) if error.kind() == io::ErrorKind::AddrNotAvailable => {
                Listener::bind(own, ports, peer)
            }
            (bound, _) => bound,
        };
        let listener = listener.map_err(unusable)?;
        let port = listener.local().map_err(unusable)?.port();
        let announced = SocketAddr::new(address, port);
        if announced.is_ipv6() || !(self.options.no_eprt || self.eprt_fails) {
            let reply = self.command(format!("EPRT {}", eprt_argument(announced))).await?;
            if reply.is_success() {
                return Ok(listener);
            }
            self.eprt_fails = true;
            if announced.is_ipv6() || is_farewell(&reply) {
                return Err(refused(ErrorKind::Refused, "EPRT", &reply));
            }
        }
        match announced {
            SocketAddr::V4(v4) => {
                let command = format!("PORT {}", port_argument(v4));
                self.must(command, ErrorKind::Refused).await?;
                Ok(listener)
            }
            SocketAddr::V6(_) => Err(Error::usage("PORT knows no IPv6; EPRT is needed")),
        }
    }

    /// The one address that data may come from and go to.
    fn peer(&self) -> Result<IpAddr> {
        match self.line.stream().peer() {
            Peer::Ip(address) => Ok(address.ip()),
            _ => Err(Error::usage("FTP needs an Internet address for its data connections")),
        }
    }

    /// Sends the command that starts the transfer, from `offset` on, and gives the data connection
    /// with the reply that announced it.
    pub(super) async fn start(
        &mut self,
        data: Data,
        command: &[u8],
        offset: u64,
    ) -> Result<(Stream, Reply)> {
        self.restart_at(offset).await?;
        let verb = verb(command);
        let reply = self.command(command).await?;
        if !reply.is_preliminary() {
            return Err(match reply.is_success() {
                true => weird(&verb, &reply),
                false => about_a_file(command, &reply),
            });
        }
        self.has_restart = false;
        let mut stream = match data {
            Data::Connected(stream) => *stream,
            Data::Awaited(listener) => self.accept(&listener, &verb).await?,
        };
        if self.has_private_data {
            let (link, call) = (&self.link, self.link.call());
            let limit = call.connect_limit();
            stream = link.dialer.secure(stream, &link.host, &[], limit, &call).await?;
        }
        stream.set_deadline(self.link.timeouts, self.link.total);
        stream.enter(Phase::ReadingBody);
        // As long as the data flows the server has nothing to say here.
        self.line.stream_mut().enter(Phase::ReadingBody);
        self.line.stream_mut().wait_for_ourselves(true);
        Ok((stream, reply))
    }

    /// Has the transfer to come begin at `offset` (`REST`); also back at the beginning, where a
    /// marker was set and not used.
    async fn restart_at(&mut self, offset: u64) -> Result<()> {
        if offset == 0 && !self.has_restart {
            return Ok(());
        }
        self.has_restart = true;
        let command = format!("REST {offset}");
        let reply = self.command(&command).await?;
        match reply.is_intermediate() {
            true => Ok(()),
            false => Err(refused(ErrorKind::Refused, command, &reply)),
        }
    }

    /// Waits for the server to connect, or to say why it does not.
    async fn accept(&mut self, listener: &Listener, verb: &str) -> Result<Stream> {
        let limit = self.link.call().connect_limit();
        let who = format!("the server's data connection for {verb}");
        let accepted = async {
            listener.accept().await.map_err(|error| {
                let what = "the server's data connection did not come about";
                Error::new(ErrorKind::Connect, Phase::Connecting, what).because(error)
            })
        };
        let work = self.unless_refused(accepted, |reply| {
            let what = format!("the server did not connect to us after all: {reply}");
            with_reply(Error::new(ErrorKind::Connect, Phase::Connecting, what), verb, reply)
        });
        Deadline::bound(limit, Phase::Connecting, &who, work).await
    }
}

/// The server closes the connection; whatever else was asked for (RFC 959 section 5.4).
fn is_farewell(reply: &Reply) -> bool {
    reply.code() == Some(421)
}

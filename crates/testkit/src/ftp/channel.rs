//! Agreeing on a data connection, and opening it.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::data::{Data, Door, Watch};
use super::journal::DataConnection;
use super::session::Session;

impl Session<'_> {
    pub(super) fn obey_channel(&mut self, verb: &str, argument: &[u8]) -> io::Result<()> {
        let text = String::from_utf8_lossy(argument).into_owned();
        match verb {
            "PRET" => {
                self.has_pret = true;
                self.tell("200 Noted.")
            }
            "PASV" | "PORT" | "EPRT" if self.only_epsv => self.tell("501 You said EPSV ALL."),
            "PASV" | "EPSV" if self.shared.quirks.demands_pret && !self.has_pret => {
                self.tell("503 PRET first.")
            }
            "PASV" => self.pasv(),
            "EPSV" => self.epsv(&text),
            "PORT" => self.active(port_address(&text)),
            _ => self.active(eprt_address(&text)),
        }
    }

    fn local_ip(&self) -> io::Result<IpAddr> {
        let wire = self.conn.wire().ok_or(io::ErrorKind::NotConnected)?;
        Ok(wire.0.local_addr()?.ip())
    }

    fn peer_ip(&self) -> io::Result<IpAddr> {
        let wire = self.conn.wire().ok_or(io::ErrorKind::NotConnected)?;
        Ok(wire.0.peer_addr()?.ip())
    }

    fn pasv(&mut self) -> io::Result<()> {
        let IpAddr::V4(local) = self.local_ip()? else {
            return self.tell("425 PASV is for IPv4; use EPSV.");
        };
        let (door, port) = Door::listen(local.into())?;
        self.door = door;
        let [a, b, c, d] = self.shared.quirks.pasv_address.unwrap_or(local).octets();
        let (high, low) = (port >> 8, port & 0xff);
        self.tell(format!("227 Entering Passive Mode ({a},{b},{c},{d},{high},{low})."))
    }

    fn epsv(&mut self, argument: &str) -> io::Result<()> {
        let local = self.local_ip()?;
        let ours = if local.is_ipv4() { "1" } else { "2" };
        if argument.eq_ignore_ascii_case("ALL") {
            self.only_epsv = true;
            return self.tell("200 EPSV and nothing else.");
        }
        if !argument.is_empty() && argument != ours {
            return self.tell(format!("522 Network protocol not supported, use ({ours})"));
        }
        let (door, port) = Door::listen(local)?;
        self.door = door;
        self.tell(format!("229 Entering Extended Passive Mode (|||{port}|)"))
    }

    /// Takes only the client's own address, so that nobody else is bothered (RFC 2577 section 3).
    fn active(&mut self, address: Option<SocketAddr>) -> io::Result<()> {
        let Some(address) = address else { return self.tell("501 What address?") };
        if address.ip() != self.peer_ip()? {
            return self.tell("500 Not your address.");
        }
        self.door = Door::Active(address);
        self.tell("200 I shall call.")
    }

    /// Opens the data connection that was agreed on, with its opening reply, or says why not.
    pub(super) fn open_data(
        &mut self,
        verb: &str,
        opening: &str,
    ) -> io::Result<Option<(Data, usize)>> {
        self.lingering = None;
        if self.shared.house.demands_tls && !self.protects_data {
            self.tell("522 Data must be encrypted.")?;
            return Ok(None);
        }
        if let Some(wait) = self.shared.quirks.accepts_late {
            wait.on(self.conn);
        }
        let (door, watch) = (std::mem::take(&mut self.door), Watch::over(self.conn));
        let (is_passive, watch) = (door.is_passive(), watch.ok_or(io::ErrorKind::NotConnected)?);
        let opened = door.open(self.conn, &watch);
        let opened = opened.and_then(|stream| Ok((stream.peer_addr()?, stream)));
        let Ok((peer, stream)) = opened else {
            self.tell("425 No data connection.")?;
            return Ok(None);
        };
        let number = self.shared.journal.open(DataConnection {
            connection: self.conn.connection_number(),
            verb: verb.to_owned(),
            is_passive,
            peer,
            is_protected: self.protects_data,
            is_resumed: false,
            resumed_from: None,
            bytes: 0,
            is_over: false,
        });
        let data = Data::new(stream, self.conn, watch)?;
        self.tell(opening)?;
        if self.shared.quirks.confirms_early {
            self.confirm("226 Done.")?;
        }
        let data = if self.protects_data { self.secure(data, number)? } else { Some(data) };
        Ok(data.map(|data| (data, number)))
    }

    fn secure(&mut self, data: Data, number: usize) -> io::Result<Option<Data>> {
        let config = self.shared.house.tls.clone().ok_or(io::ErrorKind::Unsupported)?;
        let Ok(data) = data.secure(config, &self.mark()) else {
            self.shared.journal.update(number, |data| data.is_over = true);
            self.tell("522 The TLS handshake failed.")?;
            return Ok(None);
        };
        let (is_resumed, mark) = data.resumption();
        let mark = mark.and_then(|mark| mark.try_into().ok()).map(u64::from_be_bytes);
        let resumed_from = mark.and_then(|mark| usize::try_from(mark).ok());
        self.shared.journal.update(number, |data| {
            data.is_resumed = is_resumed;
            data.resumed_from = resumed_from;
        });
        let is_ours = resumed_from == Some(self.conn.connection_number());
        if self.shared.house.demands_resumption && !is_ours {
            drop(data);
            self.shared.journal.update(number, |data| data.is_over = true);
            self.tell("522 SSL connection failed; session reuse required.")?;
            return Ok(None);
        }
        Ok(Some(data))
    }
}

/// `127,0,0,1,200,13`.
fn port_address(text: &str) -> Option<SocketAddr> {
    let numbers: Option<Vec<u8>> = text.split(',').map(|part| part.trim().parse().ok()).collect();
    let [a, b, c, d, high, low]: [u8; 6] = numbers?.try_into().ok()?;
    Some((Ipv4Addr::new(a, b, c, d), u16::from_be_bytes([high, low])).into())
}

/// `|1|127.0.0.1|51213|`, RFC 2428 section 2.
fn eprt_address(text: &str) -> Option<SocketAddr> {
    let parts: Vec<&str> = text.split(text.chars().next()?).collect();
    let ["", _, address, port, ""] = parts[..] else { return None };
    Some((address.parse::<IpAddr>().ok()?, port.parse().ok()?).into())
}

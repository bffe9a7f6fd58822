//! A server for one fault.

use std::io;

use super::{Deed, End, Fault, Stage};
use crate::tls::Authority;
use crate::{Builder, Conn, Server};

/// A server that does one fault to every connection, as often as it is asked.
#[derive(Debug)]
pub struct FaultServer {
    server: Server,
    authority: Option<Authority>,
}

impl Fault {
    /// Starts a server on 127.0.0.1 that misbehaves so.
    pub fn serve(&self) -> FaultServer {
        self.serve_on(Builder::default())
    }

    /// Starts the same wherever `builder` listens, say byte by byte.
    pub fn serve_on(&self, builder: Builder) -> FaultServer {
        let fault = *self;
        if let Stage::TlsRequest(issue) = fault.stage {
            let authority = Authority::new();
            let builder = builder.tls(&issue(&authority));
            let server = builder.start(move |conn| fault.commit(conn));
            return FaultServer { server, authority: Some(authority) };
        }
        FaultServer { server: builder.start(move |conn| fault.commit(conn)), authority: None }
    }

    fn commit(&self, conn: &mut Conn) -> io::Result<()> {
        let asked = match self.stage {
            Stage::Request | Stage::TlsRequest(_) => !conn.read_head()?.is_empty(),
            Stage::ClientHello => read_record(conn)?,
        };
        match self.deed {
            // A client that probes, or refuses our certificate, comes and goes without a word.
            _ if !asked => Ok(()),
            Deed::Act(act) => act(conn),
            Deed::Say(reply, end) => {
                conn.say(reply)?;
                match end {
                    End::Open => conn.stall(),
                    End::Fin => conn.fin(),
                    End::Reset => conn.reset(),
                    End::Cut => {
                        conn.cut();
                        Ok(())
                    }
                }
            }
        }
    }
}

/// Reads one TLS record: five bytes that end in a length, then as many.
fn read_record(conn: &mut Conn) -> io::Result<bool> {
    let head = conn.read_exact_bytes(5)?;
    conn.read_exact_bytes(usize::from(u16::from_be_bytes([head[3], head[4]])))?;
    Ok(true)
}

impl FaultServer {
    /// Returns the URL to ask for.
    pub fn url(&self, fault: &Fault) -> String {
        self.server.url_for(if fault.is_tls() { "https" } else { "http" }, "/page")
    }

    /// Returns the authority whose certificate the client is to trust, where one is involved.
    pub fn authority(&self) -> Option<&Authority> {
        self.authority.as_ref()
    }

    /// Returns the server underneath.
    pub fn server(&self) -> &Server {
        &self.server
    }
}

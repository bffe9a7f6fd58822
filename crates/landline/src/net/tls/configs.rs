//! Configurations made of options, and the handshakes they are for.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::ClientConfig;
use rustls::client::Resumption;
use rustls::pki_types::ServerName;

use super::verify::Verifier;
use super::{Buffered, Sessions, TlsOptions, explain, tls_error};
use crate::Result;
use crate::net::stream::{Stream, Transport};
use crate::net::without_zone;

type Offer = Vec<Vec<u8>>;

/// The configurations made from one set of options; sessions resume only within one of them.
#[derive(Default)]
pub(in crate::net) struct TlsConfigs(Mutex<Vec<(Offer, Made)>>);

/// A configuration, and its verifier, which tells what it has refused.
pub(super) type Made = (Arc<ClientConfig>, Arc<Verifier>);

impl TlsConfigs {
    pub(super) fn get(&self, options: &TlsOptions, alpn: &[&[u8]]) -> Result<Made> {
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, ready)) = made.iter().find(|(offer, _)| offer == alpn) {
            return Ok(ready.clone());
        }
        let (config, verifier) = options.build(alpn)?;
        let ready = (Arc::new(config), verifier);
        let offer = alpn.iter().map(|name| name.to_vec()).collect();
        made.push((offer, ready.clone()));
        Ok(ready)
    }

    /// Runs the handshake over `stream`, as a client of `host`; `sessions` are those it may resume,
    /// any of this host otherwise.
    pub(in crate::net) async fn handshake(
        &self,
        stream: Stream,
        host: &str,
        options: &TlsOptions,
        alpn: &[&[u8]],
        sessions: Option<&Arc<Sessions>>,
    ) -> Result<Stream> {
        let (mut config, verifier) = self.get(options, alpn)?;
        if let Some(sessions) = sessions.filter(|_| !options.no_resumption) {
            Arc::make_mut(&mut config).resumption = Resumption::store(sessions.clone());
        }
        let name = server_name(host)?;
        let (transport, peer, local) = stream.into_transport();
        let connector = tokio_rustls::TlsConnector::from(config);
        match connector.connect(name.clone(), Buffered::new(transport)).into_fallible().await {
            Ok(tls) => Ok(Stream::from_transport(Transport::Tls(Box::new(tls)), peer, local)),
            Err((error, pipe)) => {
                let refused = verifier.take_refused(&name).map(|(certificate, _)| certificate);
                let first = pipe.first_bytes();
                Err(explain::handshake(error, host, &peer, first, refused))
            }
        }
    }
}

pub(super) fn server_name(host: &str) -> Result<ServerName<'static>> {
    let bare = without_zone(host);
    ServerName::try_from(bare.strip_suffix('.').unwrap_or(bare).to_owned())
        .map_err(|_| tls_error(format!("{host} is not a name a certificate can be for")))
}

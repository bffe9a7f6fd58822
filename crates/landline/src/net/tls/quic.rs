//! The TLS handshake inside of QUIC (RFC 9001): the same options, verifier and words.

use std::io;
use std::sync::Arc;

use landline_wire::escape;
use quinn::crypto::rustls::QuicClientConfig;
use quinn::{ConnectionError, TransportErrorCode};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{AlertDescription, CipherSuite, Error as TlsError};

use super::configs::server_name;
use super::verify::Verifier;
use super::{TlsConfigs, TlsFacts, TlsOptions, explain, tls_error};
use crate::net::Peer;
use crate::{Error, ErrorKind, Phase, Result};

/// What a handshake with one host needs.
#[derive(Clone)]
pub(in crate::net) struct QuicTls {
    pub(in crate::net) config: Arc<QuicClientConfig>,
    verifier: Arc<Verifier>,
    name: ServerName<'static>,
}

impl TlsConfigs {
    /// What a handshake with `host` needs, in which `alpn` will be agreed on: QUIC has no connection without
    /// (RFC 9001 section 8.1).
    pub(in crate::net) fn quic(
        &self,
        host: &str,
        options: &TlsOptions,
        alpn: &[u8],
    ) -> Result<QuicTls> {
        let (mut config, verifier) = self.get(options, &[alpn])?;
        if config.alpn_protocols.is_empty() {
            Arc::make_mut(&mut config).alpn_protocols = vec![alpn.to_vec()];
        }
        let usable = |suites: &[rustls::SupportedCipherSuite]| {
            suites.iter().filter_map(|suite| suite.tls13()?.quic_suite()).collect::<Vec<_>>()
        };
        let is_new = options.versions()?.contains(&&rustls::version::TLS13);
        if !is_new || usable(&config.crypto_provider().cipher_suites).is_empty() {
            return Err(Error::usage("QUIC needs TLS 1.3, which the options do not allow"));
        }
        // First packets are always protected with this one (RFC 9001 section 5.2), whatever is chosen.
        let built_in = TlsOptions::default().provider()?;
        let first = usable(&built_in.cipher_suites)
            .into_iter()
            .find(|suite| suite.suite.common.suite == CipherSuite::TLS13_AES_128_GCM_SHA256);
        let none = || tls_error("AES-128-GCM, which QUIC begins with, is not built in");
        let config = QuicClientConfig::with_initial(config, first.ok_or_else(none)?)
            .map_err(|error| none().because(error))?;
        Ok(QuicTls { config: Arc::new(config), verifier, name: server_name(host)? })
    }
}

impl QuicTls {
    /// The host as the handshake calls it.
    pub(in crate::net) fn name(&self) -> String {
        self.name.to_str().into_owned()
    }

    /// Why there is no connection to `host`, where somebody has answered.
    pub(in crate::net) fn explain(
        &self,
        error: &ConnectionError,
        host: &str,
        peer: &Peer,
    ) -> Error {
        let tell = |error, refused| {
            let error = io::Error::new(io::ErrorKind::InvalidData, error);
            explain::handshake(error, host, peer, &[], refused)
        };
        if let Some((certificate, why)) = self.verifier.take_refused(&self.name) {
            return tell(why, Some(certificate));
        }
        let (peers, ours) = match error {
            ConnectionError::ConnectionClosed(closed) => (alert(closed.error_code), None),
            ConnectionError::TransportError(ours) => (None, alert(ours.code)),
            _ => (None, None),
        };
        // There may be words of the peer in it.
        let cause = escape::excerpt(error.to_string().as_bytes(), 300);
        match (peers, ours) {
            (Some(alert), _) => tell(TlsError::AlertReceived(alert), None),
            (_, Some(AlertDescription::NoApplicationProtocol)) => {
                let what = format!("{host} ({peer}) does not speak HTTP/3");
                Error::new(ErrorKind::Http3, Phase::TlsHandshake, what)
            }
            (_, Some(_)) => {
                tls_error(format!("TLS handshake with {host} ({peer}) failed")).because(cause)
            }
            (None, None) => {
                let what = format!("{host} ({peer}) makes no QUIC connection");
                Error::new(ErrorKind::Http3, Phase::Connecting, what).because(cause)
            }
        }
    }
}

/// The alert of TLS that a code of QUIC stands for (RFC 9001 section 4.8).
fn alert(code: TransportErrorCode) -> Option<AlertDescription> {
    let code = u64::from(code);
    (0x100..0x200).contains(&code).then(|| AlertDescription::from(code as u8))
}

/// Words for an alert that a connection ended with.
pub(crate) fn alert_of(error: &ConnectionError) -> Option<String> {
    let ConnectionError::ConnectionClosed(closed) = error else { return None };
    alert(closed.error_code).map(explain::alert_words)
}

impl TlsFacts {
    /// What the handshake of a connection agreed on.
    pub(in crate::net) fn of_connection(connection: &quinn::Connection) -> Self {
        type Agreed = quinn::crypto::rustls::HandshakeData;
        let agreed = connection.handshake_data().and_then(|data| data.downcast::<Agreed>().ok());
        let alpn = agreed.and_then(|data| data.protocol);
        let alpn = alpn.map(|name| String::from_utf8_lossy(&name).into_owned());
        let shown = connection.peer_identity();
        let shown = shown.and_then(|shown| shown.downcast::<Vec<CertificateDer<'static>>>().ok());
        Self::of_quic(alpn, shown.map(|shown| *shown).unwrap_or_default())
    }
}

//! TLS server configurations out of the ordinary.

use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::version::{TLS12, TLS13};
use rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion};

use super::{Authority, Identity};

/// Returns the cryptography used throughout the kit; no process-wide default is touched.
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

/// Builds a TLS server configuration; see [`Identity::setup`].
#[derive(Clone, Debug)]
pub struct ServerSetup {
    identity: Identity,
    versions: Vec<&'static SupportedProtocolVersion>,
    alpn: Vec<Vec<u8>>,
    clients: Option<Arc<RootCertStore>>,
    resumption: bool,
    early_data: u32,
    staple: Vec<u8>,
}

impl ServerSetup {
    pub(super) fn new(identity: Identity) -> ServerSetup {
        let versions = vec![&TLS13, &TLS12];
        ServerSetup {
            identity,
            versions,
            alpn: Vec::new(),
            clients: None,
            resumption: true,
            early_data: 0,
            staple: Vec::new(),
        }
    }

    /// Speaks TLS 1.2 alone.
    #[must_use]
    pub fn only_tls12(mut self) -> ServerSetup {
        self.versions = vec![&TLS12];
        self
    }

    /// Speaks TLS 1.3 alone.
    #[must_use]
    pub fn only_tls13(mut self) -> ServerSetup {
        self.versions = vec![&TLS13];
        self
    }

    /// Offers these protocols, the favourite first.
    #[must_use]
    pub fn alpn(mut self, protocols: &[&str]) -> ServerSetup {
        self.alpn = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        self
    }

    /// Demands a client certificate that `authority` has issued.
    #[must_use]
    pub fn demand_client(mut self, authority: &Authority) -> ServerSetup {
        self.clients = Some(authority.roots());
        self
    }

    /// Staples this to its certificate, whatever it is (RFC 6066 section 8).
    #[must_use]
    pub fn staple(mut self, ocsp: &[u8]) -> ServerSetup {
        self.staple = ocsp.to_vec();
        self
    }

    /// Gives out no session tickets.
    #[must_use]
    pub fn without_resumption(mut self) -> ServerSetup {
        self.resumption = false;
        self
    }

    /// Lets those who come back send so many bytes before the handshake is over (0-RTT).
    #[must_use]
    pub fn early_data(mut self, max_bytes: u32) -> ServerSetup {
        self.early_data = max_bytes;
        self
    }

    /// Returns the finished configuration.
    pub fn config(&self) -> Arc<ServerConfig> {
        let builder = ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&self.versions)
            .expect("the provider has these versions");
        let builder = match &self.clients {
            None => builder.with_no_client_auth(),
            Some(roots) => builder.with_client_cert_verifier(
                WebPkiClientVerifier::builder_with_provider(roots.clone(), provider())
                    .build()
                    .expect("a verifier with one root"),
            ),
        };
        let chain = vec![self.identity.certificate()];
        let (key, staple) = (self.identity.key(), self.staple.clone());
        let mut config =
            builder.with_single_cert_with_ocsp(chain, key, staple).expect("a key that fits");
        config.alpn_protocols.clone_from(&self.alpn);
        config.max_early_data_size = self.early_data;
        if !self.resumption {
            config.session_storage = Arc::new(NoServerSessionStorage {});
            config.send_tls13_tickets = 0;
        }
        Arc::new(config)
    }
}

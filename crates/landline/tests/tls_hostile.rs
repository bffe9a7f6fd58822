//! Servers that use TLS to waste time and memory (E6): every one of them comes to an end.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::net::TcpListener;
use std::sync::Arc;

use landline::net::NetOptions;
use landline::{ErrorKind, Limits, Phase};
use landline_testkit::Server;
use landline_testkit::tls::{Authority, provider};
use rustls::{ServerConfig, ServerConnection};
use support::{faces, facts, ms, timeouts, trusting};

/// Changes keys for ever instead of an answer (RFC 8446 section 4.6.3).
fn changing_keys(config: Arc<ServerConfig>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || -> std::io::Result<()> {
        let (mut socket, _) = listener.accept()?;
        let mut tls = ServerConnection::new(config).map_err(std::io::Error::other)?;
        tls.complete_io(&mut socket)?;
        loop {
            tls.refresh_traffic_keys().map_err(std::io::Error::other)?;
            while tls.wants_write() {
                tls.write_tls(&mut socket)?;
            }
        }
    });
    port
}

faces! {
    async fn failure(net: NetOptions, url: &str) -> landline::Error {
        let patience = timeouts(|all| all.total = ms(3000));
        let client = client_with(net, patience, Limits::default());
        w!(client.get(url).send()).expect_err("no answer")
    }

    fn e6_a_megabyte_of_certificates_is_too_much() {
        let authority = Authority::new();
        let shown = authority.issue(&["127.0.0.1"]);
        let chain = vec![shown.certificate(); (1 << 20) / shown.certificate().len()];
        let config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, shown.key())?;
        let server = Server::builder()
            .tls_config(Arc::new(config))
            .start(|conn| conn.read_to_close().map(drop));
        let error = w!(failure(trusting(authority.ca_der()), &server.url("/")));
        assert_eq!(facts(&error), (ErrorKind::Tls, Phase::TlsHandshake), "{}", error.chain());
    }

    fn e6_keys_that_change_for_ever_come_to_an_end() {
        let authority = Authority::new();
        let port = changing_keys(authority.issue(&["127.0.0.1"]).server_config());
        let error = w!(failure(trusting(authority.ca_der()), &format!("https://127.0.0.1:{port}/")));
        let kind = error.kind();
        assert!(matches!(kind, ErrorKind::Timeout | ErrorKind::Io), "{}", error.chain());
    }
}

//! Identities and configurations before a rustls client.

use std::io::{self, Read};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, ClientConnection, ProtocolVersion, StreamOwned};

use super::*;
use crate::Server;

const NAMES: &[&str] = &["localhost", "127.0.0.1", "*.a.test"];

/// Starts a server that tells what was negotiated.
fn telling(setup: &ServerSetup) -> Server {
    Server::builder().tls_config(setup.config()).start(|conn| {
        let session = conn.tls().expect("it speaks TLS");
        let alpn = session.alpn_protocol().unwrap_or_default().escape_ascii();
        let clients = session.peer_certificates().map_or(0, <[_]>::len);
        let name = session.server_name().unwrap_or("-");
        let told = format!("{:?} {alpn} {name} {clients}", session.protocol_version().unwrap());
        conn.say(told)
    })
}

fn ask(server: &Server, config: Arc<ClientConfig>, name: &'static str) -> io::Result<String> {
    let session = ClientConnection::new(config, name.try_into().unwrap()).unwrap();
    let mut client = StreamOwned::new(session, TcpStream::connect(server.addr())?);
    let mut told = String::new();
    client.read_to_string(&mut told)?;
    Ok(told)
}

#[test]
fn good_identities_are_good_for_each_of_their_names() {
    let authority = Authority::new();
    let server = telling(&authority.issue(NAMES).setup());
    let told = |name| ask(&server, authority.client_config(), name);
    assert_eq!(told("localhost").unwrap(), "TLSv1_3  localhost 0");
    assert_eq!(told("127.0.0.1").unwrap(), "TLSv1_3  - 0");
    assert_eq!(told("b.a.test").unwrap(), "TLSv1_3  b.a.test 0");
    assert!(told("b.test").unwrap_err().to_string().contains("not valid for name"));
}

#[test]
fn versions_and_protocols_are_as_set() {
    let authority = Authority::new();
    let setup = authority.issue(NAMES).setup().only_tls12().alpn(&["h2", "http/1.1"]);
    let mut config = Arc::unwrap_or_clone(authority.client_config());
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let told = ask(&telling(&setup), Arc::new(config), "localhost").unwrap();
    assert_eq!(told, "TLSv1_2 http/1.1 localhost 0");
    let server = telling(&authority.issue(NAMES).setup().only_tls13().without_resumption());
    let told = ask(&server, authority.client_config(), "localhost").unwrap();
    assert!(told.starts_with(&format!("{:?}", ProtocolVersion::TLSv1_3)));
}

#[test]
fn a_demanded_client_certificate_must_be_shown() {
    let authority = Authority::new();
    let server = telling(&authority.issue(NAMES).setup().demand_client(&authority));
    let error = ask(&server, authority.client_config(), "localhost").unwrap_err();
    assert!(error.to_string().contains("CertificateRequired"), "{error}");
    assert!(server.wait_for(|log| log[0].tls_error.is_some(), Duration::from_secs(10)));

    let client = authority.issue_client("somebody");
    let config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(authority.roots())
        .with_client_auth_cert(vec![client.certificate()], client.key())
        .unwrap();
    assert_eq!(ask(&server, Arc::new(config), "localhost").unwrap(), "TLSv1_3  localhost 1");
}

#[test]
fn odd_leaves_are_refused_for_what_is_odd() {
    let authority = Authority::new();
    let cases = [
        (authority.sign(&Leaf::new(&[]).common_name("localhost")), "not valid for"),
        (authority.sign(&Leaf::new(NAMES).for_client()), "extended key usage"),
        (Authority::new().issue(NAMES), "BadSignature"),
        (Identity::self_signed(NAMES), "UnknownIssuer"),
        (Identity::self_signed_ca(NAMES), "CaUsedAsEndEntity"),
    ];
    for (identity, word) in cases {
        let error = ask(&telling(&identity.setup()), authority.client_config(), "localhost");
        let error = error.unwrap_err().to_string();
        assert!(error.contains(word), "{word}: {error}");
    }
}

#[test]
fn pem_files_can_be_read_back() {
    let dir = tempfile::tempdir().unwrap();
    let authority = Authority::new();
    let identity = authority.issue(NAMES);
    let files = identity.write_to(dir.path());
    let certificate = CertificateDer::from_pem_file(&files.certificate).unwrap();
    assert_eq!(certificate, identity.certificate());
    assert_eq!(PrivateKeyDer::from_pem_file(&files.key).unwrap(), identity.key());
    let ca = CertificateDer::from_pem_file(authority.write_to(dir.path())).unwrap();
    assert_eq!(ca, authority.ca_der());
}

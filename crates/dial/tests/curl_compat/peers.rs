//! Whom to connect to, and whom to trust.

use landline_testkit::http::Server;
use landline_testkit::tls::{Authority, Identity};

use crate::room::Room;
use crate::twin::Twin;

#[test]
fn addresses() {
    Twin::new().same(&[
        &["-s", "--resolve", "a.test:PORT:127.0.0.1", "http://a.test:PORT/hello"],
        &["-s", "--resolve", "*:PORT:127.0.0.1", "http://b.test:PORT/hello"],
        &["-s", "--connect-to", "a.test:80:127.0.0.1:PORT", "http://a.test/hello"],
        &["-s", "--connect-to", "::127.0.0.1:PORT", "http://a.test:81/hello"],
        &["-s", "-4", "http://localhost:PORT/hello"],
        &["-s", "http://localhost:PORT/hello"],
        &["-s", "http://0x7f.1:PORT/hello"],
        &["-s", "http://2130706433:PORT/hello"],
        &["-s", "--keepalive-time", "5", "--no-keepalive", "U/hello"],
        &["-s", "--resolve", "nonsense", "U/hello"],
        &["-s", "--connect-timeout", "5", "-m", "10", "U/hello"],
    ]);
}

#[cfg(unix)]
#[test]
fn unix_sockets() {
    let place = Room::new();
    let server = Server::unix(place.at("s.sock"));
    let path = place.at("s.sock").display().to_string();
    Twin::of(server).same(&[
        &["-s", "--unix-socket", &path, "http://a.test/hello"],
        &["-s", "--unix-socket", &path, "http://a.test/redirect/1", "-L"],
        &["-s", "--unix-socket", &path, "-d", "x", "http://localhost/sink"],
    ]);
}

#[test]
fn certificates() {
    let authority = Authority::new();
    let twin = Twin::of(Server::tls(&authority.issue(&["localhost", "127.0.0.1"])))
        .file("ca", authority.ca_pem())
        .file("other", Authority::new().ca_pem())
        .file("broken", "no certificate\n");
    twin.same(&[
        &["-s", "--cacert", "ca", "U/hello"],
        &["-s", "--cacert", "ca", "https://localhost:PORT/hello"],
        &["-s", "U/hello"],
        &["-sk", "U/hello"],
        &["-s", "--cacert", "missing", "U/hello"],
        &["-s", "--cacert", "broken", "U/hello"],
        &["-sk", "--cacert", "missing", "U/hello"],
        &["-s", "--cacert", "ca", "--tlsv1.2", "U/hello"],
        &["-s", "--cacert", "ca", "--tlsv1.3", "U/hello"],
        &["-s", "--cacert", "ca", "--tls-max", "1.2", "U/hello"],
        &["-s", "--cacert", "ca", "--resolve", "a.test:PORT:127.0.0.1", "https://a.test:PORT/"],
        &["-s", "--proto", "=https", "--tlsv1.2", "-f", "--cacert", "ca", "U/hello"],
        &["-s", "http://127.0.0.1:PORT/"],
    ]);
}

#[test]
fn a_self_signed_certificate_is_its_own_authority() {
    for identity in
        [Identity::self_signed(&["127.0.0.1"]), Identity::self_signed_ca(&["127.0.0.1"])]
    {
        let twin = Twin::of(Server::tls(&identity)).file("ca", identity.certificate_pem());
        twin.same(&[&["-s", "--cacert", "ca", "U/hello"], &["-s", "U/hello"]]);
    }
}

#[test]
fn client_certificates() {
    let authority = Authority::new();
    let client = authority.issue_client("me");
    let config = authority.issue(&["127.0.0.1"]).setup().demand_client(&authority).config();
    let server = Server::on(landline_testkit::Server::builder().tls_config(config));
    let both = format!("{}{}", client.certificate_pem(), client.key_pem());
    let twin = Twin::of(server)
        .file("ca", authority.ca_pem())
        .file("cert", client.certificate_pem())
        .file("key", client.key_pem())
        .file("both", both);
    twin.same(&[
        &["-s", "--cacert", "ca", "-E", "cert", "--key", "key", "U/hello"],
        &["-s", "--cacert", "ca", "--cert", "both", "U/hello"],
        &["-s", "--cacert", "ca", "-E", "missing", "U/hello"],
        &["-s", "--cacert", "ca", "-E", "cert", "--key", "missing", "U/hello"],
    ]);
    // With TLS 1.3 the demand comes behind the handshake: the first answer is a refusal.
    assert_eq!(twin.dial(&["-s", "--cacert", "ca", "U/hello"]).exit(), 56);
}

#[test]
fn hosts_are_sent_in_small_letters_where_curl_sends_them_as_typed() {
    let twin = Twin::new();
    assert_eq!(twin.dial(&["-s", "http://LOCALHOST:PORT/hello"]).exit(), 0);
    assert!(twin.server.received_text()[0].contains("\r\nHost: localhost:"));
}

#[test]
fn a_stranger_with_the_name_of_the_authority_is_60_where_curl_says_35() {
    let (authority, other) = (Authority::new(), Authority::new());
    let twin = Twin::of(Server::tls(&authority.issue(&["127.0.0.1"]))).file("ca", other.ca_pem());
    assert_eq!(twin.dial(&["-s", "--cacert", "ca", "U/hello"]).exit(), 60);
}

#[test]
fn documents_of_one_server_share_a_connection() {
    let twin = Twin::new();
    twin.dial(&["-sf", "U/hello", "U/status/404", "U/chunked/2000", "U/redirect/2", "-L"]);
    assert_eq!(twin.server.connections(), 1);
}

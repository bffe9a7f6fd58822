//! Explicit and implicit TLS, and sessions resumed, by rustls.

use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, HandshakeKind, StreamOwned};

use super::*;
use crate::tls::Authority;

type Secure = StreamOwned<ClientConnection, TcpStream>;

fn secure(stream: TcpStream, config: &Arc<ClientConfig>) -> Secure {
    let name = ServerName::try_from("127.0.0.1").unwrap();
    StreamOwned::new(ClientConnection::new(config.clone(), name).unwrap(), stream)
}

struct TlsClient {
    control: BufReader<Secure>,
    config: Arc<ClientConfig>,
}

impl TlsClient {
    fn start(server: &Server, config: Arc<ClientConfig>) -> TlsClient {
        let mut plain = Client::greeted(server);
        plain.expect(&[("AUTH TLS", "234")]);
        let control = BufReader::new(secure(plain.control.into_inner(), &config));
        let mut client = TlsClient { control, config };
        for line in ["USER ftp", "PASS x", "TYPE I", "PBSZ 0", "PROT P"] {
            client.ask(line);
        }
        client
    }

    fn reply(&mut self) -> String {
        let mut line = String::new();
        self.control.read_line(&mut line).unwrap();
        line
    }

    fn ask(&mut self, line: &str) -> String {
        self.control.get_mut().write_all(format!("{line}\r\n").as_bytes()).unwrap();
        self.reply()
    }

    fn passive(&mut self) -> TcpStream {
        let reply = self.ask("EPSV");
        connect(SocketAddr::from((
            [127, 0, 0, 1],
            reply.split('|').nth(3).unwrap().parse().unwrap(),
        )))
    }

    fn fetch(&mut self, line: &str, config: &Arc<ClientConfig>) -> (Vec<u8>, String) {
        let plain = self.passive();
        assert!(self.ask(line).starts_with("150"));
        let mut data = secure(plain, config);
        let mut bytes = Vec::new();
        let _ = data.read_to_end(&mut bytes);
        (bytes, self.reply())
    }
}

fn served(builder: Builder) -> (Server, Authority) {
    let authority = Authority::new();
    let identity = authority.issue(&["localhost", "127.0.0.1"]);
    (builder.file("/a", "hello").sink("/null").tls(&identity).start(), authority)
}

#[test]
fn explicit_with_resumed_data() {
    let (server, authority) = served(Server::builder().demand_resumption().demand_tls());
    let mut plain = Client::greeted(&server);
    plain.expect(&[("USER ftp", "530"), ("PROT P", "503"), ("AUTH KERBEROS", "504")]);
    let mut client = TlsClient::start(&server, authority.client_config());
    let config = client.config.clone();
    for _ in 0..3 {
        assert_eq!(client.fetch("RETR a", &config), (b"hello".to_vec(), "226 Done.\r\n".into()));
    }
    for data in server.data_connections() {
        assert!(data.is_protected && data.is_resumed && data.resumed_from == Some(2), "{data:?}");
    }
    assert!(
        server.dialogue().iter().filter(|c| c.line.starts_with("PASS")).all(|c| c.is_protected)
    );
}

#[test]
fn data_of_a_new_session_or_in_the_clear_is_refused() {
    let (server, authority) = served(Server::builder().demand_resumption().demand_tls());
    let mut client = TlsClient::start(&server, authority.client_config());
    let (bytes, reply) = client.fetch("RETR a", &authority.client_config());
    assert!(bytes.is_empty() && reply.starts_with("522"), "{reply}");
    assert!(!server.data_connections()[0].is_resumed);
    client.ask("PROT C");
    let _data = client.passive();
    assert!(client.ask("RETR a").starts_with("522"));
    assert!(client.ask("PROT S").starts_with("536"));
    assert!(client.ask("CCC").starts_with("533"));
}

#[test]
fn a_session_of_another_connection_is_not_ours() {
    let (server, authority) = served(Server::builder().demand_resumption());
    let mut first = TlsClient::start(&server, authority.client_config());
    let mut second = TlsClient::start(&server, authority.client_config());
    assert!(first.ask("NOOP").starts_with("200"));
    let theirs = first.config.clone();
    let (_, reply) = second.fetch("RETR a", &theirs);
    assert!(reply.starts_with("522"), "{reply}");
    let data = &server.data_connections()[0];
    assert_eq!((data.is_resumed, data.resumed_from), (true, Some(1)));
}

#[test]
fn uploads_end_with_close_notify_or_fail() {
    let (server, authority) = served(Server::builder());
    let mut client = TlsClient::start(&server, authority.client_config());
    for (goodbye, wanted) in [(true, "226"), (false, "426")] {
        let plain = client.passive();
        assert!(client.ask("STOR b").starts_with("150"));
        let mut data = secure(plain, &client.config);
        data.write_all(b"upload").unwrap();
        if goodbye {
            data.conn.send_close_notify();
        }
        data.flush().unwrap();
        data.sock.shutdown(std::net::Shutdown::Write).unwrap();
        let reply = client.reply();
        assert!(reply.starts_with(wanted), "{reply}");
        assert_eq!(server.read("/b").unwrap(), b"upload");
    }
}

#[test]
fn implicit() {
    let (server, authority) = served(Server::builder().implicit());
    assert!(server.url("/a").starts_with("ftps://127.0.0.1:"));
    let mut control = BufReader::new(secure(connect(server.addr()), &authority.client_config()));
    let mut line = String::new();
    control.read_line(&mut line).unwrap();
    assert!(line.starts_with("220 "));
    assert_eq!(control.get_ref().conn.handshake_kind(), Some(HandshakeKind::Full));
}

#[test]
fn bytes_injected_behind_234() {
    let (server, _authority) = served(Server::builder().inject_after_auth("230 Welcome.\r\n"));
    let mut client = Client::greeted(&server);
    client.expect(&[("AUTH TLS", "234")]);
    assert_eq!(client.reply(), "230 Welcome.\r\n");
}

#[test]
fn data_without_close_notify() {
    let (server, authority) = served(Server::builder().end_data_after(5, End::Cut));
    let mut client = TlsClient::start(&server, authority.client_config());
    let plain = client.passive();
    assert!(client.ask("RETR a").starts_with("150"));
    let mut data = secure(plain, &client.config);
    let error = data.read_to_end(&mut Vec::new()).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::UnexpectedEof);
}

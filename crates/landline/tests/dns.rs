//! Names asked of DNS servers by ourselves: whom, what is believed, and what is done when nobody answers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use landline::net::{AddressFamily, AddressPolicy, DnsOptions, NetOptions, ResolveRule};
use landline::{ErrorKind, Limits, Phase, Timeouts};
use landline_testkit::http;
use landline_testkit::tls::Authority;
use support::{faces, facts};

const RESOLVE: (ErrorKind, Phase) = (ErrorKind::Resolve, Phase::Resolving);
const HELLO: &str = "hello, world\n";

/// A server that answers questions as told: each call gets the question and gives whole messages.
struct Dns {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<u8>>>,
}

type Answer = dyn Fn(&[u8], usize) -> Vec<Vec<u8>> + Send;

impl Dns {
    fn start(answer: impl Fn(&[u8], usize) -> Vec<Vec<u8>> + Send + 'static) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let (address, asked) = (socket.local_addr().unwrap(), Arc::default());
        let notes = Arc::clone(&asked);
        let answer: Box<Answer> = Box::new(answer);
        std::thread::spawn(move || serve(&socket, &notes, &answer));
        Self { address, asked }
    }

    /// The types of records asked for.
    fn asked(&self) -> Vec<u8> {
        let mut asked = self.asked.lock().unwrap().clone();
        asked.sort_unstable();
        asked
    }
}

fn serve(socket: &UdpSocket, asked: &Mutex<Vec<u8>>, answer: &Answer) {
    let mut buffer = [0; 600];
    let mut count = 0;
    while let Ok((len, from)) = socket.recv_from(&mut buffer) {
        let question = &buffer[..len];
        asked.lock().unwrap().push(question[len - 3]);
        for message in answer(question, count) {
            let _ = socket.send_to(&message, from);
        }
        count += usize::from(question[len - 3] == 1);
    }
}

/// An answer to `question` with these IPv4 addresses, if that is what was asked for.
fn addresses(question: &[u8], addresses: &[Ipv4Addr]) -> Vec<u8> {
    let is_a = question[question.len() - 3] == 1;
    let records = addresses
        .iter()
        .filter(|_| is_a)
        .map(|address| [&b"\xc0\x0c\0\x01\0\x01\0\0\0\0\0\x04"[..], &address.octets()].concat());
    records_of(question, &records.collect::<Vec<_>>())
}

fn records_of(question: &[u8], records: &[Vec<u8>]) -> Vec<u8> {
    let mut message = question.to_vec();
    (message[2], message[3], message[7]) = (0x81, 0x80, records.len() as u8);
    message.extend(records.concat());
    message
}

fn code(question: &[u8], code: u8) -> Vec<u8> {
    let mut message = records_of(question, &[]);
    message[3] |= code;
    message
}

fn last(byte: u8) -> Ipv4Addr {
    Ipv4Addr::new(127, 0, 0, byte)
}

fn asking(servers: &[SocketAddr]) -> NetOptions {
    let mut net = NetOptions::default();
    net.dns.servers = servers.to_vec();
    net
}

faces! {
    async fn get(net: NetOptions, host: &str, port: u16) -> landline::Result<String> {
        let client = client_with(net, Timeouts::default(), Limits::default());
        let mut reply = w!(client.get(&format!("http://{host}:{port}/hello")).send())?;
        w!(reply.text())
    }

    fn both_families_are_asked_for_unless_one_is_wanted() {
        let server = http::Server::new();
        let dns = Dns::start(|question, _| vec![addresses(question, &[last(1)])]);
        let mut net = asking(&[dns.address]);
        assert_eq!(w!(get(net.clone(), "a.test", server.port()))?, HELLO);
        assert_eq!(dns.asked(), [1, 28]);
        net.family = AddressFamily::V4;
        assert_eq!(w!(get(net, "a.test", server.port()))?, HELLO);
        assert_eq!(dns.asked(), [1, 1, 28]);
    }

    fn a_family_without_an_answer_does_not_keep_the_other_waiting() {
        let server = http::Server::new();
        let dns = Dns::start(|question, _| match question[question.len() - 3] {
            1 => vec![addresses(question, &[last(1)])],
            _ => Vec::new(),
        });
        let begun = std::time::Instant::now();
        assert_eq!(w!(get(asking(&[dns.address]), "a.test", server.port()))?, HELLO);
        assert!(begun.elapsed() < Duration::from_millis(1500), "{:?}", begun.elapsed());
    }

    fn the_next_server_is_asked_where_one_fails() {
        let server = http::Server::new();
        let failing = Dns::start(|question, _| vec![code(question, 2)]);
        let closed = UdpSocket::bind("127.0.0.1:0")?.local_addr()?;
        let good = Dns::start(|question, _| vec![addresses(question, &[last(1)])]);
        let net = asking(&[failing.address, closed, good.address]);
        assert_eq!(w!(get(net, "a.test", server.port()))?, HELLO);
        let error = w!(get(asking(&[failing.address]), "a.test", 9)).unwrap_err();
        assert_eq!(facts(&error), RESOLVE);
        assert!(error.chain().contains("error 2"), "{}", error.chain());
    }

    fn a_name_that_is_not_there_is_not_asked_for_twice() {
        let dns = Dns::start(|question, _| vec![code(question, 3)]);
        let error = w!(get(asking(&[dns.address, dns.address]), "a.test", 9)).unwrap_err();
        assert_eq!(facts(&error), RESOLVE);
        assert!(error.chain().contains("no such name"), "{}", error.chain());
        assert_eq!(dns.asked(), [1, 28]);
    }

    fn the_connect_deadline_bounds_silent_servers() {
        let dns = Dns::start(|_, _| Vec::new());
        let mut timeouts = Timeouts::default();
        timeouts.connect = Some(Duration::from_millis(200));
        let client = client_with(asking(&[dns.address]), timeouts, Limits::default());
        let error = w!(client.get("http://a.test/").send()).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Timeout, Phase::Resolving));
    }

    fn class_k5_guesses_and_answers_to_others_are_passed_over() {
        let server = http::Server::new();
        let dns = Dns::start(|question, _| {
            let mut guess = addresses(question, &[last(9)]);
            guess[0] ^= 1;
            let mut other = addresses(question, &[last(9)]);
            other[13] ^= 1;
            vec![guess, other, vec![1, 2, 3], addresses(question, &[last(1)])]
        });
        assert_eq!(w!(get(asking(&[dns.address]), "a.test", server.port()))?, HELLO);
    }

    fn class_k5_chains_of_names_end() {
        let dns = Dns::start(|question, _| {
            let circle = b"\xc0\x0c\0\x05\0\x01\0\0\0\0\0\x02\xc0\x0c".to_vec();
            vec![records_of(question, &[circle])]
        });
        let error = w!(get(asking(&[dns.address]), "a.test", 9)).unwrap_err();
        assert_eq!(facts(&error), RESOLVE);
        assert!(error.chain().contains("without an end"), "{}", error.chain());
    }

    /// The name leads elsewhere when it is asked for again; the policy sees the address dialled.
    fn class_k5_a_rebound_name_is_judged_again() {
        let server = http::Server::new();
        let dns = Dns::start(|question, count| {
            vec![addresses(question, &[last(if count == 0 { 1 } else { 2 })])]
        });
        let mut net = asking(&[dns.address]);
        net.policy = AddressPolicy::default().deny("127.0.0.2")?;
        let client = client_with(net, Timeouts::default(), Limits::default());
        let url = format!("http://a.test:{}/close/5", server.port());
        w!(w!(client.get(&url).send())?.text())?;
        let error = w!(client.get(&url).send()).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Forbidden, Phase::Connecting));
        assert_eq!(server.connections(), 1);
    }

    fn names_that_dns_cannot_be_asked_for_are_not_asked_for() {
        let dns = Dns::start(|question, _| vec![addresses(question, &[last(1)])]);
        let long = format!("{}.test", "a".repeat(64));
        for host in [&*long, "a..test", "127.0.0.1", "localhost", "a.onion"] {
            assert!(w!(get(asking(&[dns.address]), host, 9)).is_err(), "{host}");
        }
        assert!(dns.asked().is_empty());
    }

    fn an_answer_too_long_for_a_datagram_comes_over_tcp() {
        let server = http::Server::new();
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let socket = UdpSocket::bind(address)?;
        std::thread::spawn(move || {
            let mut buffer = [0; 600];
            while let Ok((len, from)) = socket.recv_from(&mut buffer) {
                let mut half = records_of(&buffer[..len], &[]);
                half[2] |= 2;
                let _ = socket.send_to(&half, from);
            }
        });
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut len = [0; 2];
                stream.read_exact(&mut len).unwrap();
                let mut question = vec![0; u16::from_be_bytes(len).into()];
                stream.read_exact(&mut question).unwrap();
                let answer = addresses(&question, &[last(1); 100]);
                stream.write_all(&(answer.len() as u16).to_be_bytes()).unwrap();
                stream.write_all(&answer).unwrap();
            }
        });
        assert_eq!(w!(get(asking(&[address]), "a.test", server.port()))?, HELLO);
    }

    fn names_are_asked_for_over_https() {
        let authority = Authority::new();
        let origin = http::Server::new();
        let doh = http::Server::tls(&authority.issue(&["dns.test"])).route("/q", |request, conn| {
            let kind = ("Content-Type", "application/dns-message");
            let answer = addresses(&request.body, &[last(1)]);
            request.reply(conn, 200, &[kind], answer)
        });
        let mut net = support::trusting(authority.ca_der());
        let (host, port) = ("dns.test".to_owned(), doh.port());
        net.resolve = vec![ResolveRule { host, port, addresses: vec![last(1).into()] }];
        net.dns.https = Some(format!("https://dns.test:{port}/q"));
        assert_eq!(w!(get(net.clone(), "a.test", origin.port()))?, HELLO);
        let heard = doh.received_text().concat();
        assert!(heard.contains("Content-Type: application/dns-message\r\n"), "{heard}");

        let mut strict = net.clone();
        strict.tls.only_authorities = None;
        let error = w!(get(strict.clone(), "a.test", origin.port())).unwrap_err();
        assert_eq!(facts(&error), RESOLVE);
        strict.dns.https_insecure = true;
        assert_eq!(w!(get(strict, "a.test", origin.port()))?, HELLO);

        for (path, words) in [("/hello", "no DNS"), ("/status/500", "500")] {
            net.dns.https = Some(format!("https://dns.test:{port}{path}"));
            let error = w!(get(net.clone(), "a.test", 9)).unwrap_err();
            assert_eq!(facts(&error), RESOLVE);
            assert!(error.chain().contains(words), "{}", error.chain());
        }
        net.dns.https = Some(format!("http://dns.test:{port}/q"));
        let error = w!(get(net, "a.test", 9)).unwrap_err();
        assert!(error.chain().contains("https only"), "{}", error.chain());
    }

    fn b5_what_is_for_the_server_behind_the_name_is_not_for_the_one_that_is_asked() {
        let (authority, folder) = (Authority::new(), tempfile::tempdir()?);
        let origin = http::Server::new();
        let identity = authority.issue(&["dns.test"]);
        let answers = |request: &http::Request, conn: &mut landline_testkit::Conn| {
            let kind = ("Content-Type", "application/dns-message");
            request.reply(conn, 200, &[kind], addresses(&request.body, &[last(1)]))
        };
        let asking = |doh: &http::Server| {
            let mut net = support::trusting(authority.ca_der());
            let (host, port) = ("dns.test".to_owned(), doh.port());
            net.resolve = vec![ResolveRule { host, port, addresses: vec![last(1).into()] }];
            net.dns.https = Some(format!("https://dns.test:{port}/q"));
            net
        };
        let doh = http::Server::tls(&identity).route("/q", answers);
        let mut pinned = asking(&doh);
        pinned.tls.pinned_keys = vec![landline::net::KeyPin::of(b"the key of the origin")];
        assert_eq!(w!(get(pinned, "a.test", origin.port()))?, HELLO);

        let config = identity.setup().demand_client(&authority).config();
        let nosy = http::Server::on(landline_testkit::Server::builder().tls_config(config));
        let nosy = nosy.route("/q", answers);
        let mut known = asking(&nosy);
        let files = authority.issue_client("somebody").write_to(folder.path());
        let shown = landline::net::Identity::from_files(&files.certificate, &files.key, None)?;
        known.tls.identity = Some(shown);
        assert_eq!(facts(&w!(get(known, "a.test", origin.port())).unwrap_err()), RESOLVE);
    }
}

#[test]
fn nothing_of_dns_is_asked_for_by_itself() {
    assert_eq!(NetOptions::default().dns, DnsOptions::default());
}

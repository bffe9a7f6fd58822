//! How a connection comes about: names, addresses, local ends, Unix sockets, and the deadlines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use landline::http::Upload;
use landline::net::{AddressFamily, ConnectRule, NetOptions, Peer, ResolveRule, UnixName};
use landline::socket::Keepalive;
use landline::{ErrorKind, Event, Limits, Observer, Phase, Timeouts};
use landline_testkit::{Blackhole, ClosedPort, Server, http};
use support::{any_host, faces, facts, ms, timeouts};
use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::Sleep;

fn rule(host: &str, port: u16, addresses: &[&str]) -> ResolveRule {
    let addresses: Vec<IpAddr> = addresses.iter().map(|one| one.parse().unwrap()).collect();
    ResolveRule { host: host.to_owned(), port, addresses }
}

fn rules(rules: &[ResolveRule]) -> NetOptions {
    let mut options = NetOptions::default();
    options.resolve = rules.to_vec();
    options
}

/// An observer that notes which addresses were tried and which failed.
fn tries() -> (Observer, Arc<Mutex<Vec<String>>>) {
    let log = Arc::new(Mutex::new(Vec::new()));
    let writes = log.clone();
    let observer = Observer::new(move |event| {
        let line = match event {
            Event::Trying(address) => format!("try {}", address.ip()),
            Event::Failed { address, .. } => format!("failed {}", address.ip()),
            Event::Connected { host, .. } => format!("connected {host}"),
            _ => return,
        };
        writes.lock().unwrap().push(line);
    });
    (observer, log)
}

/// A source that has nothing for a while, then one line, then ends.
#[derive(Default)]
struct Late {
    wait: Option<Pin<Box<Sleep>>>,
    given: bool,
}

impl AsyncRead for Late {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let wait = self
            .wait
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(Duration::from_millis(400))));
        if wait.as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
        if !std::mem::replace(&mut self.given, true) {
            buf.put_slice(b"late\n");
        }
        Poll::Ready(Ok(()))
    }
}

faces! {
    async fn get(options: NetOptions, limits: Timeouts, url: &str) -> landline::Result<String> {
        let client = client_with(options, limits, Limits::default());
        let mut reply = w!(client.get(url).send())?;
        w!(reply.text())
    }

    fn names_given_by_hand_stand_in_for_a_lookup() {
        let server = http::Server::new();
        let port = server.port();
        let options = rules(&[
            rule("a.test", port, &["127.0.0.9"]),
            rule("A.test", port, &["127.0.0.1"]),
            rule("*", port, &["127.0.0.1"]),
            rule("c.test", port, &["::1"]),
        ]);
        for host in ["a.test", "b.test"] {
            let url = format!("http://{host}:{port}/echo");
            let echo = w!(get(options.clone(), Timeouts::default(), &url))?;
            assert!(echo.contains(&format!("Host: {host}:{port}\r\n")), "the last rule wins: {echo}");
        }
        let url = format!("http://c.test:{port}/");
        let error = w!(get(options.clone(), Timeouts::default(), &url)).unwrap_err();
        assert!(error.to_string().contains("::1"), "{error}");
        let mut options = rules(&[rule("a.test", port, &["127.0.0.1"])]);
        options.family = AddressFamily::V6;
        let url = format!("http://a.test:{port}/");
        let error = w!(get(options, Timeouts::default(), &url)).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Resolve, Phase::Resolving));
        assert!(error.to_string().contains("a.test"), "{error}");
    }

    fn a_name_without_an_address_is_named() {
        let error = w!(client().get("http://nobody.onion/").send()).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Resolve, Phase::Resolving));
        assert!(error.to_string().contains("nobody.onion"), "{error}");
        // What the system says of it takes as long as it takes: the deadline counts it in.
        let limits = timeouts(|all| all.connect = ms(2000));
        let url = "http://nobody.invalid/";
        let error = w!(get(NetOptions::default(), limits, url)).unwrap_err();
        assert_eq!(error.phase(), Phase::Resolving, "{error:?}");
        assert!(matches!(error.kind(), ErrorKind::Resolve | ErrorKind::Timeout), "{error:?}");
        assert_eq!(error.url(), Some(url));
    }

    fn a_failed_address_makes_room_for_the_next_at_once() {
        let server = http::Server::new();
        let options = rules(&[rule("a.test", server.port(), &["::1", "127.0.0.1"])]);
        let client = client_with(options, Timeouts::default(), Limits::default());
        let (observer, log) = tries();
        let url = format!("http://a.test:{}/hello", server.port());
        let reply = w!(client.get(&url).observe(observer).send())?;
        assert_eq!(reply.peer(), &Peer::Ip(server.addr()));
        let wanted = ["try ::1", "failed ::1", "try 127.0.0.1", "connected a.test"];
        assert_eq!(*log.lock().unwrap(), wanted);
    }

    fn a_silent_address_gets_company() {
        let hole = Blackhole::new();
        let port = hole.addr().port();
        let server = http::Server::on(Server::builder().bind(([127, 0, 0, 2], port)));
        let mut options = rules(&[rule("a.test", port, &["127.0.0.1", "127.0.0.2"])]);
        options.happy_eyeballs_delay = ms(50);
        let url = format!("http://a.test:{port}/hello");
        let text = w!(get(options, timeouts(|all| all.connect = ms(5000)), &url))?;
        assert_eq!((text.as_str(), server.connections()), ("hello, world\n", 1));
    }

    fn every_address_that_failed_is_told() {
        let closed = ClosedPort::new();
        let port = closed.addr().port();
        let options = rules(&[rule("a.test", port, &["127.0.0.1", "127.0.0.2", "::1"])]);
        let url = format!("http://a.test:{port}/");
        let error = w!(get(options, Timeouts::default(), &url)).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Connect, Phase::Connecting));
        for part in ["a.test", &port.to_string(), "127.0.0.1: ", "127.0.0.2: ", "::1: "] {
            assert!(error.to_string().contains(part), "{part} is missing in: {error}");
        }
    }

    fn another_place_to_connect_to_changes_nothing_in_the_request() {
        let server = http::Server::new();
        let mut options = NetOptions::default();
        options.connect_to = vec![ConnectRule {
            from_host: Some("b.test".to_owned()),
            from_port: Some(80),
            to_host: Some("127.0.0.1".to_owned()),
            to_port: Some(server.port()),
        }];
        let echo = w!(get(options, Timeouts::default(), "http://b.test/echo"))?;
        assert!(echo.contains("Host: b.test\r\n"), "{echo}");
    }

    fn local_ends_are_chosen_as_asked() {
        let server = http::Server::new();
        let mut options = NetOptions::default();
        options.socket.addresses = vec!["::2".parse()?, [127, 0, 0, 3].into()];
        let time = Some(Duration::from_secs(30));
        options.socket.keepalive = Some(Keepalive { time, ..Keepalive::default() });
        let client = client_with(options, Timeouts::default(), Limits::default());
        let reply = w!(client.get(&server.url("/hello")).send())?;
        assert_eq!(reply.local().map(|local| local.ip()), Some([127, 0, 0, 3].into()));
    }

    #[cfg(unix)]
    fn a_unix_socket_stands_in_for_the_host() {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("http.socket");
        let server = http::Server::unix(&path);
        let mut options = NetOptions::default();
        options.unix_socket = Some(UnixName::Path(path.clone()));
        let client = client_with(options.clone(), Timeouts::default(), Limits::default());
        let mut reply = w!(client.get("http://a.test/echo").send())?;
        assert_eq!(reply.peer(), &Peer::Unix(path.display().to_string()));
        assert!(w!(reply.text())?.contains("Host: a.test\r\n"));
        drop((reply, server));
        let error = w!(get(options, Timeouts::default(), "http://a.test/")).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Connect, Phase::Connecting));
        assert!(error.to_string().contains("http.socket"), "{error}");
    }

    fn the_steps_of_a_transfer_are_timed_in_order() {
        let server = http::Server::new();
        let client = client_with(any_host(server.port()), Timeouts::default(), Limits::default());
        let url = format!("http://a.test:{}/redirect/1", server.port());
        let mut reply = w!(client.get(&url).send())?;
        assert_eq!(reply.timings().total, None, "the body has not been read");
        w!(reply.text())?;
        let times = reply.timings();
        let total = times.total.unwrap();
        assert_eq!(times.connect, None, "the second hop used the connection of the first");
        assert!(times.redirect <= times.sent.unwrap() && times.sent <= times.first_byte);
        assert!(times.first_byte.unwrap() <= total);
        let mut reply = w!(client.get(&url.replace("redirect/1", "close/1")).send())?;
        w!(reply.text())?;
        let mut reply = w!(client.get(&url.replace("redirect/1", "hello")).send())?;
        w!(reply.text())?;
        let times = reply.timings();
        assert!(times.lookup.unwrap() <= times.connect.unwrap());
        assert!(times.connect <= times.sent && times.tls.is_none());
    }

    fn each_deadline_names_the_wait_it_ended() {
        let server = http::Server::new().route("/hold", |_, conn| {
            conn.hold();
            Ok(())
        });
        let none = NetOptions::default;
        let limits = timeouts(|all| all.first_byte = ms(150));
        let error = w!(get(none(), limits, &server.url("/stall"))).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Timeout, Phase::AwaitingReply));
        assert!(error.to_string().contains("150 ms"), "{error}");

        let limits = timeouts(|all| all.idle_read = ms(150));
        let error = w!(get(none(), limits, &server.url("/slow"))).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Timeout, Phase::ReadingBody));
        assert!(error.to_string().contains("150 ms"), "{error}");

        let limits = timeouts(|all| all.total = ms(250));
        let error = w!(get(none(), limits, &server.url("/redirect-to/302?/stall"))).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Timeout, Phase::AwaitingReply));
        assert!(error.to_string().contains("250 ms"), "{error}");
        assert!(error.url().is_some_and(|url| url.ends_with("/stall")), "{error:?}");
    }

    fn a_peer_that_takes_nothing_runs_into_the_idle_deadline() {
        let server = Server::tcp(|conn| {
            conn.hold();
            Ok(())
        });
        let limits = timeouts(|all| all.idle_write = ms(150));
        let client = client_with(NetOptions::default(), limits, Limits::default());
        let request = client.put(&server.url("/")).bytes(vec![0; 50_000_000]);
        let sent = w!(request.expect_continue(u64::MAX, Duration::ZERO).send());
        assert_eq!(facts(&sent.unwrap_err()), (ErrorKind::Timeout, Phase::Sending));
    }

    fn a_slow_source_of_ours_is_no_fault_of_the_peer() {
        let server = http::Server::new();
        let limits = timeouts(|all| (all.idle_read, all.idle_write) = (ms(150), ms(150)));
        let client = client_with(NetOptions::default(), limits, Limits::default());
        let request = client.put(&server.url("/sink")).body(Upload::stream(Late::default(), None));
        let mut reply = w!(request.send())?;
        assert_eq!(w!(reply.text())?, "5\n");
    }

    fn a_deadline_ends_with_its_request() {
        let server = http::Server::new().route("/late", |request, conn| {
            conn.pause(Duration::from_millis(400));
            request.reply(conn, 200, &[], "late")
        });
        let client = client();
        let limits = timeouts(|all| (all.total, all.first_byte) = (ms(250), ms(250)));
        let mut reply = w!(client.get(&server.url("/hello")).timeouts(limits).send())?;
        w!(reply.text())?;
        let mut reply = w!(client.get(&server.url("/late")).send())?;
        assert_eq!(w!(reply.text())?, "late");
        assert_eq!(server.connections(), 1);
    }
}

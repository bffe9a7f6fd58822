//! How a step-by-step connection begins and how it ends: dialled, upgraded, stopped, watched.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::{Arc, Mutex};

use landline::{ErrorKind, Event, Observer, Phase};
use landline_testkit::transcript::{Delivery, Script, ScriptServer};
use landline_testkit::{ClosedPort, Server, tls};
use support::{faces, facts, trusting};

fn play(dialogue: &str, delivery: Delivery) -> ScriptServer {
    Script::parse(dialogue).unwrap().serve_with(delivery)
}

fn host_port(server: &ScriptServer) -> String {
    server.fill("{host}:{port}")
}

const UPGRADE: &str = "\
C: GET /chat HTTP/1.1
C: Host: {host}:{port}
C: Connection: Upgrade
C: Upgrade: lines
C:
S: HTTP/1.1 101 Switching Protocols
S: Upgrade: lines
S: Connection: Upgrade
S:
S: welcome to lines
C: hello
S: goodbye
S! fin
";

/// An observer that writes down heads, and what it wrote.
fn watched() -> (Observer, Arc<Mutex<Vec<String>>>) {
    let log = Arc::new(Mutex::new(Vec::new()));
    let writes = log.clone();
    let observer = Observer::new(move |event| {
        let line = match event {
            Event::HeadSent { shown: head, .. } => String::from_utf8_lossy(head).into_owned(),
            Event::HeadReceived(head) => format!("status {}", head.status),
            Event::Ended { kept } => format!("ended, kept {kept}"),
            _ => return,
        };
        writes.lock().unwrap().push(line);
    });
    (observer, log)
}

faces! {
    fn a_reply_that_stops_the_sending_can_still_be_read() {
        for (name, value) in [("Content-Length", "100000000"), ("Transfer-Encoding", "chunked")] {
            let server = Server::tcp(|conn| {
                conn.read_head()?;
                conn.read_exact_bytes(1000)?;
                conn.say("HTTP/1.1 413 Content Too Large\r\nContent-Length: 5\r\n\r\nsorry")?;
                conn.reset()
            });
            let target = server.addr().to_string();
            let mut connection = w!(face::http::Connection::connect(&target))?;
            connection.put_request("PUT", "/file")?;
            connection.put_header(name, value)?;
            w!(connection.end_headers())?;
            let piece = vec![b'x'; 100_000];
            let mut sent = Ok(());
            for _ in 0..1000 {
                sent = w!(connection.send(&piece));
                if sent.is_err() {
                    break;
                }
            }
            assert_eq!(facts(&sent.unwrap_err()), (ErrorKind::Io, Phase::Sending));
            assert_eq!(w!(connection.get_reply())?.status, 413);
            let mut text = String::new();
            w!(connection.body().read_to_string(&mut text))?;
            assert_eq!((text.as_str(), connection.is_idle()), ("sorry", false));
        }
    }

    fn after_an_upgrade_the_lines_read_ahead_are_there() {
        for delivery in Delivery::ALL {
            let server = play(UPGRADE, delivery);
            let mut connection = w!(face::http::Connection::connect(&host_port(&server)))?;
            connection.put_request("GET", "/chat")?;
            connection.put_header("Connection", "Upgrade")?;
            connection.put_header("Upgrade", "lines")?;
            w!(connection.end_headers())?;
            let head = w!(connection.get_reply())?;
            assert_eq!((head.status, head.headers.get("Upgrade")), (101, Some("lines")));
            assert_eq!(connection.put_request("GET", "/").unwrap_err().kind(), ErrorKind::Usage);
            let mut line = connection.into_line_stream();
            assert_eq!(w!(line.read_line())?, "welcome to lines");
            w!(line.write_line("hello"))?;
            assert_eq!(w!(line.read_line())?, "goodbye");
            drop(line);
            server.finish()?;
        }
    }

    fn an_upgrade_through_the_client_gives_the_connection_away() {
        for delivery in Delivery::ALL {
            let server = play(
                &UPGRADE.replace("}\nC: Conn", "}\nC: User-Agent: me\nC: Accept: */*\nC: Conn"),
                delivery,
            );
            let request = client().get(&server.url_for("http", "/chat")).user_agent("me");
            let request = request.header("Connection", "Upgrade").header("Upgrade", "lines");
            let reply = w!(request.send())?;
            assert_eq!(reply.status(), 101);
            let connection = reply.into_body().into_connection().expect("an open connection");
            let mut line = connection.into_line_stream();
            assert_eq!(w!(line.read_line())?, "welcome to lines");
            w!(line.write_line("hello"))?;
            assert_eq!(w!(line.read_line())?, "goodbye");
            drop(line);
            server.finish()?;
        }
    }

    fn the_observer_sees_heads_with_their_secrets_masked() {
        let dialogue = "C: {any}\nC: {any}\nC: {any}\nC: {any}\nC:\nS: HTTP/1.1 103 Early Hints\nS:\n\
            S: HTTP/1.1 204 No Content\nS:\n";
        let server = play(dialogue, Delivery::Whole);
        let mut connection = w!(face::http::Connection::connect(&host_port(&server)))?;
        let (observer, log) = watched();
        connection.set_observer(observer);
        connection.put_request("GET", "/")?;
        connection.put_header("Authorization", "Bearer canary")?;
        connection.put_header("cookie", "sid=canary")?;
        w!(connection.end_headers())?;
        w!(connection.get_reply())?;
        let log = log.lock().unwrap().clone();
        assert!(log[0].starts_with("GET / HTTP/1.1\r\nHost: 127.0.0.1:"), "{log:?}");
        assert!(log[0].contains("Authorization: Bearer [masked]\r\n"), "{log:?}");
        assert!(!format!("{log:?} {connection:?}").contains("canary"));
        assert_eq!(log[1..], ["status 103", "status 204", "ended, kept true"]);
        drop(connection);
        server.finish()?;
    }

    fn a_refused_connection_names_host_and_port() {
        let closed = ClosedPort::new();
        let target = format!("127.0.0.1:{}", closed.addr().port());
        let error = w!(face::http::Connection::connect(&target)).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Connect, Phase::Connecting));
        let port_text = closed.addr().port().to_string();
        assert!(error.to_string().contains(&port_text), "{error}");
        assert!(error.chain().contains("refused"), "{}", error.chain());
        for bad in ["127.0.0.1:99999", "[::1", "a b:80", "host:port", ""] {
            let error = w!(face::http::Connection::connect(bad)).unwrap_err();
            assert_eq!(facts(&error), (ErrorKind::Url, Phase::Preparing), "{bad:?}");
        }
    }

    fn over_tls_and_ipv6_the_host_field_is_as_in_a_url() {
        let authority = tls::Authority::new();
        let identity = authority.issue(&["::1"]);
        let builder = Server::builder().bind(([0, 0, 0, 0, 0, 0, 0, 1], 0)).tls(&identity);
        let script = Script::parse("C: GET / HTTP/1.1\nC: Host: {host}:{port}\nC:\nS: HTTP/1.1 204 x\nS:").unwrap();
        let server = script.serve_on(builder, Delivery::Whole);
        let options = trusting(authority.ca_der());
        let target = host_port(&server);
        assert!(target.starts_with("[::1]:"), "{target}");
        let mut connection = w!(face::http::Connection::connect_tls(&target, &options))?;
        connection.put_request("GET", "/")?;
        w!(connection.end_headers())?;
        assert_eq!(w!(connection.get_reply())?.status, 204);
        assert_eq!(connection.stream().tls().unwrap().version, "TLSv1.3");
        drop(connection);
        server.finish()?;
    }
}

//! The blocking face where it has a hard life: inside of somebody else's runtime, and shared by
//! threads.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::io::{BufRead, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::thread;

use landline::http::{Client, Connection, Upload};
use landline::{LineStream, Opener, Parts, ReplyStyle};
use landline_testkit::http;
use landline_testkit::tls::Authority;
use landline_testkit::transcript::{Delivery, Script};
use support::{bounded, run, trusting};

#[test]
fn open_works_inside_a_runtime_and_its_values_die_there() {
    bounded(|| {
        let server = http::Server::new();
        run(async {
            let mut document = landline::open(&server.url("/hello"))?;
            assert_eq!(document.text()?, "hello, world\n");
            drop(document);
            let document = landline::open(&server.url("/bytes/1000000"))?;
            drop(document);
            let opener = Opener::new()?.scheme("own", |visit| async move {
                Ok(Parts::memory(visit.location().clone(), Default::default(), b"own".to_vec()))
            });
            assert_eq!(opener.open("own:x")?.text()?, "own");
            let mut line = String::new();
            let mut document = opener.open(&server.url("/hello"))?;
            document.read_line(&mut line)?;
            assert_eq!(line, "hello, world\n");
            drop(opener);
            drop(document);
            assert!(landline::open(&server.url("/status/404")).is_err());
            Ok(())
        })
    });
}

#[test]
fn client_and_connection_work_inside_a_runtime() {
    bounded(|| {
        let server = http::Server::new();
        run(async {
            let client = Client::new()?;
            for _ in 0..3 {
                let reader = std::io::Cursor::new("12345");
                let put = client.put(&server.url("/sink")).body(Upload::reader(reader, None));
                let mut reply = put.send()?;
                let mut text = String::new();
                reply.read_to_string(&mut text)?;
                assert_eq!(text, "5\n");
            }
            let unread = client.get(&server.url("/bytes/1000000")).send()?;
            drop(client);
            drop(unread);
            let mut connection = Connection::connect(&server.addr().to_string())?;
            connection.put_request("GET", "/hello")?;
            connection.end_headers()?;
            connection.get_reply()?;
            let mut text = String::new();
            connection.body().read_to_string(&mut text)?;
            assert_eq!(text, "hello, world\n");
            Ok(())
        })
    });
}

#[test]
fn a_line_stream_works_inside_a_runtime_tls_and_all() {
    bounded(|| {
        let script =
            "C: STARTTLS\nS: 220 go\nS! tls\nC: LIST\nS: one\nS: .\nC: ..\nC: .\nS: 250 ok\n";
        let server = Script::parse(script).unwrap().serve_with(Delivery::OneByte);
        let options = trusting(server.authority().unwrap().ca_der());
        run(async {
            let mut line = LineStream::over(TcpStream::connect(server.addr())?)?;
            line.command("STARTTLS", ReplyStyle::Smtp)?;
            let mut line = line.upgrade_tls("localhost", &options)?;
            line.write_all(b"LIST\r\n")?;
            line.flush()?;
            let mut names = String::new();
            line.dot_reader().read_to_string(&mut names)?;
            assert_eq!(names, "one\r\n");
            let mut block = line.dot_writer();
            block.write_all(b".\n")?;
            block.finish()?;
            assert!(line.read_reply(ReplyStyle::Smtp)?.is_success());
            drop(line);
            Ok(())
        })
        .and_then(|()| Ok(server.finish()?))
    });
}

#[test]
fn values_made_outside_a_runtime_are_used_and_dropped_inside_and_the_other_way_round() {
    bounded(|| {
        let server = http::Server::new();
        let opener = Opener::new()?;
        let mut outside = opener.open(&server.url("/bytes/500000"))?;
        let mut inside = run(async {
            let mut first = [0; 10];
            outside.read_exact(&mut first).unwrap();
            drop(outside);
            opener.open(&server.url("/hello"))
        })?;
        assert_eq!(inside.text()?, "hello, world\n");
        run(async { drop((inside, opener)) });
        Ok(())
    });
}

#[test]
fn the_blocking_face_works_on_a_runtimes_blocking_thread() {
    bounded(|| {
        let server = http::Server::new();
        let url = server.url("/hello");
        let read = move || landline::open(&url)?.text();
        let text = run(async { tokio::task::spawn_blocking(read).await })??;
        assert_eq!(text, "hello, world\n");
        Ok(())
    });
}

#[test]
fn threads_share_one_client() {
    const THREADS: usize = 6;
    const REQUESTS: usize = 40;
    bounded(|| {
        let authority = Authority::new();
        let plain = http::Server::new();
        let secure = http::Server::tls(&authority.issue(&["127.0.0.1"]));
        let options = trusting(authority.ca_der());
        let client = Client::with_options(options, Default::default(), Default::default())?;
        let urls: Arc<[(String, usize)]> = Arc::new([
            (plain.url("/bytes/70000"), 70_000),
            (secure.url("/chunked/5000"), 5_000),
            (plain.url("/hello"), 13),
        ]);
        let ask = |first: usize| {
            let (client, urls) = (client.clone(), urls.clone());
            thread::spawn(move || {
                for number in first..first + REQUESTS {
                    let (url, length) = &urls[number % urls.len()];
                    let mut reply = client.get(url).send().unwrap();
                    let mut body = Vec::new();
                    reply.read_to_end(&mut body).unwrap();
                    assert_eq!(body.len(), *length);
                }
            })
        };
        let threads: Vec<_> = (0..THREADS).map(ask).collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        assert!(plain.connections() <= THREADS, "{}", plain.connections());
        assert!(secure.connections() <= THREADS, "{}", secure.connections());
        Ok(())
    });
}

#[test]
fn a_thread_that_waits_does_not_hold_up_another() {
    bounded(|| {
        let server = http::Server::new();
        let client = Client::new()?;
        let (slow, url) = (client.clone(), server.url("/slow"));
        let mut reply = slow.get(&url).send()?;
        let waiting = thread::spawn(move || reply.text().unwrap());
        for _ in 0..20 {
            assert_eq!(client.get(&server.url("/hello")).send()?.text()?, "hello, world\n");
        }
        server.release();
        assert_eq!(waiting.join().unwrap(), "first byte");
        Ok(())
    });
}

#[test]
fn a_scheme_may_call_another_opener_of_the_blocking_face() {
    bounded(|| {
        let server = http::Server::new();
        let (inner, url) = (Opener::new()?, server.url("/hello"));
        let opener = Opener::new()?.scheme("alias", move |visit| {
            let text = inner.open(&url).and_then(|mut document| document.text());
            let location = visit.location().clone();
            async { Ok(Parts::memory(location, Default::default(), text?.into_bytes())) }
        });
        assert_eq!(opener.open("alias:x")?.text()?, "hello, world\n");
        Ok(())
    });
}

#[test]
fn a_scheme_that_calls_its_own_opener_is_told_instead_of_waiting_for_ever() {
    bounded(|| {
        let server = http::Server::new();
        let opener = Opener::new()?;
        let (inner, url) = (opener.clone(), server.url("/hello"));
        let opener = opener.scheme("alias", move |visit| {
            let text = inner.open(&url).and_then(|mut document| document.text());
            let location = visit.location().clone();
            async { Ok(Parts::memory(location, Default::default(), text?.into_bytes())) }
        });
        let error = opener.open("alias:x").unwrap_err();
        assert_eq!(error.kind(), landline::ErrorKind::Usage);
        Ok(())
    });
}

#[test]
fn faces_are_send_and_most_are_sync() {
    fn send<T: Send>() {}
    fn sync<T: Sync>() {}
    send::<landline::Document>();
    send::<LineStream>();
    send::<Connection>();
    send::<landline::http::Reply>();
    send::<landline::aio::Document>();
    send::<landline::aio::LineStream>();
    sync::<Opener>();
    sync::<Client>();
    sync::<landline::aio::Opener>();
    sync::<landline::aio::http::Client>();
    sync::<landline::Error>();
}

/// A client kept in a static is used by one runtime after another, as in tests.
#[test]
fn a_connection_stays_with_the_runtime_that_made_it() {
    bounded(|| {
        let server = http::Server::new();
        let client = landline::aio::http::Client::new();
        for _ in 0..2 {
            run(async {
                let post = client.post(&server.url("/sink")).bytes("12345");
                assert_eq!(post.send().await?.text().await?, "5\n");
                Ok::<_, landline::Error>(())
            })?;
        }
        Ok(())
    });
}

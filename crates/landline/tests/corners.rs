//! Corners that are easily cut: zones of addresses, abstract sockets, files without a length, errors
//! behind `fill_buf`, secrets in `Debug`, clones, a blocking value inside its own work.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::{Arc, Mutex};

use landline::http::{RedirectPolicy, Upload};
use landline::{ErrorKind, Event, Headers, Limits, Observer, Parts, Timeouts};
use landline_testkit::tls::Authority;
use landline_testkit::{Server, http};
use support::{bounded, faces, trusting};

const LOOPBACK_6: ([u16; 8], u16) = ([0, 0, 0, 0, 0, 0, 0, 1], 0);

/// An observer that notes the addresses a host has.
fn addresses() -> (Observer, Arc<Mutex<Vec<String>>>) {
    let log = Arc::new(Mutex::new(Vec::new()));
    let writes = log.clone();
    let observer = Observer::new(move |event| {
        if let Event::Resolved { addresses, .. } = event {
            writes.lock().unwrap().extend(addresses.iter().map(ToString::to_string));
        }
    });
    (observer, log)
}

/// The bytes of `text` as `Debug` shows a list of them.
fn as_numbers(text: &str) -> String {
    let numbers: Vec<_> = text.bytes().map(|byte| byte.to_string()).collect();
    numbers.join(", ")
}

#[test]
fn a_body_read_through_the_client_that_sends_it_is_told_so() {
    bounded(|| {
        let server = http::Server::new();
        let client = landline::http::Client::new()?;
        let source = client.get(&server.url("/bytes/300000")).send()?;
        let upload = Upload::reader(source, None);
        let error = client.put(&server.url("/sink")).body(upload).send().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Upload, "{error:?}");
        assert!(error.chain().contains("inside its own work"), "{}", error.chain());
        let other = landline::http::Client::new()?;
        let source = client.get(&server.url("/bytes/300000")).send()?;
        let put = other.put(&server.url("/sink")).body(Upload::reader(source, None));
        assert_eq!(put.send()?.text()?, "300000\n");
        Ok(())
    });
}

#[test]
fn a_circle_of_schemes_is_told_instead_of_waiting_for_ever() {
    use landline::Opener;
    /// A scheme that opens `url` with another opener.
    fn leading(from: Opener, to: Opener, scheme: &str, url: &'static str) -> Opener {
        from.scheme(scheme, move |visit| {
            let text = to.open(url).and_then(|mut document| document.text());
            let location = visit.location().clone();
            async { Ok(Parts::memory(location, Headers::new(), text?.into_bytes())) }
        })
    }
    bounded(|| {
        let (first, second) = (Opener::new()?, Opener::new()?);
        let back = leading(second, first.clone(), "back", "data:,there");
        let error = leading(first, back, "there", "back:x").open("there:x").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        Ok(())
    });
}

faces! {
    fn i3_a_zone_is_no_part_of_a_name() {
        let authority = Authority::new();
        let identity = authority.issue(&["::1"]);
        let server = http::Server::on(Server::builder().bind(LOOPBACK_6).tls(&identity));
        let client =
            client_with(trusting(authority.ca_der()), Timeouts::default(), Limits::default());
        let url = format!("https://[::1%251]:{}/echo", server.port());
        let mut reply = w!(client.get(&url).send())?;
        assert!(w!(reply.text())?.contains(&format!("Host: [::1]:{}\r\n", server.port())));

        let server = http::Server::on(Server::builder().bind(LOOPBACK_6));
        let target = format!("[::1%1]:{}", server.port());
        let mut connection = w!(face::http::Connection::connect(&target))?;
        connection.put_request("GET", "/echo")?;
        w!(connection.end_headers())?;
        w!(connection.get_reply())?;
        let mut echo = String::new();
        w!(connection.body().read_to_string(&mut echo))?;
        assert!(echo.contains(&format!("Host: [::1]:{}\r\n", server.port())), "{echo}");
    }

    fn a_scheme_of_the_callers_own_is_dialled_with_its_zone() {
        let server = Server::builder().bind(LOOPBACK_6).start(|conn| conn.say("hello\r\n"));
        let (observer, log) = addresses();
        let opener = opener().observe(observer).scheme("daytime", |visit| async move {
            let line = visit.connect(13).await?;
            Ok(Parts::stream(visit.location().clone(), Headers::new(), line))
        });
        let url = format!("daytime://[::1%251]:{}/", server.port());
        assert_eq!(w!(w!(opener.open(&url))?.text())?, "hello\r\n");
        assert_eq!(*log.lock().unwrap(), [format!("[::1%1]:{}", server.port())]);
    }

    fn an_error_behind_fill_buf_is_the_error() {
        let chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\nzz\r\n";
        let server = Server::tcp(move |conn| {
            conn.read_head()?;
            conn.say(chunks)?;
            conn.stall()
        });
        let mut document = w!(face::open(&server.url("/")))?;
        let mut line = String::new();
        let error = w!(document.read_line(&mut line)).unwrap_err();
        assert_eq!(landline::Error::from(error).kind(), ErrorKind::Framing);
    }

    fn clones_of_an_opener_share_their_connections() {
        let server = http::Server::new();
        let first = opener();
        let second = first.clone();
        for opener in [first, second] {
            assert_eq!(w!(w!(opener.open(&server.url("/hello")))?.text())?, "hello, world\n");
        }
        assert_eq!(server.connections(), 1);
    }

    fn no_debug_shows_a_secret_even_as_numbers() {
        let server = Server::tcp(|conn| {
            conn.read_head()?;
            conn.say("HTTP/1.1 200 OK\r\nSet-Cookie: canary\r\nContent-Length: 9\r\n\r\ncanary")?;
            conn.stall()
        });
        let mut connection = w!(face::http::Connection::connect(&server.addr().to_string()))?;
        connection.put_request("GET", "/")?;
        connection.put_header("Authorization", "Bearer canary")?;
        w!(connection.end_headers())?;
        w!(connection.get_reply())?;
        let shown = format!("{connection:?}");
        assert!(!shown.contains("canary") && !shown.contains(&as_numbers("canary")));
    }

    fn a_client_has_rules_that_a_request_may_replace() {
        let server = http::Server::new();
        let mut policy = RedirectPolicy::default();
        policy.follow = false;
        let before = client();
        let client = before.redirects(policy).user_agent("me/1");
        let away = server.url(&format!("/redirect-to/302?{}", server.url("/echo")));
        assert_eq!(w!(client.get(&away).send())?.status(), 302);
        let followed = client.get(&away).redirects(RedirectPolicy::default());
        let echo = w!(w!(followed.send())?.text())?;
        assert!(echo.contains("User-Agent: me/1\r\n"), "{echo}");
        let unnamed = client.user_agent("");
        let echo = w!(w!(unnamed.get(&server.url("/echo")).send())?.text())?;
        assert!(!echo.contains("User-Agent"), "{echo}");
        assert_eq!(w!(before.get(&away).send())?.status(), 200);
    }

    fn a_page_read_in_secret_is_no_referer_in_the_clear() {
        let authority = Authority::new();
        let plain = http::Server::new();
        let secure = http::Server::tls(&authority.issue(&["127.0.0.1"]));
        let client =
            client_with(trusting(authority.ca_der()), Timeouts::default(), Limits::default());
        let mut policy = RedirectPolicy::default();
        policy.send_referer = true;
        for (from, to, told) in [(&secure, &plain, false), (&plain, &secure, true)] {
            let url = from.url(&format!("/redirect-to/302?{}", to.url("/echo")));
            let mut reply = w!(client.get(&url).redirects(policy.clone()).send())?;
            let echo = w!(reply.text())?;
            assert_eq!(echo.contains("Referer: "), told, "{echo}");
        }
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::{SocketAddr, UnixListener, UnixStream};

    use landline::net::{NetOptions, Peer, UnixName};

    use super::*;
    use crate::support::{ms, timeouts};

    fn abstract_name(of: &str) -> (String, SocketAddr) {
        let name = format!("landline-test-{of}-{}", std::process::id());
        let address = SocketAddr::from_abstract_name(&name).unwrap();
        (name, address)
    }

    fn reaching(name: String) -> NetOptions {
        let mut options = NetOptions::default();
        options.unix_socket = Some(UnixName::Abstract(name));
        options
    }

    faces! {
        fn an_abstract_socket_is_a_peer_with_a_name() {
            let (name, address) = abstract_name(&format!("peer-{}", module_path!().len()));
            let listener = UnixListener::bind_addr(&address)?;
            let server = std::thread::spawn(move || {
                let (mut conn, _) = listener.accept().unwrap();
                std::io::Write::write_all(&mut conn, b"HTTP/1.1 204 None\r\n\r\n").unwrap();
                std::io::Read::read(&mut conn, &mut [0; 1000]).unwrap();
            });
            let client = client_with(reaching(name.clone()), Timeouts::default(), Limits::default());
            let reply = w!(client.get("http://a.test/").send())?;
            assert_eq!(reply.peer(), &Peer::Unix(format!("@{name}")));
            server.join().unwrap();
        }

        fn a_unix_socket_with_a_full_queue_is_waited_for_up_to_the_deadline() {
            let (name, address) = abstract_name(&format!("full-{}", module_path!().len()));
            let listener = UnixListener::bind_addr(&address)?;
            let (tell, told) = std::sync::mpsc::channel();
            let filler = address.clone();
            std::thread::spawn(move || {
                // The last one waits for ever; the others fill the queue.
                let mut all = Vec::new();
                while let Ok(one) = UnixStream::connect_addr(&filler) {
                    all.push(one);
                    let _ = tell.send(all.len());
                }
            });
            while told.recv_timeout(std::time::Duration::from_millis(300)).is_ok() {}
            let limits = timeouts(|all| all.connect = ms(300));
            let client = client_with(reaching(name), limits, Limits::default());
            let error = w!(client.get("http://a.test/").send()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Timeout, "{}", error.chain());
            drop(listener);
        }

        fn files_that_the_kernel_makes_up_are_read_whole() {
            for path in ["/proc/self/limits", "/proc/sys/kernel/ostype", "/sys/kernel/mm/transparent_hugepage/enabled"] {
                let Ok(there) = std::fs::read(path) else { continue };
                let mut document = w!(face::open(&format!("file://{path}")))?;
                let announced = document.announced_len();
                assert!(announced.is_none_or(|len| len == there.len() as u64), "{path}: {announced:?}");
                assert_eq!(w!(document.read_to_vec())?, there, "{path}");
            }
        }
    }
}

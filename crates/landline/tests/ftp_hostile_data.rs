//! FTP servers that misbehave around the data: connections that do not come about, transfers that
//! stop half way, lists and numbers beyond all measure, waits without end.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::io;
use std::net::TcpListener;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use landline::ftp::{Account, ActiveAddress, DataMode, Options, Security};
use landline::net::TlsVersion;
use landline::{ByteRange, ErrorKind, Event, Login, Observer, StoreMode, Timeouts, Upload};
use landline_testkit::ftp::{Answer, Builder, End, Server, Wait};
use landline_testkit::tls::Authority;
use landline_testkit::{Blackhole, ClosedPort};
use support::{bounded, faces, ms, run, timeouts, trusting};

fn with(change: impl FnOnce(&mut Options)) -> Options {
    let mut options = Options::default();
    change(&mut options);
    options
}

fn active() -> Options {
    with(|all| all.mode = DataMode::Active(ActiveAddress::default()))
}

fn required() -> Options {
    with(|all| all.security = Security::Required)
}

fn hello() -> Builder {
    Server::builder().file("/f", "hello").pattern("/big", 1 << 30)
}

fn raw(text: &str) -> Answer {
    Answer::raw(text.replace('|', "\r\n"))
}

/// Answers `EPSV` and `PASV` with a port of somebody else's.
fn leading_to(port: u16) -> Builder {
    let (high, low) = (port >> 8, port & 0xff);
    hello()
        .answer("EPSV", format!("229 There (|||{port}|)"))
        .answer("PASV", format!("227 There (127,0,0,1,{high},{low})"))
}

fn impatient() -> Timeouts {
    timeouts(|all| {
        (all.connect, all.first_byte) = (ms(150), ms(150));
        (all.idle_read, all.idle_write) = (ms(150), ms(150));
    })
}

/// Servers that fall silent, each in another phase.
fn silent() -> Vec<(&'static str, Builder)> {
    vec![
        ("greeting", hello().greeting(Answer::nothing())),
        ("half a greeting", hello().greeting(Answer::raw("220-hello\r\n220"))),
        ("USER", hello().answer("USER", Answer::nothing())),
        ("PWD", hello().answer("PWD", Answer::nothing())),
        ("EPSV", hello().answer("EPSV", Answer::nothing())),
        ("PASV", hello().without("EPSV").answer("PASV", Answer::nothing())),
        ("SIZE", hello().answer("SIZE", Answer::nothing())),
        ("RETR", hello().answer("RETR", Answer::nothing())),
        ("the data connection", leading_to(1).answer("RETR", "150 Well")),
        ("the data", hello().pause_data_after(2, Wait::Release)),
        ("the end of the data", hello().end_data_after(5, End::Stall)),
        ("226", hello().final_reply(Answer::nothing())),
    ]
}

#[test]
fn a_source_that_stalls_is_bounded_by_the_total_and_by_the_servers_refusal() {
    bounded(|| {
        run(async {
            for (refusal, kind) in
                [(Answer::nothing(), ErrorKind::Timeout), ("552 Full.".into(), ErrorKind::Refused)]
            {
                let waits = timeouts(|all| all.total = ms(500));
                let opener = landline::aio::Opener::new().timeouts(waits);
                let (mut far, near) = tokio::io::duplex(100);
                tokio::io::AsyncWriteExt::write_all(&mut far, b"beginning").await?;
                let opens = Answer::raw([b"150 Go.\r\n", &refusal_text(&refusal)[..]].concat());
                let server = hello().answer("STOR", opens).start();
                let upload = Upload::stream(near, None);
                let stored = opener.store(&server.url("/new"), upload, StoreMode::Replace).await;
                assert_eq!(stored.unwrap_err().kind(), kind);
                drop(far);
            }
            Ok(())
        })
    });
}

fn refusal_text(answer: &Answer) -> Vec<u8> {
    if *answer == Answer::nothing() { Vec::new() } else { b"552 Full.\r\n".to_vec() }
}

/// A source that gives something and then fails.
struct Failing(usize);

impl io::Read for Failing {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(io::Error::other("the tape is torn"));
        }
        let count = into.len().min(self.0);
        into[..count].fill(b'x');
        self.0 -= count;
        Ok(count)
    }
}

faces! {
    async fn read(opener: &face::Opener, url: String) -> landline::Result<String> {
        w!(w!(opener.open(&url))?.text())
    }

    async fn put(
        opener: &face::Opener,
        server: &Server,
        path: &str,
        upload: Upload
    ) -> landline::Result<()> {
        w!(opener.store(&server.url(path), upload, StoreMode::Replace)).map(drop)
    }

    fn a_read_into_nothing_is_not_the_end() {
        let server = hello().without_sizes().start();
        for options in [Options::default(), with(|all| all.ascii = true)] {
            let mut document = w!(opener().ftp(options).open(&server.url("/f")))?;
            assert_eq!(w!(document.read(&mut []))?, 0);
            assert_eq!(w!(document.text())?, "hello");
        }
        let mut connection = w!(face::ftp::Connection::connect(&server.addr().to_string()))?;
        w!(connection.login(None))?;
        let (mut reader, mut all) = (w!(connection.retrieve("f", 0))?, String::new());
        assert_eq!(w!(reader.read(&mut []))?, 0);
        w!(reader.read_to_string(&mut all))?;
        assert_eq!(all, "hello");
    }

    fn every_silence_ends_at_each_deadline() {
        for (phase, builder) in silent() {
            for total in [false, true] {
                let server = builder.clone().start();
                let waits = if total { timeouts(|all| all.total = ms(150)) } else { impatient() };
                let began = Instant::now();
                let error = w!(read(&opener().timeouts(waits), server.url("/f"))).unwrap_err();
                if phase != "the data connection" {
                    assert_eq!(error.kind(), ErrorKind::Timeout, "{phase}: {error}");
                }
                assert!(began.elapsed() < Duration::from_secs(3), "{phase}");
            }
        }
    }

    fn every_silence_of_a_tls_server_ends_in_time() {
        let authority = Authority::new();
        let tls = || hello().tls(&authority.issue(&["127.0.0.1"]));
        for (phase, builder) in [
            ("AUTH", tls().answer("AUTH", Answer::nothing())),
            ("handshake", hello().answer("AUTH", Answer::from("234 Go on.").then(End::Stall))),
            ("PROT", tls().answer("PROT", Answer::nothing())),
            ("handshake for data", tls().answer("PROT", "200 Yes.").accept_late(Wait::Release)),
            ("data", tls().pause_data_after(2, Wait::Release)),
            ("226", tls().final_reply(Answer::nothing())),
        ] {
            for total in [false, true] {
                let server = builder.clone().start();
                let waits = if total { timeouts(|all| all.total = ms(300)) } else { impatient() };
                let opener = opener().timeouts(waits).net(trusting(authority.ca_der()));
                let error = w!(read(&opener.ftp(required()), server.url("/f"))).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Timeout, "{phase}: {error}");
            }
        }
    }

    fn taking_leave_takes_a_second_at_most() {
        let server = hello().answer("QUIT", Answer::nothing()).start();
        let opener = opener();
        w!(read(&opener, server.url("/f")))?;
        let began = Instant::now();
        w!(opener.quit());
        assert!(began.elapsed() < Duration::from_secs(5));
    }

    fn a_data_port_that_leads_nowhere_is_told_and_the_next_file_is_right() {
        let (closed, hole) = (ClosedPort::new(), Blackhole::new());
        for (port, kind) in [
            (closed.addr().port(), ErrorKind::Connect),
            (hole.addr().port(), ErrorKind::Timeout),
        ] {
            let server = leading_to(port).start();
            let opener = opener().timeouts(impatient());
            assert_eq!(w!(read(&opener, server.url("/f"))).unwrap_err().kind(), kind);
            let error = w!(put(&opener, &server, "/new", Upload::bytes(*b"x"))).unwrap_err();
            assert_eq!(error.kind(), kind);
            assert!(!server.exists("/new"));
        }
    }

    fn a_data_port_that_closes_at_once_gives_no_file() {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let server = leading_to(listener.local_addr()?.port());
        let server = server.without_sizes().answer("RETR", raw("150 a|426 b|")).start();
        std::thread::spawn(move || while listener.accept().is_ok() {});
        let error = w!(read(&opener(), server.url("/f"))).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Truncated | ErrorKind::Io), "{error:?}");
    }

    fn a_server_that_does_not_connect_to_us_is_told_in_time() {
        for (replies, kind) in [
            ("150 a|", ErrorKind::Timeout),
            ("150 a|226 b|", ErrorKind::Timeout),
            ("150 a|150 b|425 c|", ErrorKind::Connect),
            ("150 a|421 b|", ErrorKind::Connect),
            ("226 a|", ErrorKind::Protocol),
        ] {
            let server = hello().answer_nth("RETR", 1, raw(replies)).start();
            let opener = opener().ftp(active());
            let hasty = opener.clone().timeouts(timeouts(|all| all.connect = ms(200)));
            let error = w!(read(&hasty, server.url("/f"))).unwrap_err();
            assert_eq!(error.kind(), kind, "{replies}");
        }
        let dies = hello().answer("RETR", Answer::from("150 a").then(End::Fin)).start();
        let error = w!(read(&opener().ftp(active()), dies.url("/f"))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
    }

    fn data_in_the_clear_is_no_protected_data() {
        let authority = Authority::new();
        let server = hello().tls(&authority.issue(&["127.0.0.1"])).answer("PROT", "200 Yes.");
        let server = server.start();
        let opener = opener().net(trusting(authority.ca_der())).ftp(required());
        for _ in 0..2 {
            let error = w!(read(&opener, server.url("/f"))).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Tls, "{error}");
        }
    }

    fn e5_a_missing_close_notify_counts_only_where_the_length_is_right() {
        let authority = Authority::new();
        let identity = authority.issue(&["127.0.0.1"]);
        for (bytes, has_size, is_good) in [(5, true, true), (5, false, false), (3, true, false)] {
            let builder = hello().tls(&identity).end_data_after(bytes, End::Cut);
            let builder = builder.final_reply("226 Done.");
            let server = if has_size { builder } else { builder.without_sizes() }.start();
            let opener = opener().net(trusting(authority.ca_der())).ftp(required());
            let got = w!(read(&opener, server.url("/f")));
            assert_eq!(got.is_ok(), is_good, "{bytes} {has_size}: {got:?}");
        }
    }

    fn sessions_are_resumed_up_and_down_under_every_version() {
        let authority = Authority::new();
        let identity = authority.issue(&["127.0.0.1"]);
        for version in [TlsVersion::V1_2, TlsVersion::V1_3] {
            let server = hello().tls(&identity).demand_tls();
            // The server cannot tell whose session it is that was resumed under TLS 1.2.
            let is_new = version == TlsVersion::V1_3;
            let server = if is_new { server.demand_resumption() } else { server }.start();
            let mut net = trusting(authority.ca_der());
            (net.tls.min_version, net.tls.max_version) = (Some(version), Some(version));
            let opener = opener().net(net).ftp(required());
            for turn in 0..20 {
                let path = format!("/new{}", turn % 3);
                match turn % 5 {
                    0 | 3 => w!(put(&opener, &server, &path, Upload::bytes(*b"up")))?,
                    4 => assert!(!w!(read(&opener, server.url("/")))?.is_empty()),
                    _ => assert_eq!(w!(read(&opener, server.url("/f")))?, "hello"),
                }
            }
            assert_eq!(server.connections(), 1, "{version:?}");
            assert!(server.data_connections().iter().all(|one| one.is_resumed), "{version:?}");
        }
    }

    fn an_upload_that_is_refused_half_way_ends_at_once() {
        let server = hello().answer("STOR", raw("150 a|552 Full.|")).start();
        let endless = Upload::reader(io::repeat(b'x'), None);
        let error = w!(put(&opener(), &server, "/new", endless)).unwrap_err();
        assert_eq!((error.kind(), error.status()), (ErrorKind::Refused, Some(552)));
        let mut connection = w!(face::ftp::Connection::connect(&server.addr().to_string()))?;
        w!(connection.login(None))?;
        let mut writer = w!(connection.store("new", 0))?;
        let piece = vec![0; 1 << 20];
        let failed = loop {
            if let Err(error) = w!(writer.write_all(&piece)) {
                break landline::Error::from(error);
            }
        };
        assert_eq!((failed.kind(), failed.status()), (ErrorKind::Refused, Some(552)));
        drop(writer);
        assert_eq!(w!(connection.pwd())?, "/");
    }

    fn an_upload_that_is_not_taken_ends_at_the_deadline() {
        let server = hello().answer("STOR", raw("150 a|")).start();
        let waits = timeouts(|all| all.idle_write = ms(200));
        let endless = Upload::reader(io::repeat(b'x'), None);
        let error = w!(put(&opener().timeouts(waits), &server, "/new", endless)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
    }

    fn an_upload_whose_source_fails_is_broken_off_not_ended() {
        for failing in [
            Upload::reader(Failing(300_000), None),
            Upload::reader(Failing(300_000), Some(600_000)),
            Upload::reader(&b"short"[..], Some(6)),
        ] {
            let listener = TcpListener::bind("127.0.0.1:0")?;
            let server = leading_to(listener.local_addr()?.port()).answer("STOR", raw("150 a|"));
            let server = server.start();
            let (tell, told) = channel();
            std::thread::spawn(move || {
                let end = listener.accept().and_then(|(mut data, _)| io::copy(&mut data, &mut io::sink()));
                let _ = tell.send(end);
            });
            let error = w!(put(&opener(), &server, "/new", failing)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Upload, "{error}");
            let end = told.recv_timeout(Duration::from_secs(5))?;
            assert_eq!(end.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
        }
    }

    fn uploads_of_every_length_arrive_whole() {
        let server = Server::new();
        let opener = opener();
        w!(put(&opener, &server, "/empty", Upload::bytes(*b"")))?;
        assert_eq!(server.read("/empty").as_deref(), Some(&b""[..]));
        w!(put(&opener, &server, "/longer", Upload::reader(&b"longer"[..], Some(4))))?;
        assert_eq!(server.read("/longer").as_deref(), Some(&b"long"[..]));
        let text = with(|all| all.ascii = true);
        for border in [65_534, 65_535, 65_536] {
            let lines = ["x".repeat(border), "y".to_owned(), "z".repeat(border), String::new()];
            for end in ["\n", "\r\n"] {
                let sent = lines.join(end).into_bytes();
                let as_text = opener.clone().ftp(text.clone());
                w!(put(&as_text, &server, "/text", Upload::bytes(sent)))?;
                let kept = server.read("/text").unwrap();
                assert!(kept == lines.join("\n").as_bytes(), "{border} {end:?}");
                assert!(w!(read(&as_text, server.url("/text")))? == lines.join("\n"));
            }
        }
    }

    fn f5_sizes_and_ranges_beyond_all_measure_do_no_harm() {
        let (top, half) = (u64::MAX, 1 << 63);
        for size in [top, half, half - 1, 6] {
            let server = hello().announce("/f", size).start();
            let mut document = w!(opener().open(&server.url("/f")))?;
            assert_eq!(document.announced_len(), Some(size));
            assert_eq!(w!(document.text()).unwrap_err().kind(), ErrorKind::Truncated);
        }
        let (known, unknown) = (hello().start(), hello().without_sizes().start());
        for (range, has_size, expected) in [
            (ByteRange::Between(0, top), true, Some("hello")),
            (ByteRange::Between(0, top), false, Some("hello")),
            (ByteRange::Between(4, top), true, Some("o")),
            (ByteRange::Between(4, 4), false, Some("o")),
            (ByteRange::Between(0, 4), true, Some("hello")),
            (ByteRange::From(5), true, Some("")),
            (ByteRange::Last(top), true, Some("hello")),
            (ByteRange::From(top), true, None),
            (ByteRange::From(half), true, None),
            (ByteRange::From(6), false, None),
            (ByteRange::Last(0), true, None),
            (ByteRange::Between(4, 2), true, None),
            (ByteRange::Between(4, 2), false, None),
            (ByteRange::Between(top, top), false, None),
        ] {
            let server = if has_size { &known } else { &unknown };
            let got = w!(read(&opener().range(range), server.url("/f")));
            assert_eq!(got.as_deref().ok(), expected, "{range:?} {has_size}: {got:?}");
        }
        let part = opener().range(ByteRange::Between(0, top));
        assert_eq!(w!(part.open(&unknown.url("/f")))?.announced_len(), None);
    }

    fn k3_lists_without_end_end_at_a_limit() {
        for list in ["x".repeat(1 << 20), "nonsense\r\n".to_owned()] {
            let server = Server::builder().listing("/d", list).endless_list().without("MLSD");
            let server = server.start();
            let listing = w!(ftp_client().entries(&server.url("/d/")))?;
            let kind = w!(all_entries(listing)).0.unwrap_err().kind();
            assert_eq!(kind, ErrorKind::Limit);
        }
        let server = hello().endless_list().start();
        let mut limits = landline::Limits::default();
        limits.document_bytes = 1 << 20;
        let error = w!(read(&opener().limits(limits), server.url("/"))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit);
    }

    fn nothing_secret_is_told() {
        let builder = hello().login("me", "pass%word").no_anonymous().account("vault");
        let servers = [builder.clone(), builder.answer("ACCT", "530 No.")];
        for server in servers.map(Builder::start) {
            let told = Arc::new(Mutex::new(String::new()));
            let ear = Arc::clone(&told);
            let observer = Observer::new(move |event: &Event<'_>| {
                if let Event::LineSent(line) = event {
                    ear.lock().unwrap().push_str(&String::from_utf8_lossy(line));
                }
                ear.lock().unwrap().push_str(&format!("{event:?}\n"));
            });
            let options = with(|all| all.account = Some(Account::new("vault")));
            let opener = opener().observe(observer).ftp(options).login(Login::new("me", "pass%word"));
            let mut all = match w!(opener.open(&server.url("/f"))) {
                Ok(mut document) => format!("{document:?}{}", w!(document.text())?),
                Err(error) => format!("{error} {error:?} {}", error.chain()),
            };
            all.push_str(&format!("{opener:?}{}", told.lock().unwrap()));
            assert!(all.contains("[masked]"), "{all}");
            for secret in ["pass%word", "vault"] {
                assert!(!all.contains(secret), "{all}");
            }
        }
    }

    fn a_document_ends_at_its_limit_and_may_be_dropped_half_read() {
        let server = hello().start();
        let mut limits = landline::Limits::default();
        limits.document_bytes = 1 << 20;
        let opener = opener().limits(limits);
        let error = w!(read(&opener, server.url("/big"))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit);
        let mut document = w!(opener.open(&server.url("/big")))?;
        w!(document.read_exact(&mut [0; 10]))?;
        drop(document);
        assert_eq!(w!(read(&opener, server.url("/f")))?, "hello");
    }
}

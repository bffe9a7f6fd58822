//! HTTP/3 with servers that break its rules, or flood: each ends with an error that says so, and what a
//! server has not processed is asked for once more.
#![cfg(feature = "http3")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/quic.rs"]
mod quic;
mod support;

use std::net::UdpSocket;
use std::sync::mpsc::{TryRecvError, channel};
use std::time::{Duration, Instant};

use landline::http::{HttpVersion, Upload};
use landline::net::NetOptions;
use landline::wire::http3::{code, frame, framed};
use landline::{ErrorKind, Limits, Phase, Timeouts};
use landline_testkit::http::pattern;
use landline_testkit::tls::Authority;
use quic::{Script, Server, Then, data, head, hello_control};
use support::{faces, facts, ms, timeouts, trusting};

const ONLY: HttpVersion = HttpVersion::Http3Only;
const OK: &[(&str, &str)] = &[(":status", "200")];

fn sized(length: &str, body: &[u8]) -> Vec<u8> {
    [head(&[(":status", "200"), ("content-length", length)]), data(body)].concat()
}

/// Carries datagrams between one client and the server at this port, and sends the client so many that bring
/// nothing beside each: empty ones, noise, ones that were changed on the way, and each one twice.
fn noisy_way_to(port: u16) -> u16 {
    let near = UdpSocket::bind(("127.0.0.1", 0)).expect("a port");
    let far = UdpSocket::bind(("127.0.0.1", 0)).expect("a port");
    far.connect(("127.0.0.1", port)).expect("connected");
    let here = near.local_addr().expect("bound").port();
    std::thread::spawn(move || {
        let mut bytes = [0; 65_536];
        let (mut len, client) = near.recv_from(&mut bytes).expect("a client");
        near.connect(client).expect("connected");
        let (back, from_far) =
            (near.try_clone().expect("a copy"), far.try_clone().expect("a copy"));
        std::thread::spawn(move || while make_noise(&from_far, &back).is_ok() {});
        while far.send(&bytes[..len]).is_ok() {
            match near.recv(&mut bytes) {
                Ok(count) => len = count,
                Err(_) => break,
            }
        }
    });
    here
}

fn make_noise(from: &UdpSocket, to: &UdpSocket) -> std::io::Result<()> {
    let mut bytes = [0; 65_536];
    let len = from.recv(&mut bytes)?;
    let mut changed = bytes[..len].to_vec();
    changed[len / 2] ^= 1;
    for junk in [&[][..], &[0; 20], &[0xff; 1200], &changed, &bytes[..len.min(21)]] {
        (0..20).try_for_each(|_| to.send(junk).map(drop))?;
    }
    (0..2).try_for_each(|_| to.send(&bytes[..len]).map(drop))
}

faces! {
    /// What comes of one request to a server that says this: the error, of the head or of the body.
    async fn error_of(script: Script) -> landline::Error {
        let authority = Authority::new();
        let server = Server::scripted(&authority.issue(&["127.0.0.1"]), script);
        let short = timeouts(|it| it.total = ms(15_000));
        let client = client_with(trusting(authority.ca_der()), short, Limits::default());
        let request = client.post(&server.url("/")).version(ONLY).bytes("x");
        match w!(request.send()) {
            Err(error) => error,
            Ok(mut reply) => w!(reply.read_to_vec()).unwrap_err(),
        }
    }

    fn g1_a_body_that_is_not_all_there_is_an_error() {
        let reply = sized("10", b"hello");
        let cases = [
            (Script { reply: reply.clone(), ..Script::default() }, ErrorKind::Truncated),
            (Script { reply: sized("3", b"hello"), ..Script::default() }, ErrorKind::Protocol),
            (Script { reply: sized("0", b"hello"), ..Script::default() }, ErrorKind::Protocol),
            // Cut inside of a frame.
            (
                Script { reply: [head(OK), data(b"hello")[..4].to_vec()].concat(), ..Script::default() },
                ErrorKind::Truncated,
            ),
            (
                Script {
                    reply: [head(OK), data(b"hello")].concat(),
                    then: Then::Reset(code::H3_INTERNAL_ERROR),
                    ..Script::default()
                },
                ErrorKind::Http3,
            ),
            (
                Script {
                    reply: [head(OK), data(b"hello")].concat(),
                    then: Then::Close(code::H3_NO_ERROR, ""),
                    ..Script::default()
                },
                ErrorKind::Truncated,
            ),
        ];
        for (script, kind) in cases {
            let shown = format!("{script:?}");
            let error = w!(error_of(script));
            assert_eq!(error.kind(), kind, "{error} {shown}");
            // A reset may overtake what was said before it.
            let is_reset = kind == ErrorKind::Http3;
            assert!(is_reset || error.phase() == Phase::ReadingBody, "{error} {shown}");
        }
    }

    fn a_connection_that_is_closed_says_why_in_words() {
        let closing = |code, words| Script { then: Then::Close(code, words), ..Script::default() };
        let error = w!(error_of(closing(code::H3_EXCESSIVE_LOAD, "go\x1baway")));
        assert_eq!(facts(&error), (ErrorKind::Http3, Phase::AwaitingReply));
        let text = error.to_string();
        assert!(text.contains("H3_EXCESSIVE_LOAD") && text.contains("go\\x1b"), "{text}");
        let error = w!(error_of(closing(code::H3_NO_ERROR, "")));
        assert_eq!(error.kind(), ErrorKind::EmptyReply);
        let resetting = Script { then: Then::Reset(0x1234), ..Script::default() };
        let error = w!(error_of(resetting));
        assert!(error.to_string().contains("0x1234"), "{error}");
    }

    fn e6_replies_that_cannot_be_are_errors() {
        for (reply, words) in [
            (data(b"hello"), "in front of its head"),
            (Vec::new(), "without a reply"),
            (head(&[("server", "x")]), "begin with a status"),
            (head(&[(":status", "200"), ("transfer-encoding", "chunked")]), "as HTTP/1 has it"),
            (head(&[(":status", "200"), ("a b", "x")]), "a byte that none may"),
            (head(&[(":status", "101")]), "switches protocols"),
            (framed(frame::HEADERS, b"\0\0\x80"), "decompressed"),
            (framed(frame::HEADERS, &[0; 2]), "begin with a status"),
            (head(OK)[..4].to_vec(), "inside of a frame"),
            (framed(frame::SETTINGS, b""), "may not come"),
            (framed(0x02, b""), "may not come"),
            (framed(frame::PUSH_PROMISE, b"\0\0\0"), "pushes"),
            ([head(OK), head(&[("a", "b")]), data(b"x")].concat(), "may not come"),
            ([head(OK), head(&[("a", "b")]), head(&[("a", "b")])].concat(), "may not come"),
            ([head(OK), head(&[(":status", "200")])].concat(), "where none may"),
        ] {
            let error = w!(error_of(Script { reply: reply.clone(), ..Script::default() }));
            assert!(error.to_string().contains(words), "{error} {reply:x?}");
            assert!(matches!(error.kind(), ErrorKind::Http3 | ErrorKind::Protocol), "{error}");
        }
    }

    fn e6_control_streams_that_cannot_be_end_the_connection() {
        let said = |frames: &[u8]| [b"\0", frames].concat();
        let settings = framed(frame::SETTINGS, b"");
        for (control, words) in [
            (said(&framed(0x21, b"grease")), "no settings"),
            (said(&[settings.clone(), settings.clone()].concat()), "may not come"),
            (said(&framed(frame::SETTINGS, b"\x06\x01\x06\x01")), "settings that may not be"),
            (said(&framed(frame::SETTINGS, b"\x02\x01")), "settings that may not be"),
            (said(&[settings.clone(), data(b"x")].concat()), "may not come"),
            (said(&[settings.clone(), framed(frame::GOAWAY, b"\x01")].concat()), "may not be"),
            (b"\x01\0".to_vec(), "nobody asked for"),
            (said(&framed(frame::SETTINGS, &[0; 20_000])), "immoderate"),
        ] {
            let error = w!(error_of(Script { control: control.clone(), then: Then::Hang, ..Script::default() }));
            assert_eq!(error.kind(), ErrorKind::Http3, "{error} {control:x?}");
            assert!(error.to_string().contains(words), "{error} {control:x?}");
        }
    }

    fn h1_floods_end() {
        let grease = framed(0x21, b"");
        let cases = [
            (Script { then: Then::Repeat(grease.clone()), ..Script::default() }, "brings nothing"),
            (
                Script { reply: head(OK), then: Then::Repeat(data(b"")), ..Script::default() },
                "brings nothing",
            ),
            (
                Script { then: Then::Repeat(head(&[(":status", "103")])), ..Script::default() },
                "interim replies",
            ),
            (
                Script { control_again: grease, then: Then::Hang, ..Script::default() },
                "brings nothing",
            ),
            (
                Script { streams: vec![vec![0x21]; 101], then: Then::Hang, ..Script::default() },
                "stream after stream",
            ),
        ];
        for (script, words) in cases {
            let error = w!(error_of(script));
            assert!(error.to_string().contains(words), "{error}");
            assert!(matches!(error.kind(), ErrorKind::Http3 | ErrorKind::Limit), "{error}");
        }
    }

    fn h1_heads_beyond_the_limits_are_refused_before_they_are_there() {
        // A head of 100 MB is announced, and one of many short lines is sent.
        let mut large = Vec::new();
        landline::wire::http3::FrameHead { kind: frame::HEADERS, len: 100_000_000 }.write(&mut large);
        let many: Vec<_> = [(":status", "200")].into_iter().chain([("a", "b"); 6000]).collect();
        for reply in [large, head(&many)] {
            let error = w!(error_of(Script { reply, then: Then::Hang, ..Script::default() }));
            assert_eq!(facts(&error), (ErrorKind::Limit, Phase::AwaitingReply), "{error}");
        }
    }

    fn h3_datagrams_that_bring_nothing_do_not_stop_a_reply() {
        let authority = Authority::new();
        let server = Server::new(&authority.issue(&["127.0.0.1"]));
        let short = timeouts(|it| it.total = ms(15_000));
        let client = client_with(trusting(authority.ca_der()), short, Limits::default());
        let url = format!("https://127.0.0.1:{}/pattern/300000", noisy_way_to(server.port()));
        let mut reply = w!(client.get(&url).version(ONLY).send())?;
        assert!(w!(reply.read_to_vec())? == pattern(0, 300_000), "changed on the way");
    }

    fn h3_a_flood_of_datagrams_does_not_outlast_the_deadline() {
        let noise = UdpSocket::bind(("127.0.0.1", 0)).unwrap();
        let url = format!("https://127.0.0.1:{}/", noise.local_addr().unwrap().port());
        let (stop, stopped) = channel::<()>();
        let flood = std::thread::spawn(move || {
            let (_, client) = noise.recv_from(&mut [0; 2000]).unwrap();
            while let Err(TryRecvError::Empty) = stopped.try_recv() {
                // A client that has gone refuses them.
                let _ = noise.send_to(&[], client).and(noise.send_to(&[0xc0; 1200], client));
            }
        });
        let short = timeouts(|it| it.connect = ms(500));
        let client = client_with(NetOptions::default(), short, Limits::default());
        let begun = Instant::now();
        let error = w!(client.get(&url).version(ONLY).send()).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Timeout, Phase::Connecting), "{error}");
        assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
        drop(stop);
        flood.join().unwrap();
    }

    fn what_was_not_processed_is_asked_for_again() {
        let goaway = [hello_control(), framed(frame::GOAWAY, b"\0")].concat();
        let refusing =
            Script { then: Then::Reset(code::H3_REQUEST_REJECTED), times: 1, ..Script::default() };
        let leaving = Script { control: goaway, then: Then::Hang, times: 1, ..Script::default() };
        let authority = Authority::new();
        let identity = authority.issue(&["127.0.0.1"]);
        let server = Server::scripted(&identity, refusing);
        let client = client_with(trusting(authority.ca_der()), Timeouts::default(), Limits::default());
        // A POST too: nothing was done with it.
        let request = client.post(&server.url("/sink")).version(ONLY).bytes("four");
        assert_eq!(w!(w!(request.send())?.text())?, "4");
        assert_eq!(server.requests(), 2);
        let upload = Upload::reader(std::io::Cursor::new(b"once".to_vec()), None);
        let server = Server::scripted(&identity, leaving);
        let request = client.post(&server.url("/sink")).version(ONLY).body(upload);
        let error = w!(request.send()).unwrap_err();
        assert!(error.to_string().contains("GOAWAY"), "{error}");
    }

    fn a_kept_connection_that_was_closed_is_replaced() {
        let authority = Authority::new();
        let script = Script {
            reply: sized("5", b"hello"),
            then: Then::Close(code::H3_NO_ERROR, ""),
            times: 1,
            is_early: true,
            ..Script::default()
        };
        let server = Server::scripted(&authority.issue(&["127.0.0.1"]), script);
        let client = client_with(trusting(authority.ca_der()), Timeouts::default(), Limits::default());
        let mut reply = w!(client.get(&server.url("/hello")).version(ONLY).send())?;
        // All that was announced came, but nobody said that it was all.
        let _ = w!(reply.read_to_vec());
        drop(reply);
        assert_eq!(w!(w!(client.get(&server.url("/hello")).version(ONLY).send())?.text())?, "hello");
        assert_eq!(server.connections(), 2);
    }
}

//! HTTP/2 with servers that break its rules, or flood: each ends with an error that says so, and what
//! a server has not processed is asked for once more.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::io;

use landline::http::{HttpVersion, Upload};
use landline::{ErrorKind, Phase};
use landline_testkit::http2::{frame, greet, headers, next_request, settings};
use landline_testkit::{Conn, Server};
use support::{faces, facts, ms, timeouts};

const KNOWN: HttpVersion = HttpVersion::Http2PriorKnowledge;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const PUSH_PROMISE: u8 = 5;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
const REFUSED_STREAM: u8 = 7;
const CANCEL: u8 = 8;

const OK: &[(&str, &str)] = &[(":status", "200")];

/// A server that greets, reads a request and says these bytes, with 1 for the stream.
fn saying(bytes: impl Into<Vec<u8>>) -> Server {
    let bytes = bytes.into();
    Server::tcp(move |conn| {
        greet(conn, &[])?;
        next_request(conn)?;
        conn.say(&bytes)?;
        conn.read_to_close().map(drop)
    })
}

/// A server that says `begin` and then `again` and `again`, until nobody listens.
fn flooding(begin: Vec<u8>, again: Vec<u8>) -> Server {
    Server::tcp(move |conn| {
        greet(conn, &[])?;
        next_request(conn)?;
        conn.say(&begin)?;
        let many = again.repeat(100);
        while conn.say(&many).is_ok() {}
        Ok(())
    })
}

fn goaway(last: u8, code: u8) -> Vec<u8> {
    frame(GOAWAY, 0, 0, [0, 0, 0, last, 0, 0, 0, code])
}

fn hello(conn: &mut Conn, stream: u32) -> io::Result<()> {
    conn.say([headers(0, stream, OK), frame(DATA, END_STREAM, stream, "hello")].concat())
}

/// A block that fills the table with 3,900 bytes and refers to them 16,000 times.
fn bomb() -> Vec<u8> {
    let mut block = vec![0x88, 0x40, 1, b'a', 0x7f, 0xbd, 0x1d];
    block.extend_from_slice(&[b'b'; 3900]);
    block.extend_from_slice(&[0xbe; 12_000]);
    frame(HEADERS, END_HEADERS | END_STREAM, 1, block)
}

faces! {
    async fn fetch(server: &Server) -> landline::Result<String> {
        let request = client().get(&server.url("/")).version(KNOWN);
        w!(w!(request.send())?.text())
    }

    fn h1_floods_of_frames_that_bring_nothing_end() {
        let open = || headers(0, 1, OK);
        let empty_block = || frame(HEADERS, 0, 1, [0x88]);
        let interim = || headers(0, 1, &[(":status", "103")]);
        for (name, server, kinds) in [
            ("PING", flooding(open(), frame(PING, 0, 0, [0; 8])), &[ErrorKind::Http2][..]),
            ("PING ACK", flooding(open(), frame(PING, 1, 0, [0; 8])), &[ErrorKind::Http2]),
            ("SETTINGS", flooding(open(), settings(&[])), &[ErrorKind::Http2]),
            ("SETTINGS before the reply", flooding(vec![], settings(&[])), &[ErrorKind::Http2]),
            ("empty DATA", flooding(open(), frame(DATA, 0, 1, "")), &[ErrorKind::Http2]),
            ("padding", flooding(open(), frame(DATA, 8, 1, [0])), &[ErrorKind::Http2]),
            ("CONTINUATION", flooding(empty_block(), frame(CONTINUATION, 0, 1, "")), &[ErrorKind::Http2]),
            ("WINDOW_UPDATE", flooding(open(), frame(WINDOW_UPDATE, 0, 0, [0, 0, 0, 1])), &[ErrorKind::Http2]),
            ("PRIORITY", flooding(open(), frame(2, 0, 3, [0; 5])), &[ErrorKind::Http2]),
            ("an unknown type", flooding(open(), frame(0xbe, 0, 0, "")), &[ErrorKind::Http2]),
            ("interim replies", flooding(vec![], interim()), &[ErrorKind::Limit]),
        ] {
            let error = w!(fetch(&server)).unwrap_err();
            assert!(kinds.contains(&error.kind()), "{name}: {error:?}");
        }
    }

    fn h1_nothing_can_be_pushed() {
        let pushed = [0, 0, 0, 2, 0x88];
        let server = saying(frame(PUSH_PROMISE, END_HEADERS, 1, pushed));
        assert_eq!(w!(fetch(&server)).unwrap_err().kind(), ErrorKind::Http2);
    }

    fn h2_heads_are_bounded_as_decoded() {
        let error = w!(fetch(&saying(bomb()))).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Http2 | ErrorKind::Stream), "{error:?}");
        let value = "v".repeat(10_000);
        let mut many = headers(0, 1, &[(":status", "200"), ("a", &value)]);
        many[4] = 0;
        let block = headers(0, 1, &[("a", &value)]);
        for _ in 0..100 {
            many.extend(frame(CONTINUATION, 0, 1, &block[9..]));
        }
        many.extend(frame(CONTINUATION, END_HEADERS, 1, ""));
        let error = w!(fetch(&saying(many))).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Http2 | ErrorKind::Stream), "{error:?}");
    }

    fn h2_frames_that_cannot_be_are_connection_errors() {
        for (name, bytes) in [
            ("longer than we take", frame(DATA, 0, 1, vec![0; 16_385])),
            ("DATA of the connection", frame(DATA, 0, 0, "x")),
            ("a reply to nobody", headers(END_STREAM, 99, OK)),
            ("no HPACK", frame(HEADERS, END_HEADERS, 1, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff])),
            ("MAX_FRAME_SIZE of 1", settings(&[(5, 1)])),
            ("INITIAL_WINDOW_SIZE above all", settings(&[(4, u32::MAX)])),
            ("half a setting", frame(4, 0, 0, [0; 5])),
            ("a window above all", frame(WINDOW_UPDATE, 0, 0, [0x7f, 0xff, 0xff, 0xff])),
            ("CONTINUATION of nothing", frame(CONTINUATION, END_HEADERS, 1, "")),
            ("a short PING", frame(PING, 0, 0, [0; 7])),
            ("an upper-case name", headers(END_STREAM, 1, &[(":status", "200"), ("A", "b")])),
        ] {
            let error = w!(fetch(&saying(bytes))).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Http2, "{name}: {error:?}");
        }
    }

    fn h2_replies_that_cannot_be_are_stream_errors() {
        let with = |name, value| headers(END_STREAM, 1, &[(":status", "200"), (name, value)]);
        for (name, bytes) in [
            ("no status", headers(END_STREAM, 1, &[("a", "b")])),
            ("Transfer-Encoding", with("transfer-encoding", "chunked")),
            ("Connection", with("connection", "close")),
            ("a length that is none", with("content-length", "x")),
            ("a body of which nothing came", with("content-length", "5")),
            ("a second status", with(":status", "200")),
            ("reset", frame(RST_STREAM, 0, 1, [0, 0, 0, CANCEL])),
        ] {
            let error = w!(fetch(&saying(bytes))).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Stream, "{name}: {error:?}");
        }
    }

    fn a_body_that_is_not_what_was_announced_is_an_error() {
        let head = |len| headers(0, 1, &[(":status", "200"), ("content-length", len)]);
        let last = || frame(DATA, END_STREAM, 1, "hello");
        for (name, bytes, kind) in [
            ("short", [head("9"), last()].concat(), ErrorKind::Truncated),
            ("long", [head("3"), frame(DATA, 0, 1, "abc"), last()].concat(), ErrorKind::Protocol),
            ("reset", [head("9"), frame(RST_STREAM, 0, 1, [0, 0, 0, CANCEL])].concat(), ErrorKind::Stream),
            ("where none can be", [headers(0, 1, &[(":status", "204")]), last()].concat(), ErrorKind::Protocol),
            ("another protocol", headers(0, 1, &[(":status", "101")]), ErrorKind::Protocol),
            ("of two lengths", [
                headers(0, 1, &[(":status", "200"), ("content-length", "5"), ("content-length", "9")]),
                last(),
            ].concat(), ErrorKind::Stream),
        ] {
            let error = w!(fetch(&saying(bytes))).unwrap_err();
            assert_eq!(error.kind(), kind, "{name}: {error:?}");
        }
    }

    fn h1_a_body_in_the_smallest_of_frames_is_read_as_it_comes() {
        const BYTES: usize = 100_000;
        let server = Server::tcp(|conn| {
            greet(conn, &[])?;
            next_request(conn)?;
            conn.say([headers(0, 1, OK), frame(DATA, 0, 1, "x").repeat(BYTES)].concat())?;
            conn.say(frame(DATA, END_STREAM, 1, ""))?;
            conn.read_to_close().map(drop)
        });
        assert_eq!(w!(fetch(&server))?.len(), BYTES);
    }

    fn h2_interim_heads_do_not_end_a_reply() {
        let server = saying(headers(END_STREAM, 1, &[(":status", "103")]));
        let hurried = timeouts(|it| it.total = ms(3000));
        let error = w!(client().get(&server.url("/")).version(KNOWN).timeouts(hurried).send());
        assert_ne!(error.unwrap_err().kind(), ErrorKind::Timeout);
    }

    fn what_comes_behind_a_goaway_is_the_reply_all_the_same() {
        let (head, data) = (headers(0, 1, OK), |flags, text| frame(DATA, flags, 1, text));
        let server = saying([head, goaway(1, 0), data(0, "he"), goaway(1, 0), data(END_STREAM, "llo")].concat());
        assert_eq!(w!(fetch(&server))?, "hello");
        let head = headers(0, 1, &[(":status", "200"), ("content-length", "5")]);
        let server = Server::tcp(move |conn| {
            greet(conn, &[])?;
            next_request(conn)?;
            conn.say([&head[..], &goaway(1, 0), &frame(DATA, 0, 1, "hel")].concat())?;
            conn.fin()
        });
        assert_eq!(w!(fetch(&server)).unwrap_err().kind(), ErrorKind::Truncated);
    }

    fn a_connection_that_ends_too_early_is_told_as_in_http1() {
        for (bytes, kind, phase) in [
            (vec![], ErrorKind::EmptyReply, Phase::AwaitingReply),
            (headers(0, 1, OK), ErrorKind::Truncated, Phase::ReadingBody),
        ] {
            let server = Server::tcp(move |conn| {
                greet(conn, &[])?;
                next_request(conn)?;
                conn.say(&bytes)
            });
            assert_eq!(facts(&w!(fetch(&server)).unwrap_err()), (kind, phase));
        }
        let server = Server::tcp(|conn| conn.say("HTTP/1.1 400 Bad Request\r\n\r\n"));
        let error = w!(fetch(&server)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Http2);
        assert!(error.to_string().contains("HTTP/1"), "{error}");
    }

    fn a_stream_that_is_refused_is_asked_for_once_more() {
        let refusing = |refusals: usize| {
            Server::tcp(move |conn| {
                greet(conn, &[])?;
                let stream = next_request(conn)?;
                match conn.connection_number() <= refusals {
                    true => conn.say(frame(RST_STREAM, 0, stream, [0, 0, 0, REFUSED_STREAM]))?,
                    false => hello(conn, stream)?,
                }
                conn.read_to_close().map(drop)
            })
        };
        let post = |server: &Server, upload| {
            client().post(&server.url("/")).version(KNOWN).body(upload)
        };
        let server = refusing(1);
        let mut reply = w!(post(&server, Upload::bytes(*b"again")).send())?;
        assert_eq!(w!(reply.text())?, "hello");
        assert_eq!(server.connections(), 2);
        let server = refusing(5);
        let error = w!(post(&server, Upload::bytes(*b"again")).send()).unwrap_err();
        assert_eq!((error.kind(), server.connections()), (ErrorKind::Stream, 2));
        let server = refusing(1);
        let error = w!(post(&server, Upload::reader(&b"once"[..], None)).send()).unwrap_err();
        assert_eq!((error.kind(), server.connections()), (ErrorKind::Stream, 1));
    }

    fn what_is_above_the_last_stream_of_a_goaway_goes_elsewhere_and_what_is_below_does_not() {
        let server = Server::tcp(|conn| {
            greet(conn, &[])?;
            let stream = next_request(conn)?;
            match conn.connection_number() {
                1 => conn.say(goaway(0, 0))?,
                _ => hello(conn, stream)?,
            }
            conn.read_to_close().map(drop)
        });
        let mut reply = w!(client().post(&server.url("/")).version(KNOWN).bytes("x").send())?;
        assert_eq!((w!(reply.text())?.as_str(), server.connections()), ("hello", 2));
        // This one may have been processed: nobody knows what it did.
        let server = Server::tcp(|conn| {
            greet(conn, &[])?;
            next_request(conn)?;
            conn.say(goaway(1, 2))
        });
        let sent = w!(client().post(&server.url("/")).version(KNOWN).bytes("x").send());
        assert!(sent.is_err());
        assert_eq!(server.connections(), 1);
    }

    fn a_connection_that_said_goaway_while_it_rested_is_used_no_more() {
        let server = Server::tcp(|conn| {
            greet(conn, &[])?;
            let stream = next_request(conn)?;
            hello(conn, stream)?;
            conn.say(goaway(1, 0))?;
            conn.read_to_close().map(drop)
        });
        let client = client();
        for _ in 0..3 {
            let request = client.post(&server.url("/")).version(KNOWN).bytes("x");
            let mut reply = w!(request.send())?;
            assert_eq!(w!(reply.text())?, "hello");
        }
        assert_eq!(server.connections(), 3);
    }

    fn a_server_that_takes_nothing_meets_the_deadline_for_sending() {
        let server = Server::tcp(|conn| {
            greet(conn, &[(4, 0)])?;
            next_request(conn)?;
            conn.read_to_close().map(drop)
        });
        let short = timeouts(|it| it.idle_write = ms(150));
        let request = client().put(&server.url("/")).version(KNOWN).timeouts(short);
        let error = w!(request.bytes(vec![0; 200_000]).send()).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Timeout, Phase::Sending));
    }
}

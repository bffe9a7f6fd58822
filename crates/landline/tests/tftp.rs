//! TFTP with a good server, on good networks and bad ones.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use landline::net::{NetOptions, Peer, ResolveRule};
use landline::tftp::{Mode, Options};
use landline::{ByteRange, ErrorKind, Event, Observer, StoreMode, Timeouts, Upload};
use landline_testkit::http::pattern;
use landline_testkit::tftp::{Manners, Server, ack, error};
use support::faces;

/// Resends so soon that a lost packet costs no time.
fn options(change: impl FnOnce(&mut Options)) -> Options {
    let mut options = Options::default();
    options.resend_after = Duration::from_millis(30);
    change(&mut options);
    options
}

fn blocks_of(bytes: u16) -> Options {
    options(|options| options.block_bytes = bytes)
}

const REQUEST: &[u8] = b"\0\x01f\0octet\0tsize\x000\0blksize\x00512\0timeout\x006\0";

faces! {
    async fn got(server: &Server, options: Options) -> landline::Result<Vec<u8>> {
        let mut file = w!(tftp_with(Timeouts::default(), options).get(&server.url("f")))?;
        let mut bytes = Vec::new();
        w!(file.read_to_end(&mut bytes))?;
        Ok(bytes)
    }

    async fn put(server: &Server, bytes: &[u8], options: Options) -> landline::Result<u64> {
        let client = tftp_with(Timeouts::default(), options);
        w!(client.put(&server.url("f"), Upload::bytes(bytes)))
    }

    fn files_of_all_lengths_come_and_go_whole() {
        for ignores_options in [false, true] {
            let manners = Manners { ignores_options, ..Manners::default() };
            for len in [0, 1, 511, 512, 513, 1024, 5000] {
                let bytes = pattern(7, len);
                let server = Server::with(manners.clone()).file("f", bytes.clone());
                assert_eq!(w!(got(&server, options(|_| ())))?, bytes, "{len}");
                let server = Server::with(manners.clone());
                assert_eq!(w!(put(&server, &bytes, options(|_| ())))?, len);
                assert_eq!(server.stored("f"), Some(bytes), "{len}");
            }
        }
    }

    fn the_bytes_on_the_wire_are_those_of_curl() {
        let server = Server::new().file("f", "hello");
        w!(got(&server, Options::default()))?;
        assert!(server.wait_for(|all| *all == [REQUEST.to_vec(), ack(0), ack(1)], SOON));
        let server = Server::new().file("f", "hello");
        w!(got(&server, options(|options| options.negotiate = false)))?;
        assert!(server.wait_for(|all| *all == [b"\0\x01f\0octet\0".to_vec(), ack(1)], SOON));
        let server = Server::new();
        w!(put(&server, b"hello", blocks_of(1024)))?;
        let request = b"\0\x02f\0octet\0tsize\x005\0blksize\x001024\0timeout\x006\0".to_vec();
        assert_eq!(server.received(), [request, b"\0\x03\0\x01hello".to_vec()]);
    }

    fn blocks_are_as_large_as_agreed_on() {
        let bytes = pattern(0, 200_000);
        for size in [8, 1428, 65_464] {
            let len = if size == 8 { 2_000 } else { bytes.len() };
            let server = Server::new().file("f", &bytes[..len]);
            assert!(w!(got(&server, blocks_of(size)))? == bytes[..len], "{size}");
            w!(put(&server, &bytes[..len], blocks_of(size)))?;
            assert!(server.stored("f").unwrap() == bytes[..len], "{size}");
        }
    }

    fn whatever_is_lost_doubled_or_late_the_file_is_whole() {
        let bytes = pattern(3, 4_000);
        let lossy = |loses: &[usize], misses: &[usize]| Manners {
            loses: loses.to_vec(),
            misses: misses.to_vec(),
            ..Manners::default()
        };
        let mut networks: Vec<_> = (1..=9).map(|n| lossy(&[n], &[])).collect();
        networks.extend((1..=7).map(|n| lossy(&[], &[n])));
        networks.push(lossy(&[1, 2, 5, 6, 8], &[2, 3, 5]));
        networks.push(Manners { doubles: true, ..Manners::default() });
        networks.push(Manners { brings_old_ones: true, ..Manners::default() });
        let all = Manners { doubles: true, brings_old_ones: true, ..lossy(&[2, 4], &[3]) };
        networks.extend([Manners { ignores_options: true, ..all.clone() }, all]);
        for network in networks {
            let server = Server::with(network.clone()).file("f", bytes.clone());
            assert!(w!(got(&server, options(|_| ())))? == bytes, "{network:?}");
            let server = Server::with(network.clone());
            w!(put(&server, &bytes, options(|_| ())))?;
            assert!(server.stored("f").as_deref() == Some(&bytes[..]), "{network:?}");
        }
    }

    /// RFC 1123 section 4.2.3.1: every packet doubled from some point on.
    fn the_sorcerers_apprentice_stays_idle() {
        let bytes = pattern(0, 512 * 20);
        let patient = options(|options| options.resend_after = Duration::from_secs(10));
        let server = Server::with(Manners { doubles: true, ..Manners::default() });
        w!(put(&server, &bytes, patient))?;
        let sent = server.received().into_iter().filter(|packet| packet.starts_with(&[0, 3]));
        assert_eq!(sent.count(), 21, "no block went twice for an ACK that came twice");
    }

    fn strangers_are_turned_away_and_change_nothing() {
        let bytes = pattern(0, 3_000);
        let manners = Manners { has_strangers: true, ..Manners::default() };
        let server = Server::with(manners.clone()).file("f", bytes.clone());
        assert!(w!(got(&server, options(|options| options.negotiate = false)))? == bytes);
        let server = Server::with(manners);
        w!(put(&server, &bytes, options(|_| ())))?;
        assert!(server.stored("f").unwrap() == bytes);
    }

    fn text_has_the_line_ends_of_both_sides() {
        let server = Server::new().file("f", "one\r\ntwo\r\0three\r\n");
        let text = options(|options| options.mode = Mode::Netascii);
        assert_eq!(w!(got(&server, text))?, b"one\ntwo\rthree\n");
        let client = tftp_with(Timeouts::default(), options(|_| ()));
        let mut file = w!(client.get(&server.url("f;mode=netascii")))?;
        assert_eq!(file.announced_len(), None);
        let mut decoded = String::new();
        w!(file.read_to_string(&mut decoded))?;
        assert_eq!(decoded, "one\ntwo\rthree\n");

        // The blocks end within CR LF and CR NUL.
        let long = "a line\n\r".repeat(500);
        assert_eq!(w!(put(&server, long.as_bytes(), blocks_of(9)))?, 4_000);
        let mut text = blocks_of(9);
        text.mode = Mode::Netascii;
        assert_eq!(w!(put(&server, long.as_bytes(), text))?, 5_000);
        let stored = server.stored("f").unwrap();
        assert_eq!(stored, "a line\r\n\r\0".repeat(500).as_bytes());
        assert_eq!(w!(got(&server, text))?, long.as_bytes());
    }

    fn one_call_opens_tells_and_stores() {
        let server = Server::new().file("dir/a file", "hello");
        let opener = opener().tftp(options(|_| ()));
        let url = server.url("dir/a%20file;mode=octet");
        let mut document = w!(opener.open(&url))?;
        assert_eq!((document.announced_len(), document.status()), (Some(5), None));
        assert!(matches!(document.peer(), Peer::Ip(peer) if peer.port() != server.addr().port()));
        assert_eq!(w!(document.text())?, "hello");
        assert!(document.timings().connect.is_some());

        assert_eq!(w!(opener.info(&url))?.get("Content-Length"), Some("5"));
        assert!(server.wait_for(|all| all.last() == Some(&error(0, "not defined")), SOON));

        let upload = Upload::reader(std::io::Cursor::new("of unknown length"), None);
        w!(opener.store(&server.url("new"), upload, StoreMode::Replace))?;
        assert_eq!(server.stored("new").unwrap(), b"of unknown length");
        let announced = server.received().iter().any(|packet| packet.starts_with(b"\0\x02new\0octet\0blksize"));
        assert!(announced, "a length nobody knows is not announced");
    }

    fn what_tftp_cannot_do_is_refused_before_anything_is_sent() {
        let server = Server::new().file("f", "hello");
        let part = opener().range(ByteRange::From(2));
        assert_eq!(w!(part.open(&server.url("f"))).unwrap_err().kind(), ErrorKind::Range);
        let mode = StoreMode::Append;
        let stored = w!(opener().store(&server.url("f"), Upload::bytes(*b"x"), mode));
        assert_eq!(stored.unwrap_err().kind(), ErrorKind::Usage);
        for path in ["", "a%00b", "f;mode=mail"] {
            let error = w!(opener().open(&server.url(path))).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Url, "{path}");
        }
        let long = "x".repeat(600);
        let error = w!(opener().open(&server.url(&long))).unwrap_err();
        assert_eq!((error.kind(), error.command()), (ErrorKind::Refused, Some("RRQ")));
        let client = tftp_with(Timeouts::default(), options(|_| ()));
        assert_eq!(w!(client.get("http://127.0.0.1/f")).unwrap_err().kind(), ErrorKind::Scheme);
        assert_eq!(w!(client.get("tftp:///f")).unwrap_err().kind(), ErrorKind::Url);
        assert!(server.received().is_empty());
    }

    fn a_host_is_asked_at_one_address_after_the_other() {
        let server = Server::new().file("f", "hello");
        let mut net = NetOptions::default();
        let addresses = ["127.0.0.77", "::1", "127.0.0.1"].map(|one| one.parse().unwrap());
        let port = server.addr().port();
        net.resolve = vec![ResolveRule { host: "a.test".to_owned(), port, addresses: addresses.to_vec() }];
        net.happy_eyeballs_delay = Some(Duration::from_millis(20));
        let mut document = w!(opener().net(net).open(&format!("tftp://a.test:{port}/f")))?;
        assert_eq!(w!(document.text())?, "hello");
    }

    fn what_happens_is_told() {
        let server = Server::with(Manners { loses: vec![1], ..Manners::default() }).file("f", "hello");
        let told = Arc::new(Mutex::new(Vec::new()));
        let log = told.clone();
        let observer = Observer::new(move |event| {
            let line = match event {
                Event::LineSent(line) => format!("> {}", line.escape_ascii()),
                Event::LineReceived(line) => format!("< {}", line.escape_ascii()),
                Event::Note(text) => format!("* {}", text.split(" from ").next().unwrap()),
                _ => return,
            };
            log.lock().unwrap().push(line);
        });
        let client = tftp_with(Timeouts::default(), options(|_| ())).observe(observer);
        let mut bytes = Vec::new();
        w!(w!(client.get(&server.url("f")))?.read_to_end(&mut bytes))?;
        let expected = [
            "> RRQ f octet tsize 0 blksize 512 timeout 6",
            "* no answer",
            "< OACK tsize 5 blksize 512 timeout 6",
        ];
        assert_eq!(*told.lock().unwrap(), expected);
    }
}

const SOON: Duration = Duration::from_secs(5);

/// Block numbers are 16 bits wide; behind 65,535 comes 0. The servers are ahead of the client by some
/// packets, so that nobody waits for each one.
mod long {
    use super::*;
    use std::io::{self, Read};
    use std::sync::mpsc::channel;

    use landline_testkit::tftp::{Peer, data, oack};

    const LEN: u64 = 8 * 66_000 + 3;
    const BURST: usize = 50;

    fn give(peer: &mut Peer) -> io::Result<()> {
        peer.ask(&oack(&[("blksize", "8")]), |answer| answer == ack(0))?;
        let bytes = pattern(0, LEN);
        let blocks: Vec<_> = bytes.chunks(8).zip(1_usize..).collect();
        for burst in blocks.chunks(BURST) {
            for (bytes, number) in burst {
                peer.send(&data(*number as u16, bytes))?;
            }
            let last = ack(burst[burst.len() - 1].1 as u16);
            while peer.receive()? != last {}
        }
        Ok(())
    }

    fn take(peer: &mut Peer) -> io::Result<Vec<u8>> {
        peer.send(&oack(&[("blksize", "8")]))?;
        let mut bytes = Vec::new();
        for number in 1_usize.. {
            if number % BURST == 1 {
                (number..number + BURST).try_for_each(|ahead| peer.send(&ack(ahead as u16)))?;
            }
            let head = data(number as u16, b"");
            let packet = loop {
                let packet = peer.receive()?;
                if packet.starts_with(&head) {
                    break packet;
                }
            };
            bytes.extend_from_slice(&packet[4..]);
            if packet.len() < 12 {
                break;
            }
        }
        Ok(bytes)
    }

    #[test]
    fn more_than_65535_blocks_are_read() {
        let server = Server::scripted(give);
        let client = support::blocking::tftp_with(Timeouts::default(), blocks_of(8));
        let mut bytes = Vec::new();
        client.get(&server.url("f")).unwrap().read_to_end(&mut bytes).unwrap();
        assert!(bytes == pattern(0, LEN));
    }

    #[test]
    fn more_than_65535_blocks_are_written() {
        let (tell, told) = channel();
        let server = Server::scripted(move |peer| {
            let _ = tell.send(take(peer)?);
            Ok(())
        });
        let client = support::aio::tftp_with(Timeouts::default(), blocks_of(8));
        let url = server.url("f");
        support::run(client.put(&url, Upload::bytes(pattern(0, LEN)))).unwrap();
        assert!(told.recv_timeout(SOON).unwrap() == pattern(0, LEN));
    }
}

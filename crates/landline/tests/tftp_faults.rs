//! TFTP servers that refuse, fall silent, contradict themselves or never end.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::octal_escapes)]

mod support;

use std::io::{self, Cursor};
use std::sync::mpsc::channel;
use std::time::Duration;

use landline::tftp::Options;
use landline::{ErrorKind, Phase, Timeouts, Upload};
use landline_testkit::tftp::{Peer, Server, ack, data, error, oack};
use support::{faces, facts, ms, timeouts};

const SOON: Duration = Duration::from_secs(5);

fn options() -> Options {
    let mut options = Options::default();
    options.resend_after = Duration::from_millis(30);
    options
}

/// The server was told that the transfer is over, and why.
fn was_told(server: &Server, code: u16) -> bool {
    let end = error(code, "");
    server.wait_for(|all| all.iter().any(|packet| packet.starts_with(&end[..4])), SOON)
}

fn says(packet: Vec<u8>) -> Server {
    Server::scripted(move |peer| {
        peer.send(&packet)?;
        peer.receive().map(drop)
    })
}

fn full(block: u16) -> Vec<u8> {
    data(block, &[b'x'; 512])
}

/// Sends so many full blocks, each confirmed.
fn give(peer: &mut Peer, blocks: u16) -> io::Result<()> {
    for block in 1..=blocks {
        peer.ask(&full(block), |answer| answer == ack(block))?;
    }
    Ok(())
}

faces! {
    async fn get_within(server: &Server, timeouts: Timeouts) -> landline::Result<Vec<u8>> {
        let mut file = w!(tftp_with(timeouts, options()).get(&server.url("f")))?;
        let mut bytes = Vec::new();
        w!(file.read_to_end(&mut bytes))?;
        Ok(bytes)
    }

    async fn put_within(server: &Server, upload: Upload, timeouts: Timeouts) -> landline::Result<u64> {
        w!(tftp_with(timeouts, options()).put(&server.url("f"), upload))
    }

    async fn get_fails(server: &Server) -> landline::Error {
        w!(get_within(server, Timeouts::default())).unwrap_err()
    }

    async fn put_fails(server: &Server) -> landline::Error {
        w!(put_within(server, Upload::bytes(vec![0; 2_000]), Timeouts::default())).unwrap_err()
    }

    fn every_error_packet_has_its_kind_code_and_words() {
        for code in 0..=9 {
            let server = says(error(code, "no \x1b[2Jway"));
            for (verb, failed) in [("RRQ", w!(get_fails(&server))), ("WRQ", w!(put_fails(&server)))] {
                let kind = match code {
                    1 => ErrorKind::NotFound,
                    2 => ErrorKind::Denied,
                    _ => ErrorKind::Refused,
                };
                assert_eq!(facts(&failed), (kind, Phase::AwaitingReply));
                assert_eq!((failed.status(), failed.command()), (Some(code), Some(verb)));
                assert_eq!(failed.reply().unwrap().body(), b"no \x1b[2Jway");
                assert!(failed.to_string().contains(r#""no \x1b[2Jway""#), "{failed}");
                assert!(failed.url().unwrap().starts_with("tftp://127.0.0.1:"));
            }
        }
    }

    fn an_error_in_the_middle_ends_both_ways() {
        let server = Server::scripted(|peer| {
            give(peer, 3)?;
            peer.send(&error(3, "full"))
        });
        let failed = w!(get_fails(&server));
        assert_eq!(facts(&failed), (ErrorKind::Refused, Phase::ReadingBody));
        let server = Server::scripted(|peer| {
            peer.ask(&ack(0), |answer| answer.starts_with(&data(1, b"")))?;
            peer.ask(&ack(1), |answer| answer.starts_with(&data(2, b"")))?;
            peer.send(&error(3, "full"))
        });
        let failed = w!(put_fails(&server));
        assert_eq!(facts(&failed), (ErrorKind::Refused, Phase::Sending));
        assert_eq!(failed.status(), Some(3));
    }

    fn silence_ends_by_the_deadline_of_its_phase() {
        let silent = Server::scripted(|_| Ok(()));
        let after_one = Server::scripted(|peer| give(peer, 1));
        let takes_one = Server::scripted(|peer| {
            peer.ask(&ack(0), |answer| answer.starts_with(&data(1, b""))).map(drop)
        });
        for bound in [
            timeouts(|all| all.connect = ms(100)),
            timeouts(|all| all.first_byte = ms(100)),
            timeouts(|all| all.total = ms(100)),
        ] {
            let failed = w!(get_within(&silent, bound)).unwrap_err();
            assert_eq!(facts(&failed), (ErrorKind::Timeout, Phase::AwaitingReply));
            assert_eq!(failed.command(), Some("RRQ"));
        }
        for bound in [timeouts(|all| all.idle_read = ms(100)), timeouts(|all| all.total = ms(100))] {
            let failed = w!(get_within(&after_one, bound)).unwrap_err();
            assert_eq!(facts(&failed), (ErrorKind::Timeout, Phase::ReadingBody));
        }
        for bound in [timeouts(|all| all.idle_write = ms(100)), timeouts(|all| all.total = ms(100))] {
            let upload = Upload::bytes(vec![0; 2_000]);
            let failed = w!(put_within(&takes_one, upload, bound)).unwrap_err();
            assert_eq!(facts(&failed), (ErrorKind::Timeout, Phase::Sending));
        }
        let resent = silent.received().iter().filter(|packet| packet.starts_with(b"\0\x01f")).count();
        assert!(resent > 3, "the request went again");
    }

    fn saying_the_same_for_ever_is_silence() {
        let stutters = Server::scripted(|peer| loop {
            peer.send(&full(1))?;
            while peer.receive_for(Duration::from_millis(1))?.is_some_and(|packet| packet == ack(1)) {}
        });
        let failed = w!(get_within(&stutters, timeouts(|all| all.idle_read = ms(150)))).unwrap_err();
        assert_eq!(facts(&failed), (ErrorKind::Timeout, Phase::ReadingBody));
        drop(stutters);
        let stutters = Server::scripted(|peer| loop {
            peer.send(&ack(0))?;
            if peer.receive_for(Duration::from_millis(1))?.is_some_and(|packet| packet[1] == 5) {
                return Ok(());
            }
        });
        let bound = timeouts(|all| all.idle_write = ms(150));
        let failed = w!(put_within(&stutters, Upload::bytes(*b"x"), bound)).unwrap_err();
        assert_eq!(facts(&failed), (ErrorKind::Timeout, Phase::Sending));
    }

    fn a_file_without_end_ends_by_the_deadline_of_all() {
        let endless = Server::scripted(|peer| loop {
            give(peer, u16::MAX)?;
            peer.ask(&full(0), |answer| answer == ack(0))?;
        });
        let mut file = w!(tftp_with(timeouts(|all| all.total = ms(200)), options()).get(&endless.url("f")))?;
        let mut sink = [0; 4_096];
        let failed = loop {
            match w!(file.read(&mut sink)) {
                Ok(count) => assert!(count > 0, "no end was sent"),
                Err(error) => break landline::Error::from(error),
            }
        };
        assert_eq!(facts(&failed), (ErrorKind::Timeout, Phase::ReadingBody));
        assert!(w!(file.read(&mut sink)).is_err(), "what has failed never ends well");
        drop(file);
        assert!(was_told(&endless, 0));
    }

    /// A file that is not as long as announced is never a success.
    fn lengths_that_do_not_agree_are_errors() {
        let announces = |bytes: &'static str| Server::scripted(move |peer| {
            peer.ask(&oack(&[("tsize", bytes)]), |answer| answer == ack(0))?;
            give(peer, 1)?;
            peer.ask(&data(2, b"short"), |answer| answer == ack(2)).map(drop)
        });
        assert_eq!(w!(get_within(&announces("517"), Timeouts::default()))?.len(), 517);
        for (bytes, kind, code) in [
            ("518", ErrorKind::Truncated, 0),
            ("100000", ErrorKind::Truncated, 0),
            ("516", ErrorKind::Protocol, 4),
            ("0", ErrorKind::Protocol, 4),
        ] {
            let server = announces(bytes);
            let failed = w!(get_fails(&server));
            assert_eq!((failed.kind(), failed.command()), (kind, Some("RRQ")), "{bytes}");
            assert!(was_told(&server, code), "{bytes}");
        }
    }

    fn options_nobody_can_agree_on_are_refused() {
        for answer in [
            &[("blksize", "513")][..],
            &[("timeout", "7")],
            &[("multicast", "")],
            &[("tsize", "1"), ("windowsize", "2")],
        ] {
            let server = says(oack(answer));
            assert_eq!(w!(get_fails(&server)).kind(), ErrorKind::Protocol, "{answer:?}");
            assert!(was_told(&server, 8), "{answer:?}");
            let server = says(oack(answer));
            assert_eq!(w!(put_fails(&server)).kind(), ErrorKind::Protocol, "{answer:?}");
        }
    }

    fn what_is_no_packet_or_not_the_one_due_is_refused() {
        for answer in [
            b"".to_vec(),
            b"\0\x07".to_vec(),
            b"\0\x05\0\x01no end".to_vec(),
            oack(&[("blksize", "7")]),
            oack(&[("tsize", "1"), ("TSIZE", "1")]),
            data(1, &[0; 513]),
            data(0, b""),
            data(2, b"x"),
            ack(0),
            b"\0\x01f\0octet\0".to_vec(),
        ] {
            let server = says(answer.clone());
            let failed = w!(get_fails(&server));
            assert_eq!(failed.kind(), ErrorKind::Protocol, "{}: {failed}", answer.escape_ascii());
            assert!(was_told(&server, 4), "{}", answer.escape_ascii());
        }
        for answer in [b"\0".to_vec(), ack(1), data(1, b"")] {
            let failed = w!(put_fails(&says(answer)));
            assert_eq!(failed.kind(), ErrorKind::Protocol, "{failed}");
        }
    }

    fn blocks_out_of_turn_are_passed_over() {
        let server = Server::scripted(|peer| {
            give(peer, 1)?;
            peer.send(&data(7, b"early"))?;
            peer.send(&data(0, b"long ago"))?;
            peer.ask(&data(2, b"end"), |answer| answer == ack(2)).map(drop)
        });
        let bytes = w!(get_within(&server, Timeouts::default()))?;
        assert_eq!((bytes.len(), &bytes[512..]), (515, &b"end"[..]));
    }

    fn only_the_address_that_was_asked_may_answer() {
        let server = Server::scripted(|peer| {
            peer.send_from("127.0.0.2", &data(1, b"wrong"))?;
            peer.send(&data(1, b"right"))
        });
        assert_eq!(w!(get_within(&server, Timeouts::default()))?, b"right");
    }

    fn a_stranger_is_told_so_but_not_for_an_error() {
        let server = Server::scripted(|peer| {
            give(peer, 1)?;
            peer.send_as_stranger(&error(1, "not your server"))?;
            peer.send_as_stranger(&data(2, b"not your file"))?;
            let told = peer.receive_as_stranger()?;
            assert_eq!(told[..4], [0, 5, 0, 5]);
            peer.ask(&data(2, &[told.len() as u8]), |answer| answer == ack(2)).map(drop)
        });
        let bytes = w!(get_within(&server, Timeouts::default()))?;
        assert_eq!(bytes.len(), 513);
    }

    fn a_reader_dropped_in_the_middle_tells_the_server() {
        let server = Server::scripted(|peer| give(peer, 9));
        let mut file = w!(tftp_with(Timeouts::default(), options()).get(&server.url("f")))?;
        w!(file.read_exact(&mut [0; 700]))?;
        drop(file);
        assert!(was_told(&server, 0));
    }

    fn a_source_that_fails_or_ends_early_is_told_to_both_sides() {
        let broken = || Upload::reader(Cursor::new(vec![0; 600]).chain_error(), None);
        let short = || Upload::reader(Cursor::new(vec![0; 600]), Some(601));
        for upload in [broken(), short()] {
            let server = Server::new();
            let failed = w!(put_within(&server, upload, Timeouts::default())).unwrap_err();
            assert_eq!(failed.kind(), ErrorKind::Upload, "{failed}");
            assert!(was_told(&server, 0));
            assert_eq!(server.stored("f"), None);
        }
    }

    /// The last block comes again while the reader is still there: it is confirmed once more.
    fn a_last_block_that_comes_again_is_confirmed_again() {
        let (tell, told) = channel();
        let server = Server::scripted(move |peer| {
            peer.ask(&data(1, b"end"), |answer| answer == ack(1))?;
            peer.send(&data(1, b"end"))?;
            let _ = tell.send(());
            peer.receive().map(drop)
        });
        let mut file = w!(tftp_with(Timeouts::default(), options()).get(&server.url("f")))?;
        let mut bytes = Vec::new();
        w!(file.read_to_end(&mut bytes))?;
        assert_eq!(bytes, b"end");
        told.recv_timeout(SOON)?;
        drop(file);
        assert!(server.wait_for(|all| all[1..] == [ack(1), ack(1)], SOON));
    }
}

/// A reader that fails where the one before it ends.
trait ChainError: io::Read + Sized {
    fn chain_error(self) -> io::Chain<Self, Broken> {
        self.chain(Broken)
    }
}

impl ChainError for Cursor<Vec<u8>> {}

struct Broken;

impl io::Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("the disk is gone"))
    }
}

//! Waits that the async face gives up half way, and steps left half done: what comes after must
//! never stand on what came before.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::time::Duration;

use landline::aio::LineStream;
use landline::aio::http::Connection;
use landline::{ErrorKind, LineEnding, ReplyStyle};
use landline_testkit::{Conn, Record, Server};
use support::{bounded, faces, run};
use tokio::time::timeout;

const SHORT: Duration = Duration::from_millis(100);

/// More than the buffers of two sockets take.
const HUGE: usize = 50_000_000;

#[test]
fn a_reply_given_up_between_its_lines_is_read_whole() {
    bounded(|| {
        let server = Server::tcp(|conn| {
            conn.say("220-one\r\n")?;
            conn.wait_for_release();
            conn.say("220 two\r\n221 bye\r\n")
        });
        run(async {
            let mut line = LineStream::connect(&server.addr().to_string(), 21).await?;
            assert!(timeout(SHORT, line.read_reply(ReplyStyle::Ftp)).await.is_err());
            server.release();
            assert_eq!(line.read_reply(ReplyStyle::Ftp).await?.lines(), ["one", "two"]);
            assert_eq!(line.read_reply(ReplyStyle::Smtp).await?.code(), Some(221));
            Ok(())
        })
    });
}

#[test]
fn behind_a_line_given_up_half_way_no_other_is_sent() {
    bounded(|| {
        let server = Server::tcp(|conn| {
            conn.wait_for_release();
            conn.read_to_close().map(|_| ())
        });
        run(async {
            let mut line = LineStream::connect(&server.addr().to_string(), 21).await?;
            let long = vec![b'x'; HUGE];
            assert!(timeout(SHORT, line.write_line(&long)).await.is_err());
            let error = line.write_line("QUIT").await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage);
            server.release();
            assert_eq!(line.write_line("QUIT").await.unwrap_err().kind(), ErrorKind::Usage);
            Ok(())
        })
    });
}

#[test]
fn behind_a_body_given_up_half_way_no_request_is_put() {
    bounded(|| {
        let server = Server::tcp(|conn| {
            conn.read_head()?;
            conn.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")?;
            conn.hold();
            Ok(())
        });
        run(async {
            let mut connection = Connection::connect(&server.addr().to_string()).await?;
            connection.put_request("PUT", "/")?;
            connection.put_header("Content-Length", HUGE.to_string())?;
            connection.end_headers().await?;
            let body = vec![b'x'; HUGE];
            assert!(timeout(SHORT, connection.send(&body)).await.is_err());
            assert_eq!(connection.get_reply().await?.status, 200);
            assert!(!connection.is_idle(), "the peer waits for the rest of the body");
            Ok(())
        })
    });
}

faces! {
    fn behind_a_block_left_half_read_no_line_is_read() {
        let server = Server::tcp(|conn| conn.say("one\r\n+OK forged\r\n.\r\n+OK real\r\n"));
        let mut line = w!(face::LineStream::connect(&server.addr().to_string(), 110))?;
        let mut first = [0; 3];
        w!(line.dot_reader().read_exact(&mut first))?;
        let error = w!(line.read_reply(ReplyStyle::Pop3)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
    }

    fn a_cr_at_the_end_of_the_stream_ends_a_line_where_cr_may() {
        let server = Server::tcp(|conn| conn.say("one\rtwo\r"));
        let line = w!(face::LineStream::connect(&server.addr().to_string(), 79))?;
        let mut line = line.with_ending(LineEnding::AnyCr);
        assert_eq!(w!(line.read_line())?, "one");
        assert_eq!(w!(line.read_line())?, "two");
        assert_eq!(w!(line.read_line()).unwrap_err().kind(), ErrorKind::EmptyReply);
    }

    fn a_body_is_not_read_before_its_head() {
        let server = Server::tcp(Conn::stall);
        let mut connection = w!(face::http::Connection::connect(&server.addr().to_string()))?;
        connection.put_request("GET", "/")?;
        w!(connection.end_headers())?;
        let error = landline::Error::from(w!(connection.body().read(&mut [0; 9])).unwrap_err());
        assert_eq!(error.kind(), ErrorKind::Usage);
    }

    fn what_the_peer_said_before_the_last_chunk_counts() {
        let server = Server::tcp(|conn| {
            conn.read_head()?;
            conn.say("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n")?;
            conn.reset()
        });
        let mut connection = w!(face::http::Connection::connect(&server.addr().to_string()))?;
        connection.put_request("PUT", "/")?;
        connection.put_header("Transfer-Encoding", "chunked")?;
        w!(connection.end_headers())?;
        let is_over = |records: &[Record]| records.first().is_some_and(|first| first.handled);
        assert!(server.wait_for(is_over, Duration::from_secs(9)));
        assert_eq!(w!(connection.get_reply())?.status, 413);
        assert!(!connection.is_idle());
    }

    fn behind_a_block_left_half_sent_no_line_is_sent() {
        let server = Server::tcp(Conn::stall);
        let mut line = w!(face::LineStream::connect(&server.addr().to_string(), 25))?;
        w!(line.dot_writer().write_all(b"half a mail"))?;
        assert_eq!(w!(line.write_line("QUIT")).unwrap_err().kind(), ErrorKind::Usage);
        assert_eq!(w!(line.dot_writer().finish()).unwrap_err().kind(), ErrorKind::Usage);
    }

    fn a_block_can_be_read_on_by_another_reader() {
        let server = Server::tcp(|conn| conn.say("one\r\n..two\r\n.\r\n+OK real\r\n.\r\n"));
        let mut line = w!(face::LineStream::connect(&server.addr().to_string(), 110))?;
        let mut first = [0; 6];
        w!(line.dot_reader().read_exact(&mut first))?;
        let mut rest = String::new();
        w!(line.dot_reader().read_to_string(&mut rest))?;
        assert_eq!((&first, rest.as_str()), (b"one\r\n.", "two\r\n"));
        assert_eq!(w!(line.read_reply(ReplyStyle::Pop3))?.text(), "real");
        w!(line.dot_reader().skip())?;
    }
}

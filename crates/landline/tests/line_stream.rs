//! The line client: lines, replies and counted bytes, whole and byte by byte.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::{Arc, Mutex};

use landline::wire::reply::Status;
use landline::{ErrorKind, Event, LineEnding, Observer, Phase, ReplyStyle};
use landline_testkit::Server;
use landline_testkit::transcript::{Delivery, Script, ScriptServer};
use support::{faces, facts, ms, timeouts};

fn play(dialogue: &str, delivery: Delivery) -> ScriptServer {
    Script::parse(dialogue).unwrap().serve_with(delivery)
}

fn host_port(server: &ScriptServer) -> String {
    server.fill("{host}:{port}")
}

faces! {
    async fn dial(server: &ScriptServer) -> face::LineStream {
        w!(face::LineStream::connect(&host_port(server), 7)).expect("the server listens")
    }

    fn lines_go_and_come() {
        for delivery in Delivery::ALL {
            let server = play("S: hello\nC: how are you?\nC: \nS:\nS: fine\\tthanks \\xff\n", delivery);
            let mut line = w!(dial(&server));
            assert_eq!(w!(line.read_line())?, "hello");
            w!(line.write_line("how are you?"))?;
            w!(line.write_line(b""))?;
            assert_eq!(w!(line.read_line())?, "");
            assert_eq!(w!(line.read_line_bytes())?, b"fine\tthanks \xff");
            drop(line);
            server.finish()?;
        }
    }

    fn a_stream_of_the_callers_own_will_do() {
        let server = play("C: hello\nS: hello yourself\n", Delivery::Whole);
        let mut line = line_over(std::net::TcpStream::connect(server.addr())?);
        w!(line.write_line("hello"))?;
        assert_eq!(w!(line.read_line())?, "hello yourself");
        drop(line);
        server.finish()?;
    }

    #[cfg(unix)]
    fn a_socket_of_storey_1_will_do_too() {
        use landline::socket::{Family, Kind, Socket};
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("line.socket");
        let script = Script::parse("C: hello\nS: hello yourself\n").unwrap();
        let server = script.serve_on(Server::builder().unix(&path), Delivery::OneByte);
        let socket = Socket::new(Family::UNIX, Kind::STREAM)?;
        socket.connect(path.as_path())?;
        let mut line = line_over_socket(socket);
        w!(line.write_line("hello"))?;
        assert_eq!(w!(line.read_line())?, "hello yourself");
        drop(line);
        server.finish()?;
    }

    fn an_outgoing_line_holds_no_line_end_and_no_nul() {
        let server = play("C: clean\nC! eof\n", Delivery::Whole);
        let mut line = w!(dial(&server));
        for bad in ["a\r\nb", "a\n", "\rb", "a\0b", "\r\n"] {
            let error = w!(line.write_line(bad)).unwrap_err();
            assert_eq!(facts(&error), (ErrorKind::Usage, Phase::Sending), "{bad:?}");
            let error = w!(line.write_secret_line(bad)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage);
            assert_eq!(w!(line.command(bad, ReplyStyle::Ftp)).unwrap_err().kind(), ErrorKind::Usage);
        }
        w!(line.write_line("clean"))?;
        drop(line);
        server.finish()?;
    }

    fn strict_endings_refuse_what_lenient_ones_take() {
        for delivery in Delivery::ALL {
            for bad in ["a\\nb\\r\\n", "a\\rb\\r\\n", "a\\0b\\r\\n"] {
                let server = play(&format!("S- {bad}"), delivery);
                let mut line = w!(dial(&server));
                let error = w!(line.read_line()).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Protocol, "{bad}");
                assert!(error.chain().contains(" line"), "{}", error.chain());
            }
            let server = play("S- one\\ntwo\\r\\nth\\rree\\n\\n", delivery);
            let mut line = w!(dial(&server)).with_ending(LineEnding::Lenient);
            for wanted in ["one", "two", "th\rree", ""] {
                assert_eq!(w!(line.read_line())?, wanted);
            }
            let server = play("S- one\\rtwo\\r\\nthree\\n\\n", delivery);
            let mut line = w!(dial(&server)).with_ending(LineEnding::AnyCr);
            for wanted in ["one", "two", "three", ""] {
                assert_eq!(w!(line.read_line())?, wanted);
            }
        }
    }

    fn a_line_has_a_limit_to_the_byte() {
        for delivery in Delivery::ALL {
            let server = play("S: 12345678\nS: 123456789\n", delivery);
            let mut line = w!(dial(&server)).with_max_line(8);
            assert_eq!(w!(line.read_line())?, "12345678");
            let error = w!(line.read_line()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Limit);
            assert!(error.chain().contains("8 bytes"), "{}", error.chain());
        }
        let server = play("S* 65537 x", Delivery::Whole);
        let mut line = w!(dial(&server));
        assert_eq!(w!(line.read_line()).unwrap_err().kind(), ErrorKind::Limit);
        let server = play("S* 65536 x\nS:\n", Delivery::Whole);
        let mut line = w!(dial(&server));
        assert_eq!(w!(line.read_line())?.len(), 65536);
    }

    fn the_end_of_the_stream_is_told_from_a_line_cut_short() {
        for delivery in Delivery::ALL {
            let server = play("S: last\nS! fin\n", delivery);
            let mut line = w!(dial(&server));
            assert_eq!(w!(line.read_line())?, "last");
            assert_eq!(w!(line.read_line()).unwrap_err().kind(), ErrorKind::EmptyReply);
            let server = play("S- cut sho\nS! fin\n", delivery);
            let mut line = w!(dial(&server));
            let error = w!(line.read_line()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Truncated);
            assert!(error.to_string().contains("7 bytes into a line"), "{error}");
        }
        let server = play("C: hello\nS- half\nS! reset\n", Delivery::Whole);
        let mut line = w!(dial(&server));
        w!(line.write_line("hello"))?;
        assert_eq!(w!(line.read_line()).unwrap_err().kind(), ErrorKind::Io);
    }

    fn counted_bytes_and_lines_mix() {
        for delivery in Delivery::ALL {
            let server = play("S: 11\nS- hello\\r\\nworld\nS: next\nS- the rest\nS! fin\n", delivery);
            let mut line = w!(dial(&server));
            let count = w!(line.read_line())?.parse()?;
            assert_eq!(w!(line.read_exactly(count))?, b"hello\r\nworl");
            let mut one = [0; 1];
            assert_eq!(w!(line.read(&mut one))?, 1);
            assert_eq!(&one, b"d");
            assert_eq!(w!(line.read_line())?, "next");
            assert_eq!(w!(line.read_exactly(0))?, b"");
            assert_eq!(w!(line.read_to_end(100))?, b"the rest");
            assert_eq!(w!(line.read_to_end(100))?, b"");
            server.finish()?;
        }
    }

    fn counted_bytes_that_do_not_come_are_missed() {
        for delivery in Delivery::ALL {
            let server = play("S- hello\nS! fin\n", delivery);
            let mut line = w!(dial(&server));
            let error = w!(line.read_exactly(1 << 62)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Truncated);
            assert!(error.to_string().contains("after 5 of"), "{error}");
            let server = play("S- hello\nS! fin\n", delivery);
            let mut line = w!(dial(&server));
            assert_eq!(w!(line.read_to_end(4)).unwrap_err().kind(), ErrorKind::Limit);
            let server = play("S- hello\nS! fin\n", delivery);
            assert_eq!(w!(w!(dial(&server)).read_to_end(5))?, b"hello");
        }
    }

    fn replies_of_four_styles_are_read_whole() {
        for delivery in Delivery::ALL {
            let server = play(
                "C: USER x\nS: 230-Welcome\nS: 230 no, not yet\nS:  more\nS: 230 In.\n\
                 C: EHLO a\nS: 250-mail.test\nS: 250-SIZE 10\nS: 250 HELP\n\
                 C: GROUP x\nS: 211 3 1 3 x\n\
                 C: PASS y\nS: -ERR [AUTH] no\nC: AUTH PLAIN\nS: + \n",
                delivery,
            );
            let mut line = w!(dial(&server));
            let ftp = w!(line.command("USER x", ReplyStyle::Ftp))?;
            assert_eq!(ftp.status, Status::Code(230));
            assert_eq!(ftp.text(), "Welcome\nno, not yet");
            assert_eq!(w!(line.read_line())?, " more");
            assert_eq!(w!(line.read_reply(ReplyStyle::Ftp))?.text(), "In.");
            let smtp = w!(line.command("EHLO a", ReplyStyle::Smtp))?;
            assert_eq!((smtp.is_success(), smtp.text().lines().count()), (true, 3));
            let nntp = w!(line.command("GROUP x", ReplyStyle::Nntp))?;
            assert_eq!(nntp.text(), "3 1 3 x");
            let pop3 = w!(line.command("PASS y", ReplyStyle::Pop3))?;
            assert_eq!((pop3.is_success(), pop3.text().as_str()), (false, "[AUTH] no"));
            assert!(!w!(line.command("AUTH PLAIN", ReplyStyle::Pop3))?.is_success());
            drop(line);
            server.finish()?;
        }
    }

    fn what_is_no_reply_is_refused_and_an_endless_one_ends() {
        for (style, said) in [
            (ReplyStyle::Ftp, "S: hello\n"),
            (ReplyStyle::Ftp, "S: 22 short\n"),
            (ReplyStyle::Smtp, "S: 250-a\nS: 251 b\n"),
            (ReplyStyle::Nntp, "S: 2000 x\n"),
            (ReplyStyle::Pop3, "S: OK\n"),
        ] {
            for delivery in Delivery::ALL {
                let server = play(said, delivery);
                let error = w!(w!(dial(&server)).read_reply(style)).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Protocol, "{said}");
            }
        }
        let server = play("S: 220-begin\nS* 2000000 220-\\r\\n", Delivery::Whole);
        let error = w!(w!(dial(&server)).read_reply(ReplyStyle::Ftp)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit);
        let server = play("S: 220-begin\nS: 220-more\nS! fin\n", Delivery::Whole);
        let error = w!(w!(dial(&server)).read_reply(ReplyStyle::Ftp)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Truncated, "{error}");
    }

    fn the_observer_sees_every_line_but_the_secrets() {
        let server = play("S: 220 ready\nC: USER me\nC: PASS canary\nS: 230 in\n", Delivery::Whole);
        let log = Arc::new(Mutex::new(Vec::new()));
        let writes = log.clone();
        let observer = Observer::new(move |event| {
            let (mark, line) = match event {
                Event::LineSent(line) => ('>', line),
                Event::LineReceived(line) => ('<', line),
                _ => return,
            };
            writes.lock().unwrap().push(format!("{mark} {}", String::from_utf8_lossy(line)));
        });
        let mut line = w!(dial(&server)).with_observer(observer);
        w!(line.read_reply(ReplyStyle::Ftp))?;
        w!(line.write_line("USER me"))?;
        w!(line.write_secret_line("PASS canary"))?;
        w!(line.read_reply(ReplyStyle::Ftp))?;
        let seen = log.lock().unwrap().clone();
        assert_eq!(seen, ["< 220 ready", "> USER me", "> PASS [masked]", "< 230 in"]);
        assert!(!format!("{line:?}").contains("canary"));
        drop(line);
        server.finish()?;
    }

    fn the_writing_side_ends_and_reading_goes_on() {
        let server = play("C: question\nC! eof\nS: answer\n", Delivery::Whole);
        let mut line = w!(dial(&server));
        w!(line.write_line("question"))?;
        w!(line.finish_writing())?;
        assert_eq!(w!(line.read_line())?, "answer");
        drop(line);
        server.finish()?;
    }

    fn a_silent_peer_runs_into_the_deadline() {
        let server = play("S- begun\nS! stall\n", Delivery::Whole);
        let limits = timeouts(|all| all.idle_read = ms(100));
        let mut line = w!(dial(&server)).with_timeouts(limits);
        let error = w!(line.read_line()).unwrap_err();
        assert!(error.is_timeout(), "{error}");
        assert!(error.to_string().contains("100 ms"), "{error}");
        assert_eq!(line.buffered(), b"begun");
    }

    fn it_reads_and_writes_as_any_stream_does() {
        let server = play("C- raw\nS: one\nS: two\nS! fin\n", Delivery::Whole);
        let mut line = w!(dial(&server));
        w!(line.write_all(b"ra"))?;
        w!(line.write_raw(b"w"))?;
        w!(line.flush())?;
        let mut first = String::new();
        w!(BufReadLine::read_line(&mut line, &mut first))?;
        let mut rest = String::new();
        w!(line.read_to_string(&mut rest))?;
        assert_eq!((first.as_str(), rest.as_str()), ("one\r\n", "two\r\n"));
        server.finish()?;
    }
}

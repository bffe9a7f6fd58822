//! Dot-terminated blocks, in both directions.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use landline::{ErrorKind, Phase};
use landline_testkit::transcript::{Delivery, Script, ScriptServer};
use support::{faces, facts};

fn play(dialogue: &str, delivery: Delivery) -> ScriptServer {
    Script::parse(dialogue).unwrap().serve_with(delivery)
}

faces! {
    async fn dial(server: &ScriptServer) -> face::LineStream {
        w!(face::LineStream::connect(&server.fill("{host}:{port}"), 7)).expect("the server listens")
    }

    fn a_block_is_read_to_its_dot_and_the_next_line_is_there() {
        for delivery in Delivery::ALL {
            let server = play("S: one\nS: ..two\nS:\nS: .. \nS: th.ree.\nS: .\nS: 250 next\n", delivery);
            let mut line = w!(dial(&server));
            let mut block = String::new();
            w!(line.dot_reader().read_to_string(&mut block))?;
            assert_eq!(block, "one\r\n.two\r\n\r\n. \r\nth.ree.\r\n");
            assert_eq!(w!(line.read_line())?, "250 next");
            drop(line);
            server.finish()?;
        }
    }

    fn an_empty_block_and_a_skipped_one() {
        for delivery in Delivery::ALL {
            let server = play("S: .\nS: never\nS: ..read\nS: .\nS: next\n", delivery);
            let mut line = w!(dial(&server));
            let mut block = Vec::new();
            w!(line.dot_reader().read_to_end(&mut block))?;
            assert_eq!(block, b"");
            w!(line.dot_reader().skip())?;
            assert_eq!(w!(line.read_line())?, "next");
            drop(line);
            server.finish()?;
        }
    }

    fn lines_of_a_block_can_be_taken_one_by_one() {
        for delivery in Delivery::ALL {
            let server = play("S: LIST\nS: ..profile\nS: .\nS: 205 bye\n", delivery);
            let mut line = w!(dial(&server));
            let mut block = line.dot_reader();
            let mut names = Vec::new();
            loop {
                let mut name = String::new();
                if w!(block.read_line(&mut name))? == 0 {
                    break;
                }
                names.push(name);
            }
            assert_eq!(names, ["LIST\r\n", ".profile\r\n"]);
            assert_eq!(w!(line.read_line())?, "205 bye");
        }
    }

    fn a_block_without_its_dot_is_cut_short_however_it_ends() {
        for delivery in Delivery::ALL {
            for end in ["S: half\n", "S- half", "S: half\nS- .", "S: half\nS- .\\r", "S: half\nS- .\\n"] {
                let server = play(&format!("{end}\nS! fin\n"), delivery);
                let mut line = w!(dial(&server));
                let mut block = Vec::new();
                let error = w!(line.dot_reader().read_to_end(&mut block)).unwrap_err();
                let error = landline::Error::from(error);
                assert_eq!(facts(&error), (ErrorKind::Truncated, Phase::ReadingBody), "{end}");
                assert!(block.starts_with(b"half"), "what came is kept: {block:?}");
                let server = play(&format!("{end}\nS! fin\n"), delivery);
                let mut line = w!(dial(&server));
                assert_eq!(w!(line.dot_reader().skip()).unwrap_err().kind(), ErrorKind::Truncated);
            }
        }
    }

    fn only_crlf_dot_crlf_ends_a_block() {
        for delivery in Delivery::ALL {
            for (wire, wanted) in [
                ("a\\r.\\rb", "a\r.\rb\r\n"),
                ("a\\n.\\r\\nb", "a\n.\r\nb\r\n"),
                ("a\\r\\n..\\nb", "a\r\n.\nb\r\n"),
            ] {
                let server = play(&format!("S: {wire}\nS: .\nS: next\n"), delivery);
                let mut line = w!(dial(&server));
                let mut block = String::new();
                w!(line.dot_reader().read_to_string(&mut block))?;
                assert_eq!(block, wanted, "{wire}");
                assert_eq!(w!(line.read_line())?, "next");
            }
        }
    }

    fn a4_a_block_of_bare_line_ends_is_refused_at_its_dot_however_it_comes() {
        for delivery in Delivery::ALL {
            for (wire, before) in [("a\\n.\\nb", "a\n.\n"), (".\\nb", "\n")] {
                let server = play(&format!("S: {wire}\nS: .\nS: next\n"), delivery);
                let mut line = w!(dial(&server));
                let mut block = Vec::new();
                let error = w!(line.dot_reader().read_to_end(&mut block)).expect_err(wire);
                assert_eq!(error.kind(), std::io::ErrorKind::InvalidData, "{error}");
                assert_eq!(block, before.as_bytes(), "{wire}");
            }
        }
    }

    fn a_block_is_stuffed_on_its_way_out_however_it_is_cut() {
        let text = ".\r\n..\r\nline\n.\nbare\rcr\r\n.last";
        let wanted = "C: ..\nC: ...\nC: line\nC: ..\nC: bare\nC: cr\nC: ..last\nC: .\nC: QUIT\n";
        for size in [1, 2, 3, 7, text.len()] {
            let server = play(wanted, Delivery::Whole);
            let mut line = w!(dial(&server));
            let mut block = line.dot_writer();
            for piece in text.as_bytes().chunks(size) {
                w!(block.write_all(piece))?;
            }
            w!(block.finish())?;
            w!(line.write_line("QUIT"))?;
            drop(line);
            server.finish()?;
        }
    }

    fn an_empty_block_is_a_dot_alone() {
        let server = play("C: .\nS: 250 taken\n", Delivery::Whole);
        let mut line = w!(dial(&server));
        w!(line.dot_writer().finish())?;
        assert_eq!(w!(line.read_line())?, "250 taken");
        drop(line);
        server.finish()?;
    }

    fn a_large_block_streams_both_ways() {
        const LINES: usize = 20_000;
        let server = play(
            &format!("C< {}\nS* {LINES} ..dotted\\r\\n\nS: .\n", 10 * LINES + 3),
            Delivery::Whole,
        );
        let mut line = w!(dial(&server));
        let mut block = line.dot_writer();
        for _ in 0..LINES {
            w!(block.write_all(b".dotted\n"))?;
        }
        w!(block.finish())?;
        let mut back = Vec::new();
        w!(line.dot_reader().read_to_end(&mut back))?;
        assert_eq!(back.len(), 9 * LINES);
        assert!(back.starts_with(b".dotted\r\n.dotted\r\n"));
        drop(line);
        server.finish()?;
    }
}

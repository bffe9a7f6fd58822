//! Messages stored by IMAP: what is announced is what comes, and it has whole lines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::io;
use std::sync::{Arc, Mutex};

use landline::mail::{Attachment, Message};
use landline::{ErrorKind, Upload};
use landline_testkit::{Conn, Server};
use support::faces;

/// What came of a message, and whether its command ended behind it.
type Taken = Arc<Mutex<(Vec<u8>, bool)>>;

/// A server that takes one message of the length that is announced.
fn server() -> (Server, Taken) {
    let taken = Taken::default();
    let shared = taken.clone();
    (Server::tcp(move |conn| take(conn, &shared)), taken)
}

fn take(conn: &mut Conn, taken: &Taken) -> io::Result<()> {
    conn.say("* OK hi\r\n")?;
    let line = String::from_utf8(conn.read_line()?).map_err(io::Error::other)?;
    let len = line.trim_end().trim_end_matches('}').rsplit('{').next().unwrap_or_default();
    conn.say("+ go on\r\n")?;
    let message = conn.read_exact_bytes(len.parse().map_err(io::Error::other)?)?;
    let is_whole = conn.read_line()? == b"\r\n";
    *taken.lock().unwrap() = (message, is_whole);
    let tag = line.split(' ').next().unwrap_or_default();
    conn.say(format!("{tag} OK taken\r\n"))
}

/// The slow and obvious way to make lines whole.
fn whole(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8(text.to_vec()).unwrap();
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    lines.replace('\n', "\r\n").into_bytes()
}

/// Texts whose line ends stand where the pieces that are read of them meet.
fn texts() -> Vec<Vec<u8>> {
    let ends = ["\r\n", "\n", "\r", "\n\r", "\r\r\n", "\r\nb\rc\nd\r"];
    let at_border = |end: &str| {
        let before = "a".repeat((64 << 10) - 1);
        format!("{before}{end}{before}{end}").into_bytes()
    };
    let mut texts: Vec<_> = ends.into_iter().map(at_border).collect();
    texts.push("a line\r\n".repeat(30_000).into_bytes());
    texts.push("a line\n".repeat(30_000).into_bytes());
    texts
}

faces! {
    async fn append(message: Upload) -> (Vec<u8>, bool, landline::Result<()>) {
        let (server, taken) = server();
        let mut session = w!(face::imap::Connection::connect(&server.addr().to_string())).unwrap();
        let put = w!(session.append("INBOX", &[], message)).map(drop);
        drop(session);
        drop(server);
        let (message, is_whole) = taken.lock().unwrap().clone();
        (message, is_whole, put)
    }

    fn a4_no_cr_or_lf_leaves_alone_wherever_pieces_meet() {
        for text in texts() {
            let (message, is_whole, put) = w!(append(Upload::bytes(text.clone())));
            put.unwrap();
            assert!(is_whole && message == whole(&text));
        }
    }

    fn a4_a_reader_of_known_length_is_held_to_its_promise() {
        let text = b"a\r\nb\r\n";
        let (message, is_whole, put) = w!(append(Upload::reader(&text[..], Some(6))));
        put.unwrap();
        assert!(is_whole && message == text);
        let (_, is_whole, put) = w!(append(Upload::reader(&b"a\nb"[..], Some(3))));
        let error = put.unwrap_err();
        assert_eq!((error.kind(), is_whole), (ErrorKind::Upload, false), "{error}");
    }

    fn a_message_that_is_built_is_stored_as_it_was_built() {
        let file = vec![b'x'; 100_000];
        let built = || {
            let message = Message::new().from("Ada <ada@a.test>").to("c@d.test").text("one\ntwo");
            message.attach(Attachment::bytes("a.bin", file.clone())).into_upload().unwrap()
        };
        let (message, is_whole, put) = w!(append(built()));
        put.unwrap();
        let text = String::from_utf8(message).unwrap();
        assert!(is_whole && text.starts_with("Date: ") && text.contains("\r\n\r\none\r\ntwo\r\n"));
        assert!(text.ends_with("--\r\n") && !text.replace("\r\n", "").contains(['\r', '\n']));
        let line = "eHh4".repeat(19);
        assert_eq!(text.lines().filter(|it| *it == line).count(), file.len() / 57);
    }
}

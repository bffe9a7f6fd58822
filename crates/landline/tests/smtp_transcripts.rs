//! Every dialogue of `transcripts/smtp` comes out the same under both faces, whole and byte by byte.
//!
//! | line | meaning, beside those of `support/mail.rs` |
//! |---|---|
//! | `message: TEXT` | it is sent with the envelope of the lines below; `len: N`: announced as so long |
//! | `do: STEP` | instead: `send FROM TO`, `verify NAME`, `expand LIST`, `help`, `noop`, `reset`, `command LINE` |
//! | `command: TEXT` | what reading asks |
//! | `lmtp: yes` | to a server that delivers at once |
//! | `ehlo: PATH` | how the URL has us call ourselves, `me.test` unless given |
//! | `from: A`, `to: B`, `any: yes`, `submitter: A` | the envelope |
//! | `original: A` | to whom it was sent before it was passed on to the last recipient |
//! | `return: full` or `headers`, `id: TEXT`, `notify: WORDS`, `eight-bit: yes`, `chunked: yes` | what it asks for |
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use landline::smtp::{Delivery as Sent, Envelope, Notify, Options, Return};
use landline::{ErrorKind, Upload};
use landline_testkit::transcript::{Delivery, Script};
use landline_testkit::{Server, http::pattern};
use support::faces;
use support::mail::{Came, Stage, all, sasl, security, text, unescaped};
use support::transcripts::{each, or_none, walk};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/transcripts/smtp");

fn note(came: &mut Came, sent: &Sent) {
    came.did.push(sent.reply.to_string());
    let refused = sent.refused.iter().map(|(who, reply)| format!("{who}: {reply}"));
    came.did.extend(refused);
    came.enhanced = sent.enhanced_code().map(|code| code.to_string());
}

fn envelope(script: &Script) -> Envelope {
    let mut envelope = Envelope::new(text(script, "from").unwrap_or_default());
    for to in all(script, "to") {
        envelope = envelope.to(unescaped(to));
    }
    envelope.any_recipient = script.header("any").is_some();
    envelope.submitter = text(script, "submitter");
    if let (Some(original), Some(last)) = (text(script, "original"), envelope.recipients.last_mut())
    {
        last.original = Some(original);
    }
    envelope.returned = script.header("return").map(|what| match what {
        "full" => Return::Full,
        _ => Return::Headers,
    });
    envelope.id = text(script, "id");
    let notify = script.header("notify").unwrap_or_default().split_whitespace();
    let when = |word| match word {
        "never" => Notify::Never,
        "success" => Notify::Success,
        "failure" => Notify::Failure,
        "delay" => Notify::Delay,
        other => panic!("no {other} to notify of"),
    };
    envelope.notify = notify.map(when).collect();
    envelope.eight_bit = script.header("eight-bit").is_some();
    envelope.chunked = script.header("chunked").is_some();
    envelope
}

fn options(script: &Script) -> Options {
    let mut options = Options::default();
    options.security = security(script);
    options.command = script.header("command").map(str::to_owned);
    options.envelope = envelope(script);
    options.sasl = sasl(script);
    options
}

fn message(script: &Script) -> Upload {
    let message = text(script, "message").unwrap_or_default().into_bytes();
    match script.header("len") {
        Some(len) => Upload::reader(std::io::Cursor::new(message), len.parse().ok()),
        None => Upload::bytes(message),
    }
}

/// A server that takes one message in whatever comes between `DATA` and the first end that any lax
/// server could see, and gives it to `check`.
fn taker() -> (Server, std::sync::mpsc::Receiver<Vec<u8>>) {
    let (tell, told) = std::sync::mpsc::channel();
    let server = Server::tcp(move |conn| {
        conn.say("220 ready\r\n")?;
        for answer in ["250 here\r\n", "250 ok\r\n", "250 ok\r\n", "354 go on\r\n"] {
            conn.read_line()?;
            conn.say(answer)?;
        }
        let mut all = Vec::new();
        while !all.ends_with(b"\r\n.\r\n") && all != b".\r\n" {
            all.extend(conn.read_line()?);
        }
        let _ = tell.send(all);
        conn.say("250 kept\r\n")?;
        // What was not the end would come here.
        assert_eq!(conn.read_line()?, b"QUIT\r\n");
        conn.say("221 bye\r\n")
    });
    (server, told)
}

/// Gives its bytes in pieces of one length.
struct InPieces(Vec<u8>, usize);

impl std::io::Read for InPieces {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = self.1.min(self.0.len()).min(into.len());
        into[..count].copy_from_slice(&self.0[..count]);
        self.0.drain(..count);
        Ok(count)
    }
}

/// Every text of CR, LF, dot and a letter, five long, in one message, each behind a mark.
fn mixtures() -> Vec<u8> {
    let letters = b"\r\n.a";
    let mut all = Vec::new();
    for number in 0..4_usize.pow(5) {
        all.extend(b"\r\n<");
        all.extend((0..5).map(|at| letters[number >> (2 * at) & 3]));
        all.extend(b">MAIL FROM:<x>");
    }
    all
}

faces! {
    async fn step(session: &mut face::smtp::Connection, step: &str, script: &Script) -> landline::Result<String> {
        let (verb, rest) = step.split_once(' ').unwrap_or((step, ""));
        let rest = unescaped(rest);
        Ok(match verb {
            "verify" => w!(session.verify(&rest))?.to_string(),
            "expand" => w!(session.expand(&rest))?.to_string(),
            "help" => w!(session.help(&rest))?.to_string(),
            "noop" => w!(session.noop()).map(|()| "nothing".to_owned())?,
            "reset" => w!(session.reset()).map(|()| "reset".to_owned())?,
            "command" => w!(session.command(&rest))?.to_string(),
            "send" => {
                let (from, to) = rest.split_once(' ').expect("two addresses");
                let sent = w!(session.send(&Envelope::new(from).to(to), message(script)));
                sent.map_or_else(|error| or_none(error.status().map(|it| it.to_string())), |sent| sent.reply.to_string())
            }
            other => panic!("no step {other}"),
        })
    }

    async fn run(opener: &face::Opener, url: &str, script: &Script, came: &mut Came) -> landline::Result<()> {
        let mut session = w!(face::smtp::Connection::with(opener, url))?;
        for words in all(script, "do") {
            came.did.push(w!(step(&mut session, words, script))?);
        }
        if script.header("do").is_none() {
            note(came, &w!(session.send(&envelope(script), message(script)))?);
        }
        w!(session.quit())
    }

    async fn play(script: &Script, delivery: Delivery) -> Result<(), String> {
        let stage = Stage::set(script, delivery, if script.header("lmtp").is_some() { "lmtp" } else { "smtp" });
        let opener = w!(opener_for(&stage, script)).smtp(options(script));
        let mut came = Came::default();
        if !w!(visit(&opener, &stage, script, || message(script), &mut came)) {
            came.error = w!(run(&opener, &stage.url(&format!("/{}", script.header("ehlo").unwrap_or("me.test"))), script, &mut came)).err();
        }
        w!(verdict(opener, stage, came))
    }

    async fn play_all(delivery: Delivery, part: usize) -> () {
        let all = each(FOLDER).into_iter().filter(|(_, one)| *one == delivery);
        walk!(in all.skip(part).step_by(2), play);
    }

    fn a_word_lost_on_a_chunk_that_is_not_the_last_leaves_nothing_unknown() {
        let server = Server::tcp(|conn| {
            conn.say("220 ready\r\n")?;
            for answer in ["250-here\r\n250 CHUNKING\r\n", "250 ok\r\n", "250 ok\r\n"] {
                conn.read_line()?;
                conn.say(answer)?;
            }
            let line = String::from_utf8(conn.read_line()?).expect("text");
            let len = line.trim().strip_prefix("BDAT ").expect("not the last").parse().expect("a number");
            conn.read_exact_bytes(len).map(drop)
        });
        let mut session = w!(face::smtp::Connection::connect(&server.addr().to_string())).unwrap();
        let mut envelope = Envelope::new("a@here.test").to("b@there.test");
        envelope.chunked = true;
        let error = w!(session.send(&envelope, Upload::bytes(pattern(0, 3 << 20)))).unwrap_err();
        assert!(!error.is_delivery_unknown(), "{}", error.chain());
        assert_eq!((error.kind(), error.phase()), (ErrorKind::Io, landline::Phase::AwaitingReply));
    }

    fn every_transcript_comes_out_as_written_whole() {
        w!(play_all(Delivery::Whole, 0));
    }

    fn every_other_transcript_comes_out_as_written_whole() {
        w!(play_all(Delivery::Whole, 1));
    }

    fn every_transcript_comes_out_as_written_byte_by_byte() {
        w!(play_all(Delivery::OneByte, 0));
    }

    fn every_other_transcript_comes_out_as_written_byte_by_byte() {
        w!(play_all(Delivery::OneByte, 1));
    }

    /// Class E4: an answer to `STARTTLS` that was there before it was said is somebody else's, and what
    /// comes behind it would be too.
    fn e4_a_go_ahead_before_the_question_is_fatal() {
        for security in [landline::Security::Tried, landline::Security::Required] {
            let server = Server::tcp(|conn| {
                conn.say("220 ready\r\n")?;
                conn.read_line()?;
                conn.say("250-here\r\n250 STARTTLS\r\n220 go on\r\n")?;
                assert_eq!(conn.read_to_close()?, 0);
                Ok(())
            });
            let mut options = Options::default();
            options.security = security;
            let opener = opener().smtp(options);
            let url = server.url_for("smtp", "/me.test");
            let error = w!(face::smtp::Connection::with(&opener, &url)).map(drop).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Protocol, "{}", error.chain());
            assert!(error.to_string().contains("answered STARTTLS before"), "{error}");
        }
    }

    /// Class A4: whatever a message holds of CR, LF and dots, and wherever its pieces end, what arrives
    /// is one message of whole lines.
    fn a4_nothing_in_a_message_ends_it() {
        for piece in [1, 2, 3, 5, 7, 64, 100_000] {
            let (server, told) = taker();
            let mut session = w!(face::smtp::Connection::connect(&server.addr().to_string())).unwrap();
            let upload = Upload::reader(InPieces(mixtures(), piece), None);
            let sent = w!(session.send(&Envelope::new("a@b").to("c@d"), upload)).unwrap();
            assert_eq!(sent.reply.first_line(), "kept");
            w!(session.quit()).unwrap();
            let text = String::from_utf8(told.recv().unwrap()).unwrap();
            let lines: Vec<_> = text.strip_suffix("\r\n.\r\n").unwrap().split("\r\n").collect();
            assert!(lines.iter().all(|line| !line.contains(['\r', '\n']) && *line != "."), "{piece}");
            assert_eq!(text.matches("MAIL FROM:<x>").count(), 1024, "{piece}");
        }
    }

    /// A server that has enough of a message says so and hangs up: its words are the error.
    fn a_refusal_in_the_middle_of_a_message_is_told() {
        let server = Server::tcp(|conn| {
            conn.say("220 ready\r\n")?;
            for answer in ["250 here\r\n", "250 ok\r\n", "250 ok\r\n", "354 go on\r\n"] {
                conn.read_line()?;
                conn.say(answer)?;
            }
            conn.read_line()?;
            conn.say("552 5.3.4 too much\r\n")
        });
        let mut session = w!(face::smtp::Connection::connect(&server.addr().to_string())).unwrap();
        let upload = Upload::bytes(pattern(0, 4 << 20));
        let error = w!(session.send(&Envelope::new("a@b").to("c@d"), upload)).unwrap_err();
        // What the server said may be lost with the connection; that nothing was delivered is not.
        assert!(matches!(error.kind(), ErrorKind::Refused | ErrorKind::Io), "{error:?}");
        let known = error.status() == Some(552) || error.phase() == landline::Phase::Sending;
        assert!(known, "{error:?}");
    }
}

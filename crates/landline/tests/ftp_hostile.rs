//! FTP servers that answer out of step: no reply may pass for that to another command, and no
//! connection in doubt may be kept (class D3).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::time::Duration;

use landline::aio::ftp::Connection;
use landline::ftp::{
    ActiveAddress, CwdMethod, DataMode, Options, Quote, QuoteTime, Security, TransferKind,
};
use landline::net::NetOptions;
use landline::{ByteRange, ErrorKind};
use landline_testkit::ftp::{Answer, Builder, End, Server, Wait};
use support::{bounded, faces, ms, run, timeouts};
use tokio::time::timeout;

const SHORT: Duration = Duration::from_millis(100);

fn with(change: impl FnOnce(&mut Options)) -> Options {
    let mut options = Options::default();
    change(&mut options);
    options
}

fn active() -> Options {
    with(|all| all.mode = DataMode::Active(ActiveAddress::default()))
}

fn quote(command: &str, when: QuoteTime) -> Options {
    let quote = Quote { command: command.to_owned(), may_fail: false, when };
    with(|all| all.quotes = vec![quote])
}

/// Files of the same name in several folders, each with its own path inside.
fn folders() -> Builder {
    let paths = ["/f", "/home/f", "/home/a/f", "/home/a/b/f", "/home/b/f", "/a/f", "/a b/f"];
    paths
        .into_iter()
        .fold(Server::builder(), |builder, path| builder.file(path, path))
        .home("/home")
}

/// How a URL names each of them.
const NAMED: [(&str, &str); 7] = [
    ("//f", "/f"),
    ("/f", "/home/f"),
    ("/a/f", "/home/a/f"),
    ("/a/b/f", "/home/a/b/f"),
    ("/b/f", "/home/b/f"),
    ("/%2Fa/f", "/a/f"),
    ("//a%20b/f", "/a b/f"),
];

/// Gives up `step` after a short wait, lets the server go on and asks for the folder.
macro_rules! given_up {
    ($server:expr, $step:ident $arguments:tt) => {
        bounded(|| {
            let server = $server.start();
            run(async {
                let mut connection = Connection::connect(&server.addr().to_string()).await?;
                connection.login(None).await?;
                assert!(timeout(SHORT, connection.$step $arguments).await.is_err());
                server.release();
                assert_eq!(connection.pwd().await?, "/");
                assert_eq!(connection.size("f").await?, 5);
                Ok(())
            })
        })
    };
}

fn hello() -> Builder {
    Server::builder().file("/f", "hello").pattern("/big", 1 << 30)
}

#[test]
fn the_reply_to_a_transfer_given_up_is_nobody_elses() {
    given_up!(hello().accept_late(Wait::Release), retrieve("f", 0));
    given_up!(hello().accept_late(Wait::Release), store("new", 0));
    given_up!(hello().accept_late(Wait::Release), list(""));
}

#[test]
fn the_reply_to_a_command_given_up_is_nobody_elses() {
    bounded(|| {
        let server = landline_testkit::Server::tcp(|conn| {
            conn.say("220 hello\r\n")?;
            loop {
                let reply: &[u8] = match conn.read_line()?.trim_ascii_end() {
                    b"PWD" => b"257 \"/\"\r\n",
                    b"SIZE f" => b"213 5\r\n",
                    b"TYPE I" => b"200 bytes\r\n",
                    b"" => return Ok(()),
                    _ => {
                        conn.wait_for_release();
                        b"250-late\r\n250 and long\r\n"
                    }
                };
                conn.say(reply)?;
            }
        });
        run(async {
            let mut connection = Connection::connect(&server.addr().to_string()).await?;
            macro_rules! give_up {
                ($step:ident $arguments:tt) => {
                    assert!(timeout(SHORT, connection.$step $arguments).await.is_err());
                    server.release();
                    assert_eq!(connection.pwd().await?, "/");
                    assert_eq!(connection.size("f").await?, 5);
                };
            }
            give_up!(noop());
            give_up!(cwd("x"));
            give_up!(mkdir("x"));
            give_up!(delete("x"));
            give_up!(modified("x"));
            give_up!(facts("x"));
            give_up!(features());
            give_up!(rename("x", "y"));
            give_up!(command("SITE x"));
            connection.set_kind(TransferKind::Image).await?;
            give_up!(set_kind(TransferKind::Ascii));
            connection.set_kind(TransferKind::Image).await?;
            let lines = server.received_text().concat();
            assert_eq!(lines.matches("TYPE I").count(), 2, "{lines}");
            Ok(())
        })
    });
}

faces! {
    async fn connect(server: &Server) -> landline::Result<face::ftp::Connection> {
        let mut connection = w!(face::ftp::Connection::connect(&server.addr().to_string()))?;
        w!(connection.login(None))?;
        Ok(connection)
    }

    async fn read(opener: &face::Opener, url: String) -> landline::Result<String> {
        w!(w!(opener.open(&url))?.text())
    }

    fn a_preliminary_reply_is_not_the_last() {
        let server = hello().answer("STAT", Answer::raw("150 wait\r\n211 done\r\n")).start();
        let mut connection = w!(connect(&server))?;
        assert_eq!(w!(connection.command("STAT"))?.code(), Some(150));
        assert_eq!(w!(connection.pwd())?, "/");
        assert_eq!(w!(connection.size("f"))?, 5);
    }

    fn d3_a_reply_nobody_asked_for_is_no_answer() {
        let server = hello().answer("NOOP", Answer::raw("200 yes\r\n250 and yes\r\n")).start();
        let mut connection = w!(connect(&server))?;
        w!(connection.noop())?;
        for _ in 0..2 {
            assert_eq!(w!(connection.cwd("/none")).unwrap_err().kind(), ErrorKind::Protocol);
        }
    }

    fn a_reply_that_came_too_late_is_nobody_elses() {
        let server = hello().final_reply_late(Wait::Release).start();
        let waits = timeouts(|all| all.first_byte = ms(100));
        let host = server.addr().to_string();
        let net = NetOptions::default();
        let mut connection =
            w!(face::ftp::Connection::connect_with(&host, Options::default(), &net, waits))?;
        w!(connection.login(None))?;
        let mut bytes = Vec::new();
        let mut reader = w!(connection.retrieve("f", 0))?;
        let error = landline::Error::from(w!(reader.read_to_end(&mut bytes)).unwrap_err());
        assert_eq!((error.kind(), &*bytes), (ErrorKind::Timeout, &b"hello"[..]));
        assert!(w!(reader.read(&mut [0; 1])).is_err(), "a failed transfer has no end");
        drop(reader);
        server.release();
        assert_eq!(w!(connection.pwd())?, "/");
        assert_eq!(w!(connection.size("f"))?, 5);
    }

    fn behind_a_transfer_broken_off_every_command_has_its_own_reply() {
        let server = hello().start();
        let mut connection = w!(connect(&server))?;
        w!(connection.set_kind(TransferKind::Image))?;
        for _ in 0..3 {
            let mut some = [0; 10];
            w!(w!(connection.retrieve("big", 0))?.read_exact(&mut some))?;
            assert_eq!(w!(connection.pwd())?, "/");
            let mut all = String::new();
            w!(w!(connection.retrieve("f", 0))?.read_to_string(&mut all))?;
            assert_eq!(all, "hello");
            w!(w!(connection.store("part", 0))?.write_all(b"only a part"))?;
            assert_eq!(w!(connection.size("f"))?, 5);
        }
    }

    fn a_broken_transfer_that_is_answered_twice_spoils_no_other() {
        let twice = Answer::raw("426 Broken.\r\n226 Done.\r\n");
        let server = hello().pattern("/p", 300).final_reply(twice).start();
        let opener = opener();
        for _ in 0..3 {
            let part = opener.clone().range(ByteRange::Between(0, 4));
            assert_eq!(w!(read(&part, server.url("/p")))?.len(), 5);
            let size = w!(opener.info(&server.url("/f")))?.get("Content-Length").map(str::to_owned);
            assert_eq!(size.as_deref(), Some("5"));
        }
    }

    fn a_marker_that_no_transfer_has_used_is_taken_back() {
        let server = hello().answer_nth("RETR", 1, "450 Busy.").start();
        let mut connection = w!(connect(&server))?;
        assert!(w!(connection.retrieve("f", 3)).is_err());
        let mut all = String::new();
        w!(w!(connection.retrieve("f", 0))?.read_to_string(&mut all))?;
        assert_eq!(all, "hello");
    }

    fn preliminary_replies_without_end_are_too_many() {
        let endless = || Answer::raw("120 Soon.\r\n").endlessly("120 Soon.\r\n");
        let greets = hello().greeting(endless()).start();
        let confirms = hello().final_reply(endless()).start();
        for server in [greets, confirms] {
            let kind = w!(read(&opener(), server.url("/f"))).unwrap_err().kind();
            assert_eq!(kind, ErrorKind::Limit);
        }
    }

    fn d3_a_kept_connection_that_has_spoken_is_not_used() {
        let unasked = ["226 And done.", "250 Yes.", "150 Coming.", "421 Bye.", "nonsense"];
        for said in unasked {
            let server = folders().after_transfer(1, said).start();
            let opener = opener();
            for (url, content) in NAMED {
                assert_eq!(w!(read(&opener, server.url(url)))?, content, "after {said}");
            }
        }
    }

    fn d3_the_farewell_of_a_kept_connection_is_no_error() {
        let farewell = || Answer::from("421 Time is over.").then(End::Fin);
        for verb in ["CWD", "EPSV", "SIZE", "RETR"] {
            // In the second transfer of a connection.
            let nth = if verb == "CWD" { 3 } else { 2 };
            let server = folders().answer_nth(verb, nth, farewell()).start();
            let opener = opener();
            assert_eq!(w!(read(&opener, server.url("/a/f")))?, "/home/a/f");
            let second = w!(read(&opener, server.url("/b/f")));
            if let Err(error) = second {
                assert_eq!(error.status(), Some(421), "{verb}: {error}");
            }
            assert_eq!(w!(read(&opener, server.url("/a/b/f")))?, "/home/a/b/f", "{verb}");
        }
    }

    fn two_urls_in_any_folders_give_their_own_files() {
        for method in [CwdMethod::Multi, CwdMethod::Single, CwdMethod::None] {
            let server = folders().start();
            let opener = opener().ftp(with(|all| all.path_method = method));
            for (one, its) in NAMED {
                for (other, others) in NAMED {
                    assert_eq!(w!(read(&opener, server.url(one)))?, its);
                    assert_eq!(w!(read(&opener, server.url(other)))?, others, "after {one}");
                }
            }
            assert_eq!(server.connections(), 1, "{method:?}");
        }
    }

    fn behind_a_failed_step_the_next_url_is_right() {
        let missing = ["/a/none/b/f", "/none/f", "/a/none", "/f/a/f", "/a/b/none/"];
        for method in [CwdMethod::Multi, CwdMethod::Single, CwdMethod::None] {
            let server = folders().start();
            let opener = opener().ftp(with(|all| all.path_method = method));
            for bad in missing {
                for (url, content) in NAMED {
                    w!(read(&opener, server.url(bad))).unwrap_err();
                    assert_eq!(w!(read(&opener, server.url(url)))?, content, "{bad} {method:?}");
                }
            }
        }
    }

    fn behind_a_refused_step_the_next_url_is_right() {
        for verb in ["CWD", "EPSV", "TYPE", "SIZE", "RETR", "REST"] {
            for refusal in ["550 No.", "450 Not now.", "502 What?", "226 Done.", "150 Well"] {
                let server = folders().answer_nth(verb, 1, refusal).start();
                let waits = timeouts(|all| (all.first_byte, all.idle_read) = (ms(50), ms(50)));
                let opener = opener().timeouts(waits);
                let first = opener.clone().range(ByteRange::From(1));
                let _ = w!(read(&first, server.url("/a/f")));
                for (url, content) in NAMED {
                    match w!(read(&opener, server.url(url))) {
                        Ok(got) => assert_eq!(got, content, "{verb}: {refusal}"),
                        // New connections are refused, too.
                        Err(error) if error.kind() == ErrorKind::Timeout => {}
                        Err(error) => assert_eq!(error.command(), Some(verb), "{refusal}: {error}"),
                    }
                }
            }
        }
    }

    fn where_nobody_knows_the_way_back_a_new_connection_is_made() {
        let odd = ["500 What?", "257 \"home\"", "257 nothing", "257 \"/h\u{fffd}\""];
        for pwd in odd {
            let server = folders().answer("PWD", pwd).start();
            let opener = opener();
            for (url, content) in NAMED {
                assert_eq!(w!(read(&opener, server.url(url)))?, content, "PWD: {pwd}");
            }
        }
        let server = folders().answer_nth("CWD", 2, "550 Gone.").start();
        let opener = opener();
        for url in ["/a/f", "/b/f", "/f", "/b/f"] {
            let content = format!("/home{url}");
            assert_eq!(w!(read(&opener, server.url(url)))?, content, "no way back");
        }
    }

    fn commands_of_the_callers_own_change_no_other_url() {
        let server = folders().folder("/home/b/b").start();
        let opener = opener();
        for command in ["CWD /", "CDUP", "CWD a", "TYPE A", "NOOP"] {
            for when in [QuoteTime::First, QuoteTime::Prepared, QuoteTime::Done] {
                let quoting = opener.clone().ftp(quote(command, when));
                let mut came = Vec::new();
                for _ in 0..3 {
                    came.push(w!(read(&quoting, server.url("/a/f"))).ok());
                }
                assert!(came.iter().all(|one| *one == came[0]), "{command} {when:?}: {came:?}");
                assert_eq!(w!(read(&opener, server.url("/b/f")))?, "/home/b/f");
            }
        }
    }

    fn a_first_command_means_the_same_on_a_kept_connection() {
        let server = folders().start();
        let opener = opener().ftp(quote("DELE f", QuoteTime::First));
        w!(read(&opener, server.url("/a/f")))?;
        server.put("/home/f", "again");
        w!(read(&opener, server.url("/b/f")))?;
        assert!(server.exists("/home/a/f") && !server.exists("/home/f"));
    }

    fn a_prepared_command_is_sent_once_though_mlsd_is_unknown() {
        let server = folders().without("MLSD").start();
        let client = ftp_client().options(quote("DELE f", QuoteTime::Prepared));
        let listing = w!(client.entries(&server.url("/a/")))?;
        assert_eq!(w!(all_entries(listing)).0?.len(), 1);
        let refused = folders().answer("TYPE", "500 What?").start();
        let error = w!(ftp_client().entries(&refused.url("/"))).unwrap_err();
        assert_eq!(error.command(), Some("TYPE"));
    }

    fn a_listing_that_is_broken_off_is_not_empty() {
        let raw = |text: &str| Answer::raw(text.replace('|', "\r\n"));
        for replies in ["150 a|450 b|", "150 a|550 b|", "150 a|425 b|", "125 a|150 b|426 c|"] {
            for options in [active(), Options::default()] {
                let server = folders().answer("LIST", raw(replies)).answer("MLSD", raw(replies));
                let server = server.start();
                let waits = timeouts(|all| all.idle_read = ms(200));
                let opener = opener().timeouts(waits).ftp(options);
                assert!(w!(read(&opener, server.url("/"))).is_err(), "{replies}");
                assert_eq!(w!(read(&opener, server.url("/a/f")))?, "/home/a/f");
            }
        }
    }
}

/// Class E4: an answer to `AUTH TLS` that was there before it was said is somebody else's.
#[test]
fn e4_a_go_ahead_before_the_question_is_fatal() {
    for security in [Security::Tried, Security::Required] {
        bounded(move || {
            let server = landline_testkit::Server::tcp(|conn| {
                conn.say("220 ready\r\n234 go on\r\n")?;
                assert_eq!(conn.read_to_close()?, 0);
                Ok(())
            });
            let options = with(|all| all.security = security);
            let opener = landline::Opener::new()?.ftp(options);
            let error = opener.open(&server.url_for("ftp", "/f")).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Protocol, "{}", error.chain());
            assert!(error.to_string().contains("nobody asked for: 234 go on"), "{error}");
            Ok(())
        });
    }
}

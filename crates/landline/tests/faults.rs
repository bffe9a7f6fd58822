//! The fault table at the library's level: every row gives its kind of error in its phase, what
//! came before it is delivered, and nothing broken counts as success.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::time::Duration;

use landline::ErrorKind::{
    Certificate, Connect, EmptyReply, Encoding, Framing, Io, Limit, Protocol, Redirects, Scheme,
    Status, Timeout, Tls, Truncated, Url, Version,
};
use landline::Phase::{AwaitingReply, Connecting, ReadingBody, TlsHandshake};
use landline::net::NetOptions;
use landline::{Error, ErrorKind, LowSpeed, Phase, Timeouts};
use landline_testkit::fault::{self, Fault, FaultServer, Keep};
use landline_testkit::{Blackhole, ClosedPort, Server};
use support::{faces, facts, ms, timeouts, trusting};

/// What a row must come to; `None` is success.
type Verdict = Option<(ErrorKind, Phase)>;

fn verdict(id: &str) -> Verdict {
    let rules: &[(&str, Verdict)] = &[
        ("04", Some((Io, AwaitingReply))),
        ("05 06", Some((EmptyReply, AwaitingReply))),
        ("07 08", Some((Truncated, AwaitingReply))),
        ("09a 09b 12a 12b 12c", Some((Truncated, ReadingBody))),
        ("10a 10b 50a 50b", Some((Io, ReadingBody))),
        ("11 16 28a 28b 49", None),
        ("13a 13b 13c 13d 14 15", Some((Framing, ReadingBody))),
        ("17a 17b", Some((Encoding, AwaitingReply))),
        ("18a 18b 18c 18d 18e 18f 19 20 21a 21b 21c 23a", Some((Protocol, AwaitingReply))),
        ("22 23b", Some((Version, AwaitingReply))),
        ("24a 24b 24c 25", Some((Limit, AwaitingReply))),
        ("26 27a 27b", Some((Limit, ReadingBody))),
        ("29a 29d", Some((Timeout, AwaitingReply))),
        ("29b 29c 30", Some((Timeout, ReadingBody))),
        ("42a 42b", Some((Redirects, AwaitingReply))),
        ("43a 43b 43c", Some((Scheme, AwaitingReply))),
        ("44a 44b", Some((Url, AwaitingReply))),
        ("45a 45b", Some((Status, AwaitingReply))),
        ("46a 46b 46c 46d", Some((Certificate, TlsHandshake))),
        ("47a 47b 47c 47d 47e 47f 51a 51b", Some((Tls, TlsHandshake))),
        ("48", Some((Timeout, TlsHandshake))),
    ];
    let rule = rules.iter().find(|(ids, _)| ids.split(' ').any(|one| one == id));
    rule.unwrap_or_else(|| panic!("no verdict for {id}")).1
}

fn deadlines(fault: &Fault) -> Timeouts {
    timeouts(|all| match fault.id {
        "29a" | "29b" => all.total = ms(200),
        "29c" | "29d" => all.low_speed = Some(low_speed(200)),
        "30" => all.low_speed = Some(low_speed(600)),
        "48" => all.connect = ms(200),
        _ => {}
    })
}

fn low_speed(millis: u64) -> LowSpeed {
    LowSpeed { bytes_per_second: 100, time: Duration::from_millis(millis) }
}

fn trust(server: &FaultServer) -> NetOptions {
    server.authority().map_or_else(NetOptions::default, |authority| trusting(authority.ca_der()))
}

/// Not the rows whose own pace is what they are about, those that would take for ever in drops,
/// and row 10, where the reset would overtake the drops.
fn is_for_drops(fault: &Fault) -> bool {
    !matches!(fault.row, 10 | 24..=30)
}

/// Compares what came with what the table wants; the answer is a complaint.
fn judge(fault: &Fault, body: &[u8], error: Option<&Error>) -> Result<(), String> {
    let came = error.map(facts);
    let chain = error.map_or("success".to_owned(), Error::chain);
    if came != verdict(fault.id) {
        return Err(format!("{came:?} instead of {:?}: {chain}", verdict(fault.id)));
    }
    for word in fault.says {
        if !chain.to_lowercase().contains(&word.to_lowercase()) {
            return Err(format!("`{word}` is missing in: {chain}"));
        }
    }
    let fits = match fault.keep {
        _ if error.is_none() => body == fault.body,
        Keep::Nothing => body.is_empty(),
        Keep::Exactly(part) => body == part,
        Keep::Beginning => fault.body.starts_with(body),
    };
    if fits { Ok(()) } else { Err(format!("{:?} was delivered", body.escape_ascii().to_string())) }
}

faces! {
    async fn read(opener: &face::Opener, url: &str) -> (Vec<u8>, Option<Error>) {
        let mut document = match w!(opener.open(url)) {
            Ok(document) => document,
            Err(error) => return (Vec::new(), Some(error)),
        };
        let mut body = Vec::new();
        let error = w!(document.read_to_end(&mut body)).err().map(Error::from);
        (body, error)
    }

    async fn commit(fault: &Fault, in_drops: bool) -> Result<(), String> {
        let server = fault.serve_on(Server::builder().one_byte(in_drops));
        let opener = opener().net(trust(&server)).timeouts(deadlines(fault));
        let url = server.url(fault);
        let (body, error) = w!(read(&opener, &url));
        judge(fault, &body, error.as_ref())?;
        let is_before_the_body = error.as_ref().is_some_and(|error| error.phase() != ReadingBody);
        if is_before_the_body && error.as_ref().and_then(Error::url).is_none() {
            return Err("the error names no URL".to_owned());
        }
        if fault.poisons && !in_drops {
            w!(read(&opener, &url));
            if server.server().connections() != 2 {
                return Err("the connection was used again".to_owned());
            }
        }
        Ok(())
    }

    async fn commit_all(in_drops: bool) -> Vec<String> {
        let mut complaints = Vec::new();
        for fault in fault::all().iter().filter(|fault| !in_drops || is_for_drops(fault)) {
            if let Err(complaint) = w!(commit(fault, in_drops)) {
                complaints.push(format!("{} ({}): {complaint}", fault.id, fault.description));
            }
        }
        complaints
    }

    fn every_row_comes_to_its_kind_and_phase() {
        let complaints = w!(commit_all(false));
        assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
    }

    fn every_row_comes_to_the_same_byte_by_byte() {
        let complaints = w!(commit_all(true));
        assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
    }

    fn row_1_names_every_address_that_was_tried() {
        let closed = ClosedPort::new();
        let url = format!("http://localhost:{}/", closed.addr().port());
        let error = w!(opener().open(&url)).unwrap_err();
        assert_eq!(facts(&error), (Connect, Connecting));
        let text = error.to_string();
        let port = closed.addr().port().to_string();
        for part in ["localhost", &port, "127.0.0.1", "::1", "refused"] {
            assert!(text.contains(part), "{part} is missing in: {text}");
        }
        assert_eq!(error.url(), Some(url.as_str()));
        assert!(error.is_connect() && !error.is_timeout());
    }

    fn row_3_a_silent_address_runs_into_the_connect_timeout() {
        let hole = Blackhole::new();
        let url = format!("http://{}/", hole.addr());
        let opener = opener().timeouts(timeouts(|all| all.connect = ms(150)));
        let error = w!(opener.open(&url)).unwrap_err();
        assert_eq!(facts(&error), (Timeout, Connecting));
        assert!(error.to_string().contains("150 ms"), "{error}");
        assert!(error.is_timeout() && error.is_connect());
    }

    fn row_45_carries_the_reply_and_can_be_switched_off() {
        let fault = fault::find("45a");
        let server = fault.serve();
        let error = w!(opener().open(&server.url(&fault))).unwrap_err();
        assert_eq!(error.status(), Some(404));
        let reply = error.reply().unwrap();
        assert_eq!((reply.status(), reply.body(), reply.is_complete()), (404, &b"sorry"[..], true));
        assert_eq!(reply.headers().get("content-length"), Some("5"));
        let mut document = w!(opener().any_status(true).open(&server.url(&fault)))?;
        assert_eq!(document.status(), Some(404));
        assert_eq!(w!(document.text())?, "sorry");
    }

    fn f5_an_announced_length_is_never_believed_for_memory() {
        let server = Server::tcp(|conn| {
            conn.read_head()?;
            conn.say("HTTP/1.1 200 OK\r\nContent-Length: 4611686018427387904\r\n\r\nten bytes.")
        });
        let mut document = w!(opener().open(&server.url("/")))?;
        assert_eq!(document.announced_len(), Some(1 << 62));
        let error = w!(document.read_to_vec()).unwrap_err();
        assert_eq!(facts(&error), (Truncated, ReadingBody));
        assert!(error.to_string().contains("after 10 of 4611686018427387904"), "{error}");
    }

    fn a_broken_body_stays_broken() {
        let fault = fault::find("12a");
        let server = fault.serve();
        let mut document = w!(opener().open(&server.url(&fault)))?;
        w!(document.read_to_end(&mut Vec::new())).unwrap_err();
        let mut more = Vec::new();
        let again = Error::from(w!(document.read_to_end(&mut more)).unwrap_err());
        assert_eq!((facts(&again), more.len()), ((Truncated, ReadingBody), 0));
    }
}

//! Class A1: whatever a caller puts into whichever field, the server sees one request with the
//! lines it should have, or nothing at all.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::time::Duration;

use landline::{ErrorKind, Phase};
use landline_testkit::Server;
use support::faces;

const LONG: Duration = Duration::from_secs(10);

/// What is put into every field, and whether it holds a byte that must stop the call.
const VALUES: &[(&str, bool)] = &[
    ("a\rInjected: yes", true),
    ("a\nInjected: yes", true),
    ("a\r\nInjected: yes", true),
    ("a\r\n\r\nGET /injected HTTP/1.1\r\n\r\n", true),
    ("\r\nInjected: yes", true),
    ("a\r\n", true),
    ("a\0b", true),
    ("a%0d%0aInjected:%20yes", false),
    // Narrowed to one byte these become LF, CR LF and NUL.
    ("a\u{10a}Injected: yes", false),
    ("a\u{560d}\u{560a}Injected: yes", false),
    ("a\u{100}b", false),
    // What some take for a line end.
    ("a\u{85}Injected: yes", false),
    ("a\u{2028}Injected: yes", false),
];

const FIELDS: &[&str] = &[
    "method",
    "target",
    "path",
    "query",
    "fragment",
    "host",
    "user in the URL",
    "header name",
    "header value",
    "Host",
    "user agent",
    "referer",
    "range",
    "type",
    "user",
    "password",
    "bearer",
];

/// A server that answers each connection once and remembers what it got.
fn serve() -> Server {
    Server::tcp(|conn| {
        conn.read_head()?;
        conn.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    })
}

/// What is wrong with what the server got.
fn complaint(received: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(received);
    let bare =
        received.iter().filter(|byte| **byte == b'\n').count() != text.matches("\r\n").count();
    let lines: Vec<_> = text.split("\r\n").collect();
    let is_injected = lines.iter().skip(1).any(|line| line.starts_with("Injected"));
    let requests = text.matches(" HTTP/1.1\r\n").count();
    // Request line, Host, User-Agent, Accept, one of ours, what a body adds, the empty ones.
    let is_long = lines.len() > 10;
    let is_broken = bare || is_injected || requests != 1 || is_long || received.contains(&0);
    is_broken.then(|| received.escape_ascii().to_string())
}

faces! {
    async fn send(url: &str, field: &str, value: &str) -> landline::Result<u16> {
        let client = client();
        let request = match field {
            "method" => client.request(value, url),
            "target" => client.get(url).request_target(&format!("/{value}")),
            "path" => client.get(&format!("{url}{value}")),
            "query" => client.get(&format!("{url}?q={value}")),
            "fragment" => client.get(&format!("{url}#{value}")),
            "host" => client.get(&url.replace("127.0.0.1", &format!("127.0.0.1{value}"))),
            "user in the URL" => client.get(&url.replace("//", &format!("//{value}@"))),
            "header name" => client.get(url).header(value, "x"),
            "header value" => client.get(url).header("X-Field", value),
            "Host" => client.get(url).header("Host", value),
            "user agent" => client.get(url).user_agent(value),
            "referer" => client.get(url).referer(value),
            "range" => client.get(url).range(value),
            "type" => client.post(url).bytes("x").content_type(value),
            "user" => client.get(url).basic_auth(value, "pw"),
            "password" => client.get(url).basic_auth("me", value),
            _ => client.get(url).bearer_auth(value),
        };
        Ok(w!(request.send())?.status())
    }

    fn no_field_of_a_request_can_add_a_line() {
        let mut complaints = Vec::new();
        for field in FIELDS {
            // Some values only make another host, which would have to be looked up.
            let fits = |must_stop: bool| must_stop || *field != "host";
            for (value, must_stop) in VALUES.iter().filter(|(_, must_stop)| fits(*must_stop)) {
                let server = serve();
                let sent = w!(send(&server.url("/"), field, value));
                // Base64 leaves nothing of what is inside.
                let is_coded = matches!(*field, "user" | "password");
                match sent {
                    Err(error) if server.connections() > 0 => {
                        complaints.push(format!("{field} {value:?}: connected, then {error}"));
                    }
                    Err(error) if !matches!(error.kind(), ErrorKind::Usage | ErrorKind::Url) => {
                        complaints.push(format!("{field} {value:?}: {error:?}"));
                    }
                    Err(error) => assert_eq!(error.phase(), Phase::Preparing),
                    Ok(_) if *must_stop && !is_coded => {
                        complaints.push(format!("{field} {value:?} was sent"));
                    }
                    Ok(_) => {
                        assert!(server.wait_for(|records| records[0].handled, LONG));
                        let wrong = complaint(&server.received()[0]);
                        complaints.extend(wrong.map(|got| format!("{field} {value:?}: {got}")));
                    }
                }
            }
        }
        assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
    }

    fn what_is_escaped_in_the_url_stays_escaped_on_the_wire() {
        let server = serve();
        w!(send(&server.url("/a%0d%0aInjected:%20yes"), "path", "%00")).unwrap();
        let head = server.received_text().remove(0);
        assert!(head.starts_with("GET /a%0d%0aInjected:%20yes%00 HTTP/1.1\r\n"), "{head}");
    }

    fn a_field_for_every_request_of_an_opener_is_checked_at_once() {
        for value in ["a\r\nb", "a\nb", "a\rb", "a\0b"] {
            let error = opener().header("X-Field", value).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage, "{value:?}");
            let error = opener().header(value, "x").unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage, "{value:?}");
        }
        let server = serve();
        let opened = w!(opener().user_agent("a\r\nInjected: yes").open(&server.url("/")));
        assert_eq!(opened.unwrap_err().kind(), ErrorKind::Usage);
        assert_eq!(server.connections(), 0);
    }

    fn a_location_from_the_server_cannot_add_a_line_either() {
        for location in ["/a%0d%0aInjected:%20yes", "/a\u{10a}Injected: yes", "/a\tInjected: yes"] {
            let server = Server::tcp(move |conn| {
                conn.read_head()?;
                let head = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: ";
                conn.say(format!("{head}{location}\r\n\r\n"))?;
                conn.read_head()?;
                conn.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            });
            let sent = w!(client().get(&server.url("/")).send());
            let received = server.received().remove(0);
            let second = received.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
            match sent {
                Ok(_) => assert_eq!(complaint(&received[second..]), None),
                Err(error) => assert_eq!(error.kind(), ErrorKind::Url),
            }
        }
    }
}

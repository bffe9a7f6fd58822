//! Whom Gemini trusts: at first sight, ever after, and not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use landline::gemini::{KnownHostsFile, Options};
use landline::net::{NetOptions, ResolveRule};
use landline::{ByteRange, ErrorKind, Phase};
use landline_testkit::tls::{Authority, Identity, Leaf};
use landline_testkit::{Conn, Server, http};
use support::{faces, facts, trusting};

fn speak(conn: &mut Conn) -> std::io::Result<()> {
    conn.read_line()?;
    conn.say("20 text/plain\r\nhello")
}

fn serving(identity: &Identity) -> Server {
    Server::tls(identity, speak)
}

/// A server that shows one certificate after the other, one a connection.
fn changing(identities: [&Identity; 2]) -> Server {
    let configs: Vec<_> = identities.iter().map(|identity| identity.server_config()).collect();
    let next = Arc::new(Mutex::new(configs.into_iter()));
    Server::tcp(move |conn| {
        let config = next.lock().unwrap().next().expect("no more connections");
        conn.upgrade_tls(&config)?;
        speak(conn)
    })
}

fn received(server: &Server) -> usize {
    server.received_text().iter().filter(|text| text.contains("gemini://")).count()
}

fn valid_until(year: i32) -> Identity {
    Identity::self_signed_as(&Leaf::new(&["a.test"]).valid((2000, 1, 1), (year, 1, 1)))
}

faces! {
    fn a_stranger_is_trusted_and_known_from_then_on() {
        for identity in [Identity::self_signed(&["x.test"]), Identity::self_signed_ca(&["x.test"])] {
            let server = serving(&identity);
            let opener = opener();
            for _ in 0..2 {
                let mut document = w!(opener.open(&server.url_for("gemini", "/")))?;
                assert_eq!(w!(document.text())?, "hello");
            }
        }
    }

    fn a_stranger_of_an_authoritys_name_is_a_stranger() {
        let (trusted, other) = (Identity::self_signed(&["a.test"]), Identity::self_signed(&["a.test"]));
        let server = serving(&other);
        let mut net = NetOptions::default();
        net.tls.extra_authorities = vec![trusted.certificate()];
        let mut document = w!(opener().net(net).open(&server.url_for("gemini", "/")))?;
        assert_eq!(w!(document.text())?, "hello");
    }

    fn a_certificate_that_has_changed_is_refused_before_anything_is_sent() {
        let (one, other) = (Identity::self_signed(&["a.test"]), Identity::self_signed(&["a.test"]));
        let server = changing([&one, &other]);
        let opener = opener();
        w!(opener.open(&server.url_for("gemini", "/")))?;
        let error = w!(opener.clone().open(&server.url_for("gemini", "/"))).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Certificate, Phase::TlsHandshake));
        let text = error.to_string();
        assert_eq!(text.matches("sha256:").count(), 2, "{text}");
        assert!(text.contains("remove its line from the memory"), "{text}");
        assert_eq!(received(&server), 1);
    }

    fn another_opener_sees_everybody_for_the_first_time() {
        let (one, other) = (Identity::self_signed(&["a.test"]), Identity::self_signed(&["a.test"]));
        let server = changing([&one, &other]);
        w!(opener().open(&server.url_for("gemini", "/")))?;
        w!(opener().open(&server.url_for("gemini", "/")))?;
    }

    fn a_file_remembers_longer_and_an_expired_entry_gives_way() {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("dial/hosts");
        let hosts = || Options::with(KnownHostsFile::at(&path));
        let (one, other) = (valid_until(2100), valid_until(2101));
        let server = changing([&one, &other]);
        let url = server.url_for("gemini", "/");
        w!(opener().gemini(hosts()).open(&url))?;
        let line = std::fs::read_to_string(&path)?;
        let port = server.port();
        assert!(line.starts_with(&format!("127.0.0.1 {port} sha256:")), "{line}");
        assert!(line.ends_with(" 4102444800\n"), "{line}");
        // The last second of the year 2000.
        std::fs::write(&path, line.replace(" 4102444800", " 978307199"))?;
        w!(opener().gemini(hosts()).open(&url))?;
        let line = std::fs::read_to_string(&path)?;
        assert!(line.ends_with(" 4133980800\n") && line.lines().count() == 1, "{line}");
    }

    fn a_file_names_itself_when_a_certificate_has_changed() {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("hosts");
        let hosts = || Options::with(KnownHostsFile::at(&path));
        let (one, other) = (Identity::self_signed(&["a.test"]), Identity::self_signed(&["a.test"]));
        let server = changing([&one, &other]);
        w!(opener().gemini(hosts()).open(&server.url_for("gemini", "/")))?;
        let before = std::fs::read_to_string(&path)?;
        let error = w!(opener().gemini(hosts()).open(&server.url_for("gemini", "/"))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Certificate);
        assert!(error.to_string().contains(&path.display().to_string()), "{error}");
        assert_eq!(std::fs::read_to_string(&path)?, before);
    }

    fn a_memory_that_cannot_be_used_trusts_nobody_new() {
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join("file"), "")?;
        for path in ["", "file/hosts"] {
            let server = serving(&Identity::self_signed(&["a.test"]));
            let hosts = Options::with(KnownHostsFile::at(folder.path().join(path)));
            let error = w!(opener().gemini(hosts).open(&server.url_for("gemini", "/"))).unwrap_err();
            assert_eq!(facts(&error), (ErrorKind::File, Phase::TlsHandshake));
            assert_eq!(received(&server), 0);
        }
    }

    fn dates_are_looked_at_even_the_first_time() {
        let late = Leaf::new(&["a.test"]).valid((2090, 1, 1), (2100, 1, 1));
        for identity in [valid_until(2001), Identity::self_signed_as(&late)] {
            let server = serving(&identity);
            let error = w!(opener().open(&server.url_for("gemini", "/"))).unwrap_err();
            assert_eq!(facts(&error), (ErrorKind::Certificate, Phase::TlsHandshake));
            assert_eq!(received(&server), 0);
        }
    }

    fn who_is_told_whom_to_trust_trusts_nobody_at_first_sight() {
        let authority = Authority::new();
        let trusted = || opener().net(trusting(authority.ca_der()));
        let stranger = serving(&Identity::self_signed(&["127.0.0.1"]));
        let error = w!(trusted().open(&stranger.url_for("gemini", "/"))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Certificate);
        let friend = serving(&authority.issue(&["127.0.0.1"]));
        w!(trusted().open(&friend.url_for("gemini", "/")))?;
    }

    fn what_an_authority_vouches_for_is_not_remembered_and_may_change() {
        let (authority, stranger) = (Authority::new(), Identity::self_signed(&["127.0.0.1"]));
        let mut net = NetOptions::default();
        net.tls.extra_authorities = vec![authority.ca_der()];
        let opener = opener().net(net);
        let server = changing([&authority.issue(&["127.0.0.1"]), &stranger]);
        w!(opener.open(&server.url_for("gemini", "/")))?;
        w!(opener.open(&server.url_for("gemini", "/")))?;
        let named_wrongly = serving(&authority.issue(&["b.test"]));
        let error = w!(opener.open(&named_wrongly.url_for("gemini", "/"))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Certificate);
    }

    /// Whoever answers for names is no stranger to be trusted at first sight.
    fn c3_first_use_is_not_for_the_dns_server_that_is_asked_on_the_way() {
        let server = serving(&Identity::self_signed(&["a.test"]));
        let doh = http::Server::tls(&Identity::self_signed(&["dns.test"]));
        let mut net = NetOptions::default();
        let (host, port) = ("dns.test".to_owned(), doh.port());
        net.resolve = vec![ResolveRule { host, port, addresses: vec![Ipv4Addr::LOCALHOST.into()] }];
        net.dns.https = Some(format!("https://dns.test:{port}/q"));
        let url = format!("gemini://a.test:{}/", server.port());
        let error = w!(opener().net(net).open(&url)).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Resolve, Phase::Resolving));
        assert!(doh.requests().is_empty(), "{}", error.chain());
    }

    fn first_use_is_for_gemini_alone() {
        let server = serving(&Identity::self_signed(&["127.0.0.1"]));
        let opener = opener();
        w!(opener.open(&server.url_for("gemini", "/")))?;
        for scheme in ["https", "gophers"] {
            let error = w!(opener.open(&server.url_for(scheme, "/"))).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Certificate, "{scheme}");
        }
    }

    fn what_cannot_be_asked_for_is_refused_before_anything_is_sent() {
        let server = serving(&Identity::self_signed(&["127.0.0.1"]));
        let port = server.port();
        for url in [
            format!("gemini://me@127.0.0.1:{port}/"),
            format!("gemini://127.0.0.1:{port}/{}", "x".repeat(1024)),
        ] {
            let error = w!(opener().open(&url)).unwrap_err();
            assert_eq!(facts(&error), (ErrorKind::Url, Phase::Preparing));
        }
        let part = opener().range(ByteRange::From(1));
        let error = w!(part.open(&server.url_for("gemini", "/"))).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Range, Phase::Preparing));
        assert_eq!(server.connections(), 0);
    }

    fn a6_no_redirect_leads_to_gemini() {
        let server = landline_testkit::http::Server::new();
        let url = server.url("/redirect-to/302?gemini://127.0.0.1/");
        let error = w!(opener().open(&url)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Scheme, "{}", error.chain());
    }
}

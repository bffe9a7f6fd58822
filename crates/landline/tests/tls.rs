//! Who is trusted, who is shown, which versions are spoken (rows 46–51, classes E1 and E6).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use landline::net::{Identity, NetOptions, TlsOptions, TlsVersion};
use landline::{ErrorKind, Limits, Phase, Timeouts};
use landline_testkit::tls::{Authority, Identity as Shown, Leaf};
use landline_testkit::{Conn, Server, http};
use support::{any_host, faces, facts, ms, timeouts, trusting};

const NAMES: &[&str] = &["localhost", "127.0.0.1", "a.test", "*.wild.test"];
const CERTIFICATE: (ErrorKind, Phase) = (ErrorKind::Certificate, Phase::TlsHandshake);
const TLS: (ErrorKind, Phase) = (ErrorKind::Tls, Phase::TlsHandshake);

fn serve(shown: &Shown) -> http::Server {
    http::Server::tls(shown)
}

/// Options that trust `authority` and send every name to loopback.
fn everywhere(authority: &Authority, server: &http::Server) -> NetOptions {
    let mut options = any_host(server.port());
    options.tls = trusting(authority.ca_der()).tls;
    options
}

fn at(host: &str, server: &http::Server) -> String {
    format!("https://{host}:{}/hello", server.port())
}

/// What the server heard after the handshakes, which for a refused one must be nothing.
fn heard(server: &http::Server) -> usize {
    server.received().iter().map(Vec::len).sum()
}

faces! {
    async fn get(options: NetOptions, url: &str) -> landline::Result<(String, landline::net::TlsFacts)> {
        let client = client_with(options, Timeouts::default(), Limits::default());
        let mut reply = w!(client.get(url).send())?;
        let text = w!(reply.text())?;
        Ok((text, reply.tls().expect("a TLS session").clone()))
    }

    async fn refused(options: NetOptions, server: &http::Server, host: &str, words: &[&str]) -> () {
        let error = w!(get(options, &at(host, server))).unwrap_err();
        assert_eq!(facts(&error), CERTIFICATE, "{}", error.chain());
        for word in words {
            assert!(error.to_string().contains(word), "{word} is missing in: {error}");
        }
        assert_eq!(heard(server), 0, "not a byte of the request may leave");
    }

    fn a_good_certificate_is_good_for_each_of_its_names() {
        let authority = Authority::new();
        let server = serve(&authority.issue(NAMES));
        for host in ["localhost", "127.0.0.1", "a.test", "A.Test", "a.test.", "x.wild.test"] {
            let (text, facts) = w!(get(everywhere(&authority, &server), &at(host, &server)))?;
            assert_eq!((text.as_str(), facts.version.as_str()), ("hello, world\n", "TLSv1.3"));
            assert!(facts.cipher.starts_with("TLS13_"), "{facts:?}");
        }
    }

    fn a_certificate_is_refused_for_any_other_name() {
        let authority = Authority::new();
        let server = serve(&authority.issue(NAMES));
        for host in ["b.test", "wild.test", "x.y.wild.test", "127.0.0.2", "[::1]"] {
            let mut options = everywhere(&authority, &server);
            options.connect_to = vec![landline::net::ConnectRule {
                from_host: None,
                from_port: None,
                to_host: Some("127.0.0.1".to_owned()),
                to_port: None,
            }];
            w!(refused(options, &server, host, &["a.test", "not for this host"]));
        }
    }

    fn the_dates_of_a_certificate_are_named() {
        let authority = Authority::new();
        let expired = serve(&authority.expired(NAMES));
        let options = everywhere(&authority, &expired);
        let words = ["a.test", "expired on Thu, 02 Jan 2020", "it is "];
        w!(refused(options, &expired, "a.test", &words));
        let early = serve(&authority.not_yet_valid(NAMES));
        let options = everywhere(&authority, &early);
        w!(refused(options, &early, "a.test", &["a.test", "not valid before Sun, 01 Jan 2090"]));
    }

    fn who_signed_it_counts() {
        let (ours, theirs) = (Authority::new(), Authority::new());
        let server = serve(&theirs.issue(NAMES));
        w!(refused(everywhere(&ours, &server), &server, "a.test", &["authority", "not trusted"]));
        w!(refused(any_host(server.port()), &server, "a.test", &["not trusted"]));
        let server = serve(&Shown::self_signed(NAMES));
        w!(refused(everywhere(&ours, &server), &server, "a.test", &["not trusted"]));
    }

    fn purpose_and_common_name_alone_do_not_do() {
        let authority = Authority::new();
        let client_only = serve(&authority.sign(&Leaf::new(NAMES).for_client()));
        w!(refused(everywhere(&authority, &client_only), &client_only, "a.test", &["a.test"]));
        let name_only = serve(&authority.sign(&Leaf::new(&[]).common_name("a.test")));
        let words = ["its common name a.test alone does not count"];
        w!(refused(everywhere(&authority, &name_only), &name_only, "a.test", &words));
    }

    fn a_self_signed_certificate_given_as_authority_is_trusted_for_itself() {
        for shown in [Shown::self_signed(NAMES), Shown::self_signed_ca(NAMES)] {
            let server = serve(&shown);
            let mut options = any_host(server.port());
            options.tls.only_authorities = Some(vec![shown.certificate()]);
            let (text, _) = w!(get(options.clone(), &at("a.test", &server)))?;
            assert_eq!(text, "hello, world\n");
            let other = serve(&Shown::self_signed(NAMES));
            let mut elsewhere = any_host(other.port());
            elsewhere.tls = options.tls.clone();
            w!(refused(elsewhere, &other, "a.test", &["not trusted"]));
        }
    }

    fn a_self_signed_certificate_is_held_to_its_names_and_dates() {
        let leaves = [Leaf::new(NAMES), Leaf::new(NAMES).marked_as_ca()];
        for leaf in leaves {
            let shown = Shown::self_signed_as(&leaf);
            let server = serve(&shown);
            let mut options = any_host(server.port());
            options.tls.only_authorities = Some(vec![shown.certificate()]);
            w!(refused(options, &server, "b.test", &["b.test", "not for this host"]));
            let shown = Shown::self_signed_as(&leaf.clone().valid((2019, 1, 1), (2020, 1, 2)));
            let server = serve(&shown);
            let mut options = any_host(server.port());
            options.tls.only_authorities = Some(vec![shown.certificate()]);
            w!(refused(options, &server, "a.test", &["expired on Thu, 02 Jan 2020"]));
        }
    }

    fn of_two_certificates_of_one_name_each_is_trusted_for_itself() {
        for leaf in [Leaf::new(NAMES), Leaf::new(NAMES).marked_as_ca()] {
            let pair = [Shown::self_signed_as(&leaf), Shown::self_signed_as(&leaf)];
            for shown in &pair {
                let server = serve(shown);
                let mut options = any_host(server.port());
                options.tls.only_authorities = Some(pair.iter().map(Shown::certificate).collect());
                assert_eq!(w!(get(options, &at("a.test", &server)))?.0, "hello, world\n");
            }
        }
    }

    fn insecure_takes_anybody() {
        let authority = Authority::new();
        for shown in [authority.expired(NAMES), authority.wrong_host(), Shown::self_signed(NAMES)] {
            let server = serve(&shown);
            let mut options = any_host(server.port());
            options.tls.insecure = true;
            let (text, _) = w!(get(options, &at("a.test", &server)))?;
            assert_eq!(text, "hello, world\n");
        }
    }

    fn a_client_certificate_is_shown_when_demanded() {
        let authority = Authority::new();
        let demanding = authority.issue(NAMES).setup().demand_client(&authority).config();
        let server = http::Server::on(Server::builder().tls_config(demanding));
        let error = w!(get(everywhere(&authority, &server), &at("a.test", &server))).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Io, Phase::AwaitingReply), "{}", error.chain());
        assert!(error.to_string().contains("demands a client certificate"), "{error}");

        let folder = tempfile::tempdir()?;
        let files = authority.issue_client("me").write_to(folder.path());
        let mut options = everywhere(&authority, &server);
        options.tls.identity = Some(Identity::from_files(&files.certificate, &files.key, None)?);
        assert_eq!(w!(get(options, &at("a.test", &server)))?.0, "hello, world\n");
    }

    fn versions_stay_inside_their_bounds() {
        let authority = Authority::new();
        let identity = authority.issue(NAMES);
        let old = http::Server::on(Server::builder().tls_config(identity.setup().only_tls12().config()));
        let new = http::Server::on(Server::builder().tls_config(identity.setup().only_tls13().config()));
        let asked = |min, max, server: &http::Server| {
            let mut options = everywhere(&authority, server);
            (options.tls.min_version, options.tls.max_version) = (min, max);
            options
        };
        let (v12, v13) = (Some(TlsVersion::V1_2), Some(TlsVersion::V1_3));
        let (_, facts_of) = w!(get(asked(None, None, &old), &at("a.test", &old)))?;
        assert_eq!(facts_of.version, "TLSv1.2");
        assert_eq!(w!(get(asked(v12, v12, &old), &at("a.test", &old)))?.1.version, "TLSv1.2");
        assert_eq!(w!(get(asked(v13, v13, &new), &at("a.test", &new)))?.1.version, "TLSv1.3");
        for (options, server) in [(asked(v13, None, &old), &old), (asked(None, v12, &new), &new)] {
            let error = w!(get(options, &at("a.test", server))).unwrap_err();
            assert_eq!(facts(&error), TLS, "{}", error.chain());
            assert!(error.to_string().contains("version"), "{error}");
        }
        let error = w!(get(asked(v13, v12, &old), &at("a.test", &old))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
    }

    fn plain_http_on_a_tls_port_is_called_by_its_name() {
        let server = Server::tcp(|conn| {
            conn.read_exact_bytes(5)?;
            conn.say("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        });
        let error = w!(get(NetOptions::default(), &server.url_for("https", "/"))).unwrap_err();
        assert_eq!(facts(&error), TLS);
        assert!(error.to_string().contains("spoke plain HTTP"), "{error}");
    }

    fn the_end_of_a_body_inside_tls_is_known_exactly() {
        let authority = Authority::new();
        let identity = authority.issue(NAMES);
        let chunks = "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
        for (reply, end, kind) in [
            ("Content-Length: 5\r\n\r\nhello", "cut", None),
            ("Content-Length: 6\r\n\r\nhello", "fin", Some(ErrorKind::Truncated)),
            ("Content-Length: 6\r\n\r\nhello", "cut", Some(ErrorKind::Io)),
            (&format!("{chunks}0\r\n\r\n"), "cut", None),
            (chunks, "fin", Some(ErrorKind::Truncated)),
            (chunks, "cut", Some(ErrorKind::Io)),
            ("\r\nhello", "fin", None),
            ("\r\nhello", "cut", Some(ErrorKind::Io)),
        ] {
            for one_byte in [false, true] {
                let reply = format!("HTTP/1.1 200 OK\r\n{reply}");
                let server = Server::builder().tls(&identity).one_byte(one_byte).start(move |conn| {
                    conn.read_head()?;
                    conn.say(&reply)?;
                    if end == "fin" {
                        return conn.fin();
                    }
                    conn.cut();
                    Ok(())
                });
                let options = trusting(authority.ca_der());
                let client = client_with(options, Timeouts::default(), Limits::default());
                let mut reply = w!(client.get(&server.url("/")).send())?;
                let mut body = Vec::new();
                let error = w!(reply.read_to_end(&mut body)).err().map(landline::Error::from);
                assert_eq!((body.as_slice(), error.map(|e| e.kind())), (&b"hello"[..], kind));
            }
        }
    }

    fn a_stalled_handshake_ends_with_whichever_deadline_is_first() {
        let server = Server::tcp(Conn::stall);
        for limits in [
            timeouts(|all| all.connect = ms(150)),
            timeouts(|all| all.tls = ms(150)),
            timeouts(|all| all.total = ms(150)),
        ] {
            let client = client_with(NetOptions::default(), limits, Limits::default());
            let error = w!(client.get(&server.url_for("https", "/")).send()).unwrap_err();
            assert_eq!(facts(&error), (ErrorKind::Timeout, Phase::TlsHandshake), "{error}");
            assert!(error.to_string().contains("150 ms"), "{error}");
        }
    }

    fn pem_files_are_read_and_bad_ones_named() {
        let authority = Authority::new();
        let folder = tempfile::tempdir()?;
        let path = authority.write_to(folder.path());
        let server = serve(&authority.issue(NAMES));
        let mut options = any_host(server.port());
        options.tls.trust_only_file(&path)?;
        assert_eq!(w!(get(options, &at("a.test", &server)))?.0, "hello, world\n");
        let mut options = any_host(server.port());
        options.tls.trust_file(&path)?;
        assert_eq!(w!(get(options, &at("a.test", &server)))?.0, "hello, world\n");

        let (missing, empty) = (folder.path().join("missing.pem"), folder.path().join("empty.pem"));
        std::fs::write(&empty, "no PEM in here\n")?;
        for path in [&missing, &empty] {
            let error = TlsOptions::default().trust_only_file(path).unwrap_err();
            assert_eq!(facts(&error), (ErrorKind::Authorities, Phase::Preparing));
            assert!(error.to_string().contains(".pem"), "{error}");
            let error = Identity::from_files(path, path, None).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::ClientCertificate);
        }
    }
}

//! What no certificate gets past, over every protocol that has TLS (E1), pins (E2), what is revoked, and
//! what sessions are resumed for (D2), and that nothing is sent before it is clear to whom (D4).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;

use landline::net::{KeyPin, NetOptions, PeerCertificate, Proxy, ProxyRules, TlsOptions};
use landline::{ErrorKind, Limits, Phase, Timeouts};
use landline_testkit::tls::{Authority, Identity as Shown, Leaf};
use landline_testkit::{Server, http};
use support::{any_host, faces, facts, ms, timeouts, trusting};

const HOST: &str = "a.wild.test";
const SCHEMES: [&str; 5] = ["https", "ftps", "gophers", "gemini", "tls"];

/// Says nothing, and keeps what it hears.
fn listening(shown: &Shown) -> Server {
    Server::tls(shown, |conn| conn.read_to_close().map(drop))
}

/// Says how the handshake was.
fn resuming(config: &Arc<rustls::ServerConfig>) -> Server {
    Server::builder().tls_config(config.clone()).start(|conn| {
        conn.read_head()?;
        let kind = conn.tls().and_then(|session| session.handshake_kind());
        let text = format!("{:?}", kind.expect("a handshake"));
        conn.say(format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}",
            text.len()
        ))
    })
}

/// The content types of the records in what a client has said (RFC 8446 section 5.1).
fn records(mut said: &[u8]) -> Vec<u8> {
    let mut kinds = Vec::new();
    while let [kind, _, _, high, low, rest @ ..] = said {
        kinds.push(*kind);
        said = rest.get(usize::from(u16::from_be_bytes([*high, *low]))..).unwrap_or_default();
    }
    kinds
}

/// The extensions of the hello in its first record (RFC 8446 section 4.1.2).
fn extensions(said: &[u8]) -> Vec<u16> {
    let short = |at: usize| u16::from_be_bytes([said[at], said[at + 1]]);
    // Behind the heads of record and message: version, random, session, ciphers, compression.
    let session = 5 + 4 + 2 + 32;
    let ciphers = session + 1 + usize::from(said[session]);
    let compression = ciphers + 2 + usize::from(short(ciphers));
    let mut at = compression + 1 + usize::from(said[compression]);
    let end = at + 2 + usize::from(short(at));
    at += 2;
    let mut found = Vec::new();
    while at < end {
        found.push(short(at));
        at += 4 + usize::from(short(at + 2));
    }
    found
}

fn heard(server: &Server) -> usize {
    server.received().iter().map(Vec::len).sum()
}

fn everywhere(port: u16, tls: TlsOptions) -> NetOptions {
    let mut options = any_host(port);
    options.tls = tls;
    options
}

/// What must be refused, whoever asks.
fn matrix(authority: &Authority) -> Vec<(&'static str, Shown)> {
    let good = || Leaf::new(&[HOST]);
    vec![
        ("expired", authority.expired(&[HOST])),
        ("future", authority.not_yet_valid(&[HOST])),
        ("wrong host", authority.wrong_host()),
        ("common name only", authority.sign(&Leaf::new(&[]).common_name(HOST))),
        ("wildcard above", authority.issue(&["*.test"])),
        ("wildcard below", authority.issue(&["*.a.wild.test"])),
        ("address", authority.issue(&["127.0.0.1"])),
        ("NUL in the name", authority.issue(&["a.wild.test\0.evil.test"])),
        ("self-signed", Shown::self_signed(&[HOST])),
        ("purpose", authority.sign(&good().for_client())),
        ("stranger", Authority::new().issue(&[HOST])),
    ]
}

faces! {
    async fn open(net: NetOptions, url: &str) -> landline::Error {
        let patience = timeouts(|all| all.total = ms(15_000));
        let opened = w!(opener().net(net).timeouts(patience).open(url));
        opened.err().unwrap_or_else(|| panic!("{url} was read"))
    }

    async fn refused(net: NetOptions, server: &Server, scheme: &str, what: &str) -> () {
        let url = format!("{scheme}://{HOST}:{}", server.port());
        let error = w!(open(net, &url));
        let told = (ErrorKind::Certificate, Phase::TlsHandshake);
        assert_eq!(facts(&error), told, "{what}, {scheme}: {}", error.chain());
        assert!(error.certificate().is_some_and(|shown| shown.read().is_ok()), "{what}, {scheme}");
        assert_eq!(heard(server), 0, "{what}, {scheme}: not a byte may leave");
    }

    fn e1_no_protocol_takes_a_bad_certificate() {
        let authority = Authority::new();
        for (what, shown) in matrix(&authority) {
            let server = listening(&shown);
            for scheme in SCHEMES {
                let tls = trusting(authority.ca_der()).tls;
                w!(refused(everywhere(server.port(), tls), &server, scheme, what));
            }
        }
    }

    fn e1_no_proxy_gets_past_with_a_bad_certificate() {
        let authority = Authority::new();
        for (what, shown) in matrix(&authority) {
            let server = listening(&shown);
            let mut net = any_host(server.port());
            let proxy = Proxy::parse(&format!("https://{HOST}:{}", server.port()))?;
            net.proxy = ProxyRules::all(proxy);
            net.proxy.tls = trusting(authority.ca_der()).tls;
            // Trust in the server is none in the proxy.
            net.tls.insecure = true;
            for scheme in ["http", "https"] {
                w!(refused(net.clone(), &server, scheme, what));
            }
        }
    }

    fn e1_an_authority_vouches_within_its_limits_only() {
        let limited = Authority::limited_to("elsewhere.test");
        let server = listening(&limited.issue(&[HOST]));
        let tls = trusting(limited.ca_der()).tls;
        w!(refused(everywhere(server.port(), tls), &server, "https", "name constraints"));
    }

    async fn get(net: NetOptions, server: &http::Server) -> landline::Result<landline::net::TlsFacts> {
        let client = client_with(net, Timeouts::default(), Limits::default());
        let url = format!("https://{HOST}:{}/hello", server.port());
        let mut reply = w!(client.get(&url).send())?;
        w!(reply.text())?;
        Ok(reply.tls().expect("TLS").clone())
    }

    fn e2_only_a_pinned_key_will_do_whatever_else_is_trusted() {
        let authority = Authority::new();
        let shown = authority.issue(&[HOST]);
        let (other, server) = (authority.issue(&[HOST]), listening(&shown));
        let pin = |shown: &Shown| {
            let server = http::Server::tls(shown);
            let mut net = any_host(server.port());
            net.tls.insecure = true;
            (server, net)
        };
        let (good, mut net) = pin(&shown);
        let facts_of = w!(get(net.clone(), &good))?;
        let right = facts_of.certificate().expect("a certificate").pin()?;
        let (elsewhere, far) = pin(&other);
        let wrong = w!(get(far, &elsewhere))?.certificate().expect("a certificate").pin()?;
        net.tls.pinned_keys = vec![wrong, right];
        w!(get(net, &good))?;

        for scheme in SCHEMES {
            for insecure in [false, true] {
                let mut tls = trusting(authority.ca_der()).tls;
                (tls.insecure, tls.pinned_keys) = (insecure, vec![wrong]);
                let url = format!("{scheme}://{HOST}:{}", server.port());
                let error = w!(open(everywhere(server.port(), tls), &url));
                let told = (ErrorKind::PinnedKey, Phase::TlsHandshake);
                assert_eq!(facts(&error), told, "{scheme}: {}", error.chain());
                assert!(error.to_string().contains(&right.to_string()), "{error}");
            }
        }
        let mut net = any_host(server.port());
        net.proxy = ProxyRules::all(Proxy::parse(&format!("https://{HOST}:{}", server.port()))?);
        (net.proxy.tls.insecure, net.proxy.tls.pinned_keys) = (true, vec![wrong]);
        let error = w!(open(net, "http://b.test/"));
        assert_eq!(error.kind(), ErrorKind::PinnedKey, "{}", error.chain());
        assert_eq!(heard(&server), 0, "not a byte may leave");
    }

    fn what_is_revoked_is_refused_and_so_is_what_no_list_tells_of() {
        let (authority, other) = (Authority::new(), Authority::new());
        let server = listening(&authority.sign(&Leaf::new(&[HOST]).serial(7)));
        let good = http::Server::tls(&authority.sign(&Leaf::new(&[HOST]).serial(8)));
        let folder = tempfile::tempdir()?;
        let file = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).expect("a folder of ours");
            path
        };
        let (der, pem) = authority.revoke(&[7], (2090, 1, 1));
        for path in [file("list.der", &der), file("list.pem", pem.as_bytes())] {
            let mut tls = trusting(authority.ca_der()).tls;
            tls.refuse_revoked(&path)?;
            w!(refused(everywhere(server.port(), tls.clone()), &server, "https", "revoked"));
            w!(get(everywhere(good.port(), tls), &good))?;
        }
        let old = authority.revoke(&[], (2001, 1, 1)).1;
        let foreign = other.revoke(&[], (2090, 1, 1)).1;
        for (list, words) in [(old, "until"), (foreign, "is not good")] {
            let mut tls = trusting(authority.ca_der()).tls;
            tls.refuse_revoked(file("list.pem", list.as_bytes()))?;
            let url = format!("https://{HOST}:{}", server.port());
            let error = w!(open(everywhere(server.port(), tls), &url));
            assert_eq!(error.kind(), ErrorKind::Certificate);
            assert!(error.to_string().contains(words), "{error}");
        }
        let itself = Shown::self_signed(&[HOST]);
        let server = listening(&itself);
        let mut tls = trusting(itself.certificate()).tls;
        tls.refuse_revoked(file("list.pem", pem.as_bytes()))?;
        w!(refused(everywhere(server.port(), tls), &server, "https", "trusted for itself"));
        for bytes in [&b""[..], b"words", &der[..20], authority.ca_pem().as_bytes()] {
            let error = TlsOptions::default().refuse_revoked(file("bad", bytes)).unwrap_err();
            assert_eq!(facts(&error), (ErrorKind::RevocationLists, Phase::Preparing));
            assert!(error.to_string().contains("bad holds"), "{error}");
        }
    }

    fn d2_nobody_resumes_a_session_that_other_trust_has_begun() {
        let authority = Authority::new();
        let server = http::Server::tls(&authority.issue(&[HOST]));
        let mine = everywhere(server.port(), trusting(authority.ca_der()).tls);
        let mine_all = opener().net(mine.clone());
        let url = format!("https://{HOST}:{}/hello", server.port());
        w!(w!(mine_all.open(&url))?.read_to_vec())?;
        let before = heard(&server);
        let theirs = everywhere(server.port(), trusting(Authority::new().ca_der()).tls);
        let mut pinned = mine.clone();
        pinned.tls.pinned_keys = vec![KeyPin::of(b"another")];
        for (net, kind) in [(theirs, ErrorKind::Certificate), (pinned, ErrorKind::PinnedKey)] {
            let error = w!(mine_all.clone().net(net).open(&url)).expect_err("no trust, no document");
            assert_eq!(error.kind(), kind, "{}", error.chain());
        }
        assert_eq!(heard(&server), before);
    }

    fn d2_a_session_with_a_proxy_is_none_with_an_origin_of_its_name() {
        let authority = Authority::new();
        let config = authority.issue(&["127.0.0.1"]).server_config();
        // Both could take up what either has begun.
        let (proxy, origin) = (resuming(&config), resuming(&config));
        let at = format!("https://127.0.0.1:{}", proxy.port());
        let mut net = trusting(authority.ca_der());
        net.proxy = ProxyRules::from_vars([("http_proxy".to_owned(), at)]);
        net.proxy.tls = net.tls.clone();
        let safe = origin.url("/");
        for urls in [["http://b.test/", &*safe], [&*safe, "http://b.test/"]] {
            let opener = opener().net(net.clone());
            for url in urls {
                for kind in ["Full", "Resumed"] {
                    assert_eq!(w!(w!(opener.open(url))?.text())?, kind, "{url} of {urls:?}");
                }
            }
        }
        assert_eq!((proxy.connections(), origin.connections()), (4, 4));
    }

    fn d4_whoever_comes_back_says_nothing_before_the_server_has_shown_who_it_is() {
        let (pre_shared_key, early_data, application_data) = (41, 42, 23);
        let authority = Authority::new();
        let config = authority.issue(&[HOST]).setup().early_data(16_384).config();
        let known = resuming(&config);
        // Whoever has taken its place only listens.
        let impostor = Server::tcp(|conn| conn.read_to_close().map(drop));
        let mut net = trusting(authority.ca_der());
        for server in [&known, &impostor] {
            net.resolve.extend(any_host(server.port()).resolve);
        }
        let short = timeouts(|all| all.tls = ms(700));
        let opener = opener().net(net).timeouts(short);
        let url = |server: &Server| format!("https://{HOST}:{}/", server.port());
        for kind in ["Full", "Resumed"] {
            assert_eq!(w!(w!(opener.open(&url(&known)))?.text())?, kind);
        }
        let error = w!(opener.open(&url(&impostor))).expect_err("nobody answers");
        assert_eq!(facts(&error), (ErrorKind::Timeout, Phase::TlsHandshake), "{}", error.chain());
        let said = impostor.received().concat();
        let offered = extensions(&said);
        assert!(offered.contains(&pre_shared_key), "it would go on with the session: {offered:?}");
        assert!(!offered.contains(&early_data), "{offered:?}");
        assert!(!records(&said).contains(&application_data));
    }

    fn a_certificate_tells_what_stands_in_it() {
        let authority = Authority::new();
        let shown = authority.sign(&Leaf::new(&[HOST, "127.0.0.1"]).serial(258));
        let server = http::Server::tls(&shown);
        let tls = trusting(authority.ca_der()).tls;
        let told = w!(get(everywhere(server.port(), tls), &server))?;
        assert_eq!(told.chain.len(), 1);
        let own: &PeerCertificate = told.certificate().expect("a certificate");
        let read = own.read()?;
        assert_eq!(read.subject.common_name(), Some(HOST));
        assert_eq!(read.issuer.to_string(), "CN=Landline test authority");
        assert_eq!((read.serial.as_slice(), read.key.bits), (&[1, 2][..], Some(256)));
        assert_eq!(own.der(), shown.certificate().as_ref());
        assert_eq!(own.to_pem().replace("\r\n", "\n"), shown.certificate_pem().replace("\r\n", "\n"));
    }
}

#[test]
fn a_folder_of_authorities_is_read_whatever_the_names() {
    let (one, two) = (Authority::new(), Authority::new());
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let mut options = TlsOptions::default();
    let error = options.trust_only_folder(folder.path()).unwrap_err();
    assert_eq!(facts(&error), (ErrorKind::Authorities, Phase::Preparing));
    put("0a1b2c3d.0", one.ca_pem());
    put("one.pem", one.ca_pem());
    put("two", &format!("words\n{}", two.ca_pem()));
    put("README", "nothing to see here");
    options.trust_only_folder(folder.path()).unwrap();
    assert_eq!(options.only_authorities.map(|all| all.len()), Some(2));
    let error = TlsOptions::default().trust_only_folder(folder.path().join("missing")).unwrap_err();
    assert!(error.chain().contains("missing cannot be read"), "{}", error.chain());
}

#[test]
fn a_pin_is_read_from_text_and_from_files() {
    let folder = tempfile::tempdir().unwrap();
    let certificate = Authority::new().issue(&[HOST]);
    let read = landline::wire::certificate::Certificate::parse(&certificate.certificate()).unwrap();
    let pin = KeyPin::of(&read.key.info);
    let path = folder.path().join("key");
    std::fs::write(&path, &read.key.info).unwrap();
    assert_eq!(KeyPin::from_file(&path).unwrap(), pin);
    assert_eq!(KeyPin::parse_list(&format!("{pin};{pin}")).unwrap(), [pin, pin]);
    for bad in ["", "sha256//", "sha256//AAAA", "sha1//AAAA", &format!("{pin};")] {
        assert_eq!(KeyPin::parse_list(bad).unwrap_err().kind(), ErrorKind::PinnedKey, "{bad}");
    }
    std::fs::write(&path, certificate.certificate_pem()).unwrap();
    let error = KeyPin::from_file(&path).unwrap_err().to_string();
    assert!(error.ends_with("key holds a certificate, not a public key"), "{error}");
}

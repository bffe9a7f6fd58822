//! TLS as scripts use it: whom to trust, who to be, what is pinned and told, with curl's exit codes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod room;

use landline_testkit::process::Output;
use landline_testkit::tls::{Authority, Identity, Leaf};
use landline_testkit::{Server, ftp, http};
use room::{Room, is_one_message, sound};

const NAMES: &[&str] = &["localhost", "127.0.0.1"];
const CURL: &str = "/usr/bin/curl";

/// A server, and a room that has its authority in `ca.pem`.
fn served(identity: &Identity, authority: &Authority) -> (http::Server, Room) {
    let room = Room::new();
    room.put("ca.pem", authority.ca_pem());
    (http::Server::tls(identity), room)
}

/// Runs dial, and curl where it is there: both must end with this code.
fn both(room: &Room, line: &[&str], code: i32) -> Output {
    if std::path::Path::new(CURL).exists() {
        let theirs = room.of(CURL, &[&["-sS", "-m", "10"], line].concat()).run();
        assert_eq!(theirs.exit(), code, "curl {line:?}: {}", theirs.errors());
    }
    ends(room, line, code)
}

fn ends(room: &Room, line: &[&str], code: i32) -> Output {
    let output = room.run(&[&["-sS", "-m", "10"], line].concat());
    assert_eq!(output.exit(), code, "{line:?}: {}", output.errors());
    assert!(code == 0 || is_one_message(&output.errors(), code), "{}", output.errors());
    output
}

fn heard(server: &http::Server) -> usize {
    server.received().iter().map(Vec::len).sum()
}

/// Runs openssl, whose forms of keys are the ones there are.
fn openssl(room: &Room, line: &str) {
    let words: Vec<_> = line.split(' ').collect();
    let output = room.of("openssl", &words).run();
    assert_eq!(output.exit(), 0, "{line}: {}", output.errors());
}

#[test]
fn e2_a_pin_is_checked_whoever_is_trusted_and_nothing_is_sent() {
    let authority = Authority::new();
    let (server, room) = served(&authority.issue(NAMES), &authority);
    let url = server.url("/hello");
    let wrong = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    both(&room, &["-k", "--pinnedpubkey", wrong, &url], 90);
    both(&room, &["--cacert", "ca.pem", "--pinnedpubkey", wrong, &url], 90);
    both(&room, &["-k", "--pinnedpubkey", "missing.pem", &url], 90);
    ends(&room, &["-k", "--pinnedpubkey", "ca.pem", &url], 90);
    assert_eq!(heard(&server), 0, "no byte of a request may leave");

    let told = ends(&room, &["-k", "-w", "%{certs}", "-o", "out", &url], 0).text();
    room.put("cert.pem", &told[told.find("-----BEGIN").expect("PEM")..]);
    openssl(&room, "x509 -in cert.pem -pubkey -noout -out key.pem");
    openssl(&room, "pkey -pubin -in key.pem -outform DER -out key.der");
    for file in ["key.pem", "key.der"] {
        both(&room, &["--cacert", "ca.pem", "--pinnedpubkey", file, "-o", "out", &url], 0);
    }
    let error = ends(&room, &["-k", "--pinnedpubkey", wrong, &url], 90).errors();
    let right = error.split(' ').find(|word| word.starts_with("sha256//")).expect("the pin");
    let list = format!("{wrong};{}", right.trim_end_matches(','));
    both(&room, &["-k", "--pinnedpubkey", &list, "-o", "out", &url], 0);

    let server = ftp::Server::builder().file("/a", "x").tls(&authority.issue(NAMES)).start();
    both(&room, &["-k", "--ssl-reqd", "--pinnedpubkey", wrong, &server.url("/a")], 90);
    assert!(server.commands().iter().all(|line| !line.starts_with("USER")));
}

#[test]
fn e2_the_proxy_has_pins_and_trust_of_its_own() {
    let authority = Authority::new();
    let (server, room) = served(&authority.issue(NAMES), &authority);
    let proxy = format!("https://127.0.0.1:{}", server.port());
    let wrong = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let line = ["--proxy-insecure", "--proxy-pinnedpubkey", wrong, "-x", &proxy, "http://a.test/"];
    // curl 7.88 takes the option, and whatever key the proxy has.
    ends(&room, &line, 90);
    both(&room, &["-k", "--cacert", "ca.pem", "-x", &proxy, "http://a.test/"], 60);
    both(&room, &["--proxy-cacert", "missing", "-x", &proxy, "http://a.test/"], 77);
    both(&room, &["--proxy-ciphers", "FOO", "-k", "-x", &proxy, "http://a.test/"], 59);
    assert_eq!(heard(&server), 0);
}

#[test]
fn files_that_do_not_fit_are_named_with_what_they_hold() {
    let authority = Authority::new();
    let (server, room) = served(&authority.issue(NAMES), &authority);
    let url = server.url("/hello");
    room.put("empty.pem", "");
    let files = authority.issue_client("me").write_to(room.path());
    assert!(files.key.exists());
    both(&room, &["--cacert", "missing.pem", &url], 77);
    let told = both(&room, &["--cacert", "key.pem", &url], 77).errors();
    assert!(told.contains("key.pem holds a private key, not certificates in PEM"), "{told}");
    both(&room, &["--cacert", "ca.pem", "--crlfile", "missing.pem", &url], 82);
    let told = both(&room, &["--cacert", "ca.pem", "--crlfile", "ca.pem", &url], 82).errors();
    assert!(told.contains("ca.pem holds a certificate, not a list of revoked"), "{told}");
    both(&room, &["-k", "-E", "missing.pem", &url], 58);
    let told = both(&room, &["-k", "-E", "cert.pem", &url], 58).errors();
    assert!(told.contains("cert.pem holds a certificate, not a private key"), "{told}");
    let told = both(&room, &["-k", "-E", "key.pem", &url], 58).errors();
    assert!(told.contains("key.pem holds a private key, not a certificate"), "{told}");
    both(&room, &["-k", "-E", "cert.pem", "--key", "empty.pem", &url], 58);
    both(&room, &["-k", "-E", "cert.pem", "--cert-type", "FOO", &url], 58);
    assert_eq!(heard(&server), 0);
}

#[test]
fn keys_of_every_usual_form_are_read() {
    let authority = Authority::new();
    let demanding = authority.issue(NAMES).setup().demand_client(&authority).config();
    let server = http::Server::on(Server::builder().tls_config(demanding));
    let room = Room::new();
    room.put("ca.pem", authority.ca_pem());
    authority.issue_client("me").write_to(room.path());
    openssl(&room, "pkey -in key.pem -traditional -out sec1.pem");
    openssl(&room, "pkey -in key.pem -outform DER -out key.der");
    openssl(&room, "x509 -in cert.pem -outform DER -out cert.der");
    openssl(&room, "pkcs8 -topk8 -in key.pem -v2 aes-256-cbc -passout pass:s3cret -out aes.pem");
    openssl(
        &room,
        "pkcs8 -topk8 -in key.pem -v2 aes-128-cbc -v2prf hmacWithSHA1 -passout pass:s3cret -outform DER -out aes.der",
    );
    openssl(&room, "pkcs8 -topk8 -in key.pem -scrypt -passout pass:s3cret -out scrypt.pem");
    openssl(&room, "ec -in key.pem -aes128 -passout pass:s3cret -out old.pem");
    let url = server.url("/hello");
    let good: &[&[&str]] = &[
        &["-E", "cert.pem", "--key", "key.pem"],
        &["-E", "cert.pem", "--key", "sec1.pem"],
        &["-E", "cert.pem", "--key", "aes.pem", "--pass", "s3cret"],
        &["-E", "cert.pem:s3cret", "--key", "aes.pem"],
        &["-E", "cert.der", "--cert-type", "DER", "--key", "key.der", "--key-type", "DER"],
    ];
    for line in good {
        let output = both(&room, &[&["--cacert", "ca.pem"], *line, &[url.as_str()]].concat(), 0);
        assert_eq!(output.text(), "hello, world\n");
    }
    // curl reads no key that is both.
    let line =
        ["--cacert", "ca.pem", "-E", "cert.pem", "--key", "aes.der", "--pass", "s3cret", &url];
    ends(&room, &line, 0);
    let bad: &[(&[&str], &str)] = &[
        (&["--key", "aes.pem", "--pass", "wr0ng"], "passphrase does not open"),
        (&["--key", "aes.pem"], "no passphrase is given"),
        (&["--key", "scrypt.pem", "--pass", "s3cret"], "scrypt"),
        (&["--key", "old.pem", "--pass", "s3cret"], "openssl pkcs8 -topk8 -in old.pem"),
    ];
    for (line, words) in bad {
        let line = [&["--cacert", "ca.pem", "-E", "cert.pem"], *line, &[url.as_str()]].concat();
        let told = ends(&room, &line, 58).errors();
        assert!(told.contains(words), "{told}");
        assert!(!told.contains("s3cret") && !told.contains("wr0ng"), "{told}");
    }
    let told = ends(&room, &["--cacert", "ca.pem", &url], 56).errors();
    assert!(told.contains("demands a client certificate"), "{told}");
}

#[test]
fn pkcs12_of_every_usual_form_is_opened() {
    let authority = Authority::new();
    let demanding = authority.issue(NAMES).setup().demand_client(&authority).config();
    let server = http::Server::on(Server::builder().tls_config(demanding));
    let room = Room::new();
    room.put("ca.pem", authority.ca_pem());
    authority.issue_client("me").write_to(room.path());
    let export = |name: &str, options: &str| {
        let line = "pkcs12 -export -in cert.pem -inkey key.pem -certfile ca.pem";
        openssl(&room, &format!("{line} {options} -out {name}.p12"));
    };
    export("modern", "-passout pass:s3cret");
    export(
        "windows",
        "-passout pass:s3cret -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1",
    );
    export("macos", "-passout pass:s3cret -legacy");
    export("bare", "-passout pass: -keypbe NONE -certpbe NONE -nomac");
    export("pound", "-passout pass:\u{a3}-s3cret");
    openssl(&room, "pkcs12 -export -in cert.pem -nokeys -passout pass:s3cret -out keyless.p12");
    let url = server.url("/hello");
    let line = |options: &[&str]| -> Vec<String> {
        let all = [&["--cacert", "ca.pem"], options, &[url.as_str()]].concat();
        all.into_iter().map(str::to_owned).collect()
    };
    let p12 = ["--cert-type", "P12"];
    for (file, phrase) in
        [("modern", "s3cret"), ("windows", "s3cret"), ("bare", ""), ("pound", "\u{a3}-s3cret")]
    {
        let file = format!("{file}.p12");
        let line = line(&["-E", &file, p12[0], p12[1], "--pass", phrase]);
        let line: Vec<_> = line.iter().map(String::as_str).collect();
        assert_eq!(both(&room, &line, 0).text(), "hello, world\n", "{file}");
    }
    // OpenSSL has put RC2 away where curl does not look.
    let good: &[&[&str]] = &[
        &["-E", "macos.p12:s3cret", "--cert-type", "P12"],
        &["-E", "modern.p12:s3cret"],
        &["-E", "modern.p12:s3cret", "--key", "key.pem"],
        &["-E", "cert.pem:s3cret", "--key", "modern.p12"],
    ];
    let bad: &[(&[&str], &str)] = &[
        (&["-E", "modern.p12:wr0ng"], "the passphrase does not open modern.p12"),
        (&["-E", "macos.p12:wr0ng"], "the passphrase does not open macos.p12"),
        (&["-E", "windows.p12"], "windows.p12 is encrypted, and no passphrase is given"),
        (&["-E", "keyless.p12:s3cret"], "keyless.p12 holds PKCS #12 without a private key"),
    ];
    for options in good {
        let line = line(options);
        ends(&room, &line.iter().map(String::as_str).collect::<Vec<_>>(), 0);
    }
    let heard_before = heard(&server);
    for (options, words) in bad {
        let line = line(options);
        let told = both(&room, &line.iter().map(String::as_str).collect::<Vec<_>>(), 58).errors();
        assert!(told.contains(words), "{told}");
        assert!(!told.contains("s3cret") && !told.contains("wr0ng"), "{told}");
    }
    assert_eq!(heard(&server), heard_before);
}

#[test]
fn what_is_revoked_is_exit_60() {
    let authority = Authority::new();
    let (server, room) = served(&authority.sign(&Leaf::new(NAMES).serial(7)), &authority);
    room.put("none.pem", authority.revoke(&[], (2090, 1, 1)).1);
    room.put("seven.pem", authority.revoke(&[7], (2090, 1, 1)).1);
    room.put("old.pem", authority.revoke(&[], (2001, 1, 1)).1);
    let url = server.url("/hello");
    both(&room, &["--cacert", "ca.pem", "--crlfile", "seven.pem", &url], 60);
    both(&room, &["--cacert", "ca.pem", "--crlfile", "old.pem", &url], 60);
    assert_eq!(heard(&server), 0);
    both(&room, &["--cacert", "ca.pem", "--crlfile", "none.pem", &url], 0);
}

/// What `openssl ocsp` says of the certificate with this number, in the name of `signer`.
fn ocsp(room: &Room, serial: u8, signer: &str, days: &str) -> Vec<u8> {
    let line = format!(
        "ocsp -index index.txt -CA ca.pem -issuer ca.pem -rsigner {signer}.pem -rkey {signer}.key \
         -serial {serial} {days} -respout out.ocsp -noverify"
    );
    openssl(room, &line);
    std::fs::read(room.at("out.ocsp")).expect("a response")
}

#[test]
fn what_is_not_proven_to_be_good_is_exit_91() {
    let authority = Authority::new();
    let room = Room::new();
    room.put("ca.pem", authority.ca_pem());
    room.put("ca.key", authority.key_pem());
    for (name, leaf) in
        [("delegate", Leaf::new(&["ocsp"]).for_ocsp()), ("stranger", Leaf::new(&["ocsp"]))]
    {
        let signer = authority.sign(&leaf);
        room.put(&format!("{name}.pem"), signer.certificate_pem());
        room.put(&format!("{name}.key"), signer.key_pem());
    }
    room.put(
        "index.txt",
        "V\t21201231235959Z\t\t07\tunknown\t/CN=a\nR\t21201231235959Z\t200101000000Z\t08\tunknown\t/CN=b\n",
    );
    let served = |serial: u8, staple: &[u8]| {
        let identity = authority.sign(&Leaf::new(NAMES).serial(serial.into()));
        http::Server::on(Server::builder().tls_config(identity.setup().staple(staple).config()))
    };
    let line = ["--cacert", "ca.pem", "--cert-status"];
    for signer in ["ca", "delegate"] {
        let server = served(7, &ocsp(&room, 7, signer, "-ndays 3"));
        // curl finds no issuer that the server does not send along.
        ends(&room, &[&line[..], &[&server.url("/hello")]].concat(), 0);
    }
    let good = ocsp(&room, 7, "ca", "-ndays 3");
    // The date at which it was made stands in what is signed.
    let at = good.windows(2).position(|two| two == [0x18, 15]).expect("a date");
    let mut forged = good.clone();
    forged[at + 15] ^= 1;
    let bad: &[(u8, Vec<u8>, &str)] = &[
        (7, Vec::new(), "comes without a stapled OCSP response"),
        (7, b"0".to_vec(), "a malformed OCSP response"),
        (7, b"\x30\x03\x0a\x01\x03".to_vec(), "the authority refuses one (status 3)"),
        (8, good.clone(), "about another certificate"),
        (8, ocsp(&room, 8, "ca", "-ndays 3"), "was revoked on Wed, 01 Jan 2020 00:00:00 GMT"),
        (9, ocsp(&room, 9, "ca", "-ndays 3"), "is not known to its authority"),
        (7, ocsp(&room, 7, "stranger", "-ndays 3"), "not signed by its authority"),
        (7, forged, "not signed by its authority"),
    ];
    for (serial, staple, words) in bad {
        let server = served(*serial, staple);
        let url = server.url("/hello");
        let told = both(&room, &[&line[..], &[&url]].concat(), 91).errors();
        assert!(told.contains(words), "{told}");
        assert_eq!(heard(&server), 0, "no byte of a request may leave");
        ends(&room, &["--cacert", "ca.pem", &url], 0);
    }
}

#[test]
fn ciphers_and_groups_are_what_is_offered() {
    let authority = Authority::new();
    let old = authority.issue(NAMES).setup().only_tls12().config();
    let server = http::Server::on(Server::builder().tls_config(old));
    let room = Room::new();
    let url = server.url("/hello");
    for option in ["--ciphers", "--tls13-ciphers", "--curves"] {
        both(&room, &["-k", option, "FOO", &url], 59);
    }
    assert_eq!(heard(&server), 0);
    for (list, suite) in [
        ("ECDHE-ECDSA-AES128-GCM-SHA256", "AES_128_GCM"),
        ("TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "CHACHA20"),
    ] {
        let told = room.run(&["-skv", "--ciphers", list, "--curves", "P-256", &url]).errors();
        assert!(told.contains("TLSv1.2 / ") && told.contains(suite), "{told}");
    }
}

#[test]
fn what_cannot_be_done_is_refused_and_what_means_nothing_is_taken() {
    let authority = Authority::new();
    let (server, room) = served(&authority.issue(NAMES), &authority);
    let url = server.url("/hello");
    let refused: &[&[&str]] = &[&["--sigalgs", "x"], &["--tls-earlydata"], &["--dump-ca-embed"]];
    for option in refused {
        ends(&room, &[&["-k"], *option, &[url.as_str()]].concat(), 4);
    }
    assert_eq!(heard(&server), 0);
    ends(&room, &["-k", "--no-cert-status", &url], 0);
    let taken = [
        "--ssl-allow-beast",
        "--ssl-no-revoke",
        "--ssl-revoke-best-effort",
        "--ssl-auto-client-cert",
        "--no-sessionid",
        "--tlsv1",
        "--proxy-tlsv1",
    ];
    both(&room, &[&["--cacert", "ca.pem"], &taken[..], &[url.as_str()]].concat(), 0);
}

#[test]
fn the_environment_says_whom_to_trust_where_no_option_does() {
    let authority = Authority::new();
    let (server, room) = served(&authority.issue(NAMES), &authority);
    let url = server.url("/hello");
    std::fs::create_dir(room.at("certs")).expect("a room of ours");
    room.put("certs/any", authority.ca_pem());
    room.put("other.pem", Authority::new().ca_pem());
    for (name, value) in
        [("CURL_CA_BUNDLE", "ca.pem"), ("SSL_CERT_FILE", "ca.pem"), ("SSL_CERT_DIR", "certs")]
    {
        let run = |line: &[&str]| sound(room.dial(line).env(name, value).run()).exit();
        assert_eq!(run(&["-s", &url]), 0, "{name}");
        assert_eq!(run(&["-s", "--cacert", "other.pem", &url]), 60, "{name}");
    }
    let missing = room.dial(&["-s", &url]).env("SSL_CERT_FILE", "missing.pem");
    assert_eq!(sound(missing.run()).exit(), 77);
    let open = http::Server::new();
    for (url, code) in [(&open.url("/hello"), 0), (&url, 77)] {
        let missing = room.dial(&["-s", url]).env("CURL_CA_BUNDLE", "missing.pem");
        assert_eq!(sound(missing.run()).exit(), code, "{url}");
    }
    ends(&room, &["--capath", "certs", &url], 0);
    ends(&room, &["--capath", "missing", &url], 77);
    ends(&room, &["--cacert", "other.pem", "--ca-native", &url], 60);
}

#[test]
fn certificates_are_told_by_v_and_w() {
    let authority = Authority::new();
    let (server, room) = served(&authority.issue(NAMES), &authority);
    let url = server.url("/hello");
    let told = room.run(&["-sv", "--cacert", "ca.pem", &url]).errors();
    for line in [
        "* Server certificate:\n",
        "*  subject: CN=localhost\n",
        "*  start date: Jan  1 00:00:00 2000 GMT\n",
        "*  expire date: Jan  1 00:00:00 2100 GMT\n",
        "*  subjectAltName: DNS:localhost, IP Address:127.0.0.1\n",
        "*  issuer: CN=Landline test authority\n",
    ] {
        assert!(told.contains(line), "{line} is missing in {told}");
    }
    let format = "%{num_certs} %{ssl_verify_result} %{proxy_ssl_verify_result}";
    let written = |options: &[&str]| {
        let line = [&["-s", "-o", "out", "-w", format], options, &[url.as_str()]].concat();
        room.run(&line).text()
    };
    assert_eq!(written(&["--cacert", "ca.pem"]), "1 0 0");
    assert_eq!(written(&["-k"]), "1 1 0");
    assert_eq!(written(&[]), "0 1 0");
    let proxy = server.url("");
    let through = |options: &[&str]| {
        written(&[&["-x", &proxy, "http://a.test/", "-o", "out"], options].concat())
    };
    assert!(through(&["--proxy-cacert", "ca.pem", "-k"]).starts_with("0 0 0"));
    assert!(through(&["--proxy-insecure", "-k"]).starts_with("0 0 1"));
    assert!(through(&["-k"]).starts_with("0 0 1"));
    let certs = room.run(&["-sk", "-o", "out", "-w", "%{certs}", &url]).text();
    assert!(
        certs.starts_with("Subject:CN=localhost\nIssuer:CN=Landline test authority\n"),
        "{certs}"
    );
    assert!(certs.ends_with("-----END CERTIFICATE-----\n"), "{certs}");
}

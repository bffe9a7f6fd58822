use super::*;
use crate::challenge::challenges;

fn challenge(field: &str) -> Option<Challenge> {
    Challenge::best(challenges(field.as_bytes()))
}

fn answer(field: &str, client_nonce: &str, login: [&str; 2], request: &Request<'_>) -> String {
    let mut digest = Digest::new(challenge(field).unwrap(), client_nonce);
    let login = Login { user: login[0].as_bytes(), password: login[1].as_bytes() };
    String::from_utf8(digest.answer(login, request)).unwrap()
}

fn part<'a>(field: &'a str, name: &str) -> &'a str {
    let start = field.find(&format!(" {name}=")).map(|at| at + name.len() + 2);
    let rest = &field[start.unwrap_or_else(|| panic!("{name} in {field}"))..];
    rest.split(',').next().unwrap().trim_matches('"')
}

const GET: Request<'_> = Request { method: "GET", target: "/dir/index.html", body_hash: None };

#[test]
fn the_example_of_rfc_2617_section_3_5() {
    let field = "Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", \
                 nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", \
                 opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"";
    let answer = answer(field, "0a4f113b", ["Mufasa", "Circle Of Life"], &GET);
    let expected = "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", \
                    nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", uri=\"/dir/index.html\", \
                    cnonce=\"0a4f113b\", nc=00000001, qop=auth, \
                    response=\"6629fae49393a05397450978507c4ef1\", \
                    opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"";
    assert_eq!(answer, expected);
}

#[test]
fn the_examples_of_rfc_7616_section_3_9_1() {
    for (algorithm, response) in [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ] {
        let field = format!(
            "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm={algorithm}, \
             nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", \
             opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""
        );
        let client_nonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
        let answer = answer(&field, client_nonce, ["Mufasa", "Circle of Life"], &GET);
        assert_eq!(part(&answer, "response"), response);
        assert!(answer.ends_with(&format!(", algorithm={algorithm}")), "{answer}");
    }
}

/// The example of RFC 7616 section 3.9.2 as it was meant (erratum 4897), worked out by another
/// implementation: Python's hashlib.
#[test]
fn a_hashed_user_and_sha_512_256() {
    let field = "Digest realm=\"api@example.org\", qop=\"auth\", algorithm=SHA-512-256, \
                 nonce=\"5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK\", \
                 opaque=\"HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS\", charset=UTF-8, userhash=true";
    let client_nonce = "NTg6RKcb9boFIAS3KrFK9BGeh+niz/sm";
    let login = ["J\u{e4}s\u{f8}n Doe", "Secret, or not?"];
    let request = Request { method: "GET", target: "/doe.json", body_hash: None };
    let answer = answer(field, client_nonce, login, &request);
    assert_eq!(
        part(&answer, "username"),
        "793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b"
    );
    assert_eq!(
        part(&answer, "response"),
        "7a4e1192babbba02e91182d2895bfdbf7adafc6e48d4e517ca301974843d840c"
    );
    assert!(answer.ends_with(", algorithm=SHA-512-256, userhash=true"), "{answer}");
}

#[test]
fn sessions_bodies_and_old_servers() {
    // Worked out by another implementation: Python's hashlib.
    for (what, body, response) in [
        ("algorithm=MD5-sess, qop=auth", None, "b08a8e52efe984785c08c27722d7291f"),
        (
            "algorithm=SHA-256-SESS, qop=auth",
            None,
            "9a658dcce2364a5dce5eb60cf2f1e58abb0e70609ab958463d554f458d8bb9f7",
        ),
        ("qop=auth-int", Some(&b"a=b"[..]), "5df31cf9e6298e7176c6eb881c93995f"),
        ("qop=auth-int", Some(b""), "b5743335a14f74087250ff64a320c632"),
        ("qop=auth-int", None, "b5743335a14f74087250ff64a320c632"),
        ("opaque=x", None, "d62a5e0e1a0878dd86448c8d9a645360"),
    ] {
        let field = format!("Digest realm=\"r\", nonce=\"n\", {what}");
        let hash = body.map(|body: &[u8]| {
            let mut hasher = challenge(&field).unwrap().hasher();
            body.chunks(2).for_each(|piece| hasher.update(piece));
            hasher.finish()
        });
        let body_hash = hash.as_deref();
        let request = Request { method: "POST", target: "/p?q", body_hash };
        let answer = answer(&field, "c", ["u", "p"], &request);
        assert_eq!(part(&answer, "response"), response, "{what}");
        assert_eq!(answer.contains("cnonce"), what.contains("qop"), "{answer}");
    }
}

#[test]
fn each_answer_is_counted() {
    let mut digest = Digest::new(challenge("Digest realm=r, nonce=n, qop=auth").unwrap(), "c");
    let login = Login { user: b"u", password: b"p" };
    let mut next = || String::from_utf8(digest.answer(login, &GET)).unwrap();
    let (first, second) = (next(), next());
    assert_eq!((part(&first, "nc"), part(&second, "nc")), ("00000001", "00000002"));
    assert_ne!(part(&first, "response"), part(&second, "response"));
}

#[test]
fn a_next_nonce_is_counted_from_one_and_leaves_the_session_as_it_is() {
    let of = |field: &str, nonce: Option<&str>| {
        let mut digest = Digest::new(challenge(field).unwrap(), "c");
        let login = Login { user: b"u", password: b"p" };
        digest.answer(login, &GET);
        nonce.into_iter().for_each(|nonce| digest.renew(nonce.into()));
        String::from_utf8(digest.answer(login, &GET)).unwrap()
    };
    let field = "Digest realm=r, nonce=n, qop=auth";
    let renewed = of(field, Some("m"));
    assert_eq!((part(&renewed, "nonce"), part(&renewed, "nc")), ("m", "00000001"));
    assert_eq!(of(field, Some("n")), of(field, None), "no news");
    // Worked out by another implementation: Python's hashlib.
    let session = of("Digest realm=r, nonce=n, qop=auth, algorithm=MD5-sess", Some("m"));
    assert_eq!(part(&session, "response"), "5c3558ecd2e44797a85f035ed02b08f0");
    let info = b"rspauth=\"a\", nextnonce=\"m,\\\"\", qop=auth";
    assert_eq!(next_nonce(info).as_deref(), Some(&b"m,\""[..]));
    assert_eq!((next_nonce(b"nextnonce=\"\""), next_nonce(b"")), (None, None));
}

#[test]
fn quotes_of_user_and_server_do_not_end_the_part() {
    let field = "Digest realm=\"a\\\"b\\\\c\", nonce=\"n\", opaque=\"\\\"\"";
    let answer = answer(field, "c", ["u\"x\\", "p"], &GET);
    let expected = "Digest username=\"u\\\"x\\\\\", realm=\"a\\\"b\\\\c\", nonce=\"n\"";
    assert!(answer.starts_with(expected), "{answer}");
    assert!(answer.ends_with("opaque=\"\\\"\""), "{answer}");
}

#[test]
fn the_strongest_challenge_that_is_understood_counts() {
    let algorithm = |field: &str| challenge(field).map(|one| one.algorithm);
    let digest = |name: &str| format!("Digest realm=r, nonce=n, algorithm={name}");
    let (md5, sha) = (digest("MD5"), digest("SHA-256"));
    assert_eq!(algorithm(&format!("{md5}, {sha}")), Some(Algorithm::Sha256));
    assert_eq!(algorithm(&format!("{sha}, {md5}")), Some(Algorithm::Sha256));
    assert_eq!(algorithm(&format!("{}, {md5}", digest("SHA-1024"))), Some(Algorithm::Md5));
    assert_eq!(
        algorithm(&format!("Basic realm=r, {}", digest("SHA-512-256"))),
        Some(Algorithm::Sha512_256)
    );
    let two = challenge("Digest realm=r, nonce=first, Digest realm=r, nonce=second").unwrap();
    assert_eq!(two.nonce, b"first");
}

#[test]
fn what_is_not_understood_is_no_challenge() {
    for field in [
        "Basic realm=r",
        "Digest",
        "Digest realm=r",
        "Digest nonce=n",
        "Digest realm=r, nonce=n, algorithm=SHA",
        "Digest realm=r, nonce=n, qop=\"auth-conf\"",
        "Digest realm=r, nonce=n, qop=\"\"",
        "Digest realm=r, nonce=n, nonce=m",
        "Digest realm=r, nonce=n, algorithm=MD5, algorithm=MD5",
        "Digest realm=r, nonce=\"n",
    ] {
        assert_eq!(challenge(field), None, "{field}");
    }
    let stale = challenge("Digest realm=r, nonce=n, STALE=TRUE, qop=\"auth-int\"").unwrap();
    assert!(stale.is_stale() && stale.needs_body());
}

#[test]
fn debug_hides_the_password() {
    let login = Login { user: b"me", password: b"secret" };
    assert_eq!(format!("{login:?}"), "Login(me, password hidden)");
}

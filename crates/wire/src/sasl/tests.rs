use super::*;

/// Runs an exchange: what the server says, what we are to answer.
fn run(mut exchange: Exchange, first: Option<&str>, rounds: &[(&str, &str)]) -> Exchange {
    let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert_eq!(exchange.initial().as_deref().map(shown).as_deref(), first);
    for (challenge, answer) in rounds {
        let said = exchange.answer(challenge.as_bytes()).unwrap();
        assert_eq!(shown(&said), *answer, "to {challenge}");
    }
    exchange
}

fn user(mechanism: Mechanism, nonce: &str) -> Exchange {
    Exchange::new(mechanism, Identity::new("user", "pencil"), nonce)
}

const SHA1_FIRST: &str = "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096";
const SHA1_PROOF: &str =
    "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=";

#[test]
fn scram_answers_as_in_rfc_5802_and_7677() {
    let exchange = user(Mechanism::ScramSha1, "fyko+d2lbbFgONRv9qkxdawL");
    let first = "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL";
    let last = ("v=rmF9pqV8S7suAoZWja4dJRkFsKQ=", "");
    let mut done = run(exchange, Some(first), &[(SHA1_FIRST, SHA1_PROOF), last]);
    assert_eq!(done.finish(None), Ok(()));

    let nonce = "rOprNGfwEbeRWgbNEkqO";
    let all = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    let challenge = format!("r={all},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
    let answer = format!("c=biws,r={all},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
    let first = format!("n,,n=user,r={nonce}");
    let exchange = user(Mechanism::ScramSha256, nonce);
    let mut done = run(exchange, Some(&first), &[(&challenge, &answer)]);
    // Proof with the good news, as IMAP and SMTP may bring it.
    let proof = b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";
    assert_eq!(done.finish(Some(proof)), Ok(()));
}

#[test]
fn a_server_that_does_not_prove_itself_is_not_believed() {
    let begun = || {
        let exchange = user(Mechanism::ScramSha1, "fyko+d2lbbFgONRv9qkxdawL");
        run(exchange, Some("n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL"), &[(SHA1_FIRST, SHA1_PROOF)])
    };
    let unproven = Err(SaslError::NotProven(Mechanism::ScramSha1));
    assert_eq!(begun().finish(None), unproven);
    assert_eq!(begun().finish(Some(b"v=AAAAqV8S7suAoZWja4dJRkFsKQ=")), unproven);
    assert_eq!(begun().answer(b"v=").map(drop), unproven);
    assert_eq!(user(Mechanism::ScramSha1, "x").finish(None), unproven);
    let refused = Err(SaslError::Refused("other-error".to_owned()));
    assert_eq!(begun().answer(b"e=other-error").map(drop), refused);
}

#[test]
fn a_challenge_of_scram_that_is_none_is_refused() {
    for challenge in [
        "",
        "r=other,s=QSXCR+Q6sek8bf92,i=4096",
        "r=abc,s=QSXCR+Q6sek8bf92,i=4096",
        "r=abcd,s=*,i=4096",
        "r=abcd,i=4096",
        "r=abcd,s=QSXCR+Q6sek8bf92",
        "m=ext,r=abcd,s=QSXCR+Q6sek8bf92,i=4096",
        "r=abcd,s=QSXCR+Q6sek8bf92,i=-1",
        "r=abcd,s=QSXCR+Q6sek8bf92,i=99999999999",
    ] {
        let answer = user(Mechanism::ScramSha1, "abc").answer(challenge.as_bytes());
        assert!(matches!(answer, Err(SaslError::Challenge(..))), "{challenge}: {answer:?}");
    }
}

#[test]
fn k4_the_rounds_that_a_server_may_ask_for_are_bounded() {
    for rounds in [0, 1, MIN_ITERATIONS - 1, MAX_ITERATIONS + 1, u32::MAX] {
        let challenge = format!("r=abcd,s=QSXCR+Q6sek8bf92,i={rounds}");
        let answer = user(Mechanism::ScramSha256, "abc").answer(challenge.as_bytes());
        assert_eq!(answer, Err(SaslError::Iterations(rounds)));
    }
}

#[test]
fn digest_md5_answers_as_in_rfc_2831() {
    let mut identity = Identity::new("chris", "secret");
    (identity.service, identity.host) = ("imap".to_owned(), "elwood.innosoft.com".to_owned());
    let challenge = "realm=\"elwood.innosoft.com\",nonce=\"OA6MG9tEQGm2hh\",qop=\"auth\",\
                     algorithm=md5-sess,charset=utf-8";
    let answer = "charset=utf-8,username=\"chris\",realm=\"elwood.innosoft.com\",\
                  nonce=\"OA6MG9tEQGm2hh\",cnonce=\"OA6MHXh6VqTrRk\",nc=00000001,qop=auth,\
                  digest-uri=\"imap/elwood.innosoft.com\",\
                  response=d388dad90d4bbd760a152321f2143af7";
    let begin = || Exchange::new(Mechanism::DigestMd5, identity.clone(), "OA6MHXh6VqTrRk");
    let last = ("rspauth=ea40f60335c427b5527b84dbabcdfffd", "");
    let mut done = run(begin(), None, &[(challenge, answer), last]);
    assert_eq!(done.finish(None), Ok(()));
    let mut begun = run(begin(), None, &[(challenge, answer)]);
    let unproven = Err(SaslError::NotProven(Mechanism::DigestMd5));
    assert_eq!(begun.answer(b"rspauth=00000000000000000000000000000000").map(drop), unproven);
    assert_eq!(run(begin(), None, &[(challenge, answer)]).finish(None), unproven);
    for challenge in ["", "nonce=a", "nonce=a,qop=\"auth-conf\",algorithm=md5-sess", "realm=x"] {
        assert!(begin().answer(challenge.as_bytes()).is_err(), "{challenge}");
    }
}

#[test]
fn the_simple_ones_say_what_they_say() {
    let plain = Exchange::new(Mechanism::Plain, Identity::new("tim", "tan"), "");
    run(plain, Some("\0tim\0tan"), &[]);
    let mut acting = Identity::new("Kurt", "xipj3plmq");
    acting.act_as = b"Ursel".to_vec();
    run(Exchange::new(Mechanism::Plain, acting, ""), Some("Ursel\0Kurt\0xipj3plmq"), &[]);
    let login = Exchange::new(Mechanism::Login, Identity::new("me", "it"), "");
    let mut login = run(login, None, &[("User Name", "me"), ("whatever", "it")]);
    assert!(login.answer(b"And your cat?").is_err());
    run(Exchange::new(Mechanism::Anonymous, Identity::default(), ""), Some("anonymous"), &[]);
    let mut known = Identity::default();
    (known.user, known.is_known) = (b"me".to_vec(), true);
    run(Exchange::new(Mechanism::External, known, ""), Some("me"), &[]);
}

#[test]
fn tokens_are_told_and_their_refusal_is_acknowledged() {
    let mut identity =
        Identity::bearer("user@example.com", "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==");
    (identity.host, identity.port) = ("server.example.com".to_owned(), 143);
    let said = "n,a=user@example.com,\u{1}host=server.example.com\u{1}port=143\u{1}\
                auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\u{1}\u{1}";
    let json = "{\"status\":\"invalid_token\"}";
    let bearer = Exchange::new(Mechanism::OAuthBearer, identity.clone(), "");
    let refused = run(bearer, Some(said), &[(json, "\u{1}")]);
    assert_eq!(refused.refusal(), Some(json));
    let said = "user=user@example.com\u{1}auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\
                \u{1}\u{1}";
    run(Exchange::new(Mechanism::XOAuth2, identity, ""), Some(said), &[(json, "")]);
}

#[test]
fn the_strongest_that_both_know_is_chosen() {
    let password = Identity::new("me", "it");
    let bound = Identity { binding: Some(vec![1]), ..Identity::new("me", "it") };
    let token = Identity::bearer("me", "t");
    let known = Identity { is_known: true, ..Identity::default() };
    // A name without a password, where something else proves it, and where nothing does.
    let named = Identity { is_known: true, ..Identity::new("me", "") };
    let unproven = Identity::new("me", "");
    let both = Identity { is_known: true, ..Identity::new("me", "it") };
    let (nobody, empty) = (Identity::default(), Identity::new("", ""));
    for (offered, identity, expected) in [
        ("LOGIN PLAIN", &password, Some(Mechanism::Plain)),
        ("plain cram-md5 X-OWN", &password, Some(Mechanism::CramMd5)),
        ("DIGEST-MD5 SCRAM-SHA-1 SCRAM-SHA-256", &password, Some(Mechanism::ScramSha256)),
        ("SCRAM-SHA-256-PLUS SCRAM-SHA-256", &password, Some(Mechanism::ScramSha256)),
        ("SCRAM-SHA-256-PLUS SCRAM-SHA-256", &bound, Some(Mechanism::ScramSha256Plus)),
        ("SCRAM-SHA-1-PLUS SCRAM-SHA-256", &bound, Some(Mechanism::ScramSha1Plus)),
        ("PLAIN XOAUTH2 OAUTHBEARER", &token, Some(Mechanism::OAuthBearer)),
        ("PLAIN LOGIN", &token, None),
        ("PLAIN EXTERNAL", &known, Some(Mechanism::External)),
        ("PLAIN EXTERNAL", &password, Some(Mechanism::Plain)),
        ("PLAIN EXTERNAL", &named, Some(Mechanism::External)),
        ("PLAIN EXTERNAL", &unproven, Some(Mechanism::Plain)),
        ("EXTERNAL", &both, None),
        ("ANONYMOUS", &empty, Some(Mechanism::Anonymous)),
        ("ANONYMOUS", &unproven, None),
        ("PLAIN ANONYMOUS", &nobody, Some(Mechanism::Anonymous)),
        ("GSSAPI NTLM", &password, None),
        ("", &password, None),
    ] {
        assert_eq!(Mechanisms::of(offered).best(identity), expected, "{offered}, {identity:?}");
    }
}

#[test]
fn bindings_are_told_and_a_stripped_offer_is_noticed() {
    let bound = Identity { binding: Some(b"tls".to_vec()), ..Identity::new("a,b=c", "pencil") };
    let mut plus = Exchange::new(Mechanism::ScramSha256Plus, bound.clone(), "abc");
    assert_eq!(plus.initial().unwrap(), b"p=tls-exporter,,n=a=2Cb=3Dc,r=abc");
    let answer = plus.answer(b"r=abcd,s=QSXCR+Q6sek8bf92,i=4096").unwrap();
    // base64 of "p=tls-exporter,,tls"
    assert!(answer.starts_with(b"c=cD10bHMtZXhwb3J0ZXIsLHRscw==,r=abcd,p="));
    let mut without = Exchange::new(Mechanism::ScramSha256, bound, "abc");
    assert!(without.initial().unwrap().starts_with(b"y,,n="));
}

#[test]
fn an_offer_of_a_binding_is_noticed_whatever_it_is_bound_with() {
    for (offered, expected) in [
        ("SCRAM-SHA-256", false),
        ("SCRAM-SHA-256 SCRAM-SHA-256-PLUS", true),
        ("scram-sha-1-plus", true),
        ("SCRAM-SHA-256 SCRAM-SHA-512-PLUS", true),
        ("PLUS X-PLUSES", false),
    ] {
        assert_eq!(Mechanisms::of(offered).has_bound(), expected, "{offered}");
    }
    assert!([Mechanism::ScramSha1Plus].into_iter().collect::<Mechanisms>().has_bound());
}

#[test]
fn what_a_mechanism_cannot_say_is_refused_before_it_is_said() {
    for (mechanism, user, password) in [
        (Mechanism::Plain, "a\0b", "c"),
        (Mechanism::Plain, "a", "b\0c"),
        (Mechanism::CramMd5, "a\r\n", ""),
    ] {
        let exchange = Exchange::new(mechanism, Identity::new(user, password), "");
        assert_eq!(exchange.check(), Err(SaslError::Unsayable(mechanism)));
    }
    let token = Exchange::new(Mechanism::XOAuth2, Identity::bearer("a", "t\u{1}auth=x"), "");
    assert_eq!(token.check(), Err(SaslError::Unsayable(Mechanism::XOAuth2)));
    assert_eq!(user(Mechanism::Plain, "").check(), Ok(()));
}

#[test]
fn a_server_that_keeps_asking_is_left() {
    let mut exchange = Exchange::new(Mechanism::XOAuth2, Identity::bearer("a", "b"), "");
    let answers: Vec<_> = (0..20).map(|_| exchange.answer(b"{}").is_ok()).collect();
    assert_eq!(answers.iter().filter(|&&is_ok| is_ok).count(), 8);
    assert_eq!(exchange.answer(b"{}"), Err(SaslError::TooManyChallenges));
    assert!(user(Mechanism::Plain, "").answer(b"").is_err());
}

#[test]
fn secrets_are_in_no_debug() {
    let identity = Identity { token: Some("geheim".to_owned()), ..Identity::new("me", "geheim") };
    let exchange = Exchange::new(Mechanism::Plain, identity.clone(), "");
    assert!(!format!("{identity:?} {exchange:?}").contains("geheim"));
}

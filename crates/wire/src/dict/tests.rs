use super::*;
use crate::target::Location;
use crate::three_ways::in_pieces;

fn line(path: &str) -> Result<String, RequestError> {
    let location = Location::parse(&format!("dict://host/{path}")).expect("a URL");
    Request::of(&location).map(|asked| String::from_utf8_lossy(asked.to_line()).into_owned())
}

#[test]
fn urls_ask_as_with_curl() {
    for (path, asked) in [
        ("d:word", "DEFINE ! word"),
        ("D:word:jargon:2", "DEFINE jargon word"),
        ("define:word:*", "DEFINE * word"),
        ("lookup:a%20b:db", r"DEFINE db a\ b"),
        ("d:it's:", r"DEFINE ! it\'s"),
        ("d:%22%5C", r#"DEFINE ! \"\\"#),
        ("m:word", "MATCH ! . word"),
        ("MATCH:x:y:z:7", "MATCH y z x"),
        ("find:x::prefix", "MATCH ! prefix x"),
        ("show:db", "show db"),
        ("show%20x:y/z", "show x y/z"),
        ("d", "d"),
        ("d:Stra%C3%9Fe", "DEFINE ! Straße"),
    ] {
        assert_eq!(line(path).as_deref(), Ok(asked), "{path}");
    }
}

#[test]
fn a_word_can_hold_what_separates_parts() {
    assert_eq!(line("d:a%3Ab:db").as_deref(), Ok("DEFINE db a:b"));
    assert_eq!(line("d:what?").as_deref(), Ok("DEFINE ! what?"));
    assert_eq!(line("help%3Ax").as_deref(), Ok("help:x"));
}

#[test]
fn a2_no_control_character_gets_into_a_command() {
    for byte in (0..0x20).chain([0x7f]) {
        for path in ["d:a%{}b", "d:a:d%{}b", "m:a:b:c%{}", "m:%{}", "show%{}db", "%{}"] {
            let path = path.replace("{}", &format!("{byte:02X}"));
            assert_eq!(line(&path), Err(RequestError::Control), "{path}");
        }
    }
    assert_eq!(Request::raw(b"DEFINE ! a\r\nQUIT"), Err(RequestError::Control));
}

#[test]
fn nothing_but_a_word_becomes_an_argument() {
    assert_eq!(line("d:w:db%20more"), Err(RequestError::NoAtom));
    assert_eq!(line("m:w:db:a%22"), Err(RequestError::NoAtom));
    assert_eq!(line("d:"), Err(RequestError::Empty));
    assert_eq!(line(""), Err(RequestError::Empty));
    let longest = "x".repeat(MAX_COMMAND_BYTES - "DEFINE ! ".len());
    assert!(Request::define(&longest, "!").is_ok());
    assert_eq!(Request::define(longest + "x", "!"), Err(RequestError::TooLong));
}

#[test]
fn words_are_atoms_strings_and_pairs_in_any_mixture() {
    for (line, words) in [
        (r#""a b" c 'd "e"' f\ g"#, &["a b", "c", "d \"e\"", "f g"][..]),
        (r#"a"b c"d  "" x"#, &["ab cd", "", "x"]),
        (r#""open to the end"#, &["open to the end"]),
        ("\"\\\"\\\\\" \\", &["\"\\", ""]),
        ("", &[]),
        ("  ", &[]),
    ] {
        assert_eq!(arguments(line), words, "{line}");
    }
}

#[test]
fn escaped_words_come_back() {
    for word in ["plain", "a b", r#"it's "quoted" \ here"#, "Straße"] {
        let request = Request::define(word, "db").expect("one line");
        let line = String::from_utf8_lossy(request.to_line()).into_owned();
        assert_eq!(arguments(&line), ["DEFINE", "db", word]);
    }
}

#[test]
fn headings_and_matches() {
    let heading = Heading::parse(r#""bar" foldoc "Free On-line Dictionary" 0123"#);
    let expected = |description: &str| Heading {
        word: "bar".into(),
        database: "foldoc".into(),
        description: description.into(),
    };
    assert_eq!(heading, Some(expected("Free On-line Dictionary")));
    assert_eq!(Heading::parse("bar foldoc"), Some(expected("")));
    assert_eq!(Heading::parse("bar"), None);
    let found = Match::parse(r#"foldoc "bar none""#);
    assert_eq!(found, Some(Match { database: "foldoc".into(), word: "bar none".into() }));
    assert_eq!(Match::parse("foldoc"), None);
}

/// Whether it is answered, whether it is over, and how many bytes belong to it.
fn session(pieces: &[&[u8]]) -> Result<(bool, bool, usize), SessionError> {
    let (mut reader, mut taken) = (SessionReader::new(), 0);
    for piece in pieces {
        taken += reader.read(piece)?;
    }
    Ok((reader.is_answered(), reader.is_over(), taken))
}

const WHOLE: &[u8] =
    b"250 ok\r\n150 1\r\n151 \"a\" d \"D\"\r\n..x\r\n221 no\r\n.\r\n250 ok\r\n221 bye\r\n";

#[test]
fn a_session_ends_with_the_goodbye_and_nowhere_inside_an_answer() {
    let whole = in_pieces(WHOLE, session).expect("well formed");
    assert_eq!(whole, (true, true, WHOLE.len()));
    assert_eq!(session(&[WHOLE, b"more"]), Ok((true, true, WHOLE.len())));
    let answered = WHOLE.len() - "221 bye\r\n".len();
    for end in 0..WHOLE.len() {
        let cut = in_pieces(&WHOLE[..end], session).expect("well formed");
        assert_eq!(cut, (end == answered, false, end), "cut at {end}");
    }
}

#[test]
fn what_is_no_session_is_an_error() {
    for line in ["SSH-2.0-x", "", "25 ok", "600 x", "2500 x"] {
        let wire = [line.as_bytes(), b"\r\n"].concat();
        let error = in_pieces(&wire, session).expect_err("no code");
        assert!(matches!(error, SessionError::NoCode(_)), "{line}: {error}");
    }
    let endless = [b'2'].repeat(MAX_STATUS_BYTES + 1);
    assert_eq!(session(&[&endless]), Err(SessionError::TooLong));
    let shut_down = in_pieces(b"250 ok\r\n421 shutting down\r\n", session);
    assert_eq!(shut_down, Ok((false, false, 27)));
}

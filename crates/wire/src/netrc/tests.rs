use super::*;

fn parse(text: &str) -> Netrc {
    Netrc::parse(text.as_bytes()).unwrap()
}

/// `user:password` of whoever logs in.
fn find(text: &str, host: &str, user: Option<&str>) -> Option<String> {
    let (text, user) = (parse(text), user.map(str::as_bytes));
    let found = text.find(host, user, true)?;
    let pair = [found.login, b":", found.password].concat();
    Some(String::from_utf8(pair).unwrap())
}

fn problem(text: impl AsRef<[u8]>) -> String {
    Netrc::parse(text.as_ref()).unwrap_err().to_string()
}

#[test]
fn words_stand_on_any_line_in_any_order() {
    for text in [
        "machine a login me password pw",
        "machine a\r\n\tlogin me\r\n\tpassword pw\r\n",
        "machine\na\nlogin\nme\npassword\npw\n",
        "MACHINE A password pw account z LOGIN me",
        "\n\n  machine a port 21 login me password pw default",
        "machine \"a\" login \"me\" password \"pw\"",
    ] {
        assert_eq!(find(text, "a", None).as_deref(), Some("me:pw"), "{text}");
        assert_eq!(find(text, "a", Some("me")).as_deref(), Some("me:pw"), "{text}");
        assert_eq!(find(text, "b", None), None, "{text}");
        assert_eq!(find(text, "a.b", None), None, "{text}");
    }
}

#[test]
fn quotes_hold_blanks_and_escapes() {
    let text = r#"machine a login me password "a b\"c\\d\n\r\t#\x""#;
    assert_eq!(find(text, "a", None).as_deref(), Some("me:a b\"c\\d\n\r\t#x"));
    assert_eq!(find("machine a login me password a\\nb\"c", "a", None).unwrap(), "me:a\\nb\"c");
    assert_eq!(find(r#"machine a login me password """#, "a", None).unwrap(), "me:");
}

#[test]
fn comments_end_with_their_line_and_are_no_values() {
    let text = "# machine a login x password y\nmachine a # login x\n  # login x\nlogin me password #p#w # machine b";
    assert_eq!(find(text, "a", None).as_deref(), Some("me:#p#w"));
    assert_eq!(find(text, "b", None), None);
}

#[test]
fn macros_are_hidden_up_to_an_empty_line() {
    let macros =
        "macdef init\nmachine b login x password y\n# machine b\n \nmachine b login l password p";
    let text = format!("machine a login me password pw\n{macros}");
    assert_eq!(find(&text, "a", None).as_deref(), Some("me:pw"));
    assert_eq!(find(&text, "b", None).as_deref(), Some("l:p"));
    assert_eq!(find("macdef machine b login x password y\n", "b", None), None);
}

#[test]
fn b4_a_user_gets_the_password_written_for_it_and_no_other() {
    let text = "machine a login x password 1 login y password 2\nmachine a login z\n\
                machine a password 3\ndefault login d password 4 login y password 5";
    for (user, found) in [
        (None, Some("x:1")),
        (Some("x"), Some("x:1")),
        (Some("y"), Some("y:2")),
        (Some("z"), Some("z:")),
        (Some("d"), Some("d:4")),
        (Some("X"), None),
        (Some(""), None),
    ] {
        assert_eq!(find(text, "a", user).as_deref(), found, "{user:?}");
    }
}

#[test]
fn b4_an_entry_without_a_password_has_none_whatever_follows() {
    let text = "machine a login x\nmachine a login x password 1\ndefault login x password 2";
    assert_eq!(find(text, "a", None).as_deref(), Some("x:"));
    assert_eq!(find(text, "a", Some("x")).as_deref(), Some("x:"));
    assert_eq!(find("machine a password 1 login x login y", "a", Some("y")).unwrap(), "y:");
    assert_eq!(find("machine a login x login y password 1", "a", Some("x")).unwrap(), "x:");
}

#[test]
fn b4_default_is_the_last_resort_and_only_where_it_is_let() {
    let text = "default login d password 1\nmachine a login x password 2\nmachine b";
    assert_eq!(find(text, "a", None).as_deref(), Some("x:2"));
    assert_eq!(find(text, "b", None).as_deref(), Some("d:1"), "b says nothing");
    let file = parse(text);
    assert_eq!(file.find("b", None, false), None);
    assert_eq!(file.find("b", Some(b"d"), false), None);
    assert!(file.find("a", None, false).is_some());
}

#[test]
fn a_password_without_a_login_is_nobodys() {
    assert_eq!(find("machine a password 1", "a", None).as_deref(), Some(":1"));
    assert_eq!(find("machine a password 1", "a", Some("me")), None);
    assert_eq!(find("login me password 1", "a", None), None);
}

#[test]
fn what_cannot_be_read_is_told_by_line_and_never_shown() {
    for (text, expected) in [
        ("machine a\nlogin \"secret", "line 2: a quote stays open"),
        ("password \"secret\\", "line 1: a quote stays open"),
        ("password \"secret\"x", "line 1: there is no blank behind a quote"),
        ("password \"sec\0ret\"", "line 1: there is a control character"),
        ("password sec\x01ret", "line 1: there is a control character"),
        ("machine a login", "line 1: the file ends where a value is due"),
        ("machine\n", "line 2: the file ends where a value is due"),
    ] {
        assert_eq!(problem(text), expected);
    }
}

#[test]
fn limits_hold_to_the_byte() {
    let word = |len: usize| format!("machine {}", "a".repeat(len));
    assert!(Netrc::parse(word(MAX_WORD_BYTES).as_bytes()).is_ok());
    assert_eq!(problem(word(MAX_WORD_BYTES + 1)), "line 1: a word is too long");
    assert!(Netrc::parse(&vec![b' '; MAX_LINE_BYTES]).is_ok());
    assert_eq!(problem(vec![b' '; MAX_LINE_BYTES + 1]), "line 1: the line is too long");
    assert!(Netrc::parse(&vec![b'\n'; MAX_FILE_BYTES]).is_ok());
    let error = problem(vec![b'\n'; MAX_FILE_BYTES + 1]);
    assert_eq!(error, "the file is longer than 131072 bytes");
}

#[test]
fn debug_hides_passwords() {
    let file = parse("machine a login me password secret\ndefault password secret");
    let shown = format!("{file:?} {:?}", file.find("a", None, true));
    assert!(shown.contains("me") && !shown.contains("secret"), "{shown}");
}

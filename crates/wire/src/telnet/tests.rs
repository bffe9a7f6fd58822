use super::*;
use crate::three_ways::in_pieces;

const DO_TTYPE: &[u8] = b"\xff\xfd\x18";

/// Data, answers, and whether a command was cut.
type Read = Result<(Vec<u8>, Vec<u8>, bool), TelnetError>;

fn read(options: &Options, wire: &[u8]) -> Read {
    in_pieces(wire, |pieces| {
        let mut telnet = Telnet::new(options.clone());
        let (mut data, mut answers) = (Vec::new(), Vec::new());
        for piece in pieces {
            telnet.decode(piece, &mut data, &mut answers)?;
        }
        Ok((data, answers, telnet.is_inside_command()))
    })
}

fn options(all: &[&str]) -> Options {
    let mut options = Options::default();
    all.iter().for_each(|one| options.set(one).expect("a good option"));
    options
}

fn data(wire: &[u8]) -> Vec<u8> {
    read(&Options::default(), wire).expect("no circles").0
}

fn answers(given: &[&str], wire: &[u8]) -> Vec<u8> {
    read(&options(given), wire).expect("no circles").1
}

#[test]
fn commands_are_taken_out_of_the_data() {
    assert_eq!(data(b"plain\r\ntext"), b"plain\r\ntext");
    assert_eq!(data(b"a\xff\xffb\xff\xf1c"), b"a\xffbc", "IAC IAC is data, NOP is nothing");
    assert_eq!(data(b"a\xff\xfb\x01b\xff\xfa\x18\x01\xff\xff\xff\xf0c"), b"abc");
    assert_eq!(data(b"a\xff\xfa\x18\x01\xff\xfb\x01b"), b"ab", "WILL ends a subnegotiation");
    assert_eq!(data(b"\r\0a\r\nb\r\0\0\r"), b"\ra\r\nb\r\0\r", "CR NUL is CR");
    assert_eq!(data(b"\r\xff\xf1\0"), b"\r\0", "a command between CR and NUL parts them");
}

#[test]
fn binary_has_no_padding() {
    assert_eq!(data(b"\xff\xfb\x00a\r\0b"), b"a\r\0b");
    assert_eq!(data(b"\xff\xfb\x00\xff\xfc\x00a\r\0b"), b"a\rb");
    let text = read(&options(&["BINARY=0"]), b"\xff\xfb\x00a\r\0b").expect("no circles");
    assert_eq!(text.0, b"a\rb");
}

#[test]
fn it_answers_and_offers_as_curl_does() {
    // WILL BINARY, DO BINARY, WILL SGA, DO SGA.
    let offers = b"\xff\xfb\x00\xff\xfd\x00\xff\xfb\x03\xff\xfd\x03";
    assert_eq!(answers(&[], DO_TTYPE), [b"\xff\xfc\x18", &offers[..]].concat(), "WONT TTYPE");
    assert_eq!(answers(&[], b"\xff\xf1 hello"), b"", "nothing unless asked");
    let all = answers(
        &["TTYPE=vt100", "WS=80x24", "XDISPLOC=h:0", "NEW_ENV=a,b", "NEW_ENV=c,d", "NEW_ENV=e"],
        b"\xff\xfd\x18\xff\xfd\x23\xff\xfd\x27\xff\xfd\x1f\
          \xff\xfa\x18\x01\xff\xf0\xff\xfa\x23\x01\xff\xf0\xff\xfa\x27\x01\xff\xf0",
    );
    let first = [b"\xff\xfb\x18", &offers[..], b"\xff\xfb\x1f\xff\xfb\x23\xff\xfb\x27"].concat();
    let told = b"\xff\xfa\x1f\x00P\x00\x18\xff\xf0\xff\xfa\x18\x00vt100\xff\xf0\
                 \xff\xfa\x23\x00h:0\xff\xf0\xff\xfa\x27\x00\x00a\x01b\x00c\x01d\x00e\xff\xf0";
    assert_eq!(all, [&first[..], told].concat());
}

#[test]
fn the_window_doubles_what_looks_like_a_command() {
    let told = answers(&["WS=255x65535"], b"\xff\xfd\x1f");
    assert!(
        told.starts_with(b"\xff\xfb\x1f\xff\xfa\x1f\x00\xff\xff\xff\xff\xff\xff\xff\xf0"),
        "{told:?}"
    );
}

#[test]
fn only_what_was_agreed_on_is_told() {
    let asked = b"\xff\xfa\x18\x01\xff\xf0";
    assert_eq!(answers(&["TTYPE=x"], asked), b"", "SEND before DO");
    let refused = [DO_TTYPE, b"\xff\xfe\x18", asked].concat();
    let told = answers(&["TTYPE=x"], &refused);
    assert!(!told.windows(2).any(|pair| pair == b"\xff\xfa"), "SEND behind DONT: {told:?}");
    let is = [DO_TTYPE, b"\xff\xfa\x18\x00other\xff\xf0"].concat();
    assert!(!answers(&["TTYPE=x"], &is).windows(2).any(|pair| pair == b"\xff\xfa"));
}

#[test]
fn what_stands_is_not_answered_again() {
    let once = answers(&[], b"\xff\xfb\x01");
    assert_eq!(answers(&[], &b"\xff\xfb\x01".repeat(5000)), once, "WILL ECHO, over and over");
    assert_eq!(answers(&[], &[b"\xff\xfb\x01", &b"\xff\xfc\x07".repeat(5000)[..]].concat()), once);
}

#[test]
fn circles_end_by_a_count() {
    let refused = b"\xff\xfd\x63".repeat(MAX_ANSWERS);
    assert!(read(&Options::default(), &refused).is_ok());
    let circle = b"\xff\xfd\x63".repeat(MAX_ANSWERS + 1);
    assert_eq!(read(&Options::default(), &circle), Err(TelnetError::TooManyAnswers));
    let talk = [&refused[..], b"x"].concat().repeat(3);
    assert_eq!(read(&Options::default(), &talk).expect("data between").0, b"xxx");

    let mut telnet = Telnet::new(Options::default());
    let endless = [&b"\xff\xfa"[..], &vec![0; MAX_COMMAND_BYTES]].concat();
    let outcome = telnet.decode(&endless, &mut Vec::new(), &mut Vec::new());
    assert_eq!(outcome, Err(TelnetError::NothingButCommands));
}

#[test]
fn a_cut_command_shows() {
    for cut in [&b"a\xff"[..], b"a\xff\xfb", b"a\xff\xfa\x18", b"a\xff\xfa\x18\x01\xff"] {
        assert!(read(&Options::default(), cut).expect("no circles").2, "{cut:?}");
    }
    assert!(!read(&Options::default(), b"a\r").expect("no circles").2);
}

#[test]
fn encoded_data_comes_back() {
    let input: Vec<u8> = (0..=255).cycle().take(1000).collect();
    let mut wire = Vec::new();
    encode(&input, &mut wire);
    assert_eq!(data(&[b"\xff\xfb\x00", &wire[..]].concat()), input);
}

#[test]
fn a6_no_value_holds_a_command() {
    let mut options = Options::default();
    for bad in [
        "TTYPE",
        "TTYPE=",
        "TTYPE=a\u{ff}",
        "TTYPE=a\r\nb",
        "NEW_ENV=\u{1}",
        "NEW_ENV=,b",
        "NEW_ENV=a,\u{7f}",
        "WS=80",
        "WS=axb",
        "WS=+1x2",
        "WS=70000x1",
        "XDISPLOC=ä",
    ] {
        assert_eq!(options.set(bad), Err(OptionError::Malformed), "{bad}");
    }
    let long = format!("TTYPE={}", "x".repeat(MAX_VALUE_BYTES + 1));
    assert_eq!(options.set(&long), Err(OptionError::Malformed));
    assert_eq!(options.set("BAD=1"), Err(OptionError::Unknown));
    assert_eq!(options, Options::default());
    (0..MAX_VARIABLES).for_each(|_| options.set("new_env=a,").expect("room"));
    assert_eq!(options.set("NEW_ENV=a,b"), Err(OptionError::Malformed));
}

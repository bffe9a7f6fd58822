use super::ReplyStyle::{Ftp, Nntp, Pop3, Smtp};
use super::*;
use crate::line::{LineEnding, LineScanner};
use crate::three_ways::three_ways;

/// Reads one reply line by line; the number says how many lines were taken.
fn read(style: ReplyStyle, text: &str) -> Result<Option<(Reply, usize)>, ReplyError> {
    let mut reader = ReplyReader::new(style);
    for (i, line) in text.split("\r\n").enumerate() {
        if let Some(reply) = reader.push_line(line.as_bytes())? {
            assert!(!reader.is_inside());
            return Ok(Some((reply, i + 1)));
        }
        assert!(reader.is_inside());
    }
    Ok(None)
}

#[test]
fn replies_end_where_their_style_says() {
    for (style, text, status, lines) in [
        (Ftp, "220 ready", Status::Code(220), &["ready"][..]),
        (Ftp, "220", Status::Code(220), &[""]),
        (Ftp, "220 ", Status::Code(220), &[""]),
        (Ftp, "631 secret", Status::Code(631), &["secret"]),
        (Ftp, "230-a\r\n230-b\r\n230 c\r\n230 next", Status::Code(230), &["a", "b", "c"]),
        (
            Ftp,
            "230-a\r\n 230 b\r\n331 c\r\n2300 d\r\n-\r\n\r\n230 e",
            Status::Code(230),
            &["a", " 230 b", "331 c", "2300 d", "-", "", "e"],
        ),
        (Ftp, "230-a\r\n231-b\r\n230", Status::Code(230), &["a", "231-b", ""]),
        (Smtp, "250 ok", Status::Code(250), &["ok"]),
        (Smtp, "250", Status::Code(250), &[""]),
        (
            Smtp,
            "250-a.test\r\n250-SIZE 5\r\n250 8BITMIME",
            Status::Code(250),
            &["a.test", "SIZE 5", "8BITMIME"],
        ),
        (Smtp, "250-a\r\n250", Status::Code(250), &["a", ""]),
        (Nntp, "200 ready", Status::Code(200), &["ready"]),
        (Nntp, "205", Status::Code(205), &[""]),
        (Pop3, "+OK", Status::Ok, &[""]),
        (Pop3, "+OK 2 320", Status::Ok, &["2 320"]),
        (Pop3, "-ERR [AUTH] no", Status::Err, &["[AUTH] no"]),
        (Pop3, "+ Zm9v", Status::Continue, &["Zm9v"]),
        (Pop3, "+ ", Status::Continue, &[""]),
        (Pop3, "+", Status::Continue, &[""]),
    ] {
        let (reply, taken) = read(style, text).unwrap().unwrap();
        assert_eq!(
            (reply.status, reply.lines().len(), taken),
            (status, lines.len(), lines.len()),
            "{text:?}"
        );
        assert_eq!(reply.lines(), lines, "{text:?}");
    }
}

/// As servers write them: only the code of the first line and a blank end a reply.
#[test]
fn banners_of_ftp_servers_end_where_they_end() {
    for (text, lines) in [
        ("220-\r\n\r\n220-Hello\r\n220", &["", "", "Hello", ""][..]),
        ("220-a\r\n    220 visitors today\r\n220 b", &["a", "    220 visitors today", "b"]),
        ("220-a\r\n220\ttab\r\n220: colon\r\n220 b", &["a", "220\ttab", "220: colon", "b"]),
        ("230-a\r\n530 Login incorrect\r\n230 b", &["a", "530 Login incorrect", "b"]),
        ("226-a\r\n226-226 files\r\n226  b ", &["a", "226 files", " b "]),
        ("211-F:\r\n211-SIZE\r\n MDTM\r\n211 End", &["F:", "SIZE", " MDTM", "End"]),
        ("250-a\r\n type=dir; /250 x\r\n250 End", &["a", " type=dir; /250 x", "End"]),
        ("214-a\r\n2140 b\r\n21 4\r\n+214 c\r\n214 d", &["a", "2140 b", "21 4", "+214 c", "d"]),
    ] {
        let (reply, taken) = read(Ftp, text).unwrap().unwrap();
        assert_eq!(reply.lines(), lines, "{text:?}");
        assert_eq!(taken, lines.len(), "{text:?}");
    }
}

#[test]
fn unfinished_replies_wait() {
    for (style, text) in
        [(Ftp, "220-a"), (Ftp, "220-a\r\n221 b"), (Ftp, "220-a\r\n220-"), (Smtp, "250-a\r\n250-b")]
    {
        assert_eq!(read(style, text), Ok(None), "{text:?}");
    }
}

#[test]
fn malformed_replies_are_refused() {
    for style in [Ftp, Smtp, Nntp] {
        for text in [
            "",
            "2",
            "22",
            "2x0 a",
            "022 a",
            "720 a",
            "2200 a",
            "220_a",
            "220\ta",
            " 220 a",
            "HTTP/1.1 400",
            "+OK",
            "٢٢٠ a",
            "-20 a",
        ] {
            assert!(
                matches!(read(style, text), Err(ReplyError::Malformed { .. })),
                "{style:?} {text:?}"
            );
        }
    }
    for text in ["", "OK", "+OKAY", "+ok", "+OK\ta", "-ERROR", "-", "220 a", "++ a", " +OK"] {
        assert!(matches!(read(Pop3, text), Err(ReplyError::Malformed { .. })), "{text:?}");
    }
    assert!(matches!(read(Nntp, "200-a"), Err(ReplyError::Malformed { .. })));
    assert!(matches!(read(Smtp, "250-a\r\nb"), Err(ReplyError::Malformed { .. })));
    assert_eq!(
        read(Smtp, "250-a\r\n550 b"),
        Err(ReplyError::CodeChanged { first: 250, then: 550 })
    );
}

/// Row 61.
#[test]
fn a_nul_is_refused_in_every_line() {
    assert_eq!(read(Ftp, "220 a\0b"), Err(ReplyError::Nul));
    assert_eq!(read(Ftp, "220-a\r\n\0\r\n220 b"), Err(ReplyError::Nul));
    assert_eq!(read(Pop3, "+OK\0"), Err(ReplyError::Nul));
}

/// Row 61 and class K2: an endless banner ends by count and by size.
#[test]
fn endless_replies_are_cut_off() {
    let mut reader = ReplyReader::new(Ftp);
    for _ in 0..MAX_REPLY_LINES {
        assert_eq!(reader.push_line(b"220-x"), Ok(None));
    }
    let error = reader.push_line(b"220 x").unwrap_err();
    assert_eq!(error.to_string(), "lines of a reply beyond the limit of 10000");

    let mut reader = ReplyReader::new(Smtp);
    let line = [b"220-".to_vec(), vec![b'x'; 65_532]].concat();
    for _ in 0..16 {
        assert_eq!(reader.push_line(&line), Ok(None));
    }
    assert!(matches!(
        reader.push_line(b"220-x"),
        Err(ReplyError::TooLong { limit: MAX_REPLY_BYTES, .. })
    ));
}

#[test]
fn limits_are_counted_per_reply() {
    let mut reader = ReplyReader::new(Nntp);
    let line = [b"200 ".to_vec(), vec![b'x'; 60_000]].concat();
    for _ in 0..100 {
        assert!(reader.push_line(&line).unwrap().is_some());
    }
}

#[test]
fn answers_are_told_apart() {
    let classes = |style, text| {
        let (reply, _) = read(style, text).unwrap().unwrap();
        [
            reply.is_preliminary(),
            reply.is_success(),
            reply.is_intermediate(),
            reply.is_transient(),
            reply.is_permanent(),
        ]
        .map(u8::from)
    };
    assert_eq!(classes(Ftp, "150 x"), [1, 0, 0, 0, 0]);
    assert_eq!(classes(Ftp, "226 x"), [0, 1, 0, 0, 0]);
    assert_eq!(classes(Smtp, "354 x"), [0, 0, 1, 0, 0]);
    assert_eq!(classes(Smtp, "451 x"), [0, 0, 0, 1, 0]);
    assert_eq!(classes(Nntp, "502 x"), [0, 0, 0, 0, 1]);
    assert_eq!(classes(Ftp, "632 x"), [0, 0, 0, 0, 0]);
    assert_eq!(classes(Pop3, "+OK"), [0, 1, 0, 0, 0]);
    assert_eq!(classes(Pop3, "+ "), [0, 0, 1, 0, 0]);
    assert_eq!(classes(Pop3, "-ERR"), [0, 0, 0, 0, 1]);
}

#[test]
fn replies_are_shown_in_one_harmless_line() {
    for (style, text, shown) in [
        (Ftp, "550 No such file", "550 No such file"),
        (Ftp, "220-a\r\n \r\n b \x1b[2J\r\n220", r"220 a b \x1b[2J"),
        (Pop3, "-ERR", "-ERR"),
        (Pop3, "+OK hi", "+OK hi"),
        (Pop3, "+ x", "+ x"),
    ] {
        let (reply, _) = read(style, text).unwrap().unwrap();
        assert_eq!(reply.to_string(), shown);
    }
    let mut reader = ReplyReader::new(Smtp);
    let reply = reader.push_line(b"550 caf\xe9").unwrap().unwrap();
    assert_eq!(
        (reply.first_line(), reply.text(), reply.code()),
        ("caf\u{fffd}", "caf\u{fffd}".into(), Some(550))
    );
}

/// Some servers end lines with LF alone.
#[test]
fn a_reply_is_the_same_however_its_bytes_come() {
    for wire in [&b"220-a\r\nb\r\n220 c\r\n"[..], b"220-a\nb\n220 c\n", b"220-a\nb\r\n220 c\n"] {
        let (lines, reply) = three_ways(wire, read_pieces);
        assert_eq!((lines, reply.unwrap().text().as_str()), (3, "a\nb\nc"));
    }
}

fn read_pieces(pieces: &[&[u8]]) -> (usize, Option<Reply>) {
    let mut scanner = LineScanner::new(LineEnding::Lenient, 100);
    let (mut reader, mut unread, mut lines) = (ReplyReader::new(Ftp), Vec::new(), 0);
    for piece in pieces {
        unread.extend_from_slice(piece);
        while let Some(line) = scanner.find(&unread).unwrap() {
            lines += 1;
            if let Some(reply) = reader.push_line(&unread[..line.len]).unwrap() {
                return (lines, Some(reply));
            }
            unread.drain(..line.consumed);
        }
    }
    (lines, None)
}

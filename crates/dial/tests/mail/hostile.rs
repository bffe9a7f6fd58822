//! Servers of mail and news that say more than anybody wants to know, and command lines that would say
//! more than they seem to. curl 7.88 keeps on reading, or sends what it is given.

use crate::both::{Who, play};
use crate::room::Room;

/// Lines in their hundreds, each of them long: what counts lines alone keeps half a gigabyte.
fn long_lines(front: &str) -> String {
    format!("S* 9900 {front} {}\\r\\n\nS: .\n", "X".repeat(60_000))
}

#[test]
fn k2_capabilities_of_long_lines_are_an_error_in_little_memory() {
    let pop3 = format!("S: +OK\nC: CAPA\nS: +OK\n{}", long_lines("X"));
    play(Who::Dial, &pop3, "-u me:secret pop3://U/", (100, ""));
    for front in ["X", "LIST"] {
        let nntp = format!("S: 200\nC: CAPABILITIES\nS: 101\n{}", long_lines(front));
        play(Who::Dial, &nntp, "nntp://U/", (100, ""));
    }
}

#[test]
fn k2_capabilities_of_many_words_are_kept_in_little_memory() {
    let many = "A ".repeat(32_000);
    let nntp =
        format!("S: 200\nC: CAPABILITIES\nS: 101\nS: READER\nS* 15 LIST {many}\\r\\n\nS: .\n");
    let nntp = format!("{nntp}C: LIST ACTIVE\nS: 215\nS: .\nC: QUIT\nS: 205\n");
    play(Who::Dial, &nntp, "nntp://U/", (0, ""));
    for (front, end) in [("* CAPABILITY", ""), ("* OK [CAPABILITY", "]")] {
        let said = format!("S- {front} \nS* 16 {many}\nS- {end}\\r\\n\nS: {{tag}} OK\n");
        let rest = "C: {tag} LOGIN me secret\nS: {tag} OK\nC: {tag} LIST \"\" *\nS: {tag} OK\n\
                    C: {tag} LOGOUT\nS: {tag} OK\n";
        let imap = format!("S: * OK\nC: {{tag}} CAPABILITY\n{said}{rest}");
        play(Who::Dial, &imap, "-u me:secret imap://U/", (0, ""));
    }
}

#[test]
fn a3_nothing_announces_a_literal_to_imap() {
    // curl 7.88 sends both, and the command behind them as the literal.
    for line in [
        &["imap://127.0.0.1:1/INBOX?SUBJECT%20%7B25%2B%7D"][..],
        &["-X", "APPEND INBOX {5+}", "imap://127.0.0.1:1/INBOX"],
        &["-X", "SEARCH BODY {3}", "imap://127.0.0.1:1/INBOX"],
    ] {
        let output = Room::new().run(&[&["-sS", "-u", "me:secret"], line].concat());
        let code = if line.len() == 1 { 3 } else { 43 };
        assert_eq!(output.exit(), code, "{line:?}: {}", output.errors());
        assert!(output.errors().contains("announces a literal"), "{}", output.errors());
    }
}

#[test]
fn k2_a_header_block_without_end_is_an_error() {
    let pop3 = "S: +OK\nC: CAPA\nS: -ERR\nC: USER me\nS: +OK\nC: PASS secret\nS: +OK\n\
                C: TOP 1 0\nS: +OK\nS* 300000 a: b\\r\\n\nC< rest\n";
    play(Who::Dial, pop3, "-I -u me:secret pop3://U/1", (100, ""));
    let imap = "S: * OK\nC: {tag} CAPABILITY\nS: {tag} OK\nC: {tag} LOGIN me secret\nS: {tag} OK\n\
                C: {tag} SELECT a\nS: {tag} OK\nC: {tag} FETCH 1 BODY[HEADER]\n\
                S: * 1 FETCH (BODY[HEADER] {9999999999}\nS* 300000 a: b\\r\\n\nC< rest\n";
    play(Who::Dial, imap, "-I -u me:secret imap://U/a;MAILINDEX=1", (100, ""));
}

//! Servers of mail and news that say more than anybody wants to know, and command lines that would say
//! more than they seem to. curl 7.88 keeps on reading, or sends what it is given.

use crate::both::{Who, play};

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

use landline_testkit::transcript::{Delivery, Script};

use crate::both::{Who, play, told};
use crate::room::{DIAL, Room};

const IN: &str = "S: +OK ready\nC: CAPA\nS: -ERR\nC: USER me\nS: +OK\nC: PASS secret\nS: +OK\n";
const BYE: &str = "C: QUIT\nS: +OK\n";

fn logged_in(rest: &str) -> String {
    format!("{IN}{rest}{BYE}")
}

#[test]
fn a_mailbox_is_listed_and_a_message_read() {
    let list = logged_in("C: LIST\nS: +OK\nS: 1 120\nS: 2 200\nS: .\n");
    play(Who::Both, &list, "-u me:secret pop3://U/", (0, "1 120\r\n2 200\r\n"));
    let read = logged_in("C: RETR 1\nS: +OK\nS: Subject: a\nS:\nS: ..b\nS: .\n");
    play(Who::Both, &read, "-u me:secret pop3://U/1", (0, "Subject: a\r\n\r\n.b\r\n"));
}

#[test]
fn commands_of_ones_own_take_the_place_of_the_usual() {
    let ids = logged_in("C: UIDL\nS: +OK\nS: 1 abc\nS: .\n");
    play(Who::Both, &ids, "-u me:secret -X UIDL pop3://U/", (0, "1 abc\r\n"));
    let delete = logged_in("C: DELE 1\nS: +OK\n");
    // curl 7.88 waits for a text unless told by -I that there is none.
    play(Who::Dial, &delete, "-u me:secret -X DELE pop3://U/1", (0, ""));
    play(Who::Both, &delete, "-u me:secret -I -X DELE pop3://U/1", (0, ""));
    let count = logged_in("C: STAT\nS: +OK 2 320\n");
    play(Who::Dial, &count, "-u me:secret -X STAT pop3://U/", (0, "2 320\r\n"));
    play(Who::Both, &count, "-u me:secret -I -X STAT pop3://U/", (0, ""));
}

#[test]
fn the_fields_of_a_message_are_known_without_reading_it() {
    let top =
        logged_in("C: TOP 1 0\nS: +OK\nS: Subject: a\nS: Content-Type: text/html\nS:\nS: .\n");
    // curl sends RETR and reads nothing of what follows.
    let fields = "Subject: a\r\nContent-Type: text/html\r\n";
    play(Who::Dial, &top, "-u me:secret -I pop3://U/1", (0, fields));
}

#[test]
fn two_messages_take_one_connection() {
    let two = logged_in("C: RETR 1\nS: +OK\nS: a\nS: .\nC: RETR 2\nS: +OK\nS: b\nS: .\n");
    play(Who::Both, &two, "-u me:secret pop3://U/1 pop3://U/2", (0, "a\r\nb\r\n"));
}

#[test]
fn what_goes_wrong_has_curls_exit_code() {
    let refused = "S: +OK\nC: CAPA\nS: -ERR\nC: USER me\nS: +OK\nC: PASS wrong\nS: -ERR no\n";
    play(Who::Dial, refused, "-u me:wrong pop3://U/", (67, ""));
    let none = logged_in("C: RETR 9\nS: -ERR no such message\n");
    play(Who::Dial, &none, "-u me:secret pop3://U/9", (8, ""));
    let no_tls = "S: +OK\nC: CAPA\nS: +OK\nS: USER\nS: .\n";
    play(Who::Dial, no_tls, "--ssl-reqd -u me:secret pop3://U/", (64, ""));
}

#[test]
fn tls_begins_where_it_is_asked_for() {
    let stls = "S: +OK\nC: CAPA\nS: +OK\nS: STLS\nS: .\nC: STLS\nS: +OK\nS! tls\nC: CAPA\n\
                S: +OK\nS: SASL PLAIN\nS: .\nC: AUTH PLAIN\nS: +\\x20\nC: AG1lAHNlY3JldA==\nS: +OK\n\
                C: LIST\nS: +OK\nS: 1 2\nS: .\nC: QUIT\nS: +OK\n";
    play(Who::Both, stls, "--ssl-reqd -u me:secret pop3://U/", (0, "1 2\r\n"));
}

#[test]
fn the_login_is_as_the_options_say() {
    let head = "S: +OK <1@a>\nC: CAPA\nS: +OK\nS: SASL CRAM-MD5 PLAIN LOGIN\nS: .\n";
    let rest = "C: LIST\nS: +OK\nS: 1 2\nS: .\nC: QUIT\nS: +OK\n";
    let plain = format!("{head}C: AUTH PLAIN AG1lAHNlY3JldA==\nS: +OK\n{rest}");
    let line = "--sasl-ir --login-options AUTH=PLAIN -u me:secret pop3://U/";
    play(Who::Both, &plain, line, (0, "1 2\r\n"));
    let login =
        "C: AUTH LOGIN\nS: + VXNlcm5hbWU6\nC: bWU=\nS: + UGFzc3dvcmQ6\nC: c2VjcmV0\nS: +OK\n";
    let login = format!("{head}{login}{rest}");
    play(Who::Both, &login, "-u me:secret --login-options AUTH=LOGIN pop3://U/", (0, "1 2\r\n"));
    let own = format!("{head}C: APOP me 8eea1fff4cfe8cd41fe36a31e8f3b61a\nS: +OK\n{rest}");
    let own = own.replace("8eea1fff4cfe8cd41fe36a31e8f3b61a", "{any}");
    play(Who::Both, &own, "-u me:secret --login-options AUTH=+APOP pop3://U/", (0, "1 2\r\n"));
}

#[test]
fn e3_a_login_that_was_asked_for_is_no_other() {
    let head = "S: +OK ready\nC: CAPA\nS: +OK\nS: USER\nS: SASL PLAIN\nS: .\n";
    play(Who::Both, head, "-u me:secret --login-options AUTH=+APOP pop3://U/", (67, ""));
    // With -u curl takes it for a part of the name.
    play(Who::Dial, head, "-u me;AUTH=+APOP:secret pop3://U/", (67, ""));
    play(Who::Dial, head, "-u me;AUTH=FOO:secret pop3://U/", (3, ""));
}

#[test]
fn a_token_needs_no_password() {
    let script = "S: +OK ready\nC: CAPA\nS: +OK\nS: SASL XOAUTH2\nS: .\n\
                  C: AUTH XOAUTH2 dXNlcj1tZQFhdXRoPUJlYXJlciB0b2sBAQ==\nS: +OK\n\
                  C: RETR 1\nS: +OK\nS: a\nS: .\nC: QUIT\nS: +OK\n";
    let line = "-u me --oauth2-bearer tok --sasl-ir pop3://U/1";
    play(Who::Both, script, line, (0, "a\r\n"));
}

#[test]
fn row_67_what_came_of_a_mail_is_given_and_it_is_an_error() {
    let cut = format!("{IN}C: RETR 1\nS: +OK\nS: Subject: a\nS- Fro\nS! fin\n");
    // curl calls it a success.
    play(Who::Dial, &cut, "-u me:secret pop3://U/1", (18, "Subject: a\r\nFro"));
}

#[test]
fn the_fields_of_a_mail_are_shown_once() {
    let read = logged_in("C: RETR 1\nS: +OK\nS: Subject: a\nS:\nS: b\nS: .\n");
    play(Who::Both, &read, "-i -u me:secret pop3://U/1", (0, "Subject: a\r\n\r\nb\r\n"));
}

#[test]
fn a_connection_is_counted() {
    let read = logged_in("C: RETR 1\nS: +OK\nS: a\nS: .\n");
    let line = "-w %{num_connects},%{response_code} -u me:secret pop3://U/1";
    play(Who::Both, &read, line, (0, "a\r\n1,000"));
}

#[test]
fn nobody_is_told_to_go_on_with_half_a_mail() {
    let cut = format!("{IN}C: RETR 1\nS: +OK\nS: Subject: a\nS:\nS: b\nS! fin\n");
    let server = Script::parse(&cut).expect("a script").serve_with(Delivery::Whole);
    let room = Room::new();
    let url = server.url_for("pop3", "/1");
    let output = room.of(DIAL, &["-sS", "-o", "mail", "-u", "me:secret", &url]).run();
    let (code, told) = (output.exit(), output.errors());
    assert!(
        code == 18 && told.contains("17 bytes are in 'mail'") && !told.contains("-C"),
        "{told}"
    );
}

#[test]
fn what_the_server_can_is_seen_with_v() {
    let can = "S: +OK\nC: CAPA\nS: +OK can\nS: UIDL\nS: X-ODD \x1b\nS: .\nC: USER me\nS: +OK\n\
               C: PASS secret\nS: +OK\n";
    let told = told(&format!("{can}C: LIST\nS: +OK\nS: .\n{BYE}"), "-v -u me:secret pop3://U/");
    assert!(told.contains("> CAPA\n< +OK can\n< UIDL\n< X-ODD \\x1b\n> USER me\n"), "{told}");
    assert!(!told.contains("secret"), "{told}");
}

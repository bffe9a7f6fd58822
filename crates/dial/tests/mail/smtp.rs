//! Mails as a process sends them.

use crate::both::{Who, play};
use crate::room::{DIAL, Room, sound};
use landline_testkit::Server;
use landline_testkit::transcript::{Delivery, Script};

const HELLO: &str = "S: 220 ready\nC: EHLO me.test\nS: 250-here\nS: 250 SIZE 1000\n";
const BYE: &str = "C: QUIT\nS: 221 bye\n";

fn said(rest: &str) -> String {
    format!("{HELLO}{rest}{BYE}")
}

/// A file that both commands can send from anywhere.
const SENT: &str = "/proc/sys/kernel/ostype";
const TEXT: &str = "C: DATA\nS: 354 go on\nC: Linux\nC: .\n";
const ENVELOPE: &str = "C: MAIL FROM:<a@b.test>\nS: 250 ok\nC: RCPT TO:<c@d.test>\nS: 250 ok\n";

/// Without `--crlf` curl sends a lone LF.
fn sends(more: &str) -> String {
    format!("--crlf -T {SENT} --mail-from a@b.test --mail-rcpt c@d.test {more} smtp://U/me.test")
}

#[test]
fn a_mail_is_sent() {
    let script = said(&format!("{ENVELOPE}{TEXT}S: 250 kept\n"));
    play(Who::Both, &script, &sends(""), (0, ""));
    play(Who::Dial, &script, &sends("--no-crlf"), (0, ""));
    // The same address in brackets.
    let line = sends("").replace("a@b.test", "<a@b.test>").replace("c@d.test", "<c@d.test>");
    play(Who::Both, &script, &line, (0, ""));
}

#[test]
fn the_name_of_the_file_is_what_we_call_ourselves_only_where_it_could_be() {
    let rest = format!("S: 250 ok\n{ENVELOPE}{TEXT}S: 250 kept\n{BYE}");
    let line = sends("").replace("smtp://U/me.test", "smtp://U");
    // As with curl.
    let named = format!("S: 220 hi\nC: EHLO ostype\n{rest}");
    play(Who::Both, &named, &line, (0, ""));
    play(Who::Both, &named, &line.replace("//U", "//U/"), (0, ""));
    let room = Room::new();
    for name in ["my mail.txt", "br\u{fc}cke.txt", "a_b", ".mail", "-"] {
        room.put(name, "Linux\n");
        let file = room.path().join(name).display().to_string();
        for (scheme, verb) in [("smtp", "EHLO"), ("lmtp", "LHLO")] {
            let script = format!("S: 220 hi\nC: {verb} [127.0.0.1]\n{rest}");
            let server = Script::parse(&script).expect("a script").serve_with(Delivery::Whole);
            let url = server.url_for(scheme, "/");
            let words =
                ["-sS", "-T", &file, "--mail-from", "a@b.test", "--mail-rcpt", "c@d.test", &url];
            let output = sound(room.of(DIAL, &words).run());
            assert_eq!(output.exit(), 0, "{name}: {}", output.errors());
            server.finish().expect("as written");
        }
    }
}

#[test]
fn a4_dots_at_the_beginning_of_lines_are_doubled_and_no_line_end_stands_alone() {
    let script = said(
        "C: MAIL FROM:<a@b.test>{any}\nS: 250 ok\nC: RCPT TO:<c@d.test>\nS: 250 ok\n\
         C: DATA\nS: 354 go on\nC: ..\nC: a\nC: ..b\nC: c\nC: .\nS: 250 kept\n",
    );
    let server = Script::parse(&script).expect("a script").serve_with(Delivery::Whole);
    let room = Room::new();
    let url = server.url_for("smtp", "/me.test");
    let words = ["-sS", "-T", "-", "--mail-from", "a@b.test", "--mail-rcpt", "c@d.test", &url];
    let output = sound(room.of(DIAL, &words).stdin(".\na\r.b\nc").run());
    assert_eq!(output.exit(), 0, "{}", output.errors());
    server.finish().expect("as written");
}

#[test]
fn recipients_that_are_refused_stop_the_mail_or_not() {
    let head = "C: MAIL FROM:<a@b.test>\nS: 250 ok\nC: RCPT TO:<c@d.test>\nS: 550 nobody\n";
    let line = sends("--mail-rcpt e@f.test --mail-rcpt-allowfails");
    let goes_on = said(&format!("{head}C: RCPT TO:<e@f.test>\nS: 250 ok\n{TEXT}S: 250 kept\n"));
    play(Who::Both, &goes_on, &line, (0, ""));
    // Who does not get it is told, where curl says nothing.
    let server = Script::parse(&goes_on).expect("a script").serve_with(Delivery::Whole);
    let url = server.url_for("smtp", "/me.test");
    let line = line.replace("smtp://U/me.test", &url);
    let output = sound(Room::new().of(DIAL, &line.split_whitespace().collect::<Vec<_>>()).run());
    let told = output.errors().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("the mail does not go to c@d.test: 550 nobody"), "{told}");
    play(Who::Both, &said(head), &sends("--mail-rcpt e@f.test"), (55, ""));
}

#[test]
fn what_goes_wrong_has_curls_exit_code() {
    let after = |rest: &str| format!("{HELLO}{rest}");
    let refused = |rest: &str| format!("{HELLO}{rest}{BYE}");
    for (script, code) in [
        ("S: 554 no\n".to_owned(), 8),
        ("S: 220 hi\nC: EHLO me.test\nS: 502 what?\nC: HELO me.test\nS: 550 no\n".to_owned(), 9),
        (refused("C: MAIL FROM:<a@b.test>\nS: 550 no\n"), 55),
        (refused(&format!("{ENVELOPE}C: DATA\nS: 550 no\n")), 55),
        (refused(&format!("{ENVELOPE}{TEXT}S: 550 no\n")), 8),
        (after(&format!("{ENVELOPE}{TEXT}S! fin\n")), 56),
    ] {
        play(Who::Dial, &script, &sends(""), (code, ""));
    }
    let auth = "S: 220 hi\nC: EHLO me.test\nS: 250-here\nS: 250 AUTH PLAIN\n";
    let refused = format!("{auth}C: AUTH PLAIN AG1lAHdyb25n\nS: 535 no\n");
    play(Who::Dial, &refused, &sends("--sasl-ir -u me:wrong"), (67, ""));
    play(Who::Dial, auth, &sends("--ssl-reqd"), (64, ""));
}

#[test]
fn who_gave_us_the_mail_is_told_by_those_who_log_in() {
    let auth = "S: 220 hi\nC: EHLO me.test\nS: 250-here\nS: 250 AUTH PLAIN\n";
    let script = format!(
        "{auth}C: AUTH PLAIN AG1lAHNlY3JldA==\nS: 235 in\n{}{TEXT}S: 250 ok\n{BYE}",
        ENVELOPE.replace("<a@b.test>", "<a@b.test> AUTH=e@f.test")
    );
    let line = sends("--sasl-ir -u me:secret --mail-auth e@f.test");
    // curl puts the address in brackets, which RFC 4954 section 5 has not.
    play(Who::Dial, &script, &line, (0, ""));
    let nobody = script.replace("AUTH=e@f.test", "AUTH=<>");
    let unknown = format!("{auth}{ENVELOPE}{TEXT}S: 250 ok\n{BYE}");
    play(Who::Both, &unknown, &sends("--mail-auth e@f.test"), (0, ""));
    play(Who::Dial, &nobody, &sends("--sasl-ir -u me:secret --mail-auth <>"), (0, ""));
}

#[test]
fn tls_begins_where_it_is_asked_for() {
    let script = format!(
        "S: 220 hi\nC: EHLO me.test\nS: 250-here\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nS! tls\n\
         C: EHLO me.test\nS: 250 here\n{ENVELOPE}{TEXT}S: 250 ok\n{BYE}"
    );
    play(Who::Both, &script, &sends("--ssl-reqd"), (0, ""));
}

#[test]
fn a_certificate_without_a_login_is_no_login_where_none_is_offered() {
    let line = sends("").replace("smtp:", "smtps:");
    for more in ["S: 250 SIZE 1000\n", "S: 250 AUTH PLAIN\n"] {
        let hello = HELLO.replace("S: 250 SIZE 1000\n", more);
        let script = format!("certificate: yes\n\n{hello}{ENVELOPE}{TEXT}S: 250 ok\n{BYE}");
        play(Who::Both, &script, &line, (0, ""));
    }
    // curl takes a certificate for a login only where it is told to.
    let hello = HELLO.replace("SIZE 1000", "AUTH PLAIN EXTERNAL");
    let script = format!(
        "certificate: yes\n\n{hello}C: AUTH EXTERNAL =\nS: 235 in\n{ENVELOPE}{TEXT}S: 250 ok\n{BYE}"
    );
    play(Who::Dial, &script, &format!("--sasl-ir {line}"), (0, ""));
    let asked = format!("--sasl-ir --login-options AUTH=EXTERNAL {line}");
    play(Who::Both, &script, &asked, (0, ""));
}

#[test]
fn a_login_by_external_and_as_nobody_is_had_by_its_name() {
    let hello = HELLO.replace("SIZE 1000", "AUTH PLAIN EXTERNAL ANONYMOUS");
    let rest = format!("S: 235 in\n{ENVELOPE}{TEXT}S: 250 ok\n{BYE}");
    let named = format!("{hello}C: AUTH EXTERNAL bWU=\n{rest}");
    let line = sends("--sasl-ir");
    play(Who::Both, &named, &format!("-u me: --login-options AUTH=EXTERNAL {line}"), (0, ""));
    play(Who::Both, &named, &line.replace("//U", "//me;AUTH=EXTERNAL@U"), (0, ""));
    let nobody = format!("{hello}C: AUTH ANONYMOUS YW5vbnltb3Vz\n{rest}");
    // curl knows no ANONYMOUS.
    play(Who::Dial, &nobody, &format!("--login-options AUTH=ANONYMOUS {line}"), (0, ""));
    // What was asked for by name is not left out.
    play(Who::Dial, HELLO, &format!("--login-options AUTH=ANONYMOUS {line}"), (67, ""));
    play(Who::Both, &hello, &format!("-u me:it --login-options AUTH=EXTERNAL {line}"), (67, ""));
}

#[test]
fn somebody_else_is_acted_as() {
    let hello = HELLO.replace("SIZE 1000", "AUTH PLAIN");
    // other NUL me NUL it
    let script = format!(
        "{hello}C: AUTH PLAIN b3RoZXIAbWUAaXQ=\nS: 235 in\n{ENVELOPE}{TEXT}S: 250 ok\n{BYE}"
    );
    play(Who::Both, &script, &sends("--sasl-ir --sasl-authzid other -u me:it"), (0, ""));
    let external = script.replace("PLAIN b3RoZXIAbWUAaXQ=", "EXTERNAL b3RoZXI=");
    let external = external.replace("AUTH PLAIN\n", "AUTH EXTERNAL\n");
    let line = sends("--sasl-ir --sasl-authzid other --login-options AUTH=EXTERNAL");
    // curl tells EXTERNAL the user's name alone.
    play(Who::Dial, &external, &line, (0, ""));
}

#[test]
fn a_login_that_hangs_ends_with_the_time_to_connect() {
    let script =
        "S: 220 ready\nC: EHLO me.test\nS: 250-a\nS: 250 AUTH PLAIN\nC: AUTH PLAIN\nS! stall\n";
    // The server waits as long as it is let, and curl says how long it has.
    play(Who::Both, script, &sends("--connect-timeout 0.3 -u me:it"), (28, ""));
}

#[test]
fn without_a_mail_the_server_is_asked() {
    let help = said("C: HELP\nS: 214-one\nS: 214 two\n");
    play(Who::Both, &help, "smtp://U/me.test", (0, "214-one\r\n214 two\r\n"));
    let names = said("C: VRFY c@d.test\nS: 252 perhaps\nC: VRFY e\nS: 250 yes\n");
    let line = "--mail-rcpt c@d.test --mail-rcpt e smtp://U/me.test";
    play(Who::Both, &names, line, (0, "252 perhaps\r\n250 yes\r\n"));
    // Whom the name may mean.
    let names = said("C: VRFY joe\nS: 553-a@b\nS: 553 c@d\nC: VRFY e@f\nS: 250 yes\n");
    let line = "--mail-rcpt joe --mail-rcpt <e@f> smtp://U/me.test";
    play(Who::Both, &names, line, (0, "553-a@b\r\n553 c@d\r\n250 yes\r\n"));
    let list = said("C: EXPN list\nS: 250 a@b.test\n");
    let line = "-X EXPN --mail-rcpt list smtp://U/me.test";
    play(Who::Both, &list, line, (0, "250 a@b.test\r\n"));
    let noop = said("C: NOOP\nS: 250 ok\n");
    play(Who::Both, &noop, "-X NOOP smtp://U/me.test", (0, "250 ok\r\n"));
    play(Who::Both, &noop, "-I -X NOOP smtp://U/me.test", (0, ""));
    let refused = said("C: HELP\nS: 553 none\n");
    play(Who::Both, &refused, "smtp://U/me.test", (8, ""));
    let refused = said("C: HELP\nS: 502 none\n");
    play(Who::Dial, &refused, "smtp://U/me.test", (8, ""));
    play(Who::Dial, &refused, "-X HELP smtp://U/me.test", (8, ""));
}

#[test]
fn a_domain_beyond_ascii_needs_nothing_of_the_server() {
    let line = "--crlf -T /proc/sys/kernel/ostype --mail-from a@b\u{fc}.test \
                --mail-rcpt e@b\u{fc}cher.test smtp://U/me.test";
    let rest = |more: &str| {
        format!(
            "C: MAIL FROM:<a@xn--b-eha.test>{more}\nS: 250 ok\n\
             C: RCPT TO:<e@xn--bcher-kva.test>\nS: 250 ok\n{TEXT}S: 250 kept\n"
        )
    };
    let hello = HELLO.replace("SIZE 1000", "XNONE");
    play(Who::Both, &format!("{hello}{}{BYE}", rest("")), line, (0, ""));
    let hello = HELLO.replace("SIZE 1000", "SMTPUTF8");
    play(Who::Both, &format!("{hello}{}{BYE}", rest(" SMTPUTF8")), line, (0, ""));
    let local = line.replace("e@", "\u{e9}@");
    let script = format!("{hello}{}{BYE}", rest(" SMTPUTF8").replace("<e@", "<\u{e9}@"));
    play(Who::Both, &script, &local, (0, ""));
    // curl sends what the server cannot know.
    play(Who::Dial, &HELLO.replace("SIZE 1000", "XNONE"), &local, (43, ""));

    let asked = |asked: &str| format!("{hello}C: {asked}\nS: 250 yes\n{BYE}");
    let line = |who: &str| format!("--mail-rcpt {who} smtp://U/me.test");
    let names = asked("VRFY e@xn--bcher-kva.test SMTPUTF8");
    play(Who::Both, &names, &line("<e@b\u{fc}cher.test>"), (0, "250 yes\r\n"));
    play(Who::Both, &asked("VRFY \u{e9} SMTPUTF8"), &line("\u{e9}"), (0, "250 yes\r\n"));
    play(Who::Both, &asked("VRFY e"), &line("e"), (0, "250 yes\r\n"));
    let list = format!("-X EXPN {}", line("e"));
    play(Who::Both, &asked("EXPN e SMTPUTF8"), &list, (0, "250 yes\r\n"));
}

#[test]
fn two_mails_take_one_connection() {
    let one = format!("{ENVELOPE}{TEXT}S: 250 ok\n");
    let script = said(&format!("{one}{one}"));
    let line = sends("");
    let line = format!("{line} -T {SENT} smtp://U/me.test");
    play(Who::Both, &script, &line, (0, ""));
}

#[test]
fn the_last_code_of_the_server_is_told() {
    let line = sends("-w %{response_code},%{num_connects}");
    let taken = said(&format!("{ENVELOPE}{TEXT}S: 250 ok\n"));
    play(Who::Both, &taken, &line, (0, "250,1"));
    let refused = said(&format!("{ENVELOPE}{TEXT}S: 554 no\n"));
    play(Who::Both, &refused, &line, (8, "554,1"));
    let help = said("C: HELP\nS: 214 two\n");
    let line = "-w %{response_code} smtp://U/me.test";
    play(Who::Both, &help, line, (0, "214 two\r\n214"));
}

#[test]
fn a_mail_that_may_have_been_taken_is_not_sent_again() {
    // A second connection would not be answered.
    let lost = format!("{HELLO}{ENVELOPE}{TEXT}S! fin\n");
    let line = sends("--retry 2 --retry-all-errors --retry-delay 1 -w %{num_retries}");
    play(Who::Dial, &lost, &line, (56, "0"));
    // The numbers are not HTTP's.
    let refused = said(&format!("{ENVELOPE}{TEXT}S: 503 no\n"));
    play(Who::Dial, &refused, &sends("--retry 2 -w %{num_retries}"), (8, "0"));
}

#[test]
fn lmtp_tells_of_each_recipient() {
    let two = format!("{ENVELOPE}C: RCPT TO:<e@f.test>\nS: 250 ok\n{TEXT}");
    let said = |rest: &str| format!("{HELLO}{two}{rest}{BYE}").replace("EHLO", "LHLO");
    let line =
        |more: &str| sends(&format!("{more} --mail-rcpt e@f.test")).replace("smtp:", "lmtp:");
    play(Who::Dial, &said("S: 250 c\nS: 250 e\n"), &line(""), (0, ""));
    play(Who::Dial, &said("S: 250 c\nS: 552 e\n"), &line(""), (8, ""));
    let one = &said("S: 250 c\nS: 552 e\n");
    play(Who::Dial, one, &line("--mail-rcpt-allowfails"), (0, ""));
}

#[test]
fn nobody_is_told_to_go_on_with_half_a_mail() {
    let server = Server::tcp(|conn| {
        conn.say("220 ready\r\n")?;
        for answer in ["250 here\r\n", "250 ok\r\n", "250 ok\r\n", "354 go on\r\n"] {
            conn.read_line()?;
            conn.say(answer)?;
        }
        conn.stall()
    });
    let room = Room::new();
    room.put("mail", "x".repeat(16 << 20));
    let url = format!("smtp://{}/me.test", server.addr());
    let line = "-sS -m 2 -T mail --mail-from a@b.test --mail-rcpt c@d.test";
    let words: Vec<_> = line.split(' ').chain([&*url]).collect();
    let output = sound(room.of(DIAL, &words).run());
    assert_eq!(output.exit(), 28, "{}", output.errors());
    assert!(!output.errors().contains("-C"), "{}", output.errors());
}

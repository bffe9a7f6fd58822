//! Secrets in commands of the caller's own: no log shows them, and no error.

use landline_testkit::transcript::{Delivery, Script};

use crate::room::{DIAL, Room, sound};

const CAN: &str = "S: 200 hello\nC: CAPABILITIES\nS: 101\nS: READER\nS: .\n";

#[test]
fn b6_secrets_in_commands_of_ones_own_are_in_no_log() {
    let hello = "S: 220 ready\nC: EHLO me.test\nS: 250 here\n";
    for (scheme, flag, command, script) in [
        ("pop3", "-X", "PASS geheim", "S: +OK\nC: PASS geheim\nS: {no}\n".to_owned()),
        ("pop3", "-X", "AUTH PLAIN geheim", "S: +OK\nC: AUTH PLAIN geheim\nS: {no}\n".to_owned()),
        ("smtp", "-X", "AUTH PLAIN geheim", format!("{hello}C: AUTH PLAIN geheim\nS: {{no}}\n")),
        ("imap", "-X", "LOGIN u geheim", "S: * OK\nC: {tag} LOGIN u geheim\nS: {no}\n".to_owned()),
        (
            "imap",
            "-X",
            "authenticate PLAIN geheim",
            "S: * OK\nC: {tag} authenticate PLAIN geheim\nS: {no}\n".to_owned(),
        ),
        (
            "nntp",
            "-X",
            "AUTHINFO PASS geheim",
            format!("{CAN}C: AUTHINFO PASS geheim\nS: {{no}}\n"),
        ),
        (
            "ftp",
            "-Q",
            "PASS geheim",
            "S: 220\nC: USER anonymous\nS: 230\nC: PWD\nS: 257 \"/\"\nC: PASS geheim\nS: {no}\n"
                .to_owned(),
        ),
        (
            "ftp",
            "-Q",
            "acct geheim",
            "S: 220\nC: USER anonymous\nS: 230\nC: PWD\nS: 257 \"/\"\nC: acct geheim\nS: {no}\n"
                .to_owned(),
        ),
    ] {
        let no = match scheme {
            "pop3" => "-ERR no",
            "imap" => "{tag} NO no",
            _ => "535 no",
        };
        let script = Script::parse(&(script.replace("{no}", no) + "S! fin\n")).expect("a script");
        for log in ["-v", "--trace-ascii"] {
            let server = script.serve_with(Delivery::Whole);
            let room = Room::new();
            let url = server.url_for(scheme, if scheme == "smtp" { "/me.test" } else { "/" });
            let mut words = vec!["-sS", "-m", "9", log, flag, command, &url];
            if log != "-v" {
                words.insert(4, "%");
            }
            let output = sound(room.of(DIAL, &words).run());
            let told = output.errors();
            assert_ne!(output.exit(), 0, "{told}");
            let front =
                command.rsplit_once(" u ").or_else(|| command.rsplit_once(' ')).expect("two").0;
            assert!(told.contains(&format!("{front} [masked]")), "{scheme} {command}: {told}");
            assert!(!told.contains("geheim"), "{scheme} {command}: {told}");
        }
    }
}

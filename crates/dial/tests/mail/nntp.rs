//! News. curl does not speak it.

use landline_testkit::transcript::{Delivery, Script};

use crate::both::{Who, play, told};
use crate::room::{DIAL, Room, sound};

const IN: &str = "S: 200 hi\nC: CAPABILITIES\nS: 101\nS: READER\nS: OVER\nS: .\n";
const BYE: &str = "C: QUIT\nS: 205 bye\n";
const GROUP: &str = "C: GROUP misc.test\nS: 211 3 1 3 misc.test\n";

fn talk(rest: &str) -> String {
    format!("{IN}{rest}{BYE}")
}

#[test]
fn groups_are_listed_as_they_come_as_a_table_and_as_json() {
    let list = talk("C: LIST ACTIVE misc.*\nS: 215\nS: misc.test 3 1 y\nS: .\n");
    play(Who::Dial, &list, "nntp://U/misc.*", (0, "misc.test 3 1 y\r\n"));
    let json = "[\n{\"name\":\"misc.test\",\"first\":1,\"last\":3,\"posting\":\"yes\"}\n]\n";
    play(Who::Dial, &list, "--format json nntp://U/misc.*", (0, json));
}

#[test]
fn k3_a_line_that_is_none_is_left_out_and_counted() {
    let row = |number: &str| format!("S: {number}\\ta\\tb\\tc\\t<d@e>\\t\\t1\\t1\n");
    let lines = [row("1"), "S: broken\n".to_owned(), row("3")].concat();
    let over = talk(&format!("{GROUP}C: OVER 1-3\nS: 224\n{lines}S: .\n"));
    let line = "--format json nntp://U/misc.test/1-3";
    let json = |number: u8| {
        let fields = "\"from\":\"b\",\"date\":\"c\",\"message-id\":\"<d@e>\",\"references\":\"\"";
        format!("{{\"number\":{number},\"subject\":\"a\",{fields},\"bytes\":1,\"lines\":1}}")
    };
    let both = format!("[\n{},\n{}\n]\n", json(1), json(3));
    play(Who::Dial, &over, line, (0, &both));
    let told = told(&over, &format!("--no-silent --no-progress-meter {line}"));
    assert_eq!(
        told,
        "Warning: lines of the listing that were not understood and are left out: 1\n"
    );
    // Where another article is told of, nothing can be said of the rest.
    let other = over.replace(&row("3"), &row("77"));
    let other = other.replace(BYE, "C< rest\n");
    play(Who::Dial, &other, line, (8, &format!("[\n{}\n]\n", json(1))));
}

#[test]
fn an_array_is_closed_where_the_list_breaks_off() {
    let cut = format!("{IN}C: LIST ACTIVE\nS: 215\nS: a 1 1 y\nS! fin\n");
    let row = "[\n{\"name\":\"a\",\"first\":1,\"last\":1,\"posting\":\"yes\"}\n]\n";
    play(Who::Dial, &cut, "--format json nntp://U/", (18, row));
    let cut = format!("{IN}C: LIST ACTIVE\nS: 215\nS! fin\n");
    play(Who::Dial, &cut, "--format json nntp://U/", (18, ""));
}

#[test]
fn an_article_is_offered_by_ihave_and_made_of_a_form() {
    let file = std::env::temp_dir().join(format!("dial-offered-{}", std::process::id()));
    std::fs::write(&file, "Subject: a\n").expect("a file");
    let line = format!("-T {} nntp://U/ -X", file.display());
    let want = "C: IHAVE <a@b>\nS: 335\nC: Subject: a\nC: .\n";
    let ihave = format!("{line} IHAVE\u{a0}<a@b>");
    play(Who::Dial, &talk(&format!("{want}S: 235\n")), &ihave, (0, ""));
    play(Who::Dial, &talk(&format!("{want}S: 437 no\n")), &ihave, (25, ""));
    play(Who::Dial, &talk("C: IHAVE <a@b>\nS: 435 have it\n"), &ihave, (25, ""));
    let run = |words: &[&str]| sound(Room::new().of(DIAL, words).run()).exit();
    let url = "nntp://127.0.0.1:1/";
    let path = file.display().to_string();
    for own in ["TAKETHIS <a@b>", "IHAVE <a@b> x", "IHAVE a", "IHAVE"] {
        assert_eq!(run(&["-sS", "-T", &path, url, "-X", own]), 43, "{own}");
    }
    assert_eq!(run(&["-sS", "-d", "x", url]), 2);
    std::fs::remove_file(file).expect("a file");
}

#[test]
fn an_overview_is_a_table() {
    let over =
        format!("{GROUP}C: OVER 2-3\nS: 224\nS: 2\\tHi\\tme\\tnow\\t<a@b>\\t\\t\\t7\nS: .\n");
    let row = format!("{:>8}  {:<44}  {:<28}  now\n", 2, "Hi", "me");
    let head = format!("{:<8}  {:<44}  {:<28}  DATE\n", "NUMBER", "SUBJECT", "FROM");
    let line = "--format table nntp://U/misc.test/2-3";
    play(Who::Dial, &talk(&over), line, (0, &(head + &row)));
}

#[test]
fn an_article_is_read_and_its_header_block_shown() {
    let read = "S: Subject: a\nS:\nS: ..b\nS: .\n";
    let read = talk(&format!("{GROUP}C: ARTICLE 2\nS: 220\n{read}"));
    play(Who::Dial, &read, "nntp://U/misc.test/2", (0, "Subject: a\r\n\r\n.b\r\n"));
    let head = talk("C: HEAD <a@b>\nS: 221\nS: Subject: a\nS: .\n");
    play(Who::Dial, &head, "-I nntp://U/a@b", (0, "Subject: a\r\n"));
}

#[test]
fn commands_of_ones_own_take_the_place_of_the_usual() {
    let date = talk("C: DATE\nS: 111 20010909014640\n");
    play(Who::Dial, &date, "-X DATE nntp://U/", (0, "20010909014640\r\n"));
    let help = talk("C: HELP\nS: 100\nS: help\nS: .\n");
    play(Who::Dial, &help, "-X HELP nntp://U/", (0, "help\r\n"));
}

#[test]
fn what_goes_wrong_has_a_code_that_tells() {
    let none = talk("C: GROUP misc.none\nS: 411 none\n");
    play(Who::Dial, &none, "nntp://U/misc.none", (78, ""));
    let who = format!("{IN}{GROUP}C: ARTICLE 1\nS: 480 who are you?\n");
    play(Who::Dial, &who, "nntp://U/misc.test/1", (67, ""));
    let wrong = format!("{IN}C: AUTHINFO USER me\nS: 381\nC: AUTHINFO PASS wrong\nS: 481 no\n");
    play(Who::Dial, &wrong, "-u me:wrong nntp://U/", (67, ""));
    play(Who::Dial, "S: 200\nC: CAPABILITIES\nS: 500\n", "--ssl-reqd nntp://U/", (64, ""));
    let odd = format!("{IN}C: LIST ACTIVE\nS: 299 what?\nC< rest\n");
    play(Who::Dial, &odd, "nntp://U/", (8, ""));
    let cut = format!("{IN}C: LIST ACTIVE\nS: 215\nS: a 1 1 y\nS! fin\n");
    play(Who::Dial, &cut, "nntp://U/", (18, "a 1 1 y\r\n"));
}

#[test]
fn an_article_is_posted_or_refused() {
    let file = std::env::temp_dir().join(format!("dial-article-{}", std::process::id()));
    std::fs::write(&file, "Subject: a\n\n.b\n").expect("a file");
    let line = format!("-T {} nntp://U/", file.display());
    let text = "C: POST\nS: 340\nC: Subject: a\nC:\nC: ..b\nC: .\n";
    play(Who::Dial, &talk(&format!("{text}S: 240\n")), &line, (0, ""));
    play(Who::Dial, &talk(&format!("{text}S: 441 no\n")), &line, (25, ""));
    play(Who::Dial, &talk("C: POST\nS: 440 no\n"), &line, (25, ""));
    play(Who::Dial, &format!("{IN}{text}S! fin\n"), &line, (56, ""));
    std::fs::remove_file(file).expect("a file");
}

#[test]
fn news_without_a_server_is_asked_of_that_in_the_environment() {
    let room = Room::new();
    let run = |server: &str, url: &str| {
        let output = sound(room.of(DIAL, &["-sS", url]).env("NNTPSERVER", server).run());
        (output.exit(), output.text(), output.errors())
    };
    let read = talk("C: ARTICLE <a@b>\nS: 220\nS: Subject: a\nS: .\n");
    let server = Script::parse(&read).expect("a script").serve_with(Delivery::Whole);
    let told = run(&server.addr().to_string(), "news:a@b");
    assert_eq!((told.0, &*told.1), (0, "Subject: a\r\n"), "{}", told.2);
    server.finish().expect("as written");
    let told = run("", "news:misc.test");
    assert!(told.0 == 3 && told.2.contains("no news server"), "{told:?}");
}

#[test]
fn what_the_server_can_is_seen_with_v() {
    let told = told(&talk("C: LIST ACTIVE\nS: 215\nS: .\n"), "-v nntp://U/");
    assert!(told.contains("> CAPABILITIES\n< 101\n< READER\n< OVER\n> LIST ACTIVE\n"), "{told}");
}

#[test]
fn a_form_is_posted_as_an_article() {
    let head =
        "C: Content-Type: multipart/mixed; boundary={any}\nC: Mime-Version: 1.0\nC: Subject: a\n";
    let body = "C:\nC: --{any}\nC:\nC: ..hello\nC: --{any}--\nC: .\n";
    let form = talk(&format!("C: POST\nS: 340\n{head}{body}S: 240\n"));
    play(Who::Dial, &form, "-H Subject:\u{a0}a -F =.hello nntp://U/", (0, ""));
}

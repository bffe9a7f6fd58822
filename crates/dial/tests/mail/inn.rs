//! News as INN has it.

use landline_interop::{MAIL_LOGIN, inn};

use crate::room::{DIAL, Room, sound};

const ARTICLE: &str = "From: me@example.com\nNewsgroups: misc.test\nSubject: hi\n\
                       Message-ID: <first@example.com>\n\n.one\n..two\n";

#[test]
fn inn_lists_reads_and_takes_what_who_logs_in_posts() {
    let Some(server) = inn() else { return };
    let ca = server.folder().join("ca.pem").display().to_string();
    let room = Room::new();
    room.put("article", ARTICLE);
    let run = |line: &str| {
        let known = line.replace("CA", &ca).replace("nntp://U", &server.url("nntp", ""));
        let line = format!("-sS {known}");
        let output = sound(room.of(DIAL, &line.split(' ').collect::<Vec<_>>()).run());
        (output.exit(), output.text(), output.errors())
    };
    let login = format!("-u {}:{} --login-options AUTH=+USER", MAIL_LOGIN.0, MAIL_LOGIN.1);
    assert_eq!(run("nntp://U/").1, "misc.test 0000000000 0000000001 y\r\n");
    assert_eq!(run("-T article nntp://U/").0, 67, "guests only read");
    let wrong = login.replace("p@ss", "pass");
    assert_eq!(run(&format!("{wrong} nntp://U/")).0, 67);
    let posted = run(&format!("{login} --ssl-reqd --cacert CA -T article nntp://U/"));
    assert_eq!(posted, (0, String::new(), String::new()));
    assert_eq!(run(&format!("{login} -T article nntp://U/")).0, 25, "it is there already");

    let (code, table, _) = run("--format table nntp://U/misc.test");
    assert_eq!((code, table.lines().count()), (0, 2), "{table}");
    assert!(table.lines().any(|line| line.starts_with("       1  hi ")), "{table}");
    let (_, json, _) = run("--format json nntp://U/misc.test");
    assert!(json.contains(r#""message-id":"<first@example.com>","references":"""#), "{json}");
    for path in ["misc.test/1", "first@example.com"] {
        let (code, text, _) = run(&format!("--ssl-reqd --cacert CA nntp://U/{path}"));
        assert!(code == 0 && text.ends_with("\r\n\r\n.one\r\n..two\r\n"), "{path}: {text}");
    }
    assert!(run("-I nntp://U/misc.test/1").1.contains("Subject: hi\r\n"));
    let (code, text, told) =
        run("-v --compressed --ssl-reqd --cacert CA nntp://U/misc.test/1 nntp://U/misc.test");
    assert!(code == 0 && text.contains("..two\r\n1\thi\t"), "{text}");
    assert_eq!(told.matches("206 Compression now active").count(), 1, "one connection: {told}");
    let form = "-H From:me@example.com -H Newsgroups:misc.test -H Subject:form -F =hello";
    assert_eq!(run(&format!("{login} {form} nntp://U/")).0, 0);
    let (_, text, _) = run("nntp://U/misc.test/2");
    assert!(text.contains("\r\n\r\nhello\r\n") && text.contains("Subject: form\r\n"), "{text}");
    assert_eq!(run("nntp://U/misc.none").0, 78);
    assert_eq!(run("nntp://U/misc.test/9").0, 78);
}

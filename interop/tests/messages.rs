//! Messages that we make, read by somebody else's reader of mail: Python's.
// A test harness fails loudly.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs::File;
use std::io::Read;
use std::process::Command;

use landline::mail::{Attachment, Message};
use landline::{Opener, StoreMode, Upload};
use landline_interop::{is_installed, pattern};
use tempfile::TempDir;

/// A line for everything that is understood: what it is, and what it says in hexadecimal.
const READER: &str = "
import sys, email, email.policy
def tell(*words):
    print(*(word.encode('utf-8', 'surrogateescape').hex() if at else word for at, word in enumerate(words)))
message = email.message_from_binary_file(open(sys.argv[1], 'rb'), policy=email.policy.default)
for name, value in message.items():
    if hasattr(value, 'addresses'):
        for one in value.addresses:
            tell(name, one.display_name, one.addr_spec)
    elif hasattr(value, 'datetime'):
        tell(name, value.datetime.isoformat())
    else:
        tell(name, str(value))
    for defect in value.defects:
        tell('defect', str(defect))
for part in message.walk():
    for defect in part.defects:
        tell('defect', repr(defect))
    if not part.is_multipart():
        tell('part', part.get_content_type(), part.get_filename() or '', part['Content-ID'] or '')
        print('content', part.get_payload(decode=True).hex())
";

/// A name, and what is said of it.
type Told = Vec<(String, Vec<Vec<u8>>)>;

/// What Python understands of a message; `None` where there is no Python.
fn understood(message: Message) -> Option<Told> {
    is_installed("python3").then_some(())?;
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("message");
    let url = format!("file://{}", file.display());
    Opener::new().unwrap().store(&url, message.into_upload().unwrap(), StoreMode::Replace).unwrap();
    let bytes = std::fs::read(&file).unwrap();
    assert!(bytes.is_ascii(), "{}", bytes.escape_ascii());
    for line in bytes.split(|&byte| byte == b'\n') {
        assert!(line.len() <= 999, "{}", line.escape_ascii());
    }
    let output = Command::new("python3").args(["-c", READER]).arg(&file).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{errors}\n{}", bytes.escape_ascii());
    let told = text(&output.stdout).lines().map(|line| {
        let mut words = line.split(' ');
        (words.next().unwrap().to_owned(), words.map(unhexed).collect())
    });
    let told: Told = told.collect();
    let defects = said(&told, "defect");
    let defects: Vec<_> = defects.iter().map(|words| text(&words[0])).collect();
    assert!(defects.is_empty(), "{defects:?}\n{}", text(&bytes));
    Some(told)
}

fn unhexed(text: &str) -> Vec<u8> {
    let byte = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(byte).collect()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn said<'a>(told: &'a Told, name: &str) -> Vec<&'a [Vec<u8>]> {
    told.iter().filter(|line| line.0 == name).map(|line| &line.1[..]).collect()
}

fn hello() -> Message {
    Message::new().from("Ada <ada@a.test>")
}

const NAMES: [&str; 14] = [
    "Ada",
    "Ada Lovelace, Countess",
    "J. \"Q\" Public \\ Sons <x@y>",
    "J\u{fc}rgen M\u{fc}ller",
    "\u{6c34}\u{91ce} \u{1f600}",
    "=?utf-8?q?no=20word?=",
    "a=?b",
    "(comment); group: x,",
    "It\u{2019}s a name that is so very long, and so full of more than ASCII, that \u{e9}\u{e8}\u{ea} it takes two lines at least",
    "A plain name that is so very long that it does not fit into a line of seventy-eight letters at all",
    "semi;colon:colon@at",
    "dots...",
    "tab\there",
    "\u{434}\u{43b}\u{438}\u{43d}\u{43d}\u{43e}\u{435} \u{438}\u{43c}\u{44f}",
];

#[test]
fn names_and_subjects_arrive_as_they_were() {
    // Python's older readers leave in the blanks between the encoded words of a name.
    let joined = |text: &str| text.replace(' ', "");
    for subject in NAMES {
        // In quotes it is no encoded word (RFC 2047 section 5), but Python takes it for one.
        let name = if subject.starts_with("=?") { "" } else { subject };
        let message = hello().to((name, "b@c.test")).to("d@e.test").cc((name, "f@g.test"));
        let Some(told) = understood(message.subject(subject).header("X-Own", subject).text("x"))
        else {
            return;
        };
        let to = said(&told, "To");
        assert_eq!(joined(text(&to[0][0])), joined(name), "To");
        assert_eq!((text(&to[0][1]), text(&to[1][1])), ("b@c.test", "d@e.test"));
        assert_eq!(joined(text(&said(&told, "Cc")[0][0])), joined(name), "Cc");
        for field in ["Subject", "X-Own"] {
            assert_eq!(text(&said(&told, field)[0][0]), subject, "{field}");
        }
    }
}

#[test]
fn names_of_files_arrive_as_they_were_and_so_do_their_contents() {
    let names =
        ["a.txt", "gr\u{fc}ne Wiese.pdf", "a \"b\" \\ c;d=e%20.bin", "it's.x", "\u{1f600}.png"];
    let long = ["x".repeat(300) + ".bin", "\u{e4}".repeat(100) + ".bin"];
    for name in names.into_iter().chain(long.iter().map(String::as_str)) {
        let Some(told) =
            understood(hello().text("x").attach(Attachment::bytes(name, *b"a\r\n.\n")))
        else {
            return;
        };
        assert_eq!(text(&said(&told, "part")[1][1]), name);
        assert_eq!(said(&told, "content")[1][0], b"a\r\n.\n");
    }
}

#[test]
fn many_recipients_are_folded_between_their_addresses() {
    let message =
        (0..200).fold(hello(), |message, n| message.to(("Somebody", format!("a{n}@b.test"))));
    let Some(told) = understood(message.text("x")) else { return };
    let to = said(&told, "To");
    assert_eq!(to.len(), 200);
    assert!(to.iter().enumerate().all(|(n, one)| text(&one[1]) == format!("a{n}@b.test")));
}

#[test]
fn all_parts_arrive() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("data.bin");
    std::fs::write(&file, pattern(0, 100_000)).unwrap();
    let sent = "Gr\u{fc}\u{df}e,\n.dot\nFrom here \n".to_owned() + &"\u{434}\u{430} ".repeat(100);
    let message = hello()
        .to("b@c.test")
        .subject("all")
        .text(&sent)
        .html("<img src=\"cid:one@x\">")
        .inline("one@x", Attachment::bytes("one.gif", *b"GIF89a"))
        .attach(Attachment::file(&file).unwrap())
        .attach(Attachment::reader("read.txt", File::open(&file).unwrap().take(10), None))
        .attach(
            Attachment::upload("sent.csv", Upload::bytes(*b"a,b"))
                .media_type("text/csv; charset=utf-8"),
        );
    let Some(told) = understood(message) else { return };
    let parts: Vec<_> = said(&told, "part").iter().map(|part| part.join(&b'|')).collect();
    let parts: Vec<_> = parts.iter().map(|part| text(part)).collect();
    assert_eq!(
        parts,
        [
            "text/plain||",
            "text/html||",
            "image/gif|one.gif|<one@x>",
            "application/octet-stream|data.bin|",
            "text/plain|read.txt|",
            "text/csv|sent.csv|",
        ]
    );
    let contents: Vec<_> = said(&told, "content").iter().map(|one| one[0].clone()).collect();
    assert_eq!(text(&contents[0]), sent.replace('\n', "\r\n"));
    assert!(contents[2] == b"GIF89a" && contents[5] == b"a,b");
    assert!(contents[3] == pattern(0, 100_000) && contents[4] == pattern(0, 10));
}

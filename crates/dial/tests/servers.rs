//! The command and the installed curl side by side, with other people's servers: the same on
//! stdout, on disk and on the server, the same exit code.
//!
//! Servers that are not installed are skipped, unless `LANDLINE_INTEROP=require`.
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use std::collections::BTreeMap;
use std::fs;

use landline_interop::{
    Dovecot, FtpServer, FtpTls, Gophernicus, MAIL_LOGIN, big, dovecot, installed, proftpd, vsftpd,
};
use landline_testkit::tls::Authority;
use room::{DIAL, Room, sound};

/// What one of the two has done.
#[derive(Debug, PartialEq, Eq)]
struct Deed {
    code: i32,
    stdout: Vec<u8>,
    is_silent: bool,
    files: BTreeMap<String, Vec<u8>>,
    stored: BTreeMap<String, Vec<u8>>,
}

/// Runs every line with both. `U` at the beginning of a word is the server's URL, `CA` a file with
/// its authority's certificate.
fn same(server: &FtpServer, lines: &[&[&str]]) {
    if installed("curl").is_none() {
        return;
    }
    let mut problems = String::new();
    for line in lines {
        let (theirs, _) = run(server, "curl", line);
        let (ours, errors) = run(server, DIAL, line);
        if ours != theirs {
            let (ours, theirs) = (brief(&ours), brief(&theirs));
            problems.push_str(&format!("{line:?}\n curl: {theirs}\n dial: {ours}\n {errors}\n"));
        }
    }
    assert!(problems.is_empty(), "{problems}");
}

fn run(server: &FtpServer, program: &str, line: &[&str]) -> (Deed, String) {
    let (room, up) = (Room::new(), server.root().join("up"));
    room.put("local", &big()[..300_000]);
    room.put("part", "he");
    fs::remove_dir_all(&up).expect("a folder");
    fs::create_dir(&up).expect("a folder");
    fs::write(up.join("old"), &big()[..1000]).expect("a file");
    let words: Vec<String> = line.iter().map(|word| word_for(server, word)).collect();
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.insert(0, "-qsS");
    let output = sound(room.of(program, &words).run());
    let files = room.names().into_iter();
    let deed = Deed {
        code: output.exit(),
        stdout: output.stdout.clone(),
        is_silent: output.stderr.is_empty(),
        files: files.map(|name| (name.clone(), room.get(&name).unwrap_or_default())).collect(),
        stored: tree(&up),
    };
    (deed, output.errors())
}

fn word_for(server: &FtpServer, word: &str) -> String {
    match word.strip_prefix('U') {
        Some(path) if path.starts_with('/') => server.url(path),
        _ => word.replace("CA", &server.ca().display().to_string()),
    }
}

/// All files below a folder.
fn tree(folder: &std::path::Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            let below = tree(&path);
            files.insert(format!("{name}/"), Vec::new());
            files
                .extend(below.into_iter().map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)));
        } else {
            files.insert(name, fs::read(&path).expect("a file"));
        }
    }
    files
}

fn brief(deed: &Deed) -> String {
    let sizes = |files: &BTreeMap<String, Vec<u8>>| {
        let all: Vec<_> = files.iter().map(|(name, bytes)| (name.clone(), bytes.len())).collect();
        format!("{all:?}")
    };
    let stdout = deed.stdout[..deed.stdout.len().min(400)].escape_ascii().to_string();
    let (files, stored) = (sizes(&deed.files), sizes(&deed.stored));
    format!("exit {}, silent {}, {stdout:?}, {files}, {stored}", deed.code, deed.is_silent)
}

const IN_THE_CLEAR: &[&[&str]] = &[
    &["U/small.txt"],
    &["U/small.txt", "U/empty", "U/folder/inner/deep", "U/folder/-leading%20dash"],
    &["U/folder/gr%C3%BC%C3%9Fe%20%E2%9C%93", "-o", "file"],
    &["U/big", "-O"],
    &["U/folder/"],
    &["U/folder/inner/"],
    &["-l", "U/folder/"],
    &["-I", "U/small.txt"],
    &["-i", "U/small.txt"],
    &["-r", "1-3", "U/small.txt"],
    &["-r", "19999990-", "U/big"],
    &["-r", "-10", "U/big"],
    &["-C", "-", "-o", "part", "U/small.txt"],
    &["-C", "2", "U/small.txt"],
    &["-C", "7", "U/small.txt"],
    &["U/none"],
    &["U/none/none"],
    &["U/none/"],
    &["-u", "nobody:wrong", "U/small.txt"],
    &["-T", "local", "U/up/"],
    &["-T", "local", "U/up/new%20name"],
    &["-T", "-", "U/up/nothing"],
    &["-a", "-T", "local", "U/up/old"],
    &["-C", "-", "-T", "local", "U/up/old"],
    &["-C", "1000", "-T", "local", "U/up/old"],
    &["-T", "local", "U/up/a/b/c"],
    &["--ftp-create-dirs", "-T", "local", "U/up/a/b/c"],
    &["-T", "{local,part}", "U/up/"],
    &["-P", "-", "U/small.txt"],
    &["-P", "-", "--disable-eprt", "U/small.txt", "U/folder/inner/deep"],
    &["--disable-epsv", "U/small.txt", "U/folder/inner/deep"],
    &["--ftp-method", "nocwd", "U/folder/inner/deep", "U/folder/inner/"],
    &["--ftp-method", "singlecwd", "U/folder/inner/deep", "U/folder/inner/"],
    &["--ftp-pasv", "U/small.txt"],
    &["-Q", "NOOP", "U/small.txt"],
    &["-Q", "-DELE old", "U/up/"],
    &["-Q", "XYZZY", "U/small.txt"],
    &["-Q", "*XYZZY", "U/small.txt"],
    &["-Q", "-RNFR old", "-Q", "-RNTO renamed", "-l", "U/up/"],
    &["-Q", "+MKD up/made", "U/small.txt"],
    &["-B", "U/small.txt"],
    &["U/small.txt;type=a"],
    &["U/folder/inner/;type=d"],
    &["-z", "1 Jan 2001", "U/small.txt"],
    &["-z", "1 Jan 2090", "U/small.txt"],
    &["-o", "file", "-w", "%{http_code} %{size_download} %{ftp_entry_path}", "U/small.txt"],
    &["--ssl", "U/small.txt"],
    &["--ssl-reqd", "U/small.txt"],
    &["--max-filesize", "10", "U/big"],
    &["-o", "out#1", "U/{small.txt,empty,none}"],
];

const WITH_TLS: &[&[&str]] = &[
    &["--ssl-reqd", "--cacert", "CA", "U/small.txt"],
    &["--ssl-reqd", "-k", "U/small.txt", "U/folder/", "U/big", "-o", "1", "-o", "2", "-o", "3"],
    &["--ssl", "-k", "U/small.txt"],
    // Over TLS 1.3 curl may break its own upload: it closes before the server has read all.
    &["--ssl-reqd", "-k", "--tls-max", "1.2", "-T", "local", "U/up/"],
    &["--ssl-reqd", "-k", "-l", "U/folder/"],
    &["--ssl-reqd", "-k", "--tls-max", "1.2", "U/small.txt", "U/folder/inner/"],
    &["--ssl-reqd", "-k", "--disable-epsv", "U/small.txt"],
    &["--ssl-reqd", "U/small.txt"],
    &["U/small.txt"],
];

#[test]
fn vsftpd_in_the_clear() {
    if let Some(server) = vsftpd(FtpTls::None) {
        same(&server, IN_THE_CLEAR);
    }
}

#[test]
fn proftpd_in_the_clear() {
    if let Some(server) = proftpd(FtpTls::None) {
        same(&server, IN_THE_CLEAR);
    }
}

#[test]
fn vsftpd_with_tls() {
    if let Some(server) = vsftpd(FtpTls::Demanded) {
        same(&server, WITH_TLS);
    }
}

#[test]
fn proftpd_with_tls() {
    if let Some(server) = proftpd(FtpTls::Demanded) {
        same(&server, WITH_TLS);
    }
}

#[test]
fn data_in_the_clear_under_tls() {
    for server in [vsftpd(FtpTls::Offered), proftpd(FtpTls::Offered)].into_iter().flatten() {
        same(&server, &[&["--ssl-reqd", "--ftp-ssl-control", "-k", "U/small.txt", "U/folder/"]]);
    }
}

#[test]
fn implicit_tls() {
    for server in [vsftpd(FtpTls::Implicit), proftpd(FtpTls::Implicit)].into_iter().flatten() {
        let upload = ["-k", "--tls-max", "1.2", "-T", "local", "U/up/"];
        same(&server, &[&["-k", "U/small.txt", "U/folder/"], &upload]);
    }
}

/// What curl cannot: its second upload finds no session to resume.
#[test]
fn uploads_in_a_row_to_servers_that_demand_sessions() {
    for server in [vsftpd(FtpTls::Demanded), proftpd(FtpTls::Demanded)].into_iter().flatten() {
        let line = ["--ssl-reqd", "--cacert", "CA", "-T", "{local,part}", "U/up/"];
        for _ in 0..2 {
            let (deed, errors) = run(&server, DIAL, &line);
            assert_eq!((deed.code, &*errors), (0, ""));
            assert!(deed.stored["local"] == big()[..300_000] && deed.stored["part"] == b"he");
        }
    }
}

#[test]
fn gophernicus_byte_for_byte() {
    let (authority, folder) = (Authority::new(), Room::new());
    let ca = authority.write_to(folder.path()).display().to_string();
    for server in [Gophernicus::start(), Gophernicus::start_tls(&authority)].into_iter().flatten() {
        for path in
            ["", "/", "/0/small.txt", "/0/dots.txt", "/1/a%20folder", "/I/picture.png", "/0/none"]
        {
            let line = ["-qsS", "--cacert", &ca, &server.url(path)];
            let run = |program| sound(folder.of(program, &line).run());
            let (theirs, ours) = (run("curl"), run(DIAL));
            assert_eq!(ours.exit(), theirs.exit(), "{path}: {}", ours.errors());
            assert!(ours.stdout == theirs.stdout, "{path}: {}", ours.text());
        }
    }
}

/// Command lines of mail, with the user of the mailbox. `U` stands for host and port. Left out: `-l` with
/// a number, to which curl 7.88 says nothing, and DIGEST-MD5, which it does not bring to an end.
const MAIL: &[&str] = &[
    "pop3://U/",
    "pop3://U/1",
    "pop3://U/2 -o file",
    "pop3://U/1 pop3://U/2 pop3://U/",
    "-l pop3://U/",
    "-X UIDL pop3://U/",
    "-X STAT -I pop3://U/",
    "-X TOP pop3://U/2%200",
    "--login-options AUTH=PLAIN pop3://U/1",
    "--login-options AUTH=PLAIN --sasl-ir pop3://U/1",
    "--login-options AUTH=LOGIN pop3://U/1",
    "--login-options AUTH=CRAM-MD5 pop3://U/1",
    "--login-options AUTH=+APOP pop3://U/1",
    "--ssl pop3://U/1 --cacert CA",
    "--ssl-reqd pop3://U/1 pop3://U/2 --cacert CA",
    "--ssl-reqd -k pop3://U/1",
    "--ssl-reqd pop3://U/1",
    "--cacert CA pop3s://U/1",
    "pop3s://U/1",
    "-u tester:wrong pop3://U/1",
    "pop3://U/9",
];

#[test]
fn dovecot_by_pop3() {
    let Some(server) = dovecot("") else { return };
    server.deliver(1, b"Subject: one\n\n.a\n.\nz\n");
    let lines: String = (0..9999).map(|n| format!(".{n}\n")).collect();
    server.deliver(2, format!("Subject: two\n\n{lines}").as_bytes());
    let mut problems = String::new();
    for line in MAIL {
        let [ours, theirs] = [DIAL, "curl"].map(|program| read_mail(&server, program, line));
        if ours != theirs {
            problems.push_str(&format!("{line}\n curl: {theirs:?}\n dial: {ours:?}\n"));
        }
    }
    assert!(installed("curl").is_none() || problems.is_empty(), "{problems}");
}

/// The exit code, stdout and the file that was written.
fn read_mail(server: &Dovecot, program: &str, line: &str) -> (i32, String, Option<Vec<u8>>) {
    let room = Room::new();
    let mut words = ["-qsS", "-u"].map(str::to_owned).to_vec();
    words.push(format!("{}:{}", MAIL_LOGIN.0, MAIL_LOGIN.1));
    words.extend(line.split(' ').map(|word| match word.split_once("://U") {
        Some((scheme, path)) => server.url(scheme, path),
        None => word.replace("CA", &server.ca().display().to_string()),
    }));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let output = sound(room.of(program, &words).run());
    (output.exit(), output.text(), room.get("file"))
}

//! One command line, given to the installed curl and to dial, each with a server of its own: the
//! same commands in the same order, the same on stdout and on both disks, the same exit code.

use std::time::Duration;

use landline_testkit::ftp::{Builder, Server};
use landline_testkit::process::Output;
use landline_testkit::tls::Authority;

use crate::room::{DIAL, Room, sound};

pub(crate) const CURL: &str = "/usr/bin/curl";
const PATIENCE: Duration = Duration::from_secs(5);

/// What one of the two has done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Deed {
    code: i32,
    stdout: String,
    is_silent: bool,
    /// A line for each connection.
    commands: Vec<String>,
    stored: Vec<(String, Vec<u8>)>,
    files: Vec<(String, Vec<u8>)>,
}

/// How exactly the two are to agree.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leave {
    Said,
    /// curl says QUIT to some servers that have refused something, dial hangs up.
    NoMatter,
}

/// A folder `/a/b` with files, and one more user.
pub(crate) fn house() -> Builder {
    let digits = "0123456789";
    let house = Server::builder().file("/file.txt", digits).file("/a/file.txt", digits);
    let house = house.file("/a/b/file.txt", digits).file("/c/d/file.txt", digits);
    let house = house.file("/five", "01234").file("/twelve", "0123456789AB");
    house.file("/lines", "a\nb\n").file("/blank name/file.txt", digits).login("me", "secret")
}

/// Runs every line with both against servers that `make` makes. `U` at the beginning of a word is
/// the server's URL, `PORT` within one its port, and `CA` the file with its authority.
pub(crate) fn same(make: impl Fn(&Authority) -> Builder, leave: Leave, lines: &[&[&str]]) {
    if !std::path::Path::new(CURL).exists() {
        eprintln!("skipped: {CURL} is not installed");
        return;
    }
    let mut problems = Vec::new();
    for line in lines {
        let (curl, dial) = (run(CURL, &make, leave, line), run(DIAL, &make, leave, line));
        sound(dial.1.clone());
        if curl.0 != dial.0 {
            let told =
                format!("stderr of dial: {}stderr of curl: {}", dial.1.errors(), curl.1.errors());
            problems.push(format!("{line:?}\n  curl {:?}\n  dial {:?}\n{told}", curl.0, dial.0));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// The same for servers without TLS, whose connections are left with a word.
pub(crate) fn same_at(make: impl Fn() -> Builder, lines: &[&[&str]]) {
    same(|_| make(), Leave::Said, lines);
}

fn run(
    program: &str,
    make: impl Fn(&Authority) -> Builder,
    leave: Leave,
    line: &[&str],
) -> (Deed, Output) {
    let (room, authority) = (Room::new(), Authority::new());
    authority.write_to(room.path());
    for (name, text) in [("ten", "0123456789"), ("five", "01234"), ("lines", "a\nb\n")] {
        room.put(name, text);
    }
    let server = make(&authority).start();
    let words = line.iter().map(|word| filled(word, &server)).collect::<Vec<_>>();
    let words = words.iter().map(String::as_str).collect::<Vec<_>>();
    let arguments = [&["-sS", "-m", "15"], &words[..]].concat();
    let output = room.of(program, &arguments).stdin("from stdin").run();
    // What was said last may still be on its way to the journal.
    let _ = server.wait_for(|log| log.iter().all(|record| record.client_closed), PATIENCE);
    let files = room.names().into_iter().filter(|name| name != "ca.pem");
    let deed = Deed {
        code: output.code.unwrap_or(-1),
        stdout: plain_port(&output.text()),
        is_silent: output.stderr.is_empty(),
        commands: commands(&server, leave),
        stored: server
            .paths()
            .iter()
            .filter_map(|path| Some((path.clone(), server.read(path)?)))
            .collect(),
        files: files.map(|name| (name.clone(), plain_file(&room, &name))).collect(),
    };
    (deed, output)
}

fn filled(word: &str, server: &Server) -> String {
    let word = match word.strip_prefix('U') {
        Some(path) if path.starts_with('/') => server.url(path),
        _ => word.to_owned(),
    };
    word.replace("PORT", &server.port().to_string()).replace("CA", "ca.pem")
}

/// The lines of each connection, with what differs from run to run and from curl made equal: ports,
/// and that curl still asks for SSL before TLS.
pub(crate) fn commands(server: &Server, leave: Leave) -> Vec<String> {
    let mut connections = vec![String::new(); server.connections()];
    for command in server.dialogue() {
        let line = command.line.replace("AUTH SSL", "AUTH TLS");
        if line == "QUIT" && leave == Leave::NoMatter {
            continue;
        }
        let text = &mut connections[command.connection - 1];
        text.push_str(&format!("{} / ", plain_port(&line)));
    }
    connections
}

fn plain_file(room: &Room, name: &str) -> Vec<u8> {
    let bytes = room.get(name).unwrap_or_default();
    match name {
        "heads" => plain_port(&String::from_utf8_lossy(&bytes)).into_bytes(),
        _ => bytes,
    }
}

/// Without the number of a port in `EPRT`, `PORT` and the replies to `EPSV` and `PASV`.
fn plain_port(text: &str) -> String {
    let plain = |line: &str| match line {
        line if line.starts_with("EPRT ") => {
            line.rsplitn(3, '|').last().unwrap_or_default().to_owned()
        }
        line if line.starts_with("PORT ")
            || line.starts_with("227 ")
            || line.starts_with("229 ") =>
        {
            line[..4].to_owned()
        }
        line => line.to_owned(),
    };
    text.split('\n').map(plain).collect::<Vec<_>>().join("\n")
}

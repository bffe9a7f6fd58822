//! Definitions, matches and lists against dictd, with a dictionary made by dictfmt.
// A test harness fails loudly.
#![allow(clippy::unwrap_used)]

use std::process::{Command, Stdio};

use landline::dict::Client;
use landline::{ErrorKind, Opener};
use landline_interop::{Daemon, free_port, installed};
use tempfile::TempDir;

/// No line of these begins with a dot: dictd 1.13 does not double it, as RFC 2229 section 2.4.1 wants.
const WORDS: &str = ":first: unused\n:dial: The face of a clock.\n\
                     :dial tone: What a telephone says first.\n:Straße: A way, with houses.\n";

fn dictd() -> Option<Daemon> {
    let (server, formatter) = (installed("dictd")?, installed("dictfmt")?);
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("words"), WORDS).unwrap();
    let words = std::fs::File::open(folder.path().join("words")).unwrap();
    let mut format = Command::new(formatter);
    format.args(["--quiet", "--utf8", "-j", "-s", "Tiny Words", "-u", "none", "tiny"]);
    let made = format.current_dir(folder.path()).stdin(Stdio::from(words)).status().unwrap();
    assert!(made.success(), "dictfmt: {made}");

    let (port, here) = (free_port(), folder.path().display().to_string());
    let config = format!(
        "global {{ listen_to 127.0.0.1\n port {port}\n pid_file {here}/pid\n }}\n\
         database tiny {{ data \"{here}/tiny.dict\"\n index \"{here}/tiny.index\"\n }}\n"
    );
    std::fs::write(folder.path().join("dictd.conf"), config).unwrap();
    let mut command = Command::new(server);
    command.args(["--config", "dictd.conf", "-d", "nodetach", "--locale", "C.UTF-8"]);
    Some(Daemon::start(folder, port, &mut command))
}

#[test]
fn dictd_defines_matches_and_lists() {
    let Some(server) = dictd() else { return };
    let mut client = Client::connect(&server.address().to_string()).unwrap();
    let databases = client.databases().unwrap();
    assert_eq!((&*databases[0].name, &*databases[0].description), ("tiny", "Tiny Words"));
    let strategies = client.strategies().unwrap();
    assert!(strategies.iter().any(|strategy| strategy.name == "prefix"), "{strategies:?}");

    let found = client.define("dial", "*").unwrap();
    assert_eq!((found.len(), &*found[0].database), (1, "tiny"));
    assert_eq!(found[0].text, "dial\n The face of a clock.\n");
    let found = client.define("dial tone", "tiny").unwrap();
    assert!(found[0].text.contains("telephone"), "{found:?}");
    let found = client.define("Straße", "!").unwrap();
    assert!(found[0].text.contains("houses"), "{found:?}");
    assert_eq!(client.define("it's \"nothing\" \\", "*").unwrap(), []);

    let words = client.match_words("di", "*", "prefix").unwrap();
    let words: Vec<_> = words.iter().map(|found| &*found.word).collect();
    assert_eq!(words, ["dial", "dial tone"]);
    let error = client.define("dial", "nowhere").unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Refused, Some(550)));
    client.quit().unwrap();
}

#[test]
fn dictd_is_read_as_curl_reads_it() {
    let Some(server) = dictd() else { return };
    let opener = Opener::new().unwrap();
    for path in ["/d:dial%20tone", "/m:di:tiny:prefix", "/show:strat", "/d:nothing", "/help"] {
        let url = server.url("dict", path);
        let text = opener.open(&url).unwrap().text().unwrap();
        assert!(text.starts_with("220 ") && text.contains("\r\n221 bye"), "{path}: {text}");
        let Ok(curl) = Command::new("curl").args(["-sS", &url]).output() else { continue };
        // The greeting has the number of the connection in it, the rest what the work took.
        let stable = |text: &str| -> Vec<String> {
            let line = |line: &str| line.split(" [").next().unwrap_or_default().to_owned();
            text.lines().skip(1).map(line).collect()
        };
        assert_eq!(stable(&text), stable(&String::from_utf8_lossy(&curl.stdout)), "{path}");
    }
}

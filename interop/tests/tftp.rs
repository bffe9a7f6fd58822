//! TFTP against tftpd-hpa.
// A test harness fails loudly.
#![allow(clippy::unwrap_used)]

use std::io::Read;

use landline::net::NetOptions;
use landline::tftp::{Client, Mode, Options};
use landline::{ErrorKind, Opener, StoreMode, Timeouts, Upload};
use landline_interop::{Daemon, allow_all, pattern, tftpd};
use tempfile::TempDir;

const BIG_BYTES: u64 = 5_000_000;

/// A folder of files that anybody may read, and a daemon that serves it.
fn server() -> Option<Daemon> {
    let folder = TempDir::new().unwrap();
    allow_all(folder.path());
    for (name, bytes) in [
        ("small", b"hello\n".to_vec()),
        ("block", pattern(0, 512)),
        ("empty", Vec::new()),
        ("text", b"one\ntwo\rthree\n".to_vec()),
        ("big", pattern(0, BIG_BYTES)),
    ] {
        let file = folder.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        allow_all(&file);
    }
    tftpd(folder)
}

fn client(change: impl FnOnce(&mut Options)) -> Client {
    let mut options = Options::default();
    change(&mut options);
    Client::with_options(NetOptions::default(), Timeouts::default(), options).unwrap()
}

fn read(client: &Client, url: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    client.get(url).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn tftpd_gives_files_in_blocks_of_all_sizes() {
    let Some(server) = server() else { return };
    let url = |name: &str| server.url("tftp", &format!("/{name}"));
    for client in [
        client(|_| ()),
        client(|options| options.negotiate = false),
        client(|options| options.block_bytes = 1428),
        client(|options| options.block_bytes = 65_464),
    ] {
        assert_eq!(read(&client, &url("small")), b"hello\n");
        assert_eq!(read(&client, &url("block")), pattern(0, 512));
        assert_eq!(read(&client, &url("empty")), b"");
        assert!(read(&client, &url("big")) == pattern(0, BIG_BYTES));
    }
    let small = client(|_| ()).get(&url("small")).unwrap();
    assert_eq!(small.announced_len(), Some(6));
}

#[test]
fn tftpd_takes_files() {
    let Some(server) = server() else { return };
    for (name, options, len) in [
        ("new", client(|_| ()), 1_024),
        ("empty", client(|_| ()), 0),
        ("small", client(|options| options.negotiate = false), 100_000),
        ("large", client(|options| options.block_bytes = 8_192), BIG_BYTES),
    ] {
        let bytes = pattern(3, len);
        let url = server.url("tftp", &format!("/{name}"));
        assert_eq!(options.put(&url, Upload::bytes(bytes.clone())).unwrap(), len);
        // The daemon closes the file a moment after its last ACK.
        assert!(read(&options, &url) == bytes, "{name}");
    }
}

#[test]
fn tftpd_turns_line_ends_as_we_do() {
    let Some(server) = server() else { return };
    let text = client(|options| options.mode = Mode::Netascii);
    assert_eq!(read(&text, &server.url("tftp", "/text")), b"one\ntwo\rthree\n");
    text.put(&server.url("tftp", "/copy"), Upload::bytes(*b"a\n\rb\r\n")).unwrap();
    assert_eq!(read(&client(|_| ()), &server.url("tftp", "/copy")), b"a\n\rb\r\n");
}

#[test]
fn tftpd_says_what_is_missing_or_forbidden() {
    let Some(server) = server() else { return };
    let error = client(|_| ()).get(&server.url("tftp", "/none")).unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::NotFound, Some(1)));
    let error = client(|_| ()).get(&server.url("tftp", "/../../etc/passwd")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let error = client(|_| ()).put(&server.url("tftp", "/no/folder"), Upload::bytes(*b"x"));
    assert!(matches!(error.unwrap_err().kind(), ErrorKind::NotFound | ErrorKind::Denied));
}

#[test]
fn the_one_call_reads_tells_and_stores() {
    let Some(server) = server() else { return };
    let opener = Opener::new().unwrap();
    let url = server.url("tftp", "/small");
    assert_eq!(opener.open(&url).unwrap().text().unwrap(), "hello\n");
    assert_eq!(opener.info(&url).unwrap().get("Content-Length"), Some("6"));
    opener.store(&url, Upload::bytes(*b"changed"), StoreMode::Replace).unwrap();
    assert_eq!(opener.open(&url).unwrap().text().unwrap(), "changed");
}

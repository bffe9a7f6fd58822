//! The server as curl meets it; skipped where there is none.

use super::*;
use crate::process::{Output, Run, temp_dir};
use crate::tls::Authority;

/// Runs curl, or says that there is none.
fn curl(arguments: &[&str]) -> Option<Output> {
    if std::process::Command::new("curl").arg("--version").output().is_err() {
        eprintln!("skipped: curl is not installed");
        return None;
    }
    Some(Run::new("curl").args([&["-sS"], arguments].concat()).run())
}

#[track_caller]
fn prints(arguments: &[&str], wanted: &str) {
    let Some(output) = curl(arguments) else { return };
    assert_eq!((output.exit(), output.text()), (0, wanted.to_owned()), "{}", output.errors());
}

#[test]
fn reading() {
    let server = Server::builder()
        .file("/folder/a.txt", "hello\n")
        .pattern("/big", 20_000_000)
        .login("me", "secret")
        .start();
    let url = server.url("/folder/a.txt");
    prints(&[&url], "hello\n");
    prints(&["--disable-epsv", &url], "hello\n");
    prints(&["-P", "-", &url], "hello\n");
    prints(&["-P", "-", "--disable-eprt", &url], "hello\n");
    prints(&["--ftp-pret", "-u", "me:secret", &url], "hello\n");
    prints(&["-C", "2", &url], "llo\n");
    prints(&["-r", "1-2", &url], "el");
    prints(&["-l", &server.url("/folder/")], "a.txt\n");
    prints(
        &["-I", &url],
        "Last-Modified: Thu, 29 Feb 2024 12:34:56 GMT\r\nContent-Length: 6\r\nAccept-ranges: bytes\r\n",
    );
    prints(&["-o", "/dev/null", "-w", "%{size_download}", &server.url("/big")], "20000000");
    if let Some(output) = curl(&[&server.url("/nothing")]) {
        assert_eq!(output.exit(), 78);
    }
}

#[test]
fn several_files_on_one_connection() {
    let server = Server::builder().file("/a", "a").file("/b", "b").start();
    prints(&[&server.url("/a"), &server.url("/b"), &server.url("/a")], "aba");
    assert!(server.connections() <= 1);
}

#[test]
fn writing() {
    let server = Server::builder().folder("/in").start();
    let dir = temp_dir();
    let (file, url) = (dir.path().join("up"), server.url("/in/up"));
    std::fs::write(&file, "hello").unwrap();
    let file = file.to_str().unwrap();
    prints(&["-T", file, &url], "");
    prints(&["-a", "-T", file, &url], "");
    prints(&["--ftp-create-dirs", "-T", file, &server.url("/new/er/up")], "");
    if server.connections() > 0 {
        assert_eq!(server.read("/in/up").unwrap(), b"hellohello");
        assert_eq!(server.read("/new/er/up").unwrap(), b"hello");
    }
}

#[test]
fn over_tls() {
    let authority = Authority::new();
    let identity = authority.issue(&["localhost", "127.0.0.1"]);
    let dir = temp_dir();
    let ca = authority.write_to(dir.path()).display().to_string();
    for implicit in [false, true] {
        let builder = Server::builder().file("/a", "hello").folder("/in").tls(&identity);
        let builder = builder.demand_tls().demand_resumption();
        let server = if implicit { builder.implicit() } else { builder }.start();
        let secure = ["--ssl-reqd", "--cacert", &ca];
        prints(&[&secure[..], &[&server.url("/a")]].concat(), "hello");
        prints(&[&secure[..], &["-T", &ca, &server.url("/in/")]].concat(), "");
        if server.connections() > 0 {
            assert_eq!(server.read("/in/ca.pem").unwrap(), authority.ca_pem().as_bytes());
        }
    }
}

#[test]
fn with_a_client_certificate() {
    let authority = Authority::new();
    let identity = authority.issue(&["localhost", "127.0.0.1"]);
    let config = identity.setup().demand_client(&authority).config();
    let server = Server::builder().file("/a", "hello").tls_config(config).start();
    let dir = temp_dir();
    let ca = authority.write_to(dir.path()).display().to_string();
    let files = authority.issue_client("me").write_to(dir.path());
    let [certificate, key] = [files.certificate, files.key].map(|path| path.display().to_string());
    let url = server.url("/a");
    let secure = ["--ssl-reqd", "--cacert", &ca, &url];
    prints(&[&secure[..], &["--cert", &certificate, "--key", &key]].concat(), "hello");
    if let Some(output) = curl(&secure) {
        assert_ne!((output.exit(), output.text().len()), (0, 5));
    }
}

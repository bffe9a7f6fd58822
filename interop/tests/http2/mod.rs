//! HTTP/2 under TLS against nginx, Apache and Caddy.

use std::path::Path;
use std::process::Command;

use landline::http::{Client, HttpVersion, Upload, Version};
use landline_interop::{Daemon, caddy, free_port, is_installed};
use landline_testkit::http::pattern;
use landline_testkit::tls::{Authority, IdentityFiles};
use tempfile::TempDir;

use crate::{client_trusting, folder_with_documents, nginx, reads_documents};

pub(crate) fn certified(folder: &Path) -> (Client, IdentityFiles) {
    let authority = Authority::new();
    let ca = authority.write_to(folder);
    let files = authority.issue(&["localhost"]).write_to(folder);
    (client_trusting(|net| net.tls.trust_only_file(&ca).unwrap()), files)
}

/// What every server must get right with us, over one connection.
fn speaks_http2(client: &Client, server: &Daemon, small: &str) {
    let url = |path: &str| server.url("https", path);
    let reply = client.get(&url("/small.txt")).send().unwrap();
    assert_eq!((reply.version(), reply.counts().connects), (Version::Http2, 1));
    drop(reply);
    reads_documents(client, url);
    for _ in 0..20 {
        let mut reply = client.get(&url(small)).decode(true).send().unwrap();
        assert_eq!((reply.status(), reply.counts().connects), (200, 0));
        assert!(!reply.read_to_vec().unwrap().is_empty());
    }
    // Refused as a whole, large as it is, and the connection goes on.
    let body = Upload::bytes(pattern(0, 3_000_000));
    let reply = client.post(&url("/small.txt")).body(body).send().unwrap();
    assert!(matches!(reply.status(), 200 | 405), "{}", reply.status());
    drop(reply);
    let mut part = client.get(&url("/big")).range("1000-1999").send().unwrap();
    assert_eq!((part.status(), part.counts().connects), (206, 0));
    assert_eq!(part.read_to_vec().unwrap(), pattern(1000, 1000));
    let old = client.get(&url("/small.txt")).version(HttpVersion::Http11).send().unwrap();
    assert_eq!(old.version(), Version::Http11);
}

#[test]
fn nginx_speaks_http2_and_takes_uploads() {
    if !is_installed("nginx") {
        return;
    }
    let folder = folder_with_documents();
    let (client, files) = certified(folder.path());
    let (certificate, key) = (files.certificate.display(), files.key.display());
    let extra = format!(" ssl http2;\n ssl_certificate {certificate}; ssl_certificate_key {key};");
    let server = nginx(folder, &extra);
    speaks_http2(&client, &server, "/chunks");
    for (name, upload) in [
        ("bytes", Upload::bytes(pattern(0, 3_000_000))),
        ("stream", Upload::reader(std::io::Cursor::new(pattern(0, 3_000_000)), None)),
    ] {
        let request = client.put(&server.url("https", &format!("/put/{name}"))).body(upload);
        assert_eq!(request.send().unwrap().status(), 201, "{name}");
        let stored = std::fs::read(server.folder().join("put").join(name)).unwrap();
        assert!(stored == pattern(0, 3_000_000), "{name} was stored changed");
    }
}

/// Apache with these lines more, which may need these modules.
fn apache(folder: TempDir, modules: &[&str], lines: &str) -> Daemon {
    let port = free_port();
    let here = folder.path().display();
    let modules: String = ["mpm_event", "authz_core", "dir", "http2"]
        .iter()
        .chain(modules)
        .map(|name| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"))
        .collect();
    let config = format!(
        "ServerName localhost\nListen 127.0.0.1:{port}\nPidFile {here}/pid\nErrorLog {here}/error.log\n\
         Mutex file:{here}\n{modules}User www-data\nGroup www-data\n{lines}\n\
         DocumentRoot {here}/www\n<Directory {here}/www>\nRequire all granted\n</Directory>\n"
    );
    let file = folder.path().join("apache.conf");
    std::fs::write(&file, config).unwrap();
    let mut command = Command::new("apache2");
    Daemon::start(folder, port, command.arg("-X").arg("-f").arg(&file))
}

#[test]
fn apache_speaks_http2() {
    if !is_installed("apache2") {
        return;
    }
    let folder = folder_with_documents();
    let (client, files) = certified(folder.path());
    let (certificate, key) = (files.certificate.display(), files.key.display());
    let lines = format!(
        "Protocols h2 http/1.1\nSSLEngine on\nSSLCertificateFile {certificate}\n\
         SSLCertificateKeyFile {key}"
    );
    let server = apache(folder, &["ssl"], &lines);
    speaks_http2(&client, &server, "/small.txt");
}

/// Apache 2.4.71 gives an upgraded connection up as soon as it has nothing to send on it, be it that the
/// window which it begins with is full: documents are small here, and nothing is said of sharing.
#[test]
fn apache_goes_on_in_http2_where_it_is_offered() {
    if !is_installed("apache2") {
        return;
    }
    for (protocols, version) in
        [("h2c http/1.1\nH2Upgrade on", Version::Http2), ("http/1.1", Version::Http11)]
    {
        let server = apache(folder_with_documents(), &[], &format!("Protocols {protocols}"));
        let client = Client::new().unwrap();
        let ask = |path: &str| {
            let request = client.get(&server.url("http", path)).version(HttpVersion::Http2);
            let mut reply = request.header("X-Tag", "the same each time").send().unwrap();
            assert_eq!(reply.version(), version, "{path}");
            (reply.status(), reply.text().unwrap(), reply.counts().connects)
        };
        assert_eq!(ask("/small.txt"), (200, "hello\n".to_owned(), 1));
        assert_eq!(ask("/none").0, 404);
    }
}

#[test]
fn caddy_speaks_http2() {
    if !is_installed("caddy") {
        return;
    }
    let folder = folder_with_documents();
    let (client, files) = certified(folder.path());
    let server = caddy(folder, &files, "h1 h2");
    speaks_http2(&client, &server, "/small.txt");
}

//! HTTP and TLS against nginx, Apache and Python's http.server.
// A test harness fails loudly.
#![allow(clippy::unwrap_used)]

mod http2;
#[cfg(feature = "http3")]
mod http3;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use landline::http::{AuthScheme, Client, Upload};
use landline::net::{Identity, NetOptions};
use landline::{ErrorKind, Limits, Timeouts};
use landline_interop::{Daemon, free_port, is_installed};
use landline_testkit::http::pattern;
use landline_testkit::tls::Authority;
use tempfile::TempDir;

const BIG_BYTES: u64 = 20_000_000;

fn folder_with_documents() -> TempDir {
    let folder = TempDir::new().unwrap();
    let www = folder.path().join("www");
    std::fs::create_dir_all(www.join("folder")).unwrap();
    std::fs::write(www.join("small.txt"), "hello\n").unwrap();
    std::fs::write(www.join("empty"), "").unwrap();
    std::fs::write(www.join("big"), pattern(0, BIG_BYTES)).unwrap();
    std::fs::write(www.join("folder/index.html"), "<p>inside").unwrap();
    // nginx's workers may run as somebody else.
    allow_all(folder.path());
    folder
}

#[cfg(unix)]
fn allow_all(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// What every server that serves files must get right with us.
fn reads_documents(client: &Client, url: impl Fn(&str) -> String) {
    let mut reply = client.get(&url("/small.txt")).send().unwrap();
    assert_eq!((reply.status(), reply.text().unwrap().as_str()), (200, "hello\n"));
    assert!(reply.headers().contains("last-modified"));

    let mut reply = client.get(&url("/big")).send().unwrap();
    assert_eq!(reply.announced_len(), Some(BIG_BYTES));
    assert!(reply.read_to_vec().unwrap() == pattern(0, BIG_BYTES), "the big file came out changed");

    let mut reply = client.get(&url("/empty")).send().unwrap();
    assert_eq!(reply.read_to_vec().unwrap(), b"");

    let mut reply = client.head(&url("/small.txt")).send().unwrap();
    assert_eq!(reply.headers().get("content-length"), Some("6"));
    assert_eq!(reply.read_to_vec().unwrap(), b"");

    let mut reply = client.get(&url("/folder")).send().unwrap();
    assert_eq!(reply.text().unwrap(), "<p>inside");
    assert_eq!(reply.counts().redirects, 1);

    let error = client.get(&url("/none")).send().unwrap().error_for_status().unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Status, Some(404)));
}

fn reads_parts(client: &Client, url: impl Fn(&str) -> String) {
    let mut reply = client.get(&url("/big")).range("1000-1999").send().unwrap();
    assert_eq!((reply.status(), reply.read_to_vec().unwrap()), (206, pattern(1000, 1000)));
}

fn nginx(folder: TempDir, extra: &str) -> Daemon {
    let port = free_port();
    let here = folder.path().display();
    let config = format!(
        "daemon off; pid {here}/pid; error_log {here}/error.log;\n\
         events {{ worker_connections 64; }}\n\
         http {{ access_log {here}/access.log; client_body_temp_path {here}/body;\n\
           proxy_temp_path {here}/p; fastcgi_temp_path {here}/f; uwsgi_temp_path {here}/u; scgi_temp_path {here}/s;\n\
           server {{ listen 127.0.0.1:{port}{extra}\n root {here}/www;\n client_max_body_size 0;\n\
             location /put/ {{ root {here}; dav_methods PUT; create_full_put_path on; dav_access user:rw all:rw; }}\n\
             location = /chunks {{ gzip on; gzip_types *; return 200 'abc'; }} }} }}\n"
    );
    let file = folder.path().join("nginx.conf");
    std::fs::write(&file, config.replace("user www-data;", "")).unwrap();
    let put = folder.path().join("put");
    std::fs::create_dir(&put).unwrap();
    world_writable(&put);
    Daemon::start(folder, port, Command::new("nginx").arg("-c").arg(&file))
}

#[cfg(unix)]
fn world_writable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o777)).unwrap();
}

#[test]
fn nginx_serves_files_parts_and_takes_uploads() {
    if !is_installed("nginx") {
        return;
    }
    let server = nginx(folder_with_documents(), ";");
    let client = Client::new().unwrap();
    let url = |path: &str| server.url("http", path);
    reads_documents(&client, url);
    reads_parts(&client, url);

    for (name, upload) in [
        ("bytes", Upload::bytes(pattern(0, 3_000_000))),
        ("chunks", Upload::reader(std::io::Cursor::new(pattern(0, 3_000_000)), None)),
    ] {
        let reply = client.put(&url(&format!("/put/{name}"))).body(upload).send().unwrap();
        assert_eq!(reply.status(), 201, "{name}");
        let stored = std::fs::read(server.folder().join("put").join(name)).unwrap();
        assert!(stored == pattern(0, 3_000_000), "{name} was stored changed");
    }
}

#[test]
fn nginx_sees_one_connection_for_requests_one_after_the_other() {
    if !is_installed("nginx") {
        return;
    }
    let server = nginx(folder_with_documents(), ";");
    let client = Client::new().unwrap();
    let connects: usize = (0..20)
        .map(|_| {
            let mut reply = client.get(&server.url("http", "/small.txt")).send().unwrap();
            reply.read_to_vec().unwrap();
            reply.counts().connects
        })
        .sum();
    assert_eq!(connects, 1);
}

fn client_trusting(change: impl FnOnce(&mut NetOptions)) -> Client {
    let mut net = NetOptions::default();
    change(&mut net);
    Client::with_options(net, Timeouts::default(), Limits::default()).unwrap()
}

#[test]
fn nginx_with_openssl_speaks_tls_with_us_and_asks_who_we_are() {
    if !is_installed("nginx") {
        return;
    }
    let authority = Authority::new();
    let folder = folder_with_documents();
    let ca = authority.write_to(folder.path());
    let files = authority.issue(&["localhost"]).write_to(folder.path());
    let (certificate, key) = (files.certificate.display(), files.key.display());
    let extra = format!(
        " ssl;\n ssl_protocols TLSv1.2 TLSv1.3; ssl_certificate {certificate}; ssl_certificate_key {key};\n\
         ssl_client_certificate {}; ssl_verify_client on;",
        ca.display()
    );
    let mine = TempDir::new().unwrap();
    let me = authority.issue_client("somebody").write_to(mine.path());
    let server = nginx(folder, &extra);
    let url = |path: &str| server.url("https", path);

    let known = client_trusting(|net| {
        net.tls.trust_only_file(&ca).unwrap();
        net.tls.identity = Some(Identity::from_files(&me.certificate, &me.key, None).unwrap());
    });
    reads_documents(&known, url);
    let reply = known.get(&url("/small.txt")).send().unwrap();
    assert_eq!(reply.tls().unwrap().version, "TLSv1.3");

    let nobody = client_trusting(|net| net.tls.trust_only_file(&ca).unwrap());
    let reply = nobody.get(&url("/small.txt")).send().unwrap();
    assert_eq!(reply.status(), 400, "nginx wants a certificate and says so in HTTP");

    let stranger = Client::new().unwrap().get(&url("/small.txt")).send().unwrap_err();
    assert_eq!(stranger.kind(), ErrorKind::Certificate);
}

#[test]
fn pythons_http_server_speaks_http_1_0() {
    if !is_installed("python3") {
        return;
    }
    let folder = folder_with_documents();
    let port = free_port();
    let mut command = Command::new("python3");
    command.args(["-m", "http.server", "--bind", "127.0.0.1", "--directory", "www"]);
    let server = Daemon::start(folder, port, command.arg(port.to_string()));
    reads_documents(&Client::new().unwrap(), |path| server.url("http", path));
}

/// nginx cuts what it packs into chunks, and sends it over the connection of the one before.
#[test]
fn nginx_packs_what_it_serves() {
    if !is_installed("nginx") {
        return;
    }
    let server = nginx(folder_with_documents(), ";\n gzip on; gzip_min_length 1; gzip_types *;");
    unpacks(&Client::new().unwrap(), &server.url("http", "/big"));
}

/// A packed document comes out as it is, and unpacked where that is not wanted.
fn unpacks(client: &Client, url: &str) {
    for (is_wanted, connects) in [(true, 1), (true, 0), (false, 0)] {
        let mut reply = client.get(url).decode(is_wanted).send().unwrap();
        let coding = reply.headers().get("content-encoding").map(str::to_owned);
        assert_eq!(coding.as_deref(), is_wanted.then_some("gzip"));
        assert!(reply.read_to_vec().unwrap() == pattern(0, BIG_BYTES), "{coding:?}: changed");
        assert_eq!(reply.counts().connects, connects);
    }
}

/// Uploads of known and unknown length; each waits for leave, which has to be noticed.
fn takes_uploads(client: &Client, url: impl Fn(&str) -> String, stored: &Path) {
    const LONG: Duration = Duration::from_secs(60);
    let bytes = pattern(0, 3_000_000);
    for (name, upload) in [
        ("bytes", Upload::bytes(bytes.clone())),
        ("chunks", Upload::reader(std::io::Cursor::new(bytes.clone()), None)),
    ] {
        let began = Instant::now();
        let request = client.put(&url(name)).body(upload).expect_continue(0, LONG);
        assert_eq!(request.send().unwrap().status(), 201, "{name}");
        assert!(began.elapsed() < LONG / 2, "{name}: leave was given and not noticed");
        assert!(std::fs::read(stored.join(name)).unwrap() == bytes, "{name} was stored changed");
    }
}

#[test]
fn nginx_gives_leave_to_send() {
    if !is_installed("nginx") {
        return;
    }
    let server = nginx(folder_with_documents(), ";");
    let url = |name: &str| server.url("http", &format!("/put/{name}"));
    takes_uploads(&Client::new().unwrap(), url, &server.folder().join("put"));
}

#[test]
fn apache_serves_files_and_parts_packs_and_takes_uploads() {
    if !is_installed("apache2") {
        return;
    }
    let folder = folder_with_documents();
    let server = apache(folder, "");
    let client = Client::new().unwrap();
    let url = |path: &str| server.url("http", path);
    reads_documents(&client, url);
    reads_parts(&client, url);
    unpacks(&Client::new().unwrap(), &url("/packed/big"));
    takes_uploads(&client, |name| url(&format!("/put/{name}")), &server.folder().join("www/put"));
}

/// Apache with more lines of configuration.
fn apache(folder: TempDir, extra: &str) -> Daemon {
    let port = free_port();
    let here = folder.path().display();
    for name in ["www/put", "lock"] {
        std::fs::create_dir(folder.path().join(name)).unwrap();
        world_writable(&folder.path().join(name));
    }
    std::fs::create_dir(folder.path().join("www/packed")).unwrap();
    std::fs::write(folder.path().join("www/packed/big"), pattern(0, BIG_BYTES)).unwrap();
    let modules = ["mpm_event", "authz_core", "dir", "filter", "deflate", "dav", "dav_fs"];
    let load =
        |name: &str| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n");
    let modules: String = modules.into_iter().map(load).collect();
    let config = format!(
        "ServerName localhost\nListen 127.0.0.1:{port}\nPidFile {here}/pid\nErrorLog {here}/error.log\n\
         Mutex file:{here}\n{modules}User www-data\nGroup www-data\nDavLockDB {here}/lock/db\n\
         DocumentRoot {here}/www\n<Directory {here}/www>\nRequire all granted\n</Directory>\n\
         <Directory {here}/www/packed>\nSetOutputFilter DEFLATE\n</Directory>\n\
         <Directory {here}/www/put>\nDav On\n</Directory>\n{extra}"
    );
    let file = folder.path().join("apache.conf");
    std::fs::write(&file, config).unwrap();
    let mut command = Command::new("apache2");
    Daemon::start(folder, port, command.arg("-X").arg("-f").arg(&file))
}

#[test]
fn apache_lets_in_by_digest() {
    if !is_installed("apache2") {
        return;
    }
    let folder = folder_with_documents();
    let here = folder.path().display().to_string();
    // md5("me:the realm:s3cret")
    std::fs::write(folder.path().join("users"), "me:the realm:e966b6b30d33ea3e6f9d4e7b0ebec90f\n")
        .unwrap();
    let modules = "/usr/lib/apache2/modules";
    let extra = format!(
        "LoadModule authn_core_module {modules}/mod_authn_core.so\n\
         LoadModule authn_file_module {modules}/mod_authn_file.so\n\
         LoadModule authz_user_module {modules}/mod_authz_user.so\n\
         LoadModule auth_digest_module {modules}/mod_auth_digest.so\n\
         <Location /folder/>\nAuthType Digest\nAuthName \"the realm\"\nAuthDigestProvider file\n\
         AuthUserFile {here}/users\nRequire valid-user\n</Location>\n"
    );
    let server = apache(folder, &extra);
    let client = Client::new().unwrap();
    let url = server.url("http", "/folder/index.html?a=b");
    for scheme in [AuthScheme::Digest, AuthScheme::Any] {
        let get =
            |password| client.get(&url).digest_auth("me", password).auth(scheme).send().unwrap();
        for _ in 0..3 {
            let mut reply = get("s3cret");
            assert_eq!((reply.status(), &*reply.text().unwrap()), (200, "<p>inside"));
        }
        assert_eq!(get("wrong").status(), 401);
    }
}

//! The transfers that are tortured.

use std::any::Any;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use landline::wire::cookie::FILE_HEAD;
use landline_testkit::http::{self, Request};
use landline_testkit::http2;
use landline_testkit::proxy::Proxy;
use landline_testkit::tls::Authority;
use landline_testkit::{Conn, ftp};

use crate::imap as store;
use crate::mail as post;
use crate::room::Room;

/// A command line, and what has to be there for it.
pub(crate) struct Transfer {
    pub(crate) name: &'static str,
    /// `RUN` stands for another number in every run.
    pub(crate) line: Vec<String>,
    pub(crate) files: Vec<(&'static str, Vec<u8>)>,
    /// Looks at what the run without a fault has given.
    pub(crate) check: fn(&[u8], &Room),
    /// What lives as long as the transfer.
    _servers: Box<dyn Any + Send + Sync>,
}

const LENGTH: usize = 100_000;
const KNOWN: &str = "--http2-prior-knowledge";

pub(crate) fn all() -> Vec<Transfer> {
    vec![
        http_to_stdout(),
        http_to_file(),
        https(),
        by_name(),
        upload(),
        form(),
        resumed(),
        cookies(),
        compressed(),
        redirected(),
        netrc(),
        tunnelled(),
        socks(),
        local_file(),
        local_copy(),
        ftp_down(),
        ftp_active(),
        ftp_up(),
        folders_and_heads(),
        many(),
        http2(),
        http2_tls(),
        http2_up(),
        http2_many(),
        mail(),
        mail_sent(),
        imap(),
        imap_stored(),
    ]
}

fn pattern() -> Vec<u8> {
    http::pattern(0, LENGTH as u64)
}

/// A transfer without files of its own.
fn plain(
    name: &'static str,
    line: &[&str],
    servers: impl Any + Send + Sync,
    check: fn(&[u8], &Room),
) -> Transfer {
    let line = ["--no-progress-meter"].iter().chain(line).map(|word| (*word).to_owned()).collect();
    Transfer { name, line, files: Vec::new(), check, _servers: Box::new(servers) }
}

impl Transfer {
    fn with(mut self, name: &'static str, bytes: impl Into<Vec<u8>>) -> Transfer {
        self.files.push((name, bytes.into()));
        self
    }
}

fn on_stdout(stdout: &[u8], _: &Room) {
    assert!(stdout == pattern());
}

fn in_out(_: &[u8], room: &Room) {
    assert!(room.get("out") == Some(pattern()));
}

fn http_to_stdout() -> Transfer {
    let server = http::Server::new();
    plain("stdout", &[&server.url("/bytes/100000")], server, on_stdout)
}

fn http_to_file() -> Transfer {
    let server = http::Server::new();
    plain("file", &["-o", "out", &server.url("/chunked/100000")], server, in_out)
}

fn https() -> Transfer {
    let authority = Authority::new();
    let server = http::Server::tls(&authority.issue(&["127.0.0.1"]));
    let line = ["--cacert", "ca.pem", "-o", "out", &server.url("/bytes/100000")];
    plain("https", &line, server, in_out).with("ca.pem", authority.ca_pem())
}

/// The shim knows the name.
fn by_name() -> Transfer {
    let server = http::Server::new();
    let url = format!("http://a.test:{}/bytes/100000", server.port());
    plain("name", &["-o", "out", &url], server, in_out)
}

/// A server that tells what it was given.
fn telling() -> http::Server {
    http::Server::new().route("/told", |request: &Request, conn: &mut Conn| {
        request.reply(conn, 200, &[], &request.body[..])
    })
}

fn upload() -> Transfer {
    let server = telling();
    let line = ["-T", "up", "-H", "Expect: 100-continue", &server.url("/told")];
    plain("upload", &line, server, on_stdout).with("up", pattern())
}

fn form() -> Transfer {
    // The boundary is another one every time: only the part is given back.
    let server = http::Server::new().route("/form", |request: &Request, conn: &mut Conn| {
        let body = &request.body;
        let start = body.windows(4).position(|four| four == b"\r\n\r\n").map_or(0, |at| at + 4);
        let part = body.get(start..start + LENGTH).unwrap_or(body);
        request.reply(conn, 200, &[], part)
    });
    let line = ["-F", "f=@up", &server.url("/form")];
    plain("form", &line, server, on_stdout).with("up", pattern())
}

fn resumed() -> Transfer {
    let server = http::Server::new();
    let line = ["-C", "-", "-o", "out", &server.url("/bytes/100000")];
    plain("resume", &line, server, in_out).with("out", &pattern()[..LENGTH / 2])
}

/// The jar is written as dial itself has it, so that a cookie of it is kept whatever fails.
fn cookies() -> Transfer {
    let server = http::Server::new().route("/set", |request: &Request, conn: &mut Conn| {
        request.reply(conn, 200, &[("Set-Cookie", "new=come")], "set\n")
    });
    let check = |_: &[u8], room: &Room| {
        let jar = String::from_utf8(room.get("jar").expect("a jar")).expect("text");
        assert!(jar.contains("old\tkept") && jar.contains("new\tcome"), "{jar}");
    };
    let jar = format!("{FILE_HEAD}127.0.0.1\tFALSE\t/\tFALSE\t0\told\tkept\n");
    plain("cookies", &["-b", "jar", "-c", "jar", &server.url("/set")], server, check)
        .with("jar", jar)
}

fn compressed() -> Transfer {
    let mut coder = GzEncoder::new(Vec::new(), Compression::fast());
    let coded = coder.write_all(&pattern()).and_then(|()| coder.finish()).expect("memory");
    let server = http::Server::new().route("/gzip", move |request: &Request, conn: &mut Conn| {
        request.reply(conn, 200, &[("Content-Encoding", "gzip")], &coded)
    });
    plain("gzip", &["--compressed", "-o", "out", &server.url("/gzip")], server, in_out)
}

fn redirected() -> Transfer {
    let server = http::Server::new();
    let line = ["-L", "-o", "out", &server.url("/redirect-to/302?/bytes/100000")];
    plain("redirect", &line, server, in_out)
}

/// Who cannot be told who they are gets an error, with `-f`.
fn netrc() -> Transfer {
    let server = http::Server::new();
    let line = ["-f", "-n", &server.url("/auth/me/secret")];
    plain("netrc", &line, server, |stdout, _| assert_eq!(stdout, b"hello, me\n"))
        .with(".netrc", "machine 127.0.0.1 login me password secret\n")
}

fn tunnelled() -> Transfer {
    let (proxy, server) = (Proxy::http().login("me", "secret").start(), http::Server::new());
    let (address, url) = (proxy.addr().to_string(), server.url("/bytes/100000"));
    let line = ["-p", "-x", &address, "-U", "me:secret", "-o", "out", &url];
    plain("tunnel", &line, (proxy, server), in_out)
}

fn socks() -> Transfer {
    let (proxy, server) = (Proxy::socks().login("me", "secret").start(), http::Server::new());
    let (address, url) = (proxy.addr().to_string(), server.url("/bytes/100000"));
    let line = ["--socks5", &address, "-U", "me:secret", "-o", "out", &url];
    plain("socks", &line, (proxy, server), in_out)
}

fn local_file() -> Transfer {
    plain("local", &["file://localhost/proc/self/cwd/up"], (), on_stdout).with("up", pattern())
}

fn local_copy() -> Transfer {
    plain("copy", &["-T", "up", "file:///proc/self/cwd/out"], (), in_out).with("up", pattern())
}

fn ftp_server() -> ftp::Server {
    ftp::Server::builder().file("/a/b", pattern()).start()
}

fn ftp_down() -> Transfer {
    let server = ftp_server();
    plain("ftp", &["-R", "-o", "out", &server.url("/a/b")], server, in_out)
}

fn ftp_active() -> Transfer {
    let server = ftp_server();
    plain("ftp active", &["-P", "-", "-o", "out", &server.url("/a/b")], server, in_out)
}

/// What was stored is read again, by the same command.
fn ftp_up() -> Transfer {
    let server = ftp::Server::new();
    let url = server.url("/up-RUN");
    plain("ftp up", &["--fail-early", "-T", "up", &url, "-:", "-sS", &url], server, on_stdout)
        .with("up", pattern())
}

fn folders_and_heads() -> Transfer {
    let server = http::Server::new();
    let line = ["-D", "head", "--create-dirs", "-o", "sub/out", &server.url("/hello")];
    plain("folders", &line, server, |_, _| {})
}

/// Four URLs of these paths, which all give the pattern, at a time, each into a file of its own.
fn at_a_time(
    name: &'static str,
    flags: &[&str],
    urls: &[String; 4],
    server: impl Any + Send + Sync,
) -> Transfer {
    let check = |_: &[u8], room: &Room| {
        assert!((1..=4).all(|number| room.get(&format!("out{number}")) == Some(pattern())));
    };
    let files = ["out1", "out2", "out3", "out4"];
    let pairs = urls.iter().zip(files).flat_map(|(url, file)| ["-o", file, url]);
    plain(
        name,
        &["-Z"].into_iter().chain(flags.iter().copied()).chain(pairs).collect::<Vec<_>>(),
        server,
        check,
    )
}

/// At most two, so that there is waiting for a connection, and one that is used again.
fn many() -> Transfer {
    let server = http::Server::new();
    let path = ["/bytes", "/chunked", "/bytes", "/chunked"];
    let urls = path.map(|path| server.url(&format!("{path}/{LENGTH}")));
    at_a_time("many", &["--parallel-max", "2"], &urls, server)
}

fn http2() -> Transfer {
    let server = http2::Server::new();
    plain("http2", &[KNOWN, "-o", "out", &server.url("/unsized/100000")], server, in_out)
}

fn http2_tls() -> Transfer {
    let authority = Authority::new();
    let server = http2::Server::tls(&authority.issue(&["127.0.0.1"]));
    let line = ["--cacert", "ca.pem", "-o", "out", &server.url("/pattern/100000")];
    plain("http2 tls", &line, server, in_out).with("ca.pem", authority.ca_pem())
}

/// The reply tells the body behind the fields of the request.
fn http2_up() -> Transfer {
    let server = http2::Server::new();
    let check = |stdout: &[u8], _: &Room| assert!(stdout.ends_with(&pattern()));
    plain("http2 up", &[KNOWN, "-T", "up", &server.url("/echo")], server, check)
        .with("up", pattern())
}

/// Streams of one connection, which one fault ends for all.
fn http2_many() -> Transfer {
    let server = http2::Server::new();
    let path = ["/pattern", "/unsized", "/pattern", "/unsized"];
    let urls = path.map(|path| server.url(&format!("{path}/{LENGTH}")));
    at_a_time("http2 many", &[KNOWN], &urls, server)
}

fn mail() -> Transfer {
    let server = post::mailbox();
    let check = |_: &[u8], room: &Room| assert!(room.get("out") == Some(post::text()));
    let url = server.url_for("pop3", "/1");
    plain("mail", &["-u", "me:secret", "-o", "out", &url], server, check)
}

/// What was sent is read again, by the same command.
fn mail_sent() -> Transfer {
    let (smtp, pop3) = post::servers();
    let (to, from) = (smtp.url_for("smtp", "/me.test"), pop3.url_for("pop3", "/1"));
    let address = ["--mail-from", "run-RUN@a.test", "--mail-rcpt", "b@a.test"];
    let rest = ["-T", "up", &to, "-:", "-sS", "-u", "run-RUN:secret", &from];
    let line: Vec<&str> = ["--fail-early"].into_iter().chain(address).chain(rest).collect();
    let check = |stdout: &[u8], _: &Room| assert!(stdout == post::text());
    plain("mail sent", &line, (smtp, pop3), check).with("up", post::text())
}

fn imap() -> Transfer {
    let server = store::server(post::text());
    let check = |_: &[u8], room: &Room| assert!(room.get("out") == Some(post::text()));
    let url = server.url_for("imap", "/INBOX;UID=1");
    plain("imap", &["-u", "me:secret", "-o", "out", &url], server, check)
}

/// What was stored is read again, by the same command.
fn imap_stored() -> Transfer {
    let server = store::server(Vec::new());
    let (to, from) = (server.url_for("imap", "/run-RUN"), server.url_for("imap", "/run-RUN;UID=1"));
    let line =
        ["--fail-early", "-u", "me:secret", "-T", "up", &to, "-:", "-sS", "-u", "me:secret", &from];
    let check = |stdout: &[u8], _: &Room| assert!(stdout == post::text());
    plain("imap stored", &line, server, check).with("up", post::text())
}

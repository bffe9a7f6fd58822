//! Serves a small FTP tree until standard input ends, for trying clients by hand. The first lines
//! it prints are URLs to begin with: a file, a folder, a gigabyte, a place to upload to.
//!
//!     cargo run --release -p landline-testkit --example serve_ftp -- [--tls DIR] [--implicit]
//!
//! With `--tls` it offers AUTH TLS and leaves `ca.pem` in DIR; with `--implicit` besides it speaks
//! TLS from the first byte. What clients have said goes to standard error at the end.

use std::io::Read;
use std::path::Path;

use landline_testkit::ftp::Server;
use landline_testkit::tls::Authority;

fn main() {
    let mut builder = Server::builder()
        .file("/readme.txt", "hello\nworld\n")
        .file("/folder/a.txt", "a\n")
        .pattern("/gigabyte", 1 << 30)
        .sink("/sink")
        .login("me", "secret");
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        builder = match (&*argument, arguments.next()) {
            ("--tls", Some(dir)) => {
                let authority = Authority::new();
                authority.write_to(Path::new(&dir));
                builder.tls(&authority.issue(&["localhost", "127.0.0.1"]))
            }
            _ => builder.implicit(),
        };
    }
    let server = builder.start();
    for path in ["/readme.txt", "/folder/", "/gigabyte", "/sink"] {
        println!("{}", server.url(path));
    }
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
    server.dialogue().iter().for_each(|command| eprintln!("{command:?}"));
    server.data_connections().iter().for_each(|data| eprintln!("{data:?}"));
}

//! Serves the test kit's HTTP pages until standard input ends, for benches and for trying things
//! by hand. The first line it prints is the URL to begin with.
//!
//!     cargo run --release -p landline-testkit --example serve -- [--tls DIR] [--unix PATH] [PORT]
//!
//! With `--tls` it leaves `ca.pem` in DIR, for `--cacert`.
// A tool for developers may fail loudly.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::Read;
use std::net::SocketAddr;
use std::path::Path;

use landline_testkit::tls::Authority;
use landline_testkit::{Builder, http};

fn main() {
    let mut builder = Builder::default();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().expect("the option wants a value");
        builder = match &*argument {
            "--tls" => with_tls(builder, Path::new(&value())),
            "--unix" => builder.unix(value()),
            port => builder.bind(SocketAddr::from((
                [127, 0, 0, 1],
                port.parse().expect("a port, or an option"),
            ))),
        };
    }
    let server = http::Server::on(builder);
    println!("{}", server.url("/"));
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}

fn with_tls(builder: Builder, dir: &Path) -> Builder {
    let authority = Authority::new();
    authority.write_to(dir);
    builder.tls(&authority.issue(&["localhost", "127.0.0.1"]))
}

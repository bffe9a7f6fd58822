//! Step 1 of the tutorial: the bare socket. `httpget1 HOST[:PORT] [PATH]` asks for a document and
//! dumps the exchange as it went over the wire, the request first.

use std::io::{self, Write};
use std::process::ExitCode;

use landline::socket::{Address, Flags, Kind, Socket, resolve};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(host) = arguments.next() else {
        eprintln!("usage: httpget1 HOST[:PORT] [PATH]");
        return ExitCode::from(2);
    };
    let path = arguments.next().unwrap_or_else(|| "/".to_owned());
    match exchange(&host, &path) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("httpget1: {error}");
            ExitCode::FAILURE
        }
    }
}

fn exchange(host: &str, path: &str) -> io::Result<()> {
    let line = connect(host)?;
    let request = format!("GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n");
    line.send_all(request.as_bytes())?;
    let mut stdout = io::stdout().lock();
    stdout.write_all(request.as_bytes())?;
    loop {
        let piece = line.recv_vec(8192, Flags::NONE)?;
        if piece.is_empty() {
            return stdout.flush();
        }
        stdout.write_all(&piece)?;
    }
}

/// Tries every address of the host, each with a socket of its family.
fn connect(host: &str) -> io::Result<Socket> {
    // The colons inside an IPv6 address in brackets are not the port's.
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, port),
        _ => (host, "http"),
    };
    let mut failure = io::Error::other(format!("{host} has no address"));
    for address in resolve(name, port)? {
        let line = Socket::new(Address::from(address).family(), Kind::STREAM)?;
        match line.connect(address) {
            Ok(()) => return Ok(line),
            Err(error) => failure = error.into(),
        }
    }
    Err(failure)
}

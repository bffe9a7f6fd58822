//! Datagrams: `udp listen HOST:PORT` echoes every message to its sender, for ever;
//! `udp send HOST:PORT TEXT` sends one and waits three seconds for the echo.

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use landline::socket::{Family, Flags, Kind, Socket};

/// No datagram of UDP is longer.
const MAX_DATAGRAM_BYTES: usize = 65_535;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["listen", address] => listen(address),
        ["send", address, text] => send(address, text),
        _ => {
            eprintln!("usage: udp listen HOST:PORT\n       udp send HOST:PORT TEXT");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("udp: {error}");
            ExitCode::FAILURE
        }
    }
}

fn socket_for(address: &str) -> io::Result<Socket> {
    let family = if address.starts_with('[') { Family::INET6 } else { Family::INET };
    Ok(Socket::new(family, Kind::DGRAM)?)
}

fn listen(address: &str) -> io::Result<()> {
    let socket = socket_for(address)?;
    socket.bind(address)?;
    eprintln!("udp: listening on {}", socket.local_address()?);
    let mut buffer = vec![0; MAX_DATAGRAM_BYTES];
    loop {
        let (length, sender) = socket.recv_from(&mut buffer)?;
        writeln!(io::stdout(), "{sender}: {}", printable(&buffer[..length]))?;
        socket.send_to(&buffer[..length], sender)?;
    }
}

fn send(address: &str, text: &str) -> io::Result<()> {
    let socket = socket_for(address)?;
    socket.set_read_timeout(Some(Duration::from_secs(3)))?;
    // Sends nothing yet: fixes the peer, so that only its answer is heard.
    socket.connect(address)?;
    socket.send(text.as_bytes())?;
    let echo = socket.recv_vec(MAX_DATAGRAM_BYTES, Flags::NONE)?;
    writeln!(io::stdout(), "{}", printable(&echo))
}

/// Keeps control characters, which may come from anybody, away from the terminal.
fn printable(message: &[u8]) -> String {
    String::from_utf8_lossy(message).replace(char::is_control, "?")
}

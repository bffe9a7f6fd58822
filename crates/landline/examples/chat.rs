//! Two people on one line: `chat listen PLACE` waits for a caller, `chat connect PLACE` calls.
//! A place is `HOST:PORT` or `unix:PATH`. What one side types, the other side sees; the end of the
//! input (Ctrl-D) ends one direction, and both ends together end the chat.

use std::io::{self, BufRead, Write};
use std::process::ExitCode;
use std::thread;

use landline::socket::{Direction, Family, Kind, Socket};

#[cfg(unix)]
const UNIX: Family = Family::UNIX;
#[cfg(not(unix))]
const UNIX: Family = Family::UNSPECIFIED;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let line = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["listen", place] => listen(place),
        ["connect", place] => connect(place),
        _ => {
            eprintln!("usage: chat listen|connect HOST:PORT|unix:PATH");
            return ExitCode::from(2);
        }
    };
    match line.and_then(talk) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chat: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Makes a socket of the family the place belongs to, and takes the `unix:` off.
fn socket_for(place: &str) -> io::Result<(Socket, &str)> {
    let (family, address) = match place.strip_prefix("unix:") {
        Some(path) => (UNIX, path),
        None if place.starts_with('[') => (Family::INET6, place),
        None => (Family::INET, place),
    };
    Ok((Socket::new(family, Kind::STREAM)?, address))
}

fn connect(place: &str) -> io::Result<Socket> {
    let (line, address) = socket_for(place)?;
    line.connect(address)?;
    Ok(line)
}

fn listen(place: &str) -> io::Result<Socket> {
    let (listener, address) = socket_for(place)?;
    listener.set_reuse_address(true)?;
    listener.bind(address)?;
    listener.listen(1)?;
    eprintln!("chat: listening on {}", listener.local_address()?);
    let (line, _caller) = listener.accept()?;
    if listener.family() == UNIX {
        // Connected, nobody needs the path any more.
        std::fs::remove_file(address)?;
    }
    Ok(line)
}

/// Sends what is typed and shows what comes, each until its end.
fn talk(line: Socket) -> io::Result<()> {
    let (mut reader, mut writer) = line.into_views()?;
    let typing = thread::spawn(move || -> io::Result<()> {
        for text in io::stdin().lock().split(b'\n') {
            writer.write_all(&text?)?;
            writer.write_all(b"\n")?;
            writer.flush()?;
        }
        Ok(writer.get_ref().shutdown(Direction::Write)?)
    });
    io::copy(&mut reader, &mut io::stdout())?;
    typing.join().unwrap_or_else(|_| Err(io::Error::other("the typing side gave up")))
}

//! As little HTTP as the bench's own server needs.

use std::fs::File;
use std::io::{self, Read, Write};
use std::net::TcpStream;

use meter::Stopwatch;

/// Of 16 to 256 KiB the best for both directions; 256 KiB costs half as much CPU time again.
pub(crate) const BUFFER_BYTES: usize = 64 << 10;

struct Connection {
    socket: TcpStream,
    buffer: Vec<u8>,
}

/// Where the head ends in the buffer, how much of the buffer is filled, and how long the body is.
struct Head {
    end: usize,
    filled: usize,
    body: u64,
}

pub(crate) fn get(server: &str, path: &str, to: &mut impl Write) -> io::Result<()> {
    let mut connection = Connection::open(server)?;
    connection.get(&request(server, path), to)
}

pub(crate) fn repeat(server: &str, path: &str, runs: u32) -> io::Result<()> {
    let mut connection = Connection::open(server)?;
    let request = request(server, path);
    connection.get(&request, &mut io::sink())?;
    let watch = Stopwatch::start()?;
    for _ in 0..runs {
        connection.get(&request, &mut io::sink())?;
    }
    watch.report(runs)
}

pub(crate) fn many(server: &str, prefix: &str, count: u32) -> io::Result<()> {
    let mut connection = Connection::open(server)?;
    (1..=count).try_for_each(|n| {
        connection.get(&request(server, &format!("{prefix}{n}")), &mut io::sink())
    })
}

pub(crate) fn put(server: &str, path: &str, file: &str) -> io::Result<()> {
    let mut file = File::open(file)?;
    let len = file.metadata()?.len();
    let mut connection = Connection::open(server)?;
    let head = format!("PUT {path} HTTP/1.1\r\nHost: {server}\r\nContent-Length: {len}\r\n\r\n");
    connection.socket.write_all(head.as_bytes())?;
    loop {
        match file.read(&mut connection.buffer)? {
            0 => break,
            count => connection.socket.write_all(&connection.buffer[..count])?,
        }
    }
    connection.receive(&mut io::sink())
}

fn request(server: &str, path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: {server}\r\nUser-Agent: floor\r\nAccept: */*\r\n\r\n")
        .into()
}

impl Connection {
    fn open(server: &str) -> io::Result<Self> {
        let socket = TcpStream::connect(server)?;
        socket.set_nodelay(true)?;
        Ok(Self { socket, buffer: vec![0; BUFFER_BYTES] })
    }

    fn get(&mut self, request: &[u8], to: &mut impl Write) -> io::Result<()> {
        self.socket.write_all(request)?;
        self.receive(to)
    }

    /// Reads one reply and hands its body on.
    fn receive(&mut self, to: &mut impl Write) -> io::Result<()> {
        let head = self.head()?;
        to.write_all(&self.buffer[head.end..head.filled])?;
        let mut left = head.body - (head.filled - head.end) as u64;
        while left > 0 {
            let count = self.read(0)?;
            to.write_all(&self.buffer[..count])?;
            left -= count as u64;
        }
        Ok(())
    }

    fn read(&mut self, from: usize) -> io::Result<usize> {
        match self.socket.read(&mut self.buffer[from..])? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            count => Ok(count),
        }
    }

    fn head(&mut self) -> io::Result<Head> {
        let mut filled = 0;
        loop {
            filled += self.read(filled)?;
            let end = self.buffer[..filled].windows(4).position(|four| four == b"\r\n\r\n");
            if let Some(end) = end {
                let body = body_length(&self.buffer[..end])?;
                return Ok(Head { end: end + 4, filled, body });
            }
        }
    }
}

fn body_length(head: &[u8]) -> io::Result<u64> {
    const NAME: &[u8] = b"Content-Length: ";
    let at = head.windows(NAME.len()).position(|name| name == NAME);
    let digits = at.map(|at| &head[at + NAME.len()..]).unwrap_or_default();
    let end = digits.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(digits.len());
    let text = std::str::from_utf8(&digits[..end]).unwrap_or_default();
    text.parse().map_err(|_| io::Error::other("a reply without Content-Length"))
}

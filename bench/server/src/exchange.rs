//! Requests and replies on one connection.

use std::io::{self, Read, Write};
use std::time::Duration;

use crate::zipped;

pub(crate) const PIECE_BYTES: usize = 256 << 10;
const SMALL_BYTES: u64 = 1024;
const SLOW_PIECES: usize = 20;
const SLOW_PIECE_BYTES: usize = 100;
const SLOW_PAUSE: Duration = Duration::from_millis(100);
/// 1.88 s from the first piece to the last.
const PACED_PAUSE: Duration = Duration::from_millis(99);

struct Request {
    path: String,
    body: u64,
    expects: bool,
    closes: bool,
    /// It has an `Authorization` field.
    is_known: bool,
}

/// What was read and not yet used.
struct Incoming {
    buffer: Vec<u8>,
    start: usize,
    end: usize,
}

/// Answers requests until the client leaves.
pub(crate) fn serve(mut stream: impl Read + Write) -> io::Result<()> {
    let mut incoming = Incoming { buffer: vec![0; PIECE_BYTES], start: 0, end: 0 };
    let piece = vec![b'x'; PIECE_BYTES];
    while let Some(request) = incoming.request(&mut stream)? {
        if request.expects {
            stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
            stream.flush()?;
        }
        incoming.pass_over(&mut stream, request.body)?;
        match request.path.starts_with("/digest/") && !request.is_known {
            true => challenge(&mut stream)?,
            false => reply(&mut stream, &request.path, &piece)?,
        }
        if request.closes {
            break;
        }
    }
    Ok(())
}

fn challenge(stream: &mut impl Write) -> io::Result<()> {
    stream.write_all(
        b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"bench\", nonce=\"once\", \
          qop=\"auth\", algorithm=MD5\r\nContent-Length: 0\r\n\r\n",
    )?;
    stream.flush()
}

fn reply(stream: &mut impl Write, path: &str, piece: &[u8]) -> io::Result<()> {
    if path == "/slow" {
        return reply_slowly(stream, piece, SLOW_PAUSE);
    }
    if path.starts_with("/paced/") {
        return reply_slowly(stream, piece, PACED_PAUSE);
    }
    if let Some(count) = path.strip_prefix("/gzip/") {
        return zipped::reply(stream, count.parse().unwrap_or(0));
    }
    let mut left = document_bytes(path);
    let mut first = head(left);
    let with_head = left.min(SMALL_BYTES);
    first.extend_from_slice(&piece[..with_head as usize]);
    stream.write_all(&first)?;
    left -= with_head;
    while left > 0 {
        let count = left.min(PIECE_BYTES as u64);
        stream.write_all(&piece[..count as usize])?;
        left -= count;
    }
    stream.flush()
}

/// The length of what stands at `path`.
pub(crate) fn document_bytes(path: &str) -> u64 {
    let wanted = path.strip_prefix("/bytes/").and_then(|count| count.parse().ok());
    wanted.unwrap_or(SMALL_BYTES)
}

fn reply_slowly(stream: &mut impl Write, piece: &[u8], pause: Duration) -> io::Result<()> {
    stream.write_all(&head((SLOW_PIECES * SLOW_PIECE_BYTES) as u64))?;
    for _ in 0..SLOW_PIECES {
        stream.write_all(&piece[..SLOW_PIECE_BYTES])?;
        stream.flush()?;
        std::thread::sleep(pause);
    }
    Ok(())
}

/// A head like those of the servers out there.
fn head(len: u64) -> Vec<u8> {
    format!(
        "HTTP/1.1 200 OK\r\nServer: bench\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n\
         Content-Type: text/plain\r\nContent-Length: {len}\r\nConnection: keep-alive\r\n\r\n"
    )
    .into_bytes()
}

impl Incoming {
    /// Reads the next request's head; `None` when the client has left.
    fn request(&mut self, stream: &mut impl Read) -> io::Result<Option<Request>> {
        loop {
            let unread = &self.buffer[self.start..self.end];
            if let Some(len) = unread.windows(4).position(|four| four == b"\r\n\r\n") {
                let request = parse(&unread[..len]);
                self.start += len + 4;
                return Ok(Some(request));
            }
            if self.fill(stream)? == 0 {
                return Ok(None);
            }
        }
    }

    fn fill(&mut self, stream: &mut impl Read) -> io::Result<usize> {
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        let count = stream.read(&mut self.buffer[self.end..])?;
        self.end += count;
        Ok(count)
    }

    fn pass_over(&mut self, stream: &mut impl Read, mut left: u64) -> io::Result<()> {
        while left > 0 {
            if self.start == self.end && self.fill(stream)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let count = left.min((self.end - self.start) as u64);
            self.start += count as usize;
            left -= count;
        }
        Ok(())
    }
}

fn parse(head: &[u8]) -> Request {
    let head = String::from_utf8_lossy(head);
    let mut lines = head.lines();
    let path = lines.next().and_then(|line| line.split(' ').nth(1)).unwrap_or("/").to_owned();
    let mut request = Request { path, body: 0, expects: false, closes: false, is_known: false };
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        match name.to_ascii_lowercase().as_str() {
            "content-length" => request.body = value.trim().parse().unwrap_or(0),
            "authorization" => request.is_known = true,
            "expect" => request.expects = true,
            "connection" => request.closes = value.trim().eq_ignore_ascii_case("close"),
            _ => {}
        }
    }
    request
}

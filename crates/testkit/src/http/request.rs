//! A request, parsed simply.

use std::io::{self, BufRead, Write};

use super::body;
use crate::Conn;

/// A request as it came. Nothing is normalised; what is not a request at all is refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// `GET` and so on, as spelled.
    pub method: String,
    /// What stands between method and version.
    pub target: String,
    /// `HTTP/1.1` as a rule.
    pub version: String,
    /// Names as spelled, values without outer blanks, in order.
    pub headers: Vec<(String, String)>,
    /// The head as received, blank line included.
    pub head: Vec<u8>,
    /// The body with its chunks put together.
    pub body: Vec<u8>,
    pub(super) body_read: bool,
}

impl Request {
    /// Parses a head that ends in a blank line.
    pub(super) fn parse(head: Vec<u8>) -> Result<Request, String> {
        let text = std::str::from_utf8(&head).map_err(|_| "a head that is not UTF-8")?;
        let mut lines = text.split("\r\n");
        let first = lines.next().unwrap_or_default();
        let mut words = first.split(' ');
        let (Some(method), Some(target), Some(version), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(format!("not a request line: {first:?}"));
        };
        let mut request = Request {
            method: method.to_owned(),
            target: target.to_owned(),
            version: version.to_owned(),
            ..Request::default()
        };
        for line in lines.filter(|line| !line.is_empty()) {
            let (name, value) = line.split_once(':').ok_or(format!("not a header: {line:?}"))?;
            request.headers.push((name.to_owned(), value.trim().to_owned()));
        }
        request.head = head;
        Ok(request)
    }

    /// Parses all whole requests that stand in `bytes`, one behind the other.
    pub(super) fn parse_all(mut bytes: &[u8]) -> Vec<Request> {
        let mut requests = Vec::new();
        while let Some(end) = crate::conn::find(bytes, b"\r\n\r\n") {
            let Ok(mut request) = Request::parse(bytes[..end + 4].to_vec()) else { break };
            bytes = &bytes[end + 4..];
            let mut body = Vec::new();
            let read = body::copy(&request, &mut bytes, &mut body);
            request.body = body;
            request.body_read = read.is_ok();
            requests.push(request);
        }
        requests
    }

    /// Returns the value of the first header of this name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    /// Returns the values of all headers of this name, whatever its case.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let named = self.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str()).collect()
    }

    /// Returns the path of the target: no query, and of an absolute URL only the path.
    pub fn path(&self) -> &str {
        let target = match self.target.split_once("://") {
            Some((scheme, rest)) if !scheme.contains('/') => {
                rest.find('/').map_or("/", |slash| &rest[slash..])
            }
            _ => &self.target,
        };
        target.split('?').next().unwrap_or_default()
    }

    /// Returns what stands behind the first question mark.
    pub fn query(&self) -> Option<&str> {
        self.target.split_once('?').map(|(_, query)| query)
    }

    /// Tells whether the client wants the connection to live on.
    pub fn keeps_alive(&self) -> bool {
        match self.header("Connection") {
            Some(value) if value.eq_ignore_ascii_case("close") => false,
            Some(value) if value.eq_ignore_ascii_case("keep-alive") => true,
            _ => self.version == "HTTP/1.1",
        }
    }

    /// Reads the body into [`Request::body`], saying `100 Continue` first where it is expected.
    ///
    /// # Errors
    /// As reading has them; `InvalidData` for bad chunks.
    pub fn read_body(&mut self, conn: &mut Conn) -> io::Result<()> {
        let mut body = Vec::new();
        self.copy_body(conn, &mut body)?;
        self.body = body;
        Ok(())
    }

    /// Reads the body into `into`, however large it is, and returns its length.
    ///
    /// # Errors
    /// As [`Request::read_body`].
    pub fn copy_body(&mut self, conn: &mut Conn, into: &mut dyn Write) -> io::Result<u64> {
        let expects = self.header("Expect").is_some_and(|e| e.eq_ignore_ascii_case("100-continue"));
        if expects && conn.buffered().is_empty() {
            conn.say("HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        let length = body::copy(self, conn, into)?;
        self.body_read = true;
        Ok(length)
    }

    /// Tells whether a body is announced.
    pub fn has_body(&self) -> bool {
        self.header("Transfer-Encoding").is_some()
            || self.header("Content-Length").is_some_and(|length| length != "0")
    }
}

/// Reads a line up to LF, and fails when there is none.
pub(super) fn whole_line(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    reader.read_until(b'\n', &mut line)?;
    if line.ends_with(b"\n") { Ok(line) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

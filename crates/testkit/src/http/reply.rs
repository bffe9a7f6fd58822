//! Replies: by length, in chunks, or ended by closing.

use std::io::{self, Write};

use super::pattern;
use super::request::Request;
use crate::Conn;

impl Request {
    /// Replies with a body of known length. `Content-Length` is added unless `headers` frame the
    /// body themselves or the status forbids one; `Connection: close` when the client asked for
    /// it. A reply to HEAD has no body.
    ///
    /// # Errors
    /// As writing has them.
    pub fn reply(
        &self,
        conn: &mut Conn,
        status: u16,
        headers: &[(&str, &str)],
        body: impl AsRef<[u8]>,
    ) -> io::Result<()> {
        let body = body.as_ref();
        let head = self.head_with_length(status, headers, body.len() as u64);
        let has_body = self.method != "HEAD" && may_have_body(status);
        conn.say_both(&head, if has_body { body } else { b"" })
    }

    /// Replies with `length` bytes of the [`pattern`](super::pattern()) from `offset` on.
    ///
    /// # Errors
    /// As writing has them.
    pub fn reply_pattern(
        &self,
        conn: &mut Conn,
        status: u16,
        headers: &[(&str, &str)],
        (offset, length): (u64, u64),
    ) -> io::Result<()> {
        let head = self.head_with_length(status, headers, length);
        pattern::send(conn, &head, offset, if self.method == "HEAD" { 0 } else { length })
    }

    /// Replies in chunks as they are cut, with trailers behind them.
    ///
    /// # Errors
    /// As writing has them.
    pub fn reply_chunked(
        &self,
        conn: &mut Conn,
        status: u16,
        headers: &[(&str, &str)],
        chunks: &[&[u8]],
        trailers: &[(&str, &str)],
    ) -> io::Result<()> {
        let mut message = head(status, headers);
        self.end_head(&mut message, "Transfer-Encoding: chunked\r\n");
        if self.method != "HEAD" {
            for chunk in chunks {
                write!(message, "{:x}\r\n", chunk.len())?;
                message.extend_from_slice(chunk);
                message.extend_from_slice(b"\r\n");
            }
            message.extend_from_slice(b"0\r\n");
            push_headers(&mut message, trailers);
            message.extend_from_slice(b"\r\n");
        }
        conn.say(&message)
    }

    /// Replies with a body that ends where the connection does.
    ///
    /// # Errors
    /// As writing has them.
    pub fn reply_closing(
        &self,
        conn: &mut Conn,
        status: u16,
        headers: &[(&str, &str)],
        body: impl AsRef<[u8]>,
    ) -> io::Result<()> {
        let mut head = head(status, headers);
        head.extend_from_slice(b"Connection: close\r\n\r\n");
        conn.say_both(&head, if self.method == "HEAD" { b"" } else { body.as_ref() })?;
        conn.fin()
    }

    fn head_with_length(&self, status: u16, headers: &[(&str, &str)], length: u64) -> Vec<u8> {
        let mut head = head(status, headers);
        let is_framed = headers.iter().any(|(name, _)| frames(name)) || !may_have_body(status);
        let framing =
            if is_framed { String::new() } else { format!("Content-Length: {length}\r\n") };
        self.end_head(&mut head, &framing);
        head
    }

    fn end_head(&self, head: &mut Vec<u8>, framing: &str) {
        head.extend_from_slice(framing.as_bytes());
        match (self.keeps_alive(), &*self.version) {
            (false, _) => head.extend_from_slice(b"Connection: close\r\n"),
            // An old client takes nothing for granted.
            (true, "HTTP/1.0") => head.extend_from_slice(b"Connection: keep-alive\r\n"),
            (true, _) => {}
        }
        head.extend_from_slice(b"\r\n");
    }
}

fn frames(name: &str) -> bool {
    name.eq_ignore_ascii_case("Content-Length") || name.eq_ignore_ascii_case("Transfer-Encoding")
}

fn may_have_body(status: u16) -> bool {
    status >= 200 && status != 204 && status != 304
}

/// Renders a status line and headers, without the blank line that ends them.
pub fn head(status: u16, headers: &[(&str, &str)]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} {}\r\n", reason(status)).into_bytes();
    push_headers(&mut head, headers);
    head
}

fn push_headers(head: &mut Vec<u8>, headers: &[(&str, &str)]) {
    for (name, value) in headers {
        for part in [name, ": ", value, "\r\n"] {
            head.extend_from_slice(part.as_bytes());
        }
    }
}

/// Returns the usual words for a status, `Status` for one that has none here.
pub fn reason(status: u16) -> &'static str {
    match status {
        100 => "Continue",
        101 => "Switching Protocols",
        103 => "Early Hints",
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        416 => "Range Not Satisfiable",
        417 => "Expectation Failed",
        418 => "I'm a teapot",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        _ => "Status",
    }
}

//! The routes every test server has.

use std::io;

use super::digest::Gate;
use super::pattern::pattern;
use super::request::Request;
use crate::Conn;

/// Where `/slow` breaks its body in two.
const SLOW: (&str, &str) = ("f", "irst byte");

/// Answers a request for which no route was given.
pub(super) fn answer(request: &mut Request, conn: &mut Conn) -> io::Result<()> {
    let path = request.path().to_owned();
    let mut words = path.trim_start_matches('/').split('/');
    let name = words.next().unwrap_or_default();
    let rest: Vec<&str> = words.collect();
    if name == "sink" {
        let length = request.copy_body(conn, &mut io::sink())?;
        return request.reply(conn, 200, &[], format!("{length}\n"));
    }
    request.read_body(conn)?;
    match (name, &rest[..]) {
        ("hello", []) => request.reply(conn, 200, &[TEXT], "hello, world\n"),
        ("bytes", [length]) => bytes(request, conn, number(length)),
        ("chunked", [length]) => chunked(request, conn, number(length)),
        ("close", [length]) => request.reply_closing(conn, 200, &[], pattern(0, number(length))),
        ("echo", _) => {
            let whole = [&request.head[..], &request.body].concat();
            request.reply(conn, 200, &[TEXT], whole)
        }
        ("status", [code]) => status(request, conn, code),
        ("redirect", [times]) => redirect(request, conn, number(times)),
        ("redirect-to", [code]) => {
            let location = request.query().unwrap_or_default();
            request.reply(conn, code.parse().unwrap_or(302), &[("Location", location)], "")
        }
        ("slow", []) => slow(request, conn),
        ("stall", []) => conn.stall(),
        ("auth", [user, password]) => auth(request, conn, user, password),
        ("digest", [algorithm, qop, user, password, ..]) => {
            digest(request, conn, &Gate { user, password, algorithm, qop })
        }
        _ => request.reply(conn, 404, &[TEXT], "no such page\n"),
    }
}

const TEXT: (&str, &str) = ("Content-Type", "text/plain");

fn number(word: &str) -> u64 {
    word.parse().unwrap_or(0)
}

fn status(request: &Request, conn: &mut Conn, code: &str) -> io::Result<()> {
    let code = code.parse().unwrap_or(500);
    request.reply(conn, code, &[TEXT], format!("status {code}\n"))
}

fn redirect(request: &Request, conn: &mut Conn, times: u64) -> io::Result<()> {
    match times.checked_sub(1) {
        None => request.reply(conn, 200, &[TEXT], "arrived\n"),
        Some(left) => {
            let location = format!("/redirect/{left}");
            request.reply(conn, 302, &[("Location", &location)], "on you go\n")
        }
    }
}

fn chunked(request: &Request, conn: &mut Conn, length: u64) -> io::Result<()> {
    const CHUNK_BYTES: usize = 1000;
    let whole = pattern(0, length);
    let chunks: Vec<&[u8]> = whole.chunks(CHUNK_BYTES).collect();
    request.reply_chunked(conn, 200, &[], &chunks, &[("X-Length", &length.to_string())])
}

fn slow(request: &Request, conn: &mut Conn) -> io::Result<()> {
    let length = (SLOW.0.len() + SLOW.1.len()).to_string();
    request.reply(conn, 200, &[("Content-Length", &length)], SLOW.0)?;
    conn.wait_for_release();
    conn.say(SLOW.1)
}

fn bytes(request: &Request, conn: &mut Conn, length: u64) -> io::Result<()> {
    let tag = format!("\"bytes-{length}\"");
    let common =
        [("Content-Type", "application/octet-stream"), ("Accept-Ranges", "bytes"), ("ETag", &*tag)];
    let is_current = request.header("If-Range").is_none_or(|wanted| wanted == tag);
    let Some(range) = request.header("Range").filter(|_| is_current) else {
        return request.reply_pattern(conn, 200, &common, (0, length));
    };
    let Some((first, last)) = single_range(range, length) else {
        let of = format!("bytes */{length}");
        return request.reply(conn, 416, &[("Content-Range", &of)], "");
    };
    let of = format!("bytes {first}-{last}/{length}");
    let headers = [common[0], common[1], common[2], ("Content-Range", &of)];
    request.reply_pattern(conn, 206, &headers, (first, last - first + 1))
}

/// Reads `bytes=A-B`, `bytes=A-` or `bytes=-N`; nothing when it cannot be satisfied.
fn single_range(range: &str, length: u64) -> Option<(u64, u64)> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let end = length.checked_sub(1)?;
    let range = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) => (first, last.min(end)),
        (Ok(first), Err(_)) => (first, end),
        (Err(_), Ok(count)) => (length.saturating_sub(count), end),
        _ => return None,
    };
    (range.0 <= range.1).then_some(range)
}

fn auth(request: &Request, conn: &mut Conn, user: &str, password: &str) -> io::Result<()> {
    let wanted = format!("Basic {}", base64(format!("{user}:{password}").as_bytes()));
    if request.header("Authorization") == Some(&*wanted) {
        return request.reply(conn, 200, &[TEXT], format!("hello, {user}\n"));
    }
    let challenge = ("WWW-Authenticate", "Basic realm=\"test\"");
    request.reply(conn, 401, &[challenge], "who are you?\n")
}

fn digest(request: &Request, conn: &mut Conn, gate: &Gate<'_>) -> io::Result<()> {
    let field = request.header("Authorization").unwrap_or_default();
    if gate.lets_in(field, &request.method, &request.target, &request.body) {
        return request.reply(conn, 200, &[TEXT], format!("hello, {}\n", gate.user));
    }
    let challenge = gate.challenge();
    request.reply(conn, 401, &[("WWW-Authenticate", &challenge)], "who are you?\n")
}

/// The few lines that spare the kit a dependency.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let at = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let word = at(0) << 16 | at(1) << 8 | at(2);
        for position in 0..4 {
            let digit = DIGITS[(word >> (18 - 6 * position) & 63) as usize];
            text.push(if position <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_three_kinds() {
        assert_eq!(single_range("bytes=2-4", 10), Some((2, 4)));
        assert_eq!(single_range("bytes=2-99", 10), Some((2, 9)));
        assert_eq!(single_range("bytes=9-", 10), Some((9, 9)));
        assert_eq!(single_range("bytes=-3", 10), Some((7, 9)));
        assert_eq!(single_range("bytes=10-", 10), None);
        assert_eq!(single_range("bytes=0-", 0), None);
    }

    #[test]
    fn base64_as_in_rfc_4648() {
        let pairs =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")];
        for (plain, coded) in pairs {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }
}

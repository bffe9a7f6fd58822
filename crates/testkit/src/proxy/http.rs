//! `CONNECT`, and requests sent on.

use std::io::{self, Write};

use super::{Asked, Manner, dial, note, relay};
use crate::Conn;
use crate::http::digest::Gate;

impl Manner {
    pub(super) fn attend_http(&self, conn: &mut Conn, asked: &Asked) -> io::Result<()> {
        let text = loop {
            let head = conn.read_head()?;
            let text = String::from_utf8_lossy(&head).into_owned();
            if text.is_empty() {
                return Ok(());
            }
            note(asked, text.clone());
            match self.gate().filter(|gate| !gate_lets_in(gate, &text)) {
                None => break text,
                Some(gate) => refuse(conn, &text, &gate.challenge())?,
            }
        };
        if !self.lets_in(&text) {
            let head = "HTTP/1.1 407 Proxy Authentication Required\r\n\
                Proxy-Authenticate: Basic realm=\"the kit\"\r\n\
                Content-Length: 6\r\nConnection: close\r\n\r\n";
            return conn.say([head, "no, no"].concat());
        }
        let mut words = text.split(' ');
        match (words.next(), words.next()) {
            (Some("CONNECT"), Some(authority)) => connect(conn, authority),
            (Some(_), Some(target)) if target.starts_with("http://") => forward(conn, &text),
            _ => conn.say("HTTP/1.1 400 Not for a proxy\r\nContent-Length: 0\r\n\r\n"),
        }
    }

    fn gate(&self) -> Option<Gate<'_>> {
        let (user, password) = self.login.as_ref().filter(|_| self.wants_digest)?;
        Some(Gate { user, password, algorithm: "SHA-256", qop: "auth" })
    }

    fn lets_in(&self, head: &str) -> bool {
        let wanted = self.authorization().filter(|_| !self.wants_digest);
        let Some(wanted) = wanted else { return true };
        field(head, "proxy-authorization").is_some_and(|given| given == wanted)
    }
}

/// Asks for another try over the same connection.
fn refuse(conn: &mut Conn, head: &str, challenge: &str) -> io::Result<()> {
    let length = field(head, "content-length").and_then(|length| length.parse().ok());
    conn.read_exact_bytes(length.unwrap_or(0))?;
    conn.say(format!(
        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: {challenge}\r\n\
         Content-Length: 6\r\n\r\nno, no"
    ))
}

/// The path is proven, or for a tunnel the authority.
fn gate_lets_in(gate: &Gate<'_>, head: &str) -> bool {
    let mut words = head.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let rest = target.strip_prefix("http://").and_then(|rest| rest.find('/').map(|at| &rest[at..]));
    let proof = field(head, "proxy-authorization").unwrap_or_default();
    gate.lets_in(proof, method, rest.unwrap_or(target), b"")
}

fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let fields = head.lines().filter_map(|line| line.split_once(':'));
    let mut fitting = fields.filter(|(given, _)| given.eq_ignore_ascii_case(name));
    fitting.next().map(|(_, value)| value.trim())
}

fn port_of(authority: &str) -> u16 {
    let digits = authority.rsplit_once(':').map_or("", |(_, port)| port);
    digits.parse().unwrap_or(80)
}

fn connect(conn: &mut Conn, authority: &str) -> io::Result<()> {
    let Ok(origin) = dial(port_of(authority)) else {
        return conn.say("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
    };
    conn.say("HTTP/1.1 200 Connection established\r\n\r\n")?;
    relay::both_ways(conn, origin)
}

/// Sends the request on in origin form, without what was for the proxy; one request a connection.
fn forward(conn: &mut Conn, head: &str) -> io::Result<()> {
    let (line, fields) = head.split_once("\r\n").unwrap_or((head, ""));
    let words: Vec<&str> = line.splitn(3, ' ').collect();
    let rest = words[1].trim_start_matches("http://");
    let (authority, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    let Ok(mut origin) = dial(port_of(authority)) else {
        return conn.say("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
    };
    let is_ours = |line: &&str| line.to_ascii_lowercase().starts_with("proxy-");
    let kept: Vec<&str> = fields.split("\r\n").filter(|line| !is_ours(line)).collect();
    let fields = kept.join("\r\n");
    write!(origin, "{} {path} {}\r\nConnection: close\r\n{fields}", words[0], words[2])?;
    relay::both_ways(conn, origin)
}

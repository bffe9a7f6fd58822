//! A mail that is sent by SMTP, and read again by POP3, from servers that take any number of runs.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex};

use landline_testkit::{Conn, Server};

/// Mails by the local part of their sender's address, as they were sent.
type Boxes = Arc<Mutex<HashMap<String, Vec<u8>>>>;

/// A text with dots at the beginning of lines, no multiple of any buffer.
pub(crate) fn text() -> Vec<u8> {
    let line = |number: usize| format!("{}line {number}\r\n", ".".repeat(number % 3));
    (0..5_001).flat_map(|number| line(number).into_bytes()).collect()
}

/// An SMTP server, and a POP3 server that gives whoever logs in the mail he has sent.
pub(crate) fn servers() -> (Server, Server) {
    let boxes = Boxes::default();
    let shared = boxes.clone();
    (
        Server::tcp(move |conn| take(conn, &boxes)),
        Server::tcp(move |conn| {
            let boxes = shared.clone();
            give(conn, |user| boxes.lock().ok()?.get(user).cloned())
        }),
    )
}

/// A POP3 server that gives everybody [`text`].
pub(crate) fn mailbox() -> Server {
    Server::tcp(|conn| give(conn, |_| Some(text())))
}

/// The next command: its verb and the rest.
fn command(conn: &mut Conn) -> io::Result<(String, String)> {
    let line = String::from_utf8(conn.read_line()?).map_err(io::Error::other)?;
    let (verb, rest) = line.trim_end().split_once(' ').unwrap_or((line.trim_end(), ""));
    Ok((verb.to_owned(), rest.to_owned()))
}

fn take(conn: &mut Conn, boxes: &Boxes) -> io::Result<()> {
    let mut sender = String::new();
    conn.say("220 ready\r\n")?;
    loop {
        let (verb, rest) = command(conn)?;
        match &*verb {
            "EHLO" => conn.say("250 here\r\n")?,
            "MAIL" => {
                let address = rest.trim_start_matches("FROM:<");
                sender = address.split('@').next().unwrap_or_default().to_owned();
                conn.say("250 ok\r\n")?;
            }
            "RCPT" => conn.say("250 ok\r\n")?,
            "DATA" => {
                conn.say("354 go on\r\n")?;
                let mail = read_text(conn)?;
                boxes.lock().expect("nobody panics with it").insert(sender.clone(), mail);
                conn.say("250 kept\r\n")?;
            }
            _ => return conn.say("221 bye\r\n"),
        }
    }
}

/// Reads up to the dot that ends a text. What ends before is no mail.
fn read_text(conn: &mut Conn) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    loop {
        let line = conn.read_line()?;
        match &*line {
            b".\r\n" => return Ok(text),
            b"" => return Err(io::ErrorKind::UnexpectedEof.into()),
            line => text.extend_from_slice(line.strip_prefix(b".").unwrap_or(line)),
        }
    }
}

fn give(conn: &mut Conn, mail: impl Fn(&str) -> Option<Vec<u8>>) -> io::Result<()> {
    let mut user = String::new();
    conn.say("+OK ready\r\n")?;
    loop {
        let (verb, rest) = command(conn)?;
        match &*verb {
            "USER" => {
                user = rest;
                conn.say("+OK\r\n")?;
            }
            "PASS" => conn.say("+OK\r\n")?,
            "RETR" => match mail(&user) {
                Some(mail) => conn.say(stuffed(&mail))?,
                None => conn.say("-ERR no such mail\r\n")?,
            },
            "QUIT" | "" => return conn.say("+OK\r\n"),
            _ => conn.say("-ERR\r\n")?,
        }
    }
}

fn stuffed(mail: &[u8]) -> Vec<u8> {
    let mut said = b"+OK\r\n".to_vec();
    for line in mail.split_inclusive(|&byte| byte == b'\n') {
        said.extend_from_slice(if line.starts_with(b".") { b"." } else { b"" });
        said.extend_from_slice(line);
    }
    said.extend_from_slice(b".\r\n");
    said
}

//! Servers of mail and news that know what the rows ask for: SMTP, POP3, IMAP and NNTP, without a
//! login that could fail.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use crate::exchange::PIECE_BYTES;

/// A line of the texts: 64 bytes with its end.
const LINE: &[u8] = b"The quick brown fox jumps over the lazy dog, and again and aga\r\n";
const ARTICLE_LINES: usize = 20;
const HEADER: &str = "Subject: bench\r\nFrom: <a@example.org>\r\n\r\n";

struct Session {
    lines: BufReader<TcpStream>,
    line: Vec<u8>,
}

impl Session {
    fn new(socket: TcpStream) -> Self {
        Self { lines: BufReader::with_capacity(PIECE_BYTES, socket), line: Vec::new() }
    }

    fn say(&mut self, text: impl AsRef<[u8]>) -> io::Result<()> {
        self.lines.get_mut().write_all(text.as_ref())
    }

    /// The next line; `None` when the client has left.
    fn line(&mut self) -> io::Result<Option<String>> {
        self.line.clear();
        let count = self.lines.read_until(b'\n', &mut self.line)?;
        let line = String::from_utf8_lossy(&self.line);
        Ok((count > 0).then(|| line.trim_end().to_owned()))
    }

    /// The next command: its verb, and what stands behind it. `None` when the client has left.
    fn command(&mut self) -> io::Result<Option<(String, String)>> {
        let line = self.line()?;
        Ok(line.map(|line| {
            let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
            (verb.to_ascii_uppercase(), rest.to_owned())
        }))
    }

    /// Reads so many bytes and the end of their line, and forgets them.
    fn swallow_literal(&mut self, bytes: u64) -> io::Result<()> {
        io::copy(&mut (&mut self.lines).take(bytes), &mut io::sink())?;
        self.line().map(drop)
    }

    /// Reads a text up to its lone dot, and forgets it.
    fn swallow(&mut self) -> io::Result<()> {
        loop {
            self.line.clear();
            if self.lines.read_until(b'\n', &mut self.line)? == 0 || self.line == b".\r\n" {
                return Ok(());
            }
        }
    }

    /// Says a message of about so many bytes, and the dot behind it.
    fn message(&mut self, bytes: u64) -> io::Result<()> {
        self.text(bytes)?;
        self.say(".\r\n")
    }

    fn text(&mut self, bytes: u64) -> io::Result<()> {
        self.say(HEADER)?;
        let piece = LINE.repeat(PIECE_BYTES / LINE.len());
        let mut lines = bytes / LINE.len() as u64;
        while lines > 0 {
            let count = lines.min((PIECE_BYTES / LINE.len()) as u64);
            self.say(&piece[..count as usize * LINE.len()])?;
            lines -= count;
        }
        Ok(())
    }
}

/// Takes every message and forgets it.
pub(crate) fn smtp(socket: TcpStream) -> io::Result<()> {
    let mut session = Session::new(socket);
    session.say("220 bench\r\n")?;
    while let Some((verb, _)) = session.command()? {
        match verb.as_str() {
            "EHLO" => session.say("250-bench\r\n250-PIPELINING\r\n250 8BITMIME\r\n")?,
            "DATA" => {
                session.say("354 Go on.\r\n")?;
                session.swallow()?;
                session.say("250 Taken.\r\n")?;
            }
            "QUIT" => return session.say("221 Goodbye.\r\n"),
            _ => session.say("250 Done.\r\n")?,
        }
    }
    Ok(())
}

/// Has a message of every length: its number is that of its bytes.
pub(crate) fn pop3(socket: TcpStream) -> io::Result<()> {
    let mut session = Session::new(socket);
    session.say("+OK bench\r\n")?;
    while let Some((verb, number)) = session.command()? {
        match verb.as_str() {
            "CAPA" => session.say("+OK\r\nUSER\r\nTOP\r\n.\r\n")?,
            "RETR" => {
                session.say("+OK\r\n")?;
                session.message(number.parse().unwrap_or(0))?;
            }
            "QUIT" => return session.say("+OK\r\n"),
            _ => session.say("+OK\r\n")?,
        }
    }
    Ok(())
}

/// Has a message of every length, whose UID is that of its bytes, and takes every message and forgets it.
pub(crate) fn imap(socket: TcpStream) -> io::Result<()> {
    let mut session = Session::new(socket);
    session.say("* OK bench\r\n")?;
    while let Some(line) = session.line()? {
        let words: Vec<_> = line.split(' ').collect();
        let verb = words.get(1).copied().unwrap_or_default().to_ascii_uppercase();
        match verb.as_str() {
            "CAPABILITY" => session.say("* CAPABILITY IMAP4rev1\r\n")?,
            "SELECT" => session.say("* 1 EXISTS\r\n* OK [UIDVALIDITY 1] Bench\r\n")?,
            "UID" => {
                let uid = words.get(3).and_then(|uid| uid.parse().ok()).unwrap_or(0);
                let len = HEADER.len() as u64 + uid / LINE.len() as u64 * LINE.len() as u64;
                session.say(format!("* 1 FETCH (UID {uid} BODY[] {{{len}}}\r\n"))?;
                session.text(uid)?;
                session.say(")\r\n")?;
            }
            "APPEND" => {
                let literal =
                    words.last().and_then(|word| word.strip_prefix('{')?.strip_suffix('}'));
                session.say("+ Go on.\r\n")?;
                session.swallow_literal(literal.and_then(|it| it.parse().ok()).unwrap_or(0))?;
            }
            "LOGOUT" => session.say("* BYE\r\n")?,
            _ => {}
        }
        session.say(format!("{} OK Done.\r\n", words[0]))?;
    }
    Ok(())
}

/// Has the articles of any group, as many as its name says behind its dot (`bench.1000`).
pub(crate) fn nntp(socket: TcpStream) -> io::Result<()> {
    let mut session = Session::new(socket);
    let mut last = 0;
    session.say("200 bench\r\n")?;
    while let Some((verb, argument)) = session.command()? {
        match verb.as_str() {
            "CAPABILITIES" => session.say("101 Can:\r\nVERSION 2\r\nREADER\r\nOVER\r\n.\r\n")?,
            "MODE" => session.say("200 Reader.\r\n")?,
            "GROUP" => {
                last = argument.rsplit('.').next().and_then(|it| it.parse().ok()).unwrap_or(0);
                session.say(format!("211 {last} 1 {last} {argument}\r\n"))?;
            }
            "OVER" | "XOVER" => session.say(overview(last))?,
            "ARTICLE" => {
                session.say(format!("220 {argument} <{argument}@bench>\r\n"))?;
                session.message((ARTICLE_LINES * LINE.len()) as u64)?;
            }
            "LIST" => session.say("503 Not kept.\r\n")?,
            "QUIT" => return session.say("205 Goodbye.\r\n"),
            _ => session.say("500 Not here.\r\n")?,
        }
    }
    Ok(())
}

fn overview(last: u64) -> Vec<u8> {
    let mut text = b"224 Overview follows.\r\n".to_vec();
    for number in 1..=last {
        let line = format!(
            "{number}\tAbout the bench, part {number}\tJane <jane@example.org>\t\
             Thu, 1 Jan 2026 00:00:00 +0000\t<{number}@bench>\t<{}@bench>\t1280\t20\r\n",
            number - 1
        );
        text.extend_from_slice(line.as_bytes());
    }
    text.extend_from_slice(b".\r\n");
    text
}

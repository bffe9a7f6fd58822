//! The FTP server asked by a bare socket, by rustls and by curl.

mod curl;
mod dialogue;
mod quirks;
mod tls;
mod transfers;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::*;

const PATIENCE: Duration = Duration::from_secs(20);

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// A client that knows no more than this.
struct Client {
    control: BufReader<TcpStream>,
}

impl Client {
    fn greeted(server: &Server) -> Client {
        let mut client = Client { control: BufReader::new(connect(server.addr())) };
        assert!(client.reply().starts_with("220 "));
        client
    }

    fn logged_in(server: &Server) -> Client {
        let mut client = Client::greeted(server);
        client.expect(&[("USER anonymous", "331"), ("PASS me@", "230"), ("TYPE I", "200")]);
        client
    }

    /// Reads a whole reply, lines and all; empty at the end.
    fn reply(&mut self) -> String {
        let mut reply = String::new();
        loop {
            let start = reply.len();
            if self.control.read_line(&mut reply).unwrap() == 0 {
                return reply;
            }
            let line = &reply[start..];
            let is_last = line.as_bytes().get(3) == Some(&b' ');
            if is_last && line.as_bytes()[..3].iter().all(u8::is_ascii_digit) {
                return reply;
            }
        }
    }

    fn send(&mut self, line: &str) {
        self.control.get_mut().write_all(format!("{line}\r\n").as_bytes()).unwrap();
    }

    fn ask(&mut self, line: &str) -> String {
        self.send(line);
        self.reply()
    }

    #[track_caller]
    fn expect(&mut self, dialogue: &[(&str, &str)]) {
        for (line, wanted) in dialogue {
            let reply = self.ask(line);
            assert!(reply.starts_with(wanted), "{line}: {reply}");
        }
    }

    fn passive(&mut self) -> TcpStream {
        let reply = self.ask("EPSV");
        let port = reply.split('|').nth(3).unwrap().parse().unwrap();
        connect(SocketAddr::from(([127, 0, 0, 1], port)))
    }

    /// Gets what a command sends, and the replies before and after.
    fn fetch(&mut self, line: &str) -> (String, Vec<u8>, String) {
        let mut data = self.passive();
        let opening = self.ask(line);
        let mut bytes = Vec::new();
        data.read_to_end(&mut bytes).unwrap();
        drop(data);
        (opening, bytes, self.reply())
    }

    /// Gets what a command sends as text; both replies must be good ones.
    #[track_caller]
    fn text(&mut self, line: &str) -> String {
        let (opening, bytes, closing) = self.fetch(line);
        assert!(opening.starts_with("150") && closing.starts_with("226"), "{opening}{closing}");
        String::from_utf8(bytes).unwrap()
    }

    /// Sends bytes and returns the replies before and after.
    fn upload(&mut self, line: &str, bytes: &[u8]) -> (String, String) {
        let mut data = self.passive();
        let opening = self.ask(line);
        data.write_all(bytes).unwrap();
        drop(data);
        (opening, self.reply())
    }
}

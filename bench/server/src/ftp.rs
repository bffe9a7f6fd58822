//! Sessions of FTP: anonymous, passive, the same documents.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use crate::exchange::{PIECE_BYTES, document_bytes};

struct Session {
    control: BufReader<TcpStream>,
    folder: String,
    offset: u64,
    passive: Option<TcpListener>,
    piece: Vec<u8>,
}

/// Obeys commands until the client leaves.
pub(crate) fn serve(control: TcpStream) -> io::Result<()> {
    let mut session = Session {
        control: BufReader::new(control),
        folder: "/".to_owned(),
        offset: 0,
        passive: None,
        piece: vec![b'x'; PIECE_BYTES],
    };
    session.tell("220 bench")?;
    let mut line = String::new();
    while session.control.read_line(&mut line)? > 0 {
        let (verb, argument) = line.trim_end().split_once(' ').unwrap_or((line.trim_end(), ""));
        session.obey(&verb.to_ascii_uppercase(), argument)?;
        line.clear();
    }
    Ok(())
}

impl Session {
    fn tell(&mut self, line: &str) -> io::Result<()> {
        self.control.get_mut().write_all(format!("{line}\r\n").as_bytes())
    }

    fn obey(&mut self, verb: &str, argument: &str) -> io::Result<()> {
        match verb {
            "USER" => self.tell("331 Any password will do."),
            "PASS" => self.tell("230 Welcome."),
            "SYST" => self.tell("215 UNIX Type: L8"),
            "TYPE" | "NOOP" => self.tell("200 Done."),
            "PWD" => self.tell("257 \"/\" is the folder."),
            "FEAT" => {
                self.tell("211-Features:\r\n EPSV\r\n PASV\r\n SIZE\r\n REST STREAM\r\n211 End")
            }
            "CWD" => {
                self.folder = self.path(argument).trim_end_matches('/').to_owned() + "/";
                self.tell("250 Done.")
            }
            "SIZE" => self.tell(&format!("213 {}", document_bytes(&self.path(argument)))),
            "REST" => {
                self.offset = argument.parse().unwrap_or(0);
                self.tell("350 From there.")
            }
            "EPSV" => {
                let port = self.listen()?;
                think();
                self.tell(&format!("229 Extended Passive Mode (|||{port}|)"))
            }
            "PASV" => {
                let port = self.listen()?;
                self.tell(&format!("227 Passive Mode (127,0,0,1,{},{})", port >> 8, port & 255))
            }
            "RETR" => self.retr(&self.path(argument)),
            "STOR" | "APPE" => self.stor(),
            "QUIT" => self.tell("221 Goodbye."),
            _ => self.tell("502 Not here."),
        }
    }

    fn path(&self, name: &str) -> String {
        if name.starts_with('/') { name.to_owned() } else { self.folder.clone() + name }
    }

    fn listen(&mut self) -> io::Result<u16> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let port = listener.local_addr()?.port();
        self.passive = Some(listener);
        Ok(port)
    }

    fn open(&mut self) -> io::Result<TcpStream> {
        let listener = self.passive.take().ok_or(io::ErrorKind::NotConnected)?;
        let (data, _) = listener.accept()?;
        self.tell("150 Here it comes.")?;
        Ok(data)
    }

    fn retr(&mut self, path: &str) -> io::Result<()> {
        let mut data = self.open()?;
        let mut left = document_bytes(path).saturating_sub(std::mem::take(&mut self.offset));
        while left > 0 {
            let count = left.min(PIECE_BYTES as u64);
            data.write_all(&self.piece[..count as usize])?;
            left -= count;
        }
        drop(data);
        self.tell("226 Done.")
    }

    fn stor(&mut self) -> io::Result<()> {
        let mut data = self.open()?;
        while data.read(&mut self.piece)? > 0 {}
        self.tell("226 Done.")
    }
}

/// curl 7.88.1 waits for a whole second when the reply to EPSV is there before it has begun to
/// wait; no server of the world outside is that fast.
fn think() {
    let until = Instant::now() + Duration::from_micros(40);
    while Instant::now() < until {
        std::hint::spin_loop();
    }
}

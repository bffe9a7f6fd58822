//! As little FTP as the bench's own server needs, in curl's order of commands.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use crate::http::BUFFER_BYTES;

struct Session {
    control: BufReader<TcpStream>,
    host: String,
    reply: String,
    buffer: Vec<u8>,
}

pub(crate) fn get(server: &str, path: &str, to: &mut impl Write) -> io::Result<()> {
    let mut session = Session::open(server)?;
    session.get(path, to)?;
    session.tell("QUIT")
}

pub(crate) fn many(server: &str, prefix: &str, count: u32) -> io::Result<()> {
    let mut session = Session::open(server)?;
    (1..=count).try_for_each(|n| session.get(&format!("{prefix}{n}"), &mut io::sink()))?;
    session.tell("QUIT")
}

impl Session {
    fn open(server: &str) -> io::Result<Self> {
        let socket = TcpStream::connect(server)?;
        socket.set_nodelay(true)?;
        let host = server.split(':').next().unwrap_or_default().to_owned();
        let control = BufReader::new(socket);
        let mut this = Self { control, host, reply: String::new(), buffer: vec![0; BUFFER_BYTES] };
        this.hear()?;
        for command in ["USER anonymous", "PASS floor@example.com", "PWD", "TYPE I"] {
            this.tell(command)?;
        }
        Ok(this)
    }

    /// Sends a command and waits for the reply, which is one line.
    fn tell(&mut self, command: &str) -> io::Result<()> {
        self.control.get_mut().write_all(format!("{command}\r\n").as_bytes())?;
        self.hear()
    }

    fn hear(&mut self) -> io::Result<()> {
        self.reply.clear();
        self.control.read_line(&mut self.reply)?;
        match self.reply.as_bytes().first() {
            Some(b'1'..=b'3') => Ok(()),
            _ => Err(io::Error::other(self.reply.clone())),
        }
    }

    fn get(&mut self, path: &str, to: &mut impl Write) -> io::Result<()> {
        self.tell("EPSV")?;
        let port = self.reply.split("|||").nth(1).and_then(|rest| rest.split('|').next());
        let port = port.and_then(|digits| digits.parse().ok());
        let port: u16 = port.ok_or_else(|| io::Error::other(self.reply.clone()))?;
        let mut data = TcpStream::connect((&*self.host, port))?;
        self.tell(&format!("SIZE {path}"))?;
        self.tell(&format!("RETR {path}"))?;
        loop {
            match data.read(&mut self.buffer)? {
                0 => return self.hear(),
                count => to.write_all(&self.buffer[..count])?,
            }
        }
    }
}

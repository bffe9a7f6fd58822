//! SOCKS in the version that the client begins with.

use std::io;

use super::{Asked, Manner, dial, note, relay};
use crate::Conn;

impl Manner {
    pub(super) fn attend_socks(&self, conn: &mut Conn, asked: &Asked) -> io::Result<()> {
        match conn.read_exact_bytes(1)?[0] {
            4 => self.version_4(conn, asked),
            5 => self.version_5(conn, asked),
            other => Err(io::Error::other(format!("not SOCKS: {other}"))),
        }
    }

    fn version_4(&self, conn: &mut Conn, asked: &Asked) -> io::Result<()> {
        let fixed = conn.read_exact_bytes(7)?;
        let port = u16::from_be_bytes([fixed[1], fixed[2]]);
        let user = text_to_nul(conn)?;
        let named = fixed[3..6] == [0; 3];
        let (version, host) = match named {
            true => ("4a", text_to_nul(conn)?),
            false => ("4", format!("{}.{}.{}.{}", fixed[3], fixed[4], fixed[5], fixed[6])),
        };
        note(asked, format!("SOCKS{version} {host}:{port}{}", as_user(&user)));
        let may_pass = self.login.as_ref().is_none_or(|(name, _)| *name == user);
        match dial(port) {
            Ok(origin) if may_pass => {
                conn.say(b"\x00\x5a\0\0\0\0\0\0")?;
                relay::both_ways(conn, origin)
            }
            _ => conn.say(b"\x00\x5b\0\0\0\0\0\0"),
        }
    }

    fn version_5(&self, conn: &mut Conn, asked: &Asked) -> io::Result<()> {
        let count = conn.read_exact_bytes(1)?[0];
        let offered = conn.read_exact_bytes(count.into())?;
        let method = if self.login.is_some() { 2 } else { 0 };
        if !offered.contains(&method) {
            return conn.say(b"\x05\xff");
        }
        conn.say([5, method])?;
        let mut login = String::new();
        if let Some((user, password)) = &self.login {
            let (_, given_user) = (conn.read_exact_bytes(1)?, counted(conn)?);
            let given = (given_user, counted(conn)?);
            login = format!("{}:{}", given.0, given.1);
            if given != (user.clone(), password.clone()) {
                note(asked, format!("SOCKS5 refused{}", as_user(&login)));
                return conn.say(b"\x01\x01");
            }
            conn.say(b"\x01\x00")?;
        }
        let fixed = conn.read_exact_bytes(4)?;
        let host = match fixed[3] {
            1 => conn.read_exact_bytes(4)?.iter().map(u8::to_string).collect::<Vec<_>>().join("."),
            3 => counted(conn)?,
            _ => format!("v6 {:?}", conn.read_exact_bytes(16)?),
        };
        let port = conn.read_exact_bytes(2)?;
        let port = u16::from_be_bytes([port[0], port[1]]);
        note(asked, format!("SOCKS5 {host}:{port}{}", as_user(&login)));
        match dial(port) {
            Ok(origin) => {
                conn.say(b"\x05\x00\x00\x01\0\0\0\0\0\0")?;
                relay::both_ways(conn, origin)
            }
            Err(_) => conn.say(b"\x05\x05\x00\x01\0\0\0\0\0\0"),
        }
    }
}

fn as_user(user: &str) -> String {
    if user.is_empty() { String::new() } else { format!(" as {user}") }
}

fn counted(conn: &mut Conn) -> io::Result<String> {
    let count = conn.read_exact_bytes(1)?[0];
    Ok(String::from_utf8_lossy(&conn.read_exact_bytes(count.into())?).into_owned())
}

fn text_to_nul(conn: &mut Conn) -> io::Result<String> {
    let mut text = Vec::new();
    loop {
        match conn.read_exact_bytes(1)?[0] {
            0 => return Ok(String::from_utf8_lossy(&text).into_owned()),
            byte => text.push(byte),
        }
    }
}

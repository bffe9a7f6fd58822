//! Passing bytes on, both ways.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use crate::Conn;
use crate::log::is_timeout;

/// How long one side is listened to before it is the other's turn.
const TURN: Duration = Duration::from_millis(1);

/// Until both sides have ended, or one has gone.
pub(super) fn both_ways(conn: &mut Conn, mut origin: TcpStream) -> io::Result<()> {
    conn.one_byte(false);
    origin.set_read_timeout(Some(TURN))?;
    if let Some(wire) = conn.wire() {
        wire.0.set_patience(TURN)?;
    }
    let mut buffer = vec![0; 64 << 10];
    let (mut client_speaks, mut origin_speaks) = (true, true);
    while origin_speaks && !conn.is_stopping() {
        if client_speaks {
            match conn.read(&mut buffer) {
                Ok(0) => {
                    client_speaks = false;
                    let _ = origin.shutdown(Shutdown::Write);
                }
                Ok(count) => origin.write_all(&buffer[..count])?,
                Err(error) if is_timeout(&error) => {}
                Err(error) => return Err(error),
            }
        }
        match origin.read(&mut buffer) {
            Ok(0) => origin_speaks = false,
            Ok(count) => pass(conn, &buffer[..count])?,
            Err(error) if is_timeout(&error) => {}
            Err(error) => return Err(error),
        }
    }
    if let Some(wire) = conn.wire() {
        wire.0.set_patience(Duration::from_secs(20))?;
    }
    Ok(())
}

/// Writes all of it, however long the other side takes.
fn pass(conn: &mut Conn, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match conn.write(bytes) {
            Ok(count) => bytes = &bytes[count..],
            Err(error) if is_timeout(&error) && !conn.is_stopping() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

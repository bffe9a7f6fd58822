//! Files over FTP through suppaftp: one, or many over one control connection.

use std::io::{self, Write};

use suppaftp::types::FileType;
use suppaftp::{FtpError, FtpStream, Mode};

use crate::Result;

pub(crate) fn get(server: &str, path: &str, to: &mut dyn Write) -> Result {
    let mut session = open(server)?;
    read(&mut session, path, to)?;
    Ok(session.quit()?)
}

pub(crate) fn many(server: &str, prefix: &str, count: u32) -> Result {
    let mut session = open(server)?;
    for n in 1..=count {
        read(&mut session, &format!("{prefix}{n}"), &mut io::sink())?;
    }
    Ok(session.quit()?)
}

fn open(server: &str) -> Result<FtpStream> {
    let mut session = FtpStream::connect(server)?;
    session.set_mode(Mode::ExtendedPassive);
    session.login("anonymous", "rivals@example.com")?;
    session.transfer_type(FileType::Binary)?;
    Ok(session)
}

fn read(session: &mut FtpStream, path: &str, to: &mut dyn Write) -> Result {
    session.retr(path, |from| io::copy(from, to).map_err(FtpError::ConnectionError))?;
    Ok(())
}

//! Mails that are stored and read again by IMAP, from a server that takes any number of runs.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex};

use landline_testkit::{Conn, Server};

/// The only mail of each mailbox.
type Boxes = Arc<Mutex<HashMap<String, Vec<u8>>>>;

/// A server that keeps what is stored, and has `text` in the INBOX.
pub(crate) fn server(text: Vec<u8>) -> Server {
    let boxes: Boxes = Arc::new(Mutex::new(HashMap::from([("INBOX".to_owned(), text)])));
    Server::tcp(move |conn| serve(conn, &boxes))
}

fn serve(conn: &mut Conn, boxes: &Boxes) -> io::Result<()> {
    let boxes = || boxes.lock().expect("nobody panics with it");
    let mut selected = String::new();
    conn.say("* OK ready\r\n")?;
    loop {
        let line = String::from_utf8(conn.read_line()?).map_err(io::Error::other)?;
        let words: Vec<_> = line.trim_end().split(' ').collect();
        let [tag, verb, rest @ ..] = &words[..] else { return Ok(()) };
        match (*verb, rest) {
            ("CAPABILITY", _) => conn.say("* CAPABILITY IMAP4rev1\r\n")?,
            ("SELECT", [name]) => selected = (*name).to_owned(),
            ("UID", _) => {
                let mail = boxes().get(&selected).cloned().unwrap_or_default();
                conn.say(format!("* 1 FETCH (UID 1 BODY[] {{{}}}\r\n", mail.len()))?;
                conn.say([&mail[..], b")\r\n"].concat())?;
            }
            ("APPEND", [name, .., literal]) => {
                let len = literal.trim_matches(['{', '}']).parse().map_err(io::Error::other)?;
                conn.say("+ go on\r\n")?;
                let mail = conn.read_exact_bytes(len)?;
                // What ends before its line does is no mail.
                if conn.read_line()? != b"\r\n" {
                    return Ok(());
                }
                boxes().insert((*name).to_owned(), mail);
            }
            ("LOGOUT", _) => conn.say("* BYE\r\n")?,
            _ => {}
        }
        conn.say(format!("{tag} OK\r\n"))?;
    }
}

//! Transcripts: dialogues between a client and a server as readable text files.
//!
//! One file is one test: what the server says, the exact bytes the client must send, and what the
//! caller gets out of it. No protocol is built in.
//!
//! ```text
//! # A comment. Header lines come first; every name but these two is free for the test to use.
//! name: two lines and a body
//! delivery: whole
//! call: {host}:{port}
//!
//! C: HELLO {version}
//! S: 200 welcome
//! C: GET a
//! S: 201 4 bytes
//! S- body
//! S! fin
//!
//! => status 201
//! => body "body"
//! ```
//!
//! | line | meaning |
//! |---|---|
//! | `C: text` | the client must send `text` and CRLF; `{any}` in it stands for any run of bytes; `{tag}` at its beginning for one word, which `{tag}` in what the server says then repeats |
//! | `C- text` | the client must send `text`, without a line end |
//! | `C< N` | the client sends N bytes, whatever they are; `C< rest`: whatever, until it closes |
//! | `C! eof` | the client must end its side (FIN, or RST) |
//! | `S: text` | the server says `text` and CRLF |
//! | `S- text` | the server says `text`, without a line end |
//! | `S* N text` | the server says `text` N times, without line ends |
//! | `S! fin` | the server ends its side in order (on TLS with close_notify) |
//! | `S! cut` | the server ends its side with FIN alone |
//! | `S! reset` | the server resets the connection |
//! | `S! stall` | the server says nothing more until the client closes |
//! | `S! tls` | the server upgrades the connection to TLS ([`ScriptServer::authority`]) |
//! | `S! wait N` | the server waits until the dialogue of connection N is over |
//! | `=== connection N` | the following lines are the dialogue of connection N |
//! | `=> key value` | what the caller must get; meaning is up to the test |
//!
//! Escapes are `\r \n \t \0 \xNN \\`; a space at the end of a line is written `\x20`. `{port}`,
//! `{host}`, `{version}` (of Landline) and names given to [`Script::define`] are replaced; other
//! braces stay. After the last line the connection stays open until the client closes, and any
//! further byte from the client is a mismatch. Connections run at the same time; they count in
//! order of arrival.
//!
//! ```
//! use std::io::{Read, Write};
//! use landline_testkit::transcript::{Delivery, Script};
//!
//! let script = Script::parse("C: HELLO\nS: 200 welcome\nS! fin\n=> status 200\n").unwrap();
//! let server = script.serve_with(Delivery::OneByte);
//! let mut client = std::net::TcpStream::connect(server.addr()).unwrap();
//! client.write_all(b"HALLO\r\n").unwrap();
//! drop(client);
//! let mismatch = server.finish().unwrap_err().to_string();
//! assert!(mismatch.contains(r#"expected: "HELLO\r\n""#));
//! assert!(mismatch.contains(r#"got:      "HALLO\r\n""#));
//! ```

mod escape;
mod mismatch;
mod parse;
mod play;
mod script;
mod serve;
#[cfg(test)]
mod tests;

pub use self::escape::{escape, unescape};
pub use self::mismatch::{Mismatch, ParseError};
pub use self::script::{Delivery, Expectation, Script};
pub use self::serve::ScriptServer;

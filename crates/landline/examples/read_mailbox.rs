//! Shows who wrote what, and leaves the mailbox as it is. `pop3:` goes on under TLS, or not at all.

use std::io::Read;
use std::process::ExitCode;

use landline::pop3::{Connection, Options};
use landline::wire::escape::escape;
use landline::wire::message::{BlockReader, MAX_HEADER_BYTES};
use landline::{Opener, Result, Security};

fn main() -> ExitCode {
    let Some(url) = std::env::args().nth(1) else {
        eprintln!("usage: read_mailbox pop3s://USER:PASSWORD@HOST[:PORT]");
        return ExitCode::from(2);
    };
    match show(&url) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("read_mailbox: {}", error.chain());
            ExitCode::FAILURE
        }
    }
}

fn show(url: &str) -> Result<()> {
    let mut options = Options::default();
    options.security = Security::Required;
    let mut mailbox = Connection::with(&Opener::new()?.pop3(options), url)?;
    for (number, bytes) in mailbox.list()? {
        let (mut block, mut head) = (BlockReader::new(MAX_HEADER_BYTES), Vec::new());
        mailbox.top(number, 0)?.read_to_end(&mut head)?;
        block.push(&head);
        let fields = block.into_headers();
        let field = |name| escape(fields.get(name).unwrap_or_default().as_bytes());
        println!("{number} ({bytes} bytes) {}: {}", field("From"), field("Subject"));
    }
    mailbox.quit()
}

//! Sends a text and a file. `smtp:` goes on under TLS, or not at all.

use std::process::ExitCode;

use landline::mail::{Attachment, Message};
use landline::smtp::{Connection, Options};
use landline::wire::escape::escape;
use landline::{Opener, Result, Security};

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [url, from, to, file] = &arguments[..] else {
        eprintln!("usage: send_mail smtps://USER:PASSWORD@HOST[:PORT] FROM TO FILE");
        return ExitCode::from(2);
    };
    match send(url, from, to, file) {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("send_mail: {}", error.chain());
            ExitCode::FAILURE
        }
    }
}

fn send(url: &str, from: &str, to: &str, file: &str) -> Result<String> {
    let message = Message::new().from(from).to(to).subject("A file for you");
    let message = message.text("Here it is.\n").attach(Attachment::file(file)?);
    let mut options = Options::default();
    options.security = Security::Required;
    let mut server = Connection::with(&Opener::new()?.smtp(options), url)?;
    let delivery = server.send(&message.envelope(), message.into_upload()?)?;
    server.quit()?;
    Ok(escape(delivery.reply.first_line().as_bytes()))
}

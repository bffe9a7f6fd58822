//! Step 2 of the tutorial: the line client. `httpget2 HOST[:PORT] [PATH]` asks for a document in
//! lines and prints the head line by line, then the body.

use std::io::Write;
use std::process::ExitCode;

use landline::{LineEnding, LineStream, Result};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(host) = arguments.next() else {
        eprintln!("usage: httpget2 HOST[:PORT] [PATH]");
        return ExitCode::from(2);
    };
    let path = arguments.next().unwrap_or_else(|| "/".to_owned());
    match get(&host, &path) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("httpget2: {}", error.chain());
            ExitCode::FAILURE
        }
    }
}

fn get(host: &str, path: &str) -> Result<()> {
    let mut line = LineStream::connect(host, 80)?.with_ending(LineEnding::Lenient);
    line.write_line(format!("GET {path} HTTP/1.0"))?;
    line.write_line(format!("Host: {host}"))?;
    line.write_line("")?;
    loop {
        let field = line.read_line()?;
        if field.is_empty() {
            break;
        }
        println!("{field}");
    }
    println!();
    std::io::copy(&mut line, &mut std::io::stdout())?;
    std::io::stdout().flush()?;
    Ok(())
}

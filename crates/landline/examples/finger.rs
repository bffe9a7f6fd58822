//! A protocol of one's own in thirty lines: `finger finger://HOST/USER` (RFC 1288) becomes a row
//! of the scheme table, and `open` reads it like anything else.

use landline::{Headers, LineEnding, Opener, Parts, Result, Visit};

async fn finger(visit: Visit) -> Result<Parts> {
    let user = visit.location().path().trim_start_matches('/').to_owned();
    let mut line = visit.connect(79).await?.with_ending(LineEnding::Lenient);
    line.write_line(user).await?;
    let peer = line.stream().peer().clone();
    Ok(Parts::stream(visit.location().clone(), Headers::new(), line).with_peer(peer))
}

fn main() -> std::process::ExitCode {
    let Some(url) = std::env::args().nth(1) else {
        eprintln!("usage: finger finger://HOST[:PORT]/[USER]");
        return std::process::ExitCode::from(2);
    };
    match read(&url) {
        Ok(text) => {
            println!("{}", landline::wire::escape::escape(text.as_bytes()).replace("\\r\\n", "\n"));
        }
        Err(error) => {
            eprintln!("finger: {}", error.chain());
            return std::process::ExitCode::FAILURE;
        }
    }
    std::process::ExitCode::SUCCESS
}

fn read(url: &str) -> Result<String> {
    Opener::new()?.scheme("finger", finger).open(url)?.text()
}

//! Step 4 of the tutorial: a connection used step by step, in the manner of httplib.
//! `httpget4 HOST[:PORT] [PATH]` asks twice over one connection: for the head, then for all.

use std::process::ExitCode;

use landline::Result;
use landline::http::Connection;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(host) = arguments.next() else {
        eprintln!("usage: httpget4 HOST[:PORT] [PATH]");
        return ExitCode::from(2);
    };
    let path = arguments.next().unwrap_or_else(|| "/".to_owned());
    match get(&host, &path) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("httpget4: {}", error.chain());
            ExitCode::FAILURE
        }
    }
}

fn get(host: &str, path: &str) -> Result<()> {
    let mut connection = Connection::connect(host)?;
    request(&mut connection, "HEAD", path)?;
    if !connection.is_idle() {
        eprintln!("the server wants a new connection");
        connection = Connection::connect(host)?;
    }
    request(&mut connection, "GET", path)
}

fn request(connection: &mut Connection, method: &str, path: &str) -> Result<()> {
    connection.put_request(method, path)?;
    connection.put_header("Accept", "text/html, text/plain;q=0.8, */*;q=0.1")?;
    connection.end_headers()?;
    let reply = connection.get_reply()?;
    eprintln!("{method}: {} {}", reply.status, reply.reason);
    for (name, value) in reply.headers.iter() {
        eprintln!("  {name}: {}", String::from_utf8_lossy(value));
    }
    std::io::copy(&mut connection.body(), &mut std::io::stdout())?;
    Ok(())
}

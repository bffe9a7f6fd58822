//! Step 3 of the tutorial: the HTTP client. `httpget3 URL` takes the URL apart, asks for the
//! document, and fails unless the status is 200.

use std::process::ExitCode;

use landline::http::Client;
use landline::{Location, Result};

fn main() -> ExitCode {
    let Some(url) = std::env::args().nth(1) else {
        eprintln!("usage: httpget3 URL");
        return ExitCode::from(2);
    };
    match get(&url) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("httpget3: {}", error.chain());
            ExitCode::FAILURE
        }
    }
}

fn get(url: &str) -> Result<bool> {
    if let Ok(parts) = Location::parse(url) {
        let (scheme, host) = (parts.scheme(), parts.host_header());
        eprintln!("scheme {scheme}, host {host}, target {}", parts.request_target());
    }
    let mut reply = Client::new()?.get(url).follow_redirects(false).send()?;
    if reply.status() != 200 {
        eprintln!("httpget3: the server answered {} {}", reply.status(), reply.reason());
        return Ok(false);
    }
    std::io::copy(&mut reply, &mut std::io::stdout())?;
    Ok(true)
}

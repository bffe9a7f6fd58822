//! The floor: what each measured task costs with bare blocking sockets and nothing else.
//!
//! ```text
//! floor get  HOST:PORT PATH [FILE]   one GET; the body goes to FILE, `-` or nowhere
//! floor put  HOST:PORT PATH FILE     one PUT of a file
//! floor loop HOST:PORT PATH N        N keep-alive GETs, timed
//! floor many HOST:PORT PREFIX N      GETs of PREFIX1 to PREFIXN over one connection
//! floor ftp  HOST:PORT PATH [FILE]   one file over FTP, to FILE or nowhere
//! floor ftp-many HOST:PORT PREFIX N  files PREFIX1 to PREFIXN over one control connection
//! floor time [-c CORE] [-k] [-l SECONDS] [-f] PROGRAM ARG…
//! ```
//!
//! `time` runs a program and prints `time WALL_NS CPU_NS PEAK_KIB EXIT`: `-c` pins it, `-k` keeps
//! its standard output, `-l` ends it after so long, `-f` ends it at the first byte it prints and
//! counts the time up to there. It lives here because this process is small: a child's peak memory
//! as the kernel counts it is never below that of the process it was forked from.

mod ftp;
mod http;
mod time;

use std::io;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("floor: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[&str]) -> io::Result<()> {
    match args {
        ["get", server, path] => http::get(server, path, &mut io::sink()),
        ["get", server, path, "-"] => http::get(server, path, &mut meter::stdout()?),
        ["get", server, path, file] => http::get(server, path, &mut std::fs::File::create(file)?),
        ["put", server, path, file] => http::put(server, path, file),
        ["loop", server, path, runs] => http::repeat(server, path, number(runs)?),
        ["many", server, prefix, count] => http::many(server, prefix, number(count)?),
        ["ftp", server, path] => ftp::get(server, path, &mut io::sink()),
        ["ftp", server, path, file] => ftp::get(server, path, &mut std::fs::File::create(file)?),
        ["ftp-many", server, prefix, count] => ftp::many(server, prefix, number(count)?),
        ["time", rest @ ..] => time::run(rest),
        _ => Err(io::Error::other("no such task; the source lists them")),
    }
}

pub(crate) fn number(text: &str) -> io::Result<u32> {
    text.parse().map_err(|_| io::Error::other(format!("{text} is not a number")))
}

//! Walks the FTP rows of the fault table with a command that takes curl's flags and says where it
//! strays:
//!
//!     cargo run -p landline-testkit --example ftp_faults -- target/debug/dial
//!
//! A second argument picks the faults whose id begins so; `--bytes` in front of both delivers
//! every byte on its own.
// A tool for developers may fail loudly.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::time::Duration;

use landline_testkit::Server;
use landline_testkit::fault::{self, FtpFault};
use landline_testkit::process::{self, Run};

fn main() {
    let mut arguments = std::env::args().skip(1).peekable();
    let one_byte = arguments.next_if_eq("--bytes").is_some();
    let command = arguments.next().unwrap_or("curl".to_owned());
    let beginning = arguments.next().unwrap_or_default();
    let (mut walked, mut strayed) = (0, 0);
    for fault in fault::ftp().iter().filter(|fault| fault.id.starts_with(&beginning)) {
        let verdict = judge(fault, &command, one_byte);
        walked += 1;
        strayed += usize::from(verdict.starts_with("NO"));
        println!("{:4} {verdict:60} {}", fault.id, fault.description);
    }
    println!("{strayed} of {walked} cases are not as the table demands");
}

fn judge(fault: &FtpFault, command: &str, one_byte: bool) -> String {
    let dir = process::temp_dir();
    let server = fault.serve_on(Server::builder().one_byte(one_byte));
    let mut arguments: Vec<String> = ["-sS", "-o", "out"].map(String::from).to_vec();
    arguments.extend(fault.options.iter().map(|&option| option.to_owned()));
    if let Some(upload) = fault.upload {
        fs::write(dir.path().join("up"), upload).unwrap();
        arguments.extend(["-T", "up"].map(String::from));
    }
    if let Some(authority) = server.authority() {
        arguments.push("--cacert".to_owned());
        arguments.push(authority.write_to(dir.path()).display().to_string());
    }
    arguments.push(server.url());
    let program = fs::canonicalize(command).unwrap_or(command.into());
    let run = Run::new(program).args(arguments).dir(dir.path()).deadline(Duration::from_secs(9));
    let output = run.run();
    let (file, message) = (fs::read(dir.path().join("out")).ok(), output.errors());
    let message = message.trim_end().replace('\n', " / ");
    let is_secret_wanted = fault.class == "E3" || fault.class == "E4";
    let unsaid = |word: &&&str| !message.to_lowercase().contains(&word.to_lowercase());
    if output.timed_out {
        return "NO: no end in sight".to_owned();
    }
    match fault.check(output.exit(), file.as_deref()) {
        _ if is_secret_wanted && server.has_seen_credentials() => "NO: it told secrets".to_owned(),
        Err(problem) => format!("NO: {}: {message}", problem.rsplit(": ").next().unwrap()),
        Ok(()) => match fault.says.iter().find(unsaid) {
            Some(word) => format!("NO: the message lacks {word:?}: {message}"),
            None => format!("exit {}: {message}", output.exit()),
        },
    }
}

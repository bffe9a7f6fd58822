//! Walks the fault table with a command that takes curl's flags and says where it strays:
//!
//!     cargo run -p landline-testkit --example faults -- target/debug/dial
//!
//! A second argument picks the faults whose id begins so; `--bytes` in front of both delivers
//! every byte on its own.
// A tool for developers may fail loudly.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::time::Duration;

use landline_testkit::Server;
use landline_testkit::fault::{self, Fault};
use landline_testkit::process::{self, Output, Run};

fn main() {
    let mut arguments = std::env::args().skip(1).peekable();
    let one_byte = arguments.next_if_eq("--bytes").is_some();
    let command = arguments.next().unwrap_or("curl".to_owned());
    let beginning = arguments.next().unwrap_or_default();
    let (mut walked, mut strayed) = (0, 0);
    for fault in fault::all().iter().filter(|fault| fault.id.starts_with(&beginning)) {
        let verdict = judge(fault, &command, one_byte);
        walked += 1;
        strayed += usize::from(verdict.starts_with("NO"));
        println!("{:4} {verdict:60} {}", fault.id, fault.description);
    }
    println!("{strayed} of {walked} cases are not as the table demands");
}

fn judge(fault: &Fault, command: &str, one_byte: bool) -> String {
    let (output, file) = run(fault, command, one_byte);
    let megabytes = output.peak_rss_bytes >> 20;
    let message = output.errors().replace('\n', " / ");
    let cost = format!("{:.1} s, {megabytes} MB", output.took.as_secs_f32());
    if output.timed_out {
        return format!("NO: no end in sight ({cost})");
    }
    let unsaid = |word: &&&str| !message.to_lowercase().contains(&word.to_lowercase());
    match fault.check(output.code.unwrap_or(-1), file.as_deref()) {
        Err(problem) => format!("NO: {} ({cost}) {message}", problem.rsplit(": ").next().unwrap()),
        Ok(()) => match fault.says.iter().find(unsaid) {
            Some(word) => format!("NO: the message lacks {word:?}: {message}"),
            None => format!("exit {} ({cost})", output.exit()),
        },
    }
}

/// Runs the command in a directory of its own and returns what became of it and its file.
fn run(fault: &Fault, command: &str, one_byte: bool) -> (Output, Option<Vec<u8>>) {
    let dir = process::temp_dir();
    let server = fault.serve_on(Server::builder().one_byte(one_byte));
    let mut arguments = vec!["-sS".to_owned(), "-o".to_owned(), "out".to_owned()];
    arguments.extend(fault.options.iter().map(|&option| option.to_owned()));
    if let Some(authority) = server.authority() {
        arguments.push("--cacert".to_owned());
        arguments.push(authority.write_to(dir.path()).display().to_string());
    }
    arguments.push(server.url(fault));
    let program = fs::canonicalize(command).unwrap_or(command.into());
    let run = Run::new(program).args(arguments).dir(dir.path()).deadline(Duration::from_secs(9));
    let output = run.run();
    (output, fs::read(dir.path().join("out")).ok())
}

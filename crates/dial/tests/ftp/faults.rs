//! Rows 57–63 of the fault table and the classes E3, E4, K1 and K2: the command against every FTP
//! server that misbehaves.
//!
//! Per fault: the exit code, one line on stderr with that number, what is on disk, memory, time,
//! and no credential where TLS was required and not to be had.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use landline_testkit::Server;
use landline_testkit::fault::{self, FtpFault, FtpFaultServer};
use landline_testkit::process::Output;

use crate::room::{MAX_RSS_BYTES, Room, is_one_message};

/// Endless input ends by a count; this is only for the patience of a busy machine.
const CEILING: Duration = Duration::from_secs(10);
const AT_ONCE: usize = 4;

fn dial(fault: &FtpFault, server: &FtpFaultServer) -> (Output, Room) {
    let (room, url) = (Room::new(), server.url());
    let mut arguments = vec!["-sS"];
    arguments.extend(fault.options);
    if let Some(bytes) = fault.upload {
        room.put("in", bytes);
        arguments.extend(["-T", "in"]);
    }
    arguments.extend(["-o", "out"]);
    if let Some(authority) = server.authority() {
        authority.write_to(room.path());
        arguments.extend(["--cacert", "ca.pem"]);
    }
    arguments.push(&url);
    (room.dial(&arguments).run(), room)
}

fn judge(fault: &FtpFault, one_byte: bool) -> Result<(), String> {
    let server = fault.serve_on(Server::builder().one_byte(one_byte));
    let (output, room) = dial(fault, &server);
    let errors = output.errors();
    let failed = |what: &str| {
        let (id, took) = (fault.id, output.took);
        Err(format!("{id} ({}): {what}; after {took:?}: {errors}", fault.description))
    };
    let Some(code) = output.code.filter(|_| !output.timed_out) else {
        return failed("no end, or one by a signal");
    };
    if let Err(problem) = fault.check(code, room.get("out").as_deref()) {
        return failed(&problem);
    }
    if room.names().iter().any(|name| !matches!(&**name, "out" | "in" | "ca.pem")) {
        return failed("left files behind");
    }
    let is_told = if code == 0 { errors.is_empty() } else { is_one_message(&errors, code) };
    if !is_told {
        return failed("not exactly one message");
    }
    let said = errors.to_lowercase();
    if let Some(word) = fault.says.iter().find(|word| !said.contains(&word.to_lowercase())) {
        return failed(&format!("the message lacks {word:?}"));
    }
    if fault.row == Some(62) && server.has_seen_credentials() {
        return failed("the server has seen the login");
    }
    if output.peak_rss_bytes >= MAX_RSS_BYTES || output.took >= CEILING {
        return failed(&format!("{} bytes resident", output.peak_rss_bytes));
    }
    Ok(())
}

/// Judges all faults, a few at a time, and fails with everything that is not as it should be.
fn walk(one_byte: bool) {
    let (faults, next) = (fault::ftp(), AtomicUsize::new(0));
    let problems = Mutex::new(Vec::new());
    let work = || {
        while let Some(fault) = faults.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Err(problem) = judge(fault, one_byte) {
                problems.lock().expect("nobody panics with it").push(problem);
            }
        }
    };
    thread::scope(|scope| (0..AT_ONCE).for_each(|_| drop(scope.spawn(work))));
    let problems = problems.into_inner().expect("nobody panicked");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_fault_is_met_as_the_table_demands() {
    walk(false);
}

#[test]
fn every_fault_is_met_when_bytes_come_one_at_a_time() {
    walk(true);
}

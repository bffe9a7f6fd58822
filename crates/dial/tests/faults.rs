//! Rows 4–30 and 42–51 of the fault table: the command against every server that misbehaves.
//!
//! Per fault: the exit code, one line on stderr with that number, what is on disk, memory, time.
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use landline_testkit::fault::{self, Fault, FaultServer, Keep};
use landline_testkit::process::Output;
use landline_testkit::{Server, http};
use room::{MAX_RSS_BYTES, Room, is_one_message};

/// Endless input ends by a count; this is only for the patience of a busy machine.
const CEILING: Duration = Duration::from_secs(10);
const AT_ONCE: usize = 4;

/// The command line for a fault, and the room it ran in.
fn dial(fault: &Fault, server: &FaultServer, extra: &[&str]) -> (Output, Room) {
    let room = Room::new();
    let url = server.url(fault);
    let mut arguments = vec!["-sS", "-o", "out"];
    arguments.extend(fault.options);
    arguments.extend(extra);
    if let Some(authority) = server.authority() {
        authority.write_to(room.path());
        arguments.extend(["--cacert", "ca.pem"]);
    }
    arguments.push(&url);
    (room.dial(&arguments).run(), room)
}

fn judge(fault: &Fault, one_byte: bool) -> Result<(), String> {
    let server = fault.serve_on(Server::builder().one_byte(one_byte));
    let (output, room) = dial(fault, &server, &[]);
    let errors = output.errors();
    let failed = |what: &str| {
        let (id, took) = (fault.id, output.took);
        Err(format!("{id} ({}): {what}; after {took:?}: {errors}", fault.description))
    };
    let Some(code) = output.code.filter(|_| !output.timed_out) else {
        return failed("no end, or one by a signal");
    };
    fault.check(code, room.get("out").as_deref())?;
    if room.names().iter().any(|name| name != "out" && name != "ca.pem") {
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
    if output.peak_rss_bytes >= MAX_RSS_BYTES || output.took >= CEILING {
        return failed(&format!("{} bytes resident", output.peak_rss_bytes));
    }
    // A broken reply on a fresh connection is no reason to ask again (row 5).
    let connections = server.server().connections();
    if connections != 1 && fault.row != 42 {
        return failed(&format!("{connections} connections"));
    }
    Ok(())
}

/// Judges all faults, a few at a time, and fails with everything that is not as it should be.
fn walk(one_byte: bool) {
    let (faults, next) = (fault::all(), AtomicUsize::new(0));
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
fn every_fault_in_one_byte_segments() {
    walk(true);
}

#[test]
fn a_partial_file_is_told_and_can_be_removed() {
    for id in ["09a", "10a", "10b", "12a", "29b", "50a", "50b"] {
        let fault = fault::find(id);
        let server = fault.serve();
        let (output, _) = dial(&fault, &server, &[]);
        let errors = output.errors();
        assert!(errors.contains("5 bytes are in 'out', -C - goes on"), "{id}: {errors}");
        let (output, room) = dial(&fault, &server, &["--remove-on-error"]);
        assert!(fault.exit.contains(&output.exit()), "{id}: {}", output.exit());
        assert!(!output.errors().contains("-C -"), "{id}: {}", output.errors());
        assert_eq!((fault.keep, room.get("out")), (Keep::Exactly(b"hello"), None), "{id}");
    }
}

#[test]
fn d3_a_poisoned_connection_is_not_used_again() {
    for fault in fault::all().iter().filter(|fault| fault.poisons) {
        let server = fault.serve();
        let url = server.url(fault);
        let output = room::run(&["-sS", &url, &url, &url]);
        assert_eq!((output.exit(), output.text()), (0, "hello".repeat(3)), "{}", fault.id);
        assert_eq!(server.server().connections(), 3, "{}", fault.id);
    }
}

#[test]
fn more_than_was_announced_is_noted_at_v() {
    let fault = fault::find("11");
    let server = fault.serve();
    let output = room::run(&["-sSv", &server.url(&fault)]);
    let errors = output.errors();
    assert!(errors.contains("* Closing connection"), "{errors}");
    assert!(errors.contains("* the peer sent more than its reply\n"), "{errors}");
}

#[test]
fn what_came_before_the_fault_reaches_stdout() {
    for id in ["09a", "10a", "12a", "12b", "13a", "15", "26"] {
        let fault = fault::find(id);
        let server = fault.serve();
        let output = room::run(&["-sS", &server.url(&fault)]);
        assert!(fault.exit.contains(&output.exit()), "{id}: {}", output.exit());
        assert_eq!(output.text(), "hello", "{id}");
    }
}

#[test]
fn a_stale_connection_is_asked_once_more_on_a_fresh_one() {
    // The server closes each connection after one reply, without saying so (row 5).
    let server = http::Server::new().route("/once", |request, conn| {
        request.reply(conn, 200, &[], "once\n")?;
        conn.fin()
    });
    let url = server.url("/once");
    let output = room::run(&["-sS", &url, &url, &url]);
    assert_eq!((output.exit(), output.text()), (0, "once\n".repeat(3)), "{}", output.errors());
}

//! Rows 4–30 and 42–51 of the fault table: the command against every server that misbehaves.
//!
//! Per fault: the exit code, one line on stderr with that number, what is on disk, memory, time.
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use landline_testkit::fault::{self, Fault, FaultServer, Keep};
use landline_testkit::process::Output;
use landline_testkit::{Server, http};
use room::{Room, faults};

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
    let run = dial(fault, &server, &[]);
    // A broken reply on a fresh connection is no reason to ask again (row 5).
    let connections = server.server().connections();
    faults::judge(&run, fault.says, |code, file| fault.check(code, file))
        .and_then(|()| match connections {
            1 => Ok(()),
            _ if fault.row == 42 => Ok(()),
            _ => Err(format!("{connections} connections")),
        })
        .map_err(|what| {
            faults::problem(&format!("{} ({})", fault.id, fault.description), &run, &what)
        })
}

#[test]
fn every_fault_is_met_as_the_table_demands() {
    faults::walk(&fault::all(), |fault| judge(fault, false).err());
}

#[test]
fn every_fault_in_one_byte_segments() {
    faults::walk(&fault::all(), |fault| judge(fault, true).err());
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

//! Rows 57–63 of the fault table and the classes E3, E4, K1 and K2: the command against every FTP
//! server that misbehaves.
//!
//! Per fault: the exit code, one line on stderr with that number, what is on disk, memory, time,
//! and no credential where TLS was required and not to be had.

use landline_testkit::Server;
use landline_testkit::fault::{self, FtpFault, FtpFaultServer};
use landline_testkit::process::Output;

use crate::room::{Room, faults};

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
    let run = dial(fault, &server);
    let has_leaked = fault.row == Some(62) && server.has_seen_credentials();
    faults::judge(&run, fault.says, |code, file| fault.check(code, file))
        .and_then(
            |()| if has_leaked { Err("the server has seen the login".into()) } else { Ok(()) },
        )
        .map_err(|what| {
            faults::problem(&format!("{} ({})", fault.id, fault.description), &run, &what)
        })
}

#[test]
fn every_fault_is_met_as_the_table_demands() {
    faults::walk(&fault::ftp(), |fault| judge(fault, false).err());
}

#[test]
fn every_fault_is_met_when_bytes_come_one_at_a_time() {
    faults::walk(&fault::ftp(), |fault| judge(fault, true).err());
}

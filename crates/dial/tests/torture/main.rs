//! Torture: the k-th call that dial makes of the system fails, for every k and in every way that
//! the call can fail, over a set of transfers.
//!
//! Whatever fails: no panic, no signal, no hang, no success with wrong bytes, no jar half written.
//!
//! `shim.c` stands between the very binary of the other tests and libc, and is compiled here; the
//! product knows nothing of it. What fails is a sample; with `TORTURE=all` it is each call in turn,
//! which takes some minutes, and with `TORTURE=name` the same for one transfer.
#![cfg(target_os = "linux")]
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used, clippy::panic)]

#[path = "../room/mod.rs"]
mod room;

mod calls;
mod imap;
mod mail;
mod transfers;

use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use calls::{Call, Fault};
use landline_testkit::process::{Output, Run, temp_dir};
use room::{DIAL, MAX_RSS_BYTES, Room};
use transfers::Transfer;

const TRACE: &str = "trace";
const SUB_OUT: &str = "sub/out";

/// Files by name, in order.
type Files = Vec<(String, Vec<u8>)>;

/// What a transfer gives when nothing fails.
struct Right {
    before: Files,
    after: Files,
    stdout: Vec<u8>,
}

#[test]
fn whatever_call_fails_nothing_wrong_is_a_success() {
    let folder = temp_dir();
    let shim = compile(folder.path());
    let wanted = std::env::var("TORTURE").unwrap_or_default();
    let mut transfers = transfers::all();
    transfers.retain(|one| ["", "all", one.name].contains(&&*wanted));
    room::faults::walk(&transfers, |transfer| torture(transfer, &shim, !wanted.is_empty()));
}

fn compile(folder: &Path) -> PathBuf {
    let (source, shim) =
        (concat!(env!("CARGO_MANIFEST_DIR"), "/tests/torture/shim.c"), folder.join("shim.so"));
    let words = ["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"];
    let run = Run::new("cc").args(words).args([shim.as_os_str()]).args([source, "-ldl"]).run();
    assert_eq!(run.code, Some(0), "{}", run.errors());
    shim
}

/// Lets the calls of one transfer fail, one per run.
fn torture(transfer: &Transfer, shim: &Path, all: bool) -> Vec<String> {
    let (right, calls) = run_well(transfer, shim);
    let faults = if all { calls::every(&calls) } else { calls::some(&calls) };
    assert!(faults.len() > 20, "{}: the shim does not count", transfer.name);
    let found = faults.into_iter().filter_map(|fault| {
        let (output, room) = run(transfer, shim, Some(fault));
        let note = room.get(TRACE).unwrap_or_default();
        let what = verdict(&output, &files(&room), &right).err()?;
        let (name, call) = (transfer.name, String::from_utf8_lossy(&note).trim().to_owned());
        Some(format!("{name}: {fault:?} ({call}): {what}: {}", output.errors().trim_end()))
    });
    found.collect()
}

/// Runs a transfer without a fault, and notes the calls it makes.
fn run_well(transfer: &Transfer, shim: &Path) -> (Right, Vec<Call>) {
    let (output, room) = run(transfer, shim, None);
    assert_eq!((output.code, &*output.errors()), (Some(0), ""), "{}", transfer.name);
    let calls = calls::parse(&String::from_utf8(room.get(TRACE).expect("a trace")).expect("text"));
    let before = transfer.files.iter().map(|(name, bytes)| ((*name).into(), bytes.clone()));
    let right = Right { before: before.collect(), after: files(&room), stdout: output.stdout };
    (transfer.check)(&right.stdout, &room);
    (right, calls)
}

fn run(transfer: &Transfer, shim: &Path, fault: Option<Fault>) -> (Output, Room) {
    let room = Room::new();
    for (name, bytes) in &transfer.files {
        room.put(name, bytes);
        let private = Permissions::from_mode(0o600);
        set_permissions(room.at(name), private).expect("the file is ours");
    }
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    let number = RUNS.fetch_add(1, Ordering::Relaxed).to_string();
    let words: Vec<String> =
        transfer.line.iter().map(|word| word.replace("RUN", &number)).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut run = room.of(DIAL, &words).env("LD_PRELOAD", shim).env("TORTURE_TRACE", TRACE);
    if let Some(fault) = fault {
        let (call, way) = (fault.call.to_string(), fault.way.to_string());
        run = run.env("TORTURE_CALL", call).env("TORTURE_FAULT", way);
    }
    (run.run(), room)
}

/// What lies in the room, the trace aside. A folder is a name without bytes.
fn files(room: &Room) -> Files {
    let names = room.names().into_iter().chain([SUB_OUT.to_owned()]);
    let file = |name: String| {
        let bytes = room.get(&name);
        bytes.or_else(|| room.at(&name).is_dir().then(Vec::new)).map(|bytes| (name, bytes))
    };
    names.filter(|name| name != TRACE).filter_map(file).collect()
}

/// What has to hold of every run, whatever has failed in it.
fn verdict(output: &Output, files: &Files, right: &Right) -> Result<(), String> {
    if output.timed_out {
        return Err("no end in sight".into());
    }
    let Some(code) = output.code else { return Err(format!("ended by {}", output.status)) };
    if output.errors().contains("panicked") {
        return Err("a panic".into());
    }
    if output.peak_rss_bytes >= MAX_RSS_BYTES {
        return Err(format!("{} bytes resident", output.peak_rss_bytes));
    }
    if code == 0 {
        // A jar that cannot be read or written is told, and is no failure, as with curl.
        let is_jar_kept = output.errors().starts_with("Warning: ") && *files == right.before;
        let is_right = (*files == right.after || is_jar_kept) && output.stdout == right.stdout;
        return is_right.then_some(()).ok_or("success with wrong bytes".into());
    }
    if !right.stdout.starts_with(&output.stdout) {
        return Err(format!("exit {code} with wrong bytes on stdout"));
    }
    match files.iter().find(|file| !is_sound(file, right)) {
        Some((name, bytes)) => Err(format!("exit {code} with {} bytes in {name}", bytes.len())),
        None => Ok(()),
    }
}

/// Whether a file is as before, or as it should be, or, where it is the document, the beginning of
/// that and no less than there was.
fn is_sound((name, bytes): &(String, Vec<u8>), right: &Right) -> bool {
    let in_list = |files: &Files| files.iter().find(|(n, _)| n == name).map(|(_, b)| b.clone());
    let (before, after) = (in_list(&right.before), in_list(&right.after));
    let is_whole = Some(bytes) == before.as_ref() || Some(bytes) == after.as_ref();
    let is_begun = (name.starts_with("out") || ["head", SUB_OUT].contains(&&**name))
        && after.is_some_and(|after| after.starts_with(bytes))
        && bytes.starts_with(&before.unwrap_or_default());
    is_whole || is_begun
}

//! A room of its own for every run of the command: an empty directory that is its home too, a
//! clean environment, a deadline, and a look at what it left behind.
// Every test file uses a part of it.
#![allow(dead_code)]

pub(crate) mod faults;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use landline_testkit::process::{Output, Run, TempDir, temp_dir};

/// No run may take longer, on however busy a machine.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

/// The ceiling of promise 3 (FAULTS.md).
pub(crate) const MAX_RSS_BYTES: u64 = 64 << 20;

pub(crate) const DIAL: &str = env!("CARGO_BIN_EXE_dial");

/// A directory in which the command runs.
pub(crate) struct Room(TempDir);

impl Room {
    pub(crate) fn new() -> Room {
        Room(temp_dir())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Returns the whole path of a file here.
    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub(crate) fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.at(name), bytes).expect("the room can be written to");
    }

    /// Returns what is in a file; nothing when there is none.
    pub(crate) fn get(&self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.at(name)).ok()
    }

    /// Returns the names of all that lies here, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path()).expect("the room is there");
        let name = |entry: std::io::Result<fs::DirEntry>| {
            entry.expect("an entry").file_name().to_string_lossy().into_owned()
        };
        let mut names: Vec<String> = entries.map(name).collect();
        names.sort();
        names
    }

    /// Describes a run of a program here.
    pub(crate) fn of(&self, program: &str, arguments: &[&str]) -> Run {
        Run::new(program).args(arguments.iter().copied()).dir(self.path()).deadline(DEADLINE)
    }

    /// Describes a run of the command.
    pub(crate) fn dial(&self, arguments: &[&str]) -> Run {
        self.of(DIAL, arguments)
    }

    /// Runs the command.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        sound(self.dial(arguments).run())
    }
}

/// Runs the command in a room that nobody looks into afterwards.
pub(crate) fn run(arguments: &[&str]) -> Output {
    Room::new().run(arguments)
}

/// What holds for every run: it ends by itself, with a code and without a panic, in little memory.
pub(crate) fn sound(output: Output) -> Output {
    let errors = output.errors();
    assert!(!output.timed_out, "no end in sight after {:?}: {errors}", output.took);
    assert!(!errors.contains("panicked at"), "{errors}");
    assert!(output.code.is_some(), "ended by {}: {errors}", output.status);
    assert!(output.peak_rss_bytes < MAX_RSS_BYTES, "{} bytes resident", output.peak_rss_bytes);
    output
}

/// Whether `errors` is one message with the number of the exit code, and nothing else.
pub(crate) fn is_one_message(errors: &str, code: i32) -> bool {
    let line = errors.strip_suffix('\n').unwrap_or_default();
    line.strip_prefix(&format!("dial: ({code}) ")).is_some_and(|text| !text.is_empty())
        && !line.chars().any(char::is_control)
}

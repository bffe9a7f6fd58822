//! Running a command as a test does: bounded in time, in a clean environment, with its peak
//! memory measured.
//!
//! ```
//! use landline_testkit::process::{self, Run};
//!
//! let dir = process::temp_dir();
//! let output = Run::new("/bin/sh").args(["-c", "cat; echo $PWD; exit 3"]).dir(dir.path()).stdin("in ").run();
//! assert_eq!((output.code, &*output.text()), (Some(3), &*format!("in {}\n", dir.path().display())));
//! assert!(!output.timed_out);
//! ```

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

pub use tempfile::TempDir;

/// How often a child is looked at. The peak only ever grows, so the last look counts.
const LOOK_EVERY: Duration = Duration::from_millis(1);

/// Makes a temporary directory that goes with the value.
pub fn temp_dir() -> TempDir {
    tempfile::Builder::new().prefix("landline-").tempdir().expect("a temporary directory")
}

/// A command to be run once.
///
/// Its environment is empty but for `PATH`, `HOME` (its directory), `LC_ALL=C`, `TZ=UTC` and
/// what is added, so that no `.curlrc`, `.netrc` or proxy of the machine can interfere.
#[derive(Debug)]
pub struct Run {
    command: Command,
    stdin: Vec<u8>,
    deadline: Duration,
}

/// What became of it.
#[derive(Clone, Debug)]
pub struct Output {
    /// The exit code; none when a signal ended it.
    pub code: Option<i32>,
    /// The whole status, signals included.
    pub status: ExitStatus,
    /// All of its standard output.
    pub stdout: Vec<u8>,
    /// All of its standard error.
    pub stderr: Vec<u8>,
    /// Its peak resident memory in bytes as last seen in `/proc`, where it is looked up every
    /// millisecond (on a busy machine less often): what it took in its last moment may be missed.
    /// 0 where there is no `/proc`.
    pub peak_rss_bytes: u64,
    /// How long it ran.
    pub took: Duration,
    /// Whether it was killed because the deadline had passed.
    pub timed_out: bool,
}

impl Run {
    /// Begins the description of a run, in the current directory, with 30 s at most.
    pub fn new(program: impl AsRef<OsStr>) -> Run {
        let mut command = Command::new(program);
        command.env_clear().env("LC_ALL", "C").env("TZ", "UTC");
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        Run { command, stdin: Vec::new(), deadline: Duration::from_secs(30) }
    }

    /// Adds arguments.
    #[must_use]
    pub fn args(mut self, arguments: impl IntoIterator<Item = impl Into<OsString>>) -> Run {
        self.command.args(arguments.into_iter().map(Into::into));
        self
    }

    /// Runs it in `dir`, which is its home too.
    #[must_use]
    pub fn dir(mut self, dir: impl AsRef<Path>) -> Run {
        self.command.current_dir(dir.as_ref()).env("HOME", dir.as_ref());
        self
    }

    /// Adds a variable to its environment.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Run {
        self.command.env(name, value);
        self
    }

    /// Gives it this to read; nothing unless told.
    #[must_use]
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Run {
        self.stdin = bytes.into();
        self
    }

    /// Kills it after this long.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Run {
        self.deadline = deadline;
        self
    }

    /// Starts it and hands over the child, its three pipes open: for signals, slow readers and
    /// the like. Unlike with [`Run::run`] nothing is bounded; dropping the child kills it.
    pub fn spawn(mut self) -> Running {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = self.command.spawn();
        Running(child.unwrap_or_else(|error| panic!("cannot run {:?}: {error}", self.command)))
    }

    /// Runs it to its end, or to the deadline.
    pub fn run(mut self) -> Output {
        let began = Instant::now();
        let (stdin, deadline) = (std::mem::take(&mut self.stdin), began + self.deadline);
        let mut running = self.spawn();
        let child = &mut running.0;
        let mut input = child.stdin.take().expect("it is piped");
        thread::spawn(move || {
            // A command need not read what it is given.
            let _ = input.write_all(&stdin);
        });
        let stdout = Collector::new(child.stdout.take().expect("it is piped"));
        let stderr = Collector::new(child.stderr.take().expect("it is piped"));
        let (status, peak_rss_bytes, timed_out) = watch(child, deadline);
        let took = began.elapsed();
        let (stdout, stderr) = (stdout.finish(), stderr.finish());
        let code = status.code();
        Output { code, status, stdout, stderr, peak_rss_bytes, took, timed_out }
    }
}

/// A child that is killed when dropped.
#[derive(Debug)]
pub struct Running(Child);

impl std::ops::Deref for Running {
    type Target = Child;

    fn deref(&self) -> &Child {
        &self.0
    }
}

impl std::ops::DerefMut for Running {
    fn deref_mut(&mut self) -> &mut Child {
        &mut self.0
    }
}

impl Running {
    /// Waits for the end, at most until `deadline` has passed: then it is killed.
    pub fn wait_at_most(&mut self, deadline: Duration) -> ExitStatus {
        watch(&mut self.0, Instant::now() + deadline).0
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A thread that reads a pipe to its end.
struct Collector {
    bytes: Arc<Mutex<Vec<u8>>>,
    ended: Receiver<()>,
}

impl Collector {
    fn new(mut pipe: impl Read + Send + 'static) -> Collector {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let (end, ended) = mpsc::channel::<()>();
        let shared = bytes.clone();
        thread::spawn(move || {
            let _end = end;
            let mut part = vec![0; 64 << 10];
            while let Ok(count @ 1..) = pipe.read(&mut part) {
                shared.lock().expect("nobody panics with it").extend_from_slice(&part[..count]);
            }
        });
        Collector { bytes, ended }
    }

    /// Returns what came. The pipe ends with the child, unless a child of the child holds it.
    fn finish(self) -> Vec<u8> {
        let _ = self.ended.recv_timeout(Duration::from_secs(1));
        std::mem::take(&mut *self.bytes.lock().expect("nobody panics with it"))
    }
}

/// Looks at the child until it ends: its status, its peak memory, whether it had to be killed.
fn watch(child: &mut Child, deadline: Instant) -> (ExitStatus, u64, bool) {
    let status_file = format!("/proc/{}/status", child.id());
    let our_name = fs::read_to_string("/proc/thread-self/comm").unwrap_or_default();
    let mut peak = 0;
    let mut timed_out = false;
    loop {
        if let Some(status) = child.try_wait().expect("the child is ours") {
            return (status, peak, timed_out);
        }
        peak = peak.max(peak_rss_bytes(&status_file, our_name.trim_end()));
        if Instant::now() >= deadline && !timed_out {
            timed_out = true;
            let _ = child.kill();
        }
        thread::sleep(LOOK_EVERY);
    }
}

/// Reads `VmHWM: N kB`; 0 when the process has gone or there is no `/proc`. Linux lets us go on a moment
/// before the child has left our memory for its own; until then it has our name too.
fn peak_rss_bytes(status_file: &str, our_name: &str) -> u64 {
    let Ok(status) = fs::read_to_string(status_file) else { return 0 };
    let name = status.lines().find_map(|line| line.strip_prefix("Name:"));
    if name.is_none_or(|name| name.trim_start() == our_name) {
        return 0;
    }
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    number.unwrap_or(0) * 1024
}

impl Output {
    /// Returns standard output as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Returns standard error as text.
    pub fn errors(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }

    /// Returns the exit code, or panics with all that is known when there is none.
    pub fn exit(&self) -> i32 {
        match (self.code, self.timed_out) {
            (Some(code), false) => code,
            _ => panic!(
                "ended by {} after {:?} (deadline passed: {})\nstderr: {}",
                self.status,
                self.took,
                self.timed_out,
                self.errors()
            ),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Run {
        Run::new("/bin/sh").args(["-c", script])
    }

    #[test]
    fn output_code_and_input_arrive() {
        let large = "x".repeat(1 << 20);
        let output = shell("cat; echo sorry >&2; exit 7").stdin(large.clone()).run();
        assert!(output.text() == large && output.errors() == "sorry\n" && output.exit() == 7);
    }

    #[test]
    fn the_deadline_kills() {
        let output = shell("echo begun; exec sleep 60").deadline(Duration::from_millis(100)).run();
        assert!(output.timed_out && output.code.is_none() && output.text() == "begun\n");
        assert!(output.took < Duration::from_secs(30));
    }

    #[test]
    fn the_environment_is_clean() {
        let dir = temp_dir();
        let output = shell("env").dir(dir.path()).env("EXTRA", "1").run();
        let text = output.text();
        let names: Vec<&str> = text.lines().filter_map(|line| line.split('=').next()).collect();
        for name in &names {
            let known = ["PATH", "HOME", "LC_ALL", "TZ", "EXTRA", "PWD", "OLDPWD", "_", "SHLVL"];
            assert!(known.contains(name), "{name}");
        }
        assert!(
            text.contains(&format!("HOME={}", dir.path().display())) && text.contains("EXTRA=1")
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn peak_memory_is_seen() {
        let small = shell("sleep 0.05").run().peak_rss_bytes;
        assert!(small > 100_000 && small < 20_000_000, "{small}");
        // Holds its memory until it is told to go, so that we are sure to look in time.
        let script = "x=$(head -c 30000000 /dev/zero | tr '\\0' x); echo ready; read line";
        let mut large = shell(script).spawn();
        large.stdout.as_mut().unwrap().read_exact(&mut [0; 6]).unwrap();
        let peak = peak_rss_bytes(&format!("/proc/{}/status", large.id()), "");
        assert!(peak > 30_000_000, "{peak}");
    }

    #[test]
    fn a_running_child_dies_with_its_value() {
        let running = shell("exec sleep 60").spawn();
        let id = running.id();
        drop(running);
        assert!(!Path::new(&format!("/proc/{id}")).exists());
    }
}

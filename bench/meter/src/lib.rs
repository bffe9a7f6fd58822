//! What every measured program shares: a stopwatch over wall and CPU time, and pinning to a core.
//!
//! Results leave a program as one line on standard output, `loop WALL_NS CPU_NS RUNS`; the driver
//! reads it.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use nix::sched::{CpuSet, sched_setaffinity};
use nix::sys::resource::{Usage, UsageWho, getrusage};
use nix::sys::time::TimeVal;
use nix::unistd::Pid;

/// Wall and CPU time of this process since it was started.
#[derive(Debug)]
pub struct Stopwatch {
    wall: Instant,
    cpu: Duration,
}

impl Stopwatch {
    pub fn start() -> io::Result<Self> {
        Ok(Self { cpu: cpu_time(&getrusage(UsageWho::RUSAGE_SELF)?), wall: Instant::now() })
    }

    /// Prints how long `runs` runs took.
    pub fn report(self, runs: u32) -> io::Result<()> {
        let wall = self.wall.elapsed();
        let cpu = cpu_time(&getrusage(UsageWho::RUSAGE_SELF)?) - self.cpu;
        println!("loop {} {} {runs}", wall.as_nanos(), cpu.as_nanos());
        Ok(())
    }
}

/// User and system time together.
pub fn cpu_time(usage: &Usage) -> Duration {
    duration(usage.user_time()) + duration(usage.system_time())
}

fn duration(time: TimeVal) -> Duration {
    let micros = time.tv_sec() * 1_000_000 + time.tv_usec();
    Duration::from_micros(u64::try_from(micros).unwrap_or(0))
}

/// Standard output without the line buffer that the standard library puts around it.
pub fn stdout() -> io::Result<File> {
    Ok(File::from(io::stdout().as_fd().try_clone_to_owned()?))
}

/// Keeps this process, and all it starts, on one core.
pub fn pin(core: usize) -> io::Result<()> {
    let mut set = CpuSet::new();
    set.set(core)?;
    sched_setaffinity(Pid::from_raw(0), &set)?;
    Ok(())
}

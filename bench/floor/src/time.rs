//! Runs one program and tells what it took.

use std::io::{self, Read};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// What is told for a program that had to be ended.
const TIMED_OUT: i32 = 124;

struct Options<'a> {
    core: Option<usize>,
    keeps_output: bool,
    until_first_byte: bool,
    limit: Duration,
    program: &'a str,
    args: &'a [&'a str],
}

pub(crate) fn run(args: &[&str]) -> io::Result<()> {
    let options = parse(args)?;
    if let Some(core) = options.core {
        meter::pin(core)?;
    }
    let started = Instant::now();
    let mut child = start(&options)?;
    let pid = Pid::from_raw(i32::try_from(child.id()).map_err(io::Error::other)?);
    std::thread::spawn(move || {
        std::thread::sleep(options.limit);
        // The child has not been waited for yet, or this process would be gone: the id is its own.
        let _ = kill(pid, Signal::SIGKILL);
    });
    let first = if options.until_first_byte { first_byte(&mut child, started)? } else { None };
    let status = child.wait()?;
    let wall = first.unwrap_or_else(|| started.elapsed());
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let cpu = meter::cpu_time(&usage);
    let exit = if first.is_some() { 0 } else { status.code().unwrap_or(TIMED_OUT) };
    println!("time {} {} {} {exit}", wall.as_nanos(), cpu.as_nanos(), usage.max_rss());
    Ok(())
}

fn start(options: &Options<'_>) -> io::Result<Child> {
    let output = match (options.until_first_byte, options.keeps_output) {
        (true, _) => Stdio::piped(),
        (false, true) => Stdio::inherit(),
        (false, false) => Stdio::null(),
    };
    let mut command = Command::new(options.program);
    command.args(options.args).stdin(Stdio::null()).stdout(output).stderr(Stdio::null());
    command.spawn()
}

/// How long the first byte took; the child is ended then.
fn first_byte(child: &mut Child, started: Instant) -> io::Result<Option<Duration>> {
    let Some(output) = &mut child.stdout else { return Ok(None) };
    if output.read(&mut [0])? == 0 {
        return Ok(None);
    }
    let wall = started.elapsed();
    child.kill()?;
    Ok(Some(wall))
}

fn parse<'a>(mut args: &'a [&'a str]) -> io::Result<Options<'a>> {
    let (mut core, mut keeps_output, mut until_first_byte) = (None, false, false);
    let mut limit = Duration::from_secs(60);
    loop {
        match args {
            ["-c", number, rest @ ..] => {
                core = Some(crate::number(number)? as usize);
                args = rest;
            }
            ["-l", seconds, rest @ ..] => {
                limit = Duration::from_secs(crate::number(seconds)?.into());
                args = rest;
            }
            ["-k", rest @ ..] => {
                keeps_output = true;
                args = rest;
            }
            ["-f", rest @ ..] => {
                until_first_byte = true;
                args = rest;
            }
            [program, args @ ..] => {
                return Ok(Options { core, keeps_output, until_first_byte, limit, program, args });
            }
            [] => return Err(io::Error::other("time: no program")),
        }
    }
}

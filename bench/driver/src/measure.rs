//! Interleaved rounds: every contestant once, then every contestant again.

use std::io;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::options::Options;
use crate::rows::{Mode, Row};
use crate::scene::Scene;

/// A row stops after so long, whatever its number of rounds.
const ROW_LIMIT: Duration = Duration::from_secs(120);
const COMMAND_LIMIT_SECONDS: &str = "30";

/// What one run of one command took.
#[derive(Clone, Copy, Debug)]
struct Sample {
    wall_ns: f64,
    cpu_ns: f64,
    peak_kib: f64,
}

/// All runs of one contestant.
pub(crate) struct Contestant {
    pub(crate) name: &'static str,
    /// Why it was left out; one failure is enough.
    pub(crate) failure: Option<String>,
    command: Vec<String>,
    samples: Vec<Sample>,
}

pub(crate) fn row(row: &Row, scene: &Scene, options: &Options) -> io::Result<Vec<Contestant>> {
    let mut contestants: Vec<_> = row
        .contestants
        .iter()
        .map(|(name, template)| Contestant {
            name,
            failure: None,
            command: scene.command(template),
            samples: Vec::new(),
        })
        .collect();
    let started = Instant::now();
    for round in 0..options.rounds(row.rounds) {
        // Nobody always runs first, or always behind the same other.
        let len = contestants.len();
        for at in 0..len {
            contestants[(at + round) % len].run(row.mode, scene)?;
        }
        if started.elapsed() > ROW_LIMIT {
            break;
        }
    }
    Ok(contestants)
}

impl Contestant {
    fn run(&mut self, mode: Mode, scene: &Scene) -> io::Result<()> {
        if self.failure.is_some() {
            return Ok(());
        }
        scene.tidy();
        match sample(&self.command, mode, scene)? {
            Ok(sample) => self.samples.push(sample),
            Err(failure) => self.failure = Some(failure),
        }
        Ok(())
    }

    pub(crate) fn is_ours(&self) -> bool {
        ["dial", "landline", "floor"].iter().any(|ours| self.name.starts_with(ours))
    }

    pub(crate) fn rounds(&self) -> usize {
        self.samples.len()
    }

    /// The best wall time, in nanoseconds.
    pub(crate) fn wall(&self) -> Option<f64> {
        self.sorted(|sample| sample.wall_ns).first().copied()
    }

    pub(crate) fn median_wall(&self) -> Option<f64> {
        let walls = self.sorted(|sample| sample.wall_ns);
        walls.get(walls.len() / 2).copied()
    }

    /// The best CPU time, user and system, in nanoseconds.
    pub(crate) fn cpu(&self) -> Option<f64> {
        self.sorted(|sample| sample.cpu_ns).first().copied()
    }

    /// The worst peak of memory, in MB.
    pub(crate) fn peak(&self) -> Option<f64> {
        self.sorted(|sample| sample.peak_kib).last().map(|kib| kib * 1024.0 / 1e6)
    }

    fn sorted(&self, of: impl Fn(&Sample) -> f64) -> Vec<f64> {
        let mut values: Vec<f64> = self.samples.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values
    }
}

/// Runs the command under `floor time`; the inner error says how it failed.
fn sample(command: &[String], mode: Mode, scene: &Scene) -> io::Result<Result<Sample, String>> {
    let mut timed = Command::new(&scene.floor);
    timed.args(["time", "-l", COMMAND_LIMIT_SECONDS]);
    if scene.is_pinned {
        timed.args(["-c", "0"]);
    }
    match mode {
        Mode::Whole => {}
        Mode::Loop => _ = timed.arg("-k"),
        Mode::FirstByte => _ = timed.arg("-f"),
    }
    timed.args(command).current_dir(&scene.dir);
    timed.env_clear().env("HOME", &scene.dir).env("LC_ALL", "C");
    timed.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    let output = String::from_utf8_lossy(&timed.output()?.stdout).into_owned();
    Ok(read(&output, mode))
}

fn read(output: &str, mode: Mode) -> Result<Sample, String> {
    let numbers = |word: &str| -> Option<Vec<f64>> {
        let line = output.lines().find_map(|line| line.strip_prefix(word))?;
        line.split_whitespace().map(|number| number.parse().ok()).collect()
    };
    let Some([wall_ns, cpu_ns, peak_kib, exit]) = numbers("time ").as_deref().and_then(four) else {
        return Err("not installed".to_owned());
    };
    if exit != 0.0 {
        return Err(format!("failed, exit {exit}"));
    }
    if mode != Mode::Loop {
        return Ok(Sample { wall_ns, cpu_ns, peak_kib });
    }
    match numbers("loop ").as_deref() {
        Some([wall, cpu, runs]) => {
            Ok(Sample { wall_ns: wall / runs, cpu_ns: cpu / runs, peak_kib })
        }
        _ => Err("told no times".to_owned()),
    }
}

fn four(numbers: &[f64]) -> Option<[f64; 4]> {
    numbers.try_into().ok()
}

//! Compares Landline with other tools, side by side: the program behind `bench/run`.
//!
//! rows (`rows.rs`, a table of command lines) → interleaved rounds (`measure.rs`), each command
//! started by `floor time` → the best of each (`table.rs`) → goals checked → standard output and,
//! on demand, BENCHMARKS.md.

mod goals;
mod machine;
mod measure;
mod options;
mod rows;
mod scene;
mod table;
mod write;

use std::io;
use std::process::ExitCode;

use options::Options;
use scene::Scene;

fn main() -> ExitCode {
    let done = Options::parse(std::env::args().skip(1)).and_then(|options| run(&options));
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::from(2)
        }
    }
}

/// Measures the rows that were asked for; false when a command of ours failed in one of them.
fn run(options: &Options) -> io::Result<bool> {
    if options.help {
        print!("{}", options::HELP);
        return Ok(true);
    }
    let scene = Scene::set_up(options)?;
    let mut report = machine::description(options)?;
    println!("{report}");
    let mut ours_worked = true;
    for row in rows::ROWS.iter().filter(|row| options.wants(row.name)) {
        let results = measure::row(row, &scene, options)?;
        ours_worked &= !results.iter().any(|one| one.is_ours() && one.failure.is_some());
        let mut text = table::render(row, &results);
        if !options.quick {
            text += &goals::check(row, &results);
        }
        println!("{text}");
        report += &text;
        report.push('\n');
    }
    if options.write {
        write::into_benchmarks(&report)?;
    }
    Ok(ours_worked)
}

//! One table per row, in Markdown that reads well in a terminal too.

use std::fmt::Write;

use crate::measure::Contestant;
use crate::rows::{Mode, Row};

const NOTHING: &str = "–";

pub(crate) fn render(row: &Row, results: &[Contestant]) -> String {
    let rounds = results.iter().map(Contestant::rounds).max().unwrap_or(0);
    let unit = if row.mode == Mode::Loop { "µs" } else { "ms" };
    let mut text = format!("### {}\n\n", row.title);
    let mut lines = vec![[
        format!("`{}`, rounds: {rounds}", row.name),
        format!("wall {unit}"),
        "median".to_owned(),
        format!("CPU {unit}"),
        "peak MB".to_owned(),
        "÷ floor".to_owned(),
        "CPU ÷ floor".to_owned(),
        format!("÷ {}", row.reference),
        format!("CPU ÷ {}", row.reference),
    ]];
    lines.extend(results.iter().map(|one| cells(one, row, results)));
    let widths: Vec<usize> = (0..lines[0].len())
        .map(|column| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0))
        .collect();
    for (number, line) in lines.iter().enumerate() {
        push_line(&mut text, line, &widths);
        if number == 0 {
            push_rule(&mut text, &widths);
        }
    }
    text.push('\n');
    text
}

fn cells(one: &Contestant, row: &Row, results: &[Contestant]) -> [String; 9] {
    let name = match &one.failure {
        Some(failure) => format!("{} ({failure})", one.name),
        None => one.name.to_owned(),
    };
    let scale = if row.mode == Mode::Loop { 1e3 } else { 1e6 };
    let time = |ns: Option<f64>| shown(ns.map(|ns| ns / scale));
    let other = |name: &str| results.iter().find(|one| one.name == name);
    let ratio = |to: &str, of: fn(&Contestant) -> Option<f64>| {
        let (own, theirs) = (of(one)?, of(other(to)?)?);
        Some(own / theirs).filter(|_| one.failure.is_none())
    };
    let whole = [
        name,
        time(one.wall()),
        time(one.median_wall()),
        time(one.cpu()),
        shown(one.peak()),
        shown(ratio("floor", Contestant::wall)),
        shown(ratio("floor", Contestant::cpu)),
        shown(ratio(row.reference, Contestant::wall)),
        shown(ratio(row.reference, Contestant::cpu)),
    ];
    if row.mode == Mode::FirstByte { without_ends(whole) } else { whole }
}

/// A command that is ended at its first byte has no CPU time or memory worth telling.
fn without_ends(mut cells: [String; 9]) -> [String; 9] {
    for column in [3, 4, 6, 8] {
        cells[column] = NOTHING.to_owned();
    }
    cells
}

fn shown(value: Option<f64>) -> String {
    match value {
        Some(value) if value < 10.0 => format!("{value:.2}"),
        Some(value) if value < 100.0 => format!("{value:.1}"),
        Some(value) => format!("{value:.0}"),
        None => NOTHING.to_owned(),
    }
}

fn push_line(text: &mut String, line: &[String], widths: &[usize]) {
    for (column, (cell, width)) in line.iter().zip(widths).enumerate() {
        // Writing to a string cannot fail.
        let _ = match column {
            0 => write!(text, "| {cell:<width$} "),
            _ => write!(text, "| {cell:>width$} "),
        };
    }
    text.push_str("|\n");
}

fn push_rule(text: &mut String, widths: &[usize]) {
    for (column, width) in widths.iter().enumerate() {
        let (dashes, end) = ("-".repeat(width + 1), if column == 0 { "-" } else { ":" });
        text.push('|');
        text.push_str(&dashes);
        text.push_str(end);
    }
    text.push_str("|\n");
}

//! The budgets of DESIGN.md, checked against what was measured.

use std::fmt::Write;

use crate::measure::Contestant;
use crate::rows::Row;

/// Who, in what, against what.
pub(crate) struct Goal(pub(crate) &'static str, pub(crate) Metric, pub(crate) Than);

#[derive(Clone, Copy, Debug)]
pub(crate) enum Metric {
    Wall,
    Cpu,
    Peak,
}

pub(crate) enum Than {
    /// At most so many times what another contestant needs.
    Times(f64, &'static str),
    /// Less than any of these.
    BelowAll(&'static [&'static str]),
    /// At most so many milliseconds or megabytes.
    AtMost(f64),
}

impl Metric {
    fn of(self, contestant: &Contestant) -> Option<f64> {
        match self {
            Metric::Wall => contestant.wall(),
            Metric::Cpu => contestant.cpu(),
            Metric::Peak => contestant.peak(),
        }
    }

    fn word(self) -> &'static str {
        match self {
            Metric::Wall => "wall time",
            Metric::Cpu => "CPU time",
            Metric::Peak => "peak memory",
        }
    }
}

/// One line per goal of the row that could be judged.
pub(crate) fn check(row: &Row, results: &[Contestant]) -> String {
    let mut text = String::new();
    for Goal(who, metric, than) in row.goals {
        let value = |name: &str| {
            let found = results.iter().find(|one| one.name == name && one.failure.is_none());
            found.and_then(|one| metric.of(one))
        };
        if let Some((goal, is, met)) = value(who).and_then(|own| judge(own, *metric, than, value)) {
            let verdict = if met { "met" } else { "MISSED" };
            // Writing to a string cannot fail.
            let _ = writeln!(text, "- {verdict}: {who}, {}: goal {goal}, is {is}", metric.word());
        }
    }
    text
}

fn judge(
    own: f64,
    metric: Metric,
    than: &Than,
    value: impl Fn(&str) -> Option<f64>,
) -> Option<(String, String, bool)> {
    match than {
        Than::Times(factor, other) => {
            let ratio = own / value(other)?;
            Some((format!("≤ {factor} × {other}"), format!("{ratio:.2}"), ratio <= *factor))
        }
        Than::BelowAll(others) => {
            let best = others.iter().filter_map(|name| Some((value(name)?, *name)));
            let (best, name) = best.min_by(|a, b| a.0.total_cmp(&b.0))?;
            let is = format!("{:.2} × {name}, the best of them", own / best);
            Some(("ahead of all rivals".to_owned(), is, own < best))
        }
        Than::AtMost(most) => {
            let (own, unit) = match metric {
                Metric::Peak => (own, "MB"),
                Metric::Wall | Metric::Cpu => (own / 1e6, "ms"),
            };
            Some((format!("≤ {most} {unit}"), format!("{own:.1} {unit}"), own <= *most))
        }
    }
}

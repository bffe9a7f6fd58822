//! The columns of the meter, as curl has had them since 1999.

use std::time::Duration;

use super::Counts;

pub(super) const HEADER: &str = "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n";

const KILO: u64 = 1 << 10;
const MEGA: u64 = 1 << 20;
const GIGA: u64 = 1 << 30;
const TERA: u64 = 1 << 40;
const PETA: u64 = 1 << 50;

/// One line of the meter, from the beginning of the line on.
pub(super) fn line(counts: &Counts, spent: Duration, current: u64) -> String {
    // Lengths come from servers; their sums must not overflow.
    let expected = counts.to_receive.unwrap_or(counts.received);
    let expected = expected.saturating_add(counts.to_send.unwrap_or(counts.sent));
    let down = per_second(counts.received, spent);
    let up = per_second(counts.sent, spent);
    let total = estimate(counts.to_receive, down).max(estimate(counts.to_send, up));
    format!(
        "\r{:3} {}  {:3} {}  {:3} {}  {}  {} {} {} {} {}",
        percent(counts.received.saturating_add(counts.sent), Some(expected)),
        size(expected),
        percent(counts.received, counts.to_receive),
        size(counts.received),
        percent(counts.sent, counts.to_send),
        size(counts.sent),
        size(down),
        size(up),
        clock(total),
        clock(spent.as_secs()),
        clock(total.saturating_sub(spent.as_secs())),
        size(current),
    )
}

/// The line of all transfers that run side by side, from its beginning on; `counted` are those begun
/// and those that run.
pub(super) fn of_all(
    counts: &Counts,
    counted: (u64, u64),
    spent: Duration,
    current: u64,
) -> String {
    let share = |done: u64, total: Option<u64>| match total {
        Some(1..) => format!("{:3}", percent(done, total)),
        _ => "-- ".to_owned(),
    };
    let total = estimate(counts.to_receive, current);
    let left = counts.to_receive.map(|total| total.saturating_sub(counts.received));
    format!(
        "\r{} {} {} {} {:5} {:5}  {} {} {} {}     ",
        share(counts.received, counts.to_receive),
        share(counts.sent, counts.to_send),
        size(counts.received),
        size(counts.sent),
        counted.0,
        counted.1,
        clock(total),
        clock(spent.as_secs()),
        clock(estimate(left, current)),
        size(current),
    )
}

pub(super) fn per_second(bytes: u64, time: Duration) -> u64 {
    let millis = time.as_millis().max(1);
    u64::try_from(u128::from(bytes) * 1000 / millis).unwrap_or(u64::MAX)
}

fn percent(done: u64, total: Option<u64>) -> u64 {
    match total {
        Some(total) if total > 0 => {
            u64::try_from(u128::from(done) * 100 / u128::from(total)).unwrap_or(u64::MAX).min(100)
        }
        _ => 0,
    }
}

/// Seconds the whole will take; 0 where that is not known.
fn estimate(total: Option<u64>, speed: u64) -> u64 {
    total.and_then(|total| total.checked_div(speed)).unwrap_or(0)
}

/// Five columns: `12345`, `1234k`, `12.3M`.
fn size(bytes: u64) -> String {
    let tenths = |unit: u64| bytes % unit / (unit / 10);
    match bytes {
        0..100_000 => format!("{bytes:5}"),
        _ if bytes < 10_000 * KILO => format!("{:4}k", bytes / KILO),
        _ if bytes < 100 * MEGA => format!("{:2}.{}M", bytes / MEGA, tenths(MEGA).min(9)),
        _ if bytes < 10_000 * MEGA => format!("{:4}M", bytes / MEGA),
        _ if bytes < 100 * GIGA => format!("{:2}.{}G", bytes / GIGA, tenths(GIGA).min(9)),
        _ if bytes < 10_000 * GIGA => format!("{:4}G", bytes / GIGA),
        _ if bytes < 10_000 * TERA => format!("{:4}T", bytes / TERA),
        _ => format!("{:4}P", bytes / PETA),
    }
}

/// Eight columns: ` 0:01:05`, ` 1d 02h`, `--:--:--` for none.
fn clock(seconds: u64) -> String {
    let (hours, days) = (seconds / 3600, seconds / 86_400);
    match seconds {
        0 => "--:--:--".to_owned(),
        _ if hours <= 99 => format!("{hours:2}:{:02}:{:02}", seconds / 60 % 60, seconds % 60),
        _ if days <= 999 => format!("{days:3}d {:02}h", hours % 24),
        _ => format!("{days:7}d"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_take_five_columns() {
        for (bytes, shown) in [
            (0, "    0"),
            (99_999, "99999"),
            (100_000, "  97k"),
            (3_000_000, "2929k"),
            (10_240_000, " 9.7M"),
            (100 * MEGA - 1, "99.9M"),
            (100 * MEGA, " 100M"),
            (10_000 * MEGA, " 9.7G"),
            (100 * GIGA, " 100G"),
            (10_000 * GIGA, "   9T"),
            (10_000 * TERA, "   9P"),
            (u64::MAX, "16383P"),
        ] {
            assert_eq!(size(bytes), shown);
        }
    }

    #[test]
    fn times_take_eight_columns() {
        for (seconds, shown) in [
            (0, "--:--:--"),
            (1, " 0:00:01"),
            (65, " 0:01:05"),
            (359_999, "99:59:59"),
            (360_000, "  4d 04h"),
            (1000 * 86_400, "   1000d"),
        ] {
            assert_eq!(clock(seconds), shown);
        }
    }

    #[test]
    fn the_line_of_all_has_curls_columns() {
        let none = of_all(&Counts::default(), (2, 2), Duration::ZERO, 0);
        let shown = "\r--  --      0     0     2     2  --:--:-- --:--:-- --:--:--     0     ";
        assert_eq!(none, shown);
        let counts = Counts { received: 4, to_receive: Some(10), ..Counts::default() };
        let shown = "\r 40 --      4     0     2     1   0:00:10  0:00:02  0:00:06     1     ";
        assert_eq!(of_all(&counts, (2, 1), Duration::from_secs(2), 1), shown);
    }

    #[test]
    fn lines_have_curls_columns() {
        let none = Counts::default();
        assert_eq!(
            line(&none, Duration::ZERO, 0),
            "\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0"
        );
        let counts = Counts {
            received: 65_536,
            to_receive: Some(3_000_000),
            sent: 10,
            to_send: Some(10),
            before: 0,
        };
        assert_eq!(
            line(&counts, Duration::from_secs(2), 5000),
            "\r  2 2929k    2 65536  100    10  32768      5  0:01:31  0:00:02  0:01:29  5000"
        );
        let most = Some(u64::MAX);
        let huge = Counts { received: 9, to_receive: most, sent: 9, to_send: most, before: 0 };
        assert!(line(&huge, Duration::from_secs(1), u64::MAX).len() < 100);
        let unknown = Counts { received: 500, ..Counts::default() };
        assert_eq!(
            line(&unknown, Duration::from_secs(5), 100),
            "\r100   500    0   500    0     0    100      0 --:--:--  0:00:05 --:--:--   100"
        );
    }
}

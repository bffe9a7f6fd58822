use std::time::Duration;

use super::super::{Category, Flag, Value, values};
use super::{store, switch};

pub(super) static FLAGS: &[Flag] = &[
    Flag {
        long: "connect-timeout",
        short: None,
        value: Value::One("seconds"),
        category: Category::Transfer,
        help: "The longest time to get connected",
        doc: "Limits name lookup, connecting and TLS together, and the login of FTP, mail and news, for each \
              connection made. \
              Fractions are allowed: 2.5. The exit code is 28.",
        update: Some(|low, given| {
            low.group.timeouts.connect = values::limit(given.seconds()?);
            Ok(())
        }),
    },
    Flag {
        long: "expect100-timeout",
        short: None,
        value: Value::One("seconds"),
        category: Category::Transfer,
        help: "How long to wait for 100 Continue",
        doc: "How long a large body waits for the server's 100 Continue before it is sent \
              without one. The default is 1 second.",
        update: store!(group.timeouts.expect_continue = seconds),
    },
    Flag {
        long: "limit-rate",
        short: None,
        value: Value::One("speed"),
        category: Category::Transfer,
        help: "Limit the speed",
        doc: "The most bytes per second that each transfer takes, in each direction; K, M, G and T \
              may follow the number, and 0 is no limit. Local files and TFTP have none.",
        update: Some(|low, given| {
            low.group.timeouts.rate = Some(given.size()?).filter(|&rate| rate > 0);
            Ok(())
        }),
    },
    Flag {
        long: "max-filesize",
        short: None,
        value: Value::One("bytes"),
        category: Category::Transfer,
        help: "The largest document to read",
        doc: "Ends with exit code 63 when the document is larger, as soon as this is known. K, \
              M and G may follow the number.",
        update: store!(group.max_filesize = size),
    },
    Flag {
        long: "max-time",
        short: Some('m'),
        value: Value::One("seconds"),
        category: Category::Transfer,
        help: "The longest time for the transfer",
        doc: "Limits each transfer from its beginning to its end. Fractions are allowed. The \
              exit code is 28.",
        update: Some(|low, given| {
            low.group.timeouts.total = values::limit(given.seconds()?);
            Ok(())
        }),
    },
    Flag {
        long: "parallel",
        short: Some('Z'),
        value: Value::Switch,
        category: Category::Transfer,
        help: "Transfer in parallel",
        doc: "Runs the transfers of the command line side by side, 50 at once unless \
              --parallel-max says otherwise. Lines that several of them write to stdout stay \
              whole. With -# each has a bar of its own. The exit code is that of the last one that \
              failed.",
        update: switch!(global.parallel),
    },
    Flag {
        long: "parallel-immediate",
        short: None,
        value: Value::Switch,
        category: Category::Transfer,
        help: "With -Z: do not wait for multiplexing",
        doc: "Has each transfer connect at once, where otherwise it waits, up to a second, whether \
              a connection that is being made can carry it too (HTTP/2).",
        update: switch!(global.parallel_immediate),
    },
    Flag {
        long: "parallel-max",
        short: None,
        value: Value::One("num"),
        category: Category::Transfer,
        help: "With -Z: at most this many at once",
        doc: "From 1 to 65535; with any other number it is 50, as without this option.",
        update: Some(|low, given| {
            low.global.parallel_max = values::crowd(given.number()?);
            Ok(())
        }),
    },
    Flag {
        long: "parallel-max-host",
        short: None,
        value: Value::One("num"),
        category: Category::Transfer,
        help: "With -Z: at most this many connections to a host",
        doc: "From 1 to 65535, over HTTP; with any other number there is no such limit, as without \
              this option. The transfers of one HTTP/2 connection count once. Who waits for a \
              connection is bounded by -m alone.",
        update: Some(|low, given| {
            low.global.parallel_max_host = values::crowd(given.number()?);
            Ok(())
        }),
    },
    Flag {
        long: "rate",
        short: None,
        value: Value::One("rate"),
        category: Category::Transfer,
        help: "Limit how often transfers begin",
        doc: "So many transfers begin in a second (2/s), minute (/m), hour (/h, also without a \
              unit) or day (/d). Retries have waits of their own, and --parallel knows no rate.",
        update: Some(|low, given| {
            low.global.interval = Some(values::interval(given.text()?)?);
            Ok(())
        }),
    },
    Flag {
        long: "retry",
        short: None,
        value: Value::One("num"),
        category: Category::Transfer,
        help: "Try again after a passing error",
        doc: "Tries again that many times after a time-out, a name that cannot be found now, or \
              an HTTP status 408, 429, 500, 502, 503, 504, 522 or 524. Waits one second, then \
              twice as long each time up to ten minutes, or as long as the server says in \
              Retry-After.",
        update: Some(|low, given| {
            low.group.retry.times = given.number()?;
            Ok(())
        }),
    },
    Flag {
        long: "retry-all-errors",
        short: None,
        value: Value::Switch,
        category: Category::Transfer,
        help: "With --retry: after every error",
        doc: "Makes --retry try again after any error at all. What was written to stdout before \
              the error has been written.",
        update: switch!(group.retry.all_errors),
    },
    Flag {
        long: "retry-connrefused",
        short: None,
        value: Value::Switch,
        category: Category::Transfer,
        help: "With --retry: after a refused connection",
        doc: "Makes --retry take a refused connection for a passing error.",
        update: switch!(group.retry.connection_refused),
    },
    Flag {
        long: "retry-delay",
        short: None,
        value: Value::One("seconds"),
        category: Category::Transfer,
        help: "With --retry: wait this long each time",
        doc: "Waits the same time before each new try. 0 is the usual doubling wait.",
        update: Some(|low, given| {
            low.group.retry.delay = values::limit(given.seconds()?);
            Ok(())
        }),
    },
    Flag {
        long: "retry-max-time",
        short: None,
        value: Value::One("seconds"),
        category: Category::Transfer,
        help: "With --retry: no new try after this time",
        doc: "No try begins when this time has passed since the first one began. A try that \
              runs is not cut short, see --max-time for that.",
        update: Some(|low, given| {
            low.group.retry.max_time = values::limit(given.seconds()?);
            Ok(())
        }),
    },
    Flag {
        long: "speed-limit",
        short: Some('Y'),
        value: Value::One("speed"),
        category: Category::Transfer,
        help: "Give up when slower than this",
        doc: "Ends with exit code 28 when fewer bytes per second come for --speed-time seconds \
              (30 unless given).",
        update: Some(|low, given| {
            low.group.timeouts.low_speed = Some(given.number()?);
            Ok(())
        }),
    },
    Flag {
        long: "speed-time",
        short: Some('y'),
        value: Value::One("seconds"),
        category: Category::Transfer,
        help: "Give up when slow for this time",
        doc: "The time of --speed-limit, which is 1 byte per second unless given.",
        update: Some(|low, given| {
            low.group.timeouts.low_speed_time = Some(Duration::from_secs(given.number()?));
            Ok(())
        }),
    },
];

//! What is measured: one row of this table per task, one command line per contestant.
//!
//! `scene.rs` says what the words in braces stand for. Every command ignores the configuration
//! files of whoever runs the bench.

use crate::goals::{Goal, Metric::*, Than::*};

pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) mode: Mode,
    pub(crate) rounds: usize,
    /// The contestant that ratios are taken to, besides the floor.
    pub(crate) reference: &'static str,
    pub(crate) contestants: &'static [(&'static str, &'static str)],
    pub(crate) goals: &'static [Goal],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// The command from start to exit.
    Whole,
    /// The command times many requests itself; the figures are those of one.
    Loop,
    /// The command up to the first byte it prints.
    FirstByte,
}

const RIVALS: &[&str] = &["ureq", "hyper", "hyper-util", "libcurl", "reqwest", "reqwest::blocking"];
const CURL: &[&str] = &["curl"];
const MAIL_RIVALS: &[&str] = &["curl", "lettre", "async-imap", "python"];
const FTP_RIVALS: &[&str] = &["curl", "wget", "aria2c", "suppaftp"];
const DOWN_GOALS: &[Goal] =
    &[Goal("dial", Wall, Times(1.25, "floor")), Goal("dial", Peak, AtMost(6.0))];

pub(crate) const ROWS: &[Row] = &[
    Row {
        name: "start",
        title: "Start, GET 1 KiB, exit",
        mode: Mode::Whole,
        rounds: 60,
        reference: "curl",
        contestants: &[
            ("floor", "{floor} get {host} /small"),
            ("landline::open", "{faces} read {http}/small"),
            ("dial", "{dial} -q -s -o /dev/null {http}/small"),
            ("curl", "curl -q -s -o /dev/null {http}/small"),
            ("wget", "wget --no-config -q -O /dev/null {http}/small"),
            ("wget2", "wget2 --no-config -q -O /dev/null {http}/small"),
            ("aria2c", "aria2c --no-conf -q -d {dir} -o out {http}/small"),
        ],
        goals: &[
            Goal("dial", Wall, Times(1.4, "floor")),
            Goal("landline::open", Wall, Times(1.4, "floor")),
        ],
    },
    Row {
        name: "keepalive",
        title: "Keep-alive GET of 1 KiB through a library, per request",
        mode: Mode::Loop,
        rounds: 15,
        reference: "libcurl",
        contestants: &[
            ("floor", "{floor} loop {host} /small {runs}"),
            ("landline steps", "{faces} steps {http}/small {runs}"),
            ("landline client", "{faces} client {http}/small {runs}"),
            ("landline open", "{faces} open {http}/small {runs}"),
            ("landline aio client", "{faces} aio-client {http}/small {runs}"),
            ("landline aio open", "{faces} aio-open {http}/small {runs}"),
            ("hyper", "{rivals} hyper {http}/small {runs}"),
            ("hyper-util", "{rivals} hyper-util {http}/small {runs}"),
            ("ureq", "{rivals} ureq {http}/small {runs}"),
            ("libcurl", "{rivals} libcurl {http}/small {runs}"),
            ("reqwest", "{rivals} reqwest {http}/small {runs}"),
            ("reqwest::blocking", "{rivals} reqwest-blocking {http}/small {runs}"),
        ],
        goals: &[
            Goal("landline client", Wall, Times(1.1, "floor")),
            Goal("landline client", Wall, BelowAll(RIVALS)),
            Goal("landline client", Cpu, BelowAll(RIVALS)),
            Goal("landline aio client", Wall, Times(1.1, "floor")),
            Goal("landline aio client", Wall, BelowAll(RIVALS)),
            Goal("landline aio client", Cpu, BelowAll(RIVALS)),
        ],
    },
    Row {
        name: "down",
        title: "1 GiB to nowhere",
        mode: Mode::Whole,
        rounds: 9,
        reference: "curl",
        contestants: &[
            ("floor", "{floor} get {host} /bytes/{big}"),
            ("landline::open", "{faces} read {http}/bytes/{big}"),
            ("dial", "{dial} -q -s -o /dev/null {http}/bytes/{big}"),
            ("curl", "curl -q -s -o /dev/null {http}/bytes/{big}"),
            ("wget", "wget --no-config -q -O /dev/null {http}/bytes/{big}"),
            ("wget2", "wget2 --no-config -q -O /dev/null {http}/bytes/{big}"),
        ],
        goals: DOWN_GOALS,
    },
    Row {
        name: "file",
        title: "1 GiB to a file",
        mode: Mode::Whole,
        rounds: 7,
        reference: "curl",
        contestants: &[
            ("floor", "{floor} get {host} /bytes/{big} {dir}/out"),
            ("landline::open", "{faces} read {http}/bytes/{big} {dir}/out"),
            ("dial", "{dial} -q -s -o {dir}/out {http}/bytes/{big}"),
            ("curl", "curl -q -s -o {dir}/out {http}/bytes/{big}"),
            ("wget", "wget --no-config -q -O {dir}/out {http}/bytes/{big}"),
            ("wget2", "wget2 --no-config -q -O {dir}/out {http}/bytes/{big}"),
            ("aria2c", "aria2c --no-conf -q -d {dir} -o out {http}/bytes/{big}"),
        ],
        goals: &[Goal("dial", Wall, Times(1.15, "floor")), Goal("dial", Peak, AtMost(6.0))],
    },
    Row {
        name: "tls",
        title: "1 GiB over TLS 1.3 to nowhere",
        mode: Mode::Whole,
        rounds: 7,
        reference: "curl",
        contestants: &[
            ("dial", "{dial} -q -s --cacert {ca} -o /dev/null {https}/bytes/{big}"),
            ("curl", "curl -q -s --cacert {ca} -o /dev/null {https}/bytes/{big}"),
            ("wget", "wget --no-config -q --ca-certificate={ca} -O /dev/null {https}/bytes/{big}"),
            (
                "wget2",
                "wget2 --no-config -q --ca-certificate={ca} -O /dev/null {https}/bytes/{big}",
            ),
        ],
        goals: &[Goal("dial", Cpu, Times(0.75, "curl")), Goal("dial", Peak, AtMost(8.0))],
    },
    Row {
        name: "upload",
        title: "300 MiB upload",
        mode: Mode::Whole,
        rounds: 11,
        reference: "curl",
        contestants: &[
            ("floor", "{floor} put {host} /up {upload}"),
            ("dial", "{dial} -q -s -o /dev/null -T {upload} {http}/up"),
            ("curl", "curl -q -s -o /dev/null -T {upload} {http}/up"),
            (
                "wget",
                "wget --no-config -q -O /dev/null --method=PUT --body-file={upload} {http}/up",
            ),
            ("wget2", "wget2 --no-config -q -O /dev/null --post-file={upload} {http}/up"),
        ],
        goals: &[Goal("dial", Wall, Times(1.15, "floor")), Goal("dial", Peak, AtMost(6.0))],
    },
    Row {
        name: "many",
        title: "5,000 small URLs in one process, one after the other",
        mode: Mode::Whole,
        rounds: 9,
        reference: "curl",
        contestants: &[
            ("floor", "{floor} many {host} /s/ {count}"),
            ("dial", "{dial} -q -s -o /dev/null {http}/s/[1-{count}]"),
            ("curl", "curl -q -s -o /dev/null {http}/s/[1-{count}]"),
            ("wget", "wget --no-config -q -O /dev/null -i {list}"),
            ("wget2", "wget2 --no-config -q -O /dev/null --max-threads=1 -i {list}"),
            ("aria2c", "aria2c --no-conf -q -j 1 -d {dir}/many --allow-overwrite=true -i {list}"),
        ],
        goals: &[Goal("dial", Wall, Times(1.5, "floor")), Goal("dial", Peak, AtMost(6.0))],
    },
    Row {
        name: "parallel",
        title: "5,000 small URLs in one process, side by side",
        mode: Mode::Whole,
        rounds: 9,
        reference: "curl",
        contestants: &[
            ("floor", "{floor} many {host} /s/ {count}"),
            ("dial", "{dial} -q -s -Z -o /dev/null {http}/s/[1-{count}]"),
            ("curl", "curl -q -s -Z -o /dev/null {http}/s/[1-{count}]"),
            ("wget2", "wget2 --no-config -q -O /dev/null --max-threads=50 -i {list}"),
            ("aria2c", "aria2c --no-conf -q -j 50 -d {dir}/many --allow-overwrite=true -i {list}"),
        ],
        goals: &[Goal("dial", Wall, Times(0.7, "curl"))],
    },
    Row {
        name: "parallel-http2",
        title: "2,000 small URLs over HTTP/2, side by side",
        mode: Mode::Whole,
        rounds: 9,
        reference: "curl",
        contestants: &[
            ("dial", "{dial} -q -s -Z --cacert {ca} -o /dev/null {http2}/s/[1-{count2}]"),
            ("curl", "curl -q -s -Z --cacert {ca} -o /dev/null {http2}/s/[1-{count2}]"),
        ],
        goals: &[Goal("dial", Wall, Times(0.8, "curl"))],
    },
    Row {
        name: "paced",
        title: "200 streams side by side that the server slows to 1.88 s",
        mode: Mode::Whole,
        rounds: 3,
        reference: "curl",
        contestants: &[
            ("dial", "{dial} -q -s -Z --parallel-max 200 -o /dev/null {http}/paced/[1-200]"),
            ("curl", "curl -q -s -Z --parallel-max 200 -o /dev/null {http}/paced/[1-200]"),
        ],
        goals: &[Goal("dial", Wall, AtMost(1920.0)), Goal("dial", Peak, AtMost(12.0))],
    },
    Row {
        name: "compressed",
        title: "256 MiB of text, compressed by gzip on the way, to nowhere",
        mode: Mode::Whole,
        rounds: 7,
        reference: "curl",
        contestants: &[
            ("dial", "{dial} -q -s --compressed -o /dev/null {http}/gzip/{zipped}"),
            ("curl", "curl -q -s --compressed -o /dev/null {http}/gzip/{zipped}"),
            ("wget2", "wget2 --no-config -q --compression=gzip -O /dev/null {http}/gzip/{zipped}"),
        ],
        goals: &[Goal("dial", Wall, BelowAll(&["curl", "wget2"])), Goal("dial", Peak, AtMost(6.0))],
    },
    Row {
        name: "ftp",
        title: "1 GiB over FTP to nowhere",
        mode: Mode::Whole,
        rounds: 7,
        reference: "curl",
        contestants: &[
            ("floor", "{floor} ftp {ftp-host} /bytes/{big}"),
            ("landline::open", "{faces} read {ftp}/bytes/{big}"),
            ("dial", "{dial} -q -s -o /dev/null {ftp}/bytes/{big}"),
            ("curl", "curl -q -s -o /dev/null {ftp}/bytes/{big}"),
            ("wget", "wget --no-config -q -O /dev/null {ftp}/bytes/{big}"),
            ("suppaftp", "{rivals} ftp {ftp-host} /bytes/{big}"),
        ],
        goals: &[
            Goal("dial", Wall, Times(1.25, "floor")),
            Goal("dial", Wall, BelowAll(FTP_RIVALS)),
            Goal("dial", Peak, AtMost(6.0)),
        ],
    },
    Row {
        name: "ftp-file",
        title: "1 GiB over FTP to a file",
        mode: Mode::Whole,
        rounds: 7,
        reference: "curl",
        contestants: &[
            ("floor", "{floor} ftp {ftp-host} /bytes/{big} {dir}/out"),
            ("landline::open", "{faces} read {ftp}/bytes/{big} {dir}/out"),
            ("dial", "{dial} -q -s -o {dir}/out {ftp}/bytes/{big}"),
            ("curl", "curl -q -s -o {dir}/out {ftp}/bytes/{big}"),
            ("wget", "wget --no-config -q -O {dir}/out {ftp}/bytes/{big}"),
            ("aria2c", "aria2c --no-conf -q -d {dir} -o out {ftp}/bytes/{big}"),
            ("suppaftp", "{rivals} ftp {ftp-host} /bytes/{big} {dir}/out"),
        ],
        goals: &[
            Goal("dial", Wall, Times(1.15, "floor")),
            Goal("dial", Wall, BelowAll(FTP_RIVALS)),
            Goal("dial", Peak, AtMost(6.0)),
        ],
    },
    Row {
        name: "ftp-many",
        title: "500 small files over FTP in one process",
        mode: Mode::Whole,
        rounds: 9,
        reference: "curl",
        contestants: &[
            ("floor", "{floor} ftp-many {ftp-host} /s/ {files}"),
            ("dial", "{dial} -q -s -o /dev/null {ftp}/s/[1-{files}]"),
            ("curl", "curl -q -s -o /dev/null {ftp}/s/[1-{files}]"),
            ("wget", "wget --no-config -q -O /dev/null -i {ftp-list}"),
            // aria2c does not get to the end of it within two minutes.
            ("suppaftp", "{rivals} ftp-many {ftp-host} /s/ {files}"),
        ],
        goals: &[
            Goal("dial", Wall, Times(1.3, "floor")),
            Goal("dial", Wall, BelowAll(FTP_RIVALS)),
            Goal("dial", Peak, AtMost(6.0)),
        ],
    },
    Row {
        name: "digest",
        title: "5,000 URLs behind a Digest login in one process",
        mode: Mode::Whole,
        rounds: 9,
        reference: "curl",
        contestants: &[
            ("dial", "{dial} -q -s --digest -u me:secret -o /dev/null {http}/digest/[1-{count}]"),
            ("curl", "curl -q -s --digest -u me:secret -o /dev/null {http}/digest/[1-{count}]"),
        ],
        goals: &[Goal("dial", Wall, BelowAll(CURL)), Goal("dial", Peak, AtMost(6.0))],
    },
    Row {
        name: "smtp",
        title: "200 MB message sent by SMTP",
        mode: Mode::Whole,
        rounds: 7,
        reference: "curl",
        contestants: &[
            ("dial", "{dial} -q -s --mail-from a@b --mail-rcpt c@d -T {mail} {smtp}"),
            ("curl", "curl -q -s --mail-from a@b --mail-rcpt c@d -T {mail} {smtp}"),
            ("lettre", "{rivals} smtp {smtp-port} {mail}"),
            ("python", "python3 -I {mail.py} smtp {smtp-port} {mail}"),
        ],
        goals: &[Goal("dial", Wall, BelowAll(MAIL_RIVALS)), Goal("dial", Peak, AtMost(8.0))],
    },
    Row {
        name: "pop3",
        title: "200 MB message fetched by POP3",
        mode: Mode::Whole,
        rounds: 7,
        reference: "curl",
        contestants: &[
            ("landline::open", "{faces} read {pop3}/{message}"),
            ("dial", "{dial} -q -s -u me:secret -o /dev/null {pop3}/{message}"),
            ("curl", "curl -q -s -u me:secret -o /dev/null {pop3}/{message}"),
            ("python", "python3 -I {mail.py} pop3 {pop3-port} {message}"),
        ],
        goals: &[Goal("dial", Wall, BelowAll(MAIL_RIVALS)), Goal("dial", Peak, AtMost(6.0))],
    },
    Row {
        name: "imap",
        title: "200 MB message fetched by IMAP",
        mode: Mode::Whole,
        rounds: 7,
        reference: "curl",
        contestants: &[
            ("dial", "{dial} -q -s -u me:secret -o /dev/null {imap}/INBOX;UID={message}"),
            ("curl", "curl -q -s -u me:secret -o /dev/null {imap}/INBOX;UID={message}"),
            ("async-imap", "{rivals} imap {imap-port} {message}"),
            ("python", "python3 -I {mail.py} imap {imap-port} {message}"),
        ],
        goals: &[Goal("dial", Wall, BelowAll(MAIL_RIVALS)), Goal("dial", Peak, AtMost(6.0))],
    },
    Row {
        name: "append",
        title: "200 MB message appended by IMAP",
        mode: Mode::Whole,
        rounds: 7,
        reference: "curl",
        contestants: &[
            ("dial", "{dial} -q -s -u me:secret -T {mail} {imap}/INBOX"),
            ("curl", "curl -q -s -u me:secret -T {mail} {imap}/INBOX"),
            ("async-imap", "{rivals} append {imap-port} {mail}"),
            ("python", "python3 -I {mail.py} append {imap-port} {mail}"),
        ],
        goals: &[Goal("dial", Wall, BelowAll(MAIL_RIVALS)), Goal("dial", Peak, AtMost(8.0))],
    },
    Row {
        name: "overview",
        title: "10,000 overview lines by NNTP",
        mode: Mode::Whole,
        rounds: 9,
        reference: "python",
        contestants: &[
            ("landline::open", "{faces} read {nntp}/bench.10000"),
            ("dial", "{dial} -q -s -o /dev/null {nntp}/bench.10000"),
            ("python", "python3 -I {mail.py} overview {nntp-port} 10000"),
        ],
        goals: &[Goal("dial", Wall, BelowAll(MAIL_RIVALS)), Goal("dial", Peak, AtMost(6.0))],
    },
    Row {
        name: "articles",
        title: "1,000 small articles by NNTP in one process",
        mode: Mode::Whole,
        rounds: 9,
        reference: "python",
        contestants: &[
            ("landline pipelined", "{faces} articles {nntp}/bench.{articles} {articles}"),
            ("dial", "{dial} -q -s -o /dev/null {nntp}/bench.{articles}/[1-{articles}]"),
            ("python", "python3 -I {mail.py} articles {nntp-port} {articles}"),
        ],
        goals: &[
            Goal("landline pipelined", Wall, BelowAll(MAIL_RIVALS)),
            Goal("dial", Wall, BelowAll(MAIL_RIVALS)),
            Goal("dial", Peak, AtMost(6.0)),
        ],
    },
    Row {
        name: "first",
        title: "First byte of a slow stream, in a pipe",
        mode: Mode::FirstByte,
        rounds: 3,
        reference: "curl -N",
        contestants: &[
            ("floor", "{floor} get {host} /slow -"),
            ("landline::open", "{faces} read {http}/slow -"),
            ("dial", "{dial} -q -s {http}/slow"),
            ("curl", "curl -q -s {http}/slow"),
            ("curl -N", "curl -q -s -N {http}/slow"),
            ("wget", "wget --no-config -q -O - {http}/slow"),
            ("wget2", "wget2 --no-config -q -O - {http}/slow"),
        ],
        goals: &[Goal("dial", Wall, AtMost(5.0))],
    },
];

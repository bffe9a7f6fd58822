//! Rows 57–63 and the classes E3, E4, E5, K1 and K2.

use super::ftp::{BODY, FtpFault, PATH};
use crate::ftp::{Answer, End};

const LOGIN: &[&str] = &["Login"];
const PROTOCOL: &[&str] = &["Protocol"];
const LIMIT: &[&str] = &["Limit"];
const TRUNCATED: &[&str] = &["Truncated"];
const NO_TLS: &[&str] = &["TlsUnavailable"];

const TLS_OR_NOTHING: &[&str] = &["--ssl-reqd", "-u", "me:secret"];

pub(super) const FAULTS: &[FtpFault] = &[
    FtpFault::new("57a", "226 missing, control FIN", |builder| {
        builder.final_reply(Answer::nothing().then(End::Fin))
    })
    .fails(&[56], &["Io"])
    .keeps(BODY)
    .telling(&["confirm"]),
    FtpFault::new("57b", "226 missing, control RST", |builder| {
        builder.final_reply(Answer::nothing().then(End::Reset))
    })
    .fails(&[56], &["Io"])
    .keeps(BODY),
    FtpFault::new("57c", "226 missing, nothing happens", |builder| {
        builder.final_reply(Answer::nothing())
    })
    .fails(&[28], &["Timeout"])
    .keeps(BODY)
    .with(&["-m", "1"]),
    FtpFault::new("57d", "226 cut off in its middle", |builder| {
        builder.final_reply(Answer::raw("226 Do").then(End::Fin))
    })
    .fails(&[56], &["Io"])
    .keeps(BODY),
    FtpFault::new("58a", "426 after the data", |builder| builder.final_reply("426 Aborted."))
        .fails(&[18], TRUNCATED)
        .keeps(BODY)
        .telling(&["426"]),
    FtpFault::new("58b", "451 after the data", |builder| builder.final_reply("451 Disk trouble."))
        .fails(&[18], TRUNCATED)
        .keeps(BODY)
        .telling(&["451"]),
    FtpFault::new("58c", "the data cut off, then 426", |builder| {
        builder.end_data_after(3, End::Fin)
    })
    .fails(&[18], TRUNCATED)
    .keeps(b"hel"),
    FtpFault::new("58d", "451 after an upload", |builder| builder.final_reply("451 Disk trouble."))
        .fails(&[18, 25], &["Truncated"])
        .uploading(BODY)
        .telling(&["451"]),
    FtpFault::new("58e", "the disk full in the middle of an upload", |builder| {
        builder.full_after(3)
    })
    .fails(&[70, 25, 18, 55], &["Refused", "Truncated"])
    .uploading(BODY)
    .telling(&["552"]),
    FtpFault::new("58f", "an upload that is never confirmed, control FIN", |builder| {
        builder.final_reply(Answer::nothing().then(End::Fin))
    })
    .fails(&[56], &["Io"])
    .uploading(BODY),
    FtpFault::new("59a", "data shorter than SIZE", |builder| builder.announce(PATH, 10))
        .fails(&[18], TRUNCATED)
        .keeps(BODY)
        .telling(&["5", "10"]),
    FtpFault::new("59b", "the server dead in the middle of the data", |builder| {
        builder.die_after(3, End::Fin)
    })
    .fails(&[18, 56], &["Truncated", "Io"])
    .keeps(b"hel"),
    FtpFault::new("60", "data longer than SIZE", |builder| builder.announce(PATH, 3))
        .fails(&[18], &["Truncated", "Protocol"])
        .partly(BODY),
    FtpFault::new("61a", "530 to the password", |builder| {
        builder.answer("PASS", "530 Login incorrect.")
    })
    .fails(&[67], LOGIN),
    FtpFault::new("61b", "550 to RETR", |builder| builder.answer("RETR", "550 No such file."))
        .fails(&[78], &["NotFound"]),
    FtpFault::new("61c", "garbage in 227", |builder| {
        builder.without("EPSV").answer("PASV", "227 Entering Passive Mode (1,2,3)")
    })
    .fails(&[14], PROTOCOL),
    FtpFault::new("61d", "NUL in the greeting", |builder| {
        builder.greeting(Answer::raw("220 a\0b\r\n"))
    })
    .fails(&[8], PROTOCOL),
    FtpFault::new("61e", "a greeting without end", |builder| {
        builder.greeting(Answer::raw("220-\r\n").endlessly("220-and more\r\n"))
    })
    .fails(&[100], LIMIT)
    .of_class("K2"),
    FtpFault::new("61f", "421 instead of a greeting", |builder| {
        builder.greeting(Answer::from("421 Too many users.").then(End::Fin))
    })
    .fails(&[8, 28], &["Refused", "Denied", "Protocol"])
    .telling(&["421"]),
    FtpFault::new("61g", "550 to CWD", |builder| builder.answer("CWD", "550 No such folder."))
        .fails(&[9], &["Denied", "NotFound"]),
    FtpFault::new("61h", "no file of that name", |builder| {
        builder.answer("SIZE", "550 No.").answer("RETR", "550 No.")
    })
    .fails(&[78], &["NotFound"]),
    FtpFault::new("62a", "AUTH unknown", |builder| builder.without("AUTH"))
        .fails(&[64], NO_TLS)
        .with(TLS_OR_NOTHING)
        .of_class("E3"),
    FtpFault::new("62b", "AUTH refused with 530", |builder| builder.answer("AUTH", "530 Log in."))
        .fails(&[64], NO_TLS)
        .with(TLS_OR_NOTHING)
        .of_class("E3"),
    FtpFault::new("62c", "logged in by the greeting, AUTH refused", |builder| {
        builder.greeting("230 Welcome.").without("AUTH")
    })
    .fails(&[64], NO_TLS)
    .with(TLS_OR_NOTHING)
    .of_class("E3"),
    FtpFault::new("62d", "AUTH taken, data not to be protected", |builder| {
        builder.answer("PROT", "536 Not here.")
    })
    .over_tls()
    .fails(&[64], NO_TLS)
    .with(TLS_OR_NOTHING)
    .of_class("E3"),
    FtpFault::new("63a", "a whole reply injected behind 234", |builder| {
        builder.inject_after_auth("230 Welcome.\r\n")
    })
    .injecting(),
    FtpFault::new("63b", "half a reply injected behind 234", |builder| {
        builder.inject_after_auth("331 Pass")
    })
    .injecting(),
    FtpFault::new("63c", "an empty line injected behind 234", |builder| {
        builder.inject_after_auth("\r\n")
    })
    .injecting(),
    FtpFault::new("E5a", "protected data without close_notify, its size unknown", |builder| {
        builder.without_sizes().end_data_after(5, End::Cut).final_reply("226 Done.")
    })
    .over_tls()
    .fails(&[56, 18], &["Truncated", "Io"])
    .keeps(BODY)
    .with(TLS_OR_NOTHING)
    .of_class("E5"),
    FtpFault::new("K1a", "a foreign address in 227", |builder| {
        builder.without("EPSV").pasv_address([10, 9, 8, 7])
    })
    .succeeds(),
    FtpFault::new("K2a", "331 to the password, again and again", |builder| {
        builder.answer("PASS", "331 Password, please.")
    })
    .fails(&[67], LOGIN),
    FtpFault::new("K2b", "a reply of lines without end", |builder| {
        builder.answer("USER", Answer::raw("331-\r\n").endlessly("more and more\r\n"))
    })
    .fails(&[100], LIMIT),
    FtpFault::new("K2c", "a line without end", |builder| {
        builder.greeting(Answer::raw("220 ").endlessly("more and more "))
    })
    .fails(&[100], LIMIT),
    FtpFault::new("K2d", "a final reply of lines without end", |builder| {
        builder.final_reply(Answer::raw("226-\r\n").endlessly("more and more\r\n"))
    })
    .fails(&[100], LIMIT)
    .keeps(BODY),
];

impl FtpFault {
    const fn injecting(self) -> FtpFault {
        self.over_tls().fails(&[8], PROTOCOL).with(TLS_OR_NOTHING).of_class("E4")
    }
}

//! Telnet.

use super::super::{Category, Flag, Value};

pub(super) static FLAGS: &[Flag] = &[Flag {
    long: "telnet-option",
    short: Some('t'),
    value: Value::Many("opt=val"),
    category: Category::Ftp,
    help: "Tell a TELNET server this, if it asks",
    doc: "TTYPE=name is the terminal's type, XDISPLOC=display the X display, NEW_ENV=name,value an \
          environment variable, WS=80x24 the window's columns and rows; BINARY=0 asks for text \
          instead of bytes. Values are printable ASCII. The exit code is 48 for a name that is \
          none of these and 49 for a malformed value.",
    update: Some(|low, given| {
        low.group.telnet_options.push(given.text()?.to_owned());
        Ok(())
    }),
}];

use std::time::Duration;

use super::super::{Category, Flag, Value};
use crate::settings::{IpFamily, UnixSocket};

pub(super) static FLAGS: &[Flag] = &[
    Flag {
        long: "abstract-unix-socket",
        short: None,
        value: Value::One("path"),
        category: Category::Connection,
        help: "Connect through a Unix socket that is no file",
        doc: "As --unix-socket, with a name of Linux's abstract namespace.",
        update: Some(|low, given| {
            low.group.connection.unix = Some(UnixSocket::Abstract(given.path()?));
            Ok(())
        }),
    },
    Flag {
        long: "connect-to",
        short: None,
        value: Value::Many("host1:port1:host2:port2"),
        category: Category::Connection,
        help: "Connect to another host and port",
        doc: "Connects to host2:port2 for URLs of host1:port1, and sends the request as if to \
              host1. An empty host1 or port1 means any, an empty host2 or port2 the same as in \
              the URL.",
        update: Some(|low, given| {
            low.group.connect_to.push(given.text_or_blank()?.to_owned());
            Ok(())
        }),
    },
    Flag {
        long: "happy-eyeballs-timeout-ms",
        short: None,
        value: Value::One("milliseconds"),
        category: Category::Connection,
        help: "How long one address may take alone",
        doc: "How long the first address is tried before the next one is tried beside it. The \
              default is 250 milliseconds.",
        update: Some(|low, given| {
            low.group.timeouts.happy_eyeballs = Some(Duration::from_millis(given.number()?));
            Ok(())
        }),
    },
    Flag {
        long: "ipv4",
        short: Some('4'),
        value: Value::None,
        category: Category::Connection,
        help: "Use IPv4 addresses only",
        doc: "Looks names up to IPv4 addresses only.",
        update: Some(|low, _| {
            low.group.connection.family = Some(IpFamily::V4);
            Ok(())
        }),
    },
    Flag {
        long: "ipv6",
        short: Some('6'),
        value: Value::None,
        category: Category::Connection,
        help: "Use IPv6 addresses only",
        doc: "Looks names up to IPv6 addresses only.",
        update: Some(|low, _| {
            low.group.connection.family = Some(IpFamily::V6);
            Ok(())
        }),
    },
    Flag {
        long: "resolve",
        short: None,
        value: Value::Many("[+]host:port:addr[,addr]"),
        category: Category::Dns,
        help: "Use these addresses for a host and port",
        doc: "Answers the lookup of host for this port with the addresses given. * is any host. \
              -host:port takes an earlier one away.",
        update: Some(|low, given| {
            low.group.resolve.push(given.text()?.to_owned());
            Ok(())
        }),
    },
    Flag {
        long: "unix-socket",
        short: None,
        value: Value::One("path"),
        category: Category::Connection,
        help: "Connect through a Unix socket",
        doc: "Connects to this socket in place of the URL's host and port. The request names the \
              host of the URL.",
        update: Some(|low, given| {
            low.group.connection.unix = Some(UnixSocket::Path(given.path()?));
            Ok(())
        }),
    },
];

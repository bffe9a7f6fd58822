use std::time::Duration;

use super::super::sockets::{local_end, local_ports, traffic_class};
use super::super::{Category, Flag, Refusal, Value};
use super::switch;

pub(super) static FLAGS: &[Flag] = &[
    Flag {
        long: "interface",
        short: None,
        value: Value::One("name"),
        category: Category::Connection,
        help: "Use this interface or address",
        doc: "Connects through this network interface, or from this address or the address of \
              this host. if!NAME is an interface only, host!NAME a host only, and \
              ifhost!INTERFACE!HOST both.",
        update: Some(|low, given| {
            low.group.connection.local_end = Some(local_end(given.text()?)?);
            Ok(())
        }),
    },
    Flag {
        long: "ip-tos",
        short: None,
        value: Value::One("value"),
        category: Category::Connection,
        help: "Type of service of packets",
        doc: "Marks packets with this type of service (IPv4) or traffic class (IPv6): 0 to 255, \
              or a name such as AF21, CS1, EF, LE or LOWDELAY.",
        update: Some(|low, given| {
            low.group.connection.traffic_class = Some(traffic_class(given.text()?)?);
            Ok(())
        }),
    },
    Flag {
        long: "keepalive",
        short: None,
        value: Value::On,
        category: Category::Connection,
        help: "Send no TCP keepalive probes",
        doc: "Does not ask the system to look after idle connections.",
        update: Some(|low, given| {
            low.group.connection.no_keepalive = !given.on;
            Ok(())
        }),
    },
    Flag {
        long: "keepalive-cnt",
        short: None,
        value: Value::One("num"),
        category: Category::Connection,
        help: "How many keepalive probes",
        doc: "After how many probes without an answer the system gives a connection up. The \
              default is 9.",
        update: Some(|low, given| {
            let count = u32::try_from(given.number()?).map_err(|_| Refusal::TooLarge)?;
            low.group.connection.keepalive_probes = Some(count);
            Ok(())
        }),
    },
    Flag {
        long: "keepalive-time",
        short: None,
        value: Value::One("seconds"),
        category: Category::Connection,
        help: "Idle time before keepalive probes",
        doc: "How long a connection is idle before the system sends a probe, and the time \
              between probes. The default is 60 seconds.",
        update: Some(|low, given| {
            low.group.connection.keepalive_time = Some(Duration::from_secs(given.number()?));
            Ok(())
        }),
    },
    Flag {
        long: "local-port",
        short: None,
        value: Value::One("range"),
        category: Category::Connection,
        help: "Use these local ports",
        doc: "Connects from this port, or from the first free one of a range such as 4000-4010.",
        update: Some(|low, given| {
            low.group.connection.local_ports = Some(local_ports(given.text()?)?);
            Ok(())
        }),
    },
    Flag {
        long: "mptcp",
        short: None,
        value: Value::Switch,
        category: Category::Connection,
        help: "Use multipath TCP",
        doc: "Connects by multipath TCP, which servers that do not know it take as TCP. Linux \
              only.",
        update: switch!(group.connection.multipath),
    },
    Flag {
        long: "tcp-fastopen",
        short: None,
        value: Value::Switch,
        category: Category::Connection,
        help: "Use TCP Fast Open",
        doc: "Sends the first bytes along with the request for a connection, to servers that \
              allowed it before. Has no effect where the system knows no such thing.",
        update: switch!(group.connection.fast_open),
    },
    Flag {
        long: "tcp-nodelay",
        short: None,
        value: Value::Switch,
        category: Category::Connection,
        help: "Send small packets at once (default)",
        doc: "Sets TCP_NODELAY, which is the default. --no-tcp-nodelay leaves it off.",
        update: Some(|low, given| {
            low.group.connection.no_nodelay = !given.on;
            Ok(())
        }),
    },
    Flag {
        long: "vlan-priority",
        short: None,
        value: Value::One("priority"),
        category: Category::Connection,
        help: "VLAN priority of packets",
        doc: "Marks packets with this priority, 0 to 7, which becomes that of a VLAN. Linux only; \
              7 needs a privilege.",
        update: Some(|low, given| {
            let priority = u32::try_from(given.number()?).map_err(|_| Refusal::TooLarge)?;
            if priority > 7 {
                return Err(Refusal::TooLarge);
            }
            low.group.connection.priority = Some(priority);
            Ok(())
        }),
    },
];

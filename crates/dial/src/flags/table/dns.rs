use std::net::{IpAddr, SocketAddr};

use super::super::values::Given;
use super::super::{Category, Flag, LowArgs, Refusal, Value};
use super::switch;

/// Servers with commas between them, each with a port or at 53.
fn servers(text: &str) -> Result<Vec<SocketAddr>, Refusal> {
    const PORT: u16 = 53;
    let one = |word: &str| {
        let bare = word.strip_prefix('[').and_then(|word| word.strip_suffix(']')).unwrap_or(word);
        let address = bare.parse().map(|ip: IpAddr| SocketAddr::new(ip, PORT));
        address.or_else(|_| word.parse())
    };
    let all: Result<Vec<_>, _> = text.split(',').map(|word| one(word.trim())).collect();
    all.map_err(|_| Refusal::BadUse("expected addresses such as 192.0.2.1,[2001:db8::1]:53".into()))
}

/// The address to ask servers of one family from.
fn ask_from(low: &mut LowArgs, given: &Given<'_>, is_v4: bool) -> Result<(), Refusal> {
    let family = if is_v4 { "IPv4" } else { "IPv6" };
    let address: Option<IpAddr> = given.text()?.parse().ok();
    let address = address.filter(|address| address.is_ipv4() == is_v4);
    let addresses = &mut low.group.connection.dns.addresses;
    addresses.retain(|one| one.is_ipv4() != is_v4);
    addresses.push(address.ok_or(Refusal::BadUse(format!("expected an {family} address")))?);
    Ok(())
}

pub(super) static FLAGS: &[Flag] = &[
    Flag {
        long: "dns-interface",
        short: None,
        value: Value::One("interface"),
        category: Category::Dns,
        help: "Interface for name lookup",
        doc: "Asks DNS servers through this network interface.",
        update: Some(|low, given| {
            low.group.connection.dns.interface = Some(given.text()?.to_owned());
            Ok(())
        }),
    },
    Flag {
        long: "dns-ipv4-addr",
        short: None,
        value: Value::One("address"),
        category: Category::Dns,
        help: "IPv4 address for name lookup",
        doc: "Asks DNS servers from this address.",
        update: Some(|low, given| ask_from(low, given, true)),
    },
    Flag {
        long: "dns-ipv6-addr",
        short: None,
        value: Value::One("address"),
        category: Category::Dns,
        help: "IPv6 address for name lookup",
        doc: "Asks DNS servers from this address.",
        update: Some(|low, given| ask_from(low, given, false)),
    },
    Flag {
        long: "dns-servers",
        short: None,
        value: Value::One("addresses"),
        category: Category::Dns,
        help: "Servers for name lookup",
        doc: "Asks these DNS servers for names, one after the other, and not the system. Commas \
              stand between them; the port is 53 unless given.",
        update: Some(|low, given| {
            low.group.connection.dns.servers = servers(given.text()?)?;
            Ok(())
        }),
    },
    Flag {
        long: "doh-cert-status",
        short: None,
        value: Value::Switch,
        category: Category::Dns,
        help: "Demand a proof that no DoH certificate is revoked",
        doc: "Is for the server of --doh-url what --cert-status is for the others.",
        update: switch!(group.connection.dns.https_require_staple),
    },
    Flag {
        long: "doh-insecure",
        short: None,
        value: Value::Switch,
        category: Category::Dns,
        help: "Do not check the DoH server's certificate",
        doc: "Accepts whatever certificate the server of --doh-url shows; -k does not.",
        update: switch!(group.connection.dns.https_insecure),
    },
    Flag {
        long: "doh-url",
        short: None,
        value: Value::One("url"),
        category: Category::Dns,
        help: "Look names up over HTTPS",
        doc: "Asks the DNS server at this https URL for names, in place of all others. Its own \
              name is looked up by the system, or as --resolve says. An empty one asks nobody.",
        update: Some(|low, given| {
            let url = given.text_or_blank()?;
            low.group.connection.dns.https = (!url.is_empty()).then(|| url.to_owned());
            Ok(())
        }),
    },
];

//! `--resolve` and `--connect-to`, taken apart.

use std::net::IpAddr;

use crate::exit::{Code, Failure};

/// Addresses to use for a host and port in place of a lookup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Resolve {
    /// `*` is any host.
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) addresses: Vec<IpAddr>,
}

/// Where to connect in place of a URL's host and port. `None`: any, or the same as there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ConnectTo {
    pub(crate) from_host: Option<String>,
    pub(crate) from_port: Option<u16>,
    pub(crate) to_host: Option<String>,
    pub(crate) to_port: Option<u16>,
}

/// Reads all `--resolve`; an entry with `-` takes earlier ones away, a later one for the same
/// host and port goes before an earlier one.
pub(super) fn resolve(entries: &[String]) -> Result<Vec<Resolve>, Failure> {
    let mut list: Vec<Resolve> = Vec::new();
    for entry in entries {
        let bad = || bad("--resolve", entry, "host:port:address[,address]");
        let (removes, text) = match entry.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, entry.trim_start_matches('+')),
        };
        let (host, rest) = split_host(text).ok_or_else(bad)?;
        let (port, addresses) = rest.split_once(':').unwrap_or((rest, ""));
        let port = port.parse().map_err(|_| bad())?;
        list.retain(|one| !(one.port == port && one.host.eq_ignore_ascii_case(host)));
        if !removes {
            let addresses = addresses.split(',').map(address).collect::<Option<_>>();
            let addresses = addresses.ok_or_else(bad)?;
            list.push(Resolve { host: host.to_owned(), port, addresses });
        }
    }
    Ok(list)
}

/// Reads all `--connect-to`.
pub(super) fn connect_to(entries: &[String]) -> Result<Vec<ConnectTo>, Failure> {
    let parse = |entry: &String| {
        let found = one_connect_to(entry);
        found.ok_or_else(|| bad("--connect-to", entry, "host1:port1:host2:port2"))
    };
    entries.iter().map(parse).collect()
}

fn one_connect_to(entry: &str) -> Option<ConnectTo> {
    let (from_host, rest) = split_host(entry)?;
    let (from_port, rest) = rest.split_once(':')?;
    let (to_host, to_port) = split_host(rest).unwrap_or((unbracketed(rest), ""));
    let host = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let port = |text: &str| if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) };
    Some(ConnectTo {
        from_host: host(from_host),
        from_port: port(from_port)?,
        to_host: host(to_host),
        to_port: port(to_port)?,
    })
}

/// Splits `host:rest`, where the host may be an IPv6 address in brackets (given without).
fn split_host(text: &str) -> Option<(&str, &str)> {
    match text.strip_prefix('[') {
        Some(inside) => inside.split_once("]:"),
        None => text.split_once(':'),
    }
}

fn unbracketed(text: &str) -> &str {
    text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text)
}

fn address(text: &str) -> Option<IpAddr> {
    unbracketed(text).parse().ok()
}

fn bad(option: &str, entry: &str, form: &str) -> Failure {
    Failure::new(Code::BAD_OPTION_VALUE, format!("{option} '{entry}' is not of the form {form}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(entries: &[&str]) -> Result<Vec<Resolve>, Failure> {
        resolve(&entries.iter().map(|entry| (*entry).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn resolve_names_addresses() {
        let list = resolved(&["a.test:80:127.0.0.1,[::1],::2", "+*:443:1.2.3.4"]).expect("good");
        assert_eq!(list[0].host, "a.test");
        assert_eq!(list[0].addresses.len(), 3);
        assert_eq!((list[1].host.as_str(), list[1].port), ("*", 443));
        let list = resolved(&["[::1]:80:127.0.0.1"]).expect("good");
        assert_eq!(list[0].host, "::1");
    }

    #[test]
    fn resolve_entries_replace_and_remove() {
        let list = resolved(&["a:80:127.0.0.1", "A:80:127.0.0.2", "b:80:::1", "-b:80"]);
        let list = list.expect("good");
        assert_eq!(list.len(), 1);
        assert_eq!(list[0].addresses, ["127.0.0.2".parse::<IpAddr>().expect("an address")]);
    }

    #[test]
    fn bad_entries_are_exit_49() {
        for bad in
            ["foo", "a:80", "a:80:", "a:x:127.0.0.1", "a:80:b", "a:80:127.0.0.1,", "[::1:80:x"]
        {
            assert_eq!(resolved(&[bad]).expect_err(bad).code, Code::BAD_OPTION_VALUE);
        }
        assert_eq!(connect_to(&["foo".into()]).expect_err("bad").code, Code::BAD_OPTION_VALUE);
        assert!(connect_to(&["a:1:b:x".into()]).is_err());
    }

    #[test]
    fn connect_to_leaves_gaps() {
        let one = |entry: &str| connect_to(&[entry.to_owned()]).expect("good").remove(0);
        let full = one("a.test:80:[::1]:8080");
        assert_eq!((full.from_host.as_deref(), full.from_port), (Some("a.test"), Some(80)));
        assert_eq!((full.to_host.as_deref(), full.to_port), (Some("::1"), Some(8080)));
        assert_eq!(one(":::"), ConnectTo::default());
        assert_eq!(one("::b:"), ConnectTo { to_host: Some("b".into()), ..ConnectTo::default() });
        assert_eq!(
            one("::[::1]"),
            ConnectTo { to_host: Some("::1".into()), ..ConnectTo::default() }
        );
    }
}

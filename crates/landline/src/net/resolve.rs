//! Names to addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};
use std::thread;

use landline_socket::Family;
use tokio::sync::{Semaphore, oneshot};

use super::options::{AddressFamily, NetOptions};
use super::{Dialer, dns};
use crate::{Error, ErrorKind, Phase, Result};

/// At once, in the whole process: each is a thread.
const MAX_LOOKUPS: usize = 256;

/// All addresses of `host`, in the order to try them: given ones, literals, `localhost`, a lookup.
pub(super) async fn resolve(dialer: &Dialer, host: &str, port: u16) -> Result<Vec<SocketAddr>> {
    let options = dialer.options();
    let all = match known(options, host, port)? {
        Some(known) => known,
        None if options.dns.is_own() => Box::pin(dns::look_up(dialer, host, port)).await?,
        None => look_up(host.to_owned(), port, options.family).await?,
    };
    let usable: Vec<_> = all.into_iter().filter(|one| options.family.allows(one)).collect();
    if usable.is_empty() {
        return Err(failed(format!("{host} has no address of the family asked for")));
    }
    Ok(usable)
}

fn failed(message: String) -> Error {
    Error::new(ErrorKind::Resolve, Phase::Resolving, message)
}

/// Addresses that need no lookup.
fn known(options: &NetOptions, host: &str, port: u16) -> Result<Option<Vec<SocketAddr>>> {
    if let Some(given) = options.given(host, port) {
        return Ok(Some(given));
    }
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(ip) = bare.parse::<IpAddr>() {
        return Ok(Some(vec![SocketAddr::new(ip, port)]));
    }
    // To addresses that hold for more than one link a zone says nothing, and getaddrinfo refuses its name.
    if let Some((ip, zone)) = bare.split_once('%')
        && let Ok(ip) = ip.parse::<Ipv6Addr>()
        && !ip.is_unicast_link_local()
        && !ip.is_multicast()
    {
        let number = zone.parse().unwrap_or_default();
        return Ok(Some(vec![SocketAddrV6::new(ip, port, 0, number).into()]));
    }
    let name = bare.strip_suffix('.').unwrap_or(bare).to_ascii_lowercase();
    if name == "localhost" || name.ends_with(".localhost") {
        // RFC 6761 section 6.3: never asked of the network.
        let both = [IpAddr::V6(Ipv6Addr::LOCALHOST), IpAddr::V4(Ipv4Addr::LOCALHOST)];
        return Ok(Some(both.into_iter().map(|ip| SocketAddr::new(ip, port)).collect()));
    }
    if name.ends_with(".onion") {
        // RFC 7686 section 2: looking such a name up tells everybody on the way about it.
        return Err(failed(format!("{host} is an onion name, which DNS must not be asked for")));
    }
    Ok(None)
}

/// Asks the system, on a thread, because getaddrinfo knows no deadline. Not on one of Tokio's: where
/// the system gives no more threads that is a panic.
async fn look_up(host: String, port: u16, family: AddressFamily) -> Result<Vec<SocketAddr>> {
    static LOOKUPS: Semaphore = Semaphore::const_new(MAX_LOOKUPS);
    // Nobody closes it. The thread holds it to its end, even when nobody waits any more.
    let permit = LOOKUPS.acquire().await.ok();
    let (tell, told) = oneshot::channel();
    let asked = host.clone();
    // Nobody waits for the answer to a question that is of no use.
    let family = match family {
        AddressFamily::Any => Family::UNSPECIFIED,
        AddressFamily::V4 => Family::INET,
        AddressFamily::V6 => Family::INET6,
    };
    let ask = move || {
        let _permit = permit;
        // Who has given up is not told.
        let _ = tell.send(landline_socket::resolve_family(&asked, port, family));
    };
    if let Err(error) = thread::Builder::new().spawn(ask) {
        return Err(failed(format!("the lookup of {host} cannot be begun")).because(error));
    }
    match told.await {
        Ok(Ok(addresses)) if !addresses.is_empty() => Ok(addresses),
        Ok(Ok(_)) => Err(failed(format!("could not resolve host {host}"))),
        Ok(Err(error)) => {
            // The host stands in our own words already.
            let words = error.to_string();
            let why = words.strip_prefix(&format!("look up {host}: ")).unwrap_or(&words);
            Err(failed(format!("could not resolve host {host}")).because(why))
        }
        Err(error) => Err(failed(format!("the lookup of {host} was cut off")).because(error)),
    }
}

/// RFC 8305 section 4: the families take turns, beginning with the one the system put first.
pub(super) fn interleave(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let first_is_v4 = addresses.first().is_some_and(SocketAddr::is_ipv4);
    let (first, second): (Vec<_>, Vec<_>) =
        addresses.into_iter().partition(|one| one.is_ipv4() == first_is_v4);
    let mut mixed = Vec::with_capacity(first.len() + second.len());
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    loop {
        match (first.next(), second.next()) {
            (None, None) => return mixed,
            (one, other) => mixed.extend(one.into_iter().chain(other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn families_take_turns() {
        let given = addresses(&["[::1]:1", "[::2]:1", "[::3]:1", "1.1.1.1:1", "2.2.2.2:1"]);
        let mixed = addresses(&["[::1]:1", "1.1.1.1:1", "[::2]:1", "2.2.2.2:1", "[::3]:1"]);
        assert_eq!(interleave(given), mixed);
    }

    #[test]
    fn literals_and_localhost_need_no_lookup() {
        let options = NetOptions::default();
        for host in ["127.0.0.1", "[::1]", "localhost", "LOCALHOST.", "a.localhost"] {
            assert!(known(&options, host, 80).unwrap().is_some(), "{host}");
        }
        assert!(known(&options, "a.test", 80).unwrap().is_none());
        assert!(known(&options, "a.onion", 80).is_err());
    }
}

//! Invariants: any list can be read and any host asked about; the answer does not depend on the host's letter case,
//! brackets or final dot; a list covers what either of its halves does; `*` covers all, an empty list nothing.
#![no_main]

use landline_wire::no_proxy::NoProxy;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let (list, host) = text.split_once('\n').unwrap_or((&text, "www.example.com"));
    let rules = NoProxy::parse(list);
    let covers = |host: &str| rules.covers(host, 80);
    let answer = covers(host);
    if host.is_ascii() {
        assert_eq!(covers(&host.to_ascii_uppercase()), covers(&host.to_ascii_lowercase()));
    }
    if host.parse::<std::net::Ipv6Addr>().is_ok() {
        assert_eq!(covers(&format!("[{host}]")), answer);
    }
    if host.len() < 200
        && host
            .split('.')
            .all(|label| label.bytes().all(|b| b.is_ascii_alphabetic()) && !label.is_empty())
    {
        assert_eq!(covers(&format!("{host}.")), answer);
    }
    assert!(NoProxy::parse(&format!("{list},*")).covers(host, 80));
    assert!(!NoProxy::default().covers(host, 80));
    if let Some((one, other)) = list.split_once(',') {
        let either = [one, other].iter().any(|part| NoProxy::parse(part).covers(host, 80));
        assert_eq!(either, answer);
    }
});

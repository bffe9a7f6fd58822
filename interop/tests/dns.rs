//! Names that resolve well and badly, by dnsmasq.
// A test harness fails loudly.
#![allow(clippy::unwrap_used)]

use std::fmt::Write;
use std::net::UdpSocket;
use std::time::{Duration, Instant};

use landline::http::Client;
use landline::net::{AddressFamily, AddressPolicy, NetOptions};
use landline::{ErrorKind, Limits, Phase, Result, Timeouts};
use landline_interop::{Daemon, dnsmasq};
use landline_testkit::http;

const HELLO: &str = "hello, world\n";

fn fetch(dns: &Daemon, host: &str, port: u16, change: impl Fn(&mut NetOptions)) -> Result<String> {
    let mut net = NetOptions::default();
    net.dns.servers = vec![dns.address()];
    change(&mut net);
    let mut timeouts = Timeouts::default();
    timeouts.connect = Some(Duration::from_secs(15));
    let client = Client::with_options(net, timeouts, Limits::default()).unwrap();
    client.get(&format!("http://{host}:{port}/hello")).send()?.text()
}

#[test]
fn dnsmasq_leads_there_by_names_and_their_other_names() {
    let hosts = "127.0.0.1 good.test\n127.0.0.1 both.test\n::1 both.test\n";
    let more = ["--cname=other.test,good.test", "--cname=third.test,other.test"];
    let Some(dns) = dnsmasq(hosts, &more) else { return };
    let server = http::Server::new();
    for host in ["good.test", "GOOD.test.", "other.test", "third.test", "both.test"] {
        assert_eq!(fetch(&dns, host, server.port(), |_| ()).unwrap(), HELLO, "{host}");
    }
    let only6 = |net: &mut NetOptions| net.family = AddressFamily::V6;
    let error = fetch(&dns, "good.test", server.port(), only6).unwrap_err();
    assert_eq!((error.kind(), error.phase()), (ErrorKind::Resolve, Phase::Resolving));
}

#[test]
fn names_that_lead_nowhere_say_so() {
    // It hears questions, and says nothing.
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let upstream =
        format!("--server=/silent.test/127.0.0.1#{}", silent.local_addr().unwrap().port());
    let Some(dns) = dnsmasq("fd00:dead::1 only6.test\n", &[&upstream]) else { return };
    let error = fetch(&dns, "none.test", 9, |_| ()).unwrap_err();
    assert_eq!((error.kind(), error.phase()), (ErrorKind::Resolve, Phase::Resolving));
    assert!(error.chain().contains("no such name"), "{}", error.chain());
    let error = fetch(&dns, "only6.test", 9, |_| ()).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Connect | ErrorKind::Timeout), "{error:?}");
    assert!(error.chain().contains("fd00:dead::1"), "{}", error.chain());
    let begun = Instant::now();
    let error = fetch(&dns, "silent.test", 9, |_| ()).unwrap_err();
    assert_eq!(error.phase(), Phase::Resolving, "{error:?}");
    assert!(begun.elapsed() < Duration::from_secs(18), "{:?}", begun.elapsed());
}

#[test]
fn dead_addresses_are_passed_over_and_long_answers_come_whole() {
    let server = http::Server::new();
    let mut hosts = String::from("127.0.0.1 many.test\n");
    // More than fit in 512 bytes, and nobody listens at any of them.
    for last in 10..60 {
        writeln!(hosts, "127.0.1.{last} many.test").unwrap();
    }
    let Some(dns) = dnsmasq(&hosts, &[]) else { return };
    assert_eq!(fetch(&dns, "many.test", server.port(), |_| ()).unwrap(), HELLO);
    let denied = |net: &mut NetOptions| net.policy = AddressPolicy::public();
    let error = fetch(&dns, "many.test", server.port(), denied).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden, "{error:?}");
}

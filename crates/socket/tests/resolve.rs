//! Names to addresses, without a network.
#![allow(clippy::unwrap_used)] // Functions beside the tests count as not being tests.

use std::net::SocketAddr;

use landline_socket::{ErrorKind, Family, Service, resolve, resolve_family};

fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

#[test]
fn numbers_need_no_lookup() {
    assert_eq!(resolve("127.0.0.1", 80).unwrap(), addresses(&["127.0.0.1:80"]));
    assert_eq!(resolve("::1", "8080").unwrap(), addresses(&["[::1]:8080"]));
    assert_eq!(resolve("[::1]", 0).unwrap(), addresses(&["[::1]:0"]));
    assert_eq!(resolve("192.0.2.7", "65535".to_string()).unwrap()[0].port(), 65535);
}

#[test]
fn services_have_names() {
    assert_eq!(resolve("127.0.0.1", "http").unwrap()[0].port(), 80);
    assert_eq!(resolve("127.0.0.1", "ftp").unwrap()[0].port(), 21);
    assert_eq!(resolve("127.0.0.1", Service::from("nntp")).unwrap()[0].port(), 119);
    // A service of UDP only.
    assert_eq!(resolve("127.0.0.1", "tftp").unwrap()[0].port(), 69);
}

#[test]
fn unknown_services_and_impossible_ports_are_told_apart() {
    let error = resolve("127.0.0.1", "no-such-service").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownService);
    assert!(error.to_string().starts_with("look up no-such-service: "), "{error}");
    for port in ["65536", "99999999999999999999", "", "80\0"] {
        assert_eq!(resolve("127.0.0.1", port).unwrap_err().kind(), ErrorKind::InvalidInput);
    }
    for port in ["-1", "+80", " 80", "0x50", "80 "] {
        assert!(resolve("127.0.0.1", port).is_err(), "{port:?} was taken for a port");
    }
}

#[test]
fn localhost_is_this_machine_without_asking() {
    let both = addresses(&["[::1]:80", "127.0.0.1:80"]);
    for name in ["localhost", "LOCALHOST", "localhost.", "printer.localhost"] {
        assert_eq!(resolve(name, 80).unwrap(), both);
    }
}

#[test]
fn one_family_can_be_asked_for() {
    assert_eq!(
        resolve_family("localhost", 80, Family::INET).unwrap(),
        addresses(&["127.0.0.1:80"])
    );
    assert_eq!(resolve_family("localhost", 80, Family::INET6).unwrap(), addresses(&["[::1]:80"]));
    assert!(resolve_family("::1", 80, Family::INET).unwrap_err().is_unknown_host());
}

#[test]
fn each_address_comes_once() {
    let mut found = resolve("localhost", "http").unwrap();
    let count = found.len();
    found.dedup();
    assert_eq!(found.len(), count);
}

#[test]
fn old_spellings_of_ipv4_go_through_the_system() {
    assert_eq!(resolve("127.1", 80).unwrap(), addresses(&["127.0.0.1:80"]));
}

#[cfg(target_os = "linux")]
#[test]
fn an_ipv6_address_may_name_its_zone() {
    let found = resolve("[fe80::1%lo]", 80).unwrap();
    assert!(matches!(found[..], [SocketAddr::V6(address)] if address.scope_id() == 1), "{found:?}");
}

#[test]
fn a_host_that_cannot_exist_is_unknown() {
    for name in ["nosuchhost.invalid", "INVALID."] {
        let error = resolve(name, 80).unwrap_err();
        assert!(error.is_unknown_host());
        assert_eq!(std::io::Error::from(error).kind(), std::io::ErrorKind::NotFound);
    }
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    assert_eq!(
        resolve("nosuchhost.invalid", 80).unwrap_err().to_string(),
        "look up nosuchhost.invalid: name or service not known"
    );
}

#[test]
fn names_no_system_call_should_see_are_refused() {
    for name in ["", "a\0b", "127.0.0.1\0.example"] {
        let error = resolve(name, 80).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(!error.to_string().contains('\0'));
    }
    assert!(resolve("[127.0.0.1]", 80).is_err());
}

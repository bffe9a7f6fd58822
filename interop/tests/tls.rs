//! TLS against stunnel, which demands a certificate of whoever comes.
// A test harness fails loudly.
#![allow(clippy::unwrap_used)]

use std::process::Command;

use landline::http::Client;
use landline::net::{Identity, NetOptions};
use landline::{ErrorKind, Limits, Timeouts};
use landline_interop::{Daemon, allow_all, free_port, is_installed};
use landline_testkit::http::Server;
use landline_testkit::tls::{Authority, Leaf};
use tempfile::TempDir;

fn stunnel(authority: &Authority, behind: &Server) -> Daemon {
    let (folder, port) = (TempDir::new().unwrap(), free_port());
    authority.write_to(folder.path());
    authority.issue(&["localhost"]).write_to(folder.path());
    let text = format!(
        "foreground = yes\npid =\nsyslog = no\n[https]\naccept = 127.0.0.1:{port}\n\
         connect = {}\ncert = cert.pem\nkey = key.pem\nCAfile = ca.pem\nverifyChain = yes\n",
        behind.addr()
    );
    std::fs::write(folder.path().join("stunnel.conf"), text).unwrap();
    allow_all(folder.path());
    Daemon::start(folder, port, Command::new("stunnel4").arg("stunnel.conf"))
}

#[test]
fn stunnel_lets_in_who_shows_a_certificate_and_nobody_else() {
    if !is_installed("stunnel4") {
        return;
    }
    let authority = Authority::new();
    let behind = Server::new();
    let server = stunnel(&authority, &behind);
    let mine = TempDir::new().unwrap();
    let me = authority.sign(&Leaf::new(&["me"]).for_client().serial(7)).write_to(mine.path());
    let (list, url) = (mine.path().join("list.pem"), server.url("https", "/hello"));
    let get = |net: &NetOptions| {
        let client = Client::with_options(net.clone(), Timeouts::default(), Limits::default());
        client.unwrap().get(&url).send().and_then(|mut reply| {
            let told = reply.tls().unwrap().clone();
            Ok((reply.text()?, told))
        })
    };

    let mut net = NetOptions::default();
    net.tls.trust_only_pem(authority.ca_pem().as_bytes()).unwrap();
    let error = get(&net).unwrap_err();
    assert!(error.to_string().contains("certificate"), "{}", error.chain());
    net.tls.identity = Some(Identity::from_files(&me.certificate, &me.key, None).unwrap());
    let (text, told) = get(&net).unwrap();
    assert_eq!(text, "hello, world\n");
    let shown = told.certificate().unwrap();
    assert_eq!(shown.read().unwrap().subject.common_name(), Some("localhost"));

    net.tls.pinned_keys = vec![shown.pin().unwrap()];
    std::fs::write(&list, authority.revoke(&[7], (2090, 1, 1)).1).unwrap();
    net.tls.refuse_revoked(&list).unwrap();
    assert_eq!(get(&net).unwrap().0, "hello, world\n");

    net.tls = landline::net::TlsOptions::default();
    assert_eq!(get(&net).unwrap_err().kind(), ErrorKind::Certificate);
}

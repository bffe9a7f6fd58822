//! Rows 57 to 63 of the fault table and the classes E3, E4, E5, K1 and K2, at the library's level.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use landline::ftp::{Options, Security};
use landline::net::{NetOptions, Peer};
use landline::{ErrorKind, Event, Login, Observer, StoreMode, Upload};
use landline_testkit::fault::{self, FtpFault, FtpFaultServer, Keep};
use landline_testkit::ftp::Server;
use std::sync::{Arc, Mutex};
use support::{faces, ms, timeouts, trusting};

/// What the flags of the case mean to the library.
fn options(fault: &FtpFault) -> Options {
    let mut options = Options::default();
    if fault.options.contains(&"--ssl-reqd") {
        options.security = Security::Required;
    }
    options
}

fn trust(server: &FtpFaultServer) -> NetOptions {
    server.authority().map_or_else(NetOptions::default, |authority| trusting(authority.ca_der()))
}

/// The kind of error the case ends with, and what came before.
fn judge(fault: &FtpFault, kind: Option<ErrorKind>, came: &[u8], server: &FtpFaultServer) {
    let about = format!("{} ({})", fault.id, fault.description);
    let named = kind.map(|kind| format!("{kind:?}"));
    match &named {
        None => assert!(fault.kinds.is_empty(), "{about}: success"),
        Some(name) => assert!(fault.kinds.contains(&name.as_str()), "{about}: {name}"),
    }
    match (fault.keep, &named) {
        (Keep::Exactly(bytes), _) => assert_eq!(came, bytes, "{about}"),
        (Keep::Beginning, _) => assert!(fault.body.starts_with(came), "{about}"),
        (_, None) if fault.upload.is_none() => assert_eq!(came, fault.body, "{about}"),
        _ => {}
    }
    if fault.options.contains(&"--ssl-reqd") {
        assert!(!server.has_seen_credentials(), "{about}: a secret in the clear");
    }
}

faces! {
    async fn meet(fault: FtpFault, core: landline_testkit::Builder) -> landline::Result<()> {
        let server = fault.serve_on(core);
        let opener = opener().net(trust(&server)).ftp(options(&fault));
        let opener = opener.timeouts(timeouts(|all| {
            if fault.options.contains(&"-m") {
                all.total = ms(300);
            }
        }));
        let opener = opener.login(Login::new("me", "secret"));
        let mut came = Vec::new();
        let ended = if let Some(bytes) = fault.upload {
            let stored = w!(opener.store(&server.url(), Upload::bytes(bytes), StoreMode::Replace));
            stored.map(drop)
        } else {
            match w!(opener.open(&server.url())) {
                Ok(mut document) => {
                    let read = w!(document.read_to_end(&mut came));
                    read.map(drop).map_err(landline::Error::from)
                }
                Err(error) => Err(error),
            }
        };
        let kind = ended.as_ref().err().map(landline::Error::kind);
        judge(&fault, kind, &came, &server);
        if let Err(error) = &ended {
            let told = error.chain().to_lowercase();
            for word in fault.says {
                assert!(told.contains(&word.to_lowercase()), "{}: {told}", fault.id);
            }
            assert!(!told.contains("secret"), "{}: {told}", fault.id);
        }
        Ok(())
    }

    fn every_row_gives_its_error_and_what_came_before() {
        for fault in fault::ftp() {
            w!(meet(fault, landline_testkit::Builder::default()))?;
        }
    }

    fn every_row_does_so_in_one_byte_segments() {
        for fault in fault::ftp() {
            // Endless replies take too long byte by byte; what is injected behind the go-ahead
            // comes late then, and into the handshake, which fails of it.
            if fault.kinds == ["Limit"] || fault.class == "E4" {
                continue;
            }
            let core = landline_testkit::Builder::default();
            w!(meet(fault, core.one_byte(true)))?;
        }
    }

    fn k1_data_goes_to_the_peer_of_the_control_connection_and_nowhere_else() {
        let server = Server::builder().file("/f", "x").without("EPSV");
        let server = server.pasv_address([10, 9, 8, 7]).start();
        let met = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&met);
        let observer = Observer::new(move |event| match event {
            Event::Trying(address) => seen.lock().unwrap().push(address.ip()),
            Event::Connected { peer: Peer::Ip(address), .. } => {
                seen.lock().unwrap().push(address.ip());
            }
            _ => {}
        });
        let mut document = w!(opener().observe(observer).open(&server.url("/f")))?;
        assert_eq!(w!(document.text())?, "x");
        let met = met.lock().unwrap();
        assert!(met.len() > 1 && met.iter().all(std::net::IpAddr::is_loopback), "{met:?}");
    }
}

//! TLS: servers that demand that data connections resume the session of the control connection.

use landline::ftp::{Options, Security};
use landline::net::TlsVersion;
use landline::{ErrorKind, Opener, StoreMode, Upload};
use landline_interop::{FtpServer, FtpTls, big, proftpd, vsftpd};

use crate::{opener_for, options, read, stored, trusting};

on_both! {
    None: says_that_there_is_no_tls;
    Offered: leaves_data_in_the_clear_when_told, uses_tls_where_it_is_offered;
    Demanded: transfers_in_a_row_over_tls_1_2, transfers_in_a_row_over_tls_1_3,
        keeps_sessions_of_two_connections_apart, is_refused_without_tls,
        trusts_no_unknown_authority;
    Implicit: speaks_tls_from_the_first_byte;
}

fn required(ftp: &mut Options) {
    ftp.security = Security::Required;
}

fn over(server: &FtpServer, version: TlsVersion) -> Opener {
    let mut net = trusting(server);
    (net.tls.min_version, net.tls.max_version) = (Some(version), Some(version));
    Opener::new().unwrap().net(net).ftp(options(required))
}

/// Reads, writes and lists in turns, more often than a server gives tickets at once.
fn transfers_in_a_row(server: &FtpServer, opener: &Opener) {
    let big = big();
    for round in 0..3 {
        let store = |name: &str, bytes: &[u8]| {
            let url = server.url(&format!("/up/{name}{round}"));
            opener.store(&url, Upload::bytes(bytes), StoreMode::Replace).unwrap();
            assert!(stored(server, &format!("up/{name}{round}")) == bytes, "{name}{round}");
        };
        for name in ["a", "b", "c", "d"] {
            store(name, b"small");
        }
        store("big", big);
        store("empty", b"");
        assert_eq!(read(opener, &server.url("/small.txt")), b"hello\n");
        assert!(read(opener, &server.url("/big")) == big);
        assert_eq!(read(opener, &server.url("/empty")), b"");
        let listing = String::from_utf8(read(opener, &server.url("/up/"))).unwrap();
        assert_eq!(listing.lines().count(), 6 * (round + 1), "{listing}");
    }
}

fn transfers_in_a_row_over_tls_1_2(server: &FtpServer) {
    transfers_in_a_row(server, &over(server, TlsVersion::V1_2));
    assert_eq!((server.count("USER"), server.count("PROT")), (1, 1), "{:?}", server.commands());
}

/// A ticket resumes one session, and ProFTPD gives no new one with an upload: then another login
/// has to.
fn transfers_in_a_row_over_tls_1_3(server: &FtpServer) {
    transfers_in_a_row(server, &over(server, TlsVersion::V1_3));
    let most = if server.renews_tickets() { 1 } else { 10 };
    assert!(server.count("USER") <= most, "{:?}", server.commands());
}

fn speaks_tls_from_the_first_byte(server: &FtpServer) {
    transfers_in_a_row(server, &opener_for(server, |_| ()));
    assert_eq!(server.count("AUTH"), 0);
}

/// A session belongs to the control connection it came from, not to the name of the server.
fn keeps_sessions_of_two_connections_apart(server: &FtpServer) {
    let opener = opener_for(server, required);
    for _ in 0..4 {
        let mut documents = [0, 1, 2].map(|_| opener.open(&server.url("/big")).unwrap());
        for document in &mut documents {
            assert!(document.read_to_vec().unwrap() == big());
        }
    }
    assert_eq!(server.count("USER"), 3, "{:?}", server.commands());
}

#[test]
fn sessions_of_two_servers_of_one_name_are_kept_apart() {
    let (Some(one), Some(other)) = (vsftpd(FtpTls::Demanded), proftpd(FtpTls::Demanded)) else {
        return;
    };
    let mut net = trusting(&one);
    net.tls.trust_file(other.ca()).unwrap();
    let opener = Opener::new().unwrap().net(net).ftp(options(required));
    for _ in 0..3 {
        for server in [&one, &other] {
            assert_eq!(read(&opener, &server.url("/small.txt")), b"hello\n");
            let upload = Upload::bytes(*b"text");
            opener.store(&server.url("/up/text"), upload, StoreMode::Replace).unwrap();
        }
    }
    assert_eq!(one.count("USER"), 1, "{:?}", one.commands());
}

fn leaves_data_in_the_clear_when_told(server: &FtpServer) {
    let opener = opener_for(server, |ftp| {
        required(ftp);
        ftp.clear_data = true;
    });
    assert!(read(&opener, &server.url("/big")) == big());
    opener.store(&server.url("/up/x"), Upload::bytes(*b"x"), StoreMode::Replace).unwrap();
    assert_eq!(stored(server, "up/x"), b"x");
    assert!(server.commands().contains(&"PROT C".to_owned()), "{:?}", server.commands());
}

fn uses_tls_where_it_is_offered(server: &FtpServer) {
    let opener = opener_for(server, |ftp| ftp.security = Security::Tried);
    assert_eq!(read(&opener, &server.url("/small.txt")), b"hello\n");
    assert!(server.commands().contains(&"PROT P".to_owned()), "{:?}", server.commands());
    assert_eq!(read(&opener_for(server, |_| ()), &server.url("/small.txt")), b"hello\n");
}

fn says_that_there_is_no_tls(server: &FtpServer) {
    let error = opener_for(server, required).open(&server.url("/small.txt")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TlsUnavailable, "{error}");
    assert_eq!((server.count("USER"), server.count("PASS")), (0, 0));
    let tried = opener_for(server, |ftp| ftp.security = Security::Tried);
    assert_eq!(read(&tried, &server.url("/small.txt")), b"hello\n");
}

fn is_refused_without_tls(server: &FtpServer) {
    let error = opener_for(server, |_| ()).open(&server.url("/small.txt")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Login, "{error}");
}

fn trusts_no_unknown_authority(server: &FtpServer) {
    let opener = Opener::new().unwrap().ftp(options(required));
    let error = opener.open(&server.url("/small.txt")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Certificate, "{error}");
    assert_eq!((server.count("USER"), server.count("PASS")), (0, 0));
}

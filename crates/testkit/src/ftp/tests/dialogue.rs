//! What the control connection says.

use super::*;

#[test]
fn logins() {
    let server = Server::builder().login("me", "secret").start();
    let mut client = Client::greeted(&server);
    client.expect(&[
        ("PWD", "530"),
        ("PASS x", "503"),
        ("USER me", "331"),
        ("PASS wrong", "530"),
        ("USER me", "331"),
        ("PASS secret", "230"),
        ("ACCT x", "202"),
        ("REIN", "220"),
        ("PWD", "530"),
        ("user ftp", "331"),
        ("pass x", "230"),
        ("XYZZY", "500"),
        ("QUIT", "221"),
    ]);
    assert_eq!(client.reply(), "");
    assert_eq!(server.commands()[3..6], ["PASS wrong", "USER me", "PASS secret"]);
    assert_eq!(server.dialogue()[0].connection, 1);
}

#[test]
fn accounts_and_closed_doors() {
    let server = Server::builder().login("me", "secret").account("books").no_anonymous().start();
    let mut client = Client::greeted(&server);
    client.expect(&[
        ("USER anonymous", "331"),
        ("PASS me@", "530"),
        ("USER me", "331"),
        ("PASS secret", "332"),
        ("PWD", "530"),
        ("ACCT other", "530"),
        ("USER me", "331"),
        ("PASS secret", "332"),
        ("ACCT books", "230"),
        ("PWD", "257"),
    ]);
}

#[test]
fn folders_and_names() {
    let server = Server::builder().file("/a/b/c.txt", "x").folder("/e").home("/a").start();
    let mut client = Client::logged_in(&server);
    client.expect(&[
        ("PWD", "257 \"/a\" "),
        ("CWD b", "250"),
        ("PWD", "257 \"/a/b\" "),
        ("CWD nowhere", "550"),
        ("CWD c.txt", "550"),
        ("CDUP", "250"),
        ("XCUP", "250"),
        ("CDUP", "250"),
        ("XPWD", "257 \"/\" "),
        ("MKD a \"q\"", "257 \"/a \"\"q\"\"\" made"),
        ("MKD e", "550"),
        ("MKD no/where", "550"),
        ("RMD a", "550"),
        ("RMD e", "250"),
        ("DELE a", "550"),
        ("RNTO x", "503"),
        ("RNFR nothing", "550"),
        ("RNFR a", "350"),
        ("RNTO a/in/itself", "553"),
        ("RNFR a", "350"),
        ("RNTO z", "250"),
        ("DELE /z/b/c.txt", "250"),
        ("DELE /z/b/c.txt", "550"),
    ]);
    assert_eq!(server.paths(), ["/", "/a \"q\"", "/z", "/z/b"]);
}

#[test]
fn sizes_and_times() {
    let server = Server::builder().file("/a", "1\n2\n").pattern("/p", 1 << 40).start();
    let mut client = Client::logged_in(&server);
    client.expect(&[
        ("SIZE a", "213 4\r\n"),
        ("TYPE A", "200"),
        ("SIZE a", "213 6\r\n"),
        ("SIZE p", "213 1099511627776\r\n"),
        ("SIZE /", "550"),
        ("MDTM a", "213 20240229123456\r\n"),
        ("MFMT 20200101000000 a", "213 Modify=20200101000000; /a\r\n"),
        ("MDTM a", "213 20200101000000\r\n"),
        ("MFMT yesterday a", "501"),
        ("MDTM", "501"),
        ("MDTM nothing", "550"),
    ]);
    assert_eq!(server.modified("/a"), Some(1_577_836_800));
    server.put("/a", "changed");
    client.expect(&[("SIZE a", "213 7\r\n")]);
}

#[test]
fn manners() {
    let server = Server::new();
    let mut client = Client::logged_in(&server);
    client.expect(&[
        ("TYPE L 8", "200"),
        ("TYPE E", "504"),
        ("MODE S", "200"),
        ("MODE Z", "504"),
        ("STRU F", "200"),
        ("STRU R", "504"),
        ("SYST", "215 UNIX"),
        ("NOOP", "200"),
        ("HELP", "214-"),
        ("SITE CHMOD 644 x", "200"),
        ("STAT", "211-"),
        ("ABOR", "226"),
        ("\u{fffd}", "500"),
        ("OPTS UTF8 ON", "200"),
        ("OPTS MLST size;type;", "200 MLST OPTS type;size;\r\n"),
        ("OPTS NOTHING", "501"),
        ("AUTH TLS", "502"),
        ("PBSZ 0", "503"),
        ("CCC", "533"),
        (
            "FEAT",
            "211-Features:\r\n EPRT\r\n EPSV\r\n MDTM\r\n MFMT\r\n PASV\r\n SIZE\r\n \
            REST STREAM\r\n MLST type*;size*;modify;perm;\r\n TVFS\r\n UTF8\r\n211 End\r\n",
        ),
    ]);
    client.control.get_mut().write_all(b"\xff\xf4\xff\xf2ABOR\r\n").unwrap();
    assert!(client.reply().starts_with("226"));
}

#[test]
fn one_byte_at_a_time() {
    let server = Server::builder().file("/a", "slowly").one_byte(true).start();
    let mut client = Client::logged_in(&server);
    assert_eq!(client.text("RETR a"), "slowly");
}

#[test]
fn on_ipv6_where_there_is_one() {
    if std::net::TcpListener::bind("[::1]:0").is_err() {
        return eprintln!("skipped: no IPv6 here");
    }
    let core = crate::Builder::default().bind(SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, 1], 0)));
    let server = Server::builder().on(core).start();
    let mut client = Client::logged_in(&server);
    client.expect(&[("PASV", "425"), ("EPSV 1", "522"), ("EPSV 2", "229")]);
    assert!(server.url("/x").starts_with("ftp://[::1]:"));
}

//! Data, both ways, passive and active.

use std::net::TcpListener;

use super::*;
use crate::http::{is_pattern, pattern};

#[test]
fn downloads_whole_and_from_the_middle() {
    let server =
        Server::builder().file("/f/a.txt", "hello\nworld\n").pattern("/big", 3_000_000).start();
    let mut client = Client::logged_in(&server);
    let (opening, bytes, closing) = client.fetch("RETR /f/a.txt");
    assert!(opening.ends_with("for /f/a.txt (12 bytes).\r\n") && closing.starts_with("226"));
    assert_eq!(bytes, b"hello\nworld\n");
    client.expect(&[("REST 6", "350")]);
    assert_eq!(client.text("RETR f/a.txt"), "world\n");
    assert_eq!(client.text("RETR f/a.txt").len(), 12);
    client.expect(&[("REST 12", "350")]);
    assert_eq!(client.text("RETR f/a.txt"), "");
    client.expect(&[("REST 13", "350"), ("RETR f/a.txt", "554"), ("REST x", "501")]);
    let (_, bytes, _) = client.fetch("RETR big");
    assert!(is_pattern(&bytes) && bytes.len() == 3_000_000);
    client.expect(&[("REST 1000001", "350")]);
    assert!(client.fetch("RETR big").1 == pattern(1_000_001, 1_999_999));
    client.expect(&[("TYPE A", "200")]);
    assert_eq!(client.text("RETR f/a.txt"), "hello\r\nworld\r\n");
    client.expect(&[("RETR nothing", "550"), ("RETR f", "550")]);
    let counts: Vec<u64> = server.data_connections().iter().map(|data| data.bytes).collect();
    assert_eq!(counts, [12, 6, 12, 0, 3_000_000, 1_999_999, 14]);
}

#[test]
fn uploads_of_every_kind() {
    let server = Server::builder().folder("/in").sink("/null").start();
    let mut client = Client::logged_in(&server);
    let (opening, closing) = client.upload("STOR in/a", b"hello\r\n");
    assert!(opening.starts_with("150") && closing.starts_with("226"), "{opening}{closing}");
    client.upload("APPE in/a", b"more");
    assert_eq!(server.read("/in/a").unwrap(), b"hello\r\nmore");
    client.expect(&[("REST 5", "350")]);
    client.upload("STOR in/a", b"!");
    assert_eq!(server.read("/in/a").unwrap(), b"hello!");
    client.upload("APPE in/new", b"new");
    assert!(server.exists("/in/new"));
    client.expect(&[("TYPE A", "200")]);
    client.upload("STOR in/a", b"1\r\n2\r\n");
    assert_eq!(server.read("/in/a").unwrap(), b"1\n2\n");
    let (opening, _) = client.upload("STOU", b"unique");
    assert_eq!(opening, "150 FILE: unique.1\r\n");
    assert_eq!(server.read("/unique.1").unwrap(), b"unique");
    client.upload("STOR null", &vec![0; 3_000_000]);
    assert_eq!((server.sunk("/null"), server.read("/null")), (3_000_000, None));
    client.expect(&[
        ("STOR no/where", "553"),
        ("STOR in", "553"),
        ("REST 99", "350"),
        ("STOR in/a", "554"),
    ]);
}

#[test]
fn listings_of_every_kind() {
    let server = Server::builder()
        .file("/d/a.txt", "hello")
        .folder("/d/sub")
        .listing("/odd", "total 0\r\n")
        .start();
    let mut client = Client::logged_in(&server);
    let line = "-rw-r--r--   1 ftp      ftp                 5 Feb 29  2024 a.txt\r\n";
    let wanted =
        format!("{line}drwxr-xr-x   2 ftp      ftp              4096 Feb 29  2024 sub\r\n");
    assert_eq!(client.text("LIST d"), wanted);
    assert_eq!(client.text("LIST -al d"), wanted);
    assert_eq!(client.text("LIST d/a.txt"), line);
    assert_eq!(client.text("LIST odd"), "total 0\r\n");
    assert_eq!(client.text("NLST d"), "a.txt\r\nsub\r\n");
    assert_eq!(client.text("NLST d/sub"), "");
    let wanted = "type=cdir;modify=20240229123456;perm=cdeflmp; /d\r\n\
        type=file;size=5;modify=20240229123456;perm=adfrw; a.txt\r\n\
        type=dir;modify=20240229123456;perm=cdeflmp; sub\r\n";
    assert_eq!(client.text("MLSD d"), wanted);
    client.expect(&[
        ("MLSD d/a.txt", "501"),
        ("LIST nothing", "550"),
        ("MLST d/a.txt", "250-Listing\r\n type=file;size=5;modify=20240229123456;perm=adfrw; /d/a.txt\r\n250 End\r\n"),
        ("STAT d/a.txt", &format!("213-Status:\r\n{line}213 End.\r\n")),
        ("OPTS MLST type;", "200"),
    ]);
    assert_eq!(client.text("MLSD d/sub"), "type=cdir; /d/sub\r\n");
}

#[test]
fn listings_in_other_styles() {
    let styles = [
        (
            ListStyle::Dos,
            "02-29-24  12:34PM                    5 a\r\n02-29-24  12:34PM       <DIR>          b\r\n",
        ),
        (ListStyle::Eplf, "+m1709210096,r,s5,\ta\r\n+m1709210096,/,\tb\r\n"),
    ];
    for (style, wanted) in styles {
        let server = Server::builder().file("/a", "hello").folder("/b").list_style(style).start();
        assert_eq!(Client::logged_in(&server).text("LIST"), wanted);
    }
}

#[test]
fn active_goes_to_the_client_alone() {
    let server = Server::builder().file("/a", "hello").start();
    let mut client = Client::logged_in(&server);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let commands = [
        format!("EPRT |1|127.0.0.1|{port}|"),
        format!("PORT 127,0,0,1,{},{}", port >> 8, port & 255),
    ];
    for command in &commands {
        client.expect(&[(command, "200"), ("RETR a", "150")]);
        let mut bytes = String::new();
        listener.accept().unwrap().0.read_to_string(&mut bytes).unwrap();
        assert!(bytes == "hello" && client.reply().starts_with("226"));
    }
    client.expect(&[
        ("EPRT |1|10.9.8.7|99|", "500"),
        ("PORT 10,9,8,7,1,1", "500"),
        ("PORT 1,2,3", "501"),
        ("EPRT 1", "501"),
        ("RETR a", "425"),
        ("EPSV ALL", "200"),
        (&commands[0], "501"),
        ("PASV", "501"),
        ("EPSV", "229"),
    ]);
    let kinds: Vec<bool> = server.data_connections().iter().map(|data| data.is_passive).collect();
    assert_eq!(kinds, [false, false]);
}

#[test]
fn abor_ends_a_transfer_that_stands_still() {
    let server = Server::builder().pattern("/endless", u64::MAX).start();
    let mut client = Client::logged_in(&server);
    let data = client.passive();
    client.expect(&[("RETR endless", "150"), ("ABOR", "426")]);
    assert!(client.reply().starts_with("226"));
    drop(data);
    client.expect(&[("NOOP", "200")]);
}

#[test]
fn a_client_that_goes_ends_its_transfer() {
    let server = Server::builder().pattern("/endless", u64::MAX).start();
    let mut client = Client::logged_in(&server);
    let _data = client.passive();
    client.expect(&[("RETR endless", "150")]);
    drop(client);
    assert!(server.wait_until(|_, data| data[0].is_over, PATIENCE));
}

#[test]
fn data_closed_early_gives_426_and_the_connection_lives() {
    let server = Server::builder().pattern("/endless", u64::MAX).start();
    let mut client = Client::logged_in(&server);
    let mut data = client.passive();
    client.expect(&[("RETR endless", "150")]);
    data.read_exact(&mut [0; 100]).unwrap();
    drop(data);
    assert!(client.reply().starts_with("426"));
    client.expect(&[("NOOP", "200")]);
}

#[test]
fn dropping_the_server_ends_everything_at_once() {
    let server = Server::builder().pattern("/endless", u64::MAX).start();
    let (mut waiting, mut standing) = (Client::logged_in(&server), Client::logged_in(&server));
    let _data = standing.passive();
    standing.expect(&[("RETR endless", "150")]);
    waiting.ask("EPSV");
    waiting.send("RETR endless");
    let came = |line: &Command| line.connection == 1 && line.line == "RETR endless";
    assert!(server.wait_until(|commands, _| commands.iter().any(came), PATIENCE));
    let start = std::time::Instant::now();
    drop(server);
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
}

#[test]
fn patterns_are_written_over_without_being_held() {
    let server = Server::builder().pattern("/big", 1 << 60).start();
    let mut client = Client::logged_in(&server);
    client.expect(&[("REST 3", "350")]);
    client.upload("STOR big", b"!");
    assert_eq!(server.read("/big").unwrap(), [0, 1, 2, b'!']);
}

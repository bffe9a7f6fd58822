//! Each quirk at least once.

use super::*;

fn page() -> Builder {
    Server::builder().file("/a", "hello")
}

#[test]
fn answers_instead_of_deeds() {
    let server = page()
        .without("EPSV")
        .without("MLST")
        .answer("SITE", "500 What?")
        .answer_nth("NOOP", 2, Answer::raw("200-two\r\n200 lines\r\n"))
        .answer_nth("NOOP", 3, Answer::from("421 Time is over.").then(End::Fin))
        .start();
    let mut client = Client::logged_in(&server);
    client.expect(&[("EPSV", "500"), ("SITE x", "500 What?\r\n"), ("NOOP", "200 Done")]);
    let features = client.ask("FEAT");
    assert!(!features.contains("EPSV") && !features.contains("MLST"), "{features}");
    client.expect(&[("NOOP", "200-two\r\n200 lines\r\n"), ("NOOP", "421")]);
    assert_eq!(client.reply(), "");
    Client::logged_in(&server).expect(&[("NOOP", "200 Done")]);
}

#[test]
fn a_user_let_in_without_a_password() {
    let server = page().answer("USER", "230 Come in.").start();
    Client::greeted(&server).expect(&[("USER x", "230"), ("PWD", "257")]);
}

#[test]
fn greetings() {
    let server = Server::builder().greeting(Answer::raw("220-a\r\n220 b\r\n")).start();
    let mut client = BufReader::new(connect(server.addr()));
    let mut greeting = [0; 14];
    client.read_exact(&mut greeting).unwrap();
    assert_eq!(&greeting, b"220-a\r\n220 b\r\n");
    let server = Server::builder().greeting(Answer::raw("").endlessly("220-x\r\n")).start();
    let mut start = vec![0; 1 << 20];
    connect(server.addr()).read_exact(&mut start).unwrap();
    assert!(start.starts_with(b"220-x\r\n220-x\r\n"));
}

#[test]
fn the_foreign_address_and_the_pret() {
    let server = page().pasv_address([10, 9, 8, 7]).demand_pret().start();
    let mut client = Client::logged_in(&server);
    client.expect(&[
        ("PASV", "503"),
        ("PRET RETR a", "200"),
        ("PASV", "227 Entering Passive Mode (10,9,8,7,"),
    ]);
    assert!(client.ask("FEAT").contains(" PRET\r\n"));
}

#[test]
fn final_replies() {
    for (builder, wanted) in [
        (page().final_reply("451 No."), "451 No.\r\n"),
        (page().final_reply(Answer::nothing().then(End::Fin)), ""),
        (page().final_reply(Answer::raw("22").then(End::Cut)), "22"),
        (page().end_data_after(5, End::Fin), "426 The transfer was aborted.\r\n"),
    ] {
        let (_, bytes, reply) = Client::logged_in(&builder.start()).fetch("RETR a");
        assert_eq!((bytes.as_slice(), &*reply), (&b"hello"[..], wanted));
    }
}

#[test]
fn early_late_and_unasked_replies() {
    let server = page().final_reply_early().pause_data_after(2, Wait::Release).start();
    let mut client = Client::logged_in(&server);
    let mut data = client.passive();
    client.expect(&[("RETR a", "150")]);
    assert!(client.reply().starts_with("226"));
    let mut start = [0; 2];
    data.read_exact(&mut start).unwrap();
    server.release();
    let mut rest = String::new();
    data.read_to_string(&mut rest).unwrap();
    assert_eq!((&start, &*rest), (b"he", "llo"));

    let server =
        page().final_reply_late(Wait::Release).accept_late(Wait::For(Duration::ZERO)).start();
    let mut client = Client::logged_in(&server);
    let mut data = client.passive();
    client.expect(&[("RETR a", "150")]);
    data.read_to_string(&mut rest).unwrap();
    server.release();
    assert!(client.reply().starts_with("226"));

    let farewell = Answer::from("421 Bye.").then(End::Fin);
    let server = page().after_transfer(2, farewell).start();
    let mut client = Client::logged_in(&server);
    assert_eq!(client.text("RETR a") + &client.text("RETR a"), "hellohello");
    assert_eq!(client.reply() + &client.reply(), "421 Bye.\r\n");
}

#[test]
fn lies_about_sizes() {
    let server = page().announce("/a", 10).start();
    let mut client = Client::logged_in(&server);
    client.expect(&[("SIZE a", "213 10\r\n")]);
    assert!(client.fetch("RETR a").0.contains("(10 bytes)"));
    let server = page().without_sizes().start();
    let mut client = Client::logged_in(&server);
    client.expect(&[("SIZE a", "500")]);
    assert!(client.fetch("RETR a").0.ends_with("for a.\r\n"));
}

#[test]
fn ends_in_the_middle() {
    let server = page().end_data_after(3, End::Reset).start();
    let mut client = Client::logged_in(&server);
    let mut data = client.passive();
    client.expect(&[("RETR a", "150")]);
    let error = data.read_to_end(&mut Vec::new()).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    assert!(client.reply().starts_with("426"));

    let (_, bytes, reply) =
        Client::logged_in(&page().end_control_after(3, End::Fin).start()).fetch("RETR a");
    assert_eq!((bytes.as_slice(), &*reply), (&b"hello"[..], ""));
    let (_, bytes, reply) =
        Client::logged_in(&page().die_after(3, End::Fin).start()).fetch("RETR a");
    assert_eq!((bytes.as_slice(), &*reply), (&b"hel"[..], ""));
}

#[test]
fn a_full_disk_takes_what_fits() {
    let server = page().full_after(3).start();
    let mut client = Client::logged_in(&server);
    assert!(client.upload("STOR b", b"abcdef").1.starts_with("552"));
    assert!(client.upload("STOR c", b"abc").1.starts_with("226"));
    assert_eq!(
        (server.read("/b").unwrap(), server.read("/c").unwrap()),
        (b"abc".into(), b"abc".into())
    );
}

#[test]
fn a_listing_without_end() {
    let server = page().endless_list().start();
    let mut client = Client::logged_in(&server);
    let mut data = client.passive();
    client.expect(&[("NLST", "150")]);
    let mut start = vec![0; 1 << 20];
    data.read_exact(&mut start).unwrap();
    assert!(start.starts_with(b"a\r\na\r\n"));
}

#[test]
fn stalls_end_with_the_server() {
    let server = page().end_data_after(3, End::Stall).start();
    let mut client = Client::logged_in(&server);
    let mut data = client.passive();
    client.expect(&[("RETR a", "150")]);
    data.read_exact(&mut [0; 3]).unwrap();
    data.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    assert!(data.read(&mut [0]).is_err());
    drop(server);
    assert!(!matches!(data.read(&mut [0]), Ok(1)));
}

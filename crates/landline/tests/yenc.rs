//! Files in articles, decoded while those come from a server.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::error::Error;

use landline::nntp::{Article, YencHeader};
use landline::{ErrorKind, Phase};
use landline_testkit::Server;
use landline_testkit::transcript::Delivery;
use support::faces;

const BEFORE: &str =
    "Subject: x\r\n\r\nHere it is:\r\n=ybegin part=2 line=128 size=1000 name= a/b.bin \r\n";
const PART: &str = "=ypart begin=101 end=400\r\n";
const END: &str = "=yend size=300 part=2 pcrc32=E000B1FB\r\nBye\r\n";

fn file() -> Vec<u8> {
    (0..300).map(|number| (number * 7 % 256) as u8).collect()
}

/// The file of an article, with its dots doubled as they are on the wire.
fn encoded() -> Vec<u8> {
    let mut text = Vec::new();
    for line in file().chunks(99) {
        for (at, byte) in line.iter().map(|byte| byte.wrapping_add(42)).enumerate() {
            match byte {
                0 | b'\n' | b'\r' | b'=' => text.extend([b'=', byte.wrapping_add(64)]),
                b'.' if at == 0 => text.extend(b".."),
                _ => text.push(byte),
            }
        }
        text.extend(b"\r\n");
    }
    text
}

/// A server that has one article; it closes the connection behind it.
fn server(article: Vec<u8>, delivery: Delivery) -> Server {
    Server::tcp(move |conn| {
        conn.say("200 hello\r\n")?;
        conn.read_line()?;
        conn.say("101\r\nREADER\r\n.\r\n")?;
        conn.read_line()?;
        conn.say("222 body\r\n")?;
        match delivery {
            Delivery::Whole => conn.say(&article)?,
            _ => article.iter().try_for_each(|byte| conn.say([*byte]))?,
        }
        if article.ends_with(b"\r\n.\r\n") {
            conn.read_line()?;
            conn.say("111 20010909014640\r\n")?;
        }
        Ok(())
    })
}

fn article(before: &str, encoded: &[u8], end: &str) -> Vec<u8> {
    [before.as_bytes(), encoded, end.as_bytes(), b".\r\n"].concat()
}

faces! {
    async fn read(article: Vec<u8>, delivery: Delivery) -> (Vec<u8>, Result<YencHeader, landline::Error>) {
        let server = server(article, delivery);
        let mut news = w!(face::nntp::Connection::connect(&server.addr().to_string())).unwrap();
        let mut reader = face::nntp::YencReader::new(w!(news.body(Article::Current)).unwrap());
        let mut bytes = Vec::new();
        let read = w!(reader.read_to_end(&mut bytes)).map_err(landline::Error::from);
        if let Err(error) = read {
            return (bytes, Err(error));
        }
        let header = reader.header().cloned().unwrap();
        drop(reader);
        w!(news.date()).expect("the connection is free again");
        (bytes, Ok(header))
    }

    fn a_part_is_decoded_as_it_comes_and_knows_where_it_belongs() {
        for delivery in Delivery::ALL {
            let (bytes, header) = w!(read(article(&(BEFORE.to_owned() + PART), &encoded(), END), delivery));
            let header = header.unwrap();
            assert_eq!(bytes, file());
            assert_eq!((&*header.name, header.size), ("a/b.bin", 1000));
            assert_eq!((header.part, header.range), (Some(2), Some((101, 400))));
        }
    }

    fn its_name_is_known_before_its_bytes_are_read() {
        let text = article(&(BEFORE.to_owned() + PART), &encoded(), END);
        let mut reader = face::nntp::YencReader::new(&text[..]);
        assert!(reader.header().is_none());
        assert_eq!(w!(reader.read_header()).unwrap().name, "a/b.bin");
        let mut bytes = Vec::new();
        w!(reader.read_to_end(&mut bytes)).unwrap();
        assert_eq!(bytes, file());
        let error = w!(face::nntp::YencReader::new(&b"none\r\n"[..]).read_header()).unwrap_err();
        assert_eq!((error.kind(), error.phase()), (ErrorKind::Encoding, Phase::ReadingBody));
        assert!(error.source().unwrap().to_string().contains("nothing in yEnc"));
    }

    fn what_is_not_whole_never_ends_well() {
        let before = BEFORE.to_owned() + PART;
        let (short, long) = (&encoded()[..200], "a".repeat(20_000));
        let broken: Vec<u8> = encoded().iter().map(|byte| if *byte == b'*' { b'+' } else { *byte }).collect();
        let mut cut = article(&before, &encoded(), END);
        cut.truncate(300);
        let cases = [
            (article(&before, &encoded(), ""), ErrorKind::Truncated, file().len()),
            (article(BEFORE, &[], ""), ErrorKind::Truncated, 0),
            (cut, ErrorKind::Truncated, 99),
            (article(&before, short, &format!("\r\n{END}")), ErrorKind::Encoding, 190),
            (article(&before, &broken, END), ErrorKind::Encoding, file().len()),
            (article(&before, &encoded(), &END.replace("300", "301")), ErrorKind::Encoding, file().len()),
            (article(&before, long.as_bytes(), END), ErrorKind::Limit, 0),
            (article("Subject: x\r\n", &[], "\r\n"), ErrorKind::Encoding, 0),
        ];
        for (at, (article, kind, least)) in cases.into_iter().enumerate() {
            for delivery in Delivery::ALL {
                let (bytes, error) = w!(read(article.clone(), delivery));
                assert_eq!(error.map_err(|error| error.kind()), Err(kind), "{at}");
                assert!(bytes.len() >= least, "{at}: what came before is given: {}", bytes.len());
            }
        }
    }
}

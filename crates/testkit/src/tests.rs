//! The server core under a bare client.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use crate::{RECORD_LIMIT_BYTES, Server};

const SOON: Duration = Duration::from_secs(10);

fn connect(server: &Server) -> TcpStream {
    let client = TcpStream::connect(server.addr()).unwrap();
    client.set_read_timeout(Some(SOON)).unwrap();
    client
}

#[test]
fn connections_are_numbered_and_recorded() {
    let server = Server::tcp(|conn| {
        let number = conn.connection_number();
        conn.read_line()?;
        conn.say(format!("{number}"))
    });
    for number in 1..=3 {
        let mut client = connect(&server);
        write!(client, "to {number}\r\n").unwrap();
        let mut reply = String::new();
        client.read_to_string(&mut reply).unwrap();
        assert_eq!(reply, number.to_string());
    }
    assert_eq!(server.received_text(), ["to 1\r\n", "to 2\r\n", "to 3\r\n"]);
    assert_eq!(server.connections(), 3);
}

#[test]
fn heads_and_lines_however_they_come() {
    let server = Server::tcp(|conn| {
        assert_eq!(conn.read_head()?, b"A: 1\r\nB: 2\r\n\r\n");
        assert_eq!(conn.read_line()?, b"line\n");
        assert_eq!(conn.read_exact_bytes(3)?, b"xyz");
        assert_eq!(conn.read_line()?, b"rest");
        assert_eq!(conn.read_line()?, b"");
        conn.say("good")
    });
    let mut whole = connect(&server);
    let mut drops = connect(&server);
    drops.set_nodelay(true).unwrap();
    let words = b"A: 1\r\nB: 2\r\n\r\nline\nxyzrest";
    whole.write_all(words).unwrap();
    words.iter().for_each(|byte| drops.write_all(&[*byte]).unwrap());
    for mut client in [whole, drops] {
        client.shutdown(std::net::Shutdown::Write).unwrap();
        let mut reply = String::new();
        client.read_to_string(&mut reply).unwrap();
        assert_eq!(reply, "good");
    }
}

#[test]
fn a_line_longer_than_the_buffer() {
    let server = Server::tcp(|conn| {
        let line = conn.read_line()?;
        conn.say(line.len().to_string())
    });
    let mut client = connect(&server);
    client.write_all(&[vec![b'x'; 300_000], b"\n".to_vec()].concat()).unwrap();
    let mut reply = String::new();
    client.read_to_string(&mut reply).unwrap();
    assert_eq!(reply, "300001");
}

#[test]
fn one_byte_segments_are_seen_as_such() {
    let server = Server::builder().one_byte(true).start(|conn| {
        conn.read_line()?;
        // Between two bytes the client says that it has read: nothing can flow together.
        for byte in b"abc" {
            conn.say([*byte])?;
            conn.read_line()?;
        }
        Ok(())
    });
    let mut client = connect(&server);
    client.write_all(b"\n").unwrap();
    let mut bytes = [0; 16];
    for wanted in b"abc" {
        let count = client.read(&mut bytes).unwrap();
        assert_eq!(&bytes[..count], [*wanted]);
        client.write_all(b"\n").unwrap();
    }
}

#[test]
fn fin_reset_and_close_look_different() {
    let server = Server::tcp(|conn| match conn.read_line()?.as_slice() {
        b"fin\n" => conn.fin(),
        b"reset\n" => conn.reset(),
        _ => {
            conn.close();
            Ok(())
        }
    });
    let end_of = |word: &str| {
        let mut client = connect(&server);
        client.write_all(word.as_bytes()).unwrap();
        client.read(&mut [0; 1]).map_err(|error| error.kind())
    };
    assert_eq!(end_of("fin\n"), Ok(0));
    assert_eq!(end_of("reset\n"), Err(ErrorKind::ConnectionReset));
    assert_eq!(end_of("close\n"), Ok(0));
}

#[test]
fn what_was_said_before_a_reset_arrives() {
    let words = "last words, many of them, each letter in a segment of its own. ".repeat(20);
    let said = words.clone();
    let server = Server::tcp(move |conn| {
        let trickles = conn.read_line()? == b"bytes\n";
        conn.one_byte(trickles);
        conn.say(&said)?;
        conn.reset()
    });
    for way in [&b"whole\n"[..], b"bytes\n"] {
        let mut client = connect(&server);
        client.write_all(way).unwrap();
        let mut heard = Vec::new();
        let end = client.read_to_end(&mut heard).unwrap_err();
        assert_eq!(end.kind(), ErrorKind::ConnectionReset);
        assert_eq!(String::from_utf8(heard).unwrap(), words);
    }
}

#[test]
fn dropping_the_server_frees_everybody() {
    let server = Server::tcp(|conn| match conn.connection_number() {
        1 => conn.stall(),
        2 => {
            conn.hold();
            Ok(())
        }
        3 => {
            conn.wait_for_release();
            Ok(())
        }
        _ => loop {
            conn.say([b'x'; 10_000])?;
        },
    });
    let clients: Vec<TcpStream> = (0..4).map(|_| connect(&server)).collect();
    assert!(server.wait_for(|log| log.len() == 4, SOON));
    let began = Instant::now();
    let address = server.addr();
    drop(server);
    assert!(began.elapsed() < SOON);
    let mut rest = Vec::new();
    for mut client in clients {
        let _ = client.read_to_end(&mut rest);
    }
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn an_assertion_in_a_handler_counts() {
    let server = Server::tcp(|conn| {
        assert_eq!(conn.read_line()?, b"right\n", "the client is wrong");
        Ok(())
    });
    connect(&server).write_all(b"wrong\n").unwrap();
    assert!(server.wait_for(|log| log.iter().any(|record| record.handled), SOON));
    let panic = catch_unwind(AssertUnwindSafe(|| drop(server))).unwrap_err();
    assert!(panic.downcast_ref::<String>().unwrap().contains("the client is wrong"));
}

#[test]
fn large_input_is_counted_but_not_kept() {
    let server = Server::tcp(crate::Conn::stall);
    let mut client = connect(&server);
    let most = RECORD_LIMIT_BYTES + 1000;
    client.write_all(&vec![0; most]).unwrap();
    assert!(server.wait_for(|log| log[0].total == most as u64, SOON));
    assert_eq!(server.received()[0].len(), RECORD_LIMIT_BYTES);
}

#[test]
fn waiting_is_bounded() {
    let server = Server::tcp(crate::Conn::stall);
    assert!(!server.wait_for(|log| !log.is_empty(), Duration::from_millis(10)));
}

#[test]
fn patience_runs_out() {
    let server = Server::builder().patience(Duration::from_millis(20)).start(|conn| {
        match conn.read_line() {
            Err(error) => conn.say(format!("{:?}", error.kind())),
            Ok(_) => conn.say("a line"),
        }
    });
    let mut reply = String::new();
    connect(&server).read_to_string(&mut reply).unwrap();
    assert!(["WouldBlock", "TimedOut"].contains(&&*reply), "{reply}");
}

#[test]
fn urls() {
    let server = Server::tcp(|_| Ok(()));
    assert_eq!(server.url("/a"), format!("http://127.0.0.1:{}/a", server.port()));
    assert!(server.url_for("ftp", "/").starts_with("ftp://127.0.0.1:"));
    if let Ok(listener) = std::net::TcpListener::bind("[::1]:0") {
        drop(listener);
        let six: SocketAddr = "[::1]:0".parse().unwrap();
        let server = Server::builder().bind(six).start(|_| Ok(()));
        assert_eq!(server.url("/"), format!("http://[::1]:{}/", server.port()));
    }
}

#[test]
fn many_servers_at_once() {
    let threads: Vec<_> = (0..16)
        .map(|_| {
            std::thread::spawn(|| {
                for _ in 0..20 {
                    let server = Server::tcp(|conn| conn.say("x"));
                    let mut reply = Vec::new();
                    connect(&server).read_to_end(&mut reply).unwrap();
                    assert_eq!(reply, b"x");
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

//! Streams: connecting, sending, receiving with flags, ending one direction, file-like views.
#![allow(clippy::unwrap_used)] // Functions beside the tests count as not being tests.

mod loopback;

use std::io::{BufRead, Read, Write};
use std::thread;

use landline_socket::{Address, Direction, ErrorKind, Family, Flags, Kind, Socket};
use loopback::{connected, eventually, listener, new};

#[test]
fn connects_by_number_by_name_and_by_address() {
    let (listener, address) = listener();
    let port = address.port().unwrap();
    let call = |connect: &dyn Fn(&Socket)| {
        let caller = new(Family::INET, Kind::STREAM);
        connect(&caller);
        let (_, from) = listener.accept().unwrap();
        assert_eq!(from, caller.local_address().unwrap());
        assert_eq!(caller.peer_address().unwrap(), address);
    };
    call(&|caller| caller.connect(("127.0.0.1", port)).unwrap());
    call(&|caller| caller.connect(("localhost", port)).unwrap());
    call(&|caller| caller.connect(("localhost", port.to_string().as_str())).unwrap());
    call(&|caller| caller.connect(format!("localhost:{port}")).unwrap());
    call(&|caller| caller.connect(address.ip().unwrap()).unwrap());
    call(&|caller| caller.connect(&address).unwrap());
    call(&|caller| caller.connect_timeout(&address, loopback::LIMIT).unwrap());
}

#[test]
fn speaks_ipv6() {
    let listener = new(Family::INET6, Kind::STREAM);
    listener.bind(("[::1]", 0)).unwrap();
    listener.listen(1).unwrap();
    let address = listener.local_address().unwrap();
    let caller = new(Family::INET6, Kind::STREAM);
    caller.connect(("localhost", address.port().unwrap())).unwrap();
    let (answerer, from) = listener.accept().unwrap();
    assert_eq!(from.family(), Family::INET6);
    assert_eq!(answerer.local_address().unwrap(), address);
}

#[test]
fn send_tells_how_much_went_and_recv_how_much_came() {
    let (caller, answerer) = connected();
    assert_eq!(caller.send(b"hello").unwrap(), 5);
    let mut buffer = [0; 16];
    assert_eq!(answerer.recv(&mut buffer).unwrap(), 5);
    assert_eq!(&buffer[..5], b"hello");
    answerer.send_all(b"and you").unwrap();
    assert_eq!(caller.recv_vec(3, Flags::NONE).unwrap(), b"and");
    assert_eq!(caller.recv_vec(16, Flags::NONE).unwrap(), b" you");
}

#[test]
fn send_all_goes_on_until_everything_is_taken() {
    let (caller, answerer) = connected();
    caller.set_send_buffer_size(4096).unwrap();
    let data: Vec<u8> = (0..500_000_u32).map(|number| number as u8).collect();
    let expected = data.clone();
    let sending = thread::spawn(move || caller.send_all(&data));
    let mut received = Vec::new();
    (&answerer).read_to_end(&mut received).unwrap();
    sending.join().unwrap().unwrap();
    assert!(received == expected, "{} bytes came", received.len());
}

#[test]
fn a_full_buffer_takes_only_a_part() {
    let (caller, _answerer) = connected();
    caller.set_nonblocking(true).unwrap();
    let data = vec![0; 64 << 20];
    let sent = caller.send(&data).unwrap();
    assert!(sent > 0 && sent < data.len(), "{sent}");
    let error = eventually("a full buffer", || caller.send(&data).err());
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
}

#[test]
fn peek_leaves_the_data() {
    let (caller, answerer) = connected();
    caller.send_all(b"look").unwrap();
    let mut buffer = [0; 8];
    assert_eq!(answerer.peek(&mut buffer).unwrap(), 4);
    assert_eq!(answerer.recv_vec(8, Flags::PEEK).unwrap(), b"look");
    let (count, _) = answerer.recv_from_with(&mut buffer, Flags::PEEK).unwrap();
    assert_eq!(&buffer[..count], b"look");
    assert_eq!(answerer.recv_vec(8, Flags::NONE).unwrap(), b"look");
}

#[test]
fn wait_all_fills_the_buffer() {
    let (caller, answerer) = connected();
    let receiving = thread::spawn(move || answerer.recv_vec(6, Flags::WAIT_ALL));
    for byte in b"abcdef" {
        caller.send_all(&[*byte]).unwrap();
        thread::yield_now();
    }
    assert_eq!(receiving.join().unwrap().unwrap(), b"abcdef");
}

#[cfg(unix)]
#[test]
fn dont_wait_fails_at_once_and_is_no_time_out() {
    let (_caller, answerer) = connected();
    let error = answerer.recv_vec(8, Flags::DONT_WAIT).unwrap_err();
    assert!(error.is_would_block() && !error.is_timeout(), "{error}");
    assert_eq!(std::io::Error::from(error).kind(), std::io::ErrorKind::WouldBlock);
}

#[test]
fn the_urgent_byte_comes_beside_the_stream() {
    let (caller, answerer) = connected();
    caller.send_all(b"ab").unwrap();
    assert_eq!(caller.send_with(b"!", Flags::OUT_OF_BAND).unwrap(), 1);
    caller.send_all(b"cd").unwrap();
    let urgent = eventually("the urgent byte", || answerer.recv_vec(1, Flags::OUT_OF_BAND).ok());
    assert_eq!(urgent, b"!");
    assert!(!answerer.at_mark().unwrap());
    // Reading stops at the mark, whatever there is behind it.
    assert_eq!(answerer.recv_vec(16, Flags::NONE).unwrap(), b"ab");
    assert!(answerer.at_mark().unwrap());
    assert_eq!(answerer.recv_vec(2, Flags::WAIT_ALL).unwrap(), b"cd");
    assert!(!answerer.at_mark().unwrap());
}

#[test]
fn the_urgent_byte_comes_within_the_stream_when_asked_to() {
    let (caller, answerer) = connected();
    answerer.set_out_of_band_inline(true).unwrap();
    caller.send_with(b"ab!", Flags::OUT_OF_BAND).unwrap();
    assert_eq!(answerer.recv_vec(16, Flags::NONE).unwrap(), b"ab");
    assert!(answerer.at_mark().unwrap());
    assert_eq!(answerer.recv_vec(16, Flags::NONE).unwrap(), b"!");
}

#[test]
fn without_an_urgent_byte_asking_for_it_fails() {
    let (_caller, answerer) = connected();
    let error = answerer.recv_vec(1, Flags::OUT_OF_BAND).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[test]
fn a_half_closed_line_still_answers() {
    let (caller, answerer) = connected();
    caller.send_all(b"question").unwrap();
    caller.shutdown(Direction::Write).unwrap();
    let mut question = String::new();
    (&answerer).read_to_string(&mut question).unwrap();
    assert_eq!(question, "question");
    answerer.send_all(b"answer").unwrap();
    assert_eq!(caller.recv_vec(16, Flags::NONE).unwrap(), b"answer");
    assert!(caller.send(b"more").unwrap_err().is_peer_gone());
}

#[test]
fn shutting_down_both_ends_both() {
    let (caller, answerer) = connected();
    caller.shutdown(Direction::Both).unwrap();
    assert_eq!(caller.recv(&mut [0; 4]).unwrap(), 0);
    assert_eq!(answerer.recv(&mut [0; 4]).unwrap(), 0);
}

#[test]
fn shutting_down_reading_gives_the_end_at_once() {
    let (caller, _answerer) = connected();
    caller.shutdown(Direction::Read).unwrap();
    assert_eq!(caller.recv(&mut [0; 4]).unwrap(), 0);
}

#[test]
fn closing_by_hand_and_by_drop_both_hang_up() {
    let (caller, answerer) = connected();
    caller.close().unwrap();
    assert_eq!(answerer.recv(&mut [0; 4]).unwrap(), 0);
    let (caller, answerer) = connected();
    drop(caller);
    assert_eq!(answerer.recv(&mut [0; 4]).unwrap(), 0);
}

#[test]
fn borrowed_views_read_lines_and_write_them() {
    let (caller, answerer) = connected();
    let mut writer = caller.writer();
    writeln!(writer, "one").unwrap();
    writeln!(writer, "two").unwrap();
    let nothing_yet = answerer.set_nonblocking(true).and_then(|()| answerer.recv(&mut [0; 8]));
    assert!(nothing_yet.unwrap_err().is_would_block());
    answerer.set_nonblocking(false).unwrap();
    writer.flush().unwrap();
    caller.shutdown(Direction::Write).unwrap();
    let lines: Vec<_> = answerer.reader().lines().map(Result::unwrap).collect();
    assert_eq!(lines, ["one", "two"]);
}

#[test]
fn owned_views_work_in_two_threads() {
    let (caller, answerer) = connected();
    let (mut reader, mut writer) = caller.into_views().unwrap();
    let reading = thread::spawn(move || {
        let mut line = String::new();
        reader.read_line(&mut line).map(|_| line)
    });
    writer.write_all(b"ping\n").unwrap();
    writer.flush().unwrap();
    let mut line = String::new();
    answerer.reader().read_line(&mut line).unwrap();
    answerer.send_all(b"pong\n").unwrap();
    assert_eq!((line.as_str(), reading.join().unwrap().unwrap().as_str()), ("ping\n", "pong\n"));
    drop(writer);
    assert_eq!(answerer.recv(&mut [0; 4]).unwrap(), 0);
}

#[test]
fn a_nonblocking_connect_goes_on_in_the_background() {
    let (listener, address) = listener();
    let caller = new(Family::INET, Kind::STREAM);
    caller.set_nonblocking(true).unwrap();
    let error = caller.connect(&address).unwrap_err();
    assert!(error.is_would_block(), "{error}");
    listener.accept().unwrap();
    eventually("the connection", || caller.peer_address().ok());
    assert!(caller.take_error().unwrap().is_none());
}

#[test]
fn receiving_from_a_stream_names_no_sender() {
    let (caller, answerer) = connected();
    caller.send_all(b"x").unwrap();
    let (count, from) = answerer.recv_from(&mut [0; 4]).unwrap();
    assert_eq!((count, from), (1, Address::Unnamed));
}

// A NUL in front of a digit is what these packets are made of.
#![allow(clippy::octal_escapes)]

use super::*;

fn rendered(packet: &Packet<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    packet.render(&mut out).unwrap();
    out
}

#[test]
fn every_packet_comes_back_as_it_went() {
    use TransferOption::{BlockSize, Other, Timeout, TransferSize, WindowSize};
    let all = vec![
        TransferSize(0),
        BlockSize(512),
        Timeout(6),
        WindowSize(16),
        Other { name: b"multicast", value: b"" },
    ];
    let request = Request { file: b"dir/file", mode: Mode::Octet, options: all.clone() };
    let plain = Request { file: b"\r\n\xff", mode: Mode::Netascii, options: Vec::new() };
    for (packet, datagram) in [
        (
            Packet::ReadRequest(request),
            &b"\0\x01dir/file\0octet\0tsize\00\0blksize\0512\0timeout\06\0windowsize\016\0multicast\0\0"[..],
        ),
        (Packet::WriteRequest(plain), b"\0\x02\r\n\xff\0netascii\0"),
        (Packet::Data { block: 0xffff, payload: b"" }, b"\0\x03\xff\xff"),
        (Packet::Data { block: 1, payload: b"a\0b" }, b"\0\x03\0\x01a\0b"),
        (Packet::Ack { block: 258 }, b"\0\x04\x01\x02"),
        (
            Packet::Error { code: ErrorCode::FileNotFound, message: b"none" },
            b"\0\x05\0\x01none\0",
        ),
        (Packet::Error { code: ErrorCode::Other(9), message: b"" }, b"\0\x05\0\x09\0"),
        (Packet::OptionAck(vec![BlockSize(8)]), b"\0\x06blksize\08\0"),
        (Packet::OptionAck(Vec::new()), b"\0\x06"),
    ] {
        assert_eq!(rendered(&packet), datagram);
        assert_eq!(Packet::parse(datagram).unwrap(), packet);
    }
}

#[test]
fn modes_and_names_of_options_come_in_any_case() {
    let packet = Packet::parse(b"\0\x01f\0OcTeT\0BLKSIZE\01400\0").unwrap();
    assert_eq!(rendered(&packet), b"\0\x01f\0octet\0blksize\01400\0");
}

/// Whole packets only: whatever is cut off, what is left is another packet or none, never a panic.
#[test]
fn a_packet_cut_short_is_no_packet() {
    for datagram in [
        &b"\0\x01file\0octet\0blksize\0512\0"[..],
        b"\0\x05\0\x01none\0",
        b"\0\x04\0\x01",
        b"\0\x06tsize\01\0timeout\02\0",
    ] {
        let whole = Packet::parse(datagram).unwrap();
        for end in 0..datagram.len() {
            let cut = Packet::parse(&datagram[..end]);
            let is_shorter_list = datagram[..end].ends_with(b"\0") || end == 2;
            assert!(cut.is_err() || is_shorter_list, "{end} bytes of {whole:?}");
        }
    }
}

#[test]
fn bytes_behind_the_end_are_refused() {
    for (datagram, error) in [
        (&b"\0\x04\0\x01x"[..], PacketError::Trailing(1)),
        (b"\0\x05\0\x01none\0xy", PacketError::Trailing(2)),
        (b"\0\x01f\0octet\0x", PacketError::Unterminated("option")),
    ] {
        assert_eq!(Packet::parse(datagram), Err(error));
    }
}

#[test]
fn what_is_wrong_is_named() {
    let value = |name, excerpt: &str| PacketError::Value { name, excerpt: excerpt.to_owned() };
    for (datagram, error) in [
        (&b""[..], PacketError::Short("opcode")),
        (b"\0", PacketError::Short("opcode")),
        (b"\0\0", PacketError::Opcode(0)),
        (b"\x01\x03\0\x01", PacketError::Opcode(0x103)),
        (b"\0\x03\0", PacketError::Short("block number")),
        (b"\0\x05\0", PacketError::Short("error code")),
        (b"\0\x05\0\x01none", PacketError::Unterminated("message")),
        (b"\0\x01", PacketError::Unterminated("file name")),
        (b"\0\x01\0octet\0", PacketError::Empty("file name")),
        (b"\0\x01f\0", PacketError::Unterminated("mode")),
        (b"\0\x01f\0mail\0", PacketError::Mode { excerpt: "mail".to_owned() }),
        (b"\0\x01f\0octet\0\x000\0", PacketError::Empty("option")),
        (b"\0\x01f\0octet\0tsize\0", PacketError::Unterminated("value of an option")),
        (b"\0\x06blksize\07\0", value("blksize", "7")),
        (b"\0\x06blksize\065465\0", value("blksize", "65465")),
        (b"\0\x06blksize\00512\0", value("blksize", "0512")),
        (b"\0\x06blksize\0+512\0", value("blksize", "+512")),
        (b"\0\x06timeout\00\0", value("timeout", "0")),
        (b"\0\x06timeout\0256\0", value("timeout", "256")),
        (b"\0\x06windowsize\00\0", value("windowsize", "0")),
        (b"\0\x06tsize\0-1\0", value("tsize", "-1")),
        (b"\0\x06tsize\0\0", value("tsize", "")),
        (b"\0\x06tsize\018446744073709551616\0", value("tsize", "18446744073709551616")),
        (b"\0\x06tsize\01\0TSIZE\01\0", PacketError::Twice { excerpt: "tsize".to_owned() }),
        (b"\0\x06x\01\0X\01\0", PacketError::Twice { excerpt: "X".to_owned() }),
    ] {
        assert_eq!(Packet::parse(datagram), Err(error), "{}", datagram.escape_ascii());
    }
}

#[test]
fn lengths_are_bounded_both_ways() {
    let mut data = vec![0; 4 + MAX_BLOCK_BYTES];
    data[1] = 3;
    assert!(Packet::parse(&data).is_ok());
    data.push(0);
    let too_long = PacketError::TooLong { what: "block", limit: MAX_BLOCK_BYTES };
    assert_eq!(Packet::parse(&data), Err(too_long.clone()));
    let packet = Packet::Data { block: 1, payload: &data[4..] };
    assert_eq!(packet.render(&mut Vec::new()), Err(too_long));

    let name = vec![b'x'; MAX_REQUEST_BYTES];
    let fits = Request { file: &name[9..], mode: Mode::Octet, options: Vec::new() };
    assert_eq!(rendered(&Packet::ReadRequest(fits.clone())).len(), MAX_REQUEST_BYTES);
    let long = Request { file: &name[8..], ..fits };
    let too_long = PacketError::TooLong { what: "request", limit: MAX_REQUEST_BYTES };
    assert_eq!(Packet::WriteRequest(long).render(&mut Vec::new()), Err(too_long));
}

#[test]
fn nothing_is_rendered_that_could_not_be_read_back() {
    let request = |file, options| Packet::ReadRequest(Request { file, mode: Mode::Octet, options });
    for packet in [
        request(b"", Vec::new()),
        request(b"a\0b", Vec::new()),
        request(b"f", vec![TransferOption::BlockSize(7)]),
        request(b"f", vec![TransferOption::Timeout(0)]),
        request(b"f", vec![TransferOption::Timeout(1), TransferOption::Timeout(2)]),
        request(b"f", vec![TransferOption::Other { name: b"", value: b"" }]),
        request(b"f", vec![TransferOption::Other { name: b"x\0", value: b"" }]),
        Packet::Error { code: ErrorCode::NotDefined, message: b"a\0" },
    ] {
        assert!(packet.render(&mut Vec::new()).is_err(), "{packet:?}");
    }
}

#[test]
fn codes_have_numbers_and_words() {
    for number in 0..=9 {
        assert_eq!(ErrorCode::from(number).number(), number);
    }
    assert_eq!(ErrorCode::from(8), ErrorCode::OptionRefused);
    assert_eq!(ErrorCode::from(1).to_string(), "file not found");
}

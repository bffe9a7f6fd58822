//! Invariants: whatever comes is a packet or an error, whose words are harmless. What is a packet
//! renders into the very same datagram, the case of modes and names of options aside, which is then
//! read as the same packet. Netascii decodes the same whole, byte by byte and in any pieces, never to more
//! than it was, and brings every text back.
#![no_main]

use landline_fuzz::{assert_harmless, in_pieces, split_cuts};
use landline_wire::tftp::Packet;
use landline_wire::tftp::netascii::{Decoder, encode};
use libfuzzer_sys::fuzz_target;

fn check_packet(datagram: &[u8]) {
    let packet = match Packet::parse(datagram) {
        Ok(packet) => packet,
        Err(error) => return assert_harmless(&error),
    };
    let mut rendered = Vec::new();
    packet.render(&mut rendered).expect("what was read can be written");
    match packet {
        Packet::Data { .. } | Packet::Ack { .. } | Packet::Error { .. } => {
            assert_eq!(rendered, datagram);
        }
        _ => assert!(rendered.eq_ignore_ascii_case(datagram)),
    }
    // Names that are not known keep their case, so that the packets are equal.
    assert_eq!(Packet::parse(&rendered), Ok(packet));
}

fn encoded(pieces: &[&[u8]]) -> Vec<u8> {
    let mut wire = Vec::new();
    pieces.iter().for_each(|piece| encode(piece, &mut wire));
    wire
}

fn decoded(pieces: &[&[u8]]) -> Vec<u8> {
    let (mut decoder, mut text) = (Decoder::default(), Vec::new());
    pieces.iter().for_each(|piece| decoder.decode(piece, &mut text));
    decoder.finish(&mut text);
    text
}

fuzz_target!(|data: &[u8]| {
    check_packet(data);
    let (cuts, text) = split_cuts(data);
    assert!(in_pieces(text, cuts, decoded).len() <= text.len());
    let wire = in_pieces(text, cuts, encoded);
    assert_eq!(in_pieces(&wire, cuts, decoded), text);
});

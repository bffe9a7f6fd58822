//! Invariants: data and answers are the same whole, byte by byte and in any pieces, the error included.
//! Data is never more than what came. Answers are whole commands, never more than what the limits allow, and
//! nothing of them is data. What is encoded comes back.
#![no_main]

use landline_fuzz::{assert_harmless, in_pieces, split_cuts};
use landline_wire::telnet::{Options, Telnet, TelnetError, encode};
use libfuzzer_sys::fuzz_target;

fn options() -> Options {
    let mut options = Options::default();
    for one in ["TTYPE=vt100", "WS=65535x24", "XDISPLOC=h:0", "NEW_ENV=a,b", "NEW_ENV=c"] {
        options.set(one).expect("a good option");
    }
    options
}

fn decode(pieces: &[&[u8]]) -> (Vec<u8>, Vec<u8>, bool, Option<TelnetError>) {
    let (mut data, mut answers) = (Vec::new(), Vec::new());
    let mut telnet = Telnet::new(options());
    for piece in pieces {
        if let Err(error) = telnet.decode(piece, &mut data, &mut answers) {
            return (data, answers, false, Some(error));
        }
    }
    (data, answers, telnet.is_inside_command(), None)
}

fn encoded(data: &[u8]) -> Vec<u8> {
    let mut wire = Vec::new();
    encode(data, &mut wire);
    wire
}

fuzz_target!(|data: &[u8]| {
    let (cuts, input) = split_cuts(data);
    let (text, answers, _, error) = in_pieces(input, cuts, decode);
    error.iter().for_each(assert_harmless);
    assert!(text.len() <= input.len());
    // A subnegotiation of ours has 40 bytes at most, and is asked for by six.
    assert!(answers.len() <= 100 + input.len() * 8);
    let (nothing, _, is_cut, _) = decode(&[&answers]);
    assert!(nothing.is_empty() && !is_cut);

    let binary = [b"\xff\xfb\x00", &encoded(input)[..]].concat();
    assert_eq!(decode(&[&binary]).0, input);
});

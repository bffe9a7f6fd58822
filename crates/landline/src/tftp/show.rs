//! Packets in words, for those who watch.

use std::fmt::Write;

use landline_wire::escape::escape;
use landline_wire::tftp::{Packet, Request, TransferOption};

/// One line.
pub(super) fn show(packet: &Packet<'_>) -> String {
    match packet {
        Packet::ReadRequest(request) => show_request("RRQ", request),
        Packet::WriteRequest(request) => show_request("WRQ", request),
        Packet::Data { block, payload } => format!("DATA {block} ({} bytes)", payload.len()),
        Packet::Ack { block } => format!("ACK {block}"),
        Packet::Error { code, message } => format!("ERROR {} {}", code.number(), escape(message)),
        Packet::OptionAck(list) => format!("OACK{}", show_options(list)),
    }
}

fn show_request(verb: &str, request: &Request<'_>) -> String {
    let (file, mode) = (escape(request.file), request.mode.name());
    format!("{verb} {file} {mode}{}", show_options(&request.options))
}

fn show_options(list: &[TransferOption<'_>]) -> String {
    let mut out = String::new();
    for option in list {
        let name = escape(option.name());
        // Writing to a String cannot fail.
        let _ = match option {
            TransferOption::BlockSize(number) => write!(out, " {name} {number}"),
            TransferOption::TransferSize(number) => write!(out, " {name} {number}"),
            TransferOption::Timeout(number) => write!(out, " {name} {number}"),
            TransferOption::WindowSize(number) => write!(out, " {name} {number}"),
            TransferOption::Other { value, .. } => write!(out, " {name} {}", escape(value)),
            _ => write!(out, " {name}"),
        };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_read_as_lines_that_harm_nobody() {
        for (datagram, words) in [
            (
                &b"\0\x01a\x1bb\0octet\0tsize\x000\0blksize\x00512\0"[..],
                r"RRQ a\x1bb octet tsize 0 blksize 512",
            ),
            (b"\0\x06timeout\x006\0x\0y\n\0", r"OACK timeout 6 x y\n"),
            (b"\0\x05\0\x01no\r\n\0", r"ERROR 1 no\r\n"),
            (b"\0\x03\0\x07abc", "DATA 7 (3 bytes)"),
        ] {
            assert_eq!(show(&Packet::parse(datagram).unwrap()), words);
        }
    }
}

//! Whether what was sent has arrived. A reset throws away all that the kernel still holds, and
//! with many small segments that is most of it: congestion control lets only ten out at first.

use std::fs;
use std::net::{SocketAddr, TcpStream};

/// Returns how many bytes the peer has not acknowledged, from Linux's table of connections;
/// nothing where there is no such table, or no such connection any more.
pub(crate) fn unacknowledged_bytes(stream: &TcpStream) -> Option<u64> {
    let (local, peer) = (stream.local_addr().ok()?, stream.peer_addr().ok()?);
    let table = if local.is_ipv4() { "/proc/net/tcp" } else { "/proc/net/tcp6" };
    find_queue(&fs::read_to_string(table).ok()?, local, peer)
}

/// Finds `sl local_address rem_address st tx_queue:rx_queue …`, all in hexadecimal. The two ports
/// are enough: on loopback no two connections share both.
fn find_queue(table: &str, local: SocketAddr, peer: SocketAddr) -> Option<u64> {
    let ends = [local, peer].map(|address| format!(":{:04X}", address.port()));
    table.lines().find_map(|line| {
        let mut words = line.split_whitespace().skip(1);
        let is_ours = words.next()?.ends_with(&ends[0]) && words.next()?.ends_with(&ends[1]);
        let queue = words.nth(1)?.split(':').next()?;
        if is_ours { u64::from_str_radix(queue, 16).ok() } else { None }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_table() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt\n\
            \x20  0: 0100007F:1F90 0100007F:D3A2 01 0000002A:00000000 00:00000000 00000000 0\n\
            \x20  1: 0100007F:D3A2 0100007F:1F90 01 00000000:00000007 00:00000000 00000000 0\n";
        let at = |port| SocketAddr::from(([127, 0, 0, 1], port));
        assert_eq!(find_queue(table, at(0x1f90), at(0xd3a2)), Some(42));
        assert_eq!(find_queue(table, at(0xd3a2), at(0x1f90)), Some(0));
        assert_eq!(find_queue(table, at(0x1f90), at(1)), None);
    }
}

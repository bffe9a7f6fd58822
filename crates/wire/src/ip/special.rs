//! Special-purpose addresses, and addresses within addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Block;

/// IPv4 blocks that do not lead to one host of the public Internet (IANA's registry of special-purpose
/// addresses, and multicast).
const NOT_PUBLIC_V4: [Block; 16] = [
    Block::v4(0, 0, 0, 0, 8), // "this network": Linux connects to itself
    Block::v4(10, 0, 0, 0, 8),
    Block::v4(100, 64, 0, 0, 10), // shared by a provider's customers
    Block::v4(127, 0, 0, 0, 8),
    Block::v4(169, 254, 0, 0, 16), // the link; clouds tell secrets there
    Block::v4(172, 16, 0, 0, 12),
    Block::v4(192, 0, 0, 0, 24),
    Block::v4(192, 0, 2, 0, 24),
    Block::v4(192, 31, 196, 0, 24),
    Block::v4(192, 88, 99, 0, 24),
    Block::v4(192, 168, 0, 0, 16),
    Block::v4(198, 18, 0, 0, 15),
    Block::v4(198, 51, 100, 0, 24),
    Block::v4(203, 0, 113, 0, 24),
    Block::v4(224, 0, 0, 0, 4),
    Block::v4(240, 0, 0, 0, 4),
];

/// Global unicast, the one block of IPv6 that public addresses are given out of (RFC 4291 section 2.4).
const GLOBAL_V6: Block = Block::v6(0x2000, 0, 3);

/// Blocks of it that are not public.
const NOT_PUBLIC_V6: [Block; 4] = [
    Block::v6(0x2001, 0, 23),      // protocols' own, Teredo among them
    Block::v6(0x2001, 0x0db8, 32), // documentation
    Block::v6(0x3ffe, 0, 16),      // the 6bone of old
    Block::v6(0x3fff, 0, 20),      // documentation
];

const SIX_TO_FOUR: Block = Block::v6(0x2002, 0, 16);
const TEREDO: Block = Block::v6(0x2001, 0, 32);
/// RFC 6052's well-known prefix. Its neighbour of RFC 8215 is for networks' own use.
const NAT64: Block = Block { bits: super::Bits::V6(0x0064_ff9b << 96), prefix: 96 };
/// `::a.b.c.d` (RFC 4291 section 2.5.5.1); `::` and `::1` among them.
const COMPATIBLE: Block = Block { bits: super::Bits::V6(0), prefix: 96 };

/// Tells whether an address leads to the public Internet, and so does the IPv4 address in it, if there
/// is one: not to this machine, not to the networks it stands in, and not to many at once.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    let inner_is_public = inside(address).is_none_or(is_public_v4);
    inner_is_public
        && match address.to_canonical() {
            IpAddr::V4(v4) => is_public_v4(v4),
            IpAddr::V6(_) if NAT64.holds(address) => true,
            IpAddr::V6(_) => {
                GLOBAL_V6.holds(address) && !NOT_PUBLIC_V6.iter().any(|block| block.holds(address))
            }
        }
}

fn is_public_v4(v4: Ipv4Addr) -> bool {
    !NOT_PUBLIC_V4.iter().any(|block| block.holds(v4.into()))
}

/// The IPv4 address that an IPv6 address stands for on its way: mapped, compatible, NAT64, 6to4, Teredo.
#[must_use]
pub fn inside(address: IpAddr) -> Option<Ipv4Addr> {
    let IpAddr::V6(v6) = address else { return None };
    if let Some(mapped) = v6.to_ipv4_mapped() {
        return Some(mapped);
    }
    match () {
        () if NAT64.holds(address) || COMPATIBLE.holds(address) => Some(bits_at(v6, 96)),
        () if SIX_TO_FOUR.holds(address) => Some(bits_at(v6, 16)),
        // The client's address stands there with all its bits turned over (RFC 4380 section 4).
        () if TEREDO.holds(address) => Some(Ipv4Addr::from_bits(!bits_at(v6, 96).to_bits())),
        () => None,
    }
}

/// The 32 bits behind the first `skipped` ones.
fn bits_at(v6: Ipv6Addr, skipped: u32) -> Ipv4Addr {
    Ipv4Addr::from_bits((v6.to_bits() >> (96 - skipped)) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_and_not() {
        let public = [
            "1.1.1.1",
            "93.184.216.34",
            "172.15.0.1",
            "172.32.0.1",
            "100.128.0.1",
            "2606:4700::1",
            "2a00::1",
            "::ffff:1.1.1.1",
            "64:ff9b::1.1.1.1",
            "2002:101:101::1",
        ];
        for address in public {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
        let not = [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.168.1.1",
            "198.19.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::1.1.1.1",
            "::ffff:127.0.0.1",
            "::ffff:0.0.0.0",
            "64:ff9b::127.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1.1.1.1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "2001::1",
            "2001:0:0:0:0:0:80ff:fffe",
            "2001:db8::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "3fff::1",
            "100::1",
            "5f00::1",
        ];
        for address in not {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn addresses_within_addresses() {
        let inside = |text: &str| inside(text.parse().unwrap()).map(|v4| v4.to_string());
        for text in ["::ffff:127.0.0.1", "64:ff9b::127.0.0.1", "2002:7f00:1:9::8", "::127.0.0.1"] {
            assert_eq!(inside(text).as_deref(), Some("127.0.0.1"), "{text}");
        }
        assert_eq!(inside("2001:0:102:304:0:0:80ff:fffe").as_deref(), Some("127.0.0.1"));
        assert_eq!(inside("2606::7f00:1"), None);
        assert_eq!(inside("127.0.0.1"), None);
    }
}

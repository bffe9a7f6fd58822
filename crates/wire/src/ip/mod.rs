//! Addresses in blocks: which ones a block holds, and which ones lead to the public Internet.
//!
//! Out of scope: names, and what is done with an address.
//!
//! Specifications: RFC 4632 section 3.1 and RFC 4291 section 2.3 (blocks), RFC 6890 and the registries of
//! IANA it founded (special-purpose addresses), RFC 6052 (NAT64), RFC 3056 (6to4), RFC 4380 (Teredo).
//!
//! ```
//! use landline_wire::ip::{Block, is_public};
//!
//! let block = Block::parse("10.0.0.0/8").unwrap();
//! assert!(block.holds("10.1.2.3".parse().unwrap()));
//! assert!(block.holds("::ffff:10.1.2.3".parse().unwrap()));
//! assert!(is_public("93.184.216.34".parse().unwrap()));
//! assert!(!is_public("64:ff9b::7f00:1".parse().unwrap()), "127.0.0.1 behind a translator");
//! ```

mod special;

use std::net::{IpAddr, Ipv4Addr};

pub use special::{inside, is_public};

/// The addresses that begin with the same bits. An IPv4 address mapped into IPv6 is that IPv4 address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    bits: Bits,
    prefix: u32,
}

/// An address as a number: comparing numbers is not misled by spellings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bits {
    V4(u32),
    V6(u128),
}

impl Block {
    /// Reads `address/prefix` or a single address, IPv6 with brackets or without. `None` for what is no
    /// such thing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let inner = address.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let address: IpAddr = inner.unwrap_or(address).parse().ok()?;
        let Some(prefix) = prefix else { return Some(Self::of(address)) };
        let is_number = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit());
        let prefix: u32 = is_number.then(|| prefix.parse().ok())??;
        const MAPPED_BITS: u32 = 96;
        let (bits, prefix) = match (address, Bits::of(address)) {
            // A block of mapped addresses is the block of those they are mapped from.
            (IpAddr::V6(_), v4 @ Bits::V4(_)) => (v4, prefix.checked_sub(MAPPED_BITS)?),
            (_, bits) => (bits, prefix),
        };
        (prefix <= bits.width()).then_some(Self { bits, prefix })
    }

    /// The block of one address.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        let bits = Bits::of(address);
        Self { bits, prefix: bits.width() }
    }

    const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u32) -> Self {
        Self { bits: Bits::V4(Ipv4Addr::new(a, b, c, d).to_bits()), prefix }
    }

    const fn v6(first: u16, second: u16, prefix: u32) -> Self {
        Self { bits: Bits::V6((first as u128) << 112 | (second as u128) << 96), prefix }
    }

    /// Whether the address is one of the block.
    #[must_use]
    pub fn holds(&self, address: IpAddr) -> bool {
        let shift = self.bits.width() - self.prefix;
        match (self.bits, Bits::of(address)) {
            // Shifting by the whole width leaves nothing, which no shift of Rust's says by itself.
            (Bits::V4(a), Bits::V4(b)) => (a ^ b).checked_shr(shift).unwrap_or(0) == 0,
            (Bits::V6(a), Bits::V6(b)) => (a ^ b).checked_shr(shift).unwrap_or(0) == 0,
            _ => false,
        }
    }
}

impl Bits {
    fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(v4) => Bits::V4(v4.to_bits()),
            IpAddr::V6(v6) => Bits::V6(v6.to_bits()),
        }
    }

    fn width(self) -> u32 {
        match self {
            Bits::V4(_) => u32::BITS,
            Bits::V6(_) => u128::BITS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_read_or_refused() {
        for good in ["10.0.0.0/8", "0.0.0.0/0", "::/0", "[2001:db8::]/32", "::ffff:10.0.0.0/104"] {
            assert!(Block::parse(good).is_some(), "{good}");
        }
        for bad in ["", "/8", "10.0.0.0/", "10.0.0.0/33", "::/129", "a/8", "10.0.0.0/+8", "10.1/8"]
        {
            assert_eq!(Block::parse(bad), None, "{bad}");
        }
        assert_eq!(Block::parse("::ffff:10.0.0.0/8"), None, "a block of both families");
    }

    #[test]
    fn a_block_holds_its_own_family_only() {
        let all = Block::parse("0.0.0.0/0").unwrap();
        assert!(
            all.holds("1.2.3.4".parse().unwrap()) && all.holds("::ffff:1.2.3.4".parse().unwrap())
        );
        assert!(!all.holds("2001::1".parse().unwrap()));
        let one = Block::parse("[::1]").unwrap();
        assert!(one.holds("::1".parse().unwrap()) && !one.holds("::2".parse().unwrap()));
    }
}

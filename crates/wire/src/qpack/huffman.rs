//! Strings in the Huffman code of RFC 7541 section 5.2.

use super::tables::CODE_BITS;

const MAX_BITS: usize = 30;
/// Ends a string, which no string may hold.
const END: u16 = 256;

/// The code, by the number of bits.
struct Code {
    /// The least code of so many bits.
    first: [u32; MAX_BITS + 1],
    /// Where its symbol stands among all of them.
    at: [usize; MAX_BITS + 2],
    /// In the order of their codes.
    symbols: [u16; 257],
}

const CODE: Code = canonical();

/// Codes of equal length follow each other in the order of their symbols, behind all shorter ones.
const fn canonical() -> Code {
    let mut code = Code { first: [0; MAX_BITS + 1], at: [0; MAX_BITS + 2], symbols: [0; 257] };
    let (mut bits, mut count, mut next) = (1, 0, 0);
    while bits <= MAX_BITS {
        next <<= 1;
        code.first[bits] = next;
        code.at[bits] = count;
        let mut symbol = 0;
        while symbol < CODE_BITS.len() {
            if CODE_BITS[symbol] as usize == bits {
                code.symbols[count] = symbol as u16;
                count += 1;
                next += 1;
            }
            symbol += 1;
        }
        bits += 1;
    }
    code.at[MAX_BITS + 1] = count;
    code
}

/// Decodes a whole string; `None` where it is not one.
pub(super) fn decode(coded: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::with_capacity(coded.len() * 8 / 5);
    let (mut code, mut bits) = (0u32, 0usize);
    for byte in coded {
        for shift in (0..8).rev() {
            code = code << 1 | u32::from(byte >> shift & 1);
            bits += 1;
            if bits > MAX_BITS {
                return None;
            }
            let at = code.checked_sub(CODE.first[bits])? as usize + CODE.at[bits];
            if at < CODE.at[bits + 1] {
                let symbol = CODE.symbols[at];
                if symbol == END {
                    return None;
                }
                plain.push(symbol as u8);
                (code, bits) = (0, 0);
            }
        }
    }
    // What is left over are the first bits of the end, which are ones.
    (bits < 8 && code == (1 << bits) - 1).then_some(plain)
}

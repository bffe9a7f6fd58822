//! Reading what is said of sockets: local ends, ports, marks on packets.

use super::Refusal;
use super::values::{number, port_range};
use crate::settings::LocalEnd;

/// `--interface`: `name`, `if!name`, `host!name` or `ifhost!interface!host`.
pub(super) fn local_end(text: &str) -> Result<LocalEnd, Refusal> {
    let named =
        |name: &str| if name.is_empty() { Err(Refusal::Blank) } else { Ok(name.to_owned()) };
    if let Some(both) = text.strip_prefix("ifhost!") {
        let form = || Refusal::BadUse("expected ifhost!interface!host".into());
        let (interface, host) = both.split_once('!').ok_or_else(form)?;
        return Ok(LocalEnd::Both { interface: named(interface)?, host: named(host)? });
    }
    if let Some(name) = text.strip_prefix("if!") {
        return named(name).map(LocalEnd::Interface);
    }
    match text.strip_prefix("host!") {
        Some(name) => named(name).map(LocalEnd::Host),
        None => named(text).map(LocalEnd::Either),
    }
}

/// `--local-port`: a port, or the first and the last of a range.
pub(super) fn local_ports(text: &str) -> Result<(u16, u16), Refusal> {
    port_range(text).map_err(|_| Refusal::BadUse("expected a port, or two like 4000-4010".into()))
}

/// `--ip-tos`: one of the names that curl knows, or 0 to 255.
pub(super) fn traffic_class(text: &str) -> Result<u8, Refusal> {
    let known = CLASSES.iter().find(|(name, _)| name.eq_ignore_ascii_case(text));
    match known {
        Some((_, class)) => Ok(*class),
        None => u8::try_from(number(text)?).map_err(|_| Refusal::TooLarge),
    }
}

/// RFC 2474, 2597, 3246, 5865, 8622 (shifted past the bits of RFC 3168), and RFC 1349.
// A table to look through.
#[rustfmt::skip]
const CLASSES: [(&str, u8); 31] = [
    ("AF11", 0x28), ("AF12", 0x30), ("AF13", 0x38), ("AF21", 0x48), ("AF22", 0x50), ("AF23", 0x58),
    ("AF31", 0x68), ("AF32", 0x70), ("AF33", 0x78), ("AF41", 0x88), ("AF42", 0x90), ("AF43", 0x98),
    ("CE", 0x03), ("CS0", 0x00), ("CS1", 0x20), ("CS2", 0x40), ("CS3", 0x60), ("CS4", 0x80),
    ("CS5", 0xa0), ("CS6", 0xc0), ("CS7", 0xe0), ("ECT0", 0x02), ("ECT1", 0x01), ("EF", 0xb8),
    ("LE", 0x04), ("LOWCOST", 0x02), ("LOWDELAY", 0x10), ("MINCOST", 0x02), ("RELIABILITY", 0x04),
    ("THROUGHPUT", 0x08), ("VOICE-ADMIT", 0xb0),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_ends_have_four_forms() {
        let text = String::from;
        assert_eq!(local_end("eth0").unwrap(), LocalEnd::Either(text("eth0")));
        assert_eq!(local_end("if!eth0").unwrap(), LocalEnd::Interface(text("eth0")));
        assert_eq!(local_end("host!a.test").unwrap(), LocalEnd::Host(text("a.test")));
        let both = LocalEnd::Both { interface: text("eth0"), host: text("::1") };
        assert_eq!(local_end("ifhost!eth0!::1").unwrap(), both);
        for bad in ["", "if!", "host!", "ifhost!", "ifhost!eth0", "ifhost!!h", "ifhost!eth0!"] {
            assert!(local_end(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn classes_have_names_and_numbers() {
        assert_eq!(traffic_class("ef").unwrap(), 184);
        assert_eq!(traffic_class("255").unwrap(), 255);
        assert_eq!(traffic_class("256").unwrap_err(), Refusal::TooLarge);
        assert_eq!(traffic_class("XX").unwrap_err(), Refusal::NotANumber);
    }

    #[test]
    fn ports_are_one_or_two() {
        assert_eq!(local_ports("4000").unwrap(), (4000, 4000));
        assert_eq!(local_ports("4000-4010").unwrap(), (4000, 4010));
        for bad in ["", "0", "x", "5-4", "70000", "1-"] {
            assert!(local_ports(bad).is_err(), "{bad}");
        }
    }
}

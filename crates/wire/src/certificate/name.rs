//! Distinguished names (RFC 5280 section 4.1.2.4).

use std::fmt;

use super::oids;
use crate::der::{self, Reader};
use crate::escape::escape;

/// A distinguished name: what it is made of, in the order of the certificate.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Name {
    parts: Vec<(String, String)>,
}

impl Name {
    pub(super) fn read(mut sequence: Reader<'_>) -> Option<Self> {
        let mut parts = Vec::new();
        while !sequence.is_empty() {
            let mut set = sequence.enter(der::SET)?;
            while !set.is_empty() {
                let mut pair = set.enter(der::SEQUENCE)?;
                let kind = oids::attribute(pair.take(der::OBJECT_ID)?);
                let value = pair.next()?;
                parts.push((kind, text(value.tag, value.contents)));
            }
        }
        Some(Self { parts })
    }

    /// Gives the parts with their short names: `("CN", "a.test")`.
    pub fn parts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parts.iter().map(|(kind, value)| (kind.as_str(), value.as_str()))
    }

    /// The common name, the last one if there are several.
    pub fn common_name(&self) -> Option<&str> {
        self.parts().filter(|(kind, _)| *kind == "CN").last().map(|(_, value)| value)
    }
}

/// Shown as curl shows it, and harmless: `C=DE; CN=a.test`.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (kind, value)) in self.parts().enumerate() {
            let between = if at == 0 { "" } else { "; " };
            write!(f, "{between}{kind}={}", escape(value.as_bytes()))?;
        }
        Ok(())
    }
}

fn text(tag: u8, bytes: &[u8]) -> String {
    const T61_STRING: u8 = 0x14;
    const BMP_STRING: u8 = 0x1e;
    match tag {
        // Nobody reads it as anything but Latin-1.
        T61_STRING => bytes.iter().copied().map(char::from).collect(),
        BMP_STRING => {
            let units = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

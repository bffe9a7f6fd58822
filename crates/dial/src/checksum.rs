//! `--checksum`: what a document has to be, as a hash that somebody else has told.

use std::fmt;

use sha2::{Digest as _, Sha256, Sha512};

/// The hash of the document that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Checksum {
    name: Name,
    /// In small letters.
    hex: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    Sha256,
    Sha512,
}

impl Name {
    fn as_str(self) -> &'static str {
        match self {
            Name::Sha256 => "sha256",
            Name::Sha512 => "sha512",
        }
    }

    fn digits(self) -> usize {
        match self {
            Name::Sha256 => 64,
            Name::Sha512 => 128,
        }
    }
}

impl Checksum {
    /// `sha256=HEX`; an error says what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Checksum, String> {
        let (name, hex) = text.split_once('=').ok_or("expected sha256=HEX or sha512=HEX")?;
        let name = match &*name.to_ascii_lowercase() {
            "sha256" => Name::Sha256,
            "sha512" => Name::Sha512,
            "md5" | "sha1" => {
                return Err(format!(
                    "{name} is broken: another document can have the same; sha256 and sha512 are known"
                ));
            }
            _ => return Err(format!("the hash '{name}' is not known, sha256 and sha512 are")),
        };
        let digits = name.digits();
        if hex.len() != digits || !hex.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(format!("{} has {digits} hexadecimal digits", name.as_str()));
        }
        Ok(Checksum { name, hex: hex.to_ascii_lowercase() })
    }

    pub(crate) fn hasher(&self) -> Hasher {
        Hasher(match self.name {
            Name::Sha256 => Function::Sha256(Sha256::new()),
            Name::Sha512 => Function::Sha512(Sha512::new()),
        })
    }

    /// Whether the document that went through `hasher` is the one; an error says what it has instead.
    pub(crate) fn check(&self, hasher: &Hasher) -> Result<(), String> {
        let (name, found) = (self.name.as_str(), hasher.hex());
        if found == self.hex {
            return Ok(());
        }
        Err(format!("the document has {name}={found}, wanted is {name}={}", self.hex))
    }
}

/// A hash in the making.
#[derive(Clone)]
pub(crate) struct Hasher(Function);

#[derive(Clone)]
enum Function {
    Sha256(Sha256),
    Sha512(Sha512),
}

impl Hasher {
    pub(crate) fn update(&mut self, piece: &[u8]) {
        match &mut self.0 {
            Function::Sha256(hash) => hash.update(piece),
            Function::Sha512(hash) => hash.update(piece),
        }
    }

    fn hex(&self) -> String {
        match self.0.clone() {
            Function::Sha256(hash) => hexadecimal(&hash.finalize()),
            Function::Sha512(hash) => hexadecimal(&hash.finalize()),
        }
    }
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hasher")
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn a_document_is_the_one_or_another() {
        let wanted =
            Checksum::parse(&format!("SHA256={}", ABC.to_uppercase())).expect("a checksum");
        let mut hasher = wanted.hasher();
        hasher.update(b"a");
        assert!(wanted.check(&hasher).is_err_and(|why| why.ends_with(ABC)));
        hasher.update(b"bc");
        assert_eq!(wanted.check(&hasher), Ok(()));
    }

    #[test]
    fn what_is_no_checksum_is_refused() {
        let short = format!("sha512={ABC}");
        for bad in ["", "sha256", "sha256=", "sha256=xyz", &short, "crc32=00", "=", "md5=00"] {
            assert!(Checksum::parse(bad).is_err(), "{bad}");
        }
    }
}

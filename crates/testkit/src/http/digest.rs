//! Who is let in by Digest (RFC 7616), worked out apart from what is tested.

use md5::Md5;
use sha2::{Digest, Sha256, Sha512_256};

/// The nonce of every challenge.
const NONCE: &str = "a nonce of the kit";

/// Whom to let in, and how they are to prove it.
#[derive(Clone, Debug)]
pub(crate) struct Gate<'a> {
    pub(crate) user: &'a str,
    pub(crate) password: &'a str,
    /// `MD5`, `SHA-256`, `SHA-512-256`, each with `-sess` or without.
    pub(crate) algorithm: &'a str,
    /// `auth`, `auth-int`; anything else is none.
    pub(crate) qop: &'a str,
}

impl Gate<'_> {
    pub(crate) fn challenge(&self) -> String {
        let qop = if self.has_qop() { format!(", qop=\"{}\"", self.qop) } else { String::new() };
        let algorithm = self.algorithm;
        format!(
            "Digest realm=\"the kit\", nonce=\"{NONCE}\", algorithm={algorithm}{qop}, opaque=\"o\""
        )
    }

    fn has_qop(&self) -> bool {
        self.qop.starts_with("auth")
    }

    /// Whether the field proves who asks for this very thing.
    pub(crate) fn lets_in(&self, field: &str, method: &str, target: &str, body: &[u8]) -> bool {
        let part = |name: &str| {
            let parts = field.trim_start_matches("Digest ").split(", ");
            let mut named = parts.filter_map(|part| part.split_once('='));
            let found = named.find(|(known, _)| *known == name);
            found.map_or("", |(_, value)| value.trim_matches('"'))
        };
        let hash = |text: &str| self.hash(text.as_bytes());
        let (count, client) = (part("nc"), part("cnonce"));
        let mut who = hash(&format!("{}:the kit:{}", self.user, self.password));
        if self.algorithm.ends_with("-sess") {
            who = hash(&format!("{who}:{NONCE}:{client}"));
        }
        let what = match self.qop {
            "auth-int" => hash(&format!("{method}:{target}:{}", self.hash(body))),
            _ => hash(&format!("{method}:{target}")),
        };
        let between = match self.has_qop() {
            true => format!("{NONCE}:{count}:{client}:{}", self.qop),
            false => NONCE.to_owned(),
        };
        let is_counted = !self.has_qop() || (count.len() == 8 && client.len() >= 16);
        let is_ours = part("nonce") == NONCE && part("opaque") == "o" && part("uri") == target;
        is_ours && is_counted && part("response") == hash(&format!("{who}:{between}:{what}"))
    }

    fn hash(&self, bytes: &[u8]) -> String {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        match self.algorithm.trim_end_matches("-sess") {
            "SHA-256" => hex(&Sha256::digest(bytes)),
            "SHA-512-256" => hex(&Sha512_256::digest(bytes)),
            _ => hex(&Md5::digest(bytes)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_the_password_is_let_in() {
        let gate = Gate { user: "u", password: "p", algorithm: "MD5", qop: "none" };
        // Worked out by Python's hashlib.
        let field = format!(
            "Digest username=\"u\", realm=\"the kit\", nonce=\"{NONCE}\", uri=\"/\", response=\"23b9d7472bcfb69ce931f1d5dbd1cf66\", opaque=\"o\""
        );
        assert!(gate.lets_in(&field, "GET", "/", b""));
        assert!(!gate.lets_in(&field, "POST", "/", b""));
        assert!(!gate.lets_in(&field.replace("uri=\"/\"", "uri=\"/a\""), "GET", "/a", b""));
    }
}

//! Which ciphers and groups are offered, by the names people know them by.

use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::{CipherSuite, NamedGroup};

use super::TlsOptions;
use crate::{Error, ErrorKind, Phase, Result};

/// What is offered, the favourite first; `None` is all there is.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(in crate::net) struct Chosen {
    tls12: Option<Vec<CipherSuite>>,
    tls13: Option<Vec<CipherSuite>>,
    groups: Option<Vec<NamedGroup>>,
}

type Named<T> = (T, &'static str, &'static str);

/// By OpenSSL's name, and the one that IANA has for it.
const TLS12: [Named<CipherSuite>; 6] = {
    use CipherSuite as C;
    [
        (
            C::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
            "ECDHE-ECDSA-AES256-GCM-SHA384",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        ),
        (
            C::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
            "ECDHE-ECDSA-AES128-GCM-SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        ),
        (
            C::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
            "ECDHE-ECDSA-CHACHA20-POLY1305",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        ),
        (
            C::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
            "ECDHE-RSA-AES256-GCM-SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        ),
        (
            C::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
            "ECDHE-RSA-AES128-GCM-SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        ),
        (
            C::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
            "ECDHE-RSA-CHACHA20-POLY1305",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        ),
    ]
};

const TLS13: [(CipherSuite, &str); 3] = [
    (CipherSuite::TLS13_AES_256_GCM_SHA384, "TLS_AES_256_GCM_SHA384"),
    (CipherSuite::TLS13_AES_128_GCM_SHA256, "TLS_AES_128_GCM_SHA256"),
    (CipherSuite::TLS13_CHACHA20_POLY1305_SHA256, "TLS_CHACHA20_POLY1305_SHA256"),
];

const GROUPS: [(NamedGroup, &[&str]); 4] = [
    (NamedGroup::X25519, &["x25519"]),
    (NamedGroup::secp256r1, &["p-256", "prime256v1", "secp256r1"]),
    (NamedGroup::secp384r1, &["p-384", "secp384r1"]),
    (NamedGroup::X25519MLKEM768, &["x25519mlkem768"]),
];

impl TlsOptions {
    /// Offers these ciphers for TLS 1.2, by the names of OpenSSL or IANA, the favourite first. Colons,
    /// commas or blanks stand between them. OpenSSL's classes are known (`DEFAULT`, `HIGH`,
    /// `ECDHE+AESGCM`), and `!` or `-` before what is left out; names of what is not built in are passed
    /// over, as OpenSSL does.
    ///
    /// # Errors
    /// [`ErrorKind::Ciphers`] when none is left.
    pub fn choose_tls12_ciphers(&mut self, list: &str) -> Result<()> {
        let mut chosen: Vec<CipherSuite> = Vec::new();
        let mut banned: Vec<CipherSuite> = Vec::new();
        for word in words(list) {
            let (sign, class) = match word.strip_prefix(['!', '-', '+']) {
                Some(class) => (word.as_bytes()[0], class),
                None => (b' ', word),
            };
            let class = class.split_once('@').map_or(class, |(class, _)| class);
            let meant: Vec<_> =
                TLS12.iter().filter(|row| is_meant(row, class)).map(|row| row.0).collect();
            match sign {
                b'+' => {}
                b' ' => chosen.extend(meant.iter().filter(|&suite| !banned.contains(suite))),
                _ => chosen.retain(|suite| !meant.contains(suite)),
            }
            if sign == b'!' {
                banned.extend(meant);
            }
        }
        self.chosen.tls12 = Some(some(chosen, "ciphers for TLS 1.2", list)?);
        Ok(())
    }

    /// Offers these ciphers for TLS 1.3, the favourite first, as `TLS_AES_128_GCM_SHA256`.
    ///
    /// # Errors
    /// [`ErrorKind::Ciphers`] when one is not known, or none is named.
    pub fn choose_tls13_ciphers(&mut self, list: &str) -> Result<()> {
        let known =
            |word: &str| TLS13.iter().find(|row| row.1.eq_ignore_ascii_case(word)).map(|row| row.0);
        self.chosen.tls13 = Some(all_known(list, "ciphers for TLS 1.3", known)?);
        Ok(())
    }

    /// Offers these groups for the exchange of keys, the favourite first: `X25519`, `P-256`, `P-384`,
    /// `X25519MLKEM768`.
    ///
    /// # Errors
    /// [`ErrorKind::Ciphers`] when one is not known, or none is named.
    pub fn choose_groups(&mut self, list: &str) -> Result<()> {
        let known = |word: &str| {
            let word = word.to_ascii_lowercase();
            GROUPS.iter().find(|row| row.1.contains(&word.as_str())).map(|row| row.0)
        };
        self.chosen.groups = Some(all_known(list, "groups", known)?);
        Ok(())
    }

    /// The cryptography, as far as it is to be used.
    pub(super) fn provider(&self) -> Result<Arc<CryptoProvider>> {
        let mut provider = built_in()?;
        let (all, chosen) = (&mut provider.cipher_suites, &self.chosen);
        if chosen.tls12.is_some() || chosen.tls13.is_some() {
            let (new, old): (Vec<_>, Vec<_>) =
                all.iter().copied().partition(|one| one.tls13().is_some());
            let pick = |from: Vec<rustls::SupportedCipherSuite>,
                        wanted: &Option<Vec<CipherSuite>>| {
                match wanted {
                    None => from,
                    Some(wanted) => wanted
                        .iter()
                        .filter_map(|suite| from.iter().find(|one| one.suite() == *suite).copied())
                        .collect(),
                }
            };
            *all = [pick(new, &chosen.tls13), pick(old, &chosen.tls12)].concat();
        }
        if let Some(wanted) = &chosen.groups {
            let all = std::mem::take(&mut provider.kx_groups);
            let found = |name: &NamedGroup| all.iter().find(|group| group.name() == *name).copied();
            provider.kx_groups =
                some(wanted.iter().filter_map(found).collect(), "groups", "those named")?;
        }
        Ok(Arc::new(provider))
    }
}

fn words(list: &str) -> impl Iterator<Item = &str> {
    list.split([':', ',', ' ', ';']).filter(|word| !word.is_empty())
}

/// Whether a suite belongs to a class: a name, or what it is made of with plus signs between.
fn is_meant((_, openssl, iana): &Named<CipherSuite>, class: &str) -> bool {
    /// Classes that all of what is built in belongs to.
    const ALL: [&str; 9] =
        ["DEFAULT", "ALL", "HIGH", "TLSv1.2", "ECDHE", "EECDH", "kECDHE", "kEECDH", "ECDH"];
    let part = |part: &str| match part {
        "aRSA" => openssl.contains("-RSA-"),
        "aECDSA" => openssl.contains("-ECDSA-"),
        "AESGCM" => openssl.contains("-GCM-"),
        "AES" => openssl.contains("-AES"),
        part => ALL.contains(&part) || openssl.split('-').any(|word| word == part),
    };
    let is_name = openssl.eq_ignore_ascii_case(class) || iana.eq_ignore_ascii_case(class);
    is_name || !class.is_empty() && class.split('+').all(part)
}

fn all_known<T>(list: &str, what: &str, known: impl Fn(&str) -> Option<T>) -> Result<Vec<T>> {
    let found = words(list).map(|word| {
        known(word).ok_or_else(|| {
            let word = landline_wire::escape::excerpt(word.as_bytes(), 60);
            unusable(format!("{word} is none of the {what} that are built in"))
        })
    });
    some(found.collect::<Result<_>>()?, what, list)
}

fn some<T>(found: Vec<T>, what: &str, list: &str) -> Result<Vec<T>> {
    match found.is_empty() {
        false => Ok(found),
        true => {
            let list = landline_wire::escape::excerpt(list.as_bytes(), 100);
            Err(unusable(format!("none of the {what} is built in: {list}")))
        }
    }
}

fn unusable(what: String) -> Error {
    Error::new(ErrorKind::Ciphers, Phase::Preparing, what)
}

/// What rustls says to versions without a cipher, or ciphers without a group.
pub(super) fn none_usable(error: rustls::Error) -> Error {
    let what = "the versions, ciphers and groups that are chosen do not go together";
    unusable(what.to_owned()).because(error)
}

#[allow(clippy::unnecessary_wraps, reason = "without a provider it is an error")]
fn built_in() -> Result<CryptoProvider> {
    #[cfg(feature = "aws-lc-rs")]
    return Ok(rustls::crypto::aws_lc_rs::default_provider());
    #[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
    return Ok(rustls::crypto::ring::default_provider());
    #[cfg(not(any(feature = "aws-lc-rs", feature = "ring")))]
    Err(super::tls_error("TLS is not built in: enable the feature aws-lc-rs or ring"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(list: &str) -> Vec<&'static str> {
        let mut options = TlsOptions::default();
        options.choose_tls12_ciphers(list).expect(list);
        let named = |suite: &CipherSuite| TLS12.iter().find(|row| row.0 == *suite).map(|row| row.1);
        options.chosen.tls12.iter().flatten().filter_map(named).collect()
    }

    #[test]
    fn ciphers_by_either_name_and_by_class() {
        let two = ["ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"];
        assert_eq!(chosen("ECDHE-RSA-AES128-GCM-SHA256:ecdhe-ecdsa-chacha20-poly1305"), two);
        let iana =
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256";
        assert_eq!(chosen(iana), two);
        assert_eq!(chosen("DEFAULT@SECLEVEL=1").len(), 6);
        assert_eq!(chosen("HIGH:!aNULL:!MD5:!ECDSA").len(), 3);
        assert_eq!(chosen("!AESGCM ALL").len(), 2);
        assert_eq!(chosen("ALL:-CHACHA20:ECDHE+aRSA+AES256:RC4-SHA").len(), 5);
        assert_eq!(chosen("ECDHE+aRSA+AESGCM:AES128-SHA").len(), 2);
    }

    #[test]
    fn none_that_is_usable_is_an_error_that_names_it() {
        let mut options = TlsOptions::default();
        for list in ["", "RC4-SHA", "ALL:!ALL", "!ALL:ALL", "+ALL", "a\u{1b}b"] {
            let error = options.choose_tls12_ciphers(list).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Ciphers, "{list}");
            assert!(!error.to_string().contains('\u{1b}'));
        }
        assert!(options.choose_tls13_ciphers("TLS_AES_128_GCM_SHA256:FOO").is_err());
        assert!(
            options.choose_groups("P-521").unwrap_err().to_string().starts_with("P-521 is none")
        );
        assert!(options.choose_groups(" ").is_err());
        assert_eq!(options.chosen, Chosen::default());
    }

    #[test]
    fn what_is_chosen_is_what_is_offered() {
        let mut options = TlsOptions::default();
        options.choose_tls13_ciphers("tls_chacha20_poly1305_sha256").expect("built in");
        options.choose_groups("secp384r1:X25519").expect("built in");
        let provider = options.provider().expect("a provider");
        let names: Vec<_> = provider.kx_groups.iter().map(|group| group.name()).collect();
        assert_eq!(names, [NamedGroup::secp384r1, NamedGroup::X25519]);
        assert_eq!(provider.cipher_suites.len(), 7);
    }
}

//! What a certificate shall say.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyUsagePurpose,
    date_time_ymd,
};

/// Describes a certificate: names, dates, purpose. Valid from 2000 to 2100 unless told.
#[derive(Clone, Debug)]
pub struct Leaf {
    pub(super) params: CertificateParams,
}

impl Leaf {
    /// Describes a server certificate for `names` (DNS names, wildcards, IP addresses); the first
    /// is its common name too.
    pub fn new(names: &[&str]) -> Leaf {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let first = names.first().cloned().unwrap_or_default();
        let mut params = CertificateParams::new(names).expect("names fit for a certificate");
        params.not_before = date_time_ymd(2000, 1, 1);
        params.not_after = date_time_ymd(2100, 1, 1);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        Leaf { params }.common_name(&first)
    }

    /// Sets the common name, and only that: with no other names this is the old-fashioned
    /// certificate that modern clients refuse.
    #[must_use]
    pub fn common_name(mut self, name: &str) -> Leaf {
        self.params.distinguished_name = rcgen::DistinguishedName::new();
        self.params.distinguished_name.push(DnType::CommonName, name);
        self
    }

    /// Sets the dates (year, month, day) between which it is valid.
    #[must_use]
    pub fn valid(mut self, from: (i32, u8, u8), to: (i32, u8, u8)) -> Leaf {
        self.params.not_before = date_time_ymd(from.0, from.1, from.2);
        self.params.not_after = date_time_ymd(to.0, to.1, to.2);
        self
    }

    /// Sets the number its issuer knows it by.
    #[must_use]
    pub fn serial(mut self, number: u64) -> Leaf {
        self.params.serial_number = Some(number.into());
        self
    }

    /// Makes it a client's certificate: on a server it has the wrong purpose.
    #[must_use]
    pub fn for_client(mut self) -> Leaf {
        self.params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self
    }

    /// Makes it one for signing what is told of others (RFC 6960 section 4.2.2.2).
    #[must_use]
    pub fn for_ocsp(mut self) -> Leaf {
        self.params.extended_key_usages = vec![ExtendedKeyUsagePurpose::OcspSigning];
        self
    }

    /// Marks it `CA:TRUE` and leaves the purposes out, as `openssl req -x509` does.
    #[must_use]
    pub fn marked_as_ca(mut self) -> Leaf {
        self.params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        self.params.key_usages = Vec::new();
        self.params.extended_key_usages = Vec::new();
        self
    }
}

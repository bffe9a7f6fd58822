//! From the settings of one leg to the library's TLS options: those to servers, those to proxies.

use std::path::Path;

use landline::net::{Identity, KeyPin, TlsOptions, TlsVersion};

use super::failure;
use crate::exit::{Code, Failure};
use crate::settings::{self, Tls};

pub(super) fn options(settings: &Tls) -> Result<TlsOptions, Failure> {
    let mut tls = TlsOptions::default();
    tls.insecure = settings.insecure;
    tls.require_staple = settings.require_staple;
    tls.no_alpn = settings.no_alpn;
    tls.no_resumption = settings.no_resumption;
    versions(&mut tls, settings)?;
    let told = |error: landline::Error| failure::of(&error);
    trust(&mut tls, settings).map_err(told)?;
    choose(&mut tls, settings).map_err(told)?;
    tls.identity = identity(settings)?;
    Ok(tls)
}

fn versions(tls: &mut TlsOptions, settings: &Tls) -> Result<(), Failure> {
    // Old versions are accepted as a lower bound: nothing below 1.2 is spoken anyway.
    tls.min_version = settings.min.map(|version| match version {
        settings::TlsVersion::V1_3 => TlsVersion::V1_3,
        _ => TlsVersion::V1_2,
    });
    tls.max_version = match settings.max {
        None => None,
        Some(settings::TlsVersion::V1_3) => Some(TlsVersion::V1_3),
        Some(settings::TlsVersion::V1_2) => Some(TlsVersion::V1_2),
        Some(_) => {
            let text = "TLS 1.0 and 1.1 are not spoken: --tls-max must be 1.2 or 1.3";
            return Err(Failure::new(Code::TLS_HANDSHAKE, text));
        }
    };
    Ok(())
}

fn trust(tls: &mut TlsOptions, settings: &Tls) -> landline::Result<()> {
    if !settings.insecure {
        match (&settings.ca_file, &settings.ca_folder) {
            (None, None) => trust_by_environment(tls),
            (file, folder) => {
                file.iter().try_for_each(|file| tls.trust_only_file(file))?;
                folder.iter().try_for_each(|folder| tls.trust_only_folder(folder))?;
            }
        }
    }
    if settings.ca_native {
        tls.read_authorities()?;
        tls.extra_authorities = tls.only_authorities.take().unwrap_or_default();
    }
    settings.crl_file.iter().try_for_each(|file| tls.refuse_revoked(file))?;
    tls.pinned_keys = match settings.pinned.as_deref() {
        None => Vec::new(),
        Some(list) if list.starts_with("sha256//") => KeyPin::parse_list(list)?,
        Some(file) => vec![KeyPin::from_file(file)?],
    };
    Ok(())
}

/// What curl looks at where no option says whom to trust, in its order, and only where TLS is spoken:
/// all authorities of a system take ten times as long to read as a small reply.
fn trust_by_environment(tls: &mut TlsOptions) {
    let told = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    if let Some(file) = told("CURL_CA_BUNDLE") {
        return tls.trust_only_later(vec![file.into()], Vec::new());
    }
    let file = told("SSL_CERT_FILE").map(Into::into);
    // More than one folder, as OpenSSL has it. Of those that are not there nobody complains.
    let folders = told("SSL_CERT_DIR").unwrap_or_default();
    let folders = std::env::split_paths(&folders).filter(|folder| folder.is_dir());
    tls.trust_only_later(file.into_iter().collect(), folders.collect());
}

fn choose(tls: &mut TlsOptions, settings: &Tls) -> landline::Result<()> {
    settings.ciphers.iter().try_for_each(|list| tls.choose_tls12_ciphers(list))?;
    settings.tls13_ciphers.iter().try_for_each(|list| tls.choose_tls13_ciphers(list))?;
    settings.curves.iter().try_for_each(|list| tls.choose_groups(list))
}

fn identity(settings: &Tls) -> Result<Option<Identity>, Failure> {
    let Some(certificate) = &settings.cert else { return Ok(None) };
    let types = [(&settings.cert_type, "certificate"), (&settings.key_type, "private key")];
    for (kind, what) in types {
        // Which of them it is, the file itself tells.
        let is_known = |kind: &String| {
            ["pem", "der", "p12"].iter().any(|known| kind.eq_ignore_ascii_case(known))
        };
        if let Some(kind) = kind.as_ref().filter(|kind| !is_known(kind)) {
            let text =
                format!("not supported file type '{kind}' for {what}: PEM, DER and P12 are read");
            return Err(Failure::new(Code::CLIENT_CERTIFICATE, text));
        }
    }
    let key: &Path = settings.key.as_ref().unwrap_or(certificate);
    let passphrase = settings.passphrase.as_ref().map(crate::secret::Secret::reveal);
    let identity = Identity::from_files(certificate, key, passphrase);
    identity.map(Some).map_err(|error| failure::of(&error))
}

//! The way from the settings of a group to how mail and news servers are spoken to.

use landline::{nntp, pop3, sasl};

use super::ftp::security;
use crate::exit::{Code, Failure};
use crate::high::Settings;

pub(super) fn pop3(settings: &Settings) -> Result<pop3::Options, Failure> {
    let mut options = pop3::Options::default();
    options.security = security(settings.start_tls);
    options.sasl = sasl(settings)?;
    options.command.clone_from(&settings.method);
    options.is_listing = settings.ftp.options.names_only;
    Ok(options)
}

pub(super) fn nntp(settings: &Settings) -> Result<nntp::Options, Failure> {
    let mut options = nntp::Options::default();
    options.security = security(settings.start_tls);
    options.sasl = sasl(settings)?;
    options.command.clone_from(&settings.method);
    Ok(options)
}

/// `--login-options`, `--sasl-ir`, `--sasl-authzid`, `--oauth2-bearer`
fn sasl(settings: &Settings) -> Result<sasl::Options, Failure> {
    let mut options = sasl::Options::default();
    options.initial_response = settings.sasl.initial_response;
    options.bearer = settings.bearer.as_ref().map(|token| token.reveal().to_owned());
    options.act_as = settings.sasl.act_as.clone().unwrap_or_default();
    let given = settings.sasl.options.as_deref().unwrap_or_default();
    for one in given.split(';').filter(|one| !one.is_empty()) {
        let bad = |why: &str| {
            let text = format!("--login-options '{given}': {why}");
            Failure::new(Code::USAGE, text)
        };
        let (name, value) = one.split_once('=').unwrap_or((one, ""));
        if !name.eq_ignore_ascii_case("auth") {
            return Err(bad("only AUTH=... is known"));
        }
        options.allow(value).map_err(|error| bad(&error.to_string()))?;
    }
    Ok(options)
}

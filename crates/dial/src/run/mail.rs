//! The way from the settings of a group to how mail and news servers are spoken to.

use landline::{imap, nntp, pop3, sasl, smtp};

use super::ftp::security;
use crate::exit::{Code, Failure};
use crate::form::Form;
use crate::high::{Request, Settings};

/// What `-F` makes a mail of, at a server that takes mails, or an article.
pub(super) fn form<'a>(settings: &'a Settings, scheme: &str) -> Option<&'a Form> {
    match &settings.request {
        Request::Form(form) if is_news(scheme) || takes_mails(scheme) => Some(form),
        _ => None,
    }
}

fn takes_mails(scheme: &str) -> bool {
    matches!(scheme, "smtp" | "smtps" | "lmtp" | "imap" | "imaps")
}

fn is_news(scheme: &str) -> bool {
    matches!(scheme, "nntp" | "nntps" | "news")
}

/// News has an article to be sent or something to be read, and nothing to be sent besides.
pub(super) fn check_news(settings: &Settings, scheme: &str) -> Result<(), Failure> {
    match &settings.request {
        Request::Post(_) if is_news(scheme) => {
            let why = "-d is for HTTP; -T posts an article from a file, -F makes one";
            Err(Failure::new(Code::USAGE, why))
        }
        _ => Ok(()),
    }
}

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
    options.compress = settings.compressed;
    options.server = std::env::var("NNTPSERVER").ok().filter(|server| !server.is_empty());
    Ok(options)
}

pub(super) fn imap(settings: &Settings) -> Result<imap::Options, Failure> {
    let mut options = imap::Options::default();
    options.security = security(settings.start_tls);
    options.sasl = sasl(settings)?;
    options.command.clone_from(&settings.method);
    options.flags = settings.sasl.upload_flags.as_deref().map(upload_flags).transpose()?;
    Ok(options)
}

/// `--upload-flags`: those that are named, and `\Seen` unless `-seen` is.
fn upload_flags(given: &str) -> Result<String, Failure> {
    const KNOWN: [&str; 5] = ["Answered", "Deleted", "Draft", "Flagged", "Seen"];
    let mut flags = vec!["Seen"];
    for name in given.split(',') {
        let (is_set, bare) = name.strip_prefix('-').map_or((true, name), |bare| (false, bare));
        let Some(known) = KNOWN.into_iter().find(|it| it.to_ascii_lowercase() == bare) else {
            let text = format!("--upload-flags '{given}': '{name}' is not known");
            return Err(Failure::new(Code::USAGE, text));
        };
        flags.retain(|flag| *flag != known);
        if is_set {
            flags.push(known);
        }
    }
    let flags: Vec<_> = flags.iter().map(|flag| format!("\\{flag}")).collect();
    Ok(flags.join(" "))
}

pub(super) fn smtp(settings: &Settings) -> Result<smtp::Options, Failure> {
    let mail = &settings.mail;
    let mut envelope = smtp::Envelope::new(&mail.from);
    envelope.recipients = mail.recipients.iter().map(|one| one.as_str().into()).collect();
    envelope.any_recipient = mail.any_recipient;
    envelope.submitter.clone_from(&mail.submitter);
    let mut options = smtp::Options::default();
    options.security = security(settings.start_tls);
    options.sasl = sasl(settings)?;
    options.command.clone_from(&settings.method);
    options.envelope = envelope;
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

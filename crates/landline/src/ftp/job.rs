//! What a URL asks for, checked before anything is connected.

use landline_wire::ftp::{FtpPath, PathSteps, TransferType};
use landline_wire::line::check_outgoing;
use landline_wire::range::ByteRange;
use landline_wire::target::Location;

use super::connection::{TransferKind, with_path};
use super::options::Options;
use super::transfer::as_no_option;
use crate::login::Login;
use crate::net::Target;
use crate::netrc::{self, Netrc};
use crate::observe::Observer;
use crate::{Error, ErrorKind, Phase, Result, Timeouts};

/// One thing to do at one URL.
#[derive(Debug)]
pub(crate) struct Job<'a> {
    pub(crate) location: &'a Location,
    pub(crate) login: Option<&'a Login>,
    pub(crate) netrc: Option<&'a Netrc>,
    pub(crate) range: Option<ByteRange>,
    /// The URL means a folder, even without a slash at its end.
    pub(crate) is_folder: bool,
    pub(crate) options: &'a Options,
    pub(crate) timeouts: Timeouts,
    pub(crate) observer: &'a Observer,
}

/// The same, as commands.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) target: Target,
    pub(super) login: Option<Login>,
    pub(super) steps: PathSteps,
    pub(super) kind: TransferKind,
    pub(super) names_only: bool,
}

impl Plan {
    /// # Errors
    /// [`ErrorKind::Url`] or [`ErrorKind::Usage`] for what would become a second command.
    pub(super) fn of(job: &Job<'_>) -> Result<Self> {
        let unfit = |what: &'static str| {
            move |error| Error::new(ErrorKind::Url, Phase::Preparing, what).because(error)
        };
        let path = job.location.path();
        let slash = if job.is_folder && !path.ends_with('/') { "/" } else { "" };
        let path = FtpPath::parse(&format!("{path}{slash}")).map_err(|error| {
            let what = "the path of the URL cannot be sent";
            Error::new(ErrorKind::Url, Phase::Preparing, what).because(error)
        })?;
        let login = job.login.cloned().or_else(|| netrc::login(job.netrc, job.location));
        if let Some(login) = &login {
            check_outgoing(&login.user).map_err(unfit("the user name cannot be sent"))?;
            check_outgoing(&login.password).map_err(unfit("the password cannot be sent"))?;
        }
        check_options(job.options)?;
        let asked = path.transfer_type();
        let steps = path.steps(job.options.path_method);
        let is_text = asked == Some(TransferType::Ascii)
            || (job.options.ascii && asked != Some(TransferType::Image));
        let tls = job.location.scheme() == "ftps";
        Ok(Self {
            target: Target::of(job.location, if tls { 990 } else { 21 }, tls)?,
            login,
            steps,
            kind: if is_text { TransferKind::Ascii } else { TransferKind::Image },
            names_only: job.options.names_only || asked == Some(TransferType::Directory),
        })
    }

    /// The file to read; `None` when names are to be listed: those of the folder `;type=d` says it
    /// is, or those around it, as curl has it for all others.
    pub(super) fn file(&self) -> Option<&[u8]> {
        self.steps.file.as_deref().filter(|_| !self.names_only)
    }

    /// The command that lists.
    pub(super) fn list_command(&self, options: &Options) -> Vec<u8> {
        let argument = as_no_option(&self.list_argument());
        match &options.list_command {
            Some(command) => with_path(command, &argument),
            None => with_path(if self.names_only { "NLST" } else { "LIST" }, &argument),
        }
    }

    /// What a command that lists needs to be told; nothing when the connection stands there.
    pub(super) fn list_argument(&self) -> Vec<u8> {
        self.steps.list.clone().unwrap_or_default()
    }
}

fn check_options(options: &Options) -> Result<()> {
    let account = options.account.as_ref().map(|account| &account.0);
    let quotes = options.quotes.iter().map(|quote| &quote.command);
    let lines = quotes.chain(account).chain(&options.instead_of_user).chain(&options.list_command);
    for line in lines {
        check_outgoing(line.as_bytes())
            .map_err(|error| Error::usage("an FTP command cannot be sent").because(error))?;
    }
    Ok(())
}

//! Where a connection stands in the server's folders, and what a client does with one that it
//! keeps.

use super::answers::Answers;
use super::connection::{Connection, with_path};
use super::options::Quote;
use super::reply::{refused, verb};
use crate::net::Call;
use crate::pool::Keep;
use crate::{ErrorKind, Result};
use landline_wire::ftp::{parse_pwd, parse_size};

/// What is known of the folder a connection stands in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// The folder of the login, where `PWD` told it.
    pub(super) entry: Option<String>,
    /// The arguments of the `CWD`s since then; `None` when nobody knows.
    pub(super) folders: Option<Vec<Vec<u8>>>,
}

impl Place {
    /// The folder was changed by somebody who keeps no record.
    pub(super) fn leave(&mut self) {
        self.folders = None;
    }

    fn can_return(&self) -> bool {
        self.entry.is_some() || self.folders.as_ref().is_some_and(Vec::is_empty)
    }
}

impl Connection {
    /// Asks for the folder of the login, the way back to which all URLs begin.
    pub(super) async fn find_entry(&mut self) -> Result<()> {
        let reply = self.command("PWD").await?;
        let told = Some(reply.first_line()).filter(|_| reply.is_success());
        // Where bytes were replaced for want of UTF-8 there is no way back by that name.
        let is_usable = |path: &String| path.starts_with('/') && !path.contains('\u{fffd}');
        self.place.entry = told.and_then(parse_pwd).filter(is_usable);
        self.place.folders = Some(Vec::new());
        Ok(())
    }

    /// Goes to where URLs begin.
    pub(super) async fn return_to_entry(&mut self) -> Result<()> {
        if let Some(entry) = self.place.entry.clone() {
            self.cwd(entry).await?;
            self.place.folders = Some(Vec::new());
        }
        Ok(())
    }

    /// The size of a file, where the server tells; one that is not there is an error.
    pub(super) async fn size_if_told(&mut self, file: &[u8]) -> Result<Option<u64>> {
        let command = with_path("SIZE", file);
        let reply = self.command(&command).await?;
        match reply.code() {
            Some(213) => Ok(parse_size(reply.first_line())),
            Some(550) => Err(refused(ErrorKind::NotFound, command, &reply)),
            Some(421) => Err(refused(ErrorKind::Refused, command, &reply)),
            _ => Ok(None),
        }
    }

    /// Sends a command of the caller's own.
    pub(super) async fn quote(&mut self, quote: &Quote) -> Result<()> {
        match &*verb(quote.command.as_bytes()) {
            "CWD" | "CDUP" | "XCWD" | "XCUP" | "SMNT" => self.place.leave(),
            "TYPE" => self.kind = None,
            "USER" | "REIN" => {
                self.place.leave();
                self.kind = None;
            }
            _ => {}
        }
        let reply = self.command(&quote.command).await?;
        let is_refused = reply.is_transient() || reply.is_permanent();
        match is_refused && !quote.may_fail {
            true => Err(refused(ErrorKind::Refused, &quote.command, &reply).on("QUOTE")),
            false => Ok(()),
        }
    }

    /// Takes up a kept connection for another job.
    pub(super) fn resume(&mut self, call: &Call<'_>) {
        self.answers.count = 0;
        self.link.timeouts = call.timeouts;
        self.link.total = call.total;
        self.link.observer = call.observer.clone();
        self.line.set_observer(call.observer.clone());
        self.line.stream_mut().set_deadline(call.timeouts, call.total);
    }
}

impl Keep for Connection {
    fn is_quiet(&mut self) -> bool {
        let Answers { is_owed, is_out_of_step, .. } = self.answers;
        !is_owed
            && !is_out_of_step
            && self.line.buffered().is_empty()
            && self.place.can_return()
            && !(self.has_private_data && self.link.dialer.sessions_are_spent())
            && self.line.stream().is_quiet()
    }
}

//! The steps of a job on its connection. The order of the commands is curl's, since servers have
//! been tried with it most.

use landline_wire::ftp::parse_announced_size;

use super::connection::{TransferKind, with_path};
use super::data::Data;
use super::download::{Facts, Part};
use super::incoming::Incoming;
use super::options::QuoteTime;
use super::reply::verb;
use super::transfer::{Outgoing, as_no_option};
use super::trip::Trip;
use crate::open::StoreMode;
use crate::{Error, ErrorKind, Phase, Result};

impl Trip<'_> {
    pub(super) async fn begin_reading(&mut self) -> Result<(Option<Incoming>, Facts)> {
        self.go_there().await?;
        match self.plan.file().map(<[u8]>::to_vec) {
            Some(file) => self.begin_file(&file).await,
            None => self.begin_listing().await,
        }
    }

    pub(super) async fn begin_entries(&mut self) -> Result<(Option<Incoming>, Facts)> {
        self.go_there().await?;
        let path = self.plan.list_argument();
        if !self.connection.mlsd_fails {
            let listed = self.list_with(with_path("MLSD", &path)).await;
            match listed {
                Err(error) if is_unknown("MLSD", &error) => self.connection.mlsd_fails = true,
                listed => return listed,
            }
            let command = with_path("LIST", &as_no_option(&path));
            let data = self.connection.open_data(&command).await?;
            return self.list_over(data, &command).await;
        }
        self.list_with(with_path("LIST", &as_no_option(&path))).await
    }

    async fn begin_listing(&mut self) -> Result<(Option<Incoming>, Facts)> {
        self.list_with(self.plan.list_command(self.job.options)).await
    }

    async fn list_with(&mut self, command: Vec<u8>) -> Result<(Option<Incoming>, Facts)> {
        let data = self.connection.open_data(&command).await?;
        self.connection.set_kind(TransferKind::Ascii).await?;
        self.quote(QuoteTime::Prepared).await?;
        self.list_over(data, &command).await
    }

    async fn list_over(&mut self, data: Data, command: &[u8]) -> Result<(Option<Incoming>, Facts)> {
        let started = self.connection.start(data, command, 0).await;
        let incoming = match started {
            Ok((stream, _)) => Some(Incoming::new(stream, &verb(command)).text()),
            // So some servers say that there are no files.
            Err(error) if is_nothing_there(&error) => None,
            Err(error) => return Err(error),
        };
        Ok((incoming, Facts::of_listing()))
    }

    async fn begin_file(&mut self, file: &[u8]) -> Result<(Option<Incoming>, Facts)> {
        let mut facts = Facts::of_file(file);
        if self.job.options.wants_time {
            facts.modified = self.connection.modified(file).await.ok();
        }
        let command = with_path("RETR", file);
        let data = self.connection.open_data(&command).await?;
        self.connection.set_kind(self.plan.kind).await?;
        self.quote(QuoteTime::Prepared).await?;
        let is_text = self.plan.kind == TransferKind::Ascii;
        // As text it has another length on the wire.
        let is_unasked = is_text || self.job.options.ignore_size;
        let size = if is_unasked { None } else { self.connection.size_if_told(file).await? };
        let Some(part) = Part::of(self.job.range, size)? else {
            facts.len = Some(0);
            return Ok((None, facts));
        };
        let (incoming, len) = self.retrieve(data, &command, part).await?;
        facts.len = len.map(|len| part.wanted.unwrap_or(len));
        Ok((Some(if is_text { incoming.text() } else { incoming }), facts))
    }

    /// Gives the length that the reply has announced with the data, too.
    async fn retrieve(
        &mut self,
        data: Data,
        command: &[u8],
        part: Part,
    ) -> Result<(Incoming, Option<u64>)> {
        let (stream, reply) = self.connection.start(data, command, part.offset).await?;
        // Of a part, servers announce the length of the whole, or that of the part.
        let is_whole = part.offset == 0 && part.wanted.is_none();
        let is_image = self.plan.kind == TransferKind::Image && !self.job.options.ignore_size;
        let told = reply.lines().iter().find_map(|line| parse_announced_size(line));
        let len = part.len.or(told.filter(|_| is_whole && is_image));
        Ok((Incoming::new(stream, &verb(command)).expect(len).want(part.wanted), len))
    }

    pub(super) async fn ask_facts(&mut self) -> Result<Facts> {
        self.go_there().await?;
        let facts = match self.plan.file().map(<[u8]>::to_vec) {
            Some(file) => self.ask_file_facts(&file).await?,
            None => Facts::default(),
        };
        self.quote(QuoteTime::Prepared).await?;
        self.quote(QuoteTime::Done).await?;
        Ok(facts)
    }

    async fn ask_file_facts(&mut self, file: &[u8]) -> Result<Facts> {
        let mut facts = Facts::of_file(file);
        facts.modified = self.connection.modified(file).await.ok();
        self.connection.set_kind(self.plan.kind).await?;
        facts.len = self.connection.size_if_told(file).await?;
        facts.has_ranges = self.connection.command("REST 0").await?.is_intermediate();
        Ok(facts)
    }

    pub(super) async fn begin_storing(&mut self, mode: StoreMode) -> Result<Outgoing> {
        let Some(file) = self.plan.steps.file.clone() else {
            let what = "the URL names no file to store";
            return Err(Error::new(ErrorKind::Url, Phase::Preparing, what));
        };
        self.go_there().await?;
        let (verb, offset) = match mode {
            StoreMode::Replace | StoreMode::ResumeAt(0) => ("STOR", None),
            StoreMode::Append => ("APPE", None),
            StoreMode::ResumeAt(offset) => ("APPE", Some(offset)),
        };
        let command = with_path(verb, &file);
        let data = self.connection.open_data(&command).await?;
        self.connection.set_kind(self.plan.kind).await?;
        self.quote(QuoteTime::Prepared).await?;
        if let Some(offset) = offset {
            self.check_size(&file, offset).await?;
        }
        let (stream, _) = self.connection.start(data, &command, 0).await?;
        Ok(Outgoing::new(stream, verb.to_owned()))
    }

    /// What is added goes behind the bytes it was cut from, or nowhere.
    async fn check_size(&mut self, file: &[u8], offset: u64) -> Result<()> {
        match self.connection.size_if_told(file).await? {
            Some(size) if size != offset => {
                let what = format!("the file there has {size} bytes, not {offset}");
                Err(Error::new(ErrorKind::Range, Phase::AwaitingReply, what))
            }
            _ => Ok(()),
        }
    }

    /// Sends the commands of the caller's own that belong here.
    pub(super) async fn quote(&mut self, when: QuoteTime) -> Result<()> {
        for quote in self.job.options.quotes.iter().filter(|quote| quote.when == when) {
            self.connection.quote(quote).await?;
        }
        Ok(())
    }

    /// Sends the caller's own commands and goes to the folder of the URL, from wherever the job
    /// before has left the connection.
    async fn go_there(&mut self) -> Result<()> {
        let folders = &self.connection.place.folders;
        let is_at_entry = folders.as_ref().is_some_and(Vec::is_empty);
        let has_first = self.job.options.quotes.iter().any(|one| one.when == QuoteTime::First);
        // The caller's commands mean the same whether the connection is new or not.
        if folders.is_none() || (has_first && !is_at_entry) {
            self.return_to_entry().await?;
        }
        self.quote(QuoteTime::First).await?;
        self.change_folder().await
    }

    async fn change_folder(&mut self) -> Result<()> {
        let folders = self.plan.steps.folders.clone();
        let there = self.connection.place.folders.clone();
        if there.as_ref() == Some(&folders) {
            return Ok(());
        }
        if there.as_ref().is_some_and(|there| !there.is_empty()) {
            self.return_to_entry().await?;
        }
        for folder in &folders {
            self.enter(folder).await?;
        }
        // A command of the caller's own may have led elsewhere: the URL counts from there then.
        self.connection.place.folders = there.map(|_| folders);
        Ok(())
    }

    async fn return_to_entry(&mut self) -> Result<()> {
        let returned = self.connection.return_to_entry().await;
        if returned.as_ref().is_err_and(|error| error.kind() == ErrorKind::Denied) {
            self.has_no_way_back = true;
            self.connection.place.entry = None;
        }
        returned
    }

    async fn enter(&mut self, folder: &[u8]) -> Result<()> {
        let entered = self.connection.cwd(folder).await;
        match entered {
            Err(error) if self.job.options.create_folders && error.kind() == ErrorKind::Denied => {
                // Somebody else may have made it in the meantime: what counts is to get in.
                self.connection.ask("MKD", folder).await?;
                self.connection.cwd(folder).await
            }
            entered => entered,
        }
    }
}

/// The server does not know the command.
fn is_unknown(verb: &str, error: &Error) -> bool {
    error.command() == Some(verb) && matches!(error.status(), Some(500 | 501 | 502 | 504))
}

fn is_nothing_there(error: &Error) -> bool {
    error.kind() == ErrorKind::Refused && error.status() == Some(450)
}

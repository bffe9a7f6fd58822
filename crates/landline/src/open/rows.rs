//! The built-in rows of the scheme table: what each scheme can do, and who does it.

use landline_wire::range::{ByteRange, ContentRange};
use landline_wire::target::Location;
use tokio::time::Instant;

use super::document::{Document, Parts};
use super::opener::Opener;
use super::scheme::Visit;
use super::{StoreMode, data, file, pipes};
use crate::http::aio::{Reply, Request};
use crate::net::Stream;
use crate::upload::Upload;
use crate::{
    Error, ErrorKind, Headers, Phase, Result, dict, gemini, gopher, imap, nntp, pop3, smtp, tftp,
};

impl Opener {
    /// Opens a document.
    pub(super) async fn open_row(&self, location: Location) -> Result<Document> {
        let started = Instant::now();
        let visit = self.visit(location);
        if let Some(open) = self.rows.find(visit.scheme()) {
            let parts = open(visit.clone()).await?;
            return Ok(self.document(parts, &visit, started));
        }
        check_range(&visit)?;
        let parts = match visit.scheme() {
            "http" | "https" => return self.open_http(visit.location).await,
            "ftp" | "ftps" => self.open_ftp(&visit).await?,
            "file" => file::open(&visit)?,
            "gemini" => gemini::open(&visit, &self.gemini).await?,
            "gopher" | "gophers" => gopher::open(visit.clone()).await?,
            "nntp" | "nntps" | "news" => nntp::open(&self.errand(&visit)).await?,
            "smtp" | "smtps" | "lmtp" => smtp::open(&self.errand(&visit)).await?,
            "imap" | "imaps" => imap::open(&self.errand(&visit)).await?,
            "pop3" | "pop3s" => pop3::open(&self.errand(&visit)).await?,
            "tftp" => tftp::open(&visit, &self.tftp).await?,
            "data" => data::open(visit.location.clone())?,
            "dict" => dict::open(visit.clone()).await?,
            "tcp" | "tls" | "unix" | "telnet" => pipes::open(&visit, self.telnet.clone()).await?,
            other => return Err(unsupported(other, "read")),
        };
        Ok(self.document(parts, &visit, started))
    }

    /// Tells what is known of a document without reading it.
    pub(super) async fn info_row(&self, location: Location) -> Result<Headers> {
        let visit = self.visit(location);
        match visit.scheme() {
            "http" | "https" => self.info_http(visit.location).await,
            "ftp" | "ftps" => self.ftp_client().info_at(&visit.location).await,
            "file" => file::info_of(&visit),
            "data" => Ok(data::open(visit.location)?.into_info()),
            "nntp" | "nntps" | "news" => nntp::info(&self.errand(&visit)).await,
            "imap" | "imaps" => imap::info(&self.errand(&visit)).await,
            "pop3" | "pop3s" => pop3::info(&self.errand(&visit)).await,
            "smtp" | "smtps" | "lmtp" => Ok(smtp::open(&self.errand(&visit)).await?.into_info()),
            "tftp" => Ok(tftp::open(&visit, &self.tftp).await?.into_info()),
            other => Err(unsupported(other, "asked about without reading them")),
        }
    }

    /// Stores a document.
    pub(super) async fn store_row(
        &self,
        location: Location,
        upload: Upload,
        mode: StoreMode,
    ) -> Result<Document> {
        let started = Instant::now();
        let visit = self.visit(location);
        let nothing = || Parts::memory(visit.location.clone(), Headers::new(), Vec::new());
        let parts = match visit.scheme() {
            "http" | "https" => return self.store_http(visit.location, upload, mode).await,
            "ftp" | "ftps" => {
                self.ftp_client().put_at(&visit.location, upload, mode).await?;
                nothing()
            }
            "smtp" | "smtps" | "lmtp" => {
                check_whole(mode)?;
                smtp::store(&self.errand(&visit), upload).await?;
                nothing()
            }
            "imap" | "imaps" => {
                check_whole(mode)?;
                imap::store(&self.errand(&visit), upload).await?;
                nothing()
            }
            "nntp" | "nntps" | "news" => {
                check_whole(mode)?;
                nntp::store(&self.errand(&visit), upload).await?;
                nothing()
            }
            "file" => file::store(&visit, upload, mode, self.create_mode).await?,
            "tftp" => tftp::store(&visit, &self.tftp, upload, mode).await?,
            other => return Err(unsupported(other, "written")),
        };
        Ok(self.document(parts, &visit, started))
    }

    /// Connects to where both sides speak as they like.
    pub(super) async fn connect_row(&self, location: Location) -> Result<Stream> {
        let visit = self.visit(location);
        match visit.scheme() {
            "tcp" | "tls" | "unix" | "telnet" => pipes::connect(&visit, self.telnet.clone()).await,
            other => Err(unsupported(other, "connected to")),
        }
    }

    fn document(&self, parts: Parts, visit: &Visit, started: Instant) -> Document {
        Document::from_parts(parts, visit, started, self.settings.limits.document_bytes)
    }

    async fn open_ftp(&self, visit: &Visit) -> Result<Parts> {
        let download = self.ftp_client().get_at(&visit.location, visit.range).await?;
        visit.meet(download.peer().clone(), download.times());
        let info = download.info().clone();
        Ok(Parts::stream(visit.location.clone(), info, download))
    }

    fn request_http(&self, method: &str, location: Location) -> Request {
        let client = self.http();
        let mut request = client.request_at(method, location).decode(self.decode);
        if let Some(login) = &self.login {
            request = request.basic_auth(&login.user, &login.password);
        }
        if let Some(range) = self.range {
            request = request.range(&range.to_string());
        }
        for (name, value) in self.fields.iter() {
            request = request.header(name, value);
        }
        request
    }

    async fn open_http(&self, location: Location) -> Result<Document> {
        let document = self.reply_http(self.request_http("GET", location)).await?;
        match (self.range, document.reply()) {
            (Some(range), Some(reply)) if reply.is_success() => check_part(range, reply)?,
            _ => {}
        }
        Ok(document)
    }

    async fn info_http(&self, location: Location) -> Result<Headers> {
        let document = self.reply_http(self.request_http("HEAD", location)).await?;
        Ok(document.info().clone())
    }

    async fn store_http(
        &self,
        location: Location,
        upload: Upload,
        mode: StoreMode,
    ) -> Result<Document> {
        if mode != StoreMode::Replace {
            return Err(Error::usage("HTTP replaces documents whole"));
        }
        self.reply_http(self.request_http("PUT", location).body(upload)).await
    }

    async fn reply_http(&self, request: Request) -> Result<Document> {
        let mut reply = request.send().await?;
        if !self.any_status && !reply.is_success() {
            return Err(reply.failure().await);
        }
        Ok(Document::from_reply(reply, self.settings.limits.document_bytes))
    }
}

/// What is sent once cannot be added to.
fn check_whole(mode: StoreMode) -> Result<()> {
    match mode {
        StoreMode::Replace => Ok(()),
        _ => Err(Error::usage("what is posted or mailed is sent whole")),
    }
}

/// The whole, or another part, is not what was asked for.
fn check_part(asked: ByteRange, reply: &Reply) -> Result<()> {
    let told = reply.headers().get("Content-Range").and_then(ContentRange::parse);
    if reply.status() == 206 && told.is_some_and(|told| told.answers(asked)) {
        return Ok(());
    }
    let what = match reply.status() {
        206 => format!("the server sent another part than {asked}"),
        _ => format!("the server sent all of the document instead of {asked}"),
    };
    Err(Error::new(ErrorKind::Range, Phase::AwaitingReply, what))
}

/// Of these, parts can be asked for.
const IN_PARTS: [&str; 5] = ["http", "https", "ftp", "ftps", "file"];

fn check_range(visit: &Visit) -> Result<()> {
    let scheme = visit.scheme();
    match visit.range {
        Some(_) if !IN_PARTS.contains(&scheme) => {
            let what = format!("{scheme} has no way to ask for a part of a document");
            Err(Error::new(ErrorKind::Range, Phase::Preparing, what))
        }
        _ => Ok(()),
    }
}

/// Every scheme that is built in, sorted.
pub const SCHEMES: &[&str] = &[
    "data", "dict", "file", "ftp", "ftps", "gemini", "gopher", "gophers", "http", "https", "imap",
    "imaps", "lmtp", "news", "nntp", "nntps", "pop3", "pop3s", "smtp", "smtps", "tcp", "telnet",
    "tftp", "tls", "unix",
];

fn unsupported(scheme: &str, what: &str) -> Error {
    let text = match SCHEMES.contains(&scheme) {
        true => format!("{scheme}: URLs cannot be {what}"),
        false => format!("the scheme {scheme} is not supported"),
    };
    Error::new(ErrorKind::Scheme, Phase::Preparing, text)
}

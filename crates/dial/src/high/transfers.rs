//! From the slots of a group to its transfers, one after the other.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use landline::wire::target::with_scheme;

use super::{Request, Settings, text};
use crate::data;
use crate::exit::{Code, Failure};
use crate::flags::{self, Out};
use crate::glob::{Expansion, Glob};
use crate::os_text;
use crate::run::is_two_way;
use crate::url_text;
use crate::whole::MAX_TEXT_BYTES;

/// One document to read, or to send.
pub(crate) struct Transfer {
    /// As typed, after globbing, or what `-T`, `-G` or `--url-query` have made of it.
    pub(crate) url: String,
    /// The URL to open: with a scheme, the query of `-G` and `--url-query`, the name of `-T`.
    pub(crate) target: String,
    /// `%{urlnum}`: the same for all URLs out of one glob.
    pub(crate) number: u64,
    pub(crate) output: Destination,
    pub(crate) upload: Option<Upload>,
    pub(crate) settings: Arc<Settings>,
}

impl Transfer {
    pub(crate) fn method(&self) -> &str {
        match (&self.settings.method, &self.upload, &self.settings.request) {
            (Some(method), _, _) => method,
            (None, Some(_), _) => "PUT",
            (None, None, Request::Get) => "GET",
            (None, None, Request::Head) => "HEAD",
            (None, None, Request::Post(_) | Request::Form(_)) => "POST",
        }
    }

    /// `-I`, whatever `-X` makes of the method.
    pub(crate) fn wants_head_only(&self) -> bool {
        matches!(self.settings.request, Request::Head)
    }

    /// The length of what is to be sent, where it is known and there is any.
    pub(crate) fn bytes_to_send(&self) -> Option<u64> {
        match (&self.upload, &self.settings.request) {
            (Some(Upload::File(path)), _) => std::fs::metadata(path)
                .ok()
                .filter(std::fs::Metadata::is_file)
                .map(|data| data.len()),
            (Some(Upload::Stdin), _) => None,
            (None, Request::Post(body)) => Some(body.bytes.len() as u64),
            (None, _) => None,
        }
    }
}

/// Where the document goes, by the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    Stdout {
        /// `-o -`: binary data may go to a terminal.
        asked: bool,
    },
    Null,
    /// `-o` and `-O`, with `--output-dir`.
    File(PathBuf),
    /// `-OJ`: the server may name it. Without a `fallback` it has to.
    ServerNamed {
        fallback: Option<PathBuf>,
    },
}

/// `-T`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Upload {
    Stdin,
    File(PathBuf),
}

impl Upload {
    /// `-` is stdin, and so is `.`, which curl reads without waiting.
    fn named(name: OsString) -> Upload {
        if name == "-" || name == "." { Upload::Stdin } else { Upload::File(name.into()) }
    }
}

/// A group with everything resolved but its globs.
pub(super) struct Group {
    pub(super) slots: Vec<Slot>,
    pub(super) query: Option<String>,
    pub(super) default_protocol: Option<String>,
    pub(super) settings: Arc<Settings>,
}

/// A URL with what belongs to it.
pub(super) struct Slot {
    url: OsString,
    output: Out,
    upload: Option<OsString>,
    globbed: bool,
    number: u64,
}

/// Takes the slots out of a group and gives each its output.
pub(super) fn slots(
    group: &mut flags::Group,
    warnings: &mut Vec<String>,
) -> Result<Vec<Slot>, Failure> {
    let default = if group.remote_name_all { Out::Remote } else { Out::Stdout };
    let mut slots = Vec::new();
    for slot in std::mem::take(&mut group.slots) {
        let Some(url) = slot.url else {
            if slot.output.is_some() {
                warnings.push("Got more output options than URLs".into());
            }
            continue;
        };
        let globbed = !group.globoff;
        match os_text::after_at(&url) {
            Some(file) => listed_urls(&file)?.into_iter().for_each(|url| {
                let (output, upload) = (Out::Remote, None);
                slots.push(Slot { url, output, upload, globbed: false, number: 0 });
            }),
            None => {
                let output = slot.output.unwrap_or_else(|| default.clone());
                slots.push(Slot { url, output, upload: slot.upload, globbed, number: 0 });
            }
        }
    }
    Ok(slots)
}

/// Counts the URLs of all groups, for `%{urlnum}`.
pub(super) fn number(groups: &mut [Group]) {
    let slots = groups.iter_mut().flat_map(|group| &mut group.slots);
    slots.zip(0..).for_each(|(slot, number)| slot.number = number);
}

/// `--url @file`
fn listed_urls(file: &OsStr) -> Result<Vec<OsString>, Failure> {
    let bytes = data::read_source(file, MAX_TEXT_BYTES)?;
    let lines = bytes.split(|&b| b == b'\n').map(<[u8]>::trim_ascii);
    let lines = lines.filter(|line| !line.is_empty() && line[0] != b'#');
    Ok(lines.map(os_text::from_bytes).collect())
}

impl Group {
    pub(super) fn into_transfers(self) -> Transfers {
        let Group { slots, query, default_protocol, settings } = self;
        let shared = Arc::new(Shared { query, default_protocol, settings });
        Box::new(slots.into_iter().flat_map(move |slot| slot.into_transfers(&shared)))
    }
}

type Transfers = Box<dyn Iterator<Item = Result<Transfer, Failure>>>;

/// What the URLs of a group have in common.
struct Shared {
    query: Option<String>,
    default_protocol: Option<String>,
    settings: Arc<Settings>,
}

impl Slot {
    /// Every upload with every URL, as curl pairs them.
    fn into_transfers(self, shared: &Arc<Shared>) -> Transfers {
        let shared = Arc::clone(shared);
        let names = self.url_glob().and_then(|urls| Ok((urls, self.uploads()?)));
        let (urls, uploads) = match names {
            Ok(names) => names,
            Err(failure) => return Box::new(std::iter::once(Err(failure))),
        };
        let pairs = uploads.flat_map(move |upload| {
            urls.clone().into_expansions().map(move |url| (url, upload.clone()))
        });
        Box::new(pairs.map(move |(url, upload)| self.transfer(&url, upload, &shared)))
    }

    fn url_glob(&self) -> Result<Glob, Failure> {
        let url = text(&self.url)?;
        if url.is_empty() {
            return Err(Failure::new(Code::MALFORMED_URL, "the URL is empty"));
        }
        self.glob(url)
    }

    /// The files of `-T`, or once `None`. `-T ''` sends nothing.
    fn uploads(&self) -> Result<Box<dyn Iterator<Item = Option<Upload>>>, Failure> {
        let name = self.upload.clone().filter(|name| !name.is_empty());
        // A name that is no text has no patterns, and cannot go through them.
        match name.as_ref().and_then(|name| name.to_str()) {
            Some(text) => {
                let names = self.glob(text)?.into_expansions();
                Ok(Box::new(names.map(|name| Some(Upload::named(name.text.into())))))
            }
            None => Ok(Box::new(std::iter::once(name.map(Upload::named)))),
        }
    }

    fn glob(&self, text: &str) -> Result<Glob, Failure> {
        if !self.globbed {
            return Ok(Glob::fixed(text));
        }
        let bad = |error: String| Failure::new(Code::MALFORMED_URL, error).ending_run();
        Glob::parse(text).map_err(|error| bad(error.to_string()))
    }

    fn transfer(
        &self,
        url: &Expansion,
        upload: Option<Upload>,
        shared: &Shared,
    ) -> Result<Transfer, Failure> {
        // curl takes `//host/` for a URL that lacks its scheme.
        let typed = url.text.trim_start_matches("//");
        let plain = with_scheme(typed, shared.default_protocol.as_deref());
        let mut target = plain.clone().into_owned();
        if let Some(Upload::File(file)) = &upload
            && gives_name(&target, file)
        {
            target = url_text::with_upload_name(&target, file);
        }
        if let Some(query) = &shared.query {
            target = url_text::add_query(&target, query);
        }
        Ok(Transfer {
            url: if target == plain { url.text.clone() } else { target.clone() },
            target,
            number: self.number,
            output: self.destination(url, &shared.settings)?,
            upload,
            settings: Arc::clone(&shared.settings),
        })
    }

    fn destination(&self, url: &Expansion, settings: &Settings) -> Result<Destination, Failure> {
        let directory = settings.output.directory.as_deref();
        match &self.output {
            Out::Stdout => Ok(Destination::Stdout { asked: false }),
            Out::Null => Ok(Destination::Null),
            Out::File(name) if name == "-" => Ok(Destination::Stdout { asked: true }),
            Out::File(name) => {
                let filled = url.fill(os_text::bytes(name));
                let filled =
                    filled.ok_or_else(|| Failure::new(Code::WRITE, "file name too long"))?;
                Ok(Destination::File(inside(directory, &os_text::from_bytes(&filled))))
            }
            Out::Remote => {
                let name = url_text::remote_name(&url.text);
                let path = name.map(|name| inside(directory, OsStr::new(name)));
                match path {
                    fallback if settings.output.remote_header_name => {
                        Ok(Destination::ServerNamed { fallback })
                    }
                    Some(path) => Ok(Destination::File(path)),
                    None => {
                        let text = "Remote file name has no length! The URL ends without one; \
                                    name the file with -o";
                        Err(Failure::new(Code::WRITE, text).ending_run())
                    }
                }
            }
        }
    }
}

/// Whether a file that is sent gives its name to a URL without one. What is no document has none to be
/// given. With curl a mail's file is what we call ourselves then: so it is here, if it could be a host.
fn gives_name(url: &str, file: &Path) -> bool {
    let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme).to_ascii_lowercase();
    match &*scheme {
        "smtp" | "smtps" => file.file_name().and_then(OsStr::to_str).is_some_and(is_domain),
        "lmtp" => false,
        scheme => !is_two_way(scheme),
    }
}

/// `Domain` of RFC 5321 section 4.1.2: a server may refuse whoever has another name.
fn is_domain(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let is_label = |label: &str| {
        let is_cut = label.starts_with('-') || label.ends_with('-');
        !label.is_empty() && !is_cut && label.bytes().all(is_letter)
    };
    name.split('.').all(is_label)
}

/// The name under `--output-dir`. curl joins by text, so an absolute name stays inside too.
pub(crate) fn inside(directory: Option<&Path>, name: &OsStr) -> PathBuf {
    match directory {
        None => name.into(),
        Some(directory) => {
            let name = os_text::bytes(name);
            let start = name.iter().position(|&b| b != b'/').unwrap_or(name.len());
            directory.join(os_text::from_bytes(&name[start..]))
        }
    }
}

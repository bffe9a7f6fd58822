//! The dialogue on the control connection, command by command.

use std::time::SystemTime;

use landline_wire::ftp::{Features, parse_pwd, parse_size, parse_time, render_time};
use landline_wire::line::LineEnding;
use landline_wire::listing::{Entry, parse_mlst};
use landline_wire::reply::Reply;
use landline_wire::target::split_host_port;

use super::answers::{Answers, read_greeting};
use super::options::Options;
use super::place::Place;
use super::reply::{about_a_file, refused, verb, weird, with_reply};
use crate::dialogue::{Link, Security};
use crate::line::aio::LineStream;
use crate::login::Login;
use crate::net::pace::Deadline;
use crate::net::{Call, DialTimes, Dialer, NetOptions, Stream, Target};
use crate::observe::{Event, Observer};
use crate::{Error, ErrorKind, Phase, Result, Timeouts};

/// A control connection: one command, one reply, and transfers beside it.
///
/// See [the blocking twin](crate::ftp::Connection) for the whole documentation.
#[derive(Debug)]
pub struct Connection {
    pub(super) line: LineStream,
    pub(super) options: Options,
    pub(super) link: Link,
    greeting: Reply,
    /// The greeting has let us in already, and nobody in between can have said so.
    is_admitted: bool,
    /// Data connections begin TLS.
    pub(super) has_private_data: bool,
    pub(super) epsv_fails: bool,
    pub(super) eprt_fails: bool,
    pub(super) mlsd_fails: bool,
    /// What `TYPE` was set to last, where that is known.
    pub(super) kind: Option<TransferKind>,
    /// `REST` was sent, and no transfer has used it up.
    pub(super) has_restart: bool,
    pub(super) answers: Answers,
    /// Where the connection stands in the server's folders, as far as the client cares.
    pub(super) place: Place,
    features: Option<Features>,
}

/// How a transfer represents data (RFC 959 section 3.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferKind {
    /// Bytes as they are: `TYPE I`.
    Image,
    /// Text whose lines end in CRLF on the wire: `TYPE A`.
    Ascii,
}

impl Connection {
    /// Connects to `host:port`, or to `host` at port 21, and reads the greeting.
    ///
    /// # Errors
    /// As for any connection; [`Refused`](ErrorKind::Refused) when the server sends us away.
    pub async fn connect(host_port: &str) -> Result<Self> {
        let net = NetOptions::default();
        Self::connect_with(host_port, Options::default(), &net, Timeouts::default()).await
    }

    /// Connects as the options say; with [`Security`] TLS begins after the greeting.
    ///
    /// # Errors
    /// As for [`connect`](Self::connect); [`TlsUnavailable`](ErrorKind::TlsUnavailable) when TLS
    /// is required and not to be had.
    pub async fn connect_with(
        host_port: &str,
        options: Options,
        net: &NetOptions,
        timeouts: Timeouts,
    ) -> Result<Self> {
        Self::connect_to(host_port, 21, false, options, net, timeouts).await
    }

    /// Connects to `host:port`, or to `host` at port 990, and begins TLS at once.
    ///
    /// # Errors
    /// As for [`connect`](Self::connect), and when the certificate is not trusted.
    pub async fn connect_tls(
        host_port: &str,
        options: Options,
        net: &NetOptions,
        timeouts: Timeouts,
    ) -> Result<Self> {
        Self::connect_to(host_port, 990, true, options, net, timeouts).await
    }

    async fn connect_to(
        host_port: &str,
        default_port: u16,
        tls: bool,
        options: Options,
        net: &NetOptions,
        timeouts: Timeouts,
    ) -> Result<Self> {
        let (host, port) = split_host_port(host_port, default_port).map_err(|error| {
            let what = format!("{host_port} is not a host and port");
            Error::new(ErrorKind::Url, Phase::Preparing, what).because(error)
        })?;
        let observer = Observer::default();
        let call = Call::new(timeouts, &observer);
        let target = Target::new(if tls { "ftps" } else { "ftp" }, host, port, tls);
        Ok(Self::open(&Dialer::new(net.clone()), target, options, &call).await?.0)
    }

    /// Connects, reads the greeting and begins TLS where that was asked for, all within the
    /// connect deadline.
    pub(super) async fn open(
        dialer: &Dialer,
        target: Target,
        options: Options,
        call: &Call<'_>,
    ) -> Result<(Self, DialTimes)> {
        let limit = call.connect_limit();
        let dialer = dialer.with_own_sessions();
        let (stream, times) = dialer.dial(&target, &[], call).await?;
        let (host, tls) = (target.host.clone(), target.tls);
        let link = Link::new(dialer, target, call);
        let greeted = Self::greet(stream, link, options);
        let mut this = Deadline::bound(limit, Phase::AwaitingReply, &host, greeted).await?;
        if !tls {
            let secured = this.begin_tls();
            this = Deadline::bound(limit, Phase::TlsHandshake, &host, secured).await?;
        }
        Ok((this, times))
    }

    async fn greet(stream: Stream, link: Link, options: Options) -> Result<Self> {
        let line = LineStream::new(stream).with_ending(LineEnding::Lenient);
        let mut line = line.with_observer(link.observer.clone());
        let greeting = read_greeting(&mut line).await?;
        if !greeting.is_success() {
            let what = format!("the server does not want us now: {greeting}");
            let error = Error::new(ErrorKind::Refused, Phase::AwaitingReply, what);
            return Err(with_reply(error, "CONNECT", &greeting));
        }
        let is_admitted = greeting.code() == Some(230);
        Ok(Self {
            line,
            is_admitted,
            options,
            link,
            greeting,
            has_private_data: false,
            epsv_fails: false,
            eprt_fails: false,
            mlsd_fails: false,
            kind: None,
            has_restart: false,
            answers: Answers::default(),
            place: Place::default(),
            features: None,
        })
    }

    /// `AUTH TLS` (RFC 4217 section 4), and `AUTH SSL` for servers of before.
    async fn begin_tls(mut self) -> Result<Self> {
        if self.options.security == Security::Off {
            return Ok(self);
        }
        let mut reply = self.command("AUTH TLS").await?;
        if !reply.is_success() {
            reply = self.command("AUTH SSL").await?;
        }
        if reply.is_success() {
            self.line = self.line.secure(&self.link.dialer, &self.link.host).await?;
            self.is_admitted = false;
            return Ok(self);
        }
        if self.options.security == Security::Tried {
            let note = format!("{} offers no TLS ({reply}); going on in the clear", self.link.host);
            self.link.observer.tell(&Event::Warning(&note));
            return Ok(self);
        }
        let what = format!("{} offers no TLS, and TLS is required ({reply})", self.link.host);
        let error = Error::new(ErrorKind::TlsUnavailable, Phase::TlsHandshake, what);
        Err(with_reply(error, "AUTH", &reply))
    }

    /// What the server said when we came.
    pub fn greeting(&self) -> &Reply {
        &self.greeting
    }

    /// The stream of the control connection.
    pub fn stream(&self) -> &Stream {
        self.line.stream()
    }

    /// Logs in, as `anonymous` without a login, and has data connections protected where the
    /// control connection is (RFC 959 section 5.4, RFC 4217 section 8).
    ///
    /// # Errors
    /// [`Login`](ErrorKind::Login) when the server does not let us in.
    pub async fn login(&mut self, login: Option<&Login>) -> Result<()> {
        if !self.is_admitted {
            self.identify(login).await?;
        }
        if self.line.stream().tls().is_some() {
            self.protect().await?;
        }
        Ok(())
    }

    async fn identify(&mut self, login: Option<&Login>) -> Result<()> {
        let (user, password): (&[u8], &[u8]) = match login {
            Some(login) => (&login.user, &login.password),
            None => (b"anonymous", b"ftp@example.com"),
        };
        let mut reply = self.command([b"USER ", user].concat()).await?;
        if let (true, Some(other)) = (reply.code() == Some(530), &self.options.instead_of_user) {
            let other = other.clone();
            reply = self.command(other).await?;
        }
        if reply.code() == Some(331) {
            reply = self.command([b"PASS ", password].concat()).await?;
            if reply.code() == Some(331) {
                return Err(refused(ErrorKind::Login, "PASS", &reply));
            }
        }
        if reply.code() == Some(332) {
            let Some(account) = self.options.account.clone() else {
                let what = "the server asks for an account (ACCT), and none was given";
                let error = Error::new(ErrorKind::Login, Phase::AwaitingReply, what);
                return Err(with_reply(error, "PASS", &reply));
            };
            reply = self.command([b"ACCT ", account.0.as_bytes()].concat()).await?;
            if !reply.is_success() {
                return Err(refused(ErrorKind::Refused, "ACCT", &reply));
            }
        }
        match reply.is_success() {
            true => Ok(()),
            false => Err(refused(ErrorKind::Login, "USER", &reply)),
        }
    }

    async fn protect(&mut self) -> Result<()> {
        self.command("PBSZ 0").await?;
        let level = if self.options.clear_data { "PROT C" } else { "PROT P" };
        let reply = self.command(level).await?;
        if reply.is_success() {
            self.has_private_data = !self.options.clear_data;
            return Ok(());
        }
        if self.options.clear_data {
            return Ok(());
        }
        if self.options.security == Security::Tried {
            let text = format!("the server keeps data in the clear ({level}: {reply})");
            self.link.observer.tell(&Event::Warning(&text));
            return Ok(());
        }
        let what = format!("the server keeps data in the clear ({level}: {reply})");
        let error = Error::new(ErrorKind::TlsUnavailable, Phase::AwaitingReply, what);
        Err(with_reply(error, "PROT", &reply))
    }

    /// Sends a command that has to succeed.
    pub(super) async fn must(&mut self, line: impl AsRef<[u8]>, kind: ErrorKind) -> Result<Reply> {
        let reply = self.command(line.as_ref()).await?;
        match &reply {
            reply if reply.is_preliminary() => Err(weird(&verb(line.as_ref()), reply)),
            reply if !reply.is_success() => Err(refused(kind, line, reply)),
            _ => Ok(reply),
        }
    }

    /// Sends a verb with a path.
    pub(super) async fn ask(&mut self, verb: &str, path: impl AsRef<[u8]>) -> Result<Reply> {
        self.command(with_path(verb, path.as_ref())).await
    }

    async fn ask_about(&mut self, verb: &str, path: impl AsRef<[u8]>) -> Result<Reply> {
        let command = with_path(verb, path.as_ref());
        let reply = self.command(&command).await?;
        match reply.is_success() {
            true => Ok(reply),
            false => Err(about_a_file(&command, &reply)),
        }
    }

    /// Asks what the server can do beyond RFC 959 (RFC 2389); once.
    ///
    /// # Errors
    /// When the server goes away. One that knows no `FEAT` has no features.
    pub async fn features(&mut self) -> Result<&Features> {
        if self.features.is_none() {
            let reply = self.command("FEAT").await?;
            let lines = if reply.is_success() { reply.lines() } else { &[] };
            self.features = Some(Features::from_lines(lines));
        }
        Ok(self.features.get_or_insert_default())
    }

    /// Tells the folder it stands in (`PWD`).
    ///
    /// # Errors
    /// [`Refused`](ErrorKind::Refused); [`Protocol`](ErrorKind::Protocol) when the reply names
    /// none.
    pub async fn pwd(&mut self) -> Result<String> {
        let reply = self.must("PWD", ErrorKind::Refused).await?;
        parse_pwd(reply.first_line()).ok_or_else(|| weird("PWD", &reply))
    }

    /// Goes to a folder (`CWD`).
    ///
    /// # Errors
    /// [`Denied`](ErrorKind::Denied) when the server does not let us.
    pub async fn cwd(&mut self, path: impl AsRef<[u8]>) -> Result<()> {
        self.place.leave();
        self.must(with_path("CWD", path.as_ref()), ErrorKind::Denied).await.map(drop)
    }

    /// Goes to the folder above (`CDUP`).
    ///
    /// # Errors
    /// As for [`cwd`](Self::cwd).
    pub async fn cdup(&mut self) -> Result<()> {
        self.place.leave();
        self.must("CDUP", ErrorKind::Denied).await.map(drop)
    }

    /// Chooses how the transfers to come represent data (`TYPE`); says so only when it changes.
    ///
    /// # Errors
    /// [`Refused`](ErrorKind::Refused).
    pub async fn set_kind(&mut self, kind: TransferKind) -> Result<()> {
        if self.kind != Some(kind) {
            let letter = if kind == TransferKind::Image { "TYPE I" } else { "TYPE A" };
            // Until the reply is here nobody knows.
            self.kind = None;
            self.must(letter, ErrorKind::Refused).await?;
            self.kind = Some(kind);
        }
        Ok(())
    }

    /// Asks how many bytes a transfer of the file would have (`SIZE`, RFC 3659 section 4).
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound), [`Refused`](ErrorKind::Refused),
    /// [`Protocol`](ErrorKind::Protocol).
    pub async fn size(&mut self, path: impl AsRef<[u8]>) -> Result<u64> {
        let reply = self.ask_about("SIZE", path).await?;
        parse_size(reply.first_line()).ok_or_else(|| weird("SIZE", &reply))
    }

    /// Asks when the file was last changed (`MDTM`, RFC 3659 section 3).
    ///
    /// # Errors
    /// As for [`size`](Self::size).
    pub async fn modified(&mut self, path: impl AsRef<[u8]>) -> Result<SystemTime> {
        let reply = self.ask_about("MDTM", path).await?;
        parse_time(reply.first_line()).ok_or_else(|| weird("MDTM", &reply))
    }

    /// Sets when the file was last changed (`MFMT`, draft-somers-ftp-mfxx).
    ///
    /// # Errors
    /// As for [`size`](Self::size); [`Usage`](ErrorKind::Usage) for a date that no four digits
    /// name.
    pub async fn set_modified(&mut self, path: impl AsRef<[u8]>, time: SystemTime) -> Result<()> {
        let Some(time) = render_time(time) else {
            return Err(Error::usage("the date cannot be told"));
        };
        let argument = [time.as_bytes(), b" ", path.as_ref()].concat();
        self.ask_about("MFMT", argument).await.map(drop)
    }

    /// Makes a folder (`MKD`).
    ///
    /// # Errors
    /// [`Denied`](ErrorKind::Denied) when the server does not.
    pub async fn mkdir(&mut self, path: impl AsRef<[u8]>) -> Result<()> {
        self.must(with_path("MKD", path.as_ref()), ErrorKind::Denied).await.map(drop)
    }

    /// Removes an empty folder (`RMD`).
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound) or [`Refused`](ErrorKind::Refused).
    pub async fn rmdir(&mut self, path: impl AsRef<[u8]>) -> Result<()> {
        self.ask_about("RMD", path).await.map(drop)
    }

    /// Deletes a file (`DELE`).
    ///
    /// # Errors
    /// As for [`rmdir`](Self::rmdir).
    pub async fn delete(&mut self, path: impl AsRef<[u8]>) -> Result<()> {
        self.ask_about("DELE", path).await.map(drop)
    }

    /// Gives a file or folder another name (`RNFR`, `RNTO`).
    ///
    /// # Errors
    /// As for [`rmdir`](Self::rmdir).
    pub async fn rename(&mut self, from: impl AsRef<[u8]>, to: impl AsRef<[u8]>) -> Result<()> {
        landline_wire::line::check_outgoing(to.as_ref())
            .map_err(|error| Error::usage("the new name cannot be sent").because(error))?;
        let command = with_path("RNFR", from.as_ref());
        let reply = self.command(&command).await?;
        if !reply.is_intermediate() {
            return Err(about_a_file(&command, &reply));
        }
        self.ask_about("RNTO", to).await.map(drop)
    }

    /// Tells what the server knows of a file or folder (`MLST`, RFC 3659 section 7).
    ///
    /// # Errors
    /// As for [`size`](Self::size).
    pub async fn facts(&mut self, path: impl AsRef<[u8]>) -> Result<Entry> {
        let reply = self.ask_about("MLST", path).await?;
        let mut lines = reply.lines().iter();
        let entry = lines.find_map(|line| parse_mlst(line.trim_start().as_bytes()));
        entry.ok_or_else(|| weird("MLST", &reply))
    }

    /// Does nothing, and keeps the connection from falling asleep (`NOOP`).
    ///
    /// # Errors
    /// When the server goes away.
    pub async fn noop(&mut self) -> Result<()> {
        self.must("NOOP", ErrorKind::Refused).await.map(drop)
    }

    /// Takes leave (`QUIT`) and closes the connection.
    ///
    /// # Errors
    /// When the server is gone already.
    pub async fn quit(mut self) -> Result<()> {
        self.command("QUIT").await.map(drop)
    }
}

/// A verb and its path; the verb alone where the path is empty.
pub(super) fn with_path(verb: &str, path: &[u8]) -> Vec<u8> {
    match path {
        [] => verb.as_bytes().to_vec(),
        _ => [verb.as_bytes(), b" ", path].concat(),
    }
}

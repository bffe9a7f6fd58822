//! The way of one job: over a connection that was kept or a new one, through its steps, and what
//! becomes of the connection then.

use std::sync::Arc;

use tokio::runtime::Handle;

use super::client::{Client, Home, Route};
use super::connection::{Connection, TransferKind};
use super::download::Download;
use super::job::{Job, Plan};
use super::options::QuoteTime;
use crate::net::pace::Deadline;
use crate::net::{Call, DialTimes};
use crate::observe::Event;
use crate::open::StoreMode;
use crate::upload::Upload;
use crate::{Error, ErrorKind, Headers, Phase, Result};

/// A connection on its way through one job.
pub(super) struct Trip<'a> {
    pub(super) job: &'a Job<'a>,
    pub(super) plan: Plan,
    pub(super) connection: Box<Connection>,
    pub(super) home: Home,
    pub(super) times: DialTimes,
    /// Connected for this job, not for one before.
    is_new: bool,
    /// The folder where URLs begin could not be reached from where the job before was.
    pub(super) has_no_way_back: bool,
}

/// Runs a step on a connection that was kept, where there is one, and on a new one where that turns
/// out to be of no use.
macro_rules! run {
    ($client:ident, $job:ident, $step:ident($($argument:expr)?)) => {{
        let mut trip = Self::begin($client, $job, true).await?;
        let mut done = trip.$step($($argument)?).await;
        if trip.renew($client, &done).await? {
            done = trip.$step($($argument)?).await;
        }
        trip.or_leave(done)?
    }};
}

impl<'a> Trip<'a> {
    /// Connects and logs in, or takes a connection that has.
    async fn begin(client: &Client, job: &'a Job<'a>, may_reuse: bool) -> Result<Self> {
        let plan = Plan::of(job)?;
        let call = Call::new(job.timeouts, job.observer);
        let runtime = Handle::try_current().ok().map(|handle| handle.id());
        let route = Arc::new(Route {
            target: plan.target.clone(),
            net: client.dialer().options().clone(),
            options: job.options.clone(),
            login: plan.login.clone(),
            runtime,
        });
        let home = Home { pool: client.pool().clone(), route };
        if let Some(mut connection) = home.pool.take(&home.route).filter(|_| may_reuse) {
            connection.resume(&call);
            let (host, stream) = (&plan.target.host, connection.stream());
            let (peer, local) = (stream.peer(), stream.local());
            call.observer.tell(&Event::Reused { host, peer, local });
            let times = DialTimes::default();
            return Ok(Self {
                job,
                plan,
                connection,
                home,
                times,
                is_new: false,
                has_no_way_back: false,
            });
        }
        let (options, target) = (job.options.clone(), plan.target.clone());
        let (limit, host) = (call.connect_limit(), target.host.clone());
        let (connection, times) = Connection::open(client.dialer(), target, options, &call).await?;
        let mut connection = Box::new(connection);
        let entered = async {
            connection.login(plan.login.as_ref()).await?;
            connection.find_entry().await
        };
        Deadline::bound(limit, Phase::AwaitingReply, &host, entered).await?;
        Ok(Self { job, plan, connection, home, times, is_new: true, has_no_way_back: false })
    }

    /// Begins anew when a kept connection turns out to be dead before it has answered anything, or
    /// of no use; tells whether it has.
    async fn renew<T>(&mut self, client: &Client, done: &Result<T>) -> Result<bool> {
        if !done.as_ref().is_err_and(|error| self.is_stale(error)) {
            return Ok(false);
        }
        let note = Event::Note("the kept connection was of no use, trying a new one");
        self.job.observer.tell(&note);
        *self = Self::begin(client, self.job, false).await?;
        Ok(true)
    }

    /// Takes leave of the connection where the job has failed.
    fn or_leave<T>(self, done: Result<T>) -> Result<(Self, T)> {
        match done {
            Ok(done) => Ok((self, done)),
            Err(error) => {
                self.leave_after(&error);
                Err(error)
            }
        }
    }

    fn is_stale(&self, error: &Error) -> bool {
        let is_gone = match error.kind() {
            ErrorKind::Io => self.connection.answers.count == 0,
            // What it still had to say from before got in between.
            ErrorKind::Protocol => self.job.options.quotes.is_empty(),
            _ => error.status() == Some(421) && self.connection.answers.count == 1,
        };
        (is_gone || self.has_no_way_back) && !self.is_new
    }

    /// Keeps the connection where the error says nothing against it.
    fn leave_after(self, error: &Error) {
        let is_sound = match error.kind() {
            ErrorKind::NotFound | ErrorKind::Denied | ErrorKind::Range => true,
            ErrorKind::Refused => {
                matches!(error.command(), Some("RETR" | "LIST" | "NLST" | "MLSD" | "STOR" | "APPE"))
            }
            _ => false,
        };
        if is_sound && error.status() != Some(421) {
            self.home.give_back(self.connection);
        }
    }

    /// Reads what the URL names: a file, or the listing of a folder.
    pub(super) async fn read(client: &Client, job: &'a Job<'a>) -> Result<Download> {
        let (trip, (incoming, facts)) = run!(client, job, begin_reading());
        Ok(Download::new(trip, incoming, facts))
    }

    /// Lists the folder that the URL names, in a form for programs where the server has one.
    pub(super) async fn entries(client: &Client, job: &'a Job<'a>) -> Result<Download> {
        let (trip, (incoming, facts)) = run!(client, job, begin_entries());
        Ok(Download::new(trip, incoming, facts))
    }

    /// Tells what is known of the file without reading it.
    pub(super) async fn info(client: &Client, job: &'a Job<'a>) -> Result<Headers> {
        let (trip, facts) = run!(client, job, ask_facts());
        trip.home.give_back(trip.connection);
        Ok(facts.without_type().into_headers())
    }

    /// Stores a file.
    pub(super) async fn store(
        client: &Client,
        job: &'a Job<'a>,
        upload: Upload,
        mode: StoreMode,
    ) -> Result<()> {
        let (mut trip, mut outgoing) = run!(client, job, begin_storing(mode));
        let is_text = trip.plan.kind == TransferKind::Ascii;
        let upload = if is_text { upload.crlf()? } else { upload };
        outgoing.send(&mut trip.connection, upload.into_reader()?).await?;
        outgoing.finish(&mut trip.connection).await?;
        trip.quote(QuoteTime::Done).await?;
        trip.home.give_back(trip.connection);
        Ok(())
    }
}

//! The server that plays a transcript and judges the client.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use rustls::ServerConfig;

use super::mismatch::Mismatch;
use super::parse::Action;
use super::play::{Difference, Player, fill, quoted};
use super::script::{Delivery, Expectation, Script};
use crate::tls::Authority;
use crate::{Builder, Conn, Record, Server};

/// How long a client may take for one line, or to finish its dialogue.
const PATIENCE: Duration = Duration::from_secs(5);

/// How far the dialogue of one connection has come.
#[derive(Default)]
enum Progress {
    #[default]
    Absent,
    Running,
    /// More connections than the transcript has.
    Surplus,
    /// Played to the end; what comes after so many bytes is more than the transcript has, unless
    /// it ends in a stall, which takes whatever comes.
    Done {
        consumed: Option<u64>,
    },
    Failed(Difference),
}

struct Play {
    script: Script,
    delivery: Delivery,
    names: OnceLock<BTreeMap<String, String>>,
    tls: Option<Arc<ServerConfig>>,
    progress: Mutex<Vec<Progress>>,
    changed: Condvar,
}

/// A server that plays one transcript; from [`Script::serve`].
pub struct ScriptServer {
    server: Server,
    play: Arc<Play>,
    authority: Option<Authority>,
}

impl ScriptServer {
    pub(super) fn start(script: Script, builder: Builder, delivery: Delivery) -> ScriptServer {
        let upgrades = script.dialogues.iter().flatten().any(|step| step.action == Action::Tls);
        let authority = upgrades.then(Authority::new);
        let identity =
            authority.as_ref().map(|authority| authority.issue(&["localhost", "127.0.0.1"]));
        let progress = script.dialogues.iter().map(|_| Progress::default()).collect();
        let play = Arc::new(Play {
            script,
            delivery,
            names: OnceLock::new(),
            tls: identity.map(|identity| identity.server_config()),
            progress: Mutex::new(progress),
            changed: Condvar::new(),
        });
        let handler_play = play.clone();
        let server = builder.patience(PATIENCE).start(move |conn| handler_play.attend(conn));
        let mut names = play.script.names.clone();
        names.insert("{host}".to_owned(), server.host());
        if server.is_tcp() {
            names.insert("{port}".to_owned(), server.port().to_string());
        }
        let _ = play.names.set(names);
        ScriptServer { server, play, authority }
    }

    /// Returns the TCP address.
    pub fn addr(&self) -> SocketAddr {
        self.server.addr()
    }

    /// Returns the TCP port.
    pub fn port(&self) -> u16 {
        self.server.port()
    }

    /// Returns the URL of `path` under `scheme`.
    pub fn url_for(&self, scheme: &str, path: &str) -> String {
        self.server.url_for(scheme, path)
    }

    /// Returns the server underneath: its records, its Unix path.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Returns the authority behind `S! tls`, which issued for `localhost` and `127.0.0.1`.
    pub fn authority(&self) -> Option<&Authority> {
        self.authority.as_ref()
    }

    /// Replaces the placeholders in `text`.
    pub fn fill(&self, text: &str) -> String {
        fill(text, self.play.names())
    }

    /// Returns a header line of the script, placeholders replaced.
    pub fn header(&self, name: &str) -> Option<String> {
        self.play.script.header(name).map(|value| self.fill(value))
    }

    /// Returns the `=>` lines, placeholders replaced.
    pub fn expectations(&self) -> Vec<Expectation> {
        let mut expectations = self.play.script.expectations.clone();
        for expectation in &mut expectations {
            expectation.value = self.fill(&expectation.value);
        }
        expectations
    }

    /// Ends the server and judges: every dialogue must have been played to its end and nothing
    /// sent beyond. It waits 5 s at most for dialogues under way.
    ///
    /// # Errors
    /// The first difference, in order of connections.
    pub fn finish(mut self) -> Result<(), Mismatch> {
        self.play.wait(|progress| progress.iter().all(Progress::is_over));
        // What the client has sent by now is read and recorded before the threads end.
        self.server.stop();
        let records = self.server.records();
        let nothing = Record::default();
        for (index, progress) in self.play.lock().iter().enumerate() {
            let record = records.get(index).unwrap_or(&nothing);
            self.play.judge(index, progress, record)?;
        }
        Ok(())
    }
}

impl Progress {
    fn is_over(&self) -> bool {
        matches!(self, Progress::Done { .. } | Progress::Failed(_) | Progress::Surplus)
    }
}

impl Play {
    fn names(&self) -> &BTreeMap<String, String> {
        // Set right after the port is known; a stray client of another test may be faster.
        self.names.wait()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Progress>> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, index: usize, progress: Progress) {
        let mut all = self.lock();
        if index >= all.len() {
            all.resize_with(index + 1, Progress::default);
        }
        all[index] = progress;
        self.changed.notify_all();
    }

    fn wait(&self, reached: impl Fn(&[Progress]) -> bool) -> bool {
        let deadline = Instant::now() + PATIENCE;
        let mut progress = self.lock();
        while !reached(&progress) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            let waited = self.changed.wait_timeout(progress, left);
            progress = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// Plays the dialogue of one connection.
    fn attend(&self, conn: &mut Conn) -> io::Result<()> {
        let index = conn.connection_number() - 1;
        let Some(steps) = self.script.dialogues.get(index) else {
            self.set(index, Progress::Surplus);
            return Ok(());
        };
        self.set(index, Progress::Running);
        conn.one_byte(self.delivery == Delivery::OneByte);
        // A stall at the end has to count as done, or nobody would ever see it end.
        let stalls = steps.last().is_some_and(|step| step.action == Action::Stall);
        let steps = if stalls { &steps[..steps.len() - 1] } else { steps };
        let wait_for = |number: usize| {
            self.wait(|progress| progress.get(number - 1).is_some_and(Progress::is_over))
        };
        let (names, tls) = (self.names(), self.tls.as_ref());
        let mut player = Player {
            conn,
            names,
            tls,
            wait_for: &wait_for,
            unsaid: Vec::new(),
            tag: String::new(),
        };
        if let Err(difference) = player.play(steps) {
            self.set(index, Progress::Failed(difference));
            return Ok(());
        }
        self.set(index, Progress::Done { consumed: (!stalls).then(|| conn.consumed()) });
        conn.stall()
    }

    fn judge(&self, index: usize, progress: &Progress, record: &Record) -> Result<(), Mismatch> {
        let steps = self.script.dialogues.get(index).map_or(&[][..], Vec::as_slice);
        let first = steps.first().map_or(0, |step| step.line);
        let last = steps.last().map_or(0, |step| step.line);
        let differs = match progress {
            Progress::Done { consumed } => leftover(*consumed, record)
                .map(|leftover| (last, "nothing more".to_owned(), leftover)),
            Progress::Failed(Difference { line, expected, got }) => {
                Some((*line, expected.clone(), got.clone()))
            }
            Progress::Running => Some((
                last,
                "the end of the dialogue".to_owned(),
                "a dialogue under way".to_owned(),
            )),
            Progress::Surplus => {
                let got = format!("one more than the {} expected", self.script.dialogues.len());
                Some((0, "no such connection".to_owned(), got))
            }
            Progress::Absent if steps.is_empty() => None,
            Progress::Absent => {
                let tls = record.tls_error.as_ref();
                let got = tls.map(|error| format!("a failed TLS handshake: {error}"));
                Some((first, "a connection".to_owned(), got.unwrap_or("none".to_owned())))
            }
        };
        let Some((line, expected, got)) = differs else { return Ok(()) };
        let script = self.script.name().to_owned();
        Err(Mismatch { script, line, connection: index + 1, expected, got })
    }
}

/// Renders what a client has sent beyond its dialogue.
fn leftover(consumed: Option<u64>, record: &Record) -> Option<String> {
    let consumed = consumed.filter(|&consumed| consumed < record.total)?;
    let kept = usize::try_from(consumed).ok().and_then(|from| record.received.get(from..));
    Some(quoted(kept.unwrap_or_default()))
}

impl std::fmt::Debug for ScriptServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ScriptServer")
            .field("script", &self.play.script.name())
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}

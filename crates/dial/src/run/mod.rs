//! Runs the transfers, one after the other or side by side, and gives the exit code.

mod attempt;
mod body;
pub(crate) mod certificates;
mod connect;
mod cookies;
mod course;
mod etag;
mod failure;
mod form;
mod ftp;
mod gemini;
mod groups;
mod http;
mod interrupt;
mod known;
mod local;
mod mail;
mod numbers;
mod other;
mod parallel;
mod pipe;
mod proxy;
mod remembered;
mod report;
mod request;
mod resume;
mod tftp;
mod tls;
mod trace;
mod tries;
mod two_way;
mod upload;
mod watch;

use std::rc::Rc;
use std::sync::Arc;

use crate::exit::{Code, Failure};
use crate::flags::Global;
use crate::high::{HighArgs, Transfer};
use crate::messages::Messages;
use crate::progress::Board;
use groups::{Groups, Means};
use interrupt::Interrupt;
use numbers::Numbers;
use parallel::Slot;
pub(crate) use pipe::is_two_way;
use trace::Trace;

/// Runs everything. As with curl the last transfer decides the exit code, unless `--fail-early`
/// ends the run at the first failure; of parallel transfers the last one that failed does. One that
/// could not be set up (a bad glob, a missing file of `-T` or `-F`) always ends it.
pub(crate) fn run(args: HighArgs, messages: Messages) -> Code {
    let build = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            // Few connections at a time: room for Tokio's usual 1024 events is start-up time.
            .max_io_events_per_tick(64)
            .build()
    };
    let runtime = match build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let reason = crate::data::os_reason(&error);
            let text = format!("the system gives no event queue: {reason}");
            messages.failure(&Failure::new(Code::CONNECT, text));
            return Code::CONNECT;
        }
    };
    let code = runtime.block_on(run_all(args, messages));
    // A lookup or a read of stdin may still hang in its thread: nobody waits for it any more.
    runtime.shutdown_background();
    code
}

/// A file that has reached its limit (`ulimit -f`) is an error to tell, not the end of us.
#[cfg(unix)]
fn outlive_file_size_limits() {
    // With a handler, whatever it does, the write itself fails.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
}

#[cfg(not(unix))]
fn outlive_file_size_limits() {}

/// What all transfers of a run share.
struct Run {
    global: Global,
    messages: Messages,
    trace: Option<Arc<Trace>>,
    numbers: Arc<Numbers>,
    /// The display of parallel transfers.
    board: Board,
}

impl Run {
    fn is_parallel(&self) -> bool {
        self.board.is_used()
    }
}

async fn run_all(args: HighArgs, messages: Messages) -> Code {
    outlive_file_size_limits();
    let (global, transfers) = args.into_transfers();
    let (transfers, is_several) = several(transfers, global.parallel);
    let is_parallel = global.parallel && is_several;
    let board = Board::new(&global, &messages, is_parallel);
    let (trace, numbers) = (Trace::open(&global, &messages), Arc::default());
    let run = Rc::new(Run { global, messages, trace, numbers, board });
    let mut groups = Groups::new(&run.global);
    let code = match is_parallel {
        true => parallel::run(Rc::clone(&run), transfers, &mut groups).await,
        false => series(&run, transfers, &mut groups).await,
    };
    groups.end(code != Code::INTERRUPTED, &run.messages).await;
    run.trace.iter().for_each(|trace| trace.end(&run.messages));
    code
}

/// Whether there is more than one, looked for only where it matters.
fn several<T>(mut all: impl Iterator<Item = T>, matters: bool) -> (impl Iterator<Item = T>, bool) {
    let first: Vec<T> = all.by_ref().take(if matters { 2 } else { 0 }).collect();
    let is_several = first.len() > 1;
    (first.into_iter().chain(all), is_several)
}

/// One after the other.
async fn series(
    run: &Run,
    transfers: impl Iterator<Item = Result<Transfer, Failure>>,
    groups: &mut Groups,
) -> Code {
    let (mut code, mut interrupt) = (Code::OK, Interrupt::default());
    let mut next = tokio::time::Instant::now();
    for transfer in transfers {
        if let Some(interval) = run.global.interval {
            if interrupt.guard(tokio::time::sleep_until(next)).await.is_err() {
                return Code::INTERRUPTED;
            }
            next = tokio::time::Instant::now() + interval;
        }
        let done = match ready(transfer, groups, &run.messages) {
            Ok((transfer, means)) => {
                let mut slot = Slot::default();
                tries::transfer(&transfer, means, run, &mut interrupt, &mut slot).await
            }
            Err(failed) => Err(failed),
        };
        code = done.map_or_else(|failed| failed.code, |()| Code::OK);
        let is_over = |failed: Failed| failed.ends_run || run.global.fail_early;
        if code == Code::INTERRUPTED || done.is_err_and(is_over) {
            break;
        }
    }
    code
}

/// A transfer that failed, which has been told.
#[derive(Clone, Copy)]
struct Failed {
    code: Code,
    ends_run: bool,
}

impl From<&Failure> for Failed {
    fn from(failure: &Failure) -> Failed {
        Failed { code: failure.code, ends_run: failure.ends_run }
    }
}

/// A transfer with what its group has in common; or its failure, which has been told.
fn ready(
    transfer: Result<Transfer, Failure>,
    groups: &mut Groups,
    messages: &Messages,
) -> Result<(Transfer, Rc<Means>), Failed> {
    let ready = transfer.and_then(|transfer| {
        let means = groups.means(&transfer.settings, messages)?;
        Ok((transfer, means))
    });
    ready.map_err(|failure| {
        messages.failure(&failure);
        Failed::from(&failure)
    })
}

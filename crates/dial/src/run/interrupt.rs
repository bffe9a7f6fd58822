//! What ends a transfer from outside. Ctrl-C ends the process by itself, until a body has had to
//! wait. From then on it is ours, for the rest of the run, and every wait has to look at it.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::sync::watch;

use crate::exit::{Code, Failure};

/// Why a transfer is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Ctrl-C
    Interrupt,
    /// Ctrl-C, while others run beside it: the run tells of it, once for all.
    InterruptAll,
    /// `--fail-early`: another transfer has failed.
    Abort,
}

impl End {
    pub(super) fn failure(self) -> Failure {
        match self {
            End::Interrupt => Failure::new(Code::INTERRUPTED, "interrupted"),
            End::InterruptAll => Failure::quiet(Code::INTERRUPTED),
            End::Abort => {
                let text = "Transfer aborted due to critical error in another transfer";
                Failure::new(Code::ABORTED, text)
            }
        }
    }
}

/// Listens from the first [`poll`](Interrupt::poll) on, also between the waits.
#[derive(Default)]
pub(super) struct Interrupt(Option<Pin<Box<dyn Future<Output = End>>>>);

impl Interrupt {
    /// Of a transfer that runs beside others: it ends when the run says so.
    pub(super) fn of_run(mut stop: watch::Receiver<Option<End>>) -> Interrupt {
        Interrupt(Some(Box::pin(async move {
            match stop.wait_for(Option::is_some).await.map(|end| *end) {
                Ok(Some(end)) => end,
                // Nobody is left to say so.
                _ => std::future::pending().await,
            }
        })))
    }

    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<End> {
        let listen = || {
            Box::pin(async {
                if ctrl_c().await.is_err() {
                    std::future::pending::<()>().await;
                }
                End::Interrupt
            }) as Pin<Box<dyn Future<Output = End>>>
        };
        let end = ready!(self.0.get_or_insert_with(listen).as_mut().poll(cx));
        self.0 = None;
        Poll::Ready(end)
    }

    /// Waits for `work`, unless Ctrl-C comes first.
    ///
    /// # Errors
    /// [`Code::INTERRUPTED`], [`Code::ABORTED`].
    pub(super) fn guard<T>(
        &mut self,
        work: impl Future<Output = T>,
    ) -> impl Future<Output = Result<T, Failure>> {
        // Boxed, so that a transfer has no room for it while it waits for other things.
        let mut work = Box::pin(work);
        poll_fn(move |cx| match work.as_mut().poll(cx) {
            Poll::Ready(done) => Poll::Ready(Ok(done)),
            Poll::Pending if self.0.is_some() => self.poll(cx).map(|end| Err(end.failure())),
            Poll::Pending => Poll::Pending,
        })
    }
}

/// Waits for Ctrl-C. After an error it goes on to end the process.
///
/// Tokio's own costs every start, listened for or not, a socket pair and a table of all signals.
#[cfg(unix)]
async fn ctrl_c() -> std::io::Result<()> {
    let (heard, told) = std::os::unix::net::UnixStream::pair()?;
    heard.set_nonblocking(true)?;
    let heard = tokio::net::UnixStream::from_std(heard)?;
    signal_hook::low_level::pipe::register(signal_hook::consts::SIGINT, told)?;
    heard.readable().await
}

#[cfg(not(unix))]
use tokio::signal::ctrl_c;

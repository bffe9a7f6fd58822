//! Ctrl-C: it ends the process by itself, until a body has had to wait. From then on it is ours,
//! for the rest of the run, and every wait has to look at it.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use crate::exit::{Code, Failure};

/// Listens from the first [`poll`](Interrupt::poll) on, also between the waits.
#[derive(Default)]
pub(super) struct Interrupt(Option<Pin<Box<dyn Future<Output = ()>>>>);

impl Interrupt {
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let listen = || {
            Box::pin(async {
                if tokio::signal::ctrl_c().await.is_err() {
                    std::future::pending::<()>().await;
                }
            }) as Pin<Box<dyn Future<Output = ()>>>
        };
        ready!(self.0.get_or_insert_with(listen).as_mut().poll(cx));
        self.0 = None;
        Poll::Ready(())
    }

    /// Waits for `work`, unless Ctrl-C comes first.
    ///
    /// # Errors
    /// [`Code::INTERRUPTED`].
    pub(super) async fn guard<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Failure> {
        let mut work = pin!(work);
        poll_fn(|cx| match work.as_mut().poll(cx) {
            Poll::Ready(done) => Poll::Ready(Ok(done)),
            Poll::Pending if self.0.is_some() => {
                self.poll(cx).map(|()| Err(Failure::new(Code::INTERRUPTED, "interrupted")))
            }
            Poll::Pending => Poll::Pending,
        })
        .await
    }
}

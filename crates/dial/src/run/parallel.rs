//! `-Z`: transfers side by side, on the one thread.
//!
//! Each is a task; the next is taken from the command line when one has ended, so that a glob of
//! a million URLs costs no more than the few that run. One that waits for its next try makes room
//! for another.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::{JoinSet, LocalSet};

use super::body::Tick;
use super::groups::Groups;
use super::interrupt::{End, Interrupt};
use super::{Failed, Run, tries};
use crate::exit::{Code, Failure};
use crate::high::Transfer;

pub(super) async fn run(
    run: Rc<Run>,
    transfers: impl Iterator<Item = Result<Transfer, Failure>>,
    groups: &mut Groups,
) -> Code {
    let mut crowd = Crowd::new(run);
    // All tasks are gone before the set is: whatever ends the crowd waits for them.
    LocalSet::new().run_until(crowd.work(transfers, groups)).await;
    crowd.code
}

/// The transfers that run.
struct Crowd {
    run: Rc<Run>,
    tasks: JoinSet<Result<(), Failed>>,
    slots: Arc<Semaphore>,
    room: Option<Room>,
    stop: watch::Sender<Option<End>>,
    interrupt: Interrupt,
    /// One could not be set up: none begins any more, those that run go on, and the code stands.
    is_closed: bool,
    code: Code,
}

/// The wait for a slot.
type Room = Pin<Box<dyn Future<Output = Result<OwnedSemaphorePermit, AcquireError>>>>;

/// What the crowd waits for.
enum Next {
    Ended(Result<(), Failed>),
    /// There is room for one more.
    Room(OwnedSemaphorePermit),
    Beat,
    Interrupt,
}

impl Crowd {
    fn new(run: Rc<Run>) -> Crowd {
        let slots = Arc::new(Semaphore::new(run.global.parallel_max()));
        let (stop, _) = watch::channel(None);
        let (tasks, interrupt, code) = (JoinSet::new(), Interrupt::default(), Code::OK);
        Crowd { run, tasks, slots, room: None, stop, interrupt, is_closed: false, code }
    }

    async fn work(
        &mut self,
        mut transfers: impl Iterator<Item = Result<Transfer, Failure>>,
        groups: &mut Groups,
    ) {
        let run = Rc::clone(&self.run);
        let mut tick = Tick::new(run.board.beat());
        let mut is_more = true;
        while is_more || !self.tasks.is_empty() {
            let is_open = is_more && self.has_room();
            match self.next(is_open, &mut tick).await {
                Next::Room(slot) => match transfers.next() {
                    Some(transfer) => self.begin(transfer, slot, groups),
                    None => is_more = false,
                },
                Next::Ended(Ok(())) => {}
                Next::Ended(Err(failed)) => self.note(failed),
                Next::Beat => run.board.show(),
                Next::Interrupt => self.interrupted(),
            }
            is_more &= self.stop.borrow().is_none() && !self.is_closed;
        }
        run.board.finish();
    }

    /// Those that wait for their next try are as many as may run, at most.
    fn has_room(&self) -> bool {
        self.tasks.len() < 2 * self.run.global.parallel_max()
    }

    /// Ctrl-C goes before all else, so that nothing begins after it.
    async fn next(&mut self, is_open: bool, tick: &mut Tick) -> Next {
        poll_fn(|cx| {
            if self.stop.borrow().is_none() && self.interrupt.poll(cx).is_ready() {
                return Poll::Ready(Next::Interrupt);
            }
            if let Poll::Ready(Some(ended)) = self.tasks.poll_join_next(cx) {
                // Nothing aborts a task.
                return Poll::Ready(Next::Ended(
                    ended.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic())),
                ));
            }
            if let Poll::Ready(slot) = self.poll_room(is_open, cx) {
                return Poll::Ready(Next::Room(slot));
            }
            tick.poll(cx).map(|()| Next::Beat)
        })
        .await
    }

    /// Waits in the queue for a slot only while there is a use for it.
    fn poll_room(&mut self, is_open: bool, cx: &mut Context<'_>) -> Poll<OwnedSemaphorePermit> {
        if !is_open {
            self.room = None;
            return Poll::Pending;
        }
        let slots = &self.slots;
        let room = self.room.get_or_insert_with(|| Box::pin(Arc::clone(slots).acquire_owned()));
        let Ok(slot) = ready!(room.as_mut().poll(cx)) else { return Poll::Pending };
        self.room = None;
        Poll::Ready(slot)
    }

    fn begin(
        &mut self,
        transfer: Result<Transfer, Failure>,
        permit: OwnedSemaphorePermit,
        groups: &mut Groups,
    ) {
        match super::ready(transfer, groups, &self.run.messages) {
            Err(failed) => self.note(failed),
            Ok((transfer, means)) => {
                let run = Rc::clone(&self.run);
                let mut interrupt = Interrupt::of_run(self.stop.subscribe());
                let mut slot = Slot { slots: Some(Arc::clone(&self.slots)), permit: Some(permit) };
                // Boxed, because a task is moved about while it is made, and one of these is large.
                self.tasks.spawn_local(Box::pin(async move {
                    run.board.enter();
                    let done = tries::transfer(&transfer, means, &run, &mut interrupt, &mut slot);
                    let done = done.await;
                    run.board.leave();
                    done
                }));
            }
        }
    }

    fn note(&mut self, failed: Failed) {
        // What ends because the run ends says nothing of its own.
        if self.stop.borrow().is_some() || self.is_closed {
            return;
        }
        self.code = failed.code;
        self.is_closed = failed.ends_run;
        if self.run.global.fail_early {
            self.stop.send_replace(Some(End::Abort));
        }
    }

    fn interrupted(&mut self) {
        self.code = Code::INTERRUPTED;
        self.stop.send_replace(Some(End::InterruptAll));
        let text = format!("interrupted, with {} transfers running", self.tasks.len());
        self.run.messages.failure(&Failure::new(Code::INTERRUPTED, text));
    }
}

/// The place of one transfer among those that run at once; of one that is alone it is its own.
#[derive(Default)]
pub(super) struct Slot {
    slots: Option<Arc<Semaphore>>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Slot {
    /// Waits, and lets others run meanwhile.
    pub(super) async fn rest(&mut self, wait: Duration) {
        self.permit = None;
        tokio::time::sleep(wait).await;
        if let Some(slots) = &self.slots {
            // It is never closed.
            self.permit = Arc::clone(slots).acquire_owned().await.ok();
        }
    }
}

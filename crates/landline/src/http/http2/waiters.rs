//! Who waits on a connection, and whether anything has happened that nobody has looked at.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Wake, Waker};

/// The tasks that wait on one connection: all are woken when it has something to do.
#[derive(Debug, Default)]
pub(in crate::http) struct Waiters {
    waiting: Mutex<Vec<(usize, Waker)>>,
    /// The connection has something to do.
    is_due: AtomicBool,
    /// Those who are about to drive the connection anyhow: nobody need be woken for what they do.
    acting: AtomicUsize,
}

impl Waiters {
    /// A connection that was never driven has something to do.
    pub(in crate::http) fn new() -> Arc<Self> {
        Arc::new(Self { is_due: AtomicBool::new(true), ..Self::default() })
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(usize, Waker)>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has `waker` woken when there is something to do; one waker per `place`.
    pub(in crate::http) fn register(&self, place: usize, waker: &Waker) {
        let mut waiting = self.lock();
        match waiting.iter_mut().find(|(whose, _)| *whose == place) {
            Some((_, known)) => known.clone_from(waker),
            None => waiting.push((place, waker.clone())),
        }
    }

    pub(in crate::http) fn leave(&self, place: usize) {
        self.lock().retain(|(whose, _)| *whose != place);
    }

    /// Whether the connection has something to do; asking is a promise to do it.
    pub(super) fn take_due(&self) -> bool {
        self.is_due.swap(false, Ordering::SeqCst)
    }

    /// Keeps the others asleep while this task acts, as far as it has done by then what was due.
    pub(super) fn act(&self) -> Acting<'_> {
        self.acting.fetch_add(1, Ordering::SeqCst);
        Acting(self)
    }

    fn wake_all(&self) {
        let waiting = std::mem::take(&mut *self.lock());
        waiting.into_iter().for_each(|(_, waker)| waker.wake());
    }
}

impl Wake for Waiters {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.is_due.store(true, Ordering::SeqCst);
        if self.acting.load(Ordering::SeqCst) == 0 {
            self.wake_all();
        }
    }
}

pub(super) struct Acting<'a>(&'a Waiters);

impl Drop for Acting<'_> {
    fn drop(&mut self) {
        let others = self.0.acting.fetch_sub(1, Ordering::SeqCst) - 1;
        if others == 0 && self.0.is_due.load(Ordering::SeqCst) {
            self.0.wake_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[derive(Default)]
    struct Woken(AtomicUsize);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    #[test]
    fn all_are_woken_but_those_who_left_and_not_while_somebody_does_what_is_due() {
        let waiters = Waiters::new();
        assert!(waiters.take_due() && !waiters.take_due());
        let (one, other) = (Arc::<Woken>::default(), Arc::<Woken>::default());
        let woken = || (one.0.load(Ordering::SeqCst), other.0.load(Ordering::SeqCst));
        let register = || {
            waiters.register(1, &Waker::from(one.clone()));
            waiters.register(1, &Waker::from(one.clone()));
            waiters.register(2, &Waker::from(other.clone()));
        };
        register();
        waiters.wake_by_ref();
        assert_eq!(woken(), (1, 1));
        register();
        waiters.leave(2);
        waiters.wake_by_ref();
        assert_eq!(woken(), (2, 1));
        register();
        let acting = waiters.act();
        waiters.wake_by_ref();
        assert!(waiters.take_due());
        drop(acting);
        assert_eq!(woken(), (2, 1), "it was done");
        let acting = waiters.act();
        waiters.wake_by_ref();
        drop(acting);
        assert_eq!(woken(), (3, 2), "it was left");
    }
}

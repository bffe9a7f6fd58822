//! Who waits on a connection.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;

/// The tasks that wait on one connection: all are woken when something has happened to it.
#[derive(Debug, Default)]
pub(super) struct Waiters(Mutex<Vec<(usize, Waker)>>);

impl Waiters {
    fn lock(&self) -> MutexGuard<'_, Vec<(usize, Waker)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has `waker` woken when there is something to look at; one waker per `place`.
    pub(super) fn register(&self, place: usize, waker: &Waker) {
        let mut waiting = self.lock();
        match waiting.iter_mut().find(|(whose, _)| *whose == place) {
            Some((_, known)) => known.clone_from(waker),
            None => waiting.push((place, waker.clone())),
        }
    }

    pub(super) fn leave(&self, place: usize) {
        self.lock().retain(|(whose, _)| *whose != place);
    }

    pub(super) fn wake_all(&self) {
        let waiting = std::mem::take(&mut *self.lock());
        waiting.into_iter().for_each(|(_, waker)| waker.wake());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Wake;

    use super::*;

    #[derive(Default)]
    struct Woken(AtomicUsize);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    #[test]
    fn all_are_woken_once_but_those_who_left() {
        let waiters = Waiters::default();
        let (one, other) = (Arc::<Woken>::default(), Arc::<Woken>::default());
        waiters.register(1, &Waker::from(one.clone()));
        waiters.register(1, &Waker::from(one.clone()));
        waiters.register(2, &Waker::from(other.clone()));
        waiters.leave(2);
        waiters.wake_all();
        waiters.wake_all();
        let woken = [&one, &other].map(|one| one.0.load(Ordering::SeqCst));
        assert_eq!(woken, [1, 0]);
    }
}

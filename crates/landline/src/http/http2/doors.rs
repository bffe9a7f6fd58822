//! One connection in the making for all who want it: they wait for it instead of making their own.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;

use crate::http::route::Route;

/// How long another's connection is waited for: it may belong to a task that nobody runs.
const PATIENCE: Duration = Duration::from_secs(1);
/// Routes of which it is remembered what they speak.
const ROUTES: usize = 64;

#[derive(Clone, Default)]
pub(super) struct Doors(Arc<Mutex<Vec<Door>>>);

struct Door {
    route: Arc<Route>,
    turn: Arc<tokio::sync::Mutex<()>>,
    /// The server has chosen HTTP/1, where every request needs a connection of its own.
    is_http1: bool,
}

/// The turn to connect; the next has it when this is dropped.
pub(in crate::http) struct Turn {
    _guard: Option<OwnedMutexGuard<()>>,
    /// Another one's connection was waited for.
    pub(in crate::http) has_waited: bool,
}

impl Doors {
    fn lock(&self) -> MutexGuard<'_, Vec<Door>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) async fn turn(&self, route: &Arc<Route>) -> Turn {
        let Some(door) = self.door(route) else { return Turn { _guard: None, has_waited: false } };
        if let Ok(guard) = door.clone().try_lock_owned() {
            return Turn { _guard: Some(guard), has_waited: false };
        }
        let guard = tokio::time::timeout(PATIENCE, door.lock_owned()).await;
        // All who waited may go at once where the connection is for one alone.
        let is_of_use = self.door(route).is_some();
        Turn { _guard: guard.ok().filter(|_| is_of_use), has_waited: true }
    }

    /// Where to wait; `None` where that is no use.
    fn door(&self, route: &Arc<Route>) -> Option<Arc<tokio::sync::Mutex<()>>> {
        let mut doors = self.lock();
        if let Some(door) = doors.iter().find(|door| door.route == *route) {
            return (!door.is_http1).then(|| door.turn.clone());
        }
        if doors.len() == ROUTES {
            doors.remove(0);
        }
        let turn = Arc::<tokio::sync::Mutex<()>>::default();
        doors.push(Door { route: route.clone(), turn: turn.clone(), is_http1: false });
        Some(turn)
    }

    /// Remembers what a new connection turned out to speak.
    pub(super) fn learn(&self, route: &Route, is_http1: bool) {
        if let Some(door) = self.lock().iter_mut().find(|door| *door.route == *route) {
            door.is_http1 = is_http1;
        }
    }
}

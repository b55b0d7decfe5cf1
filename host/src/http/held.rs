//! What an answer holds while it is sent: lines in memory, a file on disk, a place among those that there is room for. Who takes nothing
//! for so long loses it, whatever the connection does.

use super::limits::SEND_TIME_S_MAX;
use actix_web::rt::{self, task::JoinHandle, time::sleep};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(SEND_TIME_S_MAX);

pub(super) struct Held<T> {
    slot: Rc<RefCell<Option<T>>>,
    /// Since when it is waited for whoever reads; none while she waits for us.
    since: Rc<Cell<Option<Instant>>>,
    watch: JoinHandle<()>,
}

impl<T: 'static> Held<T> {
    pub fn new(held: T) -> Self {
        Held::waiting(held, PATIENCE)
    }

    fn waiting(held: T, patience: Duration) -> Self {
        let slot = Rc::new(RefCell::new(Some(held)));
        let since = Rc::new(Cell::new(Some(Instant::now())));
        let watch = rt::spawn(watch(slot.clone(), since.clone(), patience));
        Held { slot, since, watch }
    }

    /// Looks into it for whoever reads; none: it was lost. `look` says whether there was something for her.
    pub fn look<A>(&self, look: impl FnOnce(&mut T) -> (A, bool)) -> Option<A> {
        let mut slot = self.slot.borrow_mut();
        let (answer, given) = look(slot.as_mut()?);
        self.since.set(given.then(Instant::now));
        Some(answer)
    }
}

impl<T> Drop for Held<T> {
    fn drop(&mut self) {
        self.watch.abort();
        drop(self.slot.take());
    }
}

async fn watch<T>(slot: Rc<RefCell<Option<T>>>, since: Rc<Cell<Option<Instant>>>, patience: Duration) {
    loop {
        let waited = since.get().map_or(Duration::ZERO, |since| since.elapsed());
        let left = patience.saturating_sub(waited);
        if left.is_zero() {
            break;
        }
        sleep(left).await;
    }
    tracing::info!("an answer was not read: what is left of it is given up");
    drop(slot.take());
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use actix_web::rt::System;
    use std::sync::Arc;

    const SHORT: Duration = Duration::from_millis(50);

    #[test]
    fn what_nobody_reads_is_given_up() {
        System::new().block_on(async {
            let place = Arc::new(());
            let held = Held::waiting(place.clone(), SHORT);
            assert!(held.look(|_| ((), true)).is_some());
            sleep(SHORT * 4).await;
            assert_eq!(Arc::strong_count(&place), 1, "the place is free");
            assert!(held.look(|_| ((), true)).is_none());
        });
    }

    #[test]
    fn whoever_waits_for_us_loses_nothing() {
        System::new().block_on(async {
            let place = Arc::new(());
            let held = Held::waiting(place.clone(), SHORT);
            assert!(held.look(|_| ((), false)).is_some());
            sleep(SHORT * 4).await;
            assert_eq!(Arc::strong_count(&place), 2);
            assert!(held.look(|_| ((), true)).is_some());
            drop(held);
            assert_eq!(Arc::strong_count(&place), 1, "at once");
        });
    }
}

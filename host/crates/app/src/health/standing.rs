//! Where a part stands, by its numbers.

use super::Room;

/// Where something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    Ok,
    /// Somebody should look at it; everything still works.
    Look,
    /// Something does not work, or soon will not.
    Broken,
}

impl State {
    pub const fn name(self) -> &'static str {
        match self {
            State::Ok => "ok",
            State::Look => "look",
            State::Broken => "broken",
        }
    }
}

const MIB: u64 = 1 << 20;
/// Of a disk that is getting full.
const LOW_BYTES: u64 = 5 * 1024 * MIB;
/// Of one on which the database soon cannot be written.
const FULL_BYTES: u64 = 500 * MIB;
/// Longer ago than the month that is to be closed.
const VERIFIED_S_MAX: u64 = 35 * 86_400;

/// What a system does not say is no trouble of ours.
pub(super) fn of_room(room: Option<Room>) -> State {
    match room {
        Some(room) if room.free < FULL_BYTES => State::Broken,
        Some(room) if room.free < LOW_BYTES => State::Look,
        _ => State::Ok,
    }
}

/// Of what waits for so many seconds, if anything does.
pub(super) fn of_wait(waits_s: Option<u64>, look_s: u64, broken_s: u64) -> State {
    match waits_s {
        Some(waits) if waits >= broken_s => State::Broken,
        Some(waits) if waits >= look_s => State::Look,
        _ => State::Ok,
    }
}

pub(super) fn of_verification(age_s: Option<u64>, holds: Option<bool>) -> State {
    match (age_s, holds) {
        (_, Some(false)) => State::Broken,
        (Some(age), Some(true)) if age <= VERIFIED_S_MAX => State::Ok,
        _ => State::Look,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_is_looked_at_before_it_is_full() {
        let left = |free: u64| of_room(Some(Room { free, all: 100 * LOW_BYTES }));
        assert_eq!([left(LOW_BYTES), left(LOW_BYTES - 1)], [State::Ok, State::Look]);
        assert_eq!([left(FULL_BYTES), left(FULL_BYTES - 1)], [State::Look, State::Broken]);
        assert_eq!(of_room(None), State::Ok);
    }

    #[test]
    fn what_waits_longer_is_worse() {
        let states = [None, Some(0), Some(59), Some(60), Some(600)].map(|waits| of_wait(waits, 60, 600));
        assert_eq!(states, [State::Ok, State::Ok, State::Ok, State::Look, State::Broken]);
    }

    #[test]
    fn a_verification_holds_for_a_while() {
        let day = Some(86_400);
        assert_eq!(of_verification(day, Some(true)), State::Ok);
        assert_eq!(of_verification(Some(VERIFIED_S_MAX + 1), Some(true)), State::Look);
        assert_eq!(of_verification(None, None), State::Look);
        assert_eq!(of_verification(day, None), State::Look, "what it found is not kept any more");
        assert_eq!(of_verification(day, Some(false)), State::Broken);
    }
}

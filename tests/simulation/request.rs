//! The ways in which a request comes.

use super::act::Sim;
use app::App;
use app::idempotency::{Answer, Claim, Request, claim, complete, fenced};
use domain::canonical::Digest;
use std::fmt::Debug;

/// Of a hundred requests: the answer is lost, or from there on the request comes twice; somebody else is writing; the process dies; from
/// there on nothing happens.
const LOST: u64 = 0;
const BUSY: u64 = 8;
const DIES: u64 = 12;
const FAULTS: u64 = 16;

impl Sim<'_> {
    /// Does a command in one of the ways in which requests come, and compares whether it is taken with what the model expects.
    pub(super) fn request<T: Clone, E: Debug>(
        &mut self,
        what: &'static str,
        expected: bool,
        command: impl Fn(&App) -> Result<T, E>,
    ) -> Option<T> {
        let app = &self.house.app;
        let before = self.committed();
        let way = self.way(what);
        self.requests += 1;
        let (actor, company) = (&self.house.clerk, self.house.id);
        let request = || Request {
            route: "POST /v1/simulated".to_owned(),
            key: format!("request-{}", self.requests),
            body_hash: Digest::of_bytes(self.at.as_bytes()),
        };
        let found = match way {
            // twice, each under its key; or the answer of the first is lost
            ..BUSY => {
                let claimed = claim(app, actor, company, request()).expect("claimed");
                let Claim::Yours(ticket) = claimed else { panic!("{}: {claimed:?}", self.at) };
                let found = command(&fenced(app, &ticket));
                if found.is_ok() {
                    let (committed, lost) = (self.committed(), way == LOST);
                    let answer = Answer { status: 201, bytes: self.at.clone().into_bytes() };
                    if !lost {
                        complete(app, &ticket, &answer).expect("completed");
                    }
                    let again = claim(app, actor, company, request()).expect("claimed");
                    let wanted = if lost { Claim::OutcomeUnknown } else { Claim::Answered(answer) };
                    assert_eq!(again, wanted, "{}", self.at);
                    assert_eq!(self.committed(), committed, "{}: done twice", self.at);
                }
                found
            }
            // while somebody else is writing
            BUSY..DIES => std::thread::scope(|scope| {
                let busy = scope.spawn(|| {
                    let slow = |_: &mut store::Tx<'_>| {
                        std::thread::sleep(std::time::Duration::from_millis(15));
                        Ok::<_, store::StoreError>(())
                    };
                    self.db.db().write(slow)
                });
                let found = command(app);
                busy.join().expect("joined").expect("written");
                found
            }),
            // it dies with its rows written and nothing committed, and the caller comes again
            DIES..FAULTS => {
                let dies =
                    |_: &mut store::Tx<'_>| Err(store::StoreError::Unavailable { what: "killed".to_owned() });
                let dying = App { db: std::sync::Arc::new(app.db.fenced(dies)), ..app.clone() };
                assert!(command(&dying).is_err(), "{}: {what} was answered by the dead", self.at);
                assert_eq!(self.committed(), before, "{}: {what} died, and wrote", self.at);
                self.done.entry("died").or_default().0 += 1;
                command(app)
            }
            _ => command(app),
        };
        self.weighed(what, (expected, before), found)
    }

    /// Drawn; but after its first request each command meets each of them, however seldom it comes.
    fn way(&mut self, what: &'static str) -> u64 {
        let drawn = self.chance.below(100);
        let asked = self.asked.entry(what).or_default();
        *asked += 1;
        match *asked {
            2 => LOST,
            3 => LOST + 1,
            4 => BUSY,
            5 => DIES,
            _ => drawn,
        }
    }

    /// It is taken if and only if the model takes it; refused, it wrote nothing.
    fn weighed<T, E: Debug>(
        &mut self,
        what: &'static str,
        (expected, before): (bool, u64),
        found: Result<T, E>,
    ) -> Option<T> {
        let after = self.committed();
        let count = self.done.entry(what).or_default();
        match found {
            Ok(made) => {
                assert!(expected, "{}: {what} was taken", self.at);
                count.0 += 1;
                Some(made)
            }
            Err(error) => {
                assert!(!expected, "{}: {what} was refused: {error:?}", self.at);
                assert_eq!(after, before, "{}: {what} was refused, and wrote", self.at);
                count.1 += 1;
                None
            }
        }
    }

    /// How many things are committed, entries and events, sealed or not. Sealing moves them and makes none.
    pub(super) fn committed(&self) -> u64 {
        let company = self.house.id;
        let head = self.db.db().read(|conn| store::query::seals::head(conn, company)).expect("a head");
        let waiting = self.db.count("SELECT COUNT(*) AS n FROM unsealed");
        head.map_or(0, |seal| seal.position) + u64::try_from(waiting).expect("a count")
    }
}

//! A server dies while invoices and receipts are posted to it.

use super::client::{Client, Repeated};
use super::house::{At, House};
use super::{Rounds, rounds, whole};
use crate::flows::server::Server;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use store::Kind;
use store::abort::Point;
use store::testing::kinds;

/// Eight of each way to die, and three.
pub const ROUNDS: Rounds = [8 * WAYS.len(), 3 * WAYS.len()];

/// At a point, or at a time.
const WAYS: [Option<Point>; 6] = [
    Some(Point::InvoiceAssessed),
    Some(Point::CommitBefore),
    Some(Point::CommitAfter),
    Some(Point::AnswerKept),
    Some(Point::SealsInserted),
    None,
];
const WRITERS: usize = 4;

/// Posts until the server dies.
fn dies(house: &House, client: &Client<'_>, way: Option<Point>, round: usize) {
    // at the first time, and in the midst of others
    let at = way.map(|point| At(point, 1 + (round as u32 * 5) % 9));
    // the lease of the sequencer that died last holds for some seconds, in which nothing is sealed
    house.time_passes();
    let mut server = house.serve(at);
    let (url, stop) = (server.url().to_owned(), AtomicBool::new(false));
    let died = std::thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| client.post(&url, &stop));
        }
        let died = match at {
            Some(at) => house.died(&mut server, at),
            None => {
                std::thread::sleep(Duration::from_micros(7_000 * (round as u64 * 97 % 29)));
                server.kill();
                Ok(())
            }
        };
        stop.store(true, Ordering::Relaxed);
        died
    });
    died.expect("it dies where it was to");
}

/// What the one who asked for what the server died of is told, and what may be told to the others.
fn told(way: Option<Point>, rounds: u32, repeated: Repeated) {
    match way {
        Some(Point::InvoiceAssessed | Point::CommitBefore) => {
            assert!(repeated.in_flight >= rounds, "{way:?} in {rounds} rounds: {repeated:?}");
        }
        Some(Point::CommitAfter) => {
            assert!(repeated.committed >= rounds, "{way:?} in {rounds} rounds: {repeated:?}");
        }
        Some(Point::AnswerKept) => {
            assert!(repeated.answered >= rounds, "{way:?} in {rounds} rounds: {repeated:?}");
        }
        _ => {}
    }
}

#[test]
fn what_was_acknowledged_is_there_and_what_was_not_is_never_done_twice() {
    for kind in kinds() {
        let house = House::new(kind);
        let token = house.token.clone();
        let client = Client::new(&token);
        let mut all: BTreeMap<Option<&str>, (u32, Repeated)> = BTreeMap::new();
        for round in 0..rounds(ROUNDS, kind) {
            let way = WAYS[round % WAYS.len()];
            dies(&house, &client, way, round / WAYS.len());
            house.look(|db| {
                whole::nothing_half_done(db);
                whole::as_told(db, &client);
            });
            let server = house.serve(None);
            let repeated = client.repeat(server.url(), || house.time_passes());
            server.kill();
            drop(server);
            let of_way = all.entry(way.map(Point::name)).or_default();
            of_way.0 += 1;
            of_way.1 += repeated;
            // a chain that holds no more does not hold later either: it is read whole once for every way to die
            if (round + 1).is_multiple_of(WAYS.len()) {
                let verified = house.ok(&["verify"]);
                assert_eq!(verified["holds"], true, "{way:?}: {verified}");
            }
            house.look(|db| {
                whole::nothing_half_done(db);
                whole::as_told(db, &client);
            });
        }
        for way in WAYS {
            let (rounds, repeated) = all[&way.map(Point::name)];
            told(way, rounds, repeated);
        }
        assert!(client.acknowledged() > WRITERS, "something was acknowledged on {kind:?}");
    }
}

#[test]
fn sixteen_writers_in_two_processes_one_of_which_is_killed() {
    if !kinds().contains(&Kind::Postgres) {
        return;
    }
    let house = House::new(Kind::Postgres);
    let servers = [house.serve(None), house.serve(None)];
    let token = house.token.clone();
    let (client, stop) = (Client::new(&token), AtomicBool::new(false));
    std::thread::scope(|scope| {
        for url in servers.each_ref().map(Server::url) {
            for _ in 0..8 {
                let (client, stop) = (&client, &stop);
                scope.spawn(move || client.post(url, stop));
            }
        }
        std::thread::sleep(Duration::from_secs(2));
        servers[0].kill();
        let before = client.acknowledged();
        // the other goes on, and takes the sequencer's lease over when it runs out
        std::thread::sleep(Duration::from_secs(3));
        stop.store(true, Ordering::Relaxed);
        assert!(client.acknowledged() > before, "the survivor answers");
    });
    let [dead, alive] = servers;
    drop(dead);
    client.repeat(alive.url(), || house.time_passes());
    assert_eq!(alive.terminate().code(), Some(0));
    assert!(client.acknowledged() > 16);
    assert_eq!(house.ok(&["verify"])["holds"], true);
    house.look(|db| {
        whole::nothing_half_done(db);
        whole::as_told(db, &client);
    });
}

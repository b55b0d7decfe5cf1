//! `zhangben import` dies between two lines, or within one; the same command goes on from there.

use super::client::Noun;
use super::house::{At, House};
use super::{Rounds, rounds, whole};
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::{Duration, Instant};
use store::abort::Point;
use store::testing::kinds;

pub const ROUNDS: Rounds = [WAYS.len(), 6];

/// Lines of a file.
const LINES: usize = 8;
/// Of the file whose import is killed at a time.
const MANY_LINES: usize = 60;

/// Where it dies, at which line, and how many lines are in then; PostgreSQL takes the first ones. `None`: at a time.
const WAYS: [Option<(Point, u32, usize)>; 10] = [
    Some((Point::LineImported, 5, 5)),
    Some((Point::InvoiceAssessed, 4, 3)),
    Some((Point::CommitBefore, 2, 1)),
    Some((Point::CommitAfter, 6, 6)),
    None,
    Some((Point::SealsInserted, 1, LINES)),
    Some((Point::LineImported, 1, 1)),
    Some((Point::InvoiceAssessed, 1, 0)),
    Some((Point::CommitBefore, 7, 6)),
    Some((Point::CommitAfter, 1, 1)),
];

/// Bodies, some with an id of their own; the last two are equal, and so two.
fn bodies(noun: Noun, round: usize, lines: usize) -> Vec<Value> {
    let name = |n: usize| format!("r{round}-{n}");
    let mut bodies: Vec<Value> = (1..lines).map(|n| noun.body(&name(n), 1 + n % 3, n % 2 == 0)).collect();
    if let Some(last) = bodies.last_mut() {
        *last = noun.body(&name(lines - 1), 1, false);
        let again = last.clone();
        bodies.push(again);
    }
    bodies
}

/// Documents of these bodies, by the name that they say.
fn there(house: &House, round: usize) -> BTreeMap<String, usize> {
    let prefix = format!("r{round}-");
    let mut found = BTreeMap::new();
    for document in house.look(whole::documents) {
        let name = whole::named(&document).unwrap_or_default();
        if name.starts_with(&prefix) {
            *found.entry(name).or_default() += 1;
        }
    }
    found
}

/// Kills an import between its first and its last line, whatever it is at.
fn killed_at_a_time(house: &House, command: &[&str], round: usize) {
    let mut child =
        house.command(command).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    let deadline = Instant::now() + Duration::from_secs(30);
    while there(house, round).values().sum::<usize>() < 5 {
        assert!(Instant::now() < deadline, "nothing is imported");
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().expect("kill");
    child.wait().expect("it is dead");
    let lines: usize = there(house, round).values().sum();
    assert!(lines < MANY_LINES, "it had ended");
}

#[test]
fn an_import_that_dies_goes_on_where_it_was() {
    for kind in kinds() {
        let house = House::new(kind);
        for (round, way) in WAYS.iter().enumerate().take(rounds(ROUNDS, kind)) {
            // receipts ask no guest
            let noun =
                if matches!(way, Some((Point::CommitBefore, ..))) { Noun::Receipt } else { Noun::Invoice };
            let bodies = bodies(noun, round, if way.is_some() { LINES } else { MANY_LINES });
            let file = house.write(noun.plural(), &bodies);
            let command = ["import", noun.plural(), &file];
            let lines_in = match way {
                Some((point, nth, lines_in)) => {
                    house.dies(At(*point, *nth), &command);
                    let lines: usize = there(&house, round).values().sum();
                    assert_eq!(lines, *lines_in, "{way:?}");
                    lines
                }
                None => {
                    killed_at_a_time(&house, &command, round);
                    there(&house, round).values().sum()
                }
            };
            house.look(whole::nothing_half_done);
            let counts = |done: &Value| ["already", "imported", "refused"].map(|name| done[name].as_u64());
            let wanted = |n: usize| Some(n as u64);
            let went_on = house.ok(&command);
            let rest = bodies.len() - lines_in;
            assert_eq!(counts(&went_on), [wanted(lines_in), wanted(rest), Some(0)], "{way:?}: {went_on}");
            let again = house.ok(&command);
            assert_eq!(counts(&again), [wanted(bodies.len()), Some(0), Some(0)], "{way:?}: {again}");
            let found = there(&house, round);
            let twice = format!("r{round}-{}", bodies.len() - 1);
            let once = found.iter().all(|(name, times)| *times == if *name == twice { 2 } else { 1 });
            assert!(once && found.len() == bodies.len() - 1, "{way:?}: {found:?}");
            house.look(whole::nothing_half_done);
        }
        // a chain that held no more after one of them does not hold now
        let verified = house.ok(&["verify"]);
        assert_eq!(verified["holds"], true, "{verified}");
    }
}

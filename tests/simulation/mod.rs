//! Random commands against the whole application and a small model of it, every invariant after each step: on both databases, with
//! faults – a guest that traps, a database that is busy, a request that comes twice, an answer that is lost after its commit.
//!
//! `ZHANGBEN_SIMULATION_STEPS` and `ZHANGBEN_SIMULATION_SEED` run another length or seed than the one every test run has.

mod act;
mod look;
mod model;
mod request;

use crate::audit::house::{House, day};
use act::Sim;
use domain::plugin::World;
use store::testing::{TestDb, for_each_database};

/// Steps of a run without the variable: some seconds a database.
const STEPS: u64 = 400;
const SEED: u64 = 20_261_126;
/// Everything is looked at after so many steps; what a step touched after each.
const LOOK_ROUND: u64 = 50;

fn number(variable: &str, default: u64) -> u64 {
    match std::env::var(variable) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{variable}={text} is no number")),
        Err(_) => default,
    }
}

/// A house whose tax plugin traps on one day.
fn house(db: &TestDb) -> House {
    let house = House::new(db);
    let trap = crate::fixture::past_admission(&house.app, World::Tax, "trap").to_string();
    for (plugin, from) in [(trap.as_str(), act::TRAP_DAY), ("tax-cn-vat", act::AFTER_TRAP)] {
        let (slot, plugin, valid_from) = ("tax".to_owned(), plugin.to_owned(), day(from));
        let input = app::plugin::BindPlugin { slot, plugin, config: serde_json::json!({}), valid_from };
        house.bind(&input);
    }
    house.rate("2026-09-01", "7.10");
    house.rate("2026-10-20", "7.1937");
    house.rate("2026-11-15", "7.0501");
    house
}

#[test]
fn random_commands_leave_the_books_as_the_model_says() {
    let (steps, seed) =
        (number("ZHANGBEN_SIMULATION_STEPS", STEPS), number("ZHANGBEN_SIMULATION_SEED", SEED));
    for_each_database(|db| {
        let house = house(db);
        let mut sim = Sim::new(db, &house, seed);
        for step in 1..=steps {
            sim.step(step);
            if step % LOOK_ROUND == 0 || step == steps {
                sim.look_round();
            }
        }
        if steps >= STEPS {
            sim.covered();
        }
        house.verified();
        crate::audit::export::accepted_whole(&house);
    });
}

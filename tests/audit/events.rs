//! Events come in the order of the chain, in whole positions.

use super::house::House;
use super::month;
use store::testing::for_each_database;

#[test]
fn a_reader_that_goes_on_from_the_last_position_misses_nothing_and_reads_nothing_twice() {
    for_each_database(|db| {
        let house = House::new(db);
        month::run(&house);
        let read = |after, limit| {
            app::audit::events(&house.app, &house.clerk, house.id, after, limit).expect("events")
        };
        let all = read(0, 1_000);
        assert_eq!(i64::try_from(all.len()).unwrap(), db.count("SELECT COUNT(*) AS n FROM events"));
        assert!(all.is_sorted_by_key(|event| event.position));
        for limit in [1, 2, 7] {
            let mut paged = Vec::new();
            while let Some(page) =
                Some(read(paged.last().map_or(0, |e: &app::audit::EventView| e.position), limit))
                    .filter(|page| !page.is_empty())
            {
                paged.extend(page);
            }
            assert_eq!(paged, all, "limit {limit}");
        }
        let kinds: Vec<&str> = all.iter().map(|event| event.kind.as_str()).collect();
        for kind in
            ["company.created", "invoice.posted", "receipt.posted", "allocation.undone", "statement.sealed"]
        {
            assert!(kinds.contains(&kind), "{kind} is not among {kinds:?}");
        }
    });
}

#[test]
fn several_events_of_one_position_are_given_together() {
    for_each_database(|db| {
        let house = House::new(db);
        house.seal();
        // two more at the position of the first: as an entry carries several
        for n in [1_u8, 2] {
            let id = super::literal(db, &[n; 16]);
            db.execute(&format!(
                "INSERT INTO events (company, id, kind, subject, actor, at, data, seal_ref) \
                 SELECT company, {id}, 'test.carried', subject, actor, at, data, seal_ref FROM events \
                 WHERE kind = 'company.created'"
            ));
        }
        let page = app::audit::events(&house.app, &house.clerk, house.id, 0, 1).expect("events");
        assert_eq!(page.iter().map(|event| event.position).collect::<Vec<_>>(), [1, 1, 1]);
        let next = app::audit::events(&house.app, &house.clerk, house.id, 1, 1).expect("events");
        assert_eq!(next[0].position, 2);
    });
}
